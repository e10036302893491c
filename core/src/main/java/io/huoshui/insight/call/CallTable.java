package io.huoshui.insight.call;

import io.huoshui.insight.Share;
import io.huoshui.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Calls that were made elsewhere, one row each: how outcomes hang together with what is known of a
/// call. Counts and shares with their intervals; what came of an interval below is not because of
/// it.
public final class CallTable {
  private long calls;
  private long won;
  private final Map<String, Map<String, long[]>> cuts = new LinkedHashMap<>();
  private final Map<String, List<String>> orders = new LinkedHashMap<>();

  /// @param order the values of a cut in the order in which they are shown; others come after them
  public CallTable cut(String name, List<String> order) {
    cuts.put(name, new TreeMap<>());
    orders.put(name, List.copyOf(order));
    return this;
  }

  /// @param values by cut
  /// @param success whether the call came to what it was made for
  public void add(Map<String, String> values, boolean success) {
    calls++;
    won += success ? 1 : 0;
    for (Map.Entry<String, Map<String, long[]>> cut : cuts.entrySet()) {
      String value = values.getOrDefault(cut.getKey(), "");
      long[] counts = cut.getValue().computeIfAbsent(value, _ -> new long[2]);
      counts[0]++;
      counts[1] += success ? 1 : 0;
    }
  }

  /// @param share null where no call was made
  public record Row(String value, long calls, long won, Share share) {}

  public long calls() {
    return calls;
  }

  public long won() {
    return won;
  }

  public List<Row> rows(String cut) {
    Map<String, long[]> counts = cuts.getOrDefault(cut, Map.of());
    var rows = new ArrayList<Row>();
    var seen = new ArrayList<>(orders.getOrDefault(cut, List.of()));
    counts.keySet().stream().filter(value -> !seen.contains(value)).forEach(seen::add);
    for (String value : seen) {
      long[] found = counts.get(value);
      if (found != null) {
        rows.add(new Row(value, found[0], found[1], Share.of(found[1], found[0])));
      }
    }
    return rows;
  }

  public Json.Obj json() {
    var fields = new LinkedHashMap<String, Json>();
    fields.put("calls", Json.of(calls));
    fields.put("won", Json.of(won));
    fields.put("share", share(won, calls));
    for (String cut : cuts.keySet()) {
      fields.put(
          cut,
          Json.of(
              rows(cut).stream()
                  .map(
                      row ->
                          Json.object(
                              "value", Json.of(row.value()),
                              "calls", Json.of(row.calls()),
                              "won", Json.of(row.won()),
                              "share", share(row.won(), row.calls())))
                  .toList()));
    }
    fields.put(
        "note",
        Json.of(
            "Longer calls are won more often because who is interested talks longer: a length is"
                + " not known before the call, and no reason to call somebody."));
    return new Json.Obj(fields);
  }

  private static Json share(long of, long all) {
    if (all == 0) {
      return new Json.Null();
    }
    Share share = Share.of(of, all);
    return Json.object(
        "value",
        Json.of(share.value()),
        "low",
        Json.of(share.low()),
        "high",
        Json.of(share.high()));
  }
}
