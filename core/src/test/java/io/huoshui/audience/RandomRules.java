package io.huoshui.audience;

import io.huoshui.Dice;
import io.huoshui.audience.Condition.Times;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.EventPattern.Where;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import java.time.LocalDate;

/// Rules of every kind with every awkward name and value the forms have to carry.
final class RandomRules {
  private RandomRules() {}

  static Condition rule(Dice dice, int depth) {
    return switch (dice.roll(depth == 0 ? 22 : 25)) {
      case 0 -> {
        Operator operator = dice.of(Operator.values());
        yield new Condition.HasTrait(name(dice), operator, value(dice, operator));
      }
      case 1 ->
          dice.chance(50)
              ? new Condition.HasTag(name(dice))
              : new Condition.HasTag(name(dice), dice.chance(50) ? "" : name(dice), window(dice));
      case 2 -> new Condition.HasConsent(name(dice), dice.of(Person.Consent.values()));
      case 3 -> new Condition.HasIdentifier(dice.of(IdentifierKind.values()));
      case 4 -> new Condition.InLifecycle(dice.of(Lifecycle.values()));
      case 5 -> new Condition.Did(pattern(dice), times(dice), window(dice));
      case 6 -> new Condition.DidNot(pattern(dice), window(dice));
      case 7 ->
          new Condition.Measured(
              fold(dice), pattern(dice), window(dice), comparison(dice), number(dice));
      case 8 ->
          new Condition.Sequence(dice.list(2, 4, () -> pattern(dice)), period(dice), window(dice));
      case 9 -> new Condition.InAudience(name(dice));
      case 10 -> new Condition.Reachable(dice.of(ChannelKind.values()));
      case 11 -> new Condition.InRfm(scores(dice), scores(dice), scores(dice));
      case 12 -> {
        int from = dice.between(-400, 400);
        yield new Condition.DateIn(
            name(dice), dice.chance(50), from, from + dice.roll(dice.of(1, 99)));
      }
      case 13 -> new Condition.Edge(dice.chance(50), pattern(dice), window(dice));
      case 14 -> {
        Operator operator = dice.of(Operator.values());
        yield new Condition.EdgeValue(
            dice.chance(50),
            pattern(dice),
            dice.of("amountFen", "sku"),
            window(dice),
            operator,
            value(dice, operator));
      }
      case 15 ->
          new Condition.Top(
              dice.chance(50), dice.between(1, 1_000), fold(dice), pattern(dice), window(dice));
      case 16 -> new Condition.Unfollowed(pattern(dice), pattern(dice), period(dice), window(dice));
      case 17 -> new Condition.InGroup(dice.chance(30) ? "" : name(dice));
      case 18 -> new Condition.OnJourney(name(dice), dice.of(Person.Standing.values()));
      case 19 ->
          new Condition.Near(
              dice.roll(180_001) / 1_000.0 - 90,
              dice.of(0.0, -180.0, 180.0, 121.4737, 1e-7),
              dice.between(1, 99_999));
      case 20 -> {
        int from = dice.roll(10_000);
        yield new Condition.Share(name(dice), from, dice.between(from + 1, 10_000));
      }
      case 21 -> new Condition.InSegment(name(dice));
      case 22 -> new Condition.All(dice.list(2, 4, () -> rule(dice, depth - 1)));
      case 23 -> new Condition.Any(dice.list(2, 4, () -> rule(dice, depth - 1)));
      default -> new Condition.Not(rule(dice, depth - 1));
    };
  }

  private static String name(Dice dice) {
    return dice.chance(50)
        ? dice.of(
            "city",
            "tag",
            "consent",
            "withdrawn",
            "identifier",
            "and",
            "not",
            "within",
            "a_b",
            "in")
        : dice.text(8);
  }

  private static EventPattern pattern(Dice dice) {
    return new EventPattern(
        dice.of("order_paid", "product_purchased", "page_viewed"),
        dice.list(
            0,
            2,
            () -> {
              Operator operator = dice.of(Operator.values());
              return new Where(name(dice), operator, value(dice, operator));
            }));
  }

  private static Times times(Dice dice) {
    return switch (dice.roll(3)) {
      case 0 -> Times.atLeast(dice.between(1, 9));
      case 1 -> new Times(Times.Bound.AT_MOST, dice.between(1, 9));
      default -> new Times(Times.Bound.EXACTLY, dice.roll(9));
    };
  }

  static Window window(Dice dice) {
    LocalDate day = LocalDate.of(2024, 2, 29).plusDays(dice.roll(900));
    return switch (dice.roll(5)) {
      case 0 -> Window.ever();
      case 1 -> new Window.Last(period(dice));
      case 2 ->
          new Window.Ago(
              new Period(dice.roll(30), dice.of(Period.Unit.values())),
              new Period(dice.between(31, 99_999), Period.Unit.DAY));
      case 3 -> new Window.Before(period(dice));
      default -> new Window.Dates(day, day.plusDays(dice.roll(40)));
    };
  }

  private static Period period(Dice dice) {
    return new Period(dice.roll(dice.of(10, 100_000)), dice.of(Period.Unit.values()));
  }

  private static Fold fold(Dice dice) {
    return switch (dice.roll(6)) {
      case 0 -> Fold.count();
      case 1 -> Fold.sum("amountFen");
      case 2 -> new Fold(Fold.Kind.AVERAGE, "amountFen");
      case 3 -> new Fold(Fold.Kind.MIN, "quantity");
      case 4 -> new Fold(Fold.Kind.MAX, "weight");
      default -> new Fold(Fold.Kind.DISTINCT, "sku");
    };
  }

  private static Rfm.Scores scores(Dice dice) {
    int from = dice.between(1, 5);
    return dice.chance(30) ? Rfm.Scores.ANY : new Rfm.Scores(from, dice.between(from, 5));
  }

  private static Operator comparison(Dice dice) {
    return dice.of(
        Operator.EQUAL,
        Operator.NOT_EQUAL,
        Operator.LESS,
        Operator.LESS_OR_EQUAL,
        Operator.MORE,
        Operator.MORE_OR_EQUAL);
  }

  private static double number(Dice dice) {
    return dice.chance(50)
        ? dice.roll(1_000_000)
        : dice.of(0.01, 1e-7, 1e-30, 1e15, 1e17, 1e40, -5.5, 123456789.125, Double.MAX_VALUE);
  }

  private static Value value(Dice dice, Operator operator) {
    return operator == Operator.ONE_OF
        ? new Value.Many(dice.list(1, 3, () -> single(dice)))
        : single(dice);
  }

  /// A decimal has a fraction: JSON does not tell 3.0 from 3.
  private static Value single(Dice dice) {
    return switch (dice.roll(6)) {
      case 0 -> Value.of(dice.text(10));
      case 1 -> Value.of(dice.of("true", "12", "-3.5", "", "within", "(", "上海"));
      case 2 -> Value.of(dice.chance(50));
      case 3 -> Value.of(dice.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L, 1_000_000_000_000_000_000L));
      case 4 -> Value.of((long) dice.between(-1_000, 1_000));
      default -> Value.of(dice.of(0.5, -2.25, 1e-20, 1.5e-7, 0.1 + 0.2));
    };
  }
}
