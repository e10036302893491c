package io.huoshui.platforms.parquet;

import io.huoshui.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The process that runs one statement: what is asked comes as one JSON object on standard input,
/// the answer goes as one to standard output. It holds no secrets, and whatever the statement does
/// to it, the server goes on.
///
/// DuckDB may read the files of the views and nothing else: external access is switched off once
/// the views are there, and the configuration is locked after that.
final class SqlProcess {
  private static final Pattern EXPLAIN = Pattern.compile("(?is)\\s*explain(\\s+analyze)?\\s+(.*)");
  private static final String BEFORE = "select * from (\n";

  /// Numbers that browsers keep exactly end here.
  private static final BigInteger EXACT = BigInteger.TWO.pow(53);

  private SqlProcess() {}

  static void main() throws IOException {
    // The library, too, writes to standard output when something is wrong with it.
    PrintStream out = System.out;
    System.setOut(System.err);
    Json asked = Json.parse(new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
    out.write(answer((Json.Obj) asked).write().getBytes(StandardCharsets.UTF_8));
    out.flush();
    // Whatever threads are left: there is nothing more to do.
    Runtime.getRuntime().halt(0);
  }

  /// What was asked.
  ///
  /// @param file where a downloaded answer goes; empty for none
  private record Asked(
      Json.Obj json, String sql, long limit, long cells, String format, String file) {
    static Asked of(Json.Obj json) {
      return new Asked(
          json,
          text(json, "sql"),
          number(json, "limit"),
          number(json, "cells"),
          text(json, "format"),
          text(json, "file"));
    }
  }

  private static Json answer(Json.Obj json) {
    Asked asked = Asked.of(json);
    var settings = new Properties();
    settings.setProperty("memory_limit", number(json, "memoryMb") + "MB");
    settings.setProperty("threads", String.valueOf(number(json, "threads")));
    settings.setProperty("temp_directory", text(json, "spill"));
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    try (Connection db = DriverManager.getConnection("jdbc:duckdb:", settings);
        Statement statement = db.createStatement()) {
      var explain = EXPLAIN.matcher(asked.sql());
      boolean explains = explain.matches();
      String sql = whole(db, explains ? explain.group(2) : asked.sql());
      int moved = explains ? explain.start(2) : 0;
      SqlAnswer.Refused refusal = SqlCheck.refusal(parsed(db, sql));
      if (refusal != null) {
        return refused(refusal.kind(), refusal.why(), add(refusal.position(), moved));
      }
      open(statement, json);
      return run(statement, asked, explains ? explain.group(1) : null, explains, sql, moved);
    } catch (SQLException e) {
      return refused(SqlAnswer.Why.FAILED, String.valueOf(e.getMessage()), null);
    } catch (OutOfMemoryError e) {
      return refused(SqlAnswer.Why.TOO_MUCH_MEMORY, "The answer is too large.", null);
    } catch (StackOverflowError e) {
      return refused(SqlAnswer.Why.FAILED, "It is nested too deeply.", null);
    }
  }

  /// The statement without the semicolon that ends it, and what stands after that.
  private static String whole(Connection db, String sql) throws SQLException {
    int end = sql.lastIndexOf(';');
    if (end < 0
        || !SqlCheck.nothing(parsed(db, sql.substring(end + 1)))
        || SqlCheck.refusal(parsed(db, sql.substring(0, end))) != null) {
      return sql;
    }
    return whole(db, sql.substring(0, end));
  }

  private static Json parsed(Connection db, String sql) throws SQLException {
    try (var parser = db.prepareStatement("select json_serialize_sql(?)")) {
      parser.setString(1, sql);
      try (ResultSet row = parser.executeQuery()) {
        row.next();
        return Json.parse(row.getString(1));
      }
    }
  }

  /// Makes the views, then shuts every other way.
  static void open(Statement statement, Json.Obj asked) throws SQLException {
    var allowed = new ArrayList<String>();
    var views = new ArrayList<String>();
    for (Json view : items(asked, "views")) {
      List<String> files =
          items(view, "files").stream()
              .map(file -> file instanceof Json.Str(String path) ? path : "")
              .toList();
      allowed.addAll(files);
      String list = files.stream().map(ParquetExport::text).collect(Collectors.joining(", "));
      views.add(
          "create view \""
              + text((Json.Obj) view, "name")
              + "\" as select * from read_parquet(["
              + list
              + "]"
              + (list.contains("/month=")
                  ? ", hive_partitioning = true, hive_types = {'month': varchar}"
                  : "")
              + ")");
    }
    String file = text(asked, "file");
    if (!file.isEmpty()) {
      allowed.add(file);
    }
    statement.execute("set TimeZone = 'UTC'");
    statement.execute("set errors_as_json = true");
    statement.execute("set max_temp_directory_size = '" + number(asked, "spillMb") + "MB'");
    statement.execute(
        allowed.stream()
            .map(ParquetExport::text)
            .collect(Collectors.joining(", ", "set allowed_paths = [", "]")));
    for (String view : views) {
      statement.execute(view);
    }
    statement.execute("set enable_external_access = false");
    statement.execute("set lock_configuration = true");
  }

  private static Json run(
      Statement statement,
      Asked asked,
      @Nullable String analyze,
      boolean explains,
      String sql,
      int moved) {
    // The parser took it for one whole query, so it stays one in brackets.
    String before = explains ? "explain" + (analyze == null ? "" : analyze) + " " : before(asked);
    String whole = explains ? before + sql : before + sql + "\n) limit " + (asked.limit() + 1);
    try {
      if (asked.format().equals("parquet")) {
        statement.execute(
            "copy ("
                + whole
                + ") to "
                + ParquetExport.text(asked.file())
                + " (format parquet, compression zstd)");
        return Json.object(
            "columns",
            new Json.Arr(List.of()),
            "rows",
            new Json.Arr(List.of()),
            "truncated",
            Json.of(false));
      }
      try (ResultSet rows = statement.executeQuery(whole)) {
        return asked.format().equals("csv") ? csv(rows, asked) : rows(rows, asked);
      }
    } catch (SQLException e) {
      return failed(String.valueOf(e.getMessage()), moved - before.length());
    } catch (IOException e) {
      return refused(
          SqlAnswer.Why.FAILED, "The answer can not be written: " + e.getMessage(), null);
    }
  }

  private static String before(Asked asked) {
    String column = text(asked.json(), "column");
    return column.isEmpty()
        ? BEFORE
        : "select distinct try_cast(ltrim(cast(\""
            + column.replace("\"", "\"\"")
            + "\" as varchar), 'p') as integer) as profile from (\n";
  }

  private static Json columns(ResultSetMetaData of) throws SQLException {
    var columns = new ArrayList<Json>();
    for (int i = 1; i <= of.getColumnCount(); i++) {
      columns.add(
          Json.object(
              "name", Json.of(of.getColumnName(i)), "type", Json.of(of.getColumnTypeName(i))));
    }
    return Json.of(columns);
  }

  private static Json rows(ResultSet of, Asked asked) throws SQLException {
    Json columns = columns(of.getMetaData());
    int width = of.getMetaData().getColumnCount();
    var rows = new ArrayList<Json>();
    long size = 0;
    boolean more = false;
    while (of.next()) {
      if (rows.size() == asked.limit() || size > asked.cells()) {
        more = true;
        break;
      }
      var row = new ArrayList<Json>();
      for (int i = 1; i <= width; i++) {
        Json cell = cell(of, i);
        size += cell instanceof Json.Str(String text) ? text.length() : 8;
        row.add(cell);
      }
      rows.add(new Json.Arr(row));
    }
    return Json.object("columns", columns, "rows", new Json.Arr(rows), "truncated", Json.of(more));
  }

  private static Json csv(ResultSet of, Asked asked) throws SQLException, IOException {
    ResultSetMetaData columns = of.getMetaData();
    int width = columns.getColumnCount();
    long count = 0;
    try (var out = Files.newBufferedWriter(Path.of(asked.file()))) {
      for (int i = 1; i <= width; i++) {
        out.write((i == 1 ? "" : ",") + quoted(columns.getColumnName(i)));
      }
      out.write("\r\n");
      while (of.next() && count < asked.limit()) {
        for (int i = 1; i <= width; i++) {
          out.write((i == 1 ? "" : ",") + field(cell(of, i)));
        }
        out.write("\r\n");
        count++;
      }
    }
    return Json.object(
        "columns",
        new Json.Arr(List.of()),
        "rows",
        new Json.Arr(List.of()),
        "truncated",
        Json.of(false));
  }

  private static String field(Json cell) {
    return switch (cell) {
      case Json.Str(String text) -> quoted(text);
      case Json.Null _ -> "";
      case Json.Num _, Json.Bool _, Json.Obj _, Json.Arr _ -> cell.write();
    };
  }

  /// What a table would take for a formula begins with a quote mark that keeps it a text.
  private static String quoted(String text) {
    String safe = text.matches("(?s)[=@\\t\\r+-].*") ? "'" + text : text;
    return safe.matches("(?s).*[\",\r\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }

  private static Json cell(ResultSet of, int column) throws SQLException {
    Object value = of.getObject(column);
    return switch (value) {
      case null -> new Json.Null();
      case Boolean on -> Json.of(on.booleanValue());
      case Byte number -> Json.of(number.longValue());
      case Short number -> Json.of(number.longValue());
      case Integer number -> Json.of(number.longValue());
      case Long number -> whole(BigInteger.valueOf(number));
      case BigInteger number -> whole(number);
      case BigDecimal number -> new Json.Num(number);
      case Float number when Float.isFinite(number) ->
          new Json.Num(new BigDecimal(number.toString()));
      case Double number when Double.isFinite(number) -> Json.of(number.doubleValue());
      case OffsetDateTime at -> Json.of(at.toInstant().toString());
      default -> Json.of(value.toString());
    };
  }

  private static Json whole(BigInteger number) {
    return number.abs().compareTo(EXACT) <= 0
        ? new Json.Num(new BigDecimal(number))
        : Json.of(number.toString());
  }

  // What DuckDB says when it can not.

  /// @param moved by how much the statement is further on in what was asked of DuckDB
  private static Json failed(String message, int moved) {
    String kind = "";
    String why = message;
    Integer position = null;
    int brace = message.indexOf('{');
    if (brace >= 0 && Json.parse(message.substring(brace)) instanceof Json.Obj told) {
      kind = text(told, "exception_type").toLowerCase(Locale.ROOT);
      why = text(told, "exception_message");
      position = SqlCheck.position(text(told, "position"));
    }
    String said = why.toLowerCase(Locale.ROOT);
    SqlAnswer.Why reason =
        kind.contains("memory") || said.contains("out of memory") || said.contains("heap space")
            ? SqlAnswer.Why.TOO_MUCH_MEMORY
            : kind.contains("permission")
                ? SqlAnswer.Why.NO_FILES
                : kind.equals("parser") || kind.equals("syntax")
                    ? SqlAnswer.Why.SYNTAX
                    : kind.equals("catalog") || kind.equals("binder")
                        ? SqlAnswer.Why.UNKNOWN_NAME
                        : SqlAnswer.Why.FAILED;
    return refused(reason, why, add(position, moved));
  }

  private static @Nullable Integer add(@Nullable Integer position, int moved) {
    return position == null || position + moved < 0 ? null : Integer.valueOf(position + moved);
  }

  private static Json refused(SqlAnswer.Why kind, String why, @Nullable Integer position) {
    return Json.object(
        "refused",
        Json.of(kind.wire()),
        "why",
        Json.of(why),
        "position",
        position == null ? new Json.Null() : Json.of(position.longValue()));
  }

  private static String text(Json.Obj json, String key) {
    return json.get(key) instanceof Json.Str(String text) ? text : "";
  }

  private static long number(Json.Obj json, String key) {
    return json.get(key) instanceof Json.Num(BigDecimal number) ? number.longValue() : 0;
  }

  private static List<Json> items(Json json, String key) {
    return json instanceof Json.Obj object && object.get(key) instanceof Json.Arr(List<Json> items)
        ? items
        : List.of();
  }
}
