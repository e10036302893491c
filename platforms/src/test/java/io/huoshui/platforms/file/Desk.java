package io.huoshui.platforms.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A folder of an operator: exports, maps, a data folder, and a sink that plays the server.
final class Desk implements AutoCloseable {
  /// A map for `id,name,price,day` rows, as [#sales] writes them.
  static final String SALES_MAP =
      """
      source: shop
      timeZone: Asia/Shanghai
      currency: CNY
      files:
        sales:
          path: sales.*
          columns: { id: text, name: text, price: decimal, day: time }
      events:
        - name: product_purchased
          select: select * from sales
          id: id
          time: day
          identifiers: { customerId@shop: id }
          money: { priceFen: price }
          properties: { orderId: id, sku: name }
      """;

  final EventSink sink;
  final Path folder;
  final Path data;
  private final Map<String, String> environment = new HashMap<>();

  /// What the last command printed.
  private String out = "";

  private String err = "";

  Desk(Path folder) throws IOException {
    this.folder = folder;
    this.data = folder.resolve("data");
    this.sink = new EventSink();
    environment.put("HUOSHUI_WRITE_KEY", EventSink.KEY);
    environment.put("LANG", "C.UTF-8");
  }

  Desk setting(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  Path bytes(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  /// `count` good rows after a header, with `replaced` in place of some lines (1 is the first row).
  static byte[] sales(int count, Map<Integer, byte[]> replaced) {
    var text = new ByteArrayOutputStream();
    text.writeBytes("id,name,price,day\n".getBytes(StandardCharsets.UTF_8));
    for (int i = 1; i <= count; i++) {
      text.writeBytes(replaced.getOrDefault(i, sale(i).getBytes(StandardCharsets.UTF_8)));
      text.write('\n');
    }
    return text.toByteArray();
  }

  static String sale(int i) {
    return "%d,\"item, %d\",%d.50,2024-01-%02d 10:00:00".formatted(i, i, i, i % 28 + 1);
  }

  /// Runs the command to its end against the sink.
  int run(String... words) {
    var all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--server", sink.url().toString(), "--data-dir", data.toString()));
    return command(all.toArray(String[]::new));
  }

  int command(String... words) {
    var printed = new ByteArrayOutputStream();
    var errors = new ByteArrayOutputStream();
    int exit =
        Import.run(
            List.of(words),
            environment,
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            new PrintStream(errors, true, StandardCharsets.UTF_8),
            false);
    out = printed.toString(StandardCharsets.UTF_8);
    err = errors.toString(StandardCharsets.UTF_8);
    return exit;
  }

  /// The import itself, with what it came to.
  Summary summary(Path input, Path map, List<Duration> waits) {
    ImportMap read = MapReader.read(map).map();
    try (HttpClient http = HttpClient.newHttpClient()) {
      var access = new Access(sink.url(), EventSink.KEY);
      return new Importer(
              read,
              InputFile.find(read, input),
              access,
              new Sender(http, access, waits::add),
              data.resolve("import"),
              folder.resolve("refused.csv"),
              false,
              new ProgressLine(
                  new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                  false,
                  false,
                  System::nanoTime),
              System::nanoTime)
          .run();
    }
  }

  String out() {
    return out;
  }

  String err() {
    return err;
  }

  /// The rejects of an input file, one per line: `row code field value`, without the header.
  List<String> rejects(String file) throws IOException {
    var lines = new ArrayList<String>();
    try (Rows rows =
        new CsvRows(
            Files.newInputStream(folder.resolve(file + Rejects.SUFFIX)),
            List.of(),
            ',',
            '"',
            List.of())) {
      for (Rows.Item item; (item = rows.next()) != null; ) {
        if (item instanceof Rows.Good(long _, List<String> fields)) {
          lines.add(
              String.join(
                  " ",
                  fields.subList(1, 5).stream()
                      .map(field -> field == null ? "-" : field)
                      .toList()));
        }
      }
    }
    return lines;
  }

  /// Numbers in the summary after this word: `accepted` → 3000.
  long told(String word) {
    var found = Pattern.compile(word + " ([\\d,]+)").matcher(out);
    return found.find() ? Long.parseLong(found.group(1).replace(",", "")) : -1;
  }

  @Override
  public void close() {
    sink.close();
  }
}
