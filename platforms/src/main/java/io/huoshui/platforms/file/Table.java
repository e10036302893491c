package io.huoshui.platforms.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A table of any columns, read row by row: CSV with any separator (also compressed), Parquet and
/// NDJSON as DuckDB understands them; a text whose columns stand apart by blanks when its columns
/// are named.
///
/// ```
/// Table table = Table.open(file, List.of());
/// table.read(List.of(Column.text("who"), Column.time("when")), row -> row.text(0));
/// ```
public final class Table {
  /// What a column's values are read as. What can not be read so is null.
  public enum Kind {
    TEXT,
    /// A day or an instant, as milliseconds since 1970-01-01T00:00Z; UTC where no zone is said.
    TIME,
    /// The day that is written, as that of [#TIME] at its begin.
    DAY,
    NUMBER,
    /// A number; yes and no, true and false, 是 and 否 are 1 and 0.
    MEASURE
  }

  public record Column(String name, Kind kind) {
    public static Column text(String name) {
      return new Column(name, Kind.TEXT);
    }

    public static Column time(String name) {
      return new Column(name, Kind.TIME);
    }

    public static Column day(String name) {
      return new Column(name, Kind.DAY);
    }

    public static Column number(String name) {
      return new Column(name, Kind.NUMBER);
    }

    public static Column measure(String name) {
      return new Column(name, Kind.MEASURE);
    }
  }

  /// One row, by the places of the columns that were asked for; moved on after it was seen.
  public interface Row {
    /// Stripped; null when there is nothing.
    @Nullable String text(int place);

    @Nullable Long timeMs(int place);

    @Nullable Double number(int place);
  }

  /// How times are written where not as RFC 3339.
  private static final String FORMATS =
      ", ['%Y%m%d', '%m/%d/%Y %H:%M', '%d/%m/%Y', '%Y/%m/%d', '%Y/%m/%d %H:%M:%S',"
          + " '%Y/%m/%d %H:%M'])";

  private final Path file;
  private final String from;
  private final List<String> columns;

  private Table(Path file, String from, List<String> columns) {
    this.file = file;
    this.from = from;
    this.columns = columns;
  }

  /// @param columns of a file without a header; empty where there is one
  public static Table open(Path file, List<String> columns) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new ImportException(
          "insight.no_file",
          ImportException.Kind.USER,
          file + " can not be read",
          "Give a CSV, Parquet or NDJSON file.");
    }
    String from = reader(file, columns);
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = db.createStatement();
        ResultSet described = sql.executeQuery("describe select * from " + from)) {
      var names = new ArrayList<String>();
      while (described.next()) {
        names.add(described.getString(1));
      }
      return new Table(file, from, List.copyOf(names));
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
  }

  private static String reader(Path file, List<String> columns) {
    String path = Sql.text(file.toString());
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".parquet")) {
      return "read_parquet(" + path + ")";
    }
    if (name.matches(".*\\.(json|ndjson|jsonl)(\\.gz)?")) {
      return "read_json(" + path + ")";
    }
    if (columns.isEmpty()) {
      return "read_csv(" + path + ", all_varchar = true, header = true)";
    }
    if (separated(file)) {
      return "read_csv("
          + path
          + ", all_varchar = true, header = false, names = ["
          + columns.stream().map(Sql::text).collect(Collectors.joining(", "))
          + "])";
    }
    var fields = new ArrayList<String>();
    for (int i = 0; i < columns.size(); i++) {
      fields.add("f[" + (i + 1) + "] as " + Sql.name(columns.get(i)));
    }
    return "(select "
        + String.join(", ", fields)
        + " from (select string_split_regex(trim(line, chr(9) || chr(13) || ' '), '\\s+') as f from"
        + " (select unnest(string_split(content, chr(10))) as line from read_text("
        + path
        + ")) where trim(line, chr(9) || chr(13) || ' ') <> ''))";
  }

  /// Whether something else than blanks stands between columns.
  private static boolean separated(Path file) {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                InputFile.unpacked(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      String first = lines.readLine();
      while (first != null && first.isBlank()) {
        first = lines.readLine();
      }
      return first != null && first.matches(".*[,;\t|].*");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static ImportException unreadable(Path file, Exception cause) {
    String why = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return new ImportException(
        "insight.unreadable",
        ImportException.Kind.USER,
        file + " can not be read as a table: " + why,
        "Look whether the file is whole; name the columns of a file without a header with"
            + " --columns.",
        cause);
  }

  /// The names of its columns, in their order.
  public List<String> columns() {
    return columns;
  }

  /// Shows every row, in the file's order.
  ///
  /// @throws ImportException `insight.no_column` when a column is not there: names those that are
  public void read(List<Column> wanted, Consumer<Row> each) {
    for (Column column : wanted) {
      if (!columns.contains(column.name())) {
        throw new ImportException(
            "insight.no_column",
            ImportException.Kind.USER,
            file + " has no column '" + column.name() + "'",
            "It has " + String.join(", ", columns) + ".");
      }
    }
    String select = wanted.stream().map(Table::expression).collect(Collectors.joining(", "));
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = db.createStatement()) {
      sql.execute("set TimeZone = 'UTC'");
      try (ResultSet rows = sql.executeQuery("select " + select + " from " + from)) {
        var row = new Shown(rows);
        while (rows.next()) {
          each.accept(row);
        }
      }
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
  }

  private static String expression(Column column) {
    String text = "trim(cast(" + Sql.name(column.name()) + " as varchar))";
    return switch (column.kind()) {
      case TEXT -> text;
      case TIME ->
          "epoch_ms(coalesce(try_cast("
              + text
              + " as timestamptz)::timestamp, try_strptime("
              + text
              + FORMATS
              + "))";
      case DAY ->
          "epoch_ms(cast(coalesce(try_cast("
              + text
              + " as date), try_cast(try_strptime("
              + text
              + FORMATS
              + " as date)) as timestamp))";
      case NUMBER -> "try_cast(" + text + " as double)";
      case MEASURE ->
          "case when lower("
              + text
              + ") in ('yes', 'true', 'y', '是') then 1 when lower("
              + text
              + ") in ('no', 'false', 'n', '否') then 0 else try_cast("
              + text
              + " as double) end";
    };
  }

  private record Shown(ResultSet rows) implements Row {
    @Override
    public @Nullable String text(int place) {
      try {
        String text = rows.getString(place + 1);
        return text == null || text.isEmpty() ? null : text;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public @Nullable Long timeMs(int place) {
      try {
        long value = rows.getLong(place + 1);
        return rows.wasNull() ? null : value;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public @Nullable Double number(int place) {
      try {
        double value = rows.getDouble(place + 1);
        return rows.wasNull() || !Double.isFinite(value) ? null : value;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
