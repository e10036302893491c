package io.huoshui.insight.sheet;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 优惠券效果: of the coupons issued in a window, what became of them up to now, by template. A coupon
/// that was redeemed without ever having been seen issued stands under `?`.
///
/// @param window in which they were issued
public record CouponYield(Window window) implements Question {
  static final String ISSUED = "issued";
  static final String REDEEMED = "redeemed";
  static final String DISCOUNT = "discount";
  static final String EXPIRED = "expired";
  static final String OPEN = "open";
  private static final String UNKNOWN = "?";

  @Override
  public String kind() {
    return "coupon_yield";
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    Window.Span span = scene.span(window);
    int end = timeline.from(scene.nowMs() + 1);
    var templates = new HashMap<String, String>();
    var gone = new HashMap<String, Boolean>();
    for (int i = 0; i < end; i++) {
      if (!(timeline.property(i, "coupon") instanceof Value coupon)) {
        continue;
      }
      String code = coupon.shown();
      boolean within = timeline.timeMs(i) >= span.fromMs() && timeline.timeMs(i) < span.toMs();
      switch (timeline.name(i)) {
        case "coupon_issued" -> {
          if (within && templates.putIfAbsent(code, text(timeline, i, "template")) == null) {
            cells.add(templates.getOrDefault(code, UNKNOWN), ISSUED, 0);
          }
        }
        case "coupon_redeemed" -> {
          String template = templates.get(code);
          if (template == null && within && !templates.containsKey(code)) {
            template = UNKNOWN;
          }
          if (template != null && gone.putIfAbsent(code, true) == null) {
            cells.add(template, REDEEMED, paid(timeline, end, text(timeline, i, "orderId")));
            cells.add(template, DISCOUNT, timeline.whole(i, "discountFen"));
          }
        }
        case "coupon_expired" -> {
          String template = templates.get(code);
          if (template != null && gone.putIfAbsent(code, true) == null) {
            cells.add(template, EXPIRED, 0);
          }
        }
        default -> {}
      }
    }
    templates.forEach(
        (code, template) -> {
          if (!gone.containsKey(code)) {
            cells.add(template, OPEN, 0);
          }
        });
  }

  private static String text(Timeline timeline, int index, String property) {
    Value value = timeline.property(index, property);
    return value == null || value.shown().isEmpty() ? UNKNOWN : value.shown();
  }

  /// What the order with this number came to; 0 where it is not on the timeline.
  private static long paid(Timeline timeline, int end, String order) {
    for (int i = 0; i < end && !order.equals(UNKNOWN); i++) {
      if (timeline.name(i).equals("order_paid") && text(timeline, i, "orderId").equals(order)) {
        return timeline.whole(i, "amountFen");
      }
    }
    return 0;
  }

  private static long times(Tally tally, String row, String column) {
    Tally.Cell cell = tally.find(row, column);
    return cell == null ? 0 : cell.times();
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var cells = new ArrayList<Sheet.Cell>();
    var columns =
        List.of(
            new Sheet.Label(ISSUED, "发放", "issued"),
            new Sheet.Label(REDEEMED, "核销", "redeemed"),
            new Sheet.Label(DISCOUNT, "让利", "discount"),
            new Sheet.Label(EXPIRED, "过期", "expired"),
            new Sheet.Label(OPEN, "未用", "still open"));
    for (String row : tally.rows()) {
      long issued = times(tally, row, ISSUED);
      for (Sheet.Label column : columns) {
        Tally.Cell cell = tally.find(row, column.key());
        if (cell != null) {
          boolean redeemed = column.key().equals(REDEEMED);
          boolean money = redeemed || column.key().equals(DISCOUNT);
          @Nullable Double perYuan =
              redeemed ? Numbers.share(cell.sum(), tally.sumOf(row, DISCOUNT)) : null;
          cells.add(
              new Sheet.Cell(
                  row,
                  column.key(),
                  cell.people(),
                  Arrays.asList(
                      Numbers.of(cell.times()),
                      Numbers.share(cell.times(), issued),
                      money ? (double) cell.sum() : null,
                      perYuan),
                  true));
        }
      }
    }
    return new Sheet(
        kind(),
        new Sheet.Axis("券模板", "template", tally.rows().stream().map(Sheet.Label::of).toList()),
        new Sheet.Axis("", "", columns),
        List.of(
            new Sheet.Measure("coupons", "张数", "coupons", Sheet.Unit.NUMBER),
            new Sheet.Measure("share", "占发放", "of those issued", Sheet.Unit.SHARE),
            new Sheet.Measure("amount", "金额", "amount", Sheet.Unit.FEN),
            new Sheet.Measure(
                "perYuan", "每元让利带来的销售", "sales per yuan of discount", Sheet.Unit.NUMBER)),
        cells,
        List.of(),
        List.of(
            new Sheet.Note(
                "用券订单不等于增量:没有券也可能买。增量看对照组。",
                "Orders with a coupon are not incremental orders: some would have come without it."
                    + " A hold-out tells.")));
  }
}
