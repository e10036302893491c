package io.huoshui.platforms.wecom;

import java.util.concurrent.locks.ReentrantLock;

/// Keeps the calls of one API within what a platform takes per minute and per hour, whatever
/// windows it counts in: calls leave evenly, and in no hour are there more than may be.
final class CallRate {
  private static final long SECOND = 1_000_000_000L;
  private static final int HOUR = 3_600;

  private final long spacingNanos;
  private final int perHour;

  /// Calls by the second in which they left; the second in which an hour begins counts whole.
  private final int[] seconds = new int[HOUR + 1];

  private final ReentrantLock lock = new ReentrantLock();
  private long last = Long.MIN_VALUE;
  private int inHour;
  private long nextNanos = Long.MIN_VALUE;

  CallRate(int perMinute, int perHour) {
    this.spacingNanos = 60 * SECOND / perMinute;
    this.perHour = perHour;
  }

  /// Counts one more call and says how long it has to wait before it leaves; one that would have to
  /// wait for the next hour is not counted.
  ///
  /// @param nowNanos of a clock that never goes back
  /// @return nanoseconds; negative for those until the hour has room again
  long take(long nowNanos) {
    lock.lock();
    try {
      long leaves = Math.max(nowNanos, nextNanos);
      long second = Math.floorDiv(leaves, SECOND);
      move(second);
      if (inHour >= perHour) {
        return -(room(second) * SECOND - nowNanos);
      }
      seconds[at(second)]++;
      inHour++;
      nextNanos = leaves + spacingNanos;
      return leaves - nowNanos;
    } finally {
      lock.unlock();
    }
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
