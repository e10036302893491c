package io.huoshui.insight.sheet;

import io.huoshui.profile.Grain;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// 新老客: who bought for the first time ever in a period, and who had bought before it. Every buyer
/// of a period is one or the other.
///
/// Column `given_back` has whoever got money back in the period, whenever they bought.
public record NewAndOld(Grain grain, Window window) implements Question {
  public static final String NEW = "new";
  public static final String OLD = "old";
  public static final String GIVEN_BACK = "given_back";

  @Override
  public String kind() {
    return "new_old";
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    Window.Span span = scene.span(window);
    int end = timeline.from(span.toMs());
    int bought = Integer.MIN_VALUE;
    for (int i = 0; i < end; i++) {
      String name = timeline.name(i);
      boolean paid = name.equals("order_paid");
      if (!paid && !name.equals("order_cancelled") && !name.equals("order_refunded")) {
        continue;
      }
      int period = scene.period(grain, timeline.timeMs(i));
      if (paid && bought == Integer.MIN_VALUE) {
        bought = period;
      }
      if (timeline.timeMs(i) >= span.fromMs()) {
        cells.add(
            scene.label(grain, period),
            paid ? (bought == period ? NEW : OLD) : GIVEN_BACK,
            timeline.whole(i, "amountFen"));
      }
    }
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var cells = new ArrayList<Sheet.Cell>();
    for (String row : tally.rows()) {
      long people = tally.peopleIn(row, NEW) + tally.peopleIn(row, OLD);
      double sales = tally.sumOf(row, NEW) + (double) tally.sumOf(row, OLD);
      for (String column : List.of(NEW, OLD, GIVEN_BACK)) {
        Tally.Cell cell = tally.find(row, column);
        if (cell != null) {
          boolean bought = !column.equals(GIVEN_BACK);
          cells.add(
              new Sheet.Cell(
                  row,
                  column,
                  cell.people(),
                  Arrays.asList(
                      Numbers.of(cell.times()),
                      (double) cell.sum(),
                      bought ? Numbers.share(cell.people(), people) : null,
                      bought ? Numbers.share(cell.sum(), sales) : null,
                      Numbers.share(cell.sum(), cell.people())),
                  !row.equals(scene.label(grain, scene.period(grain, scene.nowMs())))));
        }
      }
    }
    return new Sheet(
        kind(),
        new Sheet.Axis(grain.zh(), grain.en(), tally.rows().stream().map(Sheet.Label::of).toList()),
        new Sheet.Axis(
            "",
            "",
            List.of(
                new Sheet.Label(NEW, "新客", "new"),
                new Sheet.Label(OLD, "老客", "returning"),
                new Sheet.Label(GIVEN_BACK, "退款/取消", "given back"))),
        List.of(
            new Sheet.Measure("orders", "单数", "orders", Sheet.Unit.NUMBER),
            new Sheet.Measure("sales", "金额", "amount", Sheet.Unit.FEN),
            new Sheet.Measure("peopleShare", "占买家", "of buyers", Sheet.Unit.SHARE),
            new Sheet.Measure("salesShare", "占销售额", "of sales", Sheet.Unit.SHARE),
            new Sheet.Measure("perHead", "人均", "per head", Sheet.Unit.FEN)),
        cells,
        List.of(),
        List.of(
            new Sheet.Note(
                "首单发生在该期的买家是新客;退款记在退款发生的那一期,不从销售额里减。",
                "New is whose first order ever lies in the period. What is given back stands in the"
                    + " period in which it was, and is not taken off sales.")));
  }
}
