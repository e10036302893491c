package io.huoshui.insight.sheet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A question's answer.
///
/// @param measures what `values` of each cell are, in order
/// @param cells those somebody is in, row by row in the order of the axes
/// @param figures what is said of the whole
/// @param notes what one has to know to read it
public record Sheet(
    String kind,
    Axis rows,
    Axis columns,
    List<Measure> measures,
    List<Cell> cells,
    List<Figure> figures,
    List<Note> notes) {
  public Sheet {
    measures = List.copyOf(measures);
    cells = List.copyOf(cells);
    figures = List.copyOf(figures);
    notes = List.copyOf(notes);
  }

  public record Axis(String zh, String en, List<Label> labels) {
    public Axis {
      labels = List.copyOf(labels);
    }
  }

  /// @param key by which cells name it
  public record Label(String key, String zh, String en) {
    public static Label of(String key) {
      return new Label(key, key, key);
    }
  }

  public enum Unit {
    NUMBER,
    /// 0 to 1.
    SHARE,
    /// Money in the smallest unit.
    FEN,
    DAYS,
    HOURS;

    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public record Measure(String name, String zh, String en, Unit unit) {}

  /// @param people each counted once
  /// @param values per measure; null where there is no base to tell it from
  /// @param complete false where its time is not over yet
  public record Cell(
      String row, String column, long people, List<@Nullable Double> values, boolean complete) {
    public Cell {
      values = java.util.Collections.unmodifiableList(new java.util.ArrayList<>(values));
    }
  }

  /// @param value null where there is no base
  public record Figure(String name, String zh, String en, Unit unit, @Nullable Double value) {}

  public record Note(String zh, String en) {}

  public @Nullable Cell cell(String row, String column) {
    for (Cell cell : cells) {
      if (cell.row().equals(row) && cell.column().equals(column)) {
        return cell;
      }
    }
    return null;
  }
}
