package io.huoshui.bench;

import io.huoshui.json.Json;
import io.huoshui.server.demo.Child;
import io.huoshui.server.demo.Door;
import io.huoshui.server.demo.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `./huoshui import` of Online Retail as an operator runs it: process start to end, into a fresh
/// server each time. The events that arrived are compared with what is known of the data set before
/// the time counts.
final class ImportBench {
  private static final int ROWS = 541_909;

  private final int repeat;

  ImportBench(int repeat) {
    this.repeat = repeat;
  }

  void run() {
    Path home = Path.of(System.getProperty("huoshui.home", ".")).toAbsolutePath();
    Path data =
        Path.of(System.getenv().getOrDefault("HUOSHUI_DATA", home + "/../shared/data"))
            .resolve("online_retail");
    if (!Files.isDirectory(data)) {
      throw new IllegalStateException(
          "No Online Retail in "
              + data
              + ". Set HUOSHUI_DATA to the folder that holds online_retail/.");
    }
    var seconds = new ArrayList<Double>();
    for (int round = 0; round < repeat; round++) {
      Path folder =
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "huoshui-bench-import-" + ProcessHandle.current().pid() + "-" + round);
      try (Child server =
          Child.start(
              "server",
              home,
              "server",
              "io.huoshui.server.Huoshui",
              List.of("-Xmx512m"),
              List.of(
                  "--data-dir",
                  folder.resolve("server").toString(),
                  "--port",
                  "0",
                  "--virtual-from",
                  "2011-12-10T00:00:00+00:00",
                  "--zone",
                  "Europe/London",
                  "--currency",
                  "GBP"),
              folder)) {
        Json at = server.ready(folder.resolve("server/run/server.json"));
        var door =
            new Door(
                Scenario.get(at, "url") instanceof Json.Str(String url) ? url : "",
                Scenario.get(at, "token") instanceof Json.Str(String token) ? token : "");
        String key =
            Scenario.get(
                        door.post("/api/v1/sources", Json.object("name", Json.of("online_retail"))),
                        "writeKey")
                    instanceof Json.Str(String made)
                ? made
                : "";
        Path keyFile = folder.resolve("key");
        Files.writeString(keyFile, key);
        long began = System.nanoTime();
        importOnce(home, data, door.url(), keyFile, folder);
        seconds.add((System.nanoTime() - began) / 1e9);
        check(door);
        System.err.printf(
            Locale.ROOT,
            "  round %d: %.2f s, %,.0f rows/s%n",
            round + 1,
            seconds.getLast(),
            ROWS / seconds.getLast());
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("The import could not run: " + e.getMessage(), e);
      }
    }
    var figures = new Figures("import of Online Retail", "s", seconds);
    figures.print();
    Figures.line(
        "import",
        figures,
        new Figures[0],
        Double.NaN,
        "rows",
        ROWS,
        "rowsPerSecond",
        ROWS / figures.median(),
        "bar",
        15);
  }

  private static void importOnce(Path home, Path data, String url, Path key, Path folder)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(
                home.resolve("huoshui").toString(),
                "import",
                data.toString(),
                "--map",
                home.resolve("examples/online-retail/map.yaml").toString(),
                "--server",
                url,
                "--key-file",
                key.toString(),
                "--rejects",
                folder.resolve("rejects.csv").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("import.log").toFile());
    builder.environment().put("HUOSHUI_HOME_DATA", folder.resolve("import").toString());
    int status = builder.start().waitFor();
    if (status != 0) {
      throw new IllegalStateException(
          "The import ended with " + status + "; see " + folder.resolve("import.log"));
    }
  }

  private static void check(Door door) {
    Json numbers = Scenario.get(door.get("/api/v1/overview"), "numbers");
    long people = Scenario.number(numbers, "people");
    long cancelled = Scenario.number(numbers, "cancelledOrders");
    long orders = Scenario.number(numbers, "orders");
    if (people != 4_372 || cancelled != 3_654 || orders != 18_536) {
      throw new IllegalStateException(
          "The import is not the data set: "
              + people
              + " people, "
              + orders
              + " orders, "
              + cancelled
              + " cancelled; known are 4372, 18536, 3654");
    }
  }
}
