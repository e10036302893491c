package io.huoshui.insight.tree;

import io.huoshui.profile.Calendar;
import io.huoshui.profile.Window;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whole days of the brand's calendar a metric is asked for, both included.
public record Days(LocalDate from, LocalDate to) {
  public static final String ALLOWED =
      "2026-07-01, 2026-W27, 2026-07-H1, 2026-07-H2, 2026-07, 2026-Q3, 2026-07-01..2026-07-09";

  /// In days.
  public static final int LONGEST = 1_100;

  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern WEEK = Pattern.compile("(\\d{4})-W(\\d{2})");
  private static final Pattern HALF = Pattern.compile("(\\d{4}-\\d{2})-H([12])");
  private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d{2}");
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
        return Grain.DAY.around(LocalDate.parse(text));
      }
      Matcher week = WEEK.matcher(text);
      if (week.matches()) {
        return week(Integer.parseInt(week.group(1)), Integer.parseInt(week.group(2)));
      }
      Matcher half = HALF.matcher(text);
      if (half.matches()) {
        return Grain.HALF_MONTH.around(
            YearMonth.parse(half.group(1)).atDay(half.group(2).equals("1") ? 1 : 16));
      }
      if (MONTH.matcher(text).matches()) {
        return Grain.MONTH.around(YearMonth.parse(text).atDay(1));
      }
      Matcher quarter = QUARTER.matcher(text);
      if (quarter.matches()) {
        return Grain.QUARTER.around(
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
    return Grain.WEEK.around(day);
  }

  public int length() {
    return (int) ChronoUnit.DAYS.between(from, to) + 1;
  }

  /// Of what it is exactly one; null when of nothing.
  public @Nullable Grain grain() {
    for (Grain grain : Grain.values()) {
      if (grain.around(from).equals(this)) {
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
    return grain == null ? new Days(last.minusDays(length() - 1L), last) : grain.around(last);
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
      return grain.around(from.minusYears(1));
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
    return switch (grain) {
      case DAY -> from.toString();
      case WEEK ->
          String.format(
              Locale.ROOT,
              "%04d-W%02d",
              from.get(IsoFields.WEEK_BASED_YEAR),
              from.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case HALF_MONTH -> YearMonth.from(from) + (from.getDayOfMonth() == 1 ? "-H1" : "-H2");
      case MONTH -> YearMonth.from(from).toString();
      case QUARTER -> from.getYear() + "-Q" + from.get(IsoFields.QUARTER_OF_YEAR);
    };
  }
}
