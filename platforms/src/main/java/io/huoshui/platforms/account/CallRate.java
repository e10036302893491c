package io.huoshui.platforms.account;

/// Keeps the calls of one API within what a platform takes per minute and per hour, whatever
/// windows it counts in: in no minute and in no hour are there more than may be.
///
/// A fifth of a minute's calls may leave in one go; the others leave evenly. For one thread at a
/// time.
final class CallRate {
  private static final long SECOND = 1_000_000_000L;
  private static final int HOUR = 3_600;

  /// Between two calls once the fifth is used up.
  private final long spacingNanos;

  /// How far calls may be ahead of even.
  private final long aheadNanos;

  private final int perHour;

  /// Calls by the second in which they left; the second in which an hour begins counts whole.
  private final int[] seconds = new int[HOUR + 1];

  private long last = Long.MIN_VALUE;
  private int inHour;

  /// When the next call leaves if all leave evenly.
  private long evenNanos = Long.MIN_VALUE / 2;

  CallRate(int perMinute, int perHour) {
    int atOnce = Math.max(1, perMinute / 5);
    int evenly = Math.max(1, perMinute - (atOnce == 1 ? 0 : atOnce));
    this.spacingNanos = 60 * SECOND / evenly;
    this.aheadNanos = (atOnce - 1) * spacingNanos;
    this.perHour = perHour;
  }

  /// How long a call has to wait before it leaves; nothing is counted.
  ///
  /// @param nowNanos of a clock that never goes back
  /// @return nanoseconds; negative for those until the hour has room again
  long ready(long nowNanos) {
    long leaves = Math.max(nowNanos, evenNanos - aheadNanos);
    long second = Math.floorDiv(leaves, SECOND);
    move(second);
    return inHour >= perHour ? -(room(second) * SECOND - nowNanos) : leaves - nowNanos;
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
      evenNanos = Math.max(evenNanos, leaves) + spacingNanos;
    }
    return wait;
  }

  private void move(long second) {
    for (long next = Math.max(last, second - HOUR - 1) + 1; next <= second; next++) {
      inHour -= seconds[at(next)];
      seconds[at(next)] = 0;
    }
    last = Math.max(last, second);
  }

  /// When the first calls that still count will count no more.
  private long room(long second) {
    for (long each = second - HOUR; each < second; each++) {
      if (seconds[at(each)] > 0) {
        return each + HOUR + 1;
      }
    }
    return second + 1;
  }

  private int at(long second) {
    return (int) Math.floorMod(second, (long) seconds.length);
  }
}
