package io.huoshui.insight.sheet;

import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 复购曲线与间隔: how long after the nth purchase the next one comes. A purchase is a day of the brand on
/// which somebody bought.
///
/// Whoever has not bought again yet is not "never": they waited so long, and leave the count there
/// (Kaplan and Meier 1958). So the curve is right for young customers, too.
///
/// Row `1` is from the first to the second purchase. Column `b3` has whoever bought again in the
/// fourth stretch of days, `w3` whoever waits that long by now.
///
/// @param stretch days per column
/// @param stretches columns; what is later counts as waiting all of it
/// @param most purchases followed
/// @param window of the purchase that is waited after
public record Repurchase(EventPattern purchase, int stretch, int stretches, int most, Window window)
    implements Question {
  public Repurchase {
    if (stretch < 1 || stretches < 1 || stretches > 400 || most < 1 || most > 50) {
      throw new IllegalArgumentException(
          "Repurchase takes stretches of 1 day or more, 1 to 400 of them, after 1 to 50 purchases");
    }
  }

  @Override
  public String kind() {
    return "repurchase";
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    Window.Span span = scene.span(window);
    int end = timeline.from(scene.nowMs() + 1);
    int number = 0;
    int day = 0;
    boolean counts = false;
    for (int i = 0; i < end && number <= most; i++) {
      if (!purchase.matches(timeline, i)) {
        continue;
      }
      int next = scene.day(timeline.timeMs(i));
      if (number > 0 && next == day) {
        continue;
      }
      if (counts) {
        int at = (next - day) / stretch;
        cells.add(Numbers.key(number), at < stretches ? "b" + at : LATER, next - day);
      }
      number++;
      day = next;
      counts = timeline.timeMs(i) >= span.fromMs() && timeline.timeMs(i) < span.toMs();
    }
    if (counts && number <= most) {
      int at = (scene.today() - day) / stretch;
      cells.add(Numbers.key(number), at < stretches ? "w" + at : WAITING, scene.today() - day);
    }
  }

  private static final String LATER = "later";
  private static final String WAITING = "waiting";

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var rows = new ArrayList<Sheet.Label>();
    var columns = new ArrayList<Sheet.Label>();
    for (int at = 0; at < stretches; at++) {
      String days = stretch == 1 ? "" + at : at * stretch + "-" + ((at + 1) * stretch - 1);
      columns.add(new Sheet.Label("b" + at, days + " 天复购", "again after " + days + " days"));
    }
    columns.add(new Sheet.Label(LATER, "更晚复购", "again later"));
    for (int at = 0; at < stretches; at++) {
      String days = stretch == 1 ? "" + at : at * stretch + "-" + ((at + 1) * stretch - 1);
      columns.add(new Sheet.Label("w" + at, "已等 " + days + " 天", "waiting for " + days + " days"));
    }
    columns.add(new Sheet.Label(WAITING, "等得更久", "waiting longer"));
    var cells = new ArrayList<Sheet.Cell>();
    var figures = new ArrayList<Sheet.Figure>();
    for (int number = 1; number <= most; number++) {
      String row = Numbers.key(number);
      long atRisk = 0;
      for (Sheet.Label column : columns) {
        atRisk += tally.peopleIn(row, column.key());
      }
      if (atRisk == 0) {
        continue;
      }
      rows.add(
          new Sheet.Label(
              row,
              "第 " + number + " 次 → 第 " + (number + 1) + " 次",
              "purchase " + number + " to " + (number + 1)));
      double waiting = 1;
      @Nullable Double median = null;
      for (int at = 0; at < stretches; at++) {
        long again = tally.peopleIn(row, "b" + at);
        if (atRisk > 0) {
          waiting *= 1 - (double) again / atRisk;
          cells.add(cell(tally, row, "b" + at, 1 - waiting, atRisk));
        }
        if (median == null && waiting <= 0.5) {
          median = (double) (at + 1) * stretch;
        }
        atRisk -= again + tally.peopleIn(row, "w" + at);
      }
      for (Sheet.Label column : columns.subList(stretches, columns.size())) {
        if (tally.find(row, column.key()) != null) {
          cells.add(cell(tally, row, column.key(), null, null));
        }
      }
      figures.add(
          new Sheet.Figure(
              "median_" + number,
              "第 " + number + " 次后半数人复购用时(天内)",
              "half have bought again after purchase " + number + " within",
              Sheet.Unit.DAYS,
              median));
      figures.add(
          new Sheet.Figure(
              "again_" + number,
              "第 " + number + " 次后 " + stretch * stretches + " 天内复购率",
              "bought again within " + stretch * stretches + " days of purchase " + number,
              Sheet.Unit.SHARE,
              1 - waiting));
    }
    return new Sheet(
        kind(),
        new Sheet.Axis("购买次数", "purchase", rows),
        new Sheet.Axis("间隔", "interval", columns),
        List.of(
            new Sheet.Measure("again", "累计复购率", "have bought again", Sheet.Unit.SHARE),
            new Sheet.Measure("atRisk", "仍可复购人数", "still waiting then", Sheet.Unit.NUMBER),
            new Sheet.Measure("days", "平均天数", "days on average", Sheet.Unit.DAYS)),
        cells,
        figures,
        List.of(
            new Sheet.Note(
                "同一天多单算一次购买;还没复购的人按已等天数退出计数(Kaplan-Meier),不当作永不复购。",
                "Orders of one day are one purchase. Whoever has not bought again leaves the count"
                    + " after the days waited (Kaplan-Meier) and is not taken for lost.")));
  }

  private static Sheet.Cell cell(
      Tally tally, String row, String column, @Nullable Double again, @Nullable Long atRisk) {
    Tally.Cell cell = tally.find(row, column);
    return new Sheet.Cell(
        row,
        column,
        cell == null ? 0 : cell.people(),
        Arrays.asList(
            again,
            atRisk == null ? null : Numbers.of(atRisk),
            cell == null ? null : Numbers.share(cell.sum(), cell.times())),
        true);
  }
}
