package io.huoshui.acquisition;

import io.huoshui.json.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// How many people each guide of a code took today, and what that leaves them owed.
///
/// @param taken by guide; whoever has none is absent
/// @param owed by guide: people whom they should have had by their weight and did not get, in
///   trillionths; negative for those who are ahead. All together are zero
public record Tally(Map<String, Integer> taken, Map<String, Long> owed) {
  public static final Tally NONE = new Tally(Map.of(), Map.of());

  static final long ONE = 1_000_000_000_000L;

  public Tally {
    taken = Map.copyOf(taken);
    owed = Map.copyOf(owed);
  }

  public int of(String guide) {
    return taken.getOrDefault(guide, 0);
  }

  public int total() {
    return taken.values().stream().mapToInt(Integer::intValue).sum();
  }

  /// With one more, or with `by` negative one less: somebody who held a seat did not come. Whoever
  /// loses one is not owed it, because what came for the others is past.
  public Tally with(String guide, int by) {
    var more = new TreeMap<>(taken);
    more.merge(guide, by, Integer::sum);
    if (more.getOrDefault(guide, 0) <= 0) {
      more.remove(guide);
    }
    return new Tally(more, owed);
  }

  /// As it is kept.
  public String write() {
    var fields = new LinkedHashMap<String, Json>();
    var all = new TreeMap<String, Long>(owed);
    taken.keySet().forEach(guide -> all.putIfAbsent(guide, 0L));
    all.forEach(
        (guide, due) ->
            fields.put(guide, Json.object("taken", Json.of(of(guide)), "owed", Json.of(due))));
    return new Json.Obj(fields).write();
  }

  /// What [#write] wrote.
  public static Tally read(String text) {
    var taken = new TreeMap<String, Integer>();
    var owed = new TreeMap<String, Long>();
    if (Json.parse(text) instanceof Json.Obj(Map<String, Json> fields)) {
      fields.forEach(
          (guide, each) -> {
            if (each instanceof Json.Obj one) {
              int count = number(one, "taken").intValue();
              if (count > 0) {
                taken.put(guide, count);
              }
              owed.put(guide, number(one, "owed").longValue());
            }
          });
    }
    return new Tally(taken, owed);
  }

  private static BigDecimal number(Json.Obj of, String key) {
    return of.get(key) instanceof Json.Num(BigDecimal number) ? number : BigDecimal.ZERO;
  }
}
