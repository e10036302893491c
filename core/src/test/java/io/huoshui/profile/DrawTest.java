package io.huoshui.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import org.junit.jupiter.api.Test;

class DrawTest {
  @Test
  void twoNamesDrawLikeTheirJoin() {
    Dice.overSeeds(
        1_000,
        seed -> {
          var dice = new Dice(seed);
          String one = "a会".repeat(dice.roll(5));
          String other = "/b" + dice.roll(99);
          int number = dice.roll(1_000_000);
          assertThat(Draw.fraction(one, other, number))
              .isEqualTo(Draw.fraction(one + other, number));
        });
  }

  /// People stay on the side they were drawn to: the draws never change.
  @Test
  void drawsAreForEver() {
    assertThat(Draw.fraction("2026", 7)).isEqualTo(0.8345120960282345);
    assertThat(Draw.bits("recall/hold-out")).isEqualTo(-5859313300471374118L);
  }
}
