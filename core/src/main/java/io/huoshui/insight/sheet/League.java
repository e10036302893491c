package io.huoshui.insight.sheet;

import io.huoshui.event.Value;
import io.huoshui.insight.Response;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// 导购/门店排行: who sells more than their customers would buy from anybody. Guides have different
/// customers; so each is compared with what the same mix of customers (by lifecycle when the window
/// began) came to over all guides: indirect standardisation, as mortality of hospitals is compared.
///
/// The index is what came, divided by what was expected; 1 is as all. Its 95 % interval comes from
/// the spread of customers within each state. Whoever has fewer than [#LEAST] customers has no
/// rank.
///
/// @param by the property of events that says whose customer somebody is, by its last value:
///   `guide`, `store`
public record League(String by, Window window) implements Question {
  public static final int LEAST = 30;
  static final String BUYERS = "buyers";
  private static final String NEW = "new";
  private static final double Z_95 = 1.959963984540054;

  @Override
  public String kind() {
    return "league";
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    Window.Span span = scene.span(window);
    int end = timeline.from(span.toMs());
    String member = null;
    for (int i = end - 1; i >= 0 && member == null; i--) {
      if (timeline.property(i, by) instanceof Value value) {
        member = value.shown();
      }
    }
    if (member == null) {
      return;
    }
    long then = Math.max(span.fromMs() - 1, timeline.timeMs(0) - 1);
    String state =
        timeline.timeMs(0) >= span.fromMs()
            ? NEW
            : Lifecycle.of(timeline, then, scene.calendar(), Lifecycle.Bounds.STANDARD).wire();
    long revenue = Math.round(Response.revenue(timeline, span.fromMs(), span.toMs() - 1));
    cells.add(member, RfmGrid.PEOPLE, revenue);
    cells.add(member, state, revenue);
    for (int i = timeline.from(span.fromMs()); i < end; i++) {
      if (timeline.name(i).equals("order_paid")) {
        cells.add(member, BUYERS, revenue);
        return;
      }
    }
  }

  /// Mean and variance of everybody in one state.
  private record Usual(double mean, double variance) {}

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var states = new ArrayList<Sheet.Label>();
    states.add(new Sheet.Label(NEW, "窗口内新来", "came in the window"));
    for (Lifecycle state : Lifecycle.values()) {
      states.add(new Sheet.Label(state.wire(), state.zh(), state.en()));
    }
    Map<String, Usual> usual = usual(tally, states);
    double all = 0;
    long everybody = 0;
    for (String member : tally.rows()) {
      all += tally.sumOf(member, RfmGrid.PEOPLE);
      everybody += tally.peopleIn(member, RfmGrid.PEOPLE);
    }
    @Nullable Double overall = Numbers.share(all, everybody);
    var lines = new ArrayList<Line>();
    for (String member : tally.rows()) {
      lines.add(line(tally, member, states, usual));
    }
    List<String> ranked =
        lines.stream()
            .filter(line -> line.index != null && line.people >= LEAST)
            .sorted(
                Comparator.<Line>comparingDouble(line -> line.index == null ? 0 : -line.index)
                    .thenComparing(Line::member))
            .map(Line::member)
            .toList();
    var cells = new ArrayList<Sheet.Cell>();
    for (Line line : lines) {
      int rank = ranked.indexOf(line.member) + 1;
      cells.add(
          new Sheet.Cell(
              line.member,
              RfmGrid.PEOPLE,
              line.people,
              Arrays.asList(
                  line.revenue,
                  Numbers.share(line.revenue, line.people),
                  line.expected,
                  line.index,
                  line.low,
                  line.high,
                  line.index == null || overall == null ? null : line.index * overall,
                  rank == 0 ? null : (double) rank),
              true));
      for (Sheet.Label column : states) {
        cell(tally, line.member, column.key(), cells);
      }
      cell(tally, line.member, BUYERS, cells);
    }
    var columns = new ArrayList<Sheet.Label>();
    columns.add(new Sheet.Label(RfmGrid.PEOPLE, "客户", "customers"));
    columns.add(new Sheet.Label(BUYERS, "买家", "buyers"));
    columns.addAll(states);
    return new Sheet(
        kind(),
        new Sheet.Axis(by, by, tally.rows().stream().map(Sheet.Label::of).toList()),
        new Sheet.Axis("", "", columns),
        List.of(
            new Sheet.Measure("revenue", "净销售额", "net revenue", Sheet.Unit.FEN),
            new Sheet.Measure("perHead", "人均", "per head", Sheet.Unit.FEN),
            new Sheet.Measure("expected", "同样客群应有", "expected of the same mix", Sheet.Unit.FEN),
            new Sheet.Measure("index", "指数", "index", Sheet.Unit.NUMBER),
            new Sheet.Measure("low", "95% 下限", "95 % from", Sheet.Unit.NUMBER),
            new Sheet.Measure("high", "95% 上限", "95 % to", Sheet.Unit.NUMBER),
            new Sheet.Measure("adjusted", "校正后人均", "per head, adjusted", Sheet.Unit.FEN),
            new Sheet.Measure("rank", "名次", "rank", Sheet.Unit.NUMBER)),
        cells,
        List.of(),
        List.of(
            new Sheet.Note(
                "按窗口开始时的生命周期校正客群差异;客户少于 " + LEAST + " 人的不排名;区间含 1 的,与大家没有可信的差别。",
                "Adjusted for the mix of customers by lifecycle when the window began; fewer than "
                    + LEAST
                    + " customers have no rank; whose interval has 1 in it differs from all by"
                    + " nothing one could trust.")));
  }

  private static void cell(Tally tally, String row, String column, List<Sheet.Cell> cells) {
    Tally.Cell cell = tally.find(row, column);
    if (cell != null) {
      cells.add(
          new Sheet.Cell(
              row,
              column,
              cell.people(),
              Arrays.asList(
                  (double) cell.sum(),
                  Numbers.share(cell.sum(), cell.people()),
                  null,
                  null,
                  null,
                  null,
                  null,
                  null),
              true));
    }
  }

  private static Map<String, Usual> usual(Tally tally, List<Sheet.Label> states) {
    var usual = new HashMap<String, Usual>();
    for (Sheet.Label state : states) {
      long people = 0;
      double sum = 0;
      double squares = 0;
      for (String member : tally.rows()) {
        Tally.Cell cell = tally.find(member, state.key());
        if (cell != null) {
          people += cell.people();
          sum += cell.sum();
          squares += cell.sumOfSquares();
        }
      }
      if (people > 0) {
        double mean = sum / people;
        usual.put(
            state.key(),
            new Usual(mean, people < 2 ? 0 : Math.max(0, (squares - sum * mean) / (people - 1))));
      }
    }
    return usual;
  }

  private record Line(
      String member,
      long people,
      double revenue,
      double expected,
      @Nullable Double index,
      @Nullable Double low,
      @Nullable Double high) {}

  private static Line line(
      Tally tally, String member, List<Sheet.Label> states, Map<String, Usual> usual) {
    double expected = 0;
    double variance = 0;
    for (Sheet.Label state : states) {
      long people = tally.peopleIn(member, state.key());
      Usual of = usual.get(state.key());
      if (of != null) {
        expected += people * of.mean();
        variance += people * of.variance();
      }
    }
    double revenue = tally.sumOf(member, RfmGrid.PEOPLE);
    double margin = Z_95 * Math.sqrt(variance);
    boolean base = expected > 0;
    return new Line(
        member,
        tally.peopleIn(member, RfmGrid.PEOPLE),
        revenue,
        expected,
        base ? revenue / expected : null,
        base ? (revenue - margin) / expected : null,
        base ? (revenue + margin) / expected : null);
  }
}
