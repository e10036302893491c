package io.huoshui.insight.value;

/// Functions that the likelihoods are made of.
final class Special {
  /// Lanczos 1964 with g = 7 and nine terms: about fifteen digits.
  private static final double[] LANCZOS = {
    0.9999999999998099,
    676.5203681218851,
    -1259.1392167224028,
    771.3234287776531,
    -176.6150291621406,
    12.507343278686905,
    -0.13857109526572012,
    9.984369578019572e-6,
    1.5056327351493116e-7
  };

  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;
  private static final int MOST_TERMS = 100_000;

  private Special() {}

  /// ln Γ(x), x > 0.
  static double logGamma(double x) {
    if (x < 0.5) {
      return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
    }
    double y = x - 1;
    double sum = LANCZOS[0];
    for (int i = 1; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (y + i);
    }
    double t = y + 7.5;
    return HALF_LOG_TWO_PI + (y + 0.5) * Math.log(t) - t + Math.log(sum);
  }

  /// Gauss's hypergeometric function ₂F₁(a, b; c; z), 0 <= z < 1 and c > 0, by its series; where
  /// that would be slow, by Euler's transformation, which shortens it when c < a + b.
  static double hypergeometric(double a, double b, double c, double z) {
    return z > 0.5 && c < a + b
        ? Math.pow(1 - z, c - a - b) * series(c - a, c - b, c, z)
        : series(a, b, c, z);
  }

  private static double series(double a, double b, double c, double z) {
    double term = 1;
    double sum = 1;
    for (int n = 0; n < MOST_TERMS; n++) {
      term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
      sum += term;
      if (Math.abs(term) <= 1e-15 * Math.abs(sum)) {
        return sum;
      }
    }
    return sum;
  }
}
