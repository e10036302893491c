package io.huoshui.insight.experiment;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How many people an experiment takes, and how long; or what it can show with those it gets.
///
/// @param baseline without treatment
/// @param shares of the people, the control's first; they add up to 1
/// @param alpha over all variants together: each is tested at its part (Bonferroni, the worst that
///   Holm asks)
public record Planner(Baseline baseline, List<Double> shares, double alpha, double power) {
  /// What people do without treatment.
  public sealed interface Baseline {
    double mean();

    /// @param mean a share of people, above 0, below 1
    record Rate(double mean) implements Baseline {
      public Rate {
        if (!(mean > 0 && mean < 1)) {
          throw new IllegalArgumentException("A rate of " + mean + " is not between 0 and 1");
        }
      }
    }

    /// @param deviation the standard deviation of a person's number
    record Amount(double mean, double deviation) implements Baseline {
      public Amount {
        if (!(deviation > 0)) {
          throw new IllegalArgumentException(
              "A standard deviation of " + deviation + " is not above 0");
        }
      }
    }
  }

  /// @param effect the difference of means that is seen
  /// @param lift the same by the mean without treatment; null where that is 0
  /// @param each per arm, the control first
  /// @param people in all
  /// @param anyTime about how many it takes, in all, where one may look at any time and stop
  /// @param days at the daily traffic; null where none is given
  /// @param weeks the same as whole weeks, since days of a week differ
  public record Plan(
      double effect,
      @Nullable Double lift,
      List<Long> each,
      long people,
      long anyTime,
      @Nullable Long days,
      @Nullable Long weeks) {
    public Plan {
      each = List.copyOf(each);
    }
  }

  public Planner {
    shares = List.copyOf(shares);
    double sum = shares.stream().mapToDouble(share -> share).sum();
    if (shares.size() < 2
        || shares.stream().anyMatch(share -> !(share > 0))
        || Math.abs(sum - 1) > 1e-9) {
      throw new IllegalArgumentException(
          "Shares " + shares + " are not two or more above 0 that add up to 1");
    }
    if (!(alpha > 0 && alpha < 0.5 && power >= 0.5 && power < 1)) {
      throw new IllegalArgumentException(
          "alpha " + alpha + " is above 0 and below 0.5, power " + power + " 0.5 or more, below 1");
    }
  }

  private double level() {
    return alpha / (shares.size() - 1);
  }

  private static double treatedVariance(Baseline baseline, double effect) {
    return switch (baseline) {
      case Baseline.Rate(double mean) -> {
        double rate = mean + effect;
        yield rate * (1 - rate);
      }
      case Baseline.Amount(double _, double deviation) -> deviation * deviation;
    };
  }

  private double people(double effect) {
    double control = treatedVariance(baseline, 0);
    double treated = treatedVariance(baseline, effect);
    double most = 0;
    for (double share : shares.subList(1, shares.size())) {
      double all = Power.people(control, treated, effect, level(), power, shares.getFirst(), share);
      if (baseline instanceof Baseline.Amount) {
        all += Power.student(level()) / Math.min(shares.getFirst(), share);
      }
      most = Math.max(most, all);
    }
    return most;
  }

  /// What it takes to see a difference.
  ///
  /// @param effect of means, not 0; a rate stays between 0 and 1 with it
  /// @param daily people who come in a day, 0 for unknown
  public Plan toSee(double effect, double daily) {
    if (effect == 0 || Double.isNaN(effect)) {
      throw new IllegalArgumentException("An effect of nothing takes people without end");
    }
    if (baseline instanceof Baseline.Rate(double mean)
        && (mean + effect <= 0 || mean + effect >= 1)) {
      throw new IllegalArgumentException(
          "A rate of " + mean + " with an effect of " + effect + " is not between 0 and 1");
    }
    return plan(effect, people(effect), daily);
  }

  /// What so many people show, in all.
  public Plan with(long people, double daily) {
    if (people < 4) {
      throw new IllegalArgumentException(people + " people are too few for any plan");
    }
    double low = 0;
    double high =
        switch (baseline) {
          case Baseline.Rate(double mean) -> 1 - mean;
          case Baseline.Amount(double _, double deviation) -> deviation * 1e6;
        };
    for (int i = 0; i < 200; i++) {
      double middle = (low + high) / 2;
      if (people(middle) > people) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return plan(high, (double) people, daily);
  }

  private Plan plan(double effect, double people, double daily) {
    var each = new ArrayList<Long>();
    long all = 0;
    for (double share : shares) {
      // A hair off a whole number is that number.
      long count = (long) Math.ceil(people * share - 1e-9);
      each.add(count);
      all += count;
    }
    double z = Normal.quantile(1 - level() / 2);
    double beyond = Normal.quantile(power);
    double wider =
        (ConfidenceSequence.boundary(Math.max(2, all), level() / 2, (double) Math.max(2, all))
                + beyond)
            / (z + beyond);
    Long days = daily > 0 ? (long) Math.ceil(all / daily) : null;
    return new Plan(
        effect,
        baseline.mean() == 0 ? null : effect / baseline.mean(),
        each,
        all,
        (long) Math.ceil(all * wider * wider),
        days,
        days == null ? null : (days + 6) / 7);
  }
}
