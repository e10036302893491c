package io.huoshui.audience;

import io.huoshui.profile.Calendar;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When time alone turns the answer of a rule: what makes leaving a segment as prompt as entering.
///
/// @param watches through what time can change the answer
public record Turning(Condition rule, List<Watch> watches) {
  /// How often [#flips] looks beyond a crossing that changes nothing.
  static final int LOOKS_AHEAD = 64;

  /// One thing through which time can change the answer.
  public sealed interface Watch {
    /// The first instant after `nowMs` at which it may, or [Long#MAX_VALUE].
    long crossing(Person person, long nowMs, Calendar calendar);
  }

  /// Events of one pattern cross an edge when they grow older than an age, or, coming from a sender
  /// whose clock is ahead, when their own time comes.
  public record Ages(EventPattern event, List<Period> ages) implements Watch {
    public Ages {
      ages = List.copyOf(ages);
    }

    @Override
    public long crossing(Person person, long nowMs, Calendar calendar) {
      Timeline timeline = person.timeline();
      long first = Long.MAX_VALUE;
      int size = timeline.size();
      if (size == 0) {
        return first;
      }
      if (timeline.timeMs(size - 1) > nowMs) {
        for (int i = timeline.from(nowMs + 1); i < size; i++) {
          if (event.matches(timeline, i)) {
            first = timeline.timeMs(i);
            break;
          }
        }
      }
      for (int a = 0; a < ages.size(); a++) {
        Period age = ages.get(a);
        // Whatever is not yet before the period is still to cross, the oldest first.
        for (int i = timeline.from(age.before(nowMs, calendar)); i < size; i++) {
          if (event.matches(timeline, i)) {
            first = Math.min(first, age.outlives(timeline.timeMs(i), calendar));
            break;
          }
        }
      }
      return first;
    }
  }

  /// A date comes near, and passes: at midnights of the brand.
  public record Day(Condition.DateIn date) implements Watch {
    @Override
    public long crossing(Person person, long nowMs, Calendar calendar) {
      LocalDate day = Meaning.date(person.trait(date.trait()));
      if (day == null) {
        return Long.MAX_VALUE;
      }
      int today = calendar.day(nowMs);
      if (!date.yearly()) {
        return start(Math.toIntExact(day.toEpochDay()), today, calendar);
      }
      long first = Long.MAX_VALUE;
      LocalDate now = LocalDate.ofEpochDay(today);
      // Of the celebrations so many days around, one is the next to come near or to pass.
      int last = now.plusDays(Math.max(0, date.toDay())).getYear() + 1;
      for (int year = now.plusDays(Math.min(0, date.fromDay())).getYear() - 1;
          year <= last;
          year++) {
        int then = Math.toIntExact(Meaning.inYear(day, year).toEpochDay());
        first = Math.min(first, start(then, today, calendar));
      }
      return first;
    }

    /// The beginning of the next day on which it comes into the span, or is out of it.
    private long start(int day, int today, Calendar calendar) {
      int in = day - date.toDay();
      int out = day - date.fromDay() + 1;
      int next = in > today ? in : out;
      return next > today ? calendar.start(next) : Long.MAX_VALUE;
    }
  }

  public Turning {
    watches = List.copyOf(watches);
  }

  public static Turning of(Condition rule) {
    return new Turning(rule, rule.watches());
  }

  /// Whether time alone can change the answer at all.
  public boolean possible() {
    return !watches.isEmpty();
  }

  /// The first instant after the moment's now, in milliseconds, at which an event crosses an edge:
  /// before it the answer stays, from it on it may be another. [Long#MAX_VALUE] when there is none.
  public long crossing(Person person, Moment moment) {
    return crossing(person, moment.now().toEpochMilli(), moment.calendar());
  }

  private long crossing(Person person, long nowMs, Calendar calendar) {
    long next = Long.MAX_VALUE;
    for (int i = 0; i < watches.size(); i++) {
      next = Math.min(next, watches.get(i).crossing(person, nowMs, calendar));
    }
    return next;
  }

  /// When the answer changes if nothing happens but time: the first such instant after the moment's
  /// now, or null when it never does. After [#LOOKS_AHEAD] crossings that change nothing it is an
  /// instant before that one, at which to ask again.
  public @Nullable Instant flips(Person person, Moment moment) {
    if (watches.isEmpty()) {
      return null;
    }
    boolean now = rule.test(person, moment);
    long atMs = moment.now().toEpochMilli();
    for (int look = 0; look < LOOKS_AHEAD; look++) {
      long next = crossing(person, atMs, moment.calendar());
      if (next == Long.MAX_VALUE) {
        return null;
      }
      atMs = next;
      if (rule.test(person, moment.at(Instant.ofEpochMilli(next))) != now) {
        break;
      }
    }
    return Instant.ofEpochMilli(atMs);
  }
}
