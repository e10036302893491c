package io.huoshui.insight.attribution;

import java.util.Arrays;
import java.util.Comparator;

/// Whole parts of a whole.
final class Parts {
  private Parts() {}

  /// Gives a whole out by weights, in whole units that add up to it: each part rounded down, what
  /// is left to those that lost most (largest remainder; of equals the first).
  ///
  /// @param whole 0 or more
  /// @param weights 0 or more, not all 0
  static long[] of(long whole, double[] weights) {
    double sum = Arrays.stream(weights).sum();
    long[] parts = new long[weights.length];
    double[] lost = new double[weights.length];
    long given = 0;
    for (int i = 0; i < weights.length; i++) {
      double exact = whole * (weights[i] / sum);
      parts[i] = Math.min((long) Math.floor(exact), whole - given);
      lost[i] = exact - parts[i];
      given += parts[i];
    }
    Integer[] order = new Integer[weights.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -lost[i]));
    for (int i = 0; given < whole; i = (i + 1) % order.length) {
      // Who weighs nothing is given nothing.
      if (weights[order[i]] > 0) {
        parts[order[i]]++;
        given++;
      }
    }
    return parts;
  }
}
