package io.huoshui.engine.rehearsal;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An order of which only the size is known.
final class Basket {
  /// The source under which made-up events stand.
  static final String SOURCE = "rehearsal";

  private static final double SPREAD = 0.6;

  private Basket() {}

  /// @param averageFen the mean of a lognormal
  /// @param said what is known of the order: `amountFen`, `sku`, `category`, `name`
  static List<Event> of(
      String key,
      List<Identifier> who,
      long averageFen,
      Draw draw,
      Map<String, Value> said,
      @Nullable String coupon,
      long discountFen,
      long atMs) {
    // The median of a lognormal with this spread whose mean is the average basket.
    double median = averageFen * StrictMath.exp(-SPREAD * SPREAD / 2);
    double normal =
        StrictMath.sqrt(-2 * StrictMath.log(1 - draw.uniform(1)))
            * StrictMath.cos(2 * StrictMath.PI * draw.uniform(2));
    long total =
        said.get("amountFen") instanceof Value.Whole(long amount)
            ? amount
            : Math.max(1, StrictMath.round(median * StrictMath.exp(SPREAD * normal)));
    long discount = coupon == null ? 0 : Math.min(discountFen, total - 1);
    Instant time = Instant.ofEpochMilli(atMs);
    String id = "rehearsal-" + key;
    var events = new ArrayList<Event>(3);
    events.add(
        new Event(
            id,
            "order_paid",
            time,
            SOURCE,
            who,
            Properties.of(
                "orderId", id, "amountFen", total - discount, "items", 1L, "channel", SOURCE)));
    var bought = Properties.of("orderId", id, "quantity", 1L, "amountFen", total);
    for (String key_ : List.of("sku", "name", "category")) {
      Value value = said.get(key_);
      bought = bought.with(key_, value == null ? Value.of("unspecified") : value);
    }
    events.add(new Event(id + "-p", "product_purchased", time, SOURCE, who, bought));
    if (coupon != null) {
      events.add(
          new Event(
              id + "-r",
              "coupon_redeemed",
              time,
              SOURCE,
              who,
              Properties.of("coupon", coupon, "orderId", id, "discountFen", discount)));
    }
    return events;
  }
}
