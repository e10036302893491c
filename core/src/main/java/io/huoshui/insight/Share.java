package io.huoshui.insight;

import io.huoshui.insight.experiment.Normal;

/// A share of those it could have been, with its 95 % interval (Wilson's: it holds for few and for
/// shares near 0 and 1, too).
public record Share(double value, double low, double high) {
  private static final double Z_95 = 1.959963984540054;

  /// @param all 0 for nobody: the interval then says nothing
  public static Share of(long of, long all) {
    return of(of, all, 0.05);
  }

  /// The same with an interval that is wrong as often as `alpha`.
  public static Share of(long of, long all, double alpha) {
    if (all == 0) {
      return new Share(0, 0, 1);
    }
    double z = alpha == 0.05 ? Z_95 : Normal.quantile(1 - alpha / 2);
    double p = (double) of / all;
    double z2 = z * z;
    double middle = p + z2 / (2 * all);
    double half = z * Math.sqrt(p * (1 - p) / all + z2 / (4.0 * all * all));
    double over = 1 + z2 / all;
    return new Share(p, (middle - half) / over, (middle + half) / over);
  }
}
