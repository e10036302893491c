package io.huoshui.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairwiseTest {
  /// ```
  /// we say   {a b c} {d e} {f}
  /// truth    {a b} {c d e} {f}
  /// claimed  ab ac bc de = 4      actual  ab cd ce de = 4      correct  ab de = 2
  /// ```
  @Test
  void countsPairsOfIdentifiers() {
    var tally = new Pairwise.Tally();
    int[][] profileAndPerson = {{0, 7}, {0, 7}, {0, 8}, {3, 8}, {3, 8}, {5, 9}};
    for (int[] each : profileAndPerson) {
      tally.add(each[0], each[1]);
    }

    assertThat(tally.score()).isEqualTo(new Pairwise(2, 4, 4));
    assertThat(tally.score().precision()).isEqualTo(0.5);
    assertThat(tally.score().recall()).isEqualTo(0.5);
    assertThat(tally.score().f1()).isEqualTo(0.5);
  }

  @Test
  void sayingTooMuchCostsPrecisionSayingTooLittleCostsRecall() {
    var all = new Pairwise(1, 3, 1);
    assertThat(all.precision()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(all.recall()).isEqualTo(1);
    assertThat(all.f1()).isCloseTo(0.5, within(1e-12));

    var little = new Pairwise(1, 1, 3);
    assertThat(little.precision()).isEqualTo(1);
    assertThat(little.recall()).isCloseTo(1.0 / 3, within(1e-12));
  }

  @Test
  void nobodyIsNoMistake() {
    assertThat(new Pairwise.Tally().score()).isEqualTo(new Pairwise(0, 0, 0));
    assertThat(new Pairwise(0, 0, 0).precision()).isEqualTo(1);
    assertThat(new Pairwise(0, 0, 0).recall()).isEqualTo(1);
    assertThat(new Pairwise(0, 0, 0).f1()).isZero();
  }

  @Test
  void numbersBelowZeroDoNotMixProfileAndPerson() {
    var tally = new Pairwise.Tally();
    tally.add(1, -1);
    tally.add(0, -1);
    tally.add(1, -1);

    assertThat(tally.score()).isEqualTo(new Pairwise(1, 1, 3));
  }
}
