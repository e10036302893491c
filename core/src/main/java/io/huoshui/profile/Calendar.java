package io.huoshui.profile;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;

/// The brand's calendar: which day an instant falls on, and when a day begins. Remembers the days
/// it was asked for, because rules ask for the same few again and again. Not thread-safe.
public final class Calendar {
  private static final int REMEMBERED = 1024;
  private static final int UNKNOWN = Integer.MIN_VALUE;
  private static final long DAY_MS = 86_400_000L;

  private final ZoneId zone;
  private int[] days = new int[0];
  private long[] starts = new long[0];

  public Calendar(ZoneId zone) {
    this.zone = zone;
  }

  public ZoneId zone() {
    return zone;
  }

  /// The day of the brand an instant falls on, as days since 1970-01-01.
  public int day(long timeMs) {
    // An offset is at most 18 hours, so the day in UTC is at most one off.
    int day = (int) Math.floorDiv(timeMs, DAY_MS);
    if (timeMs < start(day)) {
      return timeMs < start(day - 1) ? slowly(timeMs) : day - 1;
    }
    if (timeMs < start(day + 1)) {
      return day;
    }
    return timeMs < start(day + 2) ? day + 1 : slowly(timeMs);
  }

  private int slowly(long timeMs) {
    return (int) Instant.ofEpochMilli(timeMs).atZone(zone).toLocalDate().toEpochDay();
  }

  /// When a day of the brand begins, in milliseconds. Where a zone skipped a day, its beginning is
  /// that of the next.
  public long start(int day) {
    if (days.length == 0) {
      days = new int[REMEMBERED];
      starts = new long[REMEMBERED];
      Arrays.fill(days, UNKNOWN);
    }
    int slot = day & (REMEMBERED - 1);
    if (days[slot] != day) {
      starts[slot] = LocalDate.ofEpochDay(day).atStartOfDay(zone).toInstant().toEpochMilli();
      days[slot] = day;
    }
    return starts[slot];
  }
}
