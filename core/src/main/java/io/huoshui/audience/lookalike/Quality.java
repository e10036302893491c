package io.huoshui.audience.lookalike;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/// How well scores tell two groups apart: the chance that one of the first has a higher score than
/// one of the second, ties counted half, with its interval of 95 %.
///
/// @param auc 0.5 is a coin, 1 is without fault
/// @param from, to the interval, from the spread of each one's share of the others beaten (DeLong,
///   DeLong, Clarke-Pearson 1988)
/// @param seed how many of the first group were scored
/// @param others how many of the second
public record Quality(double auc, double from, double to, int seed, int others) {
  private static final double NORMAL_95 = 1.959964;

  /// @param first the scores of the first group, at least two
  /// @param second those of the second, at least two
  public static Quality of(double[] first, double[] second) {
    return within(List.of(first), List.of(second));
  }

  /// The same of scores that can be compared within a part only: each part was scored by a model of
  /// its own, and which part somebody is in must not count.
  ///
  /// @param first per part the scores of the first group
  static Quality within(List<double[]> first, List<double[]> second) {
    var ofFirst = DoubleStream.builder();
    var ofSecond = DoubleStream.builder();
    for (int part = 0; part < first.size(); part++) {
      Arrays.stream(beaten(first.get(part), second.get(part))).forEach(ofFirst);
      Arrays.stream(beaten(second.get(part), first.get(part))).forEach(ofSecond);
    }
    double[] won = ofFirst.build().toArray();
    double[] lost = ofSecond.build().toArray();
    double auc = mean(won);
    double deviation = Math.sqrt(variance(won) / won.length + variance(lost) / lost.length);
    return new Quality(
        auc,
        Math.max(0, auc - NORMAL_95 * deviation),
        Math.min(1, auc + NORMAL_95 * deviation),
        won.length,
        lost.length);
  }

  /// Per one of these the share of others with a lower score.
  private static double[] beaten(double[] these, double[] others) {
    double[] sorted = others.clone();
    Arrays.sort(sorted);
    double[] shares = new double[these.length];
    for (int i = 0; i < these.length; i++) {
      int below = first(sorted, these[i], false);
      int upTo = first(sorted, these[i], true);
      shares[i] = (below + upTo) / 2.0 / sorted.length;
    }
    return shares;
  }

  /// The first place whose value is not below the score, or that is above it.
  private static int first(double[] sorted, double score, boolean above) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < score || (above && sorted[middle] == score)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / (values.length - 1);
  }
}
