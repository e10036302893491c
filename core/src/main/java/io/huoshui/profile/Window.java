package io.huoshui.profile;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

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
    long end = now.toEpochMilli() + 1;
    return switch (this) {
      case Ever() -> new Span(Long.MIN_VALUE, end);
      case Last(Period length) -> new Span(length.before(now, zone).toEpochMilli(), end);
      case Ago(Period newer, Period older) ->
          new Span(older.before(now, zone).toEpochMilli(), newer.before(now, zone).toEpochMilli());
      case Before(Period length) ->
          new Span(Long.MIN_VALUE, length.before(now, zone).toEpochMilli());
      case Dates(LocalDate from, LocalDate to) ->
          new Span(
              from.atStartOfDay(zone).toInstant().toEpochMilli(),
              Math.min(end, to.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli()));
    };
  }

  /// When time passing alone can change what the window holds.
  default Turn turns() {
    return switch (this) {
      case Ever(), Dates _ -> Turn.NEVER;
      case Last(Period length) -> turns(length);
      case Ago(Period newer, Period older) -> turns(newer).or(turns(older));
      case Before(Period length) -> turns(length);
    };
  }

  /// The ages in days at which an event crosses the window's edge: whoever has an event of such an
  /// age is the one whose answer a new day can change. Windows of hours cross all the time and give
  /// none.
  default List<Integer> dayEdges() {
    return switch (this) {
      case Ever(), Dates _ -> List.of();
      case Last(Period length) -> edge(length);
      case Ago(Period newer, Period older) ->
          Stream.concat(edge(newer).stream(), edge(older).stream()).toList();
      case Before(Period length) -> edge(length);
    };
  }

  private static List<Integer> edge(Period length) {
    return length.unit() == Period.Unit.DAY ? List.of(length.amount()) : List.of();
  }

  private static Turn turns(Period length) {
    return length.unit() == Period.Unit.DAY ? Turn.DAILY : Turn.HOURLY;
  }
}
