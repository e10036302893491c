package io.huoshui.insight.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A report: parts in order, in Chinese and English.
///
/// @param name of its files; small letters, digits, `-` and `_`
/// @param currency ISO 4217; money is in its hundredths
/// @param how in small print: of when the numbers are and how they were counted
public record Report(
    String name, Words title, Words subtitle, String currency, List<Part> parts, Words how) {
  public Report {
    parts = List.copyOf(parts);
  }

  /// The same in both languages.
  public record Words(String zh, String en) {
    public static Words of(String same) {
      return new Words(same, same);
    }

    public String in(Language language) {
      return switch (language) {
        case ZH -> zh;
        case EN -> en;
      };
    }
  }

  public enum Language {
    ZH("zh-CN"),
    EN("en");

    private final String tag;

    Language(String tag) {
      this.tag = tag;
    }

    /// BCP 47.
    public String tag() {
      return tag;
    }

    /// The language of a header or a parameter (`en-GB,en;q=0.9`): English where it begins so, else
    /// Chinese.
    public static Language of(String wanted) {
      return wanted.strip().toLowerCase(java.util.Locale.ROOT).startsWith("en") ? EN : ZH;
    }
  }

  public sealed interface Part {}

  public record Heading(Words text) implements Part {}

  public record Sentence(Words text) implements Part {}

  /// @param name of its sheet: at most 31 letters, in one report only once
  /// @param note what the numbers mean; empty for nothing
  public record Table(String name, Words title, Words note, List<Column> columns, List<Row> rows)
      implements Part {
    public Table {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
      for (Row row : rows) {
        if (row.cells().size() != columns.size()) {
          throw new IllegalArgumentException(
              "Table '"
                  + name
                  + "' has "
                  + columns.size()
                  + " columns and a row of "
                  + row.cells().size());
        }
      }
    }
  }

  /// @param people the rule that picks whom the row counts, as text; empty where it counts nobody
  public record Row(List<Cell> cells, String people) {
    public Row {
      cells = List.copyOf(cells);
    }

    public static Row of(Cell... cells) {
      return new Row(List.of(cells), "");
    }

    public Row whom(String rule) {
      return new Row(cells, rule);
    }
  }

  public record Column(Words title) {}

  /// Bars side by side, the longest as wide as there is room.
  public record Bars(Words title, List<Bar> bars) implements Part {
    public Bars {
      bars = List.copyOf(bars);
    }
  }

  /// @param length 0 or more, in the unit of the cell
  public record Bar(Words label, double length, Cell cell) {}

  /// One column a day, and beside it that of the season before.
  public record Days(Words title, Words now, Words before, List<Day> days) implements Part {
    public Days {
      days = List.copyOf(days);
    }
  }

  /// @param before null where there is none
  public record Day(String label, double value, @Nullable Double before) {}

  public sealed interface Cell {}

  public record Text(Words words) implements Cell {}

  public record Whole(long number) implements Cell {}

  /// In hundredths of the currency.
  public record Money(long fen) implements Cell {}

  /// 1 is all.
  public record Share(double value) implements Cell {}

  public record Ratio(double value) implements Cell {}

  /// No number, and why.
  public record None(Words why) implements Cell {}

  public static Cell text(String zh, String en) {
    return new Text(new Words(zh, en));
  }

  public static Cell text(String same) {
    return new Text(Words.of(same));
  }

  /// What there is none of has no base.
  public static final Words NO_BASE = new Words("无基数", "no base");

  public static Cell ratio(@Nullable Double value) {
    return value == null ? new None(NO_BASE) : new Ratio(value);
  }

  /// A part of a whole; no base where there is none.
  public static Cell share(long of, long all) {
    return all == 0 ? new None(NO_BASE) : new Share((double) of / all);
  }

  /// How much more than before, as a share of it; no base where there was nothing.
  public static Cell change(long now, @Nullable Long before) {
    return before == null || before == 0
        ? new None(NO_BASE)
        : new Share((double) (now - before) / before);
  }
}
