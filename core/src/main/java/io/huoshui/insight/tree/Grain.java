package io.huoshui.insight.tree;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The shortest days a metric is known for. Weeks are ISO's, from Monday; the first half of a month
/// is its days 1 to 15.
public enum Grain {
  DAY,
  WEEK,
  HALF_MONTH,
  MONTH,
  QUARTER;

  private static final int HALF = 15;

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static @Nullable Grain ofWire(String wire) {
    for (Grain grain : values()) {
      if (grain.wire().equals(wire)) {
        return grain;
      }
    }
    return null;
  }

  /// The first day of the one a day lies in.
  LocalDate start(LocalDate day) {
    return switch (this) {
      case DAY -> day;
      case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      case HALF_MONTH -> day.withDayOfMonth(day.getDayOfMonth() <= HALF ? 1 : HALF + 1);
      case MONTH -> day.withDayOfMonth(1);
      case QUARTER -> day.with(IsoFields.DAY_OF_QUARTER, 1);
    };
  }

  /// The first day of the one after that.
  LocalDate next(LocalDate day) {
    LocalDate start = start(day);
    return switch (this) {
      case DAY -> start.plusDays(1);
      case WEEK -> start.plusWeeks(1);
      case HALF_MONTH ->
          start.getDayOfMonth() == 1
              ? start.withDayOfMonth(HALF + 1)
              : start.plusMonths(1).withDayOfMonth(1);
      case MONTH -> start.plusMonths(1);
      case QUARTER -> start.plusMonths(3);
    };
  }

  /// The days around a day.
  public Days around(LocalDate day) {
    return new Days(start(day), next(day).minusDays(1));
  }
}
