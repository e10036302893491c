package io.huoshui.insight.tree;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a metric is compared with.
public enum Comparison {
  LAST_PERIOD("上期", "the period before"),
  /// The same days of the week before: a Monday is like a Monday.
  LAST_WEEK("上周同期", "the same a week before"),
  LAST_YEAR("去年同期", "the same a year before"),
  TARGET("目标", "the target"),
  /// All members of the dimension that the slice is one of, shared out equally.
  TEAM_AVERAGE("团队平均", "the team's average");

  private final String zh;
  private final String en;

  Comparison(String zh, String en) {
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

  public static @Nullable Comparison ofWire(String wire) {
    for (Comparison each : values()) {
      if (each.wire().equals(wire)) {
        return each;
      }
    }
    return null;
  }

  /// The days that stand for the base; null where it is none.
  @Nullable Days base(Days days) {
    return switch (this) {
      case LAST_PERIOD -> days.before();
      case LAST_WEEK -> new Days(days.from().minusWeeks(1), days.to().minusWeeks(1));
      case LAST_YEAR -> days.yearBefore();
      case TARGET, TEAM_AVERAGE -> null;
    };
  }
}
