package io.huoshui.sandbox.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class DiceTest {
  private static double mean(ToDoubleFunction<Dice> draw) {
    var dice = Dice.of(99);
    double sum = 0;
    for (int i = 0; i < 200_000; i++) {
      sum += draw.applyAsDouble(dice);
    }
    return sum / 200_000;
  }

  @Test
  void meansAreWhatTheNamesSay() {
    assertThat(mean(Dice::uniform)).isEqualTo(0.5, within(0.005));
    assertThat(mean(dice -> dice.exponential(3))).isEqualTo(3, within(0.05));
    assertThat(mean(Dice::gaussian)).isEqualTo(0, within(0.01));
    assertThat(mean(dice -> dice.gamma(0.5, 4))).isEqualTo(2, within(0.05));
    assertThat(mean(dice -> dice.gamma(3, 2))).isEqualTo(6, within(0.05));
    assertThat(mean(dice -> dice.below(10))).isEqualTo(4.5, within(0.05));
    assertThat(mean(dice -> dice.chance(0.3) ? 1 : 0)).isEqualTo(0.3, within(0.005));
    assertThat(mean(dice -> dice.weighted(1, 3) == 1 ? 1 : 0)).isEqualTo(0.75, within(0.005));
    assertThat(mean(dice -> StrictMath.log(dice.lognormal(5, 0.5))))
        .isEqualTo(StrictMath.log(5), within(0.01));
  }

  @Test
  void drawsDependOnEveryWordAndItsPlace() {
    long plain = Dice.of(1, "a", "b").next();
    assertThat(Dice.of(1, "a", "b").next()).isEqualTo(plain);
    assertThat(Dice.of(2, "a", "b").next()).isNotEqualTo(plain);
    assertThat(Dice.of(1, "b", "a").next()).isNotEqualTo(plain);
    assertThat(Dice.of(1, "ab", "").next()).isNotEqualTo(plain);
    assertThat(Dice.of(1, "a", "b", "").next()).isNotEqualTo(plain);
  }
}
