package io.huoshui.insight.experiment;

import io.huoshui.insight.Share;

/// Two shares of people, compared.
public final class Rates {
  /// Below this many expected in a corner, chance is counted and not approximated.
  private static final double FEW = 10;

  private Rates() {}

  public record Interval(double low, double high) {}

  /// The 95 % interval of `of1/all1 - of2/all2` (Newcombe 1998, method 10: from Wilson's
  /// intervals).
  public static Interval difference(long of1, long all1, long of2, long all2) {
    return difference(of1, all1, of2, all2, 0.05);
  }

  /// The same, wrong as often as `alpha`.
  public static Interval difference(long of1, long all1, long of2, long all2, double alpha) {
    double p1 = (double) of1 / all1;
    double p2 = (double) of2 / all2;
    Share one = Share.of(of1, all1, alpha);
    Share two = Share.of(of2, all2, alpha);
    return new Interval(
        p1 - p2 - Math.hypot(p1 - one.low(), two.high() - p2),
        p1 - p2 + Math.hypot(one.high() - p1, p2 - two.low()));
  }

  /// How likely two shares as far apart as these, or farther, are by chance alone: by the normal
  /// distribution where enough people did and did not, by Fisher's exact test where few.
  public static double p(long of1, long all1, long of2, long all2) {
    double share = (double) (of1 + of2) / (all1 + all2);
    double least = Math.min(all1, all2) * Math.min(share, 1 - share);
    if (least < FEW) {
      return fisher(of1, all1, of2, all2);
    }
    double error = Math.sqrt(share * (1 - share) * (1.0 / all1 + 1.0 / all2));
    double z = ((double) of1 / all1 - (double) of2 / all2) / error;
    return Math.min(1, 2 * Normal.above(Math.abs(z)));
  }

  /// All outcomes with the same sums that are no likelier than this one.
  private static double fisher(long of1, long all1, long of2, long all2) {
    long of = of1 + of2;
    long from = Math.max(0, of - all2);
    long to = Math.min(of, all1);
    double whole = choices(all1 + all2, of);
    double mine = choices(all1, of1) + choices(all2, of2) - whole;
    double p = 0;
    for (long k = from; k <= to; k++) {
      double log = choices(all1, k) + choices(all2, of - k) - whole;
      if (log <= mine + 1e-9) {
        p += Math.exp(log);
      }
    }
    return Math.min(1, p);
  }

  /// The logarithm of how many choices of `k` out of `n` there are.
  private static double choices(long n, long k) {
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  }

  private static double logFactorial(long n) {
    if (n < 20) {
      double product = 1;
      for (int i = 2; i <= n; i++) {
        product *= i;
      }
      return Math.log(product);
    }
    // Stirling's series: to 1e-12 and better from 20 on.
    double x = n + 1.0;
    return (x - 0.5) * Math.log(x)
        - x
        + 0.5 * Math.log(2 * Math.PI)
        + 1 / (12 * x)
        - 1 / (360 * x * x * x)
        + 1 / (1260 * Math.pow(x, 5));
  }
}
