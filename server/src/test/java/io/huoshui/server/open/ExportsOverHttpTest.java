package io.huoshui.server.open;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exports over real HTTP: written as a job, read back with DuckDB beside the API's own numbers,
/// asked by SQL, and gone when they have to be.
class ExportsOverHttpTest {
  @TempDir Path folder;
  private Town town;

  @BeforeEach
  void found() throws Exception {
    town = Town.founded(folder);
    town.take(
        java.util.List.of(
            town.event("order_refunded", Town.phone(0), "{\"orderId\":\"o0\",\"amountFen\":40}"),
            town.event("order_cancelled", Town.phone(2), "{\"orderId\":\"o2\",\"amountFen\":102}"),
            town.event("tag_added", Town.phone(3), "{\"tag\":\"vip\"}"),
            town.event(
                "message_replied", Town.phone(3), "{\"text\":\"我住在人民路\",\"channel\":\"wecom\"}")));
    town.post("/api/v1/segments", "{\"name\":\"buyers\",\"text\":\"did order_paid\"}");
    town.post("/api/v1/audiences", "{\"name\":\"frozen\",\"text\":\"has city = \\\"上海\\\"\"}");
  }

  @AfterEach
  void stop() {
    town.close();
  }

  private String export(String body) throws Exception {
    Json begun = town.post("/api/v1/exports/parquet", body);
    Json job = town.job(text(begun, "job"));
    assertThat(text(job, "state")).as(job.write()).isEqualTo("done");
    return text(begun, "id");
  }

  private byte[] zip(String id) throws Exception {
    var answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:"
                                + town.server().port()
                                + "/api/v1/exports/"
                                + id
                                + "/zip"))
                    .header("Authorization", "Bearer " + town.admin())
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private Path unpacked(String id) throws Exception {
    Path to = folder.resolve("unpacked-" + id);
    try (var zip = new ZipInputStream(new ByteArrayInputStream(zip(id)))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = to.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
    return to.resolve(id);
  }

  /// What a statement says of the unpacked files, as one line.
  private static String duck(Path export, String sql) throws Exception {
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        var statement = db.createStatement()) {
      for (String view : Files.readString(export.resolve("open.sql")).split(";\n")) {
        statement.execute(view.replaceAll("read_parquet\\('", "read_parquet('" + export + "/"));
      }
      var line = new StringBuilder();
      try (var rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            line.append(line.isEmpty() ? "" : " ").append(rows.getString(i));
          }
        }
      }
      return line.toString();
    }
  }

  @Test
  void anExportSaysWhatTheApiSaysAndMasksWhoPeopleAre() throws Exception {
    String id = export("{}");
    Json overview = town.get("/api/v1/overview");
    Json view = town.get("/api/v1/exports/" + id);
    for (String number : new String[] {"people", "events", "orders", "grossFen", "revenueFen"}) {
      assertThat(text(view, "totals." + number))
          .as(number)
          .isEqualTo(text(overview, "numbers." + number));
    }
    assertThat(text(view, "totals.revenueFen")).isEqualTo("488");
    assertThat(text(view, "revealed")).isEqualTo("false");
    assertThat(text(view, "erasedSince")).isEqualTo("0");
    Path files = unpacked(id);
    for (Json file : Town.items(view, "files")) {
      assertThat(Files.size(files.resolve(text(file, "path"))))
          .isEqualTo(Long.parseLong(text(file, "bytes")));
    }
    Map<String, String> said = new HashMap<>();
    for (String sql :
        new String[] {
          "select count(*) from profiles",
          "select count(*), count(distinct month) from events",
          "select sum(payments)::int, sum(amount_fen)::int, sum(net_fen)::int from orders",
          "select kind, masked, value from identifiers where profile = 0 order by kind",
          "select count(distinct hash) = count(*) from identifiers",
          "select name, city, orders, paid_fen, sms from profiles where profile = 0",
          "select tag from tags",
          "select kind, name, count(*) from memberships group by all order by all",
          "select properties, channel from events where name = 'message_replied'",
          "select name, local_date, month, amount_fen from events where order_id = 'o0' order by"
              + " number",
          "select value from traits where trait = 'name' and profile = 0"
        }) {
      said.put(sql, duck(files, sql));
    }
    assertThat(said)
        .containsEntry("select count(*) from profiles", text(overview, "numbers.people"))
        .containsEntry(
            "select count(*), count(distinct month) from events",
            text(overview, "numbers.events") + " 1")
        .containsEntry(
            "select sum(payments)::int, sum(amount_fen)::int, sum(net_fen)::int from orders",
            "6 630 488")
        .containsEntry(
            "select kind, masked, value from identifiers where profile = 0 order by kind",
            "phone +86139****0000 null")
        .containsEntry("select count(distinct hash) = count(*) from identifiers", "true")
        .containsEntry(
            "select name, city, orders, paid_fen, sms from profiles where profile = 0",
            "钟** 上海 1 100 consent")
        .containsEntry("select tag from tags", "vip")
        .containsEntry(
            "select kind, name, count(*) from memberships group by all order by all",
            "audience frozen 6 segment buyers 6")
        .containsEntry(
            "select properties, channel from events where name = 'message_replied'",
            "{\"channel\":\"wecom\",\"text\":\"我**\"} wecom")
        .containsEntry(
            "select name, local_date, month, amount_fen from events where order_id = 'o0' order by"
                + " number",
            "order_paid 2026-06-30 2026-06 100 order_refunded 2026-06-30 2026-06 40")
        .containsEntry("select value from traits where trait = 'name' and profile = 0", "钟**");
    assertThat(everyByte(files)).doesNotContain("13910000000", "人民路");

    Path revealed = unpacked(export("{\"reveal\":true}"));
    assertThat(duck(revealed, "select value from identifiers where profile = 0"))
        .isEqualTo("+8613910000000");
    assertThat(duck(revealed, "select hash from identifiers where profile = 0"))
        .isEqualTo(duck(files, "select hash from identifiers where profile = 0"));
    assertThat(duck(revealed, "select value from traits where trait = 'name' and profile = 0"))
        .isEqualTo("钟灵0");
  }

  /// As they lie on disk, and as they read.
  private static String everyByte(Path export) throws Exception {
    var all = new StringBuilder();
    try (Stream<Path> files = Files.walk(export)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    for (String table :
        new String[] {"profiles", "identifiers", "traits", "events", "touchpoints"}) {
      all.append(duck(export, "select * from " + table));
    }
    return all.toString();
  }

  @Test
  void whoeverIsErasedIsInNoNewExportAndAnOldOneGoes() throws Exception {
    String before = export("{}");
    town.post("/api/v1/profiles/p4/erase", "");
    String after = export("{}");
    assertThat(text(town.get("/api/v1/exports/" + before), "erasedSince")).isEqualTo("1");
    assertThat(text(town.get("/api/v1/exports/" + after), "erasedSince")).isEqualTo("0");
    Path files = unpacked(after);
    for (String table :
        new String[] {"profiles", "identifiers", "traits", "tags", "events", "memberships"}) {
      assertThat(duck(files, "select count(*) from " + table + " where profile = 4"))
          .as(table)
          .isEqualTo("0");
    }
    assertThat(duck(unpacked(before), "select count(*) > 0 from events where profile = 4"))
        .isEqualTo("true");

    Exports exports = town.server().context().getBean(Exports.class);
    java.time.Instant wall =
        java.time.Instant.parse(text(town.get("/api/v1/exports/" + after), "writtenAt"));
    java.time.Instant now = java.time.Instant.parse("2026-07-01T06:15:00Z");
    assertThat(exports.deleteWhatIsDue(now.plusSeconds(23 * 3600), wall)).isEmpty();
    assertThat(exports.deleteWhatIsDue(now.plusSeconds(24 * 3600), wall)).containsExactly(before);
    assertThat(Town.items(town.get("/api/v1/exports"), "")).hasSize(1);
    town.refused(404, "GET", "/api/v1/exports/" + before, "");
    assertThat(town.send("DELETE", "/api/v1/exports/" + after, town.admin(), "").statusCode())
        .isEqualTo(204);
    assertThat(Town.items(town.get("/api/v1/exports"), "")).isEmpty();
    assertThat(text(town.refused(409, "POST", "/api/v1/sql", sql("select 1", "")), "code"))
        .isEqualTo("no_export");
  }

  /// Whatever a crash left, and whenever a server stops: the job goes on, and there is one export.
  @Test
  void anExportThatWasInterruptedBeginsAnew() throws Exception {
    Path left = Files.createDirectories(folder.resolve("exports/e1.part/events"));
    Files.writeString(left.resolve("half.parquet"), "half");
    Json begun = town.post("/api/v1/exports/parquet", "{}");
    assertThat(text(begun, "id")).isEqualTo("e1");
    town = town.reopened();
    assertThat(text(town.job("1"), "state")).isEqualTo("done");
    assertThat(Town.items(town.get("/api/v1/exports"), "")).hasSize(1);
    assertThat(folder.resolve("exports/e1.part")).doesNotExist();
    assertThat(text(town.get("/api/v1/exports/e1"), "totals.people")).isEqualTo("13");
  }

  @Test
  void theCommandFetchesAnExport() throws Exception {
    Path target = folder.resolve("fetched");
    assertThat(command("parquet", target.toString(), "--data-dir", folder.toString()))
        .contains("0 ", "13 people", "exported: " + target);
    assertThat(duck(target, "select count(*) from profiles")).isEqualTo("13");
    assertThat(command("parquet", target.toString(), "--data-dir", folder.toString()))
        .startsWith("1 ")
        .contains("is not empty");
    assertThat(command("parquet", folder.resolve("x").toString(), "--data-dir", "/nowhere"))
        .startsWith("1 ")
        .contains("./huoshui serve");
    assertThat(command("csv", "x")).startsWith("2 ");
  }

  private static String command(String... words) {
    var said = new java.io.ByteArrayOutputStream();
    var to = new java.io.PrintStream(said, true, StandardCharsets.UTF_8);
    int exit = ExportCommand.run(java.util.List.of(words), to, to);
    return exit + " " + said.toString(StandardCharsets.UTF_8);
  }

  private static String sql(String sql, String rest) {
    return "{\"sql\":" + Json.of(sql).write() + rest + "}";
  }

  @Test
  void sqlIsAnsweredRefusedInWordsAndKeptAsAnAudience() throws Exception {
    export("{}");
    Json answer =
        town.post(
            "/api/v1/sql",
            sql(
                "select city, count(*) as people, sum(paid_fen)::bigint from profiles group by 1"
                    + " order by 1",
                ""));
    assertThat(text(answer, "columns.0.name")).isEqualTo("city");
    assertThat(text(answer, "rows")).isEqualTo("[[\"上海\",6,306],[\"杭州\",6,324],[null,1,0]]");
    assertThat(text(answer, "truncated")).isEqualTo("false");
    Json cut = town.post("/api/v1/sql", sql("select * from events", ",\"limit\":3"));
    assertThat(text(cut, "count") + text(cut, "truncated")).isEqualTo("3true");

    Json refused = town.refused(403, "POST", "/api/v1/sql", sql("drop view events", ""));
    assertThat(text(refused, "code")).isEqualTo("sql.not_read_only");
    assertThat(text(refused, "next")).isNotBlank();
    assertThat(
            text(town.refused(403, "POST", "/api/v1/sql", sql("from '/etc/passwd'", "")), "code"))
        .isEqualTo("sql.no_files");
    Json wrong = town.refused(422, "POST", "/api/v1/sql", sql("select 1\nfrm events where", ""));
    assertThat(text(wrong, "code")).isEqualTo("sql.syntax");
    assertThat(text(wrong, "field")).startsWith("sql, line 2, column ");
    assertThat(text(town.refused(400, "POST", "/api/v1/sql", sql(" ", "")), "code"))
        .isEqualTo("sql.none");
    assertThat(town.send("POST", "/api/v1/sql", "hsw_no", sql("select 1", "")).statusCode())
        .isEqualTo(401);
    assertThat(
            text(
                town.refused(404, "POST", "/api/v1/sql", sql("select 1", ",\"export\":\"../e1\"")),
                "code"))
        .isEqualTo("unknown_export");
    assertThat(
            text(
                town.refused(404, "GET", "/api/v1/exports/e1/file?path=../../keys/engine.key", ""),
                "code"))
        .isEqualTo("unknown_file");

    Json made =
        town.post(
            "/api/v1/sql/audience",
            sql("select profile from orders where net_fen > 100;", ",\"name\":\"spenders\""));
    assertThat(text(made, "people")).isEqualTo("4");
    assertThat(town.count("in audience spenders and did order_paid")).isEqualTo(4);
    assertThat(
            text(
                town.refused(
                    422,
                    "POST",
                    "/api/v1/sql/audience",
                    sql("select 1 as x", ",\"name\":\"nobody\"")),
                "code"))
        .isEqualTo("sql.no_profile");
    assertThat(
            text(
                town.refused(
                    409,
                    "POST",
                    "/api/v1/sql/audience",
                    sql("select profile from orders", ",\"name\":\"spenders\"")),
                "code"))
        .isEqualTo("audience_exists");
    var csv =
        town.send(
            "POST",
            "/api/v1/sql/download",
            town.admin(),
            sql("select profile, net_fen from orders order by 1 limit 2", ",\"format\":\"csv\""));
    assertThat(csv.body()).isEqualTo("profile,net_fen\r\n0,60\r\n2,0\r\n");
  }
}
