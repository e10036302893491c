package io.huoshui.insight.tree;

import io.huoshui.profile.Calendar;
import io.huoshui.profile.Grain;
import io.huoshui.profile.Window;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whole days of the brand's calendar a metric is asked for, both included.
public record Days(LocalDate from, LocalDate to) {
  public static final String ALLOWED =
      "2026-07-01, 2026-W27, 2026-07-H1, 2026-07-H2, 2026-07, 2026-Q3, 2026,"
          + " 2026-07-01..2026-07-09";

  /// In days.
  public static final int LONGEST = 1_100;

  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern WEEK = Pattern.compile("(\\d{4})-W(\\d{2})");
  private static final Pattern HALF = Pattern.compile("(\\d{4}-\\d{2})-H([12])");
  private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d{2}");
  private static final Pattern YEAR = Pattern.compile("\\d{4}");
  private static final Pattern QUARTER = Pattern.compile("(\\d{4})-Q([1-4])");

  public Days {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("from " + from + " to " + to + " is empty");
    }
    if (ChronoUnit.DAYS.between(from, to) >= LONGEST) {
      throw new IllegalArgumentException(
          "from " + from + " to " + to + " is longer than " + LONGEST + " days");
    }
  }

  /// @throws IllegalArgumentException when the text names no days; the message gives examples
  public static Days parse(String text) {
    try {
      int between = text.indexOf("..");
      if (between >= 0) {
        return new Days(
            LocalDate.parse(text.substring(0, between)),
            LocalDate.parse(text.substring(between + 2)));
      }
      if (DAY.matcher(text).matches()) {
        return Days.of(Grain.DAY, LocalDate.parse(text));
      }
      Matcher week = WEEK.matcher(text);
      if (week.matches()) {
        return week(Integer.parseInt(week.group(1)), Integer.parseInt(week.group(2)));
      }
      Matcher half = HALF.matcher(text);
      if (half.matches()) {
        return Days.of(
            Grain.HALF_MONTH,
            YearMonth.parse(half.group(1)).atDay(half.group(2).equals("1") ? 1 : 16));
      }
      if (MONTH.matcher(text).matches()) {
        return Days.of(Grain.MONTH, YearMonth.parse(text).atDay(1));
      }
      if (YEAR.matcher(text).matches()) {
        return of(Grain.YEAR, LocalDate.of(Integer.parseInt(text), 1, 1));
      }
      Matcher quarter = QUARTER.matcher(text);
      if (quarter.matches()) {
        return Days.of(
            Grain.QUARTER,
            LocalDate.of(
                Integer.parseInt(quarter.group(1)), Integer.parseInt(quarter.group(2)) * 3 - 2, 1));
      }
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("'" + text + "' names no days. Allowed: " + ALLOWED, e);
    }
    throw new IllegalArgumentException("'" + text + "' names no days. Allowed: " + ALLOWED);
  }

  private static Days week(int year, int week) {
    // The 4th of January is always in week 1.
    LocalDate day = LocalDate.of(year, 1, 4).plusWeeks(week - 1L);
    if (week < 1
        || day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR) != week
        || day.get(IsoFields.WEEK_BASED_YEAR) != year) {
      throw new DateTimeException("There is no week " + week + " in " + year);
    }
    return Days.of(Grain.WEEK, day);
  }

  /// The days of the period of a grain that a day lies in.
  public static Days of(Grain grain, LocalDate day) {
    return new Days(grain.start(day), grain.next(day).minusDays(1));
  }

  public int length() {
    return (int) ChronoUnit.DAYS.between(from, to) + 1;
  }

  /// Of what it is exactly one; null when of nothing.
  public @Nullable Grain grain() {
    for (Grain grain : Grain.values()) {
      if (Days.of(grain, from).equals(this)) {
        return grain;
      }
    }
    return null;
  }

  /// Whether it is made of whole ones of a grain.
  public boolean whole(Grain grain) {
    return grain.start(from).equals(from) && grain.start(to.plusDays(1)).equals(to.plusDays(1));
  }

  /// The ones before: of the same grain, else as many days.
  public Days before() {
    Grain grain = grain();
    LocalDate last = from.minusDays(1);
    return grain == null ? new Days(last.minusDays(length() - 1L), last) : Days.of(grain, last);
  }

  /// The same of the year before. A week is the one of the same number, the 52nd where there was no
  /// 53rd; of 29 February it is the 28th.
  public Days yearBefore() {
    Grain grain = grain();
    if (grain == null) {
      LocalDate begin = from.minusYears(1);
      return new Days(begin, begin.plusDays(length() - 1L));
    }
    if (grain != Grain.WEEK) {
      return Days.of(grain, from.minusYears(1));
    }
    int year = from.get(IsoFields.WEEK_BASED_YEAR) - 1;
    int week = from.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
    try {
      return week(year, week);
    } catch (DateTimeException e) {
      return week(year, week - 1);
    }
  }

  /// From the first midnight up to, not including, the midnight after the last day.
  public Window.Span span(Calendar calendar) {
    return new Window.Span(
        calendar.start((int) from.toEpochDay()), calendar.start((int) to.toEpochDay() + 1));
  }

  public boolean contains(LocalDate day) {
    return !day.isBefore(from) && !day.isAfter(to);
  }

  /// As [#parse] reads it.
  @Override
  public String toString() {
    Grain grain = grain();
    if (grain == null) {
      return from + ".." + to;
    }
    return grain.label(grain.period((int) from.toEpochDay()));
  }
}
