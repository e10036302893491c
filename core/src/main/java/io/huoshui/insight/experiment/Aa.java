package io.huoshui.insight.experiment;

import io.huoshui.insight.Share;
import io.huoshui.insight.Uplift.Arm;

/// 空白实验: experiments in which nothing is done, on outcomes as they are. Every difference a test
/// sees is one that is not there; a test that keeps its word sees one in at most `alpha` of them.
///
/// @param runs how many experiments
/// @param looks how often each is looked at, after equal numbers of people
/// @param last how often the test for one look was wrong at the last look
/// @param peeking how often it was wrong at any: whoever stops at the first significant look
/// @param sequential how often the bounds for many looks were wrong at any
public record Aa(int runs, int looks, Share last, Share peeking, Share sequential) {
  /// @param outcomes of people; drawn from, again and again
  /// @param people of each experiment
  /// @param seed the same seed, the same answer
  public static Aa of(
      double[] outcomes, int people, int looks, int runs, double alpha, double tunedTo, long seed) {
    if (outcomes.length < 2 || people < 2 * looks || looks < 1 || runs < 1) {
      throw new IllegalArgumentException(
          outcomes.length
              + " outcomes, "
              + people
              + " people, "
              + looks
              + " looks and "
              + runs
              + " runs are too few for blank experiments");
    }
    double z = Normal.quantile(1 - alpha / 2);
    long last = 0;
    long peeking = 0;
    long sequential = 0;
    for (int run = 0; run < runs; run++) {
      var chance = new Chance(seed + run);
      Arm one = Arm.EMPTY;
      Arm other = Arm.EMPTY;
      boolean fixed = false;
      boolean ever = false;
      boolean beyond = false;
      int taken = 0;
      for (int look = 1; look <= looks; look++) {
        int until = (int) ((long) people * look / looks);
        for (; taken < until; taken++) {
          double outcome = outcomes[chance.roll(outcomes.length)];
          if (chance.coin()) {
            one = one.plus(outcome);
          } else {
            other = other.plus(outcome);
          }
        }
        fixed = significant(one, other, z);
        ever = ever || fixed;
        ConfidenceSequence.Bounds bounds = ConfidenceSequence.of(one, other, alpha / 2, tunedTo);
        beyond = beyond || (bounds != null && (bounds.low() > 0 || bounds.high() < 0));
      }
      last += fixed ? 1 : 0;
      peeking += ever ? 1 : 0;
      sequential += beyond ? 1 : 0;
    }
    return new Aa(
        runs, looks, Share.of(last, runs), Share.of(peeking, runs), Share.of(sequential, runs));
  }

  private static boolean significant(Arm one, Arm other, double z) {
    if (one.people() < 2 || other.people() < 2) {
      return false;
    }
    double error = Math.sqrt(one.variance() / one.people() + other.variance() / other.people());
    return error > 0 && Math.abs(one.mean() - other.mean()) > z * error;
  }
}
