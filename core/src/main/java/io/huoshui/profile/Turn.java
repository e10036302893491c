package io.huoshui.profile;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/// When time passing alone can change an answer, rarest first.
public enum Turn {
  NEVER,
  /// At the brand's midnight.
  DAILY,
  /// With every hour.
  HOURLY;

  public Turn or(Turn other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /// The next such instant after `now`; only for turns that come.
  public Instant next(Instant now, ZoneId zone) {
    return switch (this) {
      case NEVER -> throw new IllegalStateException("never comes");
      case DAILY -> now.atZone(zone).toLocalDate().plusDays(1).atStartOfDay(zone).toInstant();
      case HOURLY -> now.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
    };
  }

  /// Whether a day (an hour) of the brand begins exactly at this instant.
  public boolean begins(Instant at, ZoneId zone) {
    return switch (this) {
      case NEVER -> false;
      case DAILY -> at.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant().equals(at);
      case HOURLY -> at.truncatedTo(ChronoUnit.HOURS).equals(at);
    };
  }
}
