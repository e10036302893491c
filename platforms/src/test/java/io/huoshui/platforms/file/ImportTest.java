package io.huoshui.platforms.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// From the file to the server's intake, over real HTTP.
class ImportTest {
  @TempDir Path folder;

  private Desk desk;

  @BeforeEach
  void open() throws IOException {
    desk = new Desk(folder);
  }

  @AfterEach
  void close() {
    desk.close();
  }

  @Test
  void aRowBecomesAnEvent() throws IOException {
    Path sales = desk.bytes("sales.csv", Desk.sales(3, Map.of()));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isZero();
    assertThat(desk.sink.event("shop:product_purchased:1").toString())
        .isEqualTo(
            "{\"id\":\"shop:product_purchased:1\",\"name\":\"product_purchased\","
                + "\"time\":\"2024-01-02T02:00:00Z\",\"source\":\"shop\","
                + "\"identifiers\":[{\"kind\":\"customerId\",\"scope\":\"shop\",\"value\":\"1\"}],"
                + "\"properties\":{\"priceFen\":150,\"orderId\":\"1\",\"sku\":\"item, 1\"}}");
    assertThat(desk.out()).contains("read 3 rows", "events accepted 3, duplicates 0", "rejected 0");
    assertThat(sales.resolveSibling("sales.csv.rejects.csv")).doesNotExist();
    assertThat(desk.data.resolve("import")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"csv", "csv.gz", "tsv", "gbk.csv", "ndjson", "json", "json.gz", "parquet", "xlsx"})
  void everyFormatSaysTheSame(String ending) throws Exception {
    Path file = folder.resolve("sales." + ending);
    String map = Desk.SALES_MAP;
    String[] ids = {"a1", "a2"};
    String[] names = {"牛奶", "酸奶 \"大\""};
    String[] prices = {"59.90", "8"};
    String[] days = {"2024-01-05 10:00:00", "2024-02-29 00:00:01"};
    var text = new StringBuilder();
    switch (ending) {
      case "json", "json.gz", "ndjson" -> {
        boolean array = !ending.equals("ndjson");
        for (int i = 0; i < 2; i++) {
          text.append(i > 0 ? (array ? ",\n" : "\n") : array ? "[" : "")
              .append(
                  "{\"id\":\"%s\",\"name\":\"%s\",\"price\":%s,\"day\":\"%s\"}"
                      .formatted(ids[i], names[i].replace("\"", "\\\""), prices[i], days[i]));
        }
        text.append(array ? "]" : "\n");
        Files.write(file, packed(text.toString(), StandardCharsets.UTF_8, ending));
      }
      case "parquet" -> {
        try (var db = DriverManager.getConnection("jdbc:duckdb:");
            var statement = db.createStatement()) {
          statement.execute(
              "copy (select * from (values ('a1', '牛奶', 59.90::decimal(9,2), timestamp '2024-01-05"
                  + " 10:00:00'), ('a2', '酸奶 \"大\"', 8, timestamp '2024-02-29 00:00:01')) t(id,"
                  + " name, price, day)) to '"
                  + file
                  + "'");
        }
      }
      case "xlsx" -> {
        try (var out = Files.newOutputStream(file);
            var workbook = new Workbook(out, "test", "1.0")) {
          Worksheet sheet = workbook.newWorksheet("sales");
          for (int c = 0; c < 4; c++) {
            sheet.value(0, c, List.of("id", "name", "price", "day").get(c));
          }
          for (int i = 0; i < 2; i++) {
            sheet.value(i + 1, 0, ids[i]);
            sheet.value(i + 1, 1, names[i]);
            sheet.value(i + 1, 2, Double.valueOf(prices[i]));
            sheet.value(i + 1, 3, LocalDateTime.parse(days[i].replace(' ', 'T')));
            sheet.style(i + 1, 3).format("yyyy-mm-dd hh:mm:ss").set();
          }
        }
      }
      default -> {
        String separator = ending.equals("tsv") ? "\t" : ",";
        text.append(String.join(separator, "id", "name", "price", "day")).append('\n');
        for (int i = 0; i < 2; i++) {
          text.append(
                  String.join(
                      separator,
                      ids[i],
                      "\"" + names[i].replace("\"", "\"\"") + "\"",
                      prices[i],
                      days[i]))
              .append("\r\n");
        }
        boolean gbk = ending.startsWith("gbk");
        if (gbk) {
          map = map.replace("path: sales.*", "path: sales.*\n    encoding: GBK");
        }
        Files.write(
            file,
            packed(text.toString(), gbk ? Charset.forName("GBK") : StandardCharsets.UTF_8, ending));
      }
    }
    Path mapFile = desk.file("map.yaml", map);
    assertThat(desk.run(file.toString(), "--map", mapFile.toString())).as(desk.err()).isZero();
    var shown = new ArrayList<String>();
    for (JsonNode event : desk.sink.events().values()) {
      shown.add(
          event.path("id").asString()
              + " "
              + event.path("time").asString()
              + " "
              + event.path("properties").path("sku").asString()
              + " "
              + event.path("properties").path("priceFen").asLong());
    }
    assertThat(shown)
        .containsExactly(
            "shop:product_purchased:a1 2024-01-05T02:00:00Z 牛奶 5990",
            "shop:product_purchased:a2 2024-02-28T16:00:01Z 酸奶 \"大\" 800");
  }

  private static byte[] packed(String text, Charset charset, String ending) throws IOException {
    byte[] bytes = text.getBytes(charset);
    if (!ending.endsWith(".gz")) {
      return bytes;
    }
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /// One bad row among 3,000: it is refused by its line and reason, 2,999 go through.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          # row 1500 (line 1501)                       | refusal
          1500,"open,1500.50,2024-01-05 10:00:00       | 1501 broken_quote - -
          1500,"a"b,1500.50,2024-01-05 10:00:00        | 1501 broken_quote - -
          1500,x,1500.50                               | 1501 wrong_columns - -
          1500,x,1500.50,2024-02-30 10:00:00           | 1501 impossible_time day 2024-02-30 10:00:00
          1500,x,1500.50,                              | 1501 impossible_time day -
          1500,x,-1500.50,2024-01-05 10:00:00          | 1501 bad_money price -1500.500000
          1500,x,0.005,2024-01-05 10:00:00             | 1501 bad_money price 0.005000
          1500,x,free,2024-01-05 10:00:00              | 1501 bad_number price free
          ,x,1500.50,2024-01-05 10:00:00               | 1501 no_identifier id -
          1500,\\u00ff\\u00ff,1.5,2024-01-05 10:00:00  | 1501 invalid_utf8 name -
          1500,{2MB},1.5,2024-01-05 10:00:00           | 1501 text_too_long - -
          1500,{5000},1.5,2024-01-05 10:00:00          | 1501 text_too_long name xxxxxxxxxx
          """)
  void aBadRowHarmsNoNeighbour(String row, String refusal) throws IOException {
    String text =
        row.strip()
            .replace("{2MB}", "\"" + "x".repeat(2 << 20) + "\"")
            .replace("{5000}", "x".repeat(5_000))
            .replace("\\u00ff", "\u00ff");
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    Path sales = desk.bytes("sales.csv", Desk.sales(3_000, Map.of(1_500, bytes)));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    assertThat(desk.run(sales.toString(), "--map", map.toString())).as(desk.err()).isZero();
    assertThat(desk.sink.events()).hasSize(2_999);
    assertThat(desk.sink.events())
        .containsKeys("shop:product_purchased:1499", "shop:product_purchased:1501");
    List<String> rejects = desk.rejects("sales.csv");
    assertThat(rejects).hasSize(1);
    assertThat(rejects.getFirst()).startsWith(refusal.strip().replaceFirst(" -$", " "));
    String raw = Files.readString(folder.resolve("sales.csv.rejects.csv"));
    assertThat(raw).contains(text.substring(0, Math.min(6, text.indexOf(',') + 1)));
    assertThat(desk.told("rejected")).isEqualTo(1);
  }

  @Test
  void manyBadRowsAtOnce() throws IOException {
    Path sales =
        desk.bytes(
            "sales.csv",
            Desk.sales(
                100,
                Map.of(
                    10, "10,\"open,1,2024-01-05".getBytes(StandardCharsets.UTF_8),
                    11, "11,\"open again,1,2024-01-05".getBytes(StandardCharsets.UTF_8),
                    50, "50,x,-1,2024-01-05".getBytes(StandardCharsets.UTF_8),
                    51, "51,x,1,2024-13-05".getBytes(StandardCharsets.UTF_8))));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isZero();
    assertThat(desk.sink.events()).hasSize(96);
    assertThat(desk.rejects("sales.csv"))
        .containsExactly(
            "11 broken_quote - -",
            "12 broken_quote - -",
            "52 impossible_time day 2024-13-05",
            "51 bad_money price -1.000000");
  }

  @Test
  void badJsonHarmsNoNeighbour() throws IOException {
    Path file =
        desk.file(
            "sales.ndjson",
            """
            {"id":"1","name":"x","price":1.5,"day":"2024-01-05"}
            {"id":"2","name":"x","price":1.5,"day":"2024-01-05"
            [1,2]
            {"id":"4","name":"x","price":"much","day":"2024-01-05"}
            {"id":"5","name":%s,"price":1.5,"day":"2024-01-05"}
            {"id":"6","name":"x","price":1.5,"day":"2024-01-05"}
            """
                .formatted("[".repeat(100_000) + "]".repeat(100_000)));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    assertThat(desk.run(file.toString(), "--map", map.toString())).as(desk.err()).isZero();
    assertThat(desk.sink.events())
        .containsOnlyKeys("shop:product_purchased:1", "shop:product_purchased:6");
    assertThat(desk.rejects("sales.ndjson"))
        .containsExactly(
            "5 too_deep - -",
            "2 malformed_json - -",
            "3 malformed_json - -",
            "4 bad_number price much");
  }

  @Test
  void whatTheServerRefusesIsTracedToItsRow() throws IOException {
    desk.sink.refusing("product_purchased");
    Path sales = desk.bytes("sales.csv", Desk.sales(2, Map.of()));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isZero();
    assertThat(desk.rejects("sales.csv"))
        .containsExactlyInAnyOrder(
            "2 unknown_name name product_purchased", "3 unknown_name name product_purchased");
    assertThat(Files.readString(folder.resolve("sales.csv.rejects.csv")))
        .contains("\"1,\"\"item, 1\"\",1.50,2024-01-02 10:00:00\"")
        .contains("Allowed: near: order_paid.");
  }

  @Test
  void runningAgainAddsNothingAndOrderOfRowsIsNothing() throws IOException {
    String map = Desk.SALES_MAP.replace("    id: id\n", "");
    Path mapFile = desk.file("map.yaml", map);
    desk.bytes("sales.csv", Desk.sales(5_000, Map.of()));
    assertThat(desk.run(folder.resolve("sales.csv").toString(), "--map", mapFile.toString()))
        .isZero();
    var first = List.copyOf(desk.sink.events().keySet());
    assertThat(first).hasSize(5_000);

    assertThat(desk.run(folder.resolve("sales.csv").toString(), "--map", mapFile.toString()))
        .isZero();
    assertThat(desk.told("accepted")).isZero();
    assertThat(desk.told("duplicates")).isEqualTo(5_000);

    // The same rows shuffled, one added: only that one is new.
    var rows = new ArrayList<String>();
    for (int i = 1; i <= 5_001; i++) {
      rows.add(Desk.sale(i));
    }
    Collections.shuffle(rows, new Random(7));
    desk.file("sales.csv", "id,name,price,day\n" + String.join("\n", rows));
    assertThat(desk.run(folder.resolve("sales.csv").toString(), "--map", mapFile.toString()))
        .isZero();
    assertThat(desk.told("accepted")).isEqualTo(1);
    assertThat(desk.sink.events()).hasSize(5_001).containsKeys(first.toArray(String[]::new));
  }

  @Test
  void exactDuplicateRowsCountOnce() throws IOException {
    Path map =
        desk.file(
            "map.yaml",
            Desk.SALES_MAP.replace("path: sales.*", "path: sales.*\n    duplicates: drop"));
    String twice = Desk.sale(7);
    desk.bytes("sales.csv", Desk.sales(20, Map.of(9, twice.getBytes(StandardCharsets.UTF_8))));
    assertThat(desk.run(folder.resolve("sales.csv").toString(), "--map", map.toString())).isZero();
    assertThat(desk.sink.events()).hasSize(19);
    assertThat(desk.out()).contains("read 20 rows", "accepted 19", "exact-duplicate rows 1");
  }

  @Test
  void eventsLeaveInTheOrderOfTheirTime() throws IOException {
    desk.file(
        "sales.csv", "id,name,price,day\n3,c,1,2024-03-01\n1,a,1,2024-01-01\n2,b,1,2024-02-01\n");
    Path map =
        desk.file(
            "map.yaml",
            Desk.SALES_MAP
                + """
                  - name: profile_updated
                    select: select *, day - interval 1 hour as earlier from sales where id <> '2'
                    id: id
                    time: earlier
                    identifiers: { customerId@shop: id }
                """);
    assertThat(desk.run(folder.toString(), "--map", map.toString())).as(desk.err()).isZero();
    assertThat(
            desk.sink.events().values().stream()
                .map(
                    e ->
                        e.path("name").asString().charAt(1)
                            + e.path("id").asString().replaceAll(".*:", "")))
        .containsExactly("r1", "r1", "r2", "r3", "r3");
    assertThat(desk.sink.events().values().stream().map(e -> e.path("time").asString())).isSorted();
  }

  @Test
  void pressureIsWaitedOut() throws IOException {
    desk.sink
        .answering(429, "Retry-After", "7", "{}")
        .answering(503, "Retry-After", "2", "{}")
        .answering(503, "", "", "")
        .answering(500, "", "", "oops");
    var waits = new ArrayList<Duration>();
    Summary summary =
        desk.summary(
            desk.bytes("sales.csv", Desk.sales(10, Map.of())),
            desk.file("map.yaml", Desk.SALES_MAP),
            waits);
    assertThat(summary.accepted()).isEqualTo(10);
    assertThat(waits)
        .containsExactly(
            Duration.ofSeconds(7),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2));
  }

  @Test
  void aServerThatGoesAwayIsSaidAndTheImportGoesOnLater() throws IOException {
    Path sales = desk.bytes("sales.csv", Desk.sales(10_000, Map.of()));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    desk.sink.asUsual();
    desk.sink.answering(
        400, "", "", "{\"code\":\"maintenance\",\"detail\":\"Closed.\",\"next\":\"Come back.\"}");
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isEqualTo(1);
    assertThat(desk.err()).contains("maintenance", "Closed.", "next: Come back.");
    int sent = desk.sink.events().size();
    assertThat(sent).isEqualTo(4_000);
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isZero();
    assertThat(desk.sink.events()).hasSize(10_000);
    assertThat(desk.out()).contains("already in", "accepted 10,000, duplicates 0");
  }

  @Test
  void killedInTheMiddleItGoesOn() throws Exception {
    Path sales =
        desk.bytes(
            "sales.csv",
            Desk.sales(30_000, Map.of(3, "3,x,-1,2024-01-05".getBytes(StandardCharsets.UTF_8))));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    Process[] child = new Process[1];
    desk.sink
        .asUsual()
        .asUsual()
        .asUsual()
        .instead(
            exchange -> {
              // Taken by nobody: the sender dies while it waits for the answer.
              child[0].destroyForcibly();
              exchange.close();
            });
    synchronized (child) {
      child[0] =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Import.class.getName(),
                  sales.toString(),
                  "--map",
                  map.toString(),
                  "--server",
                  desk.sink.url().toString(),
                  "--data-dir",
                  desk.data.toString(),
                  "--key-file",
                  desk.file("key", EventSink.KEY).toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("child.log").toFile())
              .start();
    }
    assertThat(child[0].waitFor()).as(Files.readString(folder.resolve("child.log"))).isNotZero();
    assertThat(desk.sink.events()).hasSize(12_000);
    int posts = desk.sink.posts();

    assertThat(desk.run(sales.toString(), "--map", map.toString())).as(desk.err()).isZero();
    assertThat(desk.sink.events()).hasSize(29_999);
    assertThat(desk.told("accepted")).isEqualTo(29_999);
    assertThat(desk.told("duplicates")).isZero();
    assertThat(desk.rejects("sales.csv")).containsExactly("4 bad_money price -1.000000");
    // Eight batches in all; the journal knew three.
    assertThat(desk.sink.posts() - posts).isEqualTo(5);
    assertThat(desk.data.resolve("import")).isEmptyDirectory();
  }

  @Test
  void restartForgetsTheJournal() throws IOException {
    Path sales = desk.bytes("sales.csv", Desk.sales(10_000, Map.of()));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    desk.sink.asUsual().answering(400, "", "", "{}");
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isEqualTo(1);
    assertThat(desk.run(sales.toString(), "--map", map.toString(), "--restart")).isZero();
    assertThat(desk.out())
        .contains("accepted 6,000, duplicates 4,000")
        .doesNotContain("already in");
  }

  @Test
  void aTornOrForeignJournalIsNotTrusted() throws IOException {
    Path sales = desk.bytes("sales.csv", Desk.sales(10_000, Map.of()));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    desk.sink.asUsual().asUsual().answering(400, "", "", "{}");
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isEqualTo(1);
    Path journal;
    try (var files = Files.list(desk.data.resolve("import"))) {
      journal =
          files.filter(file -> file.toString().endsWith(".journal")).findFirst().orElseThrow();
    }
    String whole = Files.readString(journal);
    String first = whole.substring(0, whole.indexOf('\n') + 1);
    // Cut within the second line.
    Files.writeString(journal, whole.substring(0, first.length() + 20));
    desk.sink.answering(400, "", "", "{}");
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isEqualTo(1);
    assertThat(Files.readString(journal)).isEqualTo(first);
    // Says that other ids came first than those that come now.
    Files.writeString(journal, first.replaceFirst("\"digest\":\\d+", "\"digest\":1"));
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isZero();
    assertThat(desk.sink.events()).hasSize(10_000);
    assertThat(desk.out()).contains("accepted 2,000, duplicates 8,000");
  }

  @Test
  void aWrongKeyIsSaidWithWhatIsAllowed() throws IOException {
    Path sales = desk.bytes("sales.csv", Desk.sales(3, Map.of()));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    desk.setting("HUOSHUI_WRITE_KEY", "wrong-secret");
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isEqualTo(1);
    assertThat(desk.err())
        .contains("no_write_key", "field Authorization", "allowed: Bearer hsw_…", "next: Make one.")
        .doesNotContain("wrong-secret");
  }

  @Test
  void withoutAKeyTheServerThatRunsHereIsAsked() throws IOException {
    Path sales = desk.bytes("sales.csv", Desk.sales(3, Map.of()));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    desk.setting("HUOSHUI_WRITE_KEY", "");
    String[] words = {
      sales.toString(), "--map", map.toString(), "--data-dir", desk.data.toString()
    };

    assertThat(desk.command(words)).isEqualTo(1);
    assertThat(desk.err()).contains("import.no_server", "run/server.json", "./huoshui serve");

    // A token is never shown to another server than its own.
    Path run = Files.createDirectories(desk.data.resolve("run"));
    Files.writeString(
        run.resolve("server.json"),
        "{\"url\":\"http://127.0.0.1:1\",\"token\":\"%s\"}".formatted(EventSink.TOKEN));
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isEqualTo(1);
    assertThat(desk.err()).contains("import.no_key", "--key-file");
    assertThat(desk.command(words)).isEqualTo(1);
    assertThat(desk.err()).contains("import.no_server", "left from one that has stopped");

    Files.writeString(
        run.resolve("server.json"),
        "{\"url\":\"%s\",\"token\":\"%s\"}".formatted(desk.sink.url(), EventSink.TOKEN));
    assertThat(desk.command(words)).as(desk.err()).isZero();
    assertThat(desk.sink.sources()).containsExactly("shop");
    assertThat(desk.sink.events()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          # this                  | becomes                            | line | message                                   | next
          time: day               | time: date                         | 9    | time names the column 'date'              | Known: _row, id, name, price, day
          priceFen: price         | priceFen: cost                     | 9    | money priceFen names the column 'cost'    | Known: _row, id
          select * from sales     | select * from sale                 | 10   | Table with name sale does not exist       | Known tables: sales (id, name, price, day)
          select * from sales     | selec * from sales                 | 10   | syntax error                              | Known tables
          select * from sales     | select id from sales group by name | 10   | must appear in the GROUP BY               | Known tables
          columns: { id: text,    | columns: { sku: text,              | 5    | file 'sales' has no column 'sku'          | Known: id, name, price, day.
          id: id                  | id: name2                          | 9    | id names the column 'name2'               | Known
          time: day               | time: price                        | 9    | time 'price' is of type DECIMAL           | to_timestamp
          path: sales.*           | path: sale-*.csv                   | 5    | nothing in                                | There is: data, map.yaml, sales.csv.
          path: sales.*           | path: sales.*, rejects: [{ code: x, when: prize < 0, why: y }] | 6 | 'when' can not be computed | Known columns: id, name, price, day.
          """)
  void mistakesInTheMapAreSaidWithTheirLine(
      String given, String becomes, int line, String message, String next) throws IOException {
    desk.bytes("sales.csv", Desk.sales(3, Map.of()));
    String changed = becomes.strip().replace(", rejects:", "\n    rejects:");
    Path map = desk.file("map.yaml", Desk.SALES_MAP.replace(given.strip(), changed));
    Files.createDirectories(desk.data);
    assertThat(desk.run(folder.toString(), "--map", map.toString())).isEqualTo(1);
    assertThat(desk.err())
        .contains(
            "map.yaml line " + (changed.contains("\n") ? line + 1 : line),
            message.strip(),
            next.strip());
    assertThat(desk.sink.events()).isEmpty();
  }

  @Test
  void anIdThatDoesNotTellRowsApartIsRefusedBeforeAnythingIsSent() throws IOException {
    desk.file("sales.csv", "id,name,price,day\n1,a,1,2024-01-01\n1,b,2,2024-01-02\n");
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    assertThat(desk.run(folder.toString(), "--map", map.toString())).isEqualTo(1);
    assertThat(desk.err()).contains("does not tell all rows apart, for example 1 (2 rows)");
    assertThat(desk.sink.posts()).isZero();
  }

  @Test
  void aSelectSeesNothingButItsFiles() throws IOException {
    desk.bytes("sales.csv", Desk.sales(3, Map.of()));
    Path secret = desk.file("secret.csv", "id,name,price,day\n1,a,1,2024-01-01\n");
    Path map =
        desk.file(
            "map.yaml",
            Desk.SALES_MAP.replace(
                "select * from sales", "select * from read_csv('" + secret + "')"));
    assertThat(desk.run(folder.toString(), "--map", map.toString())).isEqualTo(1);
    assertThat(desk.err()).contains("disabled by configuration");
  }

  @Test
  void aReadOnlyFolderIsLeftAlone() throws IOException {
    Path exports = Files.createDirectory(folder.resolve("exports"));
    Path sales =
        Files.write(exports.resolve("sales.csv"), Desk.sales(3, Map.of(2, new byte[] {'2'})));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    Files.setPosixFilePermissions(exports, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assertThat(desk.run(sales.toString(), "--map", map.toString())).isZero();
      assertThat(desk.out()).contains("data/import/sales.csv.rejects.csv", "read-only");
      assertThat(exports.resolve("sales.csv.rejects.csv")).doesNotExist();
      assertThat(desk.data.resolve("import/sales.csv.rejects.csv")).exists();
    } finally {
      Files.setPosixFilePermissions(exports, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void rejectsOfAnEarlierRunAreRemovedWhenThereAreNoneLeft() throws IOException {
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    desk.bytes("sales.csv", Desk.sales(3, Map.of(2, new byte[] {'2'})));
    assertThat(desk.run(folder.resolve("sales.csv").toString(), "--map", map.toString())).isZero();
    assertThat(folder.resolve("sales.csv.rejects.csv")).exists();
    desk.bytes("sales.csv", Desk.sales(3, Map.of()));
    assertThat(desk.run(folder.resolve("sales.csv").toString(), "--map", map.toString())).isZero();
    assertThat(folder.resolve("sales.csv.rejects.csv")).doesNotExist();
  }

  @Test
  void severalFilesOfOneKindAreReadInTheOrderOfTheirNames() throws IOException {
    desk.file("sales.b.csv", "name,id,price,day\nb,2,1,2024-01-01\nbad,x\n");
    desk.file("sales.a.csv", "id,name,price,day\n1,a,1,2024-01-01\n");
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    assertThat(desk.run(folder.toString(), "--map", map.toString())).as(desk.err()).isZero();
    assertThat(desk.sink.events().keySet())
        .containsExactly("shop:product_purchased:1", "shop:product_purchased:2");
    assertThat(desk.rejects("sales.b.csv")).containsExactly("3 wrong_columns - -");
    desk.file("sales.c.csv", "id,name,cost,day\n1,a,1,2024-01-01\n");
    assertThat(desk.run(folder.toString(), "--map", map.toString())).isEqualTo(1);
    assertThat(desk.err()).contains("sales.c.csv has other columns", "Here: id, name, cost, day.");
  }

  @Test
  void typesThatAreNotDeclaredAreGuessedFromAllValues() throws IOException {
    desk.file(
        "sales.csv",
        """
        id,name,price,day,zip,count,share,gift
        1,a,1,2024-01-01 09:00:00,0100,5,0.5,true
        2,b,1,2024-01-02 09:00:00,200,6,7,false
        """);
    Path map =
        desk.file(
            "map.yaml",
            Desk.SALES_MAP
                .replace("      columns: { id: text, name: text, price: decimal, day: time }\n", "")
                .replaceFirst("    columns: .*\n", "")
                .replace(
                    "sku: name",
                    "sku: name, zip: zip, count: count, share: share, gift: gift, day: day"));
    assertThat(desk.run(folder.toString(), "--map", map.toString())).as(desk.err()).isZero();
    assertThat(desk.sink.event("shop:product_purchased:1").path("properties").toString())
        .isEqualTo(
            "{\"priceFen\":100,\"orderId\":\"1\",\"sku\":\"a\",\"zip\":\"0100\",\"count\":5,\"share\":0.5,\"gift\":true,\"day\":\"2024-01-01T01:00:00Z\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          -                                     | which file or folder?
          x.csv                                 | which map?
          x.csv --map                           | --map needs a value
          x.csv y.csv --map m.yaml              | 'y.csv' is not understood
          x.csv --mop m.yaml                    | '--mop' is not understood
          x.csv --map m.yaml --server localhost | 'localhost' is no address
          """)
  void aWrongCommandIsToldWhatIsKnown(String words, String message) {
    assertThat(desk.command(words.equals("-") ? new String[0] : words.split(" "))).isEqualTo(2);
    assertThat(desk.err()).contains(message, "next: ");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    assertThat(desk.command("nowhere.csv", "--map", map.toString())).isEqualTo(1);
    assertThat(desk.err()).contains("nowhere.csv does not exist");
    assertThat(desk.command("nowhere.csv", "--map", "nomap.yaml")).isEqualTo(1);
    assertThat(desk.err()).contains("The map nomap.yaml can not be read");
  }

  @Test
  void theSummarySpeaksChineseWhereTheMachineDoes() throws IOException {
    desk.setting("LANG", "zh_CN.UTF-8");
    Path sales = desk.bytes("sales.csv", Desk.sales(3, Map.of(2, new byte[] {'2'})));
    Path map = desk.file("map.yaml", Desk.SALES_MAP);
    assertThat(desk.run(sales.toString(), "--map", map.toString())).isZero();
    assertThat(desk.out()).contains("读取 3 行", "新增行为 2 条，重复 0 条", "拒绝 1", "wrong_columns 1");
  }
}
