package io.huoshui.bench;

import io.huoshui.engine.rehearsal.Expectation;
import io.huoshui.engine.rehearsal.Rehearsal;
import io.huoshui.engine.rehearsal.Report;
import io.huoshui.engine.rehearsal.Script;
import io.huoshui.json.Json;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// A promotion's journeys over a million people for thirty days: how long until the report is
/// there, once the people are. Nobody else does this, so there is no peer; the bar is sixty
/// seconds.
final class RehearseBench {
  private static final double BAR_SECONDS = 60;

  /// What has to add up before any second counts.
  private static final List<String> CHECKS =
      List.of(
          "journeys.recall.entered > 0",
          "verdicts.sent > 0",
          "journeys.recall.treated.people > journeys.recall.holdOut.people",
          "gate.sentInQuietHours = 0",
          "gate.capsExceeded = 0",
          "gate.sameStepTwice = 0",
          "quotas.sms.violations = 0",
          "quotas.wecom.violations = 0");

  private final int people;
  private final String scenario;

  RehearseBench(int people, String scenario) {
    this.people = people;
    this.scenario = scenario;
  }

  void run() {
    Path home = Path.of(System.getProperty("huoshui.home", "."));
    Script read = Rehearse.script(home.resolve("examples/scenarios").resolve(scenario));
    Script script =
        read.over(
                new Script.Brand(
                    people, read.brand().seed(), read.brand().start(), read.brand().zone()))
            .lasting(30);
    long began = System.nanoTime();
    double cpuBegan = cpuSeconds();
    double[] ready = new double[2];
    Report report =
        Rehearsal.run(
            script,
            new BrandPeople(script.brand(), script.days(), _ -> {}),
            Rehearsal.Wanted.NOTHING,
            () -> {
              ready[0] = (System.nanoTime() - began) / 1e9;
              ready[1] = cpuSeconds() - cpuBegan;
              System.err.printf(
                  Locale.ROOT,
                  "  %,d people made in %.1f s (%.1f s of CPU)%n",
                  people,
                  ready[0],
                  ready[1]);
            },
            progress ->
                System.err.printf(
                    Locale.ROOT, "  day %d: %,d events%n", progress.day(), progress.events()));
    double seconds = (System.nanoTime() - began) / 1e9 - ready[0];
    double cpu = cpuSeconds() - cpuBegan - ready[1];
    check(report);
    Runtime runtime = Runtime.getRuntime();
    double gigabytes = (runtime.totalMemory() - runtime.freeMemory()) / 1e9;
    System.err.printf(
        Locale.ROOT,
        "  30 days in %.1f s (%.1f s of CPU), %,d events, %,d steps, %.1f GB of heap in use%n",
        seconds,
        cpu,
        report.events(),
        report.steps(),
        gigabytes);
    System.out.println(
        Json.object(
                "name", Json.of("rehearse"),
                "ours", rounded(seconds),
                "peer", new Json.Null(),
                "ratio", rounded(BAR_SECONDS / seconds),
                "unit", Json.of("s for 30 days, people made before"),
                "limitFraction", new Json.Null(),
                "spread", new Json.Null(),
                "people", Json.of(people),
                "profiles", report.body().get("people") instanceof Json all ? all : new Json.Null(),
                "peopleSeconds", rounded(ready[0]),
                "peopleCpuSeconds", rounded(ready[1]),
                "cpuSeconds", rounded(cpu),
                "eventsPerSecond", rounded(report.events() / seconds),
                "stepsPerSecond", rounded(report.steps() / seconds),
                "events", Json.of(report.events()),
                "steps", Json.of(report.steps()),
                "heapGb", rounded(gigabytes),
                "bar", rounded(BAR_SECONDS))
            .write());
  }

  private static void check(Report report) {
    for (Expectation.Outcome outcome :
        report.check(CHECKS.stream().map(Expectation::parse).toList())) {
      if (!outcome.holds()) {
        throw new IllegalStateException(
            outcome.expectation() + " does not hold: " + outcome.found());
      }
    }
    Json.Obj journeys = (Json.Obj) report.body().fields().get("journeys");
    for (Json each : journeys == null ? List.<Json>of() : List.copyOf(journeys.fields().values())) {
      Json.Obj journey = (Json.Obj) each;
      long exits = sum((Json.Obj) journey.fields().get("exits"));
      if (number(journey.get("entered")) != exits) {
        throw new IllegalStateException(
            "entered " + journey.get("entered") + ", ways out " + exits);
      }
    }
  }

  private static long sum(Json.@org.jspecify.annotations.Nullable Obj counts) {
    return counts == null
        ? 0
        : counts.fields().values().stream().mapToLong(RehearseBench::number).sum();
  }

  private static long number(@org.jspecify.annotations.Nullable Json json) {
    return json instanceof Json.Num(BigDecimal number) ? number.longValue() : 0;
  }

  private static double cpuSeconds() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e9
        : 0;
  }

  private static Json rounded(double number) {
    return new Json.Num(BigDecimal.valueOf(number).setScale(2, RoundingMode.HALF_UP));
  }
}
