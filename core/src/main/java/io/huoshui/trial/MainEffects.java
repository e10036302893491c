package io.huoshui.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
    double[][] inverse = inverse(normal);
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

  /// Gauss and Jordan with the largest pivot; null when there is none.
  private static double @Nullable [][] inverse(double[][] matrix) {
    int n = matrix.length;
    double[][] work = new double[n][2 * n];
    double largest = 0;
    for (int i = 0; i < n; i++) {
      System.arraycopy(matrix[i], 0, work[i], 0, n);
      work[i][n + i] = 1;
      largest = Math.max(largest, matrix[i][i]);
    }
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int i = column + 1; i < n; i++) {
        pivot = Math.abs(work[i][column]) > Math.abs(work[pivot][column]) ? i : pivot;
      }
      if (Math.abs(work[pivot][column]) <= 1e-10 * largest) {
        return null;
      }
      double[] swapped = work[column];
      work[column] = work[pivot];
      work[pivot] = swapped;
      double by = work[column][column];
      for (int j = 0; j < 2 * n; j++) {
        work[column][j] /= by;
      }
      for (int i = 0; i < n; i++) {
        double times = work[i][column];
        for (int j = 0; i != column && times != 0 && j < 2 * n; j++) {
          work[i][j] -= times * work[column][j];
        }
      }
    }
    double[][] inverse = new double[n][n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(work[i], n, inverse[i], 0, n);
    }
    return inverse;
  }
}
