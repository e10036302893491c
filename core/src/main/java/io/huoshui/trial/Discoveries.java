package io.huoshui.trial;

import java.util.Arrays;
import java.util.Comparator;

/// Which of many tests found something, when few of those that say so may be wrong (Benjamini and
/// Hochberg 1995).
public final class Discoveries {
  private Discoveries() {}

  /// The least share of false discoveries at which each test is one.
  ///
  /// @param p of each test, 0 to 1
  /// @return of each, in the same order
  public static double[] q(double[] p) {
    Integer[] order = new Integer[p.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> p[i]));
    double[] q = new double[p.length];
    double least = 1;
    for (int rank = p.length; rank >= 1; rank--) {
      int test = order[rank - 1];
      least = Math.min(least, p[test] * p.length / rank);
      q[test] = least;
    }
    return q;
  }
}
