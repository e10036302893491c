package io.huoshui.bench;

import io.huoshui.json.Json;
import io.huoshui.reach.MassProgress;
import io.huoshui.server.reach.Outbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// A mass task for a million people: how long planning takes, then the campaign with faults on.
/// Nobody may be missed, nobody written to twice, and no limit passed.
final class MassSendBench {
  /// Shares of calls: busy, answers lost after the work was done, gateways that break, too many at
  /// once. They are ordered, so being refused is no violation. 45009 is left out: the channel rests
  /// for the minute of the ban each time, and the figure would be of that.
  private static final String FAULTS =
      "{\"busyShare\":0.1,\"timeoutShare\":0.05,\"codes\":{\"45033\":0.01,\"503\":0.05}}";

  private final int people;

  MassSendBench(int people) {
    this.people = people;
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-masssend-" + ProcessHandle.current().pid());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    double load = Figures.load();
    // So many of the synthetic brand are contacts that three times as many are enough.
    try (MassSend town = MassSend.begin(folder, Math.min(16_000_000, people * 4), people)) {
      System.err.printf(
          Locale.ROOT, "masssend: %,d people meant, load %.1f%n", town.people(), load);
      double planned = town.plan();
      System.err.printf(
          Locale.ROOT,
          "  planned in %.1f s: %s%n",
          planned,
          town.engine().ask().pulse().verdicts());
      town.faults(FAULTS);
      long began = System.nanoTime();
      Outbox.Drained drained = town.send(channel -> channel, 300);
      double seconds = (System.nanoTime() - began) / 1e9;
      town.faults("{\"busyShare\":0,\"timeoutShare\":0,\"codes\":{}}");
      MassProgress progress = town.progress();
      long accepted = progress.stages().getOrDefault("accepted", 0L);
      long lost = accepted - town.taken();
      int duplicates = town.duplicates();
      String violations = town.violations();
      System.err.printf(
          Locale.ROOT,
          "  sent in %.1f s, %,.0f messages/s, %d calls taken: %s, %s%n  duplicates %d, lost %d,"
              + " violations %s, drained %s %s%n",
          seconds,
          accepted / seconds,
          progress.calls().size(),
          progress.reasons(),
          progress.stages(),
          duplicates,
          lost,
          violations,
          drained.empty(),
          drained.why());
      var line = new LinkedHashMap<String, Json>();
      line.put("name", Json.of("masssend"));
      line.put("ours", Json.of(Math.round(accepted / seconds)));
      line.put("peer", new Json.Null());
      line.put("ratio", new Json.Null());
      line.put("unit", Json.of("messages/s"));
      line.put("limitFraction", new Json.Null());
      line.put("spread", Json.of(List.of()));
      line.put("people", Json.of(town.people()));
      line.put("planSeconds", Json.of(Math.round(planned * 10) / 10.0));
      line.put("accepted", Json.of(accepted));
      line.put("duplicates", Json.of(duplicates));
      line.put("lost", Json.of(lost));
      line.put("violations", Json.parse(violations));
      System.out.println(new Json.Obj(line).write());
      if (duplicates != 0 || lost != 0 || !violations.equals("{}") || !drained.empty()) {
        throw new IllegalStateException("The campaign was not clean; see above.");
      }
    }
  }
}
