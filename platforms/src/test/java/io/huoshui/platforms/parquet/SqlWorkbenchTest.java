package io.huoshui.platforms.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What may be asked of the workbench, and a table of what may not.
class SqlWorkbenchTest {
  @TempDir static Path folder;
  private static List<SqlWorkbench.View> views = List.of();
  private static Path export = Path.of("");

  private static final SqlLimits SMALL = new SqlLimits(Duration.ofSeconds(20), 128, 64, 1, 200_000);

  @BeforeAll
  static void write() {
    export = folder.resolve("e1");
    try (ParquetExport writing = ParquetExport.begin(export)) {
      for (int i = 0; i < 2_000; i++) {
        Object[] cells = new Object[Layout.EVENTS.columns().size()];
        cells[0] = i % 100;
        cells[1] = i / 100;
        cells[2] = Instant.parse("2026-06-30T20:00:00Z").plusSeconds(i);
        cells[3] = LocalDate.parse("2026-07-01");
        cells[4] = "order_paid";
        cells[5] = "pos";
        cells[6] = "o" + i;
        cells[7] = 100L + i;
        cells[cells.length - 2] = "{\"text\":\"=1+1\"}";
        cells[cells.length - 1] = i % 2 == 0 ? "2026-06" : "2026-07";
        writing.add(Layout.EVENTS, cells);
      }
      boolean more = true;
      while (more) {
        more = writing.writeNext();
      }
      writing.finish(
          new Manifest(
              "e1",
              Instant.EPOCH,
              "Asia/Kathmandu",
              7,
              false,
              "admin",
              Instant.EPOCH,
              writing.totals(),
              writing.files()));
    }
    views =
        Layout.TABLES.stream()
            .map(
                table ->
                    new SqlWorkbench.View(
                        table.name(),
                        manifest().of(table.name()).stream()
                            .map(file -> export.resolve(file.path()))
                            .toList()))
            .toList();
  }

  private static Manifest manifest() {
    try {
      return java.util.Objects.requireNonNull(Manifest.read(export));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static SqlAnswer ask(String sql) {
    return new SqlWorkbench(SMALL, folder.resolve("scratch")).ask(views, sql, 5);
  }

  private static SqlAnswer.Rows rows(String sql) {
    SqlAnswer answer = ask(sql);
    assertThat(answer).isInstanceOf(SqlAnswer.Rows.class);
    return (SqlAnswer.Rows) answer;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '~',
      textBlock =
          """
          select count(*), min(month), max(month), sum(amount_fen) from events ! [2000,"2026-06","2026-07",2199000]
          SELECT profile, count(*) c FROM events GROUP BY ALL ORDER BY 1; -- done ! [0,20]
          with x as (select * from orders) select sum(net_fen)::bigint from x ! [2199000]
          from events select profile order by profile desc limit 1 ! [99]
          select * from (values (1, 'a')) ! [1,"a"]
          select min(time), min(local_date) from events ! ["2026-06-30T20:00:00Z","2026-07-01"]
          select count(*) from profiles ! [0]
          select properties->>'$.text' from events limit 1 ! ["=1+1"]
          select 9007199254740993, 1.5::double, null, true, 'it''s' ! ["9007199254740993",1.5,null,true,"it's"]
          select count(*) from range(10) ! [10]
          /* insert; */ select 'drop table events' ! ["drop table events"]
          """)
  void whatReadsIsAnswered(String sql, String first) {
    assertThat(new Json.Arr(rows(sql).rows().getFirst()).write()).isEqualTo(first);
  }

  @Test
  void tablesAreDescribedPlansExplainedAndLongAnswersCut() {
    assertThat(rows("describe events").rows().getFirst().getFirst()).isEqualTo(Json.of("profile"));
    assertThat(rows("show tables").rows()).hasSize(5);
    assertThat(rows("explain select 1").columns().getFirst().name()).isEqualTo("explain_key");
    SqlAnswer.Rows some = rows("select number, time from events order by number desc, time");
    assertThat(some.rows()).hasSize(5);
    assertThat(some.truncated()).isTrue();
    assertThat(some.columns())
        .extracting(SqlAnswer.Column::type)
        .containsExactly("INTEGER", "TIMESTAMP WITH TIME ZONE");
    assertThat(rows("select 1 from range(5)").truncated()).isFalse();
    assertThat(rows("select repeat('x', 150000) from range(5)").truncated()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '~',
      textBlock =
          """
          insert into events values (1)                                       ! not_read_only
          delete from events                                                  ! not_read_only
          update events set profile = 1                                       ! not_read_only
          create table x (i integer)                                          ! not_read_only
          create view x as select 1                                           ! not_read_only
          drop view events                                                    ! not_read_only
          attach '/tmp/other.db'                                              ! not_read_only
          copy events to '/tmp/huoshui-out.csv'                               ! not_read_only
          copy (select 1) to '/tmp/huoshui-out.parquet'                       ! not_read_only
          export database '/tmp/huoshui-out'                                  ! not_read_only
          import database '/tmp/huoshui-out'                                  ! not_read_only
          install httpfs                                                      ! not_read_only
          load httpfs                                                         ! not_read_only
          pragma memory_limit='8GB'                                           ! not_read_only
          set memory_limit='8GB'                                              ! not_read_only
          reset lock_configuration                                            ! not_read_only
          set enable_external_access=true                                     ! not_read_only
          call pragma_version()                                               ! not_read_only
          checkpoint                                                          ! not_read_only
          prepare x as select 1                                               ! not_read_only
          begin transaction                                                   ! not_read_only
          explain insert into events values (1)                               ! not_read_only
          explain analyze copy (select 1) to '/tmp/huoshui-out.csv'           ! not_read_only
          with x as (insert into events values (1) returning *) select * from x ! not_read_only
          select 1; select 2                                                  ! one_statement
          select 1; drop view events                                          ! one_statement,not_read_only
          select 1 /* ; */ ; -- ;%0Acopy events to '/tmp/huoshui-out.csv'     ! one_statement,not_read_only
          select 1) to '/tmp/huoshui-out.csv'; --                             ! syntax
          -- nothing                                                          ! one_statement
          select * from read_csv('/etc/passwd')                               ! no_files
          select * from ReAd_CsV_auto('/etc/passwd')                          ! no_files
          select * from read_text('/etc/hostname')                            ! no_files
          select * from read_blob('/etc/hostname')                            ! no_files
          select * from read_json('/etc/hostname')                            ! no_files
          select * from read_parquet('/tmp/x.parquet')                        ! no_files
          select * from parquet_metadata('/tmp/x.parquet')                    ! no_files
          select * from sniff_csv('/etc/passwd')                              ! no_files
          select * from glob('/etc/*')                                        ! no_files
          select * from '/etc/passwd'                                         ! no_files
          select * from "/etc/passwd"                                         ! no_files
          from 'https://example.com/a.parquet'                                ! no_files
          select (select count(*) from glob('/*'))                            ! no_files
          select 1 where exists (select 1 from read_text('/etc/hostname'))    ! no_files
          select * from query('select * from read_text(''/etc/hostname'')')   ! no_files
          select * from json_execute_serialized_sql('{}')                     ! no_files
          select * from duckdb_secrets()                                      ! no_files
          select * from duckdb_settings()                                     ! no_files
          select getenv('HOME')                                               ! unknown_name
          selec 1                                                             ! syntax
          select * from evens                                                 ! unknown_name
          select amuont from events                                           ! unknown_name
          select cast('x' as integer)                                         ! failed
          with recursive t(i) as (select 1 union all select i + 1 from t) select count(*) from t ! too_slow,too_much_memory
          select count(*) from events a, events b, events c, events d where a.amount_fen * b.amount_fen * c.amount_fen = d.amount_fen + 7 ! too_slow
          select a.number, list(b.properties || a.properties) from events a, events b, range(50) group by a.number ! too_much_memory
          select length(repeat('x', 2000000000) || repeat('y', 2000000000))   ! too_much_memory,too_slow
          select length(string_agg(repeat('x', 1000000), '')) from range(4000) ! too_much_memory
          select repeat('x', 200000000) from range(4)                         ! too_much_memory
          """)
  void whatWritesReadsFilesOrGoesTooFarIsRefused(String sql, String allowed) throws IOException {
    // Only what never ends runs into its time, however slow the machine is.
    Duration time = Duration.ofSeconds(allowed.contains("too_slow") ? 8 : 300);
    SqlAnswer answer =
        new SqlWorkbench(new SqlLimits(time, 128, 64, 1, 200_000), folder.resolve("scratch"))
            .ask(views, sql.replace("%0A", "\n"), 5);
    assertThat(answer).as(sql).isInstanceOf(SqlAnswer.Refused.class);
    var refused = (SqlAnswer.Refused) answer;
    assertThat(allowed.split(",")).as(refused.toString()).contains(refused.kind().wire());
    assertThat(refused.why()).isNotBlank().doesNotContain("root:");
    try (Stream<Path> left = Files.list(Path.of("/tmp"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith("huoshui-out"));
    }
    try (Stream<Path> left = Files.list(folder.resolve("scratch"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aRefusalSaysWhere() {
    assertThat(ask("select 1 frm events where"))
        .extracting("kind", "position")
        .containsExactly(SqlAnswer.Why.SYNTAX, 13);
    assertThat(ask("select amuont from events")).extracting("position").isEqualTo(7);
    assertThat(ask("explain select amuont from events")).extracting("position").isEqualTo(15);
    assertThat(ask("select 1, * from read_text('x')")).extracting("position").isEqualTo(17);
  }

  /// Even where the check lets something through, DuckDB has no way to any other file, and keeps
  /// its settings.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from read_text('/etc/hostname')",
        "select * from read_csv('/etc/passwd')",
        "select * from glob('/etc/*')",
        "copy (select 1) to 'FOLDER/out.csv'",
        "copy (select 1) to 'FOLDER/e1/events/month=2026-06/part-1.parquet'",
        "attach 'FOLDER/other.db'",
        "export database 'FOLDER/all'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set memory_limit = '8GB'",
        "set allowed_paths = ['/etc/passwd']",
        "reset lock_configuration"
      })
  void withoutTheCheckDuckDbHoldsToo(String sql) throws Exception {
    var asked =
        Json.object(
            "spillMb",
            Json.of(16),
            "views",
            Json.of(
                views.stream()
                    .map(
                        view ->
                            Json.object(
                                "name",
                                Json.of(view.name()),
                                "files",
                                Json.of(
                                    view.files().stream()
                                        .map(file -> Json.of(file.toString()))
                                        .toList())))
                    .toList()));
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        var statement = db.createStatement()) {
      SqlProcess.open(statement, asked);
      assertThat(statement.execute("select count(*) from events")).isTrue();
      assertThatThrownBy(() -> statement.execute(sql.replace("FOLDER", folder.toString())))
          .isInstanceOf(SQLException.class)
          .hasMessageMatching("(?s).*(Permission|locked|disabled).*");
    }
  }

  @Test
  void answersAreDownloadedAsCsvAndParquet() throws IOException {
    var bench = new SqlWorkbench(SMALL, folder.resolve("scratch"));
    Path csv = folder.resolve("out.csv");
    String sql =
        "select properties->>'$.text' as what, profile from events order by profile limit 2";
    assertThat(bench.write(views, sql, 100, SqlWorkbench.Format.CSV, csv))
        .isInstanceOf(SqlAnswer.Rows.class);
    assertThat(Files.readString(csv)).isEqualTo("what,profile\r\n'=1+1,0\r\n'=1+1,0\r\n");
    Path parquet = folder.resolve("out.parquet");
    assertThat(bench.write(views, sql, 100, SqlWorkbench.Format.PARQUET, parquet))
        .isInstanceOf(SqlAnswer.Rows.class);
    assertThat(
            ((SqlAnswer.Rows)
                    bench.ask(
                        List.of(new SqlWorkbench.View("mine", List.of(parquet))),
                        "select count(*), max(what) from mine",
                        5))
                .rows())
        .containsExactly(List.of(Json.of(2), Json.of("=1+1")));
    Path people = folder.resolve("people.csv");
    assertThat(
            bench.people(views, "select 'p' || profile as who from events; -- all", "who", people))
        .isInstanceOf(SqlAnswer.Rows.class);
    assertThat(Files.readAllLines(people)).hasSize(101).contains("profile", "0", "99");
    assertThat(bench.write(views, "drop view events", 100, SqlWorkbench.Format.PARQUET, parquet))
        .isInstanceOf(SqlAnswer.Refused.class);
  }
}
