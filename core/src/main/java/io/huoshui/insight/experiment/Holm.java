package io.huoshui.insight.experiment;

import java.util.Arrays;
import java.util.Comparator;

/// Several tests of one question: the chance of being wrong anywhere stays that of one test (Holm
/// 1979).
public final class Holm {
  private Holm() {}

  /// @param p of each test, 0 to 1
  /// @return of each, in the same order, the least chance of being wrong anywhere at which it says
  ///   something
  public static double[] adjusted(double[] p) {
    Integer[] order = new Integer[p.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> p[i]));
    double[] adjusted = new double[p.length];
    double most = 0;
    for (int rank = 0; rank < p.length; rank++) {
      int test = order[rank];
      most = Math.max(most, Math.min(1, p[test] * (p.length - rank)));
      adjusted[test] = most;
    }
    return adjusted;
  }
}
