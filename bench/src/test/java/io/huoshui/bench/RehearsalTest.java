package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Seal;
import io.huoshui.engine.rehearsal.Expectation;
import io.huoshui.engine.rehearsal.Rate;
import io.huoshui.engine.rehearsal.Rehearsal;
import io.huoshui.engine.rehearsal.Report;
import io.huoshui.engine.rehearsal.Script;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.sandbox.customers.Habit;
import io.huoshui.server.access.KeyFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RehearsalTest {
  private static final Path SCENARIOS =
      Path.of("..", "examples", "scenarios").toAbsolutePath().normalize();

  /// Enough for every scenario's expectations, and few enough for a test.
  private static final int FEW = 2_000;

  static List<Path> scenarios() throws IOException {
    try (Stream<Path> files = Files.list(SCENARIOS)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  private static Script script(String file, int people, long seed) {
    Script script = Rehearse.script(SCENARIOS.resolve(file));
    return script.over(
        new Script.Brand(people, seed, script.brand().start(), script.brand().zone()));
  }

  private static Report play(Script script) {
    return Rehearsal.run(
        script,
        new BrandPeople(script.brand(), script.days(), _ -> {}),
        new Rehearsal.Wanted(List.of(), true),
        () -> {},
        _ -> {});
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void everyScenarioComesOutAsItExpects(Path file) {
    Script script = Rehearse.script(file);
    assertThat(script.expect()).isNotEmpty();

    Report report =
        play(
            script.over(
                new Script.Brand(
                    FEW, script.brand().seed(), script.brand().start(), script.brand().zone())));

    assertThat(report.check(script.expect())).allMatch(Expectation.Outcome::holds);
  }

  @Test
  void theSameSeedIsTheSameReportAndAnotherIsAnother() {
    Report one = play(script("s12-sleeping.yaml", 600, 3));
    Report again = play(script("s12-sleeping.yaml", 600, 3));
    Report other = play(script("s12-sleeping.yaml", 600, 4));

    assertThat(again.body().write()).isEqualTo(one.body().write());
    assertThat(again.sends()).isEqualTo(one.sends());
    assertThat(other.body().write()).isNotEqualTo(one.body().write());
  }

  /// Two journeys compete for the same people, with caps, quiet hours and a hold-out.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void nothingIsSentThatMustNotBe(long seed) {
    Report report = play(script("s11-promotion.yaml", 400, seed));

    assertThat(
            Stream.of(
                    "gate.sentInQuietHours = 0",
                    "gate.deliveredInQuietHours = 0",
                    "gate.capsExceeded = 0",
                    "gate.sameStepTwice = 0",
                    "quotas.wecom.violations = 0",
                    "quotas.sms.violations = 0",
                    "verdicts.sent > 0")
                .map(text -> Expectation.parse(text).of(report.body())))
        .allMatch(Expectation.Outcome::holds);
    assertThat(report.sends().stream().filter(row -> row.reason().equals("sent")))
        .allMatch(row -> !row.delivery().isEmpty());
  }

  @Test
  void theCommandFailsWhenAnExpectationDoes(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("wrong.yaml");
    String text = Files.readString(SCENARIOS.resolve("s12-sleeping.yaml"));
    Files.writeString(
        file,
        text.substring(0, text.indexOf("expect:")) + "expect: [\"verdicts.sent > 1000000\"]\n");

    assertThat(command(file.toString(), "--people", "50", "--days", "2")).startsWith("1 ");
    assertThat(command(SCENARIOS.resolve("none.yaml").toString()))
        .startsWith("2 huoshui rehearse: ")
        .contains("There are scenarios in examples/scenarios");
  }

  @Test
  void theCommandPlaysADataFoldersPeople(@TempDir Path folder) throws IOException {
    Instant begin = Instant.parse("2026-03-05T15:00:00Z");
    var days = new AtomicLong();
    var settings =
        new Engine.Settings(
            folder.resolve("engine"),
            new Seal(KeyFile.read(folder.resolve("keys/engine.key"))),
            ZoneId.of("Asia/Shanghai"),
            "http://x",
            () -> begin.plus(Duration.ofDays(days.get())));
    try (Engine engine = Engine.open(settings, _ -> {})) {
      for (int day = 0; day < 9; day++) {
        days.set(day);
        engine.take(
            List.of(
                new Event(
                    "o" + day,
                    "order_paid",
                    begin.plus(Duration.ofDays(day)),
                    "pos",
                    List.of(Identifier.of(IdentifierKind.MEMBER_NUMBER, "ann")),
                    Properties.of("orderId", "o" + day, "amountFen", 100))));
      }
    }
    Path file = folder.resolve("again.yaml");
    Files.writeString(
        file, "{scenario: again, days: 3, expect: [happened.order_paid = 3, people = 1]}");

    String played =
        command(
            file.toString(),
            "--data-dir",
            folder.toString(),
            "--at",
            "2026-03-07T23:30:00+08:00",
            "--out",
            folder.resolve("out").toString());

    assertThat(played).startsWith("0 ");
    assertThat(folder.resolve("out/again/report.zh.txt")).content().contains("预演 3 天，1 人");
    assertThat(folder.resolve("out/again/sends.csv")).hasContent(Report.Row.HEAD);
    assertThat(command(file.toString(), "--data-dir", file.toString()))
        .startsWith("2 ")
        .contains("is no data folder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dayz: 3|found 'dayz', allowed: answers, arrivals",
        "days: 0|found 0, allowed: a whole number, 1 to 3660",
        "rates: {smsVisit: 0.1}|found 'smsVisit', allowed:",
        "rates: {smsPlainVisit: 7}|found 7, allowed: a share from 0 to 1",
        "launch: [{journey: nobody}]|found journey 'nobody', allowed:",
        "expect: [\"a b\"]|found 'a b', allowed: `path op value`"
      })
  void whatCanNotBePlayedIsRefusedByName(String line) throws IOException {
    String[] parts = line.split("\\|");
    Path file = Files.createTempFile("scenario", ".yaml");
    try {
      Files.writeString(file, "scenario: x\nbrand: {people: 1}\n" + parts[0] + "\n");
      assertThat(command(file.toString())).startsWith("2 ").contains(parts[1]);
    } finally {
      Files.delete(file);
    }
  }

  private static String command(String... arguments) {
    var err = new ByteArrayOutputStream();
    var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    int code =
        Rehearse.run(List.of(arguments), out, new PrintStream(err, true, StandardCharsets.UTF_8));
    return code + " " + err.toString(StandardCharsets.UTF_8);
  }

  /// The rates' defaults and the sandbox's habits are one table written twice.
  @Test
  void ratesAreTheHabitsOfTheSandbox() {
    List<String> habits = Arrays.stream(Habit.values()).map(Enum::name).toList();

    List<Rate> shared =
        Arrays.stream(Rate.values()).filter(rate -> habits.contains(rate.name())).toList();

    assertThat(shared).hasSizeGreaterThan(15);
    assertThat(shared)
        .allSatisfy(
            rate -> {
              assertThat(rate.value()).isEqualTo(Habit.valueOf(rate.name()).value());
              assertThat(rate.source()).isEqualTo(Habit.valueOf(rate.name()).source());
            });
  }
}
