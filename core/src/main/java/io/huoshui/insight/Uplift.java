package io.huoshui.insight;

/// What a treatment changed, per person and in all, estimated against the hold-out.
///
/// @param estimate of the revenue that would not have come without it, in fen
/// @param low the lower end of the 95 % interval (Welch: unequal variances)
/// @param high the upper end
public record Uplift(double estimate, double low, double high) {
  private static final double Z_95 = 1.959963984540054;

  /// Count, sum and sum of squares of one arm.
  public record Arm(long people, double sum, double sumOfSquares) {
    public static final Arm EMPTY = new Arm(0, 0, 0);

    public Arm plus(double value) {
      return new Arm(people + 1, sum + value, sumOfSquares + value * value);
    }

    public double mean() {
      return people == 0 ? 0 : sum / people;
    }

    /// The sample's variance; 0 for fewer than two people.
    public double variance() {
      return people < 2 ? 0 : Math.max(0, (sumOfSquares - sum * sum / people) / (people - 1));
    }
  }

  /// Everybody who was meant to be treated counts as treated, reached or not: that is what keeps
  /// the arms alike.
  ///
  /// @return for an empty arm an estimate of 0 with an interval that says nothing (NaN)
  public static Uplift of(Arm treated, Arm heldOut) {
    if (treated.people() == 0 || heldOut.people() == 0) {
      return new Uplift(0, Double.NaN, Double.NaN);
    }
    double perPerson = treated.mean() - heldOut.mean();
    double error =
        Math.sqrt(treated.variance() / treated.people() + heldOut.variance() / heldOut.people());
    double estimate = perPerson * treated.people();
    double margin = Z_95 * error * treated.people();
    return new Uplift(estimate, estimate - margin, estimate + margin);
  }

  /// Both together, as of treatments that were held out from different people, or by different
  /// draws: their errors are independent.
  public Uplift plus(Uplift other) {
    double sum = estimate + other.estimate;
    double margin = Math.hypot((high - low) / 2, (other.high - other.low) / 2);
    return new Uplift(sum, sum - margin, sum + margin);
  }
}
