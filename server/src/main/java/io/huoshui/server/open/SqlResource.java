package io.huoshui.server.open;

import io.huoshui.audience.Audience;
import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.platforms.parquet.Layout;
import io.huoshui.platforms.parquet.Manifest;
import io.huoshui.platforms.parquet.SqlAnswer;
import io.huoshui.platforms.parquet.SqlLimits;
import io.huoshui.platforms.parquet.SqlWorkbench;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Freezing;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// 数据工作台: SQL over an export. It reads, and nothing else; what it may read is the export.
@RestController
@RequestMapping("/api/v1/sql")
class SqlResource {
  private static final int ROWS = 1_000;
  private static final int MOST_ROWS = 10_000;
  private static final int MOST_DOWNLOADED = 1_000_000;
  private static final int LONGEST = 100_000;
  private static final int NOTED = 2_000;

  /// Statements at the same time; each may take a processor and half a gigabyte.
  private static final int AT_ONCE = 2;

  private static final String READS =
      "one SELECT, WITH … SELECT, FROM, VALUES, EXPLAIN, DESCRIBE, SUMMARIZE or SHOW over the"
          + " tables of the export";

  private final Engine engine;
  private final Exports exports;
  private final Freezing freezing;
  private final Audit audit;
  private final JsonMapper json;
  private final SqlWorkbench bench;
  private final Semaphore places = new Semaphore(AT_ONCE);

  SqlResource(Engine engine, Exports exports, Freezing freezing, Audit audit, JsonMapper json) {
    this.engine = engine;
    this.exports = exports;
    this.freezing = freezing;
    this.audit = audit;
    this.json = json;
    this.bench = new SqlWorkbench(SqlLimits.STANDARD, exports.scratch());
  }

  /// @param limit rows at most, 1,000 when left out, 10,000 at most
  /// @param export an export's id; the newest when left out
  record Asked(@Nullable String sql, @Nullable Integer limit, @Nullable String export) {}

  record ColumnView(String name, String type) {}

  /// @param at the instant the export is of
  /// @param rows in order of the columns; whole numbers beyond 2^53 are texts
  /// @param truncated whether there were more rows
  record Answer(
      String export,
      Instant at,
      List<ColumnView> columns,
      JsonNode rows,
      int count,
      boolean truncated,
      long millis) {}

  @PostMapping
  Answer ask(@RequestBody Asked asked) {
    String sql = sql(asked.sql());
    int most = bounded(asked.limit() == null ? ROWS : asked.limit(), MOST_ROWS);
    Manifest export = exports.find(asked.export());
    audit.record("sql_asked", noted(export, sql));
    SqlAnswer.Rows rows = rows(run(() -> bench.ask(views(export), sql, most)), sql);
    return new Answer(
        export.id(),
        export.at(),
        rows.columns().stream().map(c -> new ColumnView(c.name(), c.type())).toList(),
        json.readTree(
            Json.of(rows.rows().stream().map(cells -> (Json) new Json.Arr(cells)).toList())
                .write()),
        rows.rows().size(),
        rows.truncated(),
        rows.millis());
  }

  /// @param format `csv` or `parquet`
  record Download(@Nullable String sql, @Nullable String export, @Nullable String format) {}

  /// Up to a million rows as a file.
  @PostMapping("/download")
  void download(@RequestBody Download asked, HttpServletResponse response) throws IOException {
    String sql = sql(asked.sql());
    SqlWorkbench.Format format =
        Stream.of(SqlWorkbench.Format.values())
            .filter(
                one -> one.name().toLowerCase(Locale.ROOT).equals(String.valueOf(asked.format())))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.of(HttpStatus.BAD_REQUEST, "bad_format", "A download has a format.")
                        .at("format", String.valueOf(asked.format()), "csv, parquet")
                        .thrown());
    Manifest export = exports.find(asked.export());
    audit.record("sql_downloaded", noted(export, sql));
    Files.createDirectories(exports.scratch());
    Path file = Files.createTempFile(exports.scratch(), "answer", ".part");
    try {
      var _ = rows(run(() -> bench.write(views(export), sql, MOST_DOWNLOADED, format, file)), sql);
      response.setContentType(
          format == SqlWorkbench.Format.CSV
              ? "text/csv;charset=UTF-8"
              : "application/vnd.apache.parquet");
      response.setHeader(
          "Content-Disposition",
          "attachment; filename=\"answer." + format.name().toLowerCase(Locale.ROOT) + '"');
      response.setContentLengthLong(Files.size(file));
      Files.copy(file, response.getOutputStream());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /// @param column that names customers, as numbers or as `p12`; `profile` when left out
  /// @param name of the audience
  record Kept(
      @Nullable String sql,
      @Nullable String export,
      @Nullable String column,
      @Nullable String name) {}

  /// @param named different customers the statement named
  /// @param people of them who are there now: some may have been merged or erased since the export
  record AudienceMade(String audience, int named, int people, String export, Instant at) {}

  /// The customers a statement names, as an audience.
  @PostMapping("/audience")
  AudienceMade audience(@RequestBody Kept asked) throws IOException {
    String sql = sql(asked.sql());
    String column = asked.column() == null ? "profile" : asked.column();
    String name = String.valueOf(asked.name());
    freezing.free(name);
    Manifest export = exports.find(asked.export());
    Files.createDirectories(exports.scratch());
    Path file = Files.createTempFile(exports.scratch(), "people", ".part");
    try {
      // First as it is, so that what is wrong is said of what was written.
      SqlAnswer.Rows looked = rows(run(() -> bench.ask(views(export), sql, 1)), sql);
      if (looked.columns().stream().noneMatch(one -> one.name().equals(column))) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "sql.no_profile",
                "The answer has no column of customers.")
            .at(
                "column",
                column,
                String.join(", ", looked.columns().stream().map(SqlAnswer.Column::name).toList()))
            .next("Select the column profile, or name the one that holds customers.")
            .thrown();
      }
      var _ = rows(run(() -> bench.people(views(export), sql, column, file)), sql);
      var named = new RoaringBitmap();
      try (Stream<String> lines = Files.lines(file)) {
        lines
            .skip(1)
            .filter(line -> line.matches("\\d+"))
            .forEach(l -> named.add(Integer.parseInt(l)));
      }
      RoaringBitmap present = engine.ask().present(named);
      Audience kept =
          freezing.choose(
              name,
              "SQL over export " + export.id() + " of " + export.at() + ": " + shortened(sql),
              audit.who(),
              false,
              present);
      audit.record("sql_audience", name + " by " + noted(export, sql));
      return new AudienceMade(
          kept.name(), named.getCardinality(), kept.size(), export.id(), export.at());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private List<SqlWorkbench.View> views(Manifest export) {
    Path folder = exports.folder(export.id());
    return Layout.TABLES.stream()
        .map(
            table ->
                new SqlWorkbench.View(
                    table.name(),
                    export.of(table.name()).stream()
                        .map(file -> folder.resolve(file.path()))
                        .toList()))
        .filter(view -> !view.files().isEmpty())
        .toList();
  }

  /// How a statement is run.
  private interface Run {
    SqlAnswer answer();
  }

  private SqlAnswer run(Run run) {
    if (!places.tryAcquire()) {
      throw Problem.of(
              HttpStatus.TOO_MANY_REQUESTS,
              "sql.busy",
              AT_ONCE + " statements are being answered already.")
          .at("statements", Integer.toString(AT_ONCE + 1), "at most " + AT_ONCE + " at once")
          .next("Send it again when one of them is done.")
          .thrown();
    }
    try {
      return run.answer();
    } finally {
      places.release();
    }
  }

  private static SqlAnswer.Rows rows(SqlAnswer answer, String sql) {
    return switch (answer) {
      case SqlAnswer.Rows rows -> rows;
      case SqlAnswer.Refused refused -> throw problem(refused, sql).thrown();
    };
  }

  private static Problem problem(SqlAnswer.Refused refused, String sql) {
    SqlLimits limits = SqlLimits.STANDARD;
    Integer position = refused.position();
    String value = position == null ? shortened(sql) : line(sql, position);
    String field = position == null ? "sql" : "sql, " + place(sql, position);
    String code = "sql." + refused.kind().wire();
    return switch (refused.kind()) {
      case NOT_READ_ONLY ->
          Problem.of(HttpStatus.FORBIDDEN, code, "The workbench only reads. " + refused.why())
              .at(field, value, READS)
              .next("To change something, use the API; to keep an answer, download it.");
      case ONE_STATEMENT ->
          Problem.of(
                  HttpStatus.UNPROCESSABLE_CONTENT,
                  code,
                  "One statement at a time. " + refused.why())
              .at(field, value, READS)
              .next("Send each statement by itself.");
      case NO_FILES ->
          Problem.of(HttpStatus.FORBIDDEN, code, "The workbench reads no files. " + refused.why())
              .at(field, value, "the tables " + tables())
              .next("To bring data of your own, import it: ./huoshui import.");
      case SYNTAX ->
          Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, code, refused.why())
              .at(field, value, READS)
              .next("Correct it and send it again.");
      case UNKNOWN_NAME ->
          Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, code, refused.why())
              .at(field, value, "the tables " + tables())
              .next("GET /api/v1/exports/layout lists tables and columns.");
      case TOO_SLOW ->
          Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, code, refused.why())
              .at(field, value, "at most " + limits.time().toSeconds() + " s")
              .next("Take fewer months (where month = …), or fewer tables at once.");
      case TOO_MUCH_MEMORY ->
          Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, code, refused.why())
              .at(field, value, "at most " + limits.memoryMb() + " MB")
              .next("Take fewer months (where month = …), or count before you join.");
      case FAILED ->
          Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, code, refused.why())
              .at(field, value, READS)
              .next("Correct it and send it again.");
    };
  }

  private static String tables() {
    return String.join(", ", Layout.TABLES.stream().map(Layout.Table::name).toList());
  }

  /// `line 2, column 5`, from 1.
  private static String place(String sql, int position) {
    String before = sql.substring(0, Math.min(position, sql.length()));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return "line " + line + ", column " + (before.length() - before.lastIndexOf('\n'));
  }

  private static String line(String sql, int position) {
    int at = Math.min(position, sql.length());
    int end = sql.indexOf('\n', at);
    return shortened(sql.substring(at, end < 0 ? sql.length() : end));
  }

  private static String sql(@Nullable String sql) {
    if (sql == null || sql.isBlank() || sql.length() > LONGEST) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "sql.none", "There is no statement to answer.")
          .at(
              "sql",
              sql == null ? "nothing" : sql.length() + " characters",
              READS + ", of at most " + LONGEST + " characters")
          .thrown();
    }
    return sql;
  }

  private static int bounded(int limit, int most) {
    if (limit < 1 || limit > most) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_limit", "An answer has a size.")
          .at("limit", Integer.toString(limit), "1 to " + most)
          .next("For more rows: POST /api/v1/sql/download.")
          .thrown();
    }
    return limit;
  }

  private static String noted(Manifest export, String sql) {
    return export.id() + ": " + shortened(sql);
  }

  private static String shortened(String sql) {
    return sql.length() <= NOTED ? sql : sql.substring(0, NOTED) + "…";
  }
}
