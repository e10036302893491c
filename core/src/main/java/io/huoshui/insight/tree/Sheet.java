package io.huoshui.insight.tree;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every metric in one slice, column by column.
public final class Sheet {
  private static final double[] UNKNOWN = {};
  private static final long[] NOTHING = {};

  private final Metrics metrics;
  private final int columns;

  /// Per metric and column; a metric that is not known in this slice has none.
  private final double[][] values;

  private final long[][] events;

  Sheet(Metrics metrics, int columns) {
    this.metrics = metrics;
    this.columns = columns;
    this.values = new double[metrics.size()][];
    this.events = new long[metrics.size()][];
    Arrays.fill(values, UNKNOWN);
    Arrays.fill(events, NOTHING);
  }

  /// A leaf is known here.
  ///
  /// @param given what nobody told is not known; what nobody did is 0
  void begin(int place, boolean given) {
    if (values[place].length == 0) {
      values[place] = new double[columns];
      events[place] = new long[columns];
      Arrays.fill(values[place], given ? Double.NaN : 0);
    }
  }

  void add(int place, Cube.Row row) {
    double[] into = values[place];
    long[] counted = events[place];
    for (int column = 0; column < columns; column++) {
      double more = row.values[column];
      if (!Double.isNaN(more)) {
        into[column] = Double.isNaN(into[column]) ? more : into[column] + more;
      }
      counted[column] += row.events[column];
    }
  }

  /// Works out the formulas.
  void work() {
    for (int place = 0; place < metrics.size(); place++) {
      Formula formula = metrics.formula(place);
      if (formula == null) {
        continue;
      }
      List<Integer> parts = metrics.parts(place);
      double[] worked = new double[columns];
      long[] least = new long[columns];
      double[] given = new double[parts.size()];
      for (int column = 0; column < columns; column++) {
        long events = parts.isEmpty() ? 0 : Long.MAX_VALUE;
        for (int i = 0; i < given.length; i++) {
          given[i] = value(parts.get(i), column);
          events = Math.min(events, events(parts.get(i), column));
        }
        worked[column] = formula.of(given);
        least[column] = events;
      }
      values[place] = worked;
      events[place] = least;
    }
  }

  double value(int place, int column) {
    double[] of = values[place];
    return of.length == 0 ? Double.NaN : of[column];
  }

  /// How many events, or rows that were told, a value is made of; of a formula those of its weakest
  /// part.
  long events(int place, int column) {
    long[] of = events[place];
    return of.length == 0 ? 0 : of[column];
  }

  /// @return null for no base
  public @Nullable Double value(String metric, int column) {
    return orNone(value(metrics.place(metric), column));
  }

  public long events(String metric, int column) {
    return events(metrics.place(metric), column);
  }

  /// One column of it.
  Side side(int column) {
    double[] all = new double[metrics.size()];
    long[] counted = new long[metrics.size()];
    Arrays.setAll(all, place -> value(place, column));
    Arrays.setAll(counted, place -> events(place, column));
    return new Side(all, counted);
  }

  static @Nullable Double orNone(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
