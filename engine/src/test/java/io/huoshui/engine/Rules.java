package io.huoshui.engine;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import java.util.List;
import java.util.stream.Stream;

/// Rules of every kind over every window, as operators write them.
public final class Rules {
  /// Whose answer time changes at midnight at most.
  static final List<String> BY_DAY =
      Stream.concat(
              Stream.of(
                  "did order_paid",
                  "did order_paid within 0d",
                  "did order_paid within 7d",
                  "did order_paid at least 2 times within 30d",
                  "did order_paid at most 2 times within 3d",
                  "did order_paid exactly 1 times between 2d and 20d ago",
                  "did not order_paid",
                  "did not order_paid within 14d",
                  "did order_paid before 30d ago and did not order_paid within 30d",
                  "did product_purchased where [category = \"milk\", quantity >= 2] within 1d",
                  "did product_purchased where [sku in (\"sku0\", \"sku3\")] from 2026-03-01 to"
                      + " 2026-03-12",
                  "sum(order_paid.amountFen) within 10d >= 20000",
                  "average(order_paid.amountFen) between 1d and 5d ago > 9000",
                  "max(order_paid.amountFen) before 3d ago < 15000",
                  "min(product_purchased.weight) within 4d <= 3.5",
                  "count(order_paid) from 2026-03-01 to 2026-03-10 >= 1",
                  "distinct(product_purchased.category) within 5d >= 2",
                  "sequence product_viewed then product_purchased each within 2d within 6d",
                  "sequence page_viewed then product_viewed then order_paid each within 30d",
                  "has city = \"上海\"",
                  "has age > 30",
                  "has tag \"vip\" and not has tag \"lost\"",
                  "has consent sms or has consent wecom",
                  "has identifier unionid",
                  "has tag \"vip\" by wecom within 4d",
                  "has withdrawn sms or has unasked wecom",
                  "reachable sms or reachable wecom",
                  "rfm r 4-5 m 2-5",
                  "date birthday each year in 0 to 9 days",
                  "date expires in -1 to 3 days",
                  "first order_paid within 20d",
                  "last order_paid where [$source = \"tmall\"] between 1d and 9d ago",
                  "last(order_paid.amountFen) within 9d > 9000",
                  "in any group",
                  "near 31.0, 121.0 within 5km",
                  "share 0% to 40% of \"salt\"",
                  "in audience early",
                  "not in audience early and did order_paid within 2d",
                  "(has tag \"vip\" or did page_viewed within 2d) and not lifecycle registered"),
              Stream.of(
                      "registered",
                      "just_ordered",
                      "repurchase_window",
                      "existing",
                      "at_risk",
                      "just_lost",
                      "lapsed",
                      "dormant",
                      "silent")
                  .map(state -> "lifecycle " + state))
          .toList();

  /// Whose answer time changes every hour.
  static final List<String> BY_HOUR =
      List.of(
          "did order_paid within 48h",
          "did page_viewed between 3h and 30h ago",
          "did not order_paid before 90m ago",
          "sequence order_paid without page_viewed within 2d within 9d",
          "sequence product_viewed without order_paid within 20h",
          "did order_paid within 5h or did order_paid between 2d and 3d ago");

  private Rules() {}

  /// A random rule made of those above.
  public static Condition random(Dice dice, int depth) {
    return RuleText.parse(text(dice, depth));
  }

  private static String text(Dice dice, int depth) {
    if (depth == 0 || dice.chance(30)) {
      return dice.chance(75) ? dice.of(BY_DAY) : dice.of(BY_HOUR);
    }
    return switch (dice.roll(3)) {
      case 0 -> "not (" + text(dice, depth - 1) + ")";
      case 1 -> "(" + text(dice, depth - 1) + ") and (" + text(dice, depth - 1) + ")";
      default -> "(" + text(dice, depth - 1) + ") or (" + text(dice, depth - 1) + ")";
    };
  }
}
