package io.huoshui.audience;

import io.huoshui.audience.Condition.Times;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Gate;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What each condition means, for one person at one moment.
final class Meaning {
  /// The mean radius of the earth (IUGG), in metres.
  private static final double EARTH = 6_371_008.8;

  private Meaning() {}

  static boolean test(Condition rule, Person person, Moment moment) {
    return switch (rule) {
      case Condition.HasTrait(String trait, Operator operator, Value value) ->
          operator.test(person.trait(trait), value);
      case Condition.HasTag tag -> tagged(tag, person, moment);
      case Condition.HasConsent(String channel, Person.Consent said) ->
          person.consent(channel) == said;
      case Condition.Reachable(ChannelKind channel) ->
          Gate.unreachable(channel, person.has(channel.address()), person) == null;
      case Condition.HasIdentifier(IdentifierKind kind) -> person.has(kind);
      case Condition.InLifecycle(Lifecycle state) ->
          Lifecycle.of(
                  person.timeline(),
                  moment.now().toEpochMilli(),
                  moment.calendar(),
                  moment.lifecycle())
              == state;
      case Condition.InRfm(Rfm.Scores r, Rfm.Scores f, Rfm.Scores m) -> {
        Rfm rfm = Rfm.of(person.timeline(), Window.ever(), moment.now(), moment.zone());
        Rfm.Cell cell = rfm == null ? null : Rfm.Rules.STANDARD.score(rfm);
        yield cell != null && r.has(cell.r()) && f.has(cell.f()) && m.has(cell.m());
      }
      case Condition.DateIn date -> date.holds(person.trait(date.trait()), moment);
      case Condition.Did(EventPattern event, Times times, Window window) ->
          times.holds(count(event, person.timeline(), moment.span(window), times.count() + 1));
      case Condition.DidNot(EventPattern event, Window window) ->
          count(event, person.timeline(), moment.span(window), 1) == 0;
      case Condition.Edge(boolean first, EventPattern event, Window window) -> {
        Window.Span ever = moment.span(Window.ever());
        int at = edge(event, person.timeline(), ever, first);
        Window.Span span = moment.span(window);
        yield at >= 0
            && person.timeline().timeMs(at) >= span.fromMs()
            && person.timeline().timeMs(at) < span.toMs();
      }
      case Condition.EdgeValue edge -> {
        Value value = edge.fold().over(edge.event(), person.timeline(), moment.span(edge.window()));
        yield value != null && edge.operator().test(value, edge.value());
      }
      case Condition.Measured(
              Fold fold,
              EventPattern event,
              Window window,
              Operator operator,
              double value) -> {
        @Nullable Value folded = fold.over(event, person.timeline(), moment.span(window));
        yield folded != null && operator.test(folded, Value.of(value));
      }
      case Condition.Top _ ->
          throw new IllegalStateException("A share of everybody was asked of one person alone");
      case Condition.Sequence(List<EventPattern> steps, Period within, Window window) ->
          follows(steps, within.exact().toMillis(), person.timeline(), moment.span(window));
      case Condition.Unfollowed(
              EventPattern event,
              EventPattern next,
              Period within,
              Window window) ->
          unfollowed(
              event,
              next,
              within.exact().toMillis(),
              person.timeline(),
              moment.span(window),
              moment.now().toEpochMilli());
      case Condition.InGroup(String group) -> person.inGroup(group);
      case Condition.OnJourney(String journey, Person.Standing standing) ->
          person.onJourney(journey, standing);
      case Condition.Near near -> {
        double[] there = person.location();
        yield there != null && near.holds(there[0], there[1]);
      }
      case Condition.Share share -> share.has(person.profile());
      case Condition.InSegment(String segment) -> person.inSegment(segment, moment.now());
      case Condition.InAudience(String audience) -> person.inAudience(audience);
      case Condition.All(List<Condition> parts) -> {
        for (int i = 0; i < parts.size(); i++) {
          if (!parts.get(i).test(person, moment)) {
            yield false;
          }
        }
        yield true;
      }
      case Condition.Any(List<Condition> parts) -> {
        for (int i = 0; i < parts.size(); i++) {
          if (parts.get(i).test(person, moment)) {
            yield true;
          }
        }
        yield false;
      }
      case Condition.Not(Condition part) -> !part.test(person, moment);
    };
  }

  private static boolean tagged(Condition.HasTag tag, Person person, Moment moment) {
    int by = person.taggedBy(tag.tag());
    if (by < 0) {
      return false;
    }
    if (!tag.source().isEmpty() && !tag.source().equals(person.timeline().source(by))) {
      return false;
    }
    Window.Span span = moment.span(tag.window());
    long at = person.timeline().timeMs(by);
    // Ever is ever, for one whose clock is ahead, too.
    return tag.window() instanceof Window.Ever || (at >= span.fromMs() && at < span.toMs());
  }

  /// The date a trait is: `2026-06-18`, and whatever comes after it; null when it is none.
  static @Nullable LocalDate date(@Nullable Value value) {
    if (!(value instanceof Value.Text(String text)) || text.length() < 10) {
      return null;
    }
    try {
      return LocalDate.parse(text.substring(0, 10));
    } catch (DateTimeException e) {
      return null;
    }
  }

  static boolean falls(Condition.DateIn date, LocalDate day, LocalDate today) {
    LocalDate from = today.plusDays(date.fromDay());
    LocalDate to = today.plusDays(date.toDay());
    if (!date.yearly()) {
      return !day.isBefore(from) && !day.isAfter(to);
    }
    for (int year = from.getYear() - 1; year <= to.getYear(); year++) {
      LocalDate then = inYear(day, year);
      if (!then.isBefore(from) && !then.isAfter(to)) {
        return true;
      }
    }
    return false;
  }

  /// The day that is celebrated in a year.
  static LocalDate inYear(LocalDate day, int year) {
    return day.getMonthValue() == 2 && day.getDayOfMonth() == 29
        ? LocalDate.of(year, 2, 28).plusDays(1)
        : day.withYear(year);
  }

  /// Counts matches, stopping at `enough`.
  private static int count(EventPattern event, Timeline timeline, Window.Span span, int enough) {
    int count = 0;
    for (int i = timeline.from(span.fromMs());
        i < timeline.size() && timeline.timeMs(i) < span.toMs();
        i++) {
      if (event.matches(timeline, i) && ++count >= enough) {
        break;
      }
    }
    return count;
  }

  /// The index of the first, or the last, match; -1 when there is none.
  private static int edge(EventPattern event, Timeline timeline, Window.Span span, boolean first) {
    int from = timeline.from(span.fromMs());
    int to = timeline.from(span.toMs());
    for (int i = 0; i < to - from; i++) {
      int at = first ? from + i : to - 1 - i;
      if (event.matches(timeline, at)) {
        return at;
      }
    }
    return -1;
  }

  /// Step k ends at the latest reachable time: keeping, for each step, the latest time at which it
  /// was completed decides existence, because a later completion leaves later events only closer.
  private static boolean follows(
      List<EventPattern> steps, long withinMs, Timeline timeline, Window.Span span) {
    long[] reachedMs = new long[steps.size()];
    Arrays.fill(reachedMs, Long.MIN_VALUE);
    long nowMs = span.toMs();
    for (int i = timeline.from(span.fromMs()); i < timeline.size(); i++) {
      long time = timeline.timeMs(i);
      if (time >= nowMs) {
        break;
      }
      for (int step = steps.size() - 1; step >= 0; step--) {
        if (!steps.get(step).matches(timeline, i)) {
          continue;
        }
        if (step == 0) {
          reachedMs[0] = time;
        } else if (reachedMs[step - 1] != Long.MIN_VALUE
            && time - reachedMs[step - 1] <= withinMs) {
          if (step == steps.size() - 1) {
            return true;
          }
          reachedMs[step] = time;
        }
      }
    }
    return false;
  }

  /// Looks at each event in the window whose time is over, and at the first `next` behind it.
  private static boolean unfollowed(
      EventPattern event,
      EventPattern next,
      long withinMs,
      Timeline timeline,
      Window.Span span,
      long nowMs) {
    int end = timeline.from(Math.min(span.toMs(), nowMs - withinMs));
    int following = 0;
    for (int i = timeline.from(span.fromMs()); i < end; i++) {
      if (!event.matches(timeline, i)) {
        continue;
      }
      following = Math.max(following, i + 1);
      while (following < timeline.size() && !next.matches(timeline, following)) {
        following++;
      }
      if (following == timeline.size()
          || timeline.timeMs(following) - timeline.timeMs(i) > withinMs) {
        return true;
      }
    }
    return false;
  }

  /// The great-circle distance, by the haversine formula.
  static double metres(double latA, double lonA, double latB, double lonB) {
    double a = Math.toRadians(latA);
    double b = Math.toRadians(latB);
    double lat = Math.sin((b - a) / 2);
    double lon = Math.sin(Math.toRadians(lonB - lonA) / 2);
    double h = lat * lat + Math.cos(a) * Math.cos(b) * lon * lon;
    return 2 * EARTH * Math.asin(Math.sqrt(Math.min(1, h)));
  }
}
