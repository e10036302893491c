package io.huoshui.journey;

import io.huoshui.profile.Draw;

/// What is known of the arms of adaptive splits.
public interface Arms {
  /// Nothing yet: every arm is as likely.
  Arms UNKNOWN = (_, _, _, arm) -> Tally.NONE;

  /// Of people who are not held out, of one version of a journey.
  Tally of(String journey, int version, String step, String arm);

  /// @param took how many took the arm
  /// @param reached how many of them reached the goal
  record Tally(long took, long reached) {
    static final Tally NONE = new Tally(0, 0);
  }

  /// The arm somebody takes: a share of `floor` percent of each arm goes to it whatever is known;
  /// the rest goes to the arm whose rate, drawn from what is known of it (Beta, Thompson 1933), is
  /// highest. The same person under the same tallies takes the same arm.
  static int choose(Journey journey, Journey.Step.Adapt split, int profile, Arms known) {
    int arms = split.arms().size();
    String salt = journey.name() + "/" + split.id();
    double draw = Draw.fraction(salt, profile) * 100;
    if (draw < (double) split.floorPercent() * arms) {
      return (int) (draw / split.floorPercent());
    }
    int best = 0;
    double highest = -1;
    for (int arm = 0; arm < arms; arm++) {
      Tally tally =
          known.of(journey.name(), journey.version(), split.id(), split.arms().get(arm).name());
      double rate =
          new Chance(salt + "/" + arm, profile)
              .beta(tally.reached() + 1.0, tally.took() - tally.reached() + 1.0);
      if (rate > highest) {
        highest = rate;
        best = arm;
      }
    }
    return best;
  }

  /// Draws that follow from a salt and a person.
  final class Chance {
    private final String salt;
    private final int profile;
    private int drawn;

    Chance(String salt, int profile) {
      this.salt = salt;
      this.profile = profile;
    }

    private double uniform() {
      return Math.max(1e-12, Draw.fraction(salt + "/" + drawn++, profile));
    }

    private double normal() {
      return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    }

    /// Marsaglia and Tsang 2000, for shapes of 1 and more.
    private double gamma(double shape) {
      double d = shape - 1.0 / 3;
      double c = 1 / Math.sqrt(9 * d);
      while (true) {
        double x = normal();
        double v = 1 + c * x;
        if (v > 0) {
          v = v * v * v;
          if (Math.log(uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
            return d * v;
          }
        }
      }
    }

    double beta(double a, double b) {
      double one = gamma(a);
      return one / (one + gamma(b));
    }
  }
}
