package io.huoshui.platforms.file;

import io.huoshui.platforms.file.ImportException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/// The rows of all files in a DuckDB file on disk, so that memory stays the same however big they
/// are. For each file `x` of the map:
///
/// ```
/// _raw_x    _row, every column as the text it was (Parquet: as the type it was)
/// _typed_x  _row, every column as its type, _bad: which check refused the row, or NULL
/// x         the good rows of _typed_x: what the map's selects see
/// ```
///
/// `_row` numbers a row across all files ([InputFile#row]); a select that groups keeps `min(_row)
/// as _row`, and refusals can name the line.
final class Staging implements AutoCloseable {
  /// Checks of the map are numbered from here, columns from 0.
  private static final int FIRST_CHECK = 100_000;

  private static final Pattern WORKING_FILE = Pattern.compile(".*\\.(\\d{1,18})\\.duckdb");
  private static final Pattern SQL_LINE = Pattern.compile("LINE (\\d+):");

  private final Path file;
  private final ImportMap map;
  private final List<InputFile> inputs;
  private final DuckDBConnection db;
  private final Map<String, Loaded> loaded = new HashMap<>();
  private long rowsRead;
  private long exactDuplicates;

  /// @param columns their names as in the file
  /// @param asText whether `_raw_x` holds text that is still to be typed
  /// @param whole whether `_raw_x` has a column `_raw` with the row as it was
  private record Loaded(List<String> columns, boolean asText, boolean whole) {}

  /// Told how far the reading is.
  interface Progress {
    void read(InputFile file, long bytes, long rows);
  }

  private Staging(Path file, ImportMap map, List<InputFile> inputs, DuckDBConnection db) {
    this.file = file;
    this.map = map;
    this.inputs = inputs;
    this.db = db;
  }

  /// @param folder of the working file, which is named after `key` and this process; those of
  ///   processes that are gone are removed
  static Staging open(Path folder, String key, ImportMap map, List<InputFile> inputs) {
    Path file = folder.resolve(key + "." + ProcessHandle.current().pid() + ".duckdb");
    var settings = new Properties();
    settings.setProperty("memory_limit", "256MB");
    settings.setProperty("threads", "2");
    settings.setProperty("temp_directory", file + ".tmp");
    settings.setProperty("preserve_insertion_order", "false");
    // Nothing is ever fetched from the network.
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    // Rows are handed over as they are computed, not gathered first.
    settings.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
    try {
      Files.createDirectories(folder);
      sweep(folder);
      delete(file);
      var db = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file, settings);
      var staging = new Staging(file, map, inputs, db);
      staging.run("set global TimeZone = " + Sql.text(map.zone().getId()));
      return staging;
    } catch (SQLException | IOException e) {
      throw failure("The import can not begin in " + file, e);
    }
  }

  private static void sweep(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder, "*.duckdb")) {
      for (Path each : files) {
        Matcher process = WORKING_FILE.matcher(each.getFileName().toString());
        if (process.matches()
            && ProcessHandle.of(Long.parseLong(process.group(1)))
                .filter(ProcessHandle::isAlive)
                .isEmpty()) {
          delete(each);
        }
      }
    }
  }

  private static void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(Path.of(file + ".wal"));
    Path temporary = Path.of(file + ".tmp");
    if (Files.isDirectory(temporary)) {
      try (var inside = Files.list(temporary)) {
        for (Path each : inside.toList()) {
          Files.deleteIfExists(each);
        }
      }
      Files.deleteIfExists(temporary);
    }
  }

  long rowsRead() {
    return rowsRead;
  }

  /// Rows that were dropped because an earlier one is equal in every column.
  long exactDuplicates() {
    return exactDuplicates;
  }

  /// Reads every file, refuses bad rows, runs the map's steps.
  void load(Consumer<Rejects.Refusal> refused, Progress progress) {
    for (ImportMap.SourceFile source : map.files()) {
      List<InputFile> parts =
          inputs.stream().filter(input -> input.source().equals(source)).toList();
      try {
        Loaded table =
            switch (parts.getFirst().format()) {
              case "parquet" -> parquet(source, parts, progress);
              case "json" -> json(source, parts, refused, progress);
              default -> text(source, parts, refused, progress);
            };
        loaded.put(source.name(), table);
        checkDeclared(source, table);
        if (source.dropDuplicates()) {
          dropDuplicates(source, table);
        }
      } catch (SQLException e) {
        throw failure("'" + source.name() + "' can not be loaded", e);
      }
    }
    try {
      // From here on a map's SQL sees its own files' rows and nothing else of this machine.
      run("set enable_external_access = false");
      for (ImportMap.SourceFile source : map.files()) {
        type(source, loaded(source), refused);
      }
    } catch (SQLException e) {
      throw failure("The columns can not be typed", e);
    }
    for (ImportMap.Step step : map.steps()) {
      try {
        run(
            "create table "
                + Sql.name(step.name())
                + " as select * from (\n"
                + step.select()
                + "\n)");
      } catch (SQLException e) {
        throw inSelect(e, "table '" + step.name() + "'", step.line());
      }
    }
  }

  private Loaded loaded(ImportMap.SourceFile source) {
    Loaded table = loaded.get(source.name());
    if (table == null) {
      throw new IllegalStateException("'" + source.name() + "' was not loaded");
    }
    return table;
  }

  private static String raw(ImportMap.SourceFile source) {
    return Sql.name("_raw_" + source.name());
  }

  private static String names(Collection<String> columns) {
    return columns.stream().map(Sql::name).collect(Collectors.joining(", "));
  }

  private Loaded text(
      ImportMap.SourceFile source,
      List<InputFile> parts,
      Consumer<Rejects.Refusal> refused,
      Progress progress)
      throws SQLException {
    List<String> columns = List.of();
    for (InputFile part : parts) {
      long[] bytes = new long[1];
      try (Rows rows = part.rows(read -> bytes[0] = read)) {
        if (rows.columns().isEmpty()) {
          throw new ImportException(
              "import.empty_file",
              Kind.USER,
              part.path() + " is empty",
              "It needs a header line; or give 'header: [names]' in the map.");
        }
        int[] order;
        if (columns.isEmpty()) {
          columns = rows.columns();
          run(
              "create table "
                  + raw(source)
                  + " (_row bigint, "
                  + columns.stream()
                      .map(column -> Sql.name(column) + " varchar")
                      .collect(Collectors.joining(", "))
                  + ")");
        }
        order = order(part, columns, rows.columns());
        append(part, source, rows, order, refused, () -> progress.read(part, bytes[0], rowsRead));
      } catch (IOException e) {
        throw InputFile.unreadable(part.path(), e);
      }
      progress.read(part, part.bytes(), rowsRead);
    }
    return new Loaded(columns, true, false);
  }

  private void append(
      InputFile part,
      ImportMap.SourceFile source,
      Rows rows,
      int[] order,
      Consumer<Rejects.Refusal> refused,
      Runnable progress)
      throws SQLException, IOException {
    try (var appender = db.createAppender("main", "_raw_" + source.name())) {
      for (Rows.Item item; (item = rows.next()) != null; ) {
        rowsRead++;
        if ((rowsRead & 4095) == 0) {
          progress.run();
        }
        switch (item) {
          case Rows.Good(long line, List<@Nullable String> fields) -> {
            appender.beginRow();
            appender.append(part.row(line));
            for (int index : order) {
              String field = fields.get(index);
              if (field == null) {
                appender.appendNull();
              } else {
                appender.append(field);
              }
            }
            appender.endRow();
          }
          case Rows.Bad(
                  long line,
                  String code,
                  String field,
                  String value,
                  String why,
                  String rawRow) ->
              refused.accept(new Rejects.Refusal(part.row(line), code, field, value, why, rawRow));
        }
      }
    }
  }

  /// Where each of `columns` stands in a further file of the same name.
  private static int[] order(InputFile part, List<String> columns, List<String> here) {
    int[] order = new int[columns.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = here.indexOf(columns.get(i));
      if (order[i] < 0 || here.size() != order.length) {
        throw new ImportException(
            "import.other_columns",
            Kind.USER,
            part.path()
                + " has other columns than the first file of '"
                + part.source().name()
                + "'",
            "There: " + String.join(", ", columns) + ". Here: " + String.join(", ", here) + ".");
      }
    }
    return order;
  }

  private Loaded json(
      ImportMap.SourceFile source,
      List<InputFile> parts,
      Consumer<Rejects.Refusal> refused,
      Progress progress)
      throws SQLException {
    String name = "_raw_" + source.name();
    run("create table " + Sql.name(name) + " (_row bigint, _raw varchar)");
    for (InputFile part : parts) {
      long[] bytes = new long[1];
      try (Rows rows = part.rows(read -> bytes[0] = read)) {
        append(
            part,
            source,
            rows,
            new int[] {0},
            refused,
            () -> progress.read(part, bytes[0], rowsRead));
      } catch (IOException e) {
        throw InputFile.unreadable(part.path(), e);
      }
      progress.read(part, part.bytes(), rowsRead);
    }
    // A case, because json_type fails on what json_valid refuses, and "and" promises no order.
    String valid = "case when json_valid(_raw) then json_type(_raw) = 'OBJECT' else false end";
    query(
        "select _row, _raw from " + Sql.name(name) + " where not " + valid + " order by _row",
        row ->
            refused.accept(
                new Rejects.Refusal(
                    row.getLong(1),
                    "malformed_json",
                    "",
                    "",
                    "no valid JSON object",
                    Rows.shown(row.getString(2)))));
    run("delete from " + Sql.name(name) + " where not " + valid);
    var keys = new ArrayList<String>();
    query(
        "select distinct unnest(json_keys(_raw)) as key from " + Sql.name(name) + " order by key",
        row -> keys.add(row.getString(1)));
    if (keys.isEmpty()) {
      throw new ImportException(
          "import.empty_file",
          Kind.USER,
          parts.getFirst().path() + " holds no JSON object that can be read",
          "See the rejects for what is wrong with its rows.");
    }
    String columns =
        keys.stream()
            .map(
                key ->
                    "_raw ->> "
                        + Sql.text("$.\"" + key.replace("\"", "\\\"") + "\"")
                        + " as "
                        + Sql.name(key))
            .collect(Collectors.joining(", "));
    run("alter table " + Sql.name(name) + " rename to _lines");
    run("create table " + Sql.name(name) + " as select _row, _raw, " + columns + " from _lines");
    run("drop table _lines");
    return new Loaded(List.copyOf(keys), true, true);
  }

  private Loaded parquet(ImportMap.SourceFile source, List<InputFile> parts, Progress progress)
      throws SQLException {
    boolean first = true;
    for (InputFile part : parts) {
      String select =
          "select "
              + part.row(1)
              + " + file_row_number as _row, * exclude (file_row_number) from read_parquet("
              + Sql.text(part.path().toString())
              + ", file_row_number = true)";
      try {
        run(
            (first
                    ? "create table " + raw(source) + " as "
                    : "insert into " + raw(source) + " by name ")
                + select);
      } catch (SQLException e) {
        throw new ImportException(
            "import.bad_file",
            Kind.USER,
            part.path() + " is no readable Parquet: " + firstLine(e),
            "Write it again; a Parquet file that breaks off can not be read in part.",
            e);
      }
      first = false;
      progress.read(part, part.bytes(), rowsRead);
    }
    query("select count(*) from " + raw(source), row -> rowsRead += row.getLong(1));
    var columns = new ArrayList<String>();
    query("describe " + raw(source), row -> columns.add(row.getString(1)));
    columns.remove("_row");
    return new Loaded(List.copyOf(columns), false, false);
  }

  private void checkDeclared(ImportMap.SourceFile source, Loaded table) {
    var declared = new ArrayList<>(source.columns().keySet());
    source.rejects().stream()
        .map(ImportMap.Check::column)
        .filter(column -> !column.isEmpty())
        .forEach(declared::add);
    for (String column : declared) {
      if (!table.columns.contains(column)) {
        throw ImportException.inMap(
            map.name(),
            source.line(),
            "file '" + source.name() + "' has no column '" + column + "'",
            "Known: " + String.join(", ", table.columns) + ".");
      }
    }
  }

  private void dropDuplicates(ImportMap.SourceFile source, Loaded table) throws SQLException {
    String columns = names(table.columns);
    String kept = "_kept_" + source.name();
    run(
        "create table "
            + Sql.name(kept)
            + " as select min(_row) as _row, "
            + (table.whole ? "any_value(_raw) as _raw, " : "")
            + columns
            + " from "
            + raw(source)
            + " group by "
            + columns);
    query(
        "select (select count(*) from "
            + raw(source)
            + ") - (select count(*) from "
            + Sql.name(kept)
            + ")",
        row -> exactDuplicates += row.getLong(1));
    run("drop table " + raw(source));
    run("alter table " + Sql.name(kept) + " rename to " + raw(source));
  }

  private void type(ImportMap.SourceFile source, Loaded table, Consumer<Rejects.Refusal> refused)
      throws SQLException {
    Map<String, ColumnType> types = types(source, table);
    var typed = new ArrayList<String>();
    var faults = new StringBuilder();
    for (int i = 0; i < table.columns.size(); i++) {
      String column = table.columns.get(i);
      ColumnType type = types.get(column);
      String name = Sql.name(column);
      if (type == null) {
        typed.add(name);
      } else {
        String text = table.asText ? name : "cast(" + name + " as varchar)";
        typed.add(type.sql(text) + " as " + name);
        if (!(type instanceof ColumnType.Text)) {
          faults.append(
              " when "
                  + Sql.name("_raw_" + column)
                  + " is not null and "
                  + name
                  + " is null then "
                  + i);
        }
      }
    }
    for (int i = 0; i < source.rejects().size(); i++) {
      ImportMap.Check check = source.rejects().get(i);
      // The newline keeps a comment at its end from swallowing the rest.
      faults.append(" when (" + check.when() + "\n) then " + (FIRST_CHECK + i));
    }
    // The checks of the map name columns bare; the typed ones answer to that.
    String rawNames =
        table.columns.stream()
            .map(column -> Sql.name(column) + " as " + Sql.name("_raw_" + column))
            .collect(Collectors.joining(", "));
    for (ImportMap.Check check : source.rejects()) {
      try {
        run(
            "create temp table _try as select ("
                + check.when()
                + "\n) as x from (select "
                + String.join(", ", typed)
                + " from "
                + raw(source)
                + " limit 0)");
        run("drop table _try");
      } catch (SQLException e) {
        throw ImportException.inMap(
            map.name(),
            check.line(),
            "'when' can not be computed: " + firstLine(e),
            "Known columns: " + String.join(", ", table.columns) + ".");
      }
    }
    String good = Sql.name("_typed_" + source.name());
    run(
        "create table "
            + good
            + " as select _row, "
            + names(table.columns)
            + ", "
            + (faults.isEmpty() ? "null::integer" : "case" + faults + " end")
            + " as _bad from (select _row, "
            + String.join(", ", typed)
            + ", "
            + rawNames
            + " from "
            + raw(source)
            + ")");
    run(
        "create view "
            + Sql.name(source.name())
            + " as select * exclude (_bad) from "
            + good
            + " where _bad is null");
    query(
        "select bad._bad, raw.* from (select _row, _bad from "
            + good
            + " where _bad is not null) bad join "
            + raw(source)
            + " raw on raw._row = bad._row order by bad._row",
        row -> refused.accept(refusal(source, table, types, row)));
  }

  private static Rejects.Refusal refusal(
      ImportMap.SourceFile source, Loaded table, Map<String, ColumnType> types, ResultSet row)
      throws SQLException {
    int bad = row.getInt(1);
    String rawRow = rawRow(table, source, row, 1);
    if (bad >= FIRST_CHECK) {
      ImportMap.Check check = source.rejects().get(bad - FIRST_CHECK);
      String value = check.column().isEmpty() ? null : row.getString(check.column());
      return new Rejects.Refusal(
          row.getLong("_row"),
          check.code(),
          check.column(),
          value == null ? "" : Rows.shown(value),
          check.why(),
          rawRow);
    }
    String column = table.columns.get(bad);
    ColumnType type = types.getOrDefault(column, new ColumnType.Text());
    return new Rejects.Refusal(
        row.getLong("_row"),
        type.code(),
        column,
        Rows.shown(String.valueOf(row.getString(column))),
        "allowed: " + type.allowed(),
        rawRow);
  }

  /// @param before how many columns stand before `_row`
  private static String rawRow(Loaded table, ImportMap.SourceFile source, ResultSet row, int before)
      throws SQLException {
    if (table.whole) {
      return Rows.shown(row.getString("_raw"));
    }
    char delimiter = source.delimiter() == null ? ',' : source.delimiter();
    var text = new StringBuilder();
    for (int i = 0; i < table.columns.size(); i++) {
      if (i > 0) {
        text.append(delimiter);
      }
      String value = row.getString(before + 2 + i);
      if (value != null) {
        boolean quoted =
            value.indexOf(delimiter) >= 0 || value.indexOf('"') >= 0 || value.indexOf('\n') >= 0;
        text.append(quoted ? "\"" + value.replace("\"", "\"\"") + "\"" : value);
      }
    }
    return Rows.shown(text.toString());
  }

  /// The declared types, and for other columns of text what all their values agree on. One value
  /// that does not fit makes the column text: a guess must not refuse rows.
  private Map<String, ColumnType> types(ImportMap.SourceFile source, Loaded table)
      throws SQLException {
    var types = new LinkedHashMap<String, ColumnType>(source.columns());
    List<String> open =
        table.asText
            ? table.columns.stream().filter(column -> !types.containsKey(column)).toList()
            : List.of();
    for (String column : open) {
      String name = Sql.name(column);
      String count = "count(*) filter (%s)";
      String sql =
          "select count(%s), ".formatted(name)
              // Leading zeros are part of an article or phone number, not of a count.
              + count.formatted("regexp_full_match(%s, '0|-?[1-9]\\d{0,14}')".formatted(name))
              + ", "
              + count.formatted(
                  "regexp_full_match(%s, '-?(0|[1-9]\\d{0,11})(\\.\\d{1,6})?')".formatted(name))
              + ", "
              + count.formatted("lower(%s) in ('true', 'false')".formatted(name))
              + ", "
              + count.formatted(
                  "regexp_full_match(%1$s, '\\d{4}-\\d\\d-\\d\\d') and try_cast(%1$s as date) is not null"
                      .formatted(name))
              + ", "
              + count.formatted(
                  "regexp_matches(%1$s, '^\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d') and try_cast(%1$s as timestamptz) is not null"
                      .formatted(name))
              + " from "
              + raw(source);
      query(
          sql,
          row -> {
            long all = row.getLong(1);
            List<ColumnType> guesses =
                List.of(
                    new ColumnType.Whole(),
                    new ColumnType.Decimal(ColumnType.Decimal.EXACT),
                    new ColumnType.Flag(),
                    new ColumnType.Date(""),
                    new ColumnType.Time("", ""));
            for (int i = 0; i < guesses.size() && all > 0; i++) {
              if (row.getLong(i + 2) == all) {
                types.put(column, guesses.get(i));
                return;
              }
            }
          });
    }
    return types;
  }

  /// The rows of these numbers, as they were in their files.
  Map<Long, String> rawRows(Collection<Long> rows) {
    var found = new HashMap<Long, String>();
    for (ImportMap.SourceFile source : map.files()) {
      List<Long> here =
          rows.stream()
              .filter(row -> row != 0)
              .filter(row -> inputs.get(InputFile.ordinalOf(row)).source().equals(source))
              .toList();
      if (here.isEmpty()) {
        continue;
      }
      Loaded table = loaded(source);
      try {
        query(
            "select * from "
                + raw(source)
                + " where _row in ("
                + here.stream().map(String::valueOf).collect(Collectors.joining(", "))
                + ")",
            row -> found.put(row.getLong(1), rawRow(table, source, row, 0)));
      } catch (SQLException e) {
        throw failure("Rows of '" + source.name() + "' can not be found again", e);
      }
    }
    return found;
  }

  /// One event rule's rows, in the order of their time.
  EventRows events(ImportMap.EventRule rule) {
    try {
      return EventRows.open(map, rule, db.duplicate());
    } catch (SQLException e) {
      throw inSelect(e, "event '" + rule.name() + "'", rule.selectLine());
    }
  }

  /// Turns a complaint about a select into one about the map's line.
  private ImportException inSelect(SQLException e, String what, int firstLine) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("Out of Memory") || message.contains("No space left")) {
      throw failure(what, e);
    }
    Matcher line = SQL_LINE.matcher(message);
    // The first line of what is run is ours.
    int at = line.find() ? firstLine + Math.max(0, Integer.parseInt(line.group(1)) - 2) : firstLine;
    return ImportException.inMap(
        map.name(),
        at,
        "the select of " + what + " does not work: " + firstLine(e) + candidates(message),
        "Known tables: " + tables() + ".");
  }

  private String tables() {
    var known = new ArrayList<String>();
    for (ImportMap.SourceFile source : map.files()) {
      known.add(source.name() + " (" + String.join(", ", loaded(source).columns) + ")");
    }
    map.steps().forEach(step -> known.add(step.name()));
    return String.join("; ", known);
  }

  private static String candidates(String message) {
    return message
        .lines()
        .filter(line -> line.startsWith("Candidate bindings"))
        .findFirst()
        .map(line -> " " + line)
        .orElse("");
  }

  static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  static ImportException failure(String what, Exception e) {
    String message = String.valueOf(e.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    String line = message.lines().findFirst().orElse("");
    if (lower.contains("no space left") || lower.contains("out of memory")) {
      return new ImportException(
          "import.no_space",
          Kind.RESOURCES,
          what + ": the disk is full or memory is short: " + line,
          "Free some space (about four times the unpacked files), then run the same command again:"
              + " it goes on where it stopped.",
          e);
    }
    return new ImportException(
        "import.failed", Kind.INTERNAL, what + ": " + line, "Run it again; then report it.", e);
  }

  interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private void query(String sql, RowReader reader) throws SQLException {
    query(db, sql, reader);
  }

  static void query(Connection connection, String sql, RowReader reader) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        reader.read(rows);
      }
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = db.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    try {
      db.close();
      delete(file);
    } catch (SQLException | IOException e) {
      throw failure("The import's working file " + file + " can not be removed", e);
    }
  }
}
