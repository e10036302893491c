package io.huoshui.engine.columns;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/// The calendar day an instant falls on in a zone, without making dates. For one thread: it
/// remembers the stretch between two changes of the clocks it was last in.
final class LocalDays {
  private static final long DAY_MS = 86_400_000;

  private final ZoneRules rules;
  private long fromMs = 1;
  private long toMs;
  private long offsetMs;

  LocalDays(ZoneId zone) {
    this.rules = zone.getRules();
  }

  /// Days since 1970-01-01.
  long of(long timeMs) {
    if (timeMs < fromMs || timeMs >= toMs) {
      move(Instant.ofEpochMilli(timeMs));
    }
    return Math.floorDiv(timeMs + offsetMs, DAY_MS);
  }

  private void move(Instant at) {
    offsetMs = rules.getOffset(at).getTotalSeconds() * 1_000L;
    ZoneOffsetTransition next = rules.nextTransition(at);
    // The transition before an instant just after `at` includes one at `at` itself.
    ZoneOffsetTransition previous = rules.previousTransition(at.plusNanos(1));
    fromMs = previous == null ? Long.MIN_VALUE : previous.getInstant().toEpochMilli();
    toMs = next == null ? Long.MAX_VALUE : next.getInstant().toEpochMilli();
  }
}
