package io.huoshui.bench;

import io.huoshui.json.Json;
import io.huoshui.server.demo.Child;
import io.huoshui.server.demo.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The main job from start to report, and then the memory of `serve` with the same people: the
/// proportional share of every process that belongs to it, PostgreSQL's included.
final class DemoBench {
  private final int people;

  DemoBench(int people) {
    this.people = people;
  }

  void run() {
    Path home = Path.of(System.getProperty("huoshui.home", ".")).toAbsolutePath();
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-demo-" + ProcessHandle.current().pid());
    try {
      long began = System.nanoTime();
      Process demo =
          new ProcessBuilder(
                  home.resolve("huoshui").toString(),
                  "demo",
                  "--people",
                  String.valueOf(people),
                  "--exit",
                  "--json",
                  "--port",
                  "18099",
                  "--data-dir",
                  folder.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String out = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (demo.waitFor() != 0) {
        throw new IllegalStateException("The demo ended with " + demo.exitValue());
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      Json report = Json.parse(out.strip());
      if (Scenario.list(report, "campaigns").size() != 2
          || Scenario.number(report, "people") < people) {
        throw new IllegalStateException("The demo's report is not whole: " + out);
      }
      long memory = memory(home, folder);
      var figures = Figures.of("demo, " + people + " people", "s", seconds);
      figures.print();
      System.err.printf(
          Locale.ROOT, "  serve with the same people: %,d MB with PostgreSQL%n", memory >> 20);
      Figures.line(
          "demo",
          figures,
          new Figures[0],
          Double.NaN,
          "people",
          people,
          "events",
          Scenario.number(report, "events"),
          "bar",
          60,
          "serveMegabytes",
          memory >> 20,
          "serveBarMegabytes",
          700);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("The demo could not run: " + e.getMessage(), e);
    }
  }

  private static long memory(Path home, Path folder) throws IOException {
    try (Child server =
        Child.start(
            "serve",
            home,
            "server",
            "io.huoshui.server.Huoshui",
            List.of(),
            List.of(
                "--data-dir",
                folder.resolve("server").toString(),
                "--port",
                "18099",
                "--virtual-from",
                "2026-07-01T00:00:00+08:00"),
            folder)) {
      server.ready(folder.resolve("server/run/server.json"));
      long sum = 0;
      ProcessHandle root = ProcessHandle.of(server.pid()).orElseThrow();
      for (ProcessHandle each : Stream.concat(Stream.of(root), root.descendants()).toList()) {
        sum += share(each.pid());
      }
      return sum;
    }
  }

  /// Bytes of the process, shared pages divided among those who share them.
  private static long share(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      if (line.startsWith("Pss:")) {
        return Long.parseLong(line.replaceAll("\\D+", "")) << 10;
      }
    }
    return 0;
  }
}
