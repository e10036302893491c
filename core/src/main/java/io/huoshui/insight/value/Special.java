package io.huoshui.insight.value;

/// Functions that likelihoods and distributions are made of.
public final class Special {
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
  private static final double TINY = 1e-300;
  private static final int MOST_TERMS = 100_000;

  private Special() {}

  /// ln Γ(x), x > 0.
  public static double logGamma(double x) {
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

  /// The upper regularised incomplete gamma function Q(a, x), a > 0 and x >= 0: the series of its
  /// complement near, the continued fraction far out (Abramowitz and Stegun 6.5.29 and 6.5.31).
  public static double upperGamma(double a, double x) {
    if (x <= 0) {
      return 1;
    }
    double front = Math.exp(a * Math.log(x) - x - logGamma(a));
    if (x < a + 1) {
      double term = 1 / a;
      double sum = term;
      for (int n = 1; n < MOST_TERMS && term > sum * 1e-16; n++) {
        term *= x / (a + n);
        sum += term;
      }
      return Math.max(0, 1 - front * sum);
    }
    // Lentz's way through the even part of the fraction.
    double b = x + 1 - a;
    double c = 1 / TINY;
    double d = 1 / b;
    double h = d;
    for (int i = 1; i < MOST_TERMS; i++) {
      double an = -i * (i - a);
      b += 2;
      d = 1 / away(an * d + b);
      c = away(b + an / c);
      double by = d * c;
      h *= by;
      if (Math.abs(by - 1) < 1e-15) {
        break;
      }
    }
    return front * h;
  }

  /// The regularised incomplete beta function I_x(a, b), a and b > 0, by its continued fraction
  /// (Abramowitz and Stegun 26.5.8), on the side where that is short.
  public static double beta(double a, double b, double x) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    double front =
        Math.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
    return x < (a + 1) / (a + b + 2)
        ? front * fraction(a, b, x) / a
        : 1 - front * fraction(b, a, 1 - x) / b;
  }

  private static double fraction(double a, double b, double x) {
    double c = 1;
    double d = 1 / away(1 - (a + b) * x / (a + 1));
    double h = d;
    for (int m = 1; m < MOST_TERMS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / away(1 + even * d);
      c = away(1 + even / c);
      h *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / away(1 + odd * d);
      c = away(1 + odd / c);
      double by = d * c;
      h *= by;
      if (Math.abs(by - 1) < 1e-15) {
        break;
      }
    }
    return h;
  }

  /// Not quite nothing, to be divided by.
  private static double away(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }
}
