package io.huoshui.insight.sheet;

import io.huoshui.insight.Response;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 集中度 (80/20): which share of sales the best buyers make. Buyers are those who paid more than was
/// given back, in the window.
///
/// Row `20` has the buyers after the best 10 % and up to the best 20 %. Buyers of equal sales are
/// in one row, the better one.
public record Concentration(Window window) implements Question {
  private static final int[] ENDS = {1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100};

  @Override
  public String kind() {
    return "concentration";
  }

  @Override
  public boolean looksTwice() {
    return true;
  }

  private long sales(Timeline timeline, Scene scene) {
    Window.Span span = scene.span(window);
    return Math.round(Response.revenue(timeline, span.fromMs(), span.toMs() - 1));
  }

  @Override
  public void look(Timeline timeline, Scene scene, FirstLook into) {
    long sales = sales(timeline, scene);
    if (sales > 0) {
      into.amount(sales);
    }
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    long sales = sales(timeline, scene);
    if (sales > 0) {
      int buyers = first.amounts();
      for (int end : ENDS) {
        if (sales >= first.largest(last(end, buyers))) {
          cells.add(Numbers.key(end), RfmGrid.PEOPLE, sales);
          return;
        }
      }
    }
  }

  /// The rank of the last of the best so many in a hundred.
  private static int last(int percent, int buyers) {
    return (int) (((long) percent * buyers + 99) / 100) - 1;
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var rows = new ArrayList<Sheet.Label>();
    var cells = new ArrayList<Sheet.Cell>();
    FirstLook first = tally.first();
    int buyers = first.amounts();
    double all = 0;
    double weighted = 0;
    for (int rank = 0; rank < buyers; rank++) {
      all += first.largest(rank);
      // The smallest has weight 1.
      weighted += (double) (buyers - rank) * first.largest(rank);
    }
    int before = 0;
    long people = 0;
    double sales = 0;
    for (int end : ENDS) {
      String row = Numbers.key(end);
      rows.add(new Sheet.Label(row, before + "%-" + end + "%", before + "-" + end + " %"));
      before = end;
      Tally.Cell cell = tally.find(row, RfmGrid.PEOPLE);
      if (cell != null) {
        people += cell.people();
        sales += cell.sum();
        cells.add(
            new Sheet.Cell(
                row,
                RfmGrid.PEOPLE,
                cell.people(),
                Arrays.asList(
                    (double) cell.sum(),
                    Numbers.share(cell.sum(), all),
                    Numbers.share(people, buyers),
                    Numbers.share(sales, all)),
                true));
      }
    }
    int top = buyers == 0 ? 0 : last(20, buyers) + 1;
    double topSales = 0;
    for (int rank = 0; rank < top; rank++) {
      topSales += first.largest(rank);
    }
    int needed = 0;
    for (double sum = 0; needed < buyers && sum < 0.8 * all; needed++) {
      sum += first.largest(needed);
    }
    @Nullable Double gini =
        all == 0 ? null : 2 * weighted / (buyers * all) - (buyers + 1.0) / buyers;
    return new Sheet(
        kind(),
        new Sheet.Axis("按销售额排名", "by rank of sales", rows),
        new Sheet.Axis("", "", List.of(new Sheet.Label(RfmGrid.PEOPLE, "人数", "people"))),
        List.of(
            new Sheet.Measure("sales", "销售额", "sales", Sheet.Unit.FEN),
            new Sheet.Measure("share", "占销售额", "of sales", Sheet.Unit.SHARE),
            new Sheet.Measure("peopleSoFar", "累计人数占比", "of buyers so far", Sheet.Unit.SHARE),
            new Sheet.Measure("salesSoFar", "累计销售占比", "of sales so far", Sheet.Unit.SHARE)),
        cells,
        List.of(
            new Sheet.Figure("buyers", "买家", "buyers", Sheet.Unit.NUMBER, Numbers.of(buyers)),
            new Sheet.Figure(
                "top20",
                "前 20% 买家占销售额",
                "sales of the best 20 %",
                Sheet.Unit.SHARE,
                Numbers.share(topSales, all)),
            new Sheet.Figure(
                "for80",
                "贡献 80% 销售额的买家占比",
                "of buyers who make 80 % of sales",
                Sheet.Unit.SHARE,
                Numbers.share(needed, buyers)),
            new Sheet.Figure("gini", "基尼系数", "Gini coefficient", Sheet.Unit.NUMBER, gini)),
        List.of());
  }
}
