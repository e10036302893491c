package io.huoshui.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The whole engine under everything that can go wrong, seed by seed.
class SimTest {
  private static final int SEEDS = 200;
  private static final int STEPS = 120;

  @Test
  void nothingAckedIsLostAndNothingIsWrongWhateverHappens() {
    int crashes = 0;
    int checkpoints = 0;
    int rebuilt = 0;
    int cleanings = 0;
    int decisions = 0;
    long merges = 0;
    long delivered = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        World.Summary summary = World.live(seed, STEPS, World.Making.STANDARD);
        crashes += summary.crashes();
        checkpoints += summary.checkpoints();
        rebuilt += summary.rebuilt();
        cleanings += summary.cleanings();
        decisions += summary.decisions();
        merges += summary.merges();
        delivered += summary.delivered();
      } catch (Broken e) {
        throw new AssertionError(
            "Seed "
                + seed
                + " broke. "
                + e.getMessage()
                + "\n  replay: "
                + Simulator.replay(seed, STEPS),
            e);
      }
    }
    // Worlds in which nothing happens prove nothing.
    assertThat(crashes).isGreaterThan(2 * SEEDS);
    assertThat(checkpoints).isGreaterThan(SEEDS);
    assertThat(rebuilt).isGreaterThan(SEEDS / 4);
    assertThat(cleanings).isGreaterThan(SEEDS);
    assertThat(decisions).isGreaterThan(SEEDS / 4);
    assertThat(merges).isGreaterThan(2 * SEEDS);
    assertThat(delivered).isGreaterThan(SEEDS);
  }

  @Test
  void oneSeedIsOneWorld() {
    for (long seed = 1; seed <= 8; seed++) {
      assertThat(World.live(seed, STEPS, World.Making.STANDARD))
          .isEqualTo(World.live(seed, STEPS, World.Making.STANDARD));
    }
    assertThat(World.live(1, STEPS, World.Making.STANDARD).trace())
        .isNotEqualTo(World.live(2, STEPS, World.Making.STANDARD).trace());
  }
}
