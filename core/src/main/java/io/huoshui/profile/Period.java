package io.huoshui.profile;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A length of time as an operator says it: `30d`, `48h`, `15m`.
///
/// Days are days of the brand's calendar: `7d` back from any time today is the midnight seven days
/// ago. Hours and minutes are exact.
public record Period(int amount, Unit unit) {
  /// A month of campaign arithmetic is given in days on purpose: months differ.
  public enum Unit {
    DAY("d"),
    HOUR("h"),
    MINUTE("m");

    private final String letter;

    Unit(String letter) {
      this.letter = letter;
    }

    public String letter() {
      return letter;
    }
  }

  private static final Pattern TEXT = Pattern.compile("(\\d{1,5})([dhm])");

  public Period {
    if (amount < 0) {
      throw new IllegalArgumentException("A period is not negative, got " + amount);
    }
  }

  /// @throws IllegalArgumentException when the text is no period; the message gives examples
  public static Period parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no period. Allowed: 30d, 48h, 15m.");
    }
    int amount = Integer.parseInt(matcher.group(1));
    return new Period(
        amount,
        switch (matcher.group(2)) {
          case "d" -> Unit.DAY;
          case "h" -> Unit.HOUR;
          default -> Unit.MINUTE;
        });
  }

  /// Where the period begins when it ends at `now`.
  public Instant before(Instant now, ZoneId zone) {
    return Instant.ofEpochMilli(before(now.toEpochMilli(), new Calendar(zone)));
  }

  /// The same in milliseconds, with a calendar that remembers.
  public long before(long nowMs, Calendar calendar) {
    return switch (unit) {
      case DAY -> calendar.start(calendar.day(nowMs) - amount);
      case HOUR -> nowMs - amount * 3_600_000L;
      case MINUTE -> nowMs - amount * 60_000L;
    };
  }

  /// The first instant at which something that happened at `timeMs` is before this period: the
  /// first `now` with `before(now) > timeMs`.
  public long outlives(long timeMs, Calendar calendar) {
    return switch (unit) {
      case DAY -> calendar.start(calendar.day(timeMs) + amount + 1);
      case HOUR -> timeMs + amount * 3_600_000L + 1;
      case MINUTE -> timeMs + amount * 60_000L + 1;
    };
  }

  /// When a wait of this length, begun at `now`, ends: a day later is the same wall clock tomorrow.
  public Instant after(Instant now, ZoneId zone) {
    return switch (unit) {
      case DAY -> now.atZone(zone).plusDays(amount).toInstant();
      case HOUR -> now.plus(Duration.ofHours(amount));
      case MINUTE -> now.plus(Duration.ofMinutes(amount));
    };
  }

  /// The length in exact time, a day counted as 24 hours: for "B within 3d of A".
  public Duration exact() {
    return switch (unit) {
      case DAY -> Duration.ofDays(amount);
      case HOUR -> Duration.ofHours(amount);
      case MINUTE -> Duration.ofMinutes(amount);
    };
  }

  @Override
  public String toString() {
    return amount + unit.letter();
  }
}
