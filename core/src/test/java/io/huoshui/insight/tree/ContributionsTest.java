package io.huoshui.insight.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.Dice;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ContributionsTest {
  private static Contributions of(String formula, double[] before, double[] after) {
    return Objects.requireNonNull(Contributions.of(Formula.parse(formula), before, after));
  }

  private static double[] numbers(double... numbers) {
    return numbers;
  }

  /// ```
  /// friends = packages × rate: 1000 × 0.10 = 100 → 1210 × 0.0826… = 100
  /// the one did as much as the other undid: L(100, 100) × ln 1.21 = 19.06
  /// ```
  @Test
  void aProductOfAWorkedExample() {
    Contributions found = of("p × r", numbers(1000, 0.1), numbers(1210, 0.1 / 1.21));
    assertThat(found.method()).isEqualTo(Contributions.Method.LOG_MEAN);
    assertThat(found.part(0)).isCloseTo(100 * Math.log(1.21), within(1e-9));
    assertThat(found.part(1)).isCloseTo(-100 * Math.log(1.21), within(1e-9));

    // From 100 to 50, all of it by the rate.
    Contributions rate = of("p × r", numbers(1000, 0.1), numbers(1000, 0.05));
    assertThat((Double) rate.part(0)).isZero();
    assertThat((Double) rate.part(1)).isEqualTo(-50);
  }

  /// ```
  /// a × b from 0 × 5 to 4 × 7: Shapley, each the mean of coming first and coming last
  /// a: (4×5 - 0×5 + 4×7 - 0×7) / 2 = 24      b: (0×7 - 0×5 + 4×7 - 4×5) / 2 = 4
  /// ```
  @Test
  void aProductThroughZeroIsSharedByShapley() {
    Contributions found = of("a × b", numbers(0, 5), numbers(4, 7));
    assertThat(found.method()).isEqualTo(Contributions.Method.SHAPLEY);
    assertThat((Double) found.part(0)).isEqualTo(24);
    assertThat((Double) found.part(1)).isEqualTo(4);
  }

  @Test
  void whereThereIsNoBaseThereAreNoContributions() {
    assertThat(Contributions.of(Formula.parse("a / b"), numbers(1, 0), numbers(1, 2))).isNull();
    assertThat(Contributions.of(Formula.parse("a + b"), numbers(1, Double.NaN), numbers(1, 2)))
        .isNull();
    // b - c is 0 half-way, when only b has changed.
    assertThat(Contributions.of(Formula.parse("a / (b - c)"), numbers(1, 2, 1), numbers(1, 1, 3)))
        .isNull();
  }

  /// Whatever the formula and the numbers: contributions add up to the change, what did not change
  /// contributes nothing, and a slope times its change is the contribution.
  @Test
  void contributionsAddUpToTheChange() {
    String[] formulas = {
      "a + b - c",
      "2 × a - b / 4 + 3",
      "a × b",
      "a × b × c × d × e",
      "a / b",
      "a × b / (c × 7)",
      "a × a / b",
      "a × b + c",
      "(a - b) / c",
      "(a + b) × (c - d) / e",
      "a × b - c × d",
      "a × b × c × d × e × f × g × h"
    };
    var methods = new int[Contributions.Method.values().length];
    Dice.overSeeds(
        2_000,
        seed -> {
          var dice = new Dice(seed);
          Formula formula = Formula.parse(dice.of(formulas));
          double[] before = new double[formula.names().size()];
          double[] after = new double[before.length];
          Arrays.setAll(before, _ -> number(dice));
          Arrays.setAll(after, i -> dice.chance(20) ? before[i] : number(dice));
          Contributions found = Contributions.of(formula, before, after);
          double from = formula.of(before);
          double to = formula.of(after);
          if (Double.isNaN(from) || Double.isNaN(to)) {
            assertThat(found).isNull();
            return;
          }
          if (found == null) {
            // Only what divides by a sum can have no base in between.
            assertThat(formula.exponents()).isNull();
            return;
          }
          methods[found.method().ordinal()]++;
          double sum = 0;
          double size = Math.abs(to - from);
          for (int i = 0; i < before.length; i++) {
            sum += found.part(i);
            size = Math.max(size, Math.abs(found.part(i)));
          }
          // Shapley goes over values of its own; their rounding is of their size.
          assertThat(sum).isCloseTo(to - from, within(1e-12 * size * before.length));
          for (int i = 0; i < before.length; i++) {
            if (before[i] == after[i]) {
              assertThat(Math.abs(found.part(i)))
                  .isLessThanOrEqualTo(1e-9 * magnitude(formula, before, after));
            }
            assertThat(found.slope(i) * (after[i] - before[i]))
                .isCloseTo(
                    found.part(i),
                    within(1e-9 * Math.max(size, magnitude(formula, before, after))));
          }
        });
    for (int asked : methods) {
      assertThat(asked).isGreaterThan(100);
    }
  }

  /// The largest value the formula takes on the way.
  private static double magnitude(Formula formula, double[] before, double[] after) {
    double most = 1e-300;
    double[] mixed = new double[before.length];
    for (int set = 0; set < 1 << before.length; set++) {
      for (int i = 0; i < mixed.length; i++) {
        mixed[i] = (set >>> i & 1) == 1 ? after[i] : before[i];
      }
      double value = formula.of(mixed);
      most = Double.isNaN(value) ? most : Math.max(most, Math.abs(value));
    }
    return most;
  }

  private static double number(Dice dice) {
    return switch (dice.roll(8)) {
      case 0 -> 0;
      case 1 -> -dice.between(1, 50);
      case 2 -> dice.fraction() / 10;
      case 3 -> 1e9 * dice.fraction() + 1;
      default -> dice.between(1, 2_000);
    };
  }

  @Test
  void theLogarithmicMeanLiesBetween() {
    Dice.overSeeds(
        500,
        seed -> {
          var dice = new Dice(seed);
          double b = dice.fraction() + 0.01;
          double a = b * (1 + (dice.chance(30) ? 1e-14 * dice.roll(100) : dice.fraction()));
          double mean = Contributions.logMean(a, b);
          assertThat(mean).isBetween(b * (1 - 1e-12), a * (1 + 1e-12));
          assertThat(Contributions.logMean(-a, -b)).isCloseTo(-mean, within(1e-12));
        });
  }
}
