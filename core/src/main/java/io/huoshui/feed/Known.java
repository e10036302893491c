package io.huoshui.feed;

import io.huoshui.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What earlier records of an order already became.
///
/// @param paidFen what was paid, once that was said; 0 before
/// @param refundedFen given back so far, altogether
/// @param refunds per number of a refund its amount
/// @param anonymous whether it was taken under its own number because nobody was named
/// @param coming what it was going to have been given back, each time an event was being taken that
///   nobody knows of whether it was: ascending; empty but for a crash
public record Known(
    long paidFen,
    long refundedFen,
    Map<String, Long> refunds,
    boolean anonymous,
    List<Long> coming) {
  public static final Known NOTHING = new Known(0, 0, Map.of(), false);

  public Known(long paidFen, long refundedFen, Map<String, Long> refunds, boolean anonymous) {
    this(paidFen, refundedFen, refunds, anonymous, List.of());
  }

  /// The same, while the event that brings it to so much is on its way.
  public Known announcing(long fen) {
    var all = new ArrayList<>(coming);
    if (all.isEmpty() || all.getLast() < fen) {
      all.add(fen);
    }
    return new Known(paidFen, refundedFen, refunds, anonymous, all);
  }

  public Known {
    refunds = java.util.Collections.unmodifiableMap(new TreeMap<>(refunds));
    coming = List.copyOf(coming);
  }

  public Json json() {
    var each = new LinkedHashMap<String, Json>();
    refunds.forEach((id, fen) -> each.put(id, Json.of(fen)));
    return Json.object(
        "paidFen", Json.of(paidFen),
        "refundedFen", Json.of(refundedFen),
        "refunds", new Json.Obj(each),
        "anonymous", Json.of(anonymous),
        "coming", Json.of(coming.stream().map(Json::of).toList()));
  }

  public static Known of(Json json) {
    var refunds = new TreeMap<String, Long>();
    if (json instanceof Json.Obj object) {
      if (object.get("refunds") instanceof Json.Obj(Map<String, Json> each)) {
        each.forEach((id, fen) -> refunds.put(id, number(fen)));
      }
      return new Known(
          number(object.get("paidFen")),
          number(object.get("refundedFen")),
          refunds,
          object.get("anonymous") instanceof Json.Bool(boolean on) && on,
          object.get("coming") instanceof Json.Arr(List<Json> each)
              ? each.stream().map(Known::number).toList()
              : List.of());
    }
    return NOTHING;
  }

  private static long number(@Nullable Json json) {
    return json instanceof Json.Num(BigDecimal number) ? number.longValue() : 0;
  }
}
