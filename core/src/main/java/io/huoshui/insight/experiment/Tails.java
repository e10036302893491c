package io.huoshui.insight.experiment;

import io.huoshui.insight.value.Special;

/// How much of a distribution lies beyond a value.
public final class Tails {
  /// From here on Student's distribution is the normal one to more digits than are shown.
  private static final double MANY = 1e7;

  private Tails() {}

  /// The chance of a value of Student's distribution at least as far from 0, on either side.
  ///
  /// @param degrees of freedom, above 0
  public static double student(double t, double degrees) {
    return degrees > MANY
        ? Math.min(1, 2 * Normal.above(Math.abs(t)))
        : Special.beta(degrees / 2, 0.5, degrees / (degrees + t * t));
  }

  /// The value that Student's distribution exceeds on both sides together with this chance.
  ///
  /// @param chance above 0, below 1
  public static double studentBeyond(double chance, double degrees) {
    if (degrees > MANY) {
      return Normal.quantile(1 - chance / 2);
    }
    double low = 0;
    double high = 1;
    while (student(high, degrees) > chance && high < 1e12) {
      high *= 2;
    }
    for (int i = 0; i < 80; i++) {
      double middle = (low + high) / 2;
      if (student(middle, degrees) > chance) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /// The chance of a value of the chi-square distribution at least as large.
  public static double chiSquare(double value, double degrees) {
    return Special.upperGamma(degrees / 2, value / 2);
  }
}
