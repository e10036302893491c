package io.huoshui.insight.experiment;

/// The normal distribution.
public final class Normal {
  private Normal() {}

  /// The chance of a value above `z`, to 15 digits or so: the continued fraction of Mills' ratio
  /// far out, the power series of the error function near (Abramowitz and Stegun 26.2.14 and
  /// 26.2.11).
  public static double above(double z) {
    double x = Math.abs(z);
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    double tail;
    if (x > 3) {
      double fraction = 0;
      for (int i = 60; i >= 1; i--) {
        fraction = i / (x + fraction);
      }
      tail = density / (x + fraction);
    } else {
      double term = x;
      double sum = x;
      for (int i = 1; i < 100; i++) {
        term *= x * x / (2 * i + 1);
        sum += term;
      }
      tail = 0.5 - density * sum;
    }
    return z >= 0 ? tail : 1 - tail;
  }

  /// The value below which this share lies, by halving.
  ///
  /// @param share above 0, below 1
  public static double quantile(double share) {
    double low = -40;
    double high = 40;
    for (int i = 0; i < 100; i++) {
      double middle = (low + high) / 2;
      if (1 - above(middle) < share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
