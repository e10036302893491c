package io.huoshui.bench;

import io.huoshui.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/// The first sync of a tag onto everybody in WeCom, from asking for it to its end: the look over
/// all customers, the plan, one mark_tag per customer, each step written down before and after.
///
/// Once with a sandbox that takes any number of calls per minute, which says what we could do, and
/// once with WeCom's own limits, which say what will be.
final class TagsBench {
  private static final int ANY = 100_000_000;
  private static final int AT_LIMITS = 20_000;
  private static final int WECOM = 10_000;

  private final int people;

  TagsBench(int people) {
    this.people = people;
  }

  void run() {
    double free =
        first(people, "wecom.callsPerMinute=" + ANY + ",wecom.callsPerHour=" + ANY, true, ANY);
    double bound = first(AT_LIMITS, "", false, WECOM);
    var figures = Figures.of("tags, " + people + " customers", "marks/s", free);
    figures.print();
    System.err.printf(
        Locale.ROOT,
        "  at WeCom's limits, %,d customers: %,.0f marks/min of %,d%n",
        AT_LIMITS,
        bound * 60,
        WECOM);
    Figures.line(
        "tags",
        figures,
        new Figures[0],
        Double.NaN,
        "people",
        people,
        "atLimitsPerMinute",
        Math.round(bound * 60));
  }

  /// @return customers marked per second, from asking to the end
  private static double first(int people, String limits, boolean virtual, int callsPerMinute) {
    Path folder;
    try {
      folder = Files.createTempDirectory("huoshui-bench-tags");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    try (var town = TagTown.begin(folder, people, limits, virtual, callsPerMinute)) {
      town.sync("all", "wecom", "did profile_updated", "out", "");
      long began = System.nanoTime();
      Json view = town.run("all", "{}");
      while (!TagTown.text(view, "state").equals("idle")) {
        Thread.sleep(100);
        view = town.get("/api/v1/tag-syncs/all");
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      Set<String> carriers = town.carriers("wecom", "all");
      if (!carriers.equals(town.friends(_ -> true))
          || town.marks("wecom") != people
          || !town.violations().equals("{}")) {
        throw new IllegalStateException(
            carriers.size() + " carry it; violations " + town.violations() + "; " + view.write());
      }
      System.err.printf(
          Locale.ROOT, "  %,d customers in %.1f s; calls %s%n", people, seconds, town.calls());
      return people / seconds;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
