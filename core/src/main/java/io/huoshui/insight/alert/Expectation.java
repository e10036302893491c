package io.huoshui.insight.alert;

import io.huoshui.insight.tree.Metric;
import io.huoshui.profile.Grain;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What season and trend let expect of the next value of a series; a few odd values do not move it.
///
/// - Trend: the median slope between values a whole number of seasons apart (Theil 1950, Sen 1968;
///   of one season only, as Hirsch, Slack and Smith 1982), so that no season looks like a trend.
/// - Season: the median of what is left at the same place of the season: the same day of the week;
///   the same half of the month; none for weeks, months and quarters.
/// - Deviation: 1.4826 times the median of how far values lay from trend and season, which is the
///   standard deviation where they are normal, made larger for the medians that were fitted to so
///   few values. Counts deviate by their square root at least, as chance alone makes them; what is
///   no count by a hundredth of its value.
///
/// @param deviation usual distance from it, more than 0
/// @param sample how many values it is made of
public record Expectation(double value, double deviation, int sample) {
  /// The median distance of a normal variable from its middle, inverted.
  private static final double NORMAL = 1.4826;

  private static final double LEAST_SHARE = 0.01;

  /// Values of the same place in the season that are needed.
  private static final int LEAST_SAME = 4;

  /// How many values before it are looked at.
  static int history(Grain grain) {
    return switch (grain) {
      case DAY -> 56;
      case WEEK, HALF_MONTH, MONTH -> 12;
      case QUARTER, YEAR -> 8;
    };
  }

  private static int season(Grain grain) {
    return switch (grain) {
      case DAY -> 7;
      case HALF_MONTH -> 2;
      case WEEK, MONTH, QUARTER, YEAR -> 1;
    };
  }

  /// @param before the values before, the newest last; null where there is none
  /// @return null when there are too few
  public static @Nullable Expectation of(
      List<@Nullable Double> before, Grain grain, Metric.Unit unit) {
    int season = season(grain);
    int next = before.size();
    double slope = slope(before, season);
    var same = new ArrayList<Double>();
    var bySeason = new ArrayList<List<Double>>();
    for (int place = 0; place < season; place++) {
      bySeason.add(new ArrayList<>());
    }
    for (int i = 0; i < next; i++) {
      Double value = before.get(i);
      if (value != null) {
        double level = value + slope * (next - i);
        bySeason.get(i % season).add(level);
        if ((next - i) % season == 0) {
          same.add(level);
        }
      }
    }
    if (same.size() < LEAST_SAME) {
      return null;
    }
    double expected = median(same);
    var apart = new ArrayList<Double>();
    int fitted = 0;
    for (List<Double> levels : bySeason) {
      if (levels.size() > 1) {
        double middle = median(levels);
        fitted++;
        levels.forEach(level -> apart.add(Math.abs(level - middle)));
      }
    }
    int sample = apart.size();
    double deviation =
        NORMAL * median(apart) * Math.sqrt(sample / (double) Math.max(1, sample - fitted - 1));
    boolean counted = unit == Metric.Unit.COUNT || unit == Metric.Unit.PEOPLE;
    double least =
        counted
            ? Math.sqrt(Math.max(1, Math.abs(expected)))
            : Math.max(LEAST_SHARE * Math.abs(expected), Double.MIN_NORMAL);
    return new Expectation(expected, Math.max(deviation, least), sample);
  }

  private static double slope(List<@Nullable Double> values, int season) {
    var slopes = new ArrayList<Double>();
    for (int i = 0; i < values.size(); i++) {
      Double earlier = values.get(i);
      for (int j = i + season; earlier != null && j < values.size(); j += season) {
        Double later = values.get(j);
        if (later != null) {
          slopes.add((later - earlier) / (j - i));
        }
      }
    }
    return slopes.isEmpty() ? 0 : median(slopes);
  }

  /// @param values one at least
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
