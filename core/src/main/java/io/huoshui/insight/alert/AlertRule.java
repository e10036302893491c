package io.huoshui.insight.alert;

import io.huoshui.insight.tree.Days;
import io.huoshui.insight.tree.Metric;
import io.huoshui.profile.Grain;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is watched of a metric.
///
/// @param every how long the days are that are judged, whole ones, when they are over
/// @param settle how long after their end, for what comes late
/// @param routes names of where it is told
public record AlertRule(
    String name,
    String metric,
    Map<String, String> slice,
    Grain every,
    Check check,
    Duration settle,
    List<String> routes) {
  public AlertRule {
    slice = Collections.unmodifiableMap(new LinkedHashMap<>(slice));
    routes = List.copyOf(routes);
    if (settle.isNegative()) {
      throw new IllegalArgumentException("settle is not negative, got " + settle);
    }
  }

  /// What is wrong.
  public sealed interface Check {
    /// The value is below or above a line. One of them at least.
    record Threshold(@Nullable Double below, @Nullable Double above) implements Check {
      public Threshold {
        if (below == null && above == null) {
          throw new IllegalArgumentException("a threshold needs below or above");
        }
      }
    }

    /// The value lies farther from what season and trend let expect than so many of its usual
    /// deviations.
    ///
    /// @param worseOnly whether only the bad direction counts
    record Change(double deviations, boolean worseOnly) implements Check {
      public static final double USUAL = 4;

      public Change {
        if (!(deviations > 0)) {
          throw new IllegalArgumentException("more than 0 deviations, got " + deviations);
        }
      }
    }

    /// There is nothing: no number was uploaded, or no event happened.
    record Missing() implements Check {}
  }

  /// The newest days that may be judged at an instant.
  public Days due(Instant now, ZoneId zone) {
    LocalDate day = LocalDate.ofInstant(now.minus(settle), zone);
    return Days.of(every, day).before();
  }

  /// The days before some days that say what to expect, the oldest first; then these.
  public List<Days> history(Days judged) {
    var all = new ArrayList<Days>();
    all.add(judged);
    if (check instanceof Check.Change) {
      for (int left = Expectation.history(every); left > 0; left--) {
        all.add(all.getLast().before());
      }
    }
    Collections.reverse(all);
    return all;
  }

  /// Looks at the days at the end of a series.
  ///
  /// @param series of [#history], null where there is no base
  /// @param sample how many events, or rows told, the judged value is made of
  public Verdict judge(List<@Nullable Double> series, long sample, Metric of) {
    Double value = series.getLast();
    return switch (check) {
      case Check.Missing() ->
          value == null || sample == 0
              ? new Verdict.Breached(value, null, null, null)
              : new Verdict.Fine(value, null);
      case Check.Threshold(Double below, Double above) ->
          value == null
              ? new Verdict.Unknown("no base")
              : below != null && value < below
                  ? new Verdict.Breached(value, below, null, null)
                  : above != null && value > above
                      ? new Verdict.Breached(value, null, above, null)
                      : new Verdict.Fine(value, null);
      case Check.Change(double deviations, boolean worseOnly) -> {
        Expectation expected =
            Expectation.of(series.subList(0, series.size() - 1), every, of.unit());
        if (value == null) {
          yield new Verdict.Unknown("no base");
        }
        if (expected == null) {
          yield new Verdict.Unknown("too little history");
        }
        double low = expected.value() - deviations * expected.deviation();
        double high = expected.value() + deviations * expected.deviation();
        boolean lowIsBad = of.better() == Metric.Better.UP;
        if (value < low && (lowIsBad || !worseOnly)) {
          yield new Verdict.Breached(value, low, null, expected);
        }
        yield value > high && (!lowIsBad || !worseOnly)
            ? new Verdict.Breached(value, null, high, expected)
            : new Verdict.Fine(value, expected);
      }
    };
  }
}
