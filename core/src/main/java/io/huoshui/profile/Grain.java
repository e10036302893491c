package io.huoshui.profile;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How finely time is counted. Periods of a grain are numbered without a gap; days are the brand's,
/// as days since 1970-01-01.
public enum Grain {
  DAY("日", "day"),
  /// Monday to Sunday, as ISO 8601 has them.
  WEEK("周", "week"),
  /// 1st to 15th, and 16th to the last day: 上半月, 下半月.
  HALF_MONTH("半月", "half month"),
  MONTH("月", "month"),
  QUARTER("季度", "quarter"),
  YEAR("年", "year");

  /// 1970-01-01 was a Thursday.
  private static final int DAYS_FROM_MONDAY = 3;

  private final String zh;
  private final String en;

  Grain(String zh, String en) {
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

  public static @Nullable Grain ofWire(String wire) {
    for (Grain known : values()) {
      if (known.wire().equals(wire)) {
        return known;
      }
    }
    return null;
  }

  /// The number of the period a day lies in.
  public int period(int day) {
    return switch (this) {
      case DAY -> day;
      case WEEK -> Math.floorDiv(day + DAYS_FROM_MONDAY, 7);
      default -> {
        LocalDate date = LocalDate.ofEpochDay(day);
        int month = date.getYear() * 12 + date.getMonthValue() - 1;
        yield switch (this) {
          case HALF_MONTH -> month * 2 + (date.getDayOfMonth() > 15 ? 1 : 0);
          case QUARTER -> Math.floorDiv(month, 3);
          case YEAR -> date.getYear();
          default -> month;
        };
      }
    };
  }

  /// The first day of a period.
  public int firstDay(int period) {
    return switch (this) {
      case DAY -> period;
      case WEEK -> period * 7 - DAYS_FROM_MONDAY;
      case HALF_MONTH -> month(Math.floorDiv(period, 2)) + (Math.floorMod(period, 2) == 0 ? 0 : 15);
      case MONTH -> month(period);
      case QUARTER -> month(period * 3);
      case YEAR -> month(period * 12);
    };
  }

  private static int month(int number) {
    return (int)
        LocalDate.of(Math.floorDiv(number, 12), Math.floorMod(number, 12) + 1, 1).toEpochDay();
  }

  /// The first day of the period a day lies in.
  public LocalDate start(LocalDate day) {
    return LocalDate.ofEpochDay(firstDay(period((int) day.toEpochDay())));
  }

  /// The first day of the period after that.
  public LocalDate next(LocalDate day) {
    return LocalDate.ofEpochDay(firstDay(period((int) day.toEpochDay()) + 1));
  }

  /// The period as it is said: `2026-03-01`, `2026-W09`, `2026-03-H1`, `2026-03`, `2026-Q1`,
  /// `2026`. In the order of text they are in the order of time.
  public String label(int period) {
    LocalDate first = LocalDate.ofEpochDay(firstDay(period));
    return switch (this) {
      case DAY -> first.toString();
      case WEEK -> {
        LocalDate thursday = first.with(DayOfWeek.THURSDAY);
        yield String.format(
            Locale.ROOT,
            "%04d-W%02d",
            thursday.get(IsoFields.WEEK_BASED_YEAR),
            thursday.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      }
      case HALF_MONTH ->
          first.toString().substring(0, 7) + (first.getDayOfMonth() == 1 ? "-H1" : "-H2");
      case MONTH -> first.toString().substring(0, 7);
      case QUARTER ->
          String.format(Locale.ROOT, "%04d-Q%d", first.getYear(), (first.getMonthValue() + 2) / 3);
      case YEAR -> String.format(Locale.ROOT, "%04d", first.getYear());
    };
  }

  /// About how many days a period has, for windows that roll from each person's own beginning.
  public int days() {
    return switch (this) {
      case DAY -> 1;
      case WEEK -> 7;
      case HALF_MONTH -> 15;
      case MONTH -> 30;
      case QUARTER -> 90;
      case YEAR -> 365;
    };
  }
}
