package io.huoshui.insight;

import org.jspecify.annotations.Nullable;

/// Linear equations.
public final class Matrix {
  private Matrix() {}

  /// Gauss and Jordan with the largest pivot; null when there is none.
  ///
  /// @param matrix as many rows as columns; not changed
  public static double @Nullable [][] inverse(double[][] matrix) {
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
