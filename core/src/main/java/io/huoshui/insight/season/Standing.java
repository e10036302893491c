package io.huoshui.insight.season;

import io.huoshui.insight.season.Season.Metric;
import io.huoshui.insight.season.Season.Target;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How a target stands.
///
/// @param value what was reached; null where there is nothing to divide by
/// @param expected of the target by now; null where the target is not one that grows with time
/// @param by what that expectation is made of
/// @param last what the season before had at the comparable moment; null where there is none
public record Standing(
    Target target,
    @Nullable Double value,
    @Nullable Double expected,
    By by,
    @Nullable Double last,
    Verdict verdict) {
  /// Where an expectation comes from.
  public enum By {
    /// The curve of the season before: its value at the comparable moment over its value at the
    /// end.
    LAST_SEASON,
    /// No season before to go by: the share of time that has passed.
    ELAPSED_TIME,
    /// None: the target is a share, or the season is over.
    NOTHING
  }

  public enum Verdict {
    REACHED("已达成", "reached"),
    MISSED("未达成", "missed"),
    AHEAD("领先进度", "ahead of plan"),
    BEHIND("落后进度", "behind plan"),
    NO_BASE("无基数", "no base");

    private final String zh;
    private final String en;

    Verdict(String zh, String en) {
      this.zh = zh;
      this.en = en;
    }

    public String zh() {
      return zh;
    }

    public String en() {
      return en;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What a metric is, of figures. Shares are null where there is nothing to divide by.
  ///
  /// @param treated people the season's journeys treated, `converted` those who reached the goal
  public static @Nullable Double value(
      Metric metric, Tally.Figures figures, long treated, long converted) {
    return switch (metric) {
      case SALES -> (double) figures.salesFen();
      case ORDERS -> (double) figures.orders();
      case BUYERS -> (double) figures.buyers();
      case NEW_BUYERS -> (double) figures.newBuyers();
      case NEW_FRIENDS -> (double) figures.newFriends();
      case MEMBERS -> (double) figures.members();
      case REPURCHASE -> figures.repurchase();
      case RESPONSE -> treated == 0 ? null : (double) converted / treated;
    };
  }

  /// @param lastThen what the season before had at the comparable moment, null where there is none
  /// @param lastEnd what it had at its end
  public static Standing of(
      Target target,
      @Nullable Double value,
      Clockwork.Moment moment,
      @Nullable Double lastThen,
      @Nullable Double lastEnd) {
    if (value == null) {
      return new Standing(target, null, null, By.NOTHING, lastThen, Verdict.NO_BASE);
    }
    boolean over = moment.state() == Clockwork.State.OVER;
    if (value >= target.value()) {
      return new Standing(target, value, null, By.NOTHING, lastThen, Verdict.REACHED);
    }
    if (over) {
      return new Standing(target, value, null, By.NOTHING, lastThen, Verdict.MISSED);
    }
    if (target.metric().unit() == Metric.Unit.SHARE) {
      return new Standing(target, value, null, By.NOTHING, lastThen, Verdict.BEHIND);
    }
    if (lastThen != null && lastEnd != null && lastEnd > 0) {
      return paced(target, value, lastThen / lastEnd, By.LAST_SEASON, lastThen);
    }
    return paced(target, value, moment.elapsed(), By.ELAPSED_TIME, lastThen);
  }

  private static Standing paced(
      Target target, double value, double share, By by, @Nullable Double lastThen) {
    double expected = target.value() * share;
    return new Standing(
        target, value, expected, by, lastThen, value >= expected ? Verdict.AHEAD : Verdict.BEHIND);
  }
}
