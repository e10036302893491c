package io.huoshui.trial;

import io.huoshui.insight.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What each level of each factor does by itself: weighted least squares over the cells of all
/// blocks, each block with a rate of its own. A level's effect is how far it lies from the mean of
/// its factor's levels.
final class MainEffects {
  private MainEffects() {}

  /// One cell of one block.
  ///
  /// @param levels of the three factors, by number
  record Point(int block, List<Integer> levels, long people, double rate) {}

  /// @param error its standard error
  record Estimate(int factor, int level, double effect, double error) {}

  /// @param counts how many levels each factor has
  /// @return empty where the cells there are do not tell them apart
  static List<Estimate> of(List<Point> points, int[] counts) {
    var blocks = new TreeMap<Integer, Integer>();
    for (Point point : points) {
      if (point.people() > 0) {
        blocks.putIfAbsent(point.block(), blocks.size());
      }
    }
    int columns = blocks.size();
    int[] begins = new int[counts.length];
    for (int factor = 0; factor < counts.length; factor++) {
      begins[factor] = columns;
      columns += counts[factor] - 1;
    }
    double[][] normal = new double[columns][columns];
    double[] right = new double[columns];
    double all = 0;
    double reached = 0;
    for (Point point : points) {
      if (point.people() == 0) {
        continue;
      }
      double[] row = row(point, blocks, begins, counts, columns);
      for (int i = 0; i < columns; i++) {
        right[i] += point.people() * row[i] * point.rate();
        for (int j = 0; j < columns; j++) {
          normal[i][j] += point.people() * row[i] * row[j];
        }
      }
      all += point.people();
      reached += point.people() * point.rate();
    }
    double[][] inverse = Matrix.inverse(normal);
    if (inverse == null || all == 0) {
      return List.of();
    }
    double spread = reached / all * (1 - reached / all);
    double[] fitted = new double[columns];
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        fitted[i] += inverse[i][j] * right[j];
      }
    }
    var estimates = new ArrayList<Estimate>();
    for (int factor = 0; factor < counts.length; factor++) {
      for (int level = 0; counts[factor] > 1 && level < counts[factor]; level++) {
        double[] weights = new double[columns];
        code(weights, begins[factor], level, counts[factor]);
        double effect = 0;
        double variance = 0;
        for (int i = 0; i < columns; i++) {
          effect += weights[i] * fitted[i];
          for (int j = 0; j < columns; j++) {
            variance += weights[i] * inverse[i][j] * weights[j] * spread;
          }
        }
        estimates.add(new Estimate(factor, level, effect, Math.sqrt(Math.max(0, variance))));
      }
    }
    return estimates;
  }

  private static double[] row(
      Point point, Map<Integer, Integer> blocks, int[] begins, int[] counts, int columns) {
    double[] row = new double[columns];
    row[blocks.getOrDefault(point.block(), 0)] = 1;
    for (int factor = 0; factor < counts.length; factor++) {
      code(row, begins[factor], point.levels().get(factor), counts[factor]);
    }
    return row;
  }

  /// A level as its own column, the last as what the others leave: they add up to nothing.
  private static void code(double[] into, int begin, int level, int count) {
    for (int i = 0; i < count - 1; i++) {
      into[begin + i] += level == count - 1 ? -1 : level == i ? 1 : 0;
    }
  }
}
