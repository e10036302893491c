package io.huoshui.survey;

/// Intervals that hold the truth 95 times of 100.
final class Intervals {
  static final double Z = 1.959963984540054;

  private Intervals() {}

  static SurveyResults.Mean mean(long n, double sum, double squares) {
    if (n == 0) {
      return new SurveyResults.Mean(0, null, null, null);
    }
    double mean = sum / n;
    if (n == 1) {
      return new SurveyResults.Mean(1, mean, null, null);
    }
    double variance = Math.max(0, (squares - sum * mean) / (n - 1));
    double half = t(n - 1) * Math.sqrt(variance / n);
    return new SurveyResults.Mean(n, mean, mean - half, mean + half);
  }

  /// Student's t that 2.5 % lie above: exact for one and two degrees of freedom, then Abramowitz
  /// and Stegun 26.7.5.
  static double t(long freedom) {
    if (freedom <= 2) {
      return freedom == 1 ? 12.706204736432095 : 4.302652729911275;
    }
    double z = Z;
    double v = freedom;
    return z
        + (Math.pow(z, 3) + z) / (4 * v)
        + (5 * Math.pow(z, 5) + 16 * Math.pow(z, 3) + 3 * z) / (96 * v * v)
        + (3 * Math.pow(z, 7) + 19 * Math.pow(z, 5) + 17 * Math.pow(z, 3) - 15 * z)
            / (384 * Math.pow(v, 3))
        + (79 * Math.pow(z, 9)
                + 776 * Math.pow(z, 7)
                + 1482 * Math.pow(z, 5)
                - 1920 * Math.pow(z, 3)
                - 945 * z)
            / (92160 * Math.pow(v, 4));
  }
}
