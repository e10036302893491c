package io.huoshui.sandbox.http;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// Counts calls per name in windows of the sandbox's clock.
public final class Frequency {
  private final long windowMs;
  private final long most;
  private final Map<String, Long> counts = new HashMap<>();
  private long window = Long.MIN_VALUE;

  public Frequency(Duration window, Limit most) {
    this.windowMs = window.toMillis();
    this.most = most.value();
  }

  /// Counts one call, and says whether it is within the limit.
  public synchronized boolean admits(String name, Instant now) {
    long current = Math.floorDiv(now.toEpochMilli(), windowMs);
    if (current != window) {
      counts.clear();
      window = current;
    }
    return counts.merge(name, 1L, Long::sum) <= most;
  }
}
