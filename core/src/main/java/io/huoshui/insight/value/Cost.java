package io.huoshui.insight.value;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/// 获客成本: what winning people at a source cost over some days.
///
/// @param from the first day
/// @param to the last day
/// @param fen in all, spread evenly over the days
public record Cost(String source, LocalDate from, LocalDate to, long fen) {
  public Cost {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("A cost from " + from + " to " + to + " has no day");
    }
    if (fen < 0) {
      throw new IllegalArgumentException("A cost is not negative, got " + fen + " fen");
    }
    if (source.isBlank()) {
      throw new IllegalArgumentException("A cost names its source");
    }
  }

  public boolean covers(LocalDate day) {
    return !day.isBefore(from) && !day.isAfter(to);
  }

  /// What of it falls on the days `[first, last]`, in fen. Parts of a stretch add up to the
  /// stretch, to the fen.
  public long within(LocalDate first, LocalDate last) {
    return last.isBefore(first) ? 0 : upTo(last) - upTo(first.minusDays(1));
  }

  private long upTo(LocalDate day) {
    long all = ChronoUnit.DAYS.between(from, to) + 1;
    long days = Math.clamp(ChronoUnit.DAYS.between(from, day) + 1, 0, all);
    return fen / all * days + fen % all * days / all;
  }
}
