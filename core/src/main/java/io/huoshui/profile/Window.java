package io.huoshui.profile;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/// Which part of a timeline a fold looks at, seen from `now` in the brand's time zone.
public sealed interface Window {
  /// Everything up to now.
  record Ever() implements Window {}

  /// The last `length`, up to now.
  record Last(Period length) implements Window {}

  /// From `older` ago up to, not including, `newer` ago.
  record Ago(Period newer, Period older) implements Window {
    public Ago {
      if (newer.exact().compareTo(older.exact()) >= 0) {
        throw new IllegalArgumentException(
            "between " + newer + " and " + older + " ago is empty: the nearer one comes first");
      }
    }
  }

  /// Everything before `length` ago.
  record Before(Period length) implements Window {}

  /// Whole days of the calendar, both included.
  record Dates(LocalDate from, LocalDate to) implements Window {
    public Dates {
      if (to.isBefore(from)) {
        throw new IllegalArgumentException("from " + from + " to " + to + " is empty");
      }
    }
  }

  static Window ever() {
    return new Ever();
  }

  static Window last(String length) {
    return new Last(Period.parse(length));
  }

  /// The instants `[from, to)` in milliseconds.
  record Span(long fromMs, long toMs) {}

  default Span at(Instant now, ZoneId zone) {
    return at(now.toEpochMilli(), new Calendar(zone));
  }

  /// The same with a calendar that remembers.
  default Span at(long nowMs, Calendar calendar) {
    long end = nowMs + 1;
    return switch (this) {
      case Ever() -> new Span(Long.MIN_VALUE, end);
      case Last(Period length) -> new Span(length.before(nowMs, calendar), end);
      case Ago(Period newer, Period older) ->
          new Span(older.before(nowMs, calendar), newer.before(nowMs, calendar));
      case Before(Period length) -> new Span(Long.MIN_VALUE, length.before(nowMs, calendar));
      case Dates(LocalDate from, LocalDate to) ->
          new Span(
              calendar.start((int) from.toEpochDay()),
              Math.min(end, calendar.start((int) to.toEpochDay() + 1)));
    };
  }

  /// The ages at which an event crosses an edge of the window by nothing but growing older.
  default List<Period> edges() {
    return switch (this) {
      case Ever(), Dates _ -> List.of();
      case Last(Period length) -> List.of(length);
      case Ago(Period newer, Period older) -> List.of(newer, older);
      case Before(Period length) -> List.of(length);
    };
  }
}
