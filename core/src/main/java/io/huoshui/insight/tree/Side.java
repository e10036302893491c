package io.huoshui.insight.tree;

import java.util.Arrays;
import java.util.List;

/// One value per metric: what another such is compared with.
final class Side {
  private final double[] values;
  private final long[] events;

  Side(double[] values, long[] events) {
    this.values = values;
    this.events = events;
  }

  double value(int place) {
    return values[place];
  }

  long events(int place) {
    return events[place];
  }

  /// The values of a metric's parts.
  double[] parts(Metrics metrics, int place) {
    List<Integer> parts = metrics.parts(place);
    double[] of = new double[parts.size()];
    Arrays.setAll(of, i -> values[parts.get(i)]);
    return of;
  }

  /// Nothing is known.
  static Side none(Metrics metrics) {
    double[] values = new double[metrics.size()];
    Arrays.fill(values, Double.NaN);
    return new Side(values, new long[values.length]);
  }

  /// What is to be reached: a metric's own target, or what follows from those of its parts.
  static Side target(Metrics metrics, Days days) {
    double[] values = new double[metrics.size()];
    for (int place = 0; place < values.length; place++) {
      Double own = metrics.at(place).target(days);
      Formula formula = metrics.formula(place);
      if (own != null) {
        values[place] = own;
      } else if (formula == null) {
        values[place] = Double.NaN;
      } else {
        List<Integer> parts = metrics.parts(place);
        double[] of = new double[parts.size()];
        Arrays.setAll(of, i -> values[parts.get(i)]);
        values[place] = formula.of(of);
      }
    }
    return new Side(values, new long[values.length]);
  }

  /// What each of some members would have if all had the same: leaves shared out, formulas worked
  /// out of that. So an average rate is that of all together.
  static Side average(Metrics metrics, Side all, int members) {
    double[] values = new double[metrics.size()];
    for (int place = 0; place < values.length; place++) {
      Formula formula = metrics.formula(place);
      if (formula == null) {
        values[place] = members == 0 ? Double.NaN : all.value(place) / members;
      } else {
        List<Integer> parts = metrics.parts(place);
        double[] of = new double[parts.size()];
        Arrays.setAll(of, i -> values[parts.get(i)]);
        values[place] = formula.of(of);
      }
    }
    return new Side(values, all.events);
  }
}
