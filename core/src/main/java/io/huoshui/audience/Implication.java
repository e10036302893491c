package io.huoshui.audience;

import io.huoshui.audience.Condition.Times;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import java.util.List;

/// Whether whoever satisfies one condition must satisfy another, whoever it is and whenever. A yes
/// is sure; a no may only mean that nobody thought of the reason.
final class Implication {
  private static final int HOURS = 24;

  /// Hours by which a day of the brand may be longer or shorter than 24, with some to spare.
  private static final int ODD = 2;

  private Implication() {}

  static boolean holds(Condition a, Condition b) {
    if (a.equals(b)) {
      return true;
    }
    if (b instanceof Condition.All(List<Condition> parts)) {
      return parts.stream().allMatch(part -> holds(a, part));
    }
    if (a instanceof Condition.Any(List<Condition> parts)) {
      return parts.stream().allMatch(part -> holds(part, b));
    }
    if (b instanceof Condition.Any(List<Condition> parts)
        && parts.stream().anyMatch(part -> holds(a, part))) {
      return true;
    }
    if (a instanceof Condition.All(List<Condition> parts)) {
      return parts.stream().anyMatch(part -> holds(part, b));
    }
    if (a instanceof Condition.Not(Condition.Not(Condition inner))) {
      return holds(inner, b);
    }
    if (b instanceof Condition.Not(Condition.Not(Condition inner))) {
      return holds(a, inner);
    }
    if (a instanceof Condition.Not(Condition left)) {
      return b instanceof Condition.Not(Condition right) ? holds(right, left) : denied(left, b);
    }
    return b instanceof Condition.Not(Condition right) ? excludes(a, right) : follows(a, b);
  }

  /// Whether not satisfying the one is satisfying the other.
  private static boolean denied(Condition not, Condition b) {
    return switch (not) {
      case Condition.DidNot(EventPattern event, Window window) ->
          follows(new Condition.Did(event, Times.atLeast(1), window), b);
      case Condition.Did(EventPattern event, Times times, Window window) ->
          times.equals(Times.atLeast(1)) && follows(new Condition.DidNot(event, window), b);
      default -> false;
    };
  }

  /// Whether nobody can satisfy both.
  private static boolean excludes(Condition a, Condition b) {
    if (b instanceof Condition.All(List<Condition> parts)) {
      return parts.stream().anyMatch(part -> holds(a, new Condition.Not(part)));
    }
    if (b instanceof Condition.Any(List<Condition> parts)) {
      return parts.stream().allMatch(part -> holds(a, new Condition.Not(part)));
    }
    return apart(a, b) || apart(b, a);
  }

  private static boolean apart(Condition a, Condition b) {
    if (a instanceof Condition.InLifecycle one && b instanceof Condition.InLifecycle other) {
      return one.state() != other.state();
    }
    if (a instanceof Condition.HasConsent one && b instanceof Condition.HasConsent other) {
      return one.channel().equals(other.channel()) && one.said() != other.said();
    }
    if (a instanceof Condition.InRfm one && b instanceof Condition.InRfm other) {
      return apart(one.recency(), other.recency())
          || apart(one.frequency(), other.frequency())
          || apart(one.monetary(), other.monetary());
    }
    if (a instanceof Condition.Share one && b instanceof Condition.Share other) {
      return one.salt().equals(other.salt())
          && (one.to() <= other.from() || other.to() <= one.from());
    }
    if (a instanceof Condition.DateIn one && b instanceof Condition.DateIn other) {
      return one.trait().equals(other.trait())
          && !one.yearly()
          && !other.yearly()
          && (one.toDay() < other.fromDay() || other.toDay() < one.fromDay());
    }
    if (a instanceof Condition.Measured one && b instanceof Condition.Measured other) {
      return one.fold().equals(other.fold())
          && one.event().equals(other.event())
          && one.window().equals(other.window())
          && apart(one.operator(), one.value(), other.operator(), other.value());
    }
    // Somebody did it, and somebody did not, or not so often.
    return switch (b) {
      case Condition.DidNot(EventPattern event, Window window) ->
          follows(a, new Condition.Did(event, Times.atLeast(1), window));
      case Condition.Did(EventPattern event, Times times, Window window) ->
          switch (times.bound()) {
            case AT_LEAST ->
                times.count() == 1
                    ? follows(a, new Condition.DidNot(event, window))
                    : follows(
                        a,
                        new Condition.Did(
                            event, new Times(Times.Bound.AT_MOST, times.count() - 1), window));
            case AT_MOST ->
                follows(a, new Condition.Did(event, Times.atLeast(times.count() + 1), window));
            case EXACTLY ->
                follows(a, new Condition.Did(event, Times.atLeast(times.count() + 1), window))
                    || (times.count() > 0 && follows(a, new Condition.DidNot(event, window)));
          };
      case Condition.HasConsent(String channel, Person.Consent said) ->
          said != Person.Consent.GIVEN
              && follows(a, new Condition.HasConsent(channel, Person.Consent.GIVEN));
      default -> false;
    };
  }

  private static boolean apart(Rfm.Scores one, Rfm.Scores other) {
    return one.to() < other.from() || other.to() < one.from();
  }

  /// Whether no number compares as both say.
  private static boolean apart(Operator a, double x, Operator b, double y) {
    return switch (a) {
      case EQUAL -> b != Operator.CONTAINS && !b.test(Value.of(x), Value.of(y));
      case MORE -> (b == Operator.LESS || b == Operator.LESS_OR_EQUAL) && y <= x;
      case MORE_OR_EQUAL ->
          (b == Operator.LESS && y <= x) || (b == Operator.LESS_OR_EQUAL && y < x);
      default -> false;
    };
  }

  private static boolean follows(Condition a, Condition b) {
    if (a.equals(b)) {
      return true;
    }
    return switch (b) {
      case Condition.Did did -> did(a, did);
      case Condition.DidNot(EventPattern event, Window window) -> never(a, event, window);
      case Condition.HasTrait wanted ->
          a instanceof Condition.HasTrait has
              && has.trait().equals(wanted.trait())
              && compares(has.operator(), has.value(), wanted.operator(), wanted.value());
      case Condition.HasTag wanted ->
          a instanceof Condition.HasTag has
              && has.tag().equals(wanted.tag())
              && (wanted.source().isEmpty() || wanted.source().equals(has.source()))
              && within(has.window(), wanted.window());
      case Condition.HasConsent(String channel, Person.Consent said) ->
          a instanceof Condition.Reachable(ChannelKind reached)
              && (reached == ChannelKind.SMS || reached == ChannelKind.CALL)
              && channel.equals(reached.wire())
              && said == Person.Consent.GIVEN;
      case Condition.HasIdentifier(IdentifierKind kind) ->
          a instanceof Condition.Reachable(ChannelKind reached) && reached.address() == kind;
      case Condition.InRfm wanted ->
          a instanceof Condition.InRfm in
              && within(in.recency(), wanted.recency())
              && within(in.frequency(), wanted.frequency())
              && within(in.monetary(), wanted.monetary());
      case Condition.DateIn wanted ->
          a instanceof Condition.DateIn in
              && in.trait().equals(wanted.trait())
              && in.yearly() == wanted.yearly()
              && wanted.fromDay() <= in.fromDay()
              && in.toDay() <= wanted.toDay();
      case Condition.Edge wanted ->
          a instanceof Condition.Edge edge
              && edge.first() == wanted.first()
              && edge.event().equals(wanted.event())
              && within(edge.window(), wanted.window());
      case Condition.Measured wanted ->
          a instanceof Condition.Measured measured
              && measured.fold().equals(wanted.fold())
              && measured.event().equals(wanted.event())
              && measured.window().equals(wanted.window())
              && compares(measured.operator(), measured.value(), wanted.operator(), wanted.value());
      case Condition.Top wanted ->
          a instanceof Condition.Top top
              && top.most() == wanted.most()
              && top.permille() <= wanted.permille()
              && top.fold().equals(wanted.fold())
              && top.event().equals(wanted.event())
              && top.window().equals(wanted.window());
      case Condition.InGroup(String group) -> group.isEmpty() && a instanceof Condition.InGroup;
      case Condition.OnJourney(String journey, Person.Standing standing) ->
          standing == Person.Standing.ENTERED
              && a instanceof Condition.OnJourney on
              && on.journey().equals(journey)
              && on.standing() != Person.Standing.CLICKED;
      case Condition.Near wanted ->
          a instanceof Condition.Near near
              && near.lat() == wanted.lat()
              && near.lon() == wanted.lon()
              && near.metres() <= wanted.metres();
      case Condition.Share wanted ->
          a instanceof Condition.Share share
              && share.salt().equals(wanted.salt())
              && wanted.from() <= share.from()
              && share.to() <= wanted.to();
      default -> false;
    };
  }

  /// Whether the condition makes sure that events happened so often.
  private static boolean did(Condition a, Condition.Did wanted) {
    Times times = wanted.times();
    if (times.bound() == Times.Bound.AT_MOST) {
      boolean fewer =
          a instanceof Condition.Did did
              && did.times().bound() != Times.Bound.AT_LEAST
              && did.times().count() <= times.count()
              && narrower(wanted.event(), did.event())
              && within(wanted.window(), did.window());
      return fewer || never(a, wanted.event(), wanted.window());
    }
    if (times.bound() == Times.Bound.EXACTLY) {
      return times.count() == 0 && never(a, wanted.event(), wanted.window());
    }
    return switch (a) {
      case Condition.Did did ->
          did.times().bound() != Times.Bound.AT_MOST
              && did.times().count() >= times.count()
              && narrower(did.event(), wanted.event())
              && within(did.window(), wanted.window());
      case Condition.Edge edge ->
          times.count() == 1
              && narrower(edge.event(), wanted.event())
              && within(edge.window(), wanted.window());
      case Condition.EdgeValue edge ->
          times.count() == 1
              && narrower(edge.event(), wanted.event())
              && within(edge.window(), wanted.window());
      case Condition.Sequence sequence ->
          times.count() == 1
              && narrower(sequence.steps().getFirst(), wanted.event())
              && within(sequence.window(), wanted.window());
      case Condition.Unfollowed unfollowed ->
          times.count() == 1
              && narrower(unfollowed.event(), wanted.event())
              && within(unfollowed.window(), wanted.window());
      case Condition.Top top ->
          times.count() == 1
              && narrower(top.event(), wanted.event())
              && within(top.window(), wanted.window());
      case Condition.InRfm _ ->
          times.count() == 1
              && wanted.event().equals(EventPattern.of("order_paid"))
              && wanted.window() instanceof Window.Ever;
      default -> false;
    };
  }

  private static boolean never(Condition a, EventPattern event, Window window) {
    return switch (a) {
      case Condition.DidNot not -> narrower(event, not.event()) && within(window, not.window());
      case Condition.Did did ->
          did.times().equals(new Times(Times.Bound.EXACTLY, 0))
              && narrower(event, did.event())
              && within(window, did.window());
      default -> false;
    };
  }

  /// Whether whatever matches the one matches the other: it has all its tests, and perhaps more.
  private static boolean narrower(EventPattern one, EventPattern other) {
    return one.event().equals(other.event()) && one.where().containsAll(other.where());
  }

  private static boolean within(Rfm.Scores one, Rfm.Scores other) {
    return other.from() <= one.from() && one.to() <= other.to();
  }

  /// Whether, at any instant, the one window lies in the other.
  static boolean within(Window one, Window other) {
    if (one.equals(other) || other instanceof Window.Ever) {
      return true;
    }
    return switch (other) {
      case Window.Last(Period longest) ->
          switch (one) {
            case Window.Last(Period length) -> notLonger(length, longest);
            case Window.Ago(Period _, Period older) -> notLonger(older, longest);
            default -> false;
          };
      case Window.Before(Period nearest) ->
          switch (one) {
            case Window.Before(Period length) -> notLonger(nearest, length);
            case Window.Ago(Period newer, Period _) -> notLonger(nearest, newer);
            default -> false;
          };
      case Window.Ago(Period nearest, Period farthest) ->
          one instanceof Window.Ago(Period newer, Period older)
              && notLonger(nearest, newer)
              && notLonger(older, farthest);
      case Window.Dates dates ->
          one instanceof Window.Dates in
              && !in.from().isBefore(dates.from())
              && !in.to().isAfter(dates.to());
      case Window.Ever() -> true;
    };
  }

  /// Whether a period never begins before another: days are the calendar's, hours are exact.
  private static boolean notLonger(Period one, Period other) {
    boolean days = one.unit() == Period.Unit.DAY;
    if (days == (other.unit() == Period.Unit.DAY)) {
      return one.exact().compareTo(other.exact()) <= 0;
    }
    return days
        ? (one.amount() + 1L) * HOURS + ODD <= other.exact().toHours()
        : one.exact().toMinutes() <= (other.amount() * (long) HOURS - ODD) * 60;
  }

  private static boolean compares(Operator a, double x, Operator b, double y) {
    return compares(a, Value.of(x), b, Value.of(y));
  }

  /// Whether what compares as the one says must compare as the other says. Values that are not
  /// numbers compare as text, so the two orders have to agree.
  private static boolean compares(Operator a, Value x, Operator b, Value y) {
    if (a == Operator.ONE_OF && x instanceof Value.Many(List<Value> values)) {
      return values.stream().allMatch(value -> compares(Operator.EQUAL, value, b, y));
    }
    if (b == Operator.ONE_OF && y instanceof Value.Many(List<Value> values)) {
      return a == Operator.EQUAL && values.contains(x);
    }
    if (Double.isNaN(x.asNumber()) || Double.isNaN(y.asNumber())) {
      return a == b && x.equals(y);
    }
    int order = Double.compare(x.asNumber(), y.asNumber());
    if (order != Integer.signum(x.shown().compareTo(y.shown())) && order != 0) {
      return false;
    }
    return switch (b) {
      case MORE ->
          switch (a) {
            case MORE -> order >= 0;
            case MORE_OR_EQUAL, EQUAL -> order > 0;
            default -> false;
          };
      case MORE_OR_EQUAL ->
          switch (a) {
            case MORE, MORE_OR_EQUAL, EQUAL -> order >= 0;
            default -> false;
          };
      case LESS ->
          switch (a) {
            case LESS -> order <= 0;
            case LESS_OR_EQUAL, EQUAL -> order < 0;
            default -> false;
          };
      case LESS_OR_EQUAL ->
          switch (a) {
            case LESS, LESS_OR_EQUAL, EQUAL -> order <= 0;
            default -> false;
          };
      case EQUAL, NOT_EQUAL, CONTAINS, ONE_OF -> a == b && order == 0;
    };
  }
}
