package io.huoshui.insight.sheet;

import io.huoshui.profile.Rfm;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// RFM 分层: buyers by their scores.
///
/// @param rules fixed bounds; null scores everybody against everybody, by fifths
public record RfmGrid(Layout layout, Rfm.@Nullable Rules rules, Window window) implements Question {
  /// What the rows and columns are.
  public enum Layout {
    /// Rows by recency, columns by frequency.
    GRID,
    /// Rows by recency, columns by frequency and money.
    CELLS,
    /// The eight classic classes.
    CLASSES;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final String PEOPLE = "people";

  @Override
  public String kind() {
    return "rfm";
  }

  @Override
  public boolean looksTwice() {
    return rules == null;
  }

  @Override
  public void look(Timeline timeline, Scene scene, FirstLook into) {
    Rfm rfm = Rfm.of(timeline, window, scene.now(), scene.calendar().zone());
    if (rfm != null) {
      into.buyer(0, rfm);
    }
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    Rfm rfm = Rfm.of(timeline, window, scene.now(), scene.calendar().zone());
    if (rfm != null) {
      put(score(rfm, first), rfm.monetaryFen(), cells);
    }
  }

  public Rfm.Cell score(Rfm rfm, FirstLook first) {
    return score(rules, rfm, first, 0);
  }

  /// Puts a buyer, or what buyers of one score came to, where the scores say.
  public void put(Rfm.Cell cell, long monetaryFen, Cells cells) {
    switch (layout) {
      case GRID -> cells.add(R[cell.r()], F[cell.f()], monetaryFen);
      case CELLS -> cells.add(R[cell.r()], FM[cell.f()][cell.m()], monetaryFen);
      case CLASSES -> cells.add(cell.class8().wire(), PEOPLE, monetaryFen);
    }
  }

  static Rfm.Cell score(Rfm.@Nullable Rules rules, Rfm rfm, FirstLook first, int when) {
    return rules == null ? first.scored(when, rfm) : rules.score(rfm);
  }

  private static final String[] R = {"", "R1", "R2", "R3", "R4", "R5"};
  private static final String[] F = {"", "F1", "F2", "F3", "F4", "F5"};
  private static final String[][] FM = new String[6][6];

  static {
    for (int f = 1; f <= 5; f++) {
      for (int m = 1; m <= 5; m++) {
        FM[f][m] = "F" + f + "M" + m;
      }
    }
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var rows = new ArrayList<Sheet.Label>();
    var columns = new ArrayList<Sheet.Label>();
    if (layout == Layout.CLASSES) {
      for (Rfm.Class8 each : Rfm.Class8.values()) {
        rows.add(label(each));
      }
      columns.add(new Sheet.Label(PEOPLE, "人数", "people"));
    } else {
      for (int r = 5; r >= 1; r--) {
        rows.add(Sheet.Label.of(R[r]));
      }
      for (int f = 5; f >= 1; f--) {
        if (layout == Layout.GRID) {
          columns.add(Sheet.Label.of(F[f]));
        } else {
          for (int m = 5; m >= 1; m--) {
            columns.add(Sheet.Label.of(FM[f][m]));
          }
        }
      }
    }
    long buyers = 0;
    double sales = 0;
    for (String row : tally.rows()) {
      for (Sheet.Label column : columns) {
        buyers += tally.peopleIn(row, column.key());
        sales += tally.sumOf(row, column.key());
      }
    }
    var cells = new ArrayList<Sheet.Cell>();
    for (Sheet.Label row : rows) {
      for (Sheet.Label column : columns) {
        Tally.Cell cell = tally.find(row.key(), column.key());
        if (cell != null) {
          cells.add(
              new Sheet.Cell(
                  row.key(),
                  column.key(),
                  cell.people(),
                  Arrays.asList(
                      Numbers.share(cell.people(), buyers),
                      (double) cell.sum(),
                      Numbers.share(cell.sum(), sales),
                      Numbers.share(cell.sum(), cell.people())),
                  true));
        }
      }
    }
    return new Sheet(
        kind(),
        new Sheet.Axis(layout == Layout.CLASSES ? "分类" : "最近一次 R", "recency", rows),
        new Sheet.Axis(layout == Layout.CLASSES ? "" : "频次 F", "frequency", columns),
        List.of(
            new Sheet.Measure("share", "占买家", "of buyers", Sheet.Unit.SHARE),
            new Sheet.Measure("sales", "销售额", "sales", Sheet.Unit.FEN),
            new Sheet.Measure("salesShare", "占销售额", "of sales", Sheet.Unit.SHARE),
            new Sheet.Measure("perHead", "人均", "per head", Sheet.Unit.FEN)),
        cells,
        List.of(
            new Sheet.Figure("buyers", "买家", "buyers", Sheet.Unit.NUMBER, Numbers.of(buyers)),
            new Sheet.Figure("sales", "销售额", "sales", Sheet.Unit.FEN, sales)),
        List.of(bounds(rules)));
  }

  static Sheet.Label label(Rfm.Class8 each) {
    return new Sheet.Label(each.wire(), each.zh() + "客户", each.wire().replace('_', ' '));
  }

  static Sheet.Note bounds(Rfm.@Nullable Rules rules) {
    return rules == null
        ? new Sheet.Note(
            "按全部买家五等分打分;相等的值得分相等。",
            "Scored by fifths of all buyers; equal values have equal scores.")
        : new Sheet.Note("按固定界限打分:" + rules, "Scored by fixed bounds: " + rules);
  }
}
