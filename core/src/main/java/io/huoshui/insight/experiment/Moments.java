package io.huoshui.insight.experiment;

import java.util.Arrays;

/// What is known of some people's numbers, all that a test needs: how many they are, means, and how
/// the numbers vary together. Of parts of the people it adds up to that of all, in whatever order
/// (Chan, Golub and LeVeque 1983). For one thread.
public final class Moments {
  private final int columns;
  private final double[] means;

  /// Sums of products of deviations, `columns * columns`.
  private final double[] products;

  private final boolean[] yesOrNo;
  private final long[] filled;
  private long people;

  /// @param columns how many numbers a person has
  public Moments(int columns) {
    this.columns = columns;
    this.means = new double[columns];
    this.products = new double[columns * columns];
    this.yesOrNo = new boolean[columns];
    this.filled = new long[columns];
    Arrays.fill(yesOrNo, true);
  }

  /// Adds a person.
  ///
  /// @param values finite, as many as there are columns
  public void add(double... values) {
    if (values.length != columns) {
      throw new IllegalArgumentException(values.length + " values for " + columns + " columns");
    }
    double before = (double) people / (people + 1);
    for (int i = 0; i < columns; i++) {
      double off = values[i] - means[i];
      for (int j = 0; j < columns; j++) {
        products[i * columns + j] += off * (values[j] - means[j]) * before;
      }
    }
    people++;
    for (int i = 0; i < columns; i++) {
      means[i] += (values[i] - means[i]) / people;
      yesOrNo[i] = yesOrNo[i] && (values[i] == 0 || values[i] == 1);
      filled[i] += values[i] == 0 ? 0 : 1;
    }
  }

  /// Adds other people, of the same columns.
  public void add(Moments other) {
    if (other.people == 0) {
      return;
    }
    double all = (double) people + other.people;
    double weight = people * (other.people / all);
    for (int i = 0; i < columns; i++) {
      double off = other.means[i] - means[i];
      for (int j = 0; j < columns; j++) {
        products[i * columns + j] +=
            other.products[i * columns + j] + off * (other.means[j] - means[j]) * weight;
      }
    }
    for (int i = 0; i < columns; i++) {
      means[i] += (other.means[i] - means[i]) * (other.people / all);
      yesOrNo[i] = yesOrNo[i] && other.yesOrNo[i];
      filled[i] += other.filled[i];
    }
    people += other.people;
  }

  public long people() {
    return people;
  }

  public double mean(int column) {
    return means[column];
  }

  public double variance(int column) {
    return covariance(column, column);
  }

  /// The sample's; 0 for fewer than two people.
  public double covariance(int one, int other) {
    return people < 2 ? 0 : products[one * columns + other] / (people - 1);
  }

  /// Whether each number is 0 or 1: did, or did not.
  public boolean yesOrNo(int column) {
    return yesOrNo[column];
  }

  /// How many have another number than 0.
  public long filled(int column) {
    return filled[column];
  }
}
