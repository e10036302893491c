package io.huoshui.platforms.account;

import java.util.Arrays;

/// Keeps the calls of one API within what a platform takes per minute and per hour, whatever
/// windows it counts in: in no minute and in no hour are there more than may be.
///
/// A part of a minute's calls may leave in one go; the others leave evenly. Where all of them may,
/// none waits while the minute has room, and a second burst may have to wait for most of a minute.
/// For one thread at a time.
final class CallRate {
  private static final long SECOND = 1_000_000_000L;
  private static final int HOUR = 3_600;

  /// With the second in which it begins counting whole, and a call's way there up to five seconds.
  private static final int MINUTE = 60 + 5;

  /// Between two calls once that part is used up.
  private final long spacingNanos;

  /// How far calls may be ahead of even.
  private final long aheadNanos;

  private final boolean evenly;
  private final int perMinute;
  private final int perHour;

  /// Calls by the second in which they left; the second in which an hour begins counts whole.
  private final int[] seconds = new int[HOUR + 1];

  private long last = Long.MIN_VALUE;
  private int inHour;
  private int inMinute;

  /// When the next call leaves if all leave evenly.
  private long evenNanos = Long.MIN_VALUE / 2;

  /// @param inOneGoPercent of a minute's calls, how many may leave together, 1 to 100
  CallRate(int perMinute, int perHour, int inOneGoPercent) {
    this.evenly = inOneGoPercent < 100;
    this.perMinute = perMinute;
    int atOnce = (int) Math.max(1, (long) perMinute * inOneGoPercent / 100);
    int others = Math.max(1, perMinute - (atOnce == 1 ? 0 : atOnce));
    this.spacingNanos = 60 * SECOND / others;
    this.aheadNanos = (atOnce - 1) * spacingNanos;
    this.perHour = perHour;
  }

  /// How long a call has to wait before it leaves; nothing is counted.
  ///
  /// @param nowNanos of a clock that never goes back
  /// @return nanoseconds; negative for those until the hour has room again
  long ready(long nowNanos) {
    long leaves = evenly ? Math.max(nowNanos, evenNanos - aheadNanos) : nowNanos;
    long second = Math.floorDiv(leaves, SECOND);
    move(second);
    if (inHour >= perHour) {
      return -(room(second, HOUR) * SECOND - nowNanos);
    }
    return evenly || inMinute < perMinute
        ? leaves - nowNanos
        : -(room(second, MINUTE) * SECOND - nowNanos);
  }

  /// Counts one more call and says how long it has to wait before it leaves; one that would have to
  /// wait for the next hour is not counted.
  ///
  /// @return as [#ready]
  long take(long nowNanos) {
    long wait = ready(nowNanos);
    if (wait >= 0) {
      long leaves = nowNanos + wait;
      seconds[at(Math.floorDiv(leaves, SECOND))]++;
      inHour++;
      inMinute++;
      evenNanos = Math.max(evenNanos, leaves) + spacingNanos;
    }
    return wait;
  }

  private void move(long second) {
    if (second - last > HOUR || last == Long.MIN_VALUE) {
      Arrays.fill(seconds, 0);
      inHour = 0;
      inMinute = 0;
      last = second;
    }
    while (last < second) {
      last++;
      inMinute -= seconds[at(last - MINUTE - 1)];
      inHour -= seconds[at(last)];
      seconds[at(last)] = 0;
    }
  }

  /// When the first calls that still count will count no more.
  private long room(long second, int window) {
    for (long each = second - window; each < second; each++) {
      if (seconds[at(each)] > 0) {
        return each + window + 1;
      }
    }
    return second + 1;
  }

  private int at(long second) {
    return (int) Math.floorMod(second, (long) seconds.length);
  }
}
