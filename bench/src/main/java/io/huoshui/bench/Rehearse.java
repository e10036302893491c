package io.huoshui.bench;

import io.huoshui.engine.EngineException;
import io.huoshui.engine.Seal;
import io.huoshui.engine.rehearsal.Comparison;
import io.huoshui.engine.rehearsal.Expectation;
import io.huoshui.engine.rehearsal.HistoryPeople;
import io.huoshui.engine.rehearsal.People;
import io.huoshui.engine.rehearsal.Rehearsal;
import io.huoshui.engine.rehearsal.Report;
import io.huoshui.engine.rehearsal.ReportText;
import io.huoshui.engine.rehearsal.Script;
import io.huoshui.engine.rehearsal.ScriptException;
import io.huoshui.engine.rehearsal.ScriptJson;
import io.huoshui.json.Json;
import io.huoshui.server.access.KeyFile;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// `./huoshui rehearse SCENARIO.yaml`.
public final class Rehearse {
  private static final String HELP =
      """
      ./huoshui rehearse SCENARIO.yaml [options]      预演: who gets what when, before any of it is sent

        --people N        of the synthetic brand, instead of what the scenario says
        --days N          how long, instead of what the scenario says
        --seed N          of the brand and of the reactions
        --variant FILE    another scenario over the same people and seed, side by side; may be repeated
        --data-dir DIR    the people of a data folder instead of the brand; nothing in it is changed,
                          and no server may have it (rehearse on a restored backup meanwhile)
        --at INSTANT      from when on: 2026-06-01T00:00:00+08:00. What really happened afterwards
                          happens again; without it the rehearsal begins where the log ends
        --person NAME     what one person gets and does, line by line: p17; may be repeated
        --json            the report as JSON on stdout, instead of text
        --out DIR         report.json, report.zh.txt, report.en.txt and sends.csv per scenario

      Progress goes to stderr. Ends with the scenario's expectations; the exit code is 1 when one fails,
      2 when there is nothing to play.
      """;

  private static final Set<String> WITH_VALUE =
      Set.of(
          "--people", "--days", "--seed", "--variant", "--data-dir", "--at", "--person", "--out");

  private final List<String> files = new ArrayList<>();
  private final List<String> persons = new ArrayList<>();
  private int people = -1;
  private int days = -1;
  private int seed = -1;
  private @Nullable Path dataDir;
  private Instant at = Instant.MAX;
  private boolean json;
  private @Nullable Path out;

  private Rehearse() {}

  public static void main(String[] arguments) {
    if (arguments.length == 0 || List.of(arguments).contains("--help")) {
      System.out.print(HELP);
      return;
    }
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  /// @return the exit code
  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    var rehearse = new Rehearse();
    try {
      rehearse.read(arguments);
      return rehearse.play(out, err);
    } catch (ScriptException | EngineException | IllegalArgumentException e) {
      err.println("huoshui rehearse: " + e.getMessage());
      return 2;
    } catch (IOException e) {
      err.println("huoshui rehearse: " + e);
      return 2;
    }
  }

  private void read(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String flag = arguments.get(i);
      if (WITH_VALUE.contains(flag)) {
        if (i + 1 == arguments.size()) {
          throw new IllegalArgumentException(flag + " needs a value. See --help.");
        }
        option(flag, arguments.get(++i));
      } else if (flag.equals("--json")) {
        json = true;
      } else if (flag.startsWith("--")) {
        throw new IllegalArgumentException("unknown option '" + flag + "'. See --help.");
      } else {
        files.add(flag);
      }
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "no scenario named. There are some in examples/scenarios. See --help.");
    }
    if (dataDir != null && people >= 0) {
      throw new IllegalArgumentException("--people is for the brand, not for --data-dir.");
    }
    if (dataDir == null && !at.equals(Instant.MAX)) {
      throw new IllegalArgumentException("--at needs --data-dir.");
    }
  }

  private void option(String flag, String value) {
    switch (flag) {
      case "--people" -> people = number(flag, value, 1 << 24);
      case "--days" -> days = number(flag, value, 3_660);
      case "--seed" -> seed = number(flag, value, Integer.MAX_VALUE);
      case "--variant" -> files.add(value);
      case "--data-dir" -> dataDir = Path.of(value);
      case "--at" -> {
        try {
          at = OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
          throw new IllegalArgumentException(
              "--at '" + value + "': allowed is an instant, 2026-06-01T00:00:00+08:00.", e);
        }
      }
      case "--person" -> persons.add(value);
      default -> out = Path.of(value);
    }
  }

  private static int number(String flag, String value, int most) {
    if (value.matches("\\d{1,10}") && Long.parseLong(value) <= most) {
      return Integer.parseInt(value);
    }
    throw new IllegalArgumentException(flag + " '" + value + "': allowed are 0 to " + most + ".");
  }

  /// Reads a scenario's file.
  public static Script script(Path file) {
    try {
      var tree = YAMLMapper.builder().build().readTree(Files.readString(file));
      return ScriptJson.read(Json.parse(JsonMapper.builder().build().writeValueAsString(tree)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file
              + " can not be read: "
              + e.getMessage()
              + ". There are scenarios in examples/scenarios.",
          e);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + " is no YAML: " + e.getOriginalMessage(), e);
    } catch (ScriptException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private Script script(String file, @Nullable Script first) {
    Script script = script(Path.of(file));
    // Variants are played over the people of the first.
    Script.Brand brand = first == null ? script.brand() : first.brand();
    Script over =
        script.over(
            new Script.Brand(
                people < 0 ? brand.people() : people,
                seed < 0 ? brand.seed() : seed,
                brand.start(),
                brand.zone()));
    return days < 0 ? over : over.lasting(days);
  }

  private People people(Script script, PrintStream err) {
    if (dataDir == null) {
      return new BrandPeople(
          script.brand(),
          script.days(),
          made -> err.printf(Locale.ROOT, "\r  %,d of %,d people", made, script.brand().people()));
    }
    Path engine = dataDir.resolve("engine");
    Path key = dataDir.resolve("keys/engine.key");
    if (!Files.isDirectory(engine) || !Files.exists(key)) {
      throw new IllegalArgumentException(
          dataDir + " is no data folder: it has no engine/ or no keys/engine.key.");
    }
    return new HistoryPeople(
        engine,
        new Seal(KeyFile.read(key)),
        at,
        reading ->
            err.printf(Locale.ROOT, "\r  record %,d of %,d", reading.record(), reading.records()));
  }

  private int play(PrintStream stdout, PrintStream err) throws IOException {
    var reports = new ArrayList<Report>();
    var outcomes = new ArrayList<Expectation.Outcome>();
    Script first = null;
    for (String file : files) {
      Script script = script(file, first);
      first = first == null ? script : first;
      err.println(script.name() + ": " + script.title());
      long began = System.nanoTime();
      long[] ready = {began};
      Report report =
          Rehearsal.run(
              script,
              people(script, err),
              new Rehearsal.Wanted(persons, out != null),
              () -> {
                ready[0] = System.nanoTime();
                err.printf(Locale.ROOT, "\r  people ready in %.1f s%n", (ready[0] - began) / 1e9);
              },
              progress ->
                  err.printf(
                      Locale.ROOT,
                      "\r  day %d of %d, %,d events, %,d messages",
                      progress.day(),
                      progress.days(),
                      progress.events(),
                      progress.messages()));
      double seconds = (System.nanoTime() - ready[0]) / 1e9;
      err.printf(
          Locale.ROOT,
          "%n  %d days in %.1f s: %,.0f events/s, %,.0f steps/s%n",
          script.days(),
          seconds,
          report.events() / seconds,
          report.steps() / seconds);
      reports.add(report);
      outcomes.addAll(report.check(script.expect()));
      write(script, report);
    }
    show(reports, outcomes, stdout);
    return outcomes.stream().allMatch(Expectation.Outcome::holds) ? 0 : 1;
  }

  private void show(List<Report> reports, List<Expectation.Outcome> outcomes, PrintStream stdout) {
    if (json) {
      stdout.println(
          (reports.size() == 1
                  ? reports.getFirst().body()
                  : Json.object(
                      "variants", Json.of(reports.stream().map(Report::body).toList()),
                      "differences", Comparison.of(reports).json()))
              .write());
    } else {
      reports.forEach(report -> stdout.println(ReportText.of(report, ReportText.Language.ZH)));
      if (reports.size() > 1) {
        stdout.println(Comparison.of(reports).text());
      }
    }
    PrintStream lines = json ? System.err : stdout;
    for (Report report : reports) {
      for (Report.Person person : report.persons()) {
        lines.println(person.name());
        person.lines().forEach(line -> lines.println("  " + line));
      }
    }
    for (Expectation.Outcome outcome : outcomes) {
      lines.println(
          (outcome.holds() ? "✓ " : "✗ ") + outcome.expectation() + "   (" + outcome.found() + ")");
    }
  }

  private void write(Script script, Report report) throws IOException {
    if (out == null) {
      return;
    }
    Path folder = out.resolve(script.name());
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("report.json"), report.body().write() + "\n");
    Files.writeString(
        folder.resolve("report.zh.txt"), ReportText.of(report, ReportText.Language.ZH));
    Files.writeString(
        folder.resolve("report.en.txt"), ReportText.of(report, ReportText.Language.EN));
    try (Writer sends = Files.newBufferedWriter(folder.resolve("sends.csv"))) {
      sends.write(Report.Row.HEAD + "\n");
      for (Report.Row row : report.sends()) {
        sends.write(row.csv() + "\n");
      }
    }
  }
}
