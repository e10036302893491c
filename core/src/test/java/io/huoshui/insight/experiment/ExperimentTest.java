package io.huoshui.insight.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.huoshui.Dice;
import io.huoshui.insight.experiment.Design.Guardrail;
import io.huoshui.insight.experiment.Design.Look;
import io.huoshui.insight.experiment.Measure.Mean;
import io.huoshui.insight.experiment.Measure.Ratio;
import io.huoshui.insight.experiment.Reading.Comparison;
import io.huoshui.insight.experiment.Reading.Finding;
import io.huoshui.insight.experiment.Reading.Guarded;
import io.huoshui.insight.experiment.Reading.Method;
import io.huoshui.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentTest {
  private static List<String> lines(String name) throws IOException {
    String named = System.getenv("HUOSHUI_DATA");
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.exists(here.resolve("examples")) ? here : here.resolve("..").normalize();
    Path data = named == null ? root.resolve("../shared/data").normalize() : Path.of(named);
    Path file = data.resolve(name);
    assumeTrue(Files.isRegularFile(file), () -> "needs " + file + " (set HUOSHUI_DATA)");
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return in.lines().toList();
    }
  }

  private static Design design(
      List<String> variants,
      String control,
      List<Measure> measures,
      @Nullable String covariate,
      Look look) {
    return new Design(
        Design.variants(variants, Map.of()),
        control,
        measures,
        List.of(),
        covariate,
        0.05,
        0.8,
        0,
        look,
        Design.TUNED_TO);
  }

  private static <T> T there(@Nullable T value) {
    return Objects.requireNonNull(value);
  }

  private static Comparison of(Reading reading, int measure, String variant) {
    return reading.measures().get(measure).comparisons().stream()
        .filter(one -> one.variant().equals(variant))
        .findFirst()
        .orElseThrow();
  }

  /// The even rows of the e-mail experiment. Kevin Hillstrom reports of the whole that visits were
  /// 18.3 % (men's), 15.1 % (women's), 10.6 % (none); differences, p-values and intervals are those
  /// that SciPy's `ttest_ind(equal_var=False)` gives of these rows.
  @Test
  void hillstromsExperimentSaysWhatIsKnownOfIt() throws IOException {
    List<String> lines = lines("hillstrom/hillstrom_even_rows.csv.gz");
    Design design =
        design(
            List.of("No E-Mail", "Mens E-Mail", "Womens E-Mail"),
            "No E-Mail",
            List.of(new Mean("visit"), new Mean("conversion"), new Mean("spend")),
            "history",
            Look.LAST);
    var experiment = new Experiment(design, List.of("channel"));
    for (String line : lines.subList(1, lines.size())) {
      String[] row = line.split(",", -1);
      // From the end: "7) $1,000 +" has a comma.
      int end = row.length;
      experiment.add(
          row[end - 4],
          List.of(row[end - 5]),
          Double.parseDouble(row[end - 3]),
          Double.parseDouble(row[end - 2]),
          Double.parseDouble(row[end - 1]),
          Double.parseDouble(row[end - 10]));
    }
    Reading reading = experiment.read();

    assertThat(reading.arms().stream().map(Reading.Arm::people))
        .containsExactly(10_586L, 10_778L, 10_636L);
    assertThat(there(reading.srm()).chiSquare()).isCloseTo(1.86025, within(1e-9));
    assertThat(there(reading.srm()).p()).isCloseTo(0.394504394240127, within(1e-9));
    assertThat(there(reading.srm()).alarm()).isFalse();

    assertThat(there(reading.measures().getFirst().arms().get(1).mean()).value())
        .isCloseTo(0.183, within(0.001));
    Comparison visits = of(reading, 0, "Mens E-Mail");
    assertThat(visits.plain().method()).isEqualTo(Method.TWO_SHARES);
    assertThat(visits.plain().difference().value()).isCloseTo(0.0749891398383893, within(1e-12));
    assertThat(there(visits.plain().lift()).value()).isCloseTo(0.6933057068377197, within(1e-12));
    assertThat(visits.plain().p()).isCloseTo(2.535770254842264e-54, within(1e-60));

    Comparison spend = of(reading, 2, "Womens E-Mail");
    assertThat(spend.plain().method()).isEqualTo(Method.WELCH);
    assertThat(spend.plain().difference().value()).isCloseTo(0.5879888407681435, within(1e-9));
    assertThat(spend.plain().difference().low()).isCloseTo(0.231273839074164, within(1e-9));
    assertThat(spend.plain().difference().high()).isCloseTo(0.944703842462123, within(1e-9));
    assertThat(spend.plain().p()).isCloseTo(0.0012361744261878303, within(1e-10));
    assertThat(of(reading, 2, "Mens E-Mail").plain().p())
        .isCloseTo(0.004905232768886003, within(1e-10));

    assertThat(there(visits.cuped()).theta()).isCloseTo(9.683886955039067e-05, within(1e-15));
    assertThat(there(visits.cuped()).estimate().difference().value())
        .isCloseTo(0.07457579565633309, within(1e-10));
    assertThat(there(visits.cuped()).varianceReduction())
        .isCloseTo(0.004998307168498806, within(1e-10));
    assertThat(there(spend.cuped()).estimate().p()).isCloseTo(0.0012540772823926964, within(1e-10));
    // Of two p-values the less counts twice, the other once.
    assertThat(spend.pHolm()).isCloseTo(2 * 0.0012540772823926964, within(1e-9));
    assertThat(of(reading, 2, "Mens E-Mail").pHolm()).isCloseTo(0.005103527192586127, within(1e-9));

    assertThat(there(visits.sequential()).finding()).isEqualTo(Finding.BETTER);
    assertThat(there(visits.sequential()).low())
        .isLessThan(there(visits.cuped()).estimate().difference().low());
    assertThat(reading.verdict().code()).isEqualTo(Verdict.Code.WINNER);
    assertThat(reading.verdict().variant()).isEqualTo("Mens E-Mail");
    assertThat(reading.verdict().zh()).contains("「Mens E-Mail」优于「No E-Mail」");

    Reading.Segments segments = experiment.segments();
    assertThat(segments.effects()).hasSize(6);
    assertThat(segments.effects().stream().mapToLong(Reading.OfSegment::people).sum())
        .isEqualTo(10_778 + 10_636);
    assertThat(segments.heterogeneity()).hasSize(2);
  }

  /// Calls were not assigned at random: a share of telephones that no plan had is an alarm, and the
  /// large difference of outcomes no verdict.
  @Test
  void callsThatNobodyAssignedGetNoVerdict() throws IOException {
    List<String> lines = lines("bank_marketing/bank-full.csv.gz");
    Design design =
        design(
            List.of("cellular", "telephone"), "telephone", List.of(new Mean("y")), null, Look.LAST);
    var experiment = new Experiment(design);
    for (String line : lines.subList(1, lines.size())) {
      String[] row = line.replace("\"", "").split(";", -1);
      if (!row[8].equals("unknown")) {
        experiment.add(row[8], row[16].equals("yes") ? 1 : 0);
      }
    }
    Reading reading = experiment.read();

    assertThat(reading.arms().stream().map(Reading.Arm::people)).containsExactly(29_285L, 2_906L);
    assertThat(reading.verdict().code()).isEqualTo(Verdict.Code.SRM);
    assertThat(reading.verdict().variant()).isNull();
    assertThat(of(reading, 0, "cellular").plain().difference().value())
        .isCloseTo(4_369.0 / 29_285 - 390.0 / 2_906, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # of     | value             | degrees | chance (tables of SciPy 1.17; the rounded ones stand in any textbook)
          student  | 2.0               | 10      | 0.07338803477074037
          student  | 1.5               | 3.7     | 0.2135981692020135
          student  | 2.570581835636315 | 5       | 0.05
          student  | 2.0422724563012   | 30      | 0.05
          student  | -2.0422724563012  | 30      | 0.05
          student  | 1.959963984540054 | 1e9     | 0.05
          square   | 3.841458820694124 | 1       | 0.05
          square   | 10                | 4       | 0.04042768199451279
          square   | 0.5               | 7       | 0.9994464813904249
          square   | 100               | 3       | 1.5541594313896026e-21
          """)
  void tailsAreThoseOfTheTables(String of, double value, double degrees, double chance) {
    double found =
        of.equals("student") ? Tails.student(value, degrees) : Tails.chiSquare(value, degrees);
    assertThat(found).isCloseTo(chance, within(1e-10 * chance));
    if (of.equals("student")) {
      assertThat(Tails.studentBeyond(chance, degrees)).isCloseTo(Math.abs(value), within(1e-7));
    }
  }

  /// By hand: 1 2 3 4 against 2 4 6 8. Means 2.5 and 5, variances 5/3 and 20/3, so the squared
  /// error is 25/12, t = 2.5 / √(25/12) = √3, and Welch's degrees are (25/12)² / ((5/12)²/3 +
  /// (20/12)²/3) = 625 · 3 / 425 = 4.4118.
  @Test
  void welchByHand() {
    var experiment =
        new Experiment(design(List.of("a", "b"), "a", List.of(new Mean("x")), null, Look.LAST));
    for (int i = 1; i <= 4; i++) {
      experiment.add("a", i);
      experiment.add("b", 2 * i);
    }
    Reading reading = experiment.read();
    Comparison compared = of(reading, 0, "b");
    assertThat(compared.plain().difference().value()).isEqualTo(2.5);
    assertThat(compared.plain().error()).isCloseTo(Math.sqrt(25.0 / 12), within(1e-12));
    assertThat(compared.plain().p())
        .isCloseTo(Tails.student(Math.sqrt(3), 1_875.0 / 425), within(1e-12));
    assertThat(there(compared.plain().lift()).value()).isEqualTo(1);
    assertThat(compared.tooSmall()).isTrue();
    assertThat(compared.needed()).isEqualTo(30);
    assertThat(reading.verdict().code()).isEqualTo(Verdict.Code.TOO_SMALL);
    assertThat(reading.verdict().en()).contains("needs about 30");
  }

  /// By hand: orders over visits. a: (1,2) (1,4) (2,6): ratio 4/12; residuals n - d/3 are 1/3,
  /// -1/3, 0, their variance 1/9, mean of visits 4, so the variance of a person's part is 1/144.
  @Test
  void ratioByHand() {
    var experiment =
        new Experiment(
            design(
                List.of("a", "b"), "a", List.of(new Ratio("orders", "visits")), null, Look.LAST));
    for (String variant : List.of("a", "b")) {
      experiment.add(variant, 1, 2);
      experiment.add(variant, 1, 4);
      experiment.add(variant, 2, 6);
    }
    Comparison compared = of(experiment.read(), 0, "b");
    assertThat(compared.plain().method()).isEqualTo(Method.DELTA);
    assertThat(compared.plain().difference().value()).isZero();
    assertThat(compared.plain().error()).isCloseTo(Math.sqrt(2.0 / 144 / 3), within(1e-12));
    assertThat(compared.plain().p()).isEqualTo(1);
  }

  /// The delta method's interval holds the truth as often as it says: people with one to nine
  /// visits, orders that go with them.
  @Test
  void ratioIntervalsHoldAsOftenAsTheySay() {
    var dice = new Dice(5);
    int runs = 600;
    int holds = 0;
    for (int run = 0; run < runs; run++) {
      var experiment =
          new Experiment(
              design(
                  List.of("a", "b"), "a", List.of(new Ratio("orders", "visits")), null, Look.LAST));
      for (int i = 0; i < 400; i++) {
        int visits = dice.between(1, 9);
        int orders = 0;
        int percent = dice.of(10, 30, 80);
        for (int visit = 0; visit < visits; visit++) {
          orders += dice.chance(percent) ? 1 : 0;
        }
        experiment.add(i % 2 == 0 ? "a" : "b", orders, visits);
      }
      Reading.Interval difference = of(experiment.read(), 0, "b").plain().difference();
      holds += difference.low() <= 0 && difference.high() >= 0 ? 1 : 0;
    }
    assertThat(holds / (double) runs).isBetween(0.925, 0.975);
  }

  /// A covariate that foretells most takes most of the variance away, and nothing of the effect.
  @Test
  void cupedSeesWhatThePlainTestDoesNot() {
    var dice = new Dice(11);
    var experiment =
        new Experiment(design(List.of("a", "b"), "a", List.of(new Mean("y")), "before", Look.LAST));
    for (int i = 0; i < 2_000; i++) {
      double before = 100 * dice.fraction();
      double noise = 5 * (dice.fraction() - 0.5);
      boolean treated = dice.chance(50);
      experiment.add(treated ? "b" : "a", before + noise + (treated ? 1 : 0), before);
    }
    Comparison compared = of(experiment.read(), 0, "b");
    assertThat(there(compared.cuped()).theta()).isCloseTo(1, within(0.01));
    assertThat(there(compared.cuped()).varianceReduction()).isGreaterThan(0.99);
    assertThat(there(compared.cuped()).estimate().difference().value()).isCloseTo(1, within(0.2));
    assertThat(there(compared.cuped()).estimate().p()).isLessThan(1e-6);
    assertThat(compared.plain().p()).isGreaterThan(0.01);
    assertThat(compared.decisive()).isEqualTo(there(compared.cuped()).estimate());
  }

  private static Reading read(Experiment experiment) {
    return experiment.read();
  }

  /// Counted in parts, and in another order, it is the same.
  @Test
  void partsAddUpToTheWhole() {
    Dice.overSeeds(
        30,
        seed -> {
          var dice = new Dice(seed);
          Design design =
              new Design(
                  Design.variants(List.of("a", "b", "c"), Map.of()),
                  "a",
                  List.of(new Mean("x"), new Ratio("x", "y")),
                  List.of(new Guardrail(new Mean("y"), false)),
                  "z",
                  0.05,
                  0.8,
                  0,
                  Look.ANY,
                  1_000);
          var whole = new Experiment(design, List.of("f"));
          var parts = new ArrayList<Experiment>();
          for (int i = 0; i < 4; i++) {
            parts.add(new Experiment(design, List.of("f")));
          }
          for (int i = 0; i < 400; i++) {
            String variant = dice.of("a", "b", "c");
            List<String> of = List.of(dice.of("m", "n"));
            double[] values = {
              dice.between(0, 3) * 1e6, dice.between(1, 4), dice.between(0, 9) + dice.fraction()
            };
            whole.add(variant, of, values);
            parts.get(dice.roll(4)).add(variant, of, values);
          }
          var together = new Experiment(design, List.of("f"));
          dice.shuffled(parts).forEach(together::add);
          Reading one = read(whole);
          Reading other = read(together);
          assertThat(other.arms()).isEqualTo(one.arms());
          assertThat(other.srm()).isEqualTo(one.srm());
          assertThat(other.verdict().code()).isEqualTo(one.verdict().code());
          for (int i = 0; i < one.measures().size(); i++) {
            for (String variant : List.of("b", "c")) {
              Comparison mine = of(one, i, variant);
              Comparison theirs = of(other, i, variant);
              assertThat(theirs.decisive().difference().value())
                  .isCloseTo(
                      mine.decisive().difference().value(),
                      within(1e-9 * Math.abs(mine.decisive().error())));
              assertThat(theirs.decisive().p()).isCloseTo(mine.decisive().p(), within(1e-8));
              assertThat(there(theirs.sequential()).high())
                  .isCloseTo(
                      there(mine.sequential()).high(),
                      within(1e-8 * Math.abs(there(mine.sequential()).high())));
            }
          }
          assertThat(together.segments().effects().stream().map(Reading.OfSegment::people))
              .isEqualTo(
                  whole.segments().effects().stream().map(Reading.OfSegment::people).toList());
        });
  }

  /// Variants in another order are compared the same.
  @Test
  void theOrderOfVariantsChangesNothing() {
    var dice = new Dice(3);
    Design one = design(List.of("a", "b", "c"), "b", List.of(new Mean("x")), null, Look.LAST);
    Design other = design(List.of("c", "a", "b"), "b", List.of(new Mean("x")), null, Look.LAST);
    var first = new Experiment(one);
    var second = new Experiment(other);
    for (int i = 0; i < 3_000; i++) {
      String variant = dice.of("a", "b", "c");
      double value = dice.chance(variant.equals("c") ? 40 : 30) ? 1 : 0;
      first.add(variant, value);
      second.add(variant, value);
    }
    for (String variant : List.of("a", "c")) {
      assertThat(of(second.read(), 0, variant)).isEqualTo(of(first.read(), 0, variant));
    }
    assertThat(second.read().verdict()).isEqualTo(first.read().verdict());
    assertThat(first.read().verdict().variant()).isEqualTo("c");
  }

  @Test
  void holmByHand() {
    assertThat(Holm.adjusted(new double[] {0.01, 0.04, 0.03, 0.005}))
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(0.03, 0.06, 0.06, 0.02);
    assertThat(Holm.adjusted(new double[] {0.9, 0.8})).containsExactly(1, 1);
  }

  /// A fifth of the people lost of one variant only.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # a  | b    | share of a | chi-square (by hand)  | alarm
          1000 | 1000 | 1          | 0                     | false
          1000 | 800  | 1          | 22.22222222222222     | true
          1000 | 800  | 1.25       | 0                     | false
          520  | 480  | 1          | 1.6                   | false
          821  | 716  | 1          | 7.17306441119063      | false
          """)
  void variantsHaveAsManyPeopleAsWasPlanned(
      long a, long b, double share, double chiSquare, boolean alarm) {
    Srm srm =
        Srm.of(
            Design.variants(List.of("a", "b"), Map.of("a", share, "b", 1.0)),
            Map.of("a", a, "b", b));
    assertThat(srm.chiSquare()).isCloseTo(chiSquare, within(1e-9));
    assertThat(srm.alarm()).isEqualTo(alarm);
  }

  @Test
  void anAlarmTakesTheVerdictAway() {
    Design design = design(List.of("a", "b"), "a", List.of(new Mean("x")), null, Look.LAST);
    var experiment = new Experiment(design);
    for (int i = 0; i < 2_000; i++) {
      experiment.add("a", i % 10 == 0 ? 1 : 0);
      if (i % 5 != 0) {
        experiment.add("b", i % 3 == 0 ? 1 : 0);
      }
    }
    assertThat(of(experiment.read(), 0, "b").pHolm()).isLessThan(1e-6);
    assertThat(experiment.read().verdict().code()).isEqualTo(Verdict.Code.SRM);
  }

  @Test
  void aGuardrailThatGetsWorseStopsAWinner() {
    Design design =
        new Design(
            Design.variants(List.of("a", "b", "c"), Map.of()),
            "a",
            List.of(new Mean("bought")),
            List.of(
                new Guardrail(new Mean("left"), false), new Guardrail(new Mean("opened"), true)),
            null,
            0.05,
            0.8,
            0,
            Look.LAST,
            1_000);
    var experiment = new Experiment(design);
    for (int i = 0; i < 3_000; i++) {
      experiment.add("a", i % 10 == 0 ? 1 : 0, i % 50 == 0 ? 1 : 0, i % 2);
      experiment.add("b", i % 5 == 0 ? 1 : 0, i % 20 == 0 ? 1 : 0, i % 2);
      experiment.add("c", i % 7 == 0 ? 1 : 0, i % 50 == 0 ? 1 : 0, i % 2);
    }
    Reading reading = experiment.read();
    assertThat(reading.guardrails().getFirst().verdicts())
        .containsExactly(Guarded.HARMED, Guarded.NO_HARM_SHOWN);
    assertThat(reading.guardrails().getLast().verdicts())
        .containsExactly(Guarded.NO_HARM_SHOWN, Guarded.NO_HARM_SHOWN);
    // b sells most, and people leave; c is the best that does no harm.
    assertThat(reading.verdict().code()).isEqualTo(Verdict.Code.WINNER);
    assertThat(reading.verdict().variant()).isEqualTo("c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # people | buyers of each | lift worth finding | too small | needed
          20       | 10             | 0                  | true      | 30
          200      | 4              | 0                  | true      | 500
          200      | 0              | 0                  | true      |
          1000     | 100            | 0                  | false     | 30
          1000     | 100            | 0.2                | true      | 3532
          5000     | 500            | 0.2                | false     | 3532
          """)
  void whoIsTooFewIsSaidSoBeforeAnyVerdict(
      int people, int buyers, double lift, boolean tooSmall, @Nullable Long needed) {
    Design design =
        new Design(
            Design.variants(List.of("a", "b"), Map.of()),
            "a",
            List.of(new Mean("x")),
            List.of(),
            null,
            0.05,
            0.8,
            lift,
            Look.LAST,
            1_000);
    var experiment = new Experiment(design);
    for (int i = 0; i < people; i++) {
      experiment.add("a", i < buyers ? 1 : 0);
      experiment.add("b", i < buyers ? 1 : 0);
    }
    Reading reading = experiment.read();
    Comparison compared = of(reading, 0, "b");
    assertThat(compared.finding(Look.LAST) == Finding.TOO_SMALL).isEqualTo(tooSmall);
    if (needed == null) {
      assertThat(compared.needed()).isNull();
    } else {
      // Variances are the sample's: a person or four off the planner's.
      assertThat(compared.needed()).isCloseTo(needed, within(4L));
    }
    assertThat(reading.verdict().code())
        .isEqualTo(tooSmall ? Verdict.Code.TOO_SMALL : Verdict.Code.UNDECIDED);
  }

  /// Fewer people than the change worth finding takes: that is to look early, so only what holds at
  /// every look counts.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # buyers of b | lift | verdict   | finding, of 1,000 a group and 100 buyers of a
          100           | 0.1  | too_small | too_small
          130           | 0    | winner    | better
          130           | 0.1  | too_small | too_small
          200           | 0.1  | winner    | better
          """)
  void fewerThanPlannedIsAnEarlyLook(int buyers, double lift, String verdict, String finding) {
    Design design =
        new Design(
            Design.variants(List.of("a", "b"), Map.of()),
            "a",
            List.of(new Mean("x")),
            List.of(),
            null,
            0.05,
            0.8,
            lift,
            Look.LAST,
            2_000);
    var experiment = new Experiment(design);
    for (int i = 0; i < 1_000; i++) {
      experiment.add("a", i < 100 ? 1 : 0);
      experiment.add("b", i < buyers ? 1 : 0);
    }
    Reading reading = experiment.read();
    assertThat(reading.verdict().code().wire()).isEqualTo(verdict);
    assertThat(of(reading, 0, "b").finding(Look.LAST).wire()).isEqualTo(finding);
    assertThat(of(reading, 0, "b").underpowered()).isEqualTo(lift > 0);
  }

  @Test
  void nothingToDivideByIsNoLift() {
    Design design = design(List.of("a", "b"), "a", List.of(new Mean("x")), null, Look.ANY);
    var experiment = new Experiment(design);
    experiment.add("a", 0);
    experiment.add("a", 0);
    experiment.add("b", 1);
    experiment.add("b", 0);
    Comparison compared = of(experiment.read(), 0, "b");
    assertThat(compared.plain().lift()).isNull();
    assertThat(compared.sequential()).isNull();
    String json = new Json.Obj(ExperimentJson.write(experiment.read())).write();
    assertThat(json).contains("\"lift\":null").contains("\"tooSmall\":true");
    // Nobody at all is no reason to break.
    Reading nobody = new Experiment(design).read();
    assertThat(nobody.verdict().code()).isEqualTo(Verdict.Code.TOO_SMALL);
    assertThat(new Json.Obj(ExperimentJson.write(nobody)).write()).contains("\"mean\":null");
  }

  /// Textbook numbers: Cohen's 64 a group for half a standard deviation; 3,839 (rates of 10 and 12
  /// %, unpooled) of any calculator; a hundred times the people for a tenth of the effect.
  @Test
  void plansAreThoseOfTheTextbooks() {
    var half = List.of(0.5, 0.5);
    var cohen = new Planner(new Planner.Baseline.Amount(10, 2), half, 0.05, 0.8);
    assertThat(cohen.toSee(1, 0).each()).containsExactly(64L, 64L);
    assertThat(cohen.toSee(1, 0).lift()).isEqualTo(0.1);
    assertThat(cohen.toSee(1, 0).days()).isNull();
    var rates = new Planner(new Planner.Baseline.Rate(0.1), half, 0.05, 0.8);
    Planner.Plan plan = rates.toSee(0.02, 500);
    assertThat(plan.each()).containsExactly(3_839L, 3_839L);
    assertThat(plan.days()).isEqualTo(16);
    assertThat(plan.weeks()).isEqualTo(3);
    assertThat(plan.anyTime()).isBetween(2 * plan.people() / 2, 3 * plan.people());
    assertThat(rates.toSee(0.002, 0).people() / (double) plan.people())
        .isCloseTo(100, within(10.0));
    // Of so many people the same effect is seen.
    assertThat(rates.with(plan.people(), 0).effect()).isCloseTo(0.02, within(1e-5));
    assertThat(cohen.with(128, 0).effect()).isCloseTo(1, within(0.01));
    // A small control costs people; several variants cost a stricter test each.
    var ninety = new Planner(new Planner.Baseline.Rate(0.1), List.of(0.1, 0.9), 0.05, 0.8);
    assertThat(ninety.toSee(0.02, 0).people()).isGreaterThan(2 * plan.people());
    var three =
        new Planner(new Planner.Baseline.Rate(0.1), List.of(1 / 3.0, 1 / 3.0, 1 / 3.0), 0.05, 0.8);
    assertThat(three.toSee(0.02, 0).each().getFirst()).isGreaterThan(4_400L);
    assertThatThrownBy(() -> rates.toSee(0.95, 0)).hasMessageContaining("not between 0 and 1");
    assertThatThrownBy(() -> rates.toSee(0, 0)).hasMessageContaining("without end");
    assertThatThrownBy(
            () -> new Planner(new Planner.Baseline.Rate(0.1), List.of(0.5, 0.6), 0.05, 0.8))
        .hasMessageContaining("add up to 1");
  }

  /// Who looks twenty times and stops when it pleases is wrong in a quarter of blank experiments;
  /// with bounds made for that in no more than was said.
  @Test
  void peekingFoolsTheTestForOneLookAndNotTheSequential() {
    var dice = new Dice(9);
    double[] outcomes = new double[5_000];
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = dice.chance(10) ? dice.between(50, 500) : 0;
    }
    Aa aa = Aa.of(outcomes, 4_000, 20, 1_000, 0.05, 2_000, 1);
    assertThat(aa.last().value()).isBetween(0.03, 0.07);
    assertThat(aa.peeking().value()).isBetween(0.18, 0.32);
    assertThat(aa.sequential().value()).isLessThanOrEqualTo(0.05);
    assertThat(Aa.of(outcomes, 4_000, 20, 1_000, 0.05, 2_000, 1)).isEqualTo(aa);
  }

  /// The always-valid p-value is that at which the bound just touches nothing.
  @Test
  void theSequentialPAndBoundsAgree() {
    for (double z = 0.5; z < 8; z += 0.25) {
      for (long people : new long[] {100, 5_000, 200_000}) {
        double boundary = ConfidenceSequence.boundary(people, 0.025, 10_000);
        double p = ConfidenceSequence.p(z, people, 0.025, 10_000);
        assertThat(p < 0.05).isEqualTo(z > boundary);
      }
    }
    assertThat(ConfidenceSequence.p(0, 100, 0.025, 10_000)).isEqualTo(1);
  }

  private static UpliftModel model(boolean signal, long seed) {
    var dice = new Dice(seed);
    var crowd = new UpliftModel.Crowd(List.of("kind", "age"));
    for (int i = 0; i < 6_000; i++) {
      String kind = dice.of("calls", "no", "annoyed");
      boolean treated = dice.chance(50);
      double age = dice.between(18, 80);
      int percent = 20;
      if (signal && treated) {
        percent += kind.equals("calls") ? 30 : kind.equals("annoyed") ? -15 : 0;
      }
      crowd.add(treated, dice.chance(percent) ? 1 : 0, List.of(kind, String.valueOf(age)));
    }
    UpliftModel model = UpliftModel.of(crowd);
    return there(model);
  }

  @Test
  void theModelFindsWhomItWorksOn() {
    UpliftModel model = model(true, 4);
    assertThat(model.qini().qini().low()).isPositive();
    assertThat(model.qini().auuc().value()).isGreaterThan(model.qini().effect().value() / 2 + 0.03);
    assertThat(model.tenths().getFirst().seen().difference()).isCloseTo(0.3, within(0.1));
    assertThat(model.tenths().getLast().seen().difference()).isNegative();
    assertThat(
            model.levels().stream()
                .filter(level -> level.feature().equals("kind"))
                .map(
                    level ->
                        level.level()
                            + (level.adds() > 0.1 ? "+" : level.adds() < -0.1 ? "-" : "")))
        .containsExactly("annoyed-", "calls+", "no");
    // Numbers are cut into fifths.
    assertThat(model.levels().stream().filter(level -> level.feature().equals("age"))).hasSize(5);
    assertThat(model.qini().curve()).hasSize(21);
    assertThat(model.qini().curve().getLast().uplift())
        .isCloseTo(model.qini().effect().value(), within(1e-9));
  }

  /// Where nothing is to be found, the area is nothing within its bounds; over many crowds it is on
  /// no side.
  @Test
  void aModelOfNothingHasAQiniOfNothing() {
    double sum = 0;
    int holds = 0;
    for (long seed = 1; seed <= 20; seed++) {
      // Far apart: dice of neighbouring seeds throw the same, one throw later.
      Qini.Bounded qini = model(false, seed * 1_000_003).qini().qini();
      sum += qini.value();
      holds += there(qini.low()) <= 0 && there(qini.high()) >= 0 ? 1 : 0;
    }
    assertThat(sum / 20).isCloseTo(0, within(0.002));
    assertThat(holds).isGreaterThanOrEqualTo(16);
    // The same score for all goes straight.
    Qini flat =
        Qini.of(
            new double[] {1, 1, 1, 1},
            new boolean[] {true, false, true, false},
            new double[] {1, 0, 1, 1},
            0,
            1);
    assertThat(there(flat).qini().value()).isZero();
    assertThat(there(flat).effect().value()).isEqualTo(0.5);
  }

  /// By hand: the best two are one treated who bought and one not treated who did not.
  @Test
  void qiniByHand() {
    Qini qini =
        Qini.of(
            new double[] {2, 2, 1, 1},
            new boolean[] {true, false, true, false},
            new double[] {1, 0, 0, 0},
            0,
            1);
    // Q(½) = (1 - 0) / 2, Q(1) = 1/2: areas 1/8 + 1/4, less 1/4.
    assertThat(there(qini).qini().value()).isCloseTo(0.125, within(1e-12));
    // V(½) = ½ · 1, V(1) = ½.
    assertThat(there(qini).auuc().value()).isCloseTo(0.375, within(1e-12));
    assertThat(Qini.of(new double[] {1}, new boolean[] {true}, new double[] {1}, 0, 1)).isNull();
  }

  @Test
  void whatCanNotBeIsRefused() {
    assertThatThrownBy(() -> design(List.of("a"), "a", List.of(new Mean("x")), null, Look.LAST))
        .hasMessageContaining("two variants or more");
    assertThatThrownBy(
            () -> design(List.of("a", "b"), "c", List.of(new Mean("x")), null, Look.LAST))
        .hasMessageContaining("none of the variants: a, b");
    var experiment =
        new Experiment(design(List.of("a", "b"), "a", List.of(new Mean("x")), null, Look.LAST));
    assertThatThrownBy(() -> experiment.add("d", 1)).hasMessageContaining("'d' is none of");
    assertThatThrownBy(() -> experiment.add("a", 1, 2)).hasMessageContaining("2 values for 1");
    assertThatThrownBy(() -> Aa.of(new double[] {1}, 100, 5, 10, 0.05, 100, 1))
        .hasMessageContaining("too few");
  }
}
