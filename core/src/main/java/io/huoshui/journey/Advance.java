package io.huoshui.journey;

import io.huoshui.audience.Moment;
import io.huoshui.event.Value;
import io.huoshui.journey.Journey.DateOf;
import io.huoshui.journey.Journey.Step;
import io.huoshui.profile.Draw;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Moves positions. Same inputs, same result, on every host.
public final class Advance {
  // Dates beyond are mistakes, and beyond what milliseconds can count.
  private static final int FIRST_YEAR = 1;
  private static final int LAST_YEAR = 9999;

  private Advance() {}

  /// @param position the place afterwards
  /// @param effects what the host has to do, in order
  public record Result(Position position, List<Effect> effects) {
    public Result {
      effects = List.copyOf(effects);
    }
  }

  /// Puts a profile at the beginning, and moves it to its first wait.
  public static Result enter(
      Journey journey, int profile, String entry, Person person, Moment moment) {
    return enter(journey, profile, entry, person, moment, Arms.UNKNOWN);
  }

  /// The same, with what is known of the arms of adaptive splits.
  public static Result enter(
      Journey journey, int profile, String entry, Person person, Moment moment, Arms arms) {
    return advance(
        journey,
        start(journey, profile, entry, moment),
        new Signal.Entered(),
        person,
        moment,
        arms);
  }

  /// Puts a profile before the first step, where it stands until the journey goes on.
  public static Position hold(Journey journey, int profile, String entry, Moment moment) {
    return start(journey, profile, entry, moment).at(journey.steps().getFirst().id(), moment.now());
  }

  private static Position start(Journey journey, int profile, String entry, Moment moment) {
    return new Position(
        journey.name(),
        journey.version(),
        profile,
        entry,
        journey.steps().getFirst().id(),
        moment.now(),
        null,
        heldOut(journey, profile),
        "",
        null,
        null,
        "");
  }

  /// Whether this profile is measured only. The same for every version and entry of a journey, so
  /// that a person stays on one side.
  static boolean heldOut(Journey journey, int profile) {
    return Draw.fraction(journey.name(), "/hold-out", profile) < journey.holdOutShare();
  }

  /// Moves one position by one signal.
  public static Result advance(
      Journey journey, Position at, Signal signal, Person person, Moment moment) {
    return advance(journey, at, signal, person, moment, Arms.UNKNOWN);
  }

  /// The same, with what is known of the arms of adaptive splits.
  public static Result advance(
      Journey journey, Position at, Signal signal, Person person, Moment moment, Arms arms) {
    return switch (signal) {
      case Signal.Entered() ->
          at.over() ? same(at) : run(journey, at, at.step(), false, person, moment, arms);
      case Signal.Due() -> at.over() ? same(at) : due(journey, at, person, moment, arms);
      case Signal.Happened(Timeline timeline, int index) ->
          happened(journey, at, timeline, index, person, moment, arms);
      case Signal.Resumed(Instant since) ->
          at.over() ? same(at) : resumed(journey, at, since, person, moment, arms);
    };
  }

  /// The journey goes on after a pause. Whoever came before the first step takes it; what was
  /// waited for and happened meanwhile is seen; what was due is late.
  private static Result resumed(
      Journey journey, Position at, Instant since, Person person, Moment moment, Arms arms) {
    Step step = journey.step(at.step());
    if (at.path().isEmpty() || (step != null && !Journey.waits(step))) {
      return run(journey, at, at.step(), false, person, moment, arms);
    }
    if (step instanceof Step.WaitFor wait) {
      Timeline timeline = person.timeline();
      for (int i = 0; i < timeline.size(); i++) {
        if (timeline.timeMs(i) >= since.toEpochMilli() && wait.event().matches(timeline, i)) {
          return run(journey, at, wait.then(), false, person, moment, arms);
        }
      }
    }
    return due(journey, at, person, moment, arms);
  }

  /// What an event comes to while the journey is paused: the goal counts, and an exit ends; no step
  /// is taken.
  public static Position noted(Journey journey, Position at, Timeline timeline, int index) {
    Position now = at;
    if (at.goalAt() == null && reaches(journey.goal(), at, timeline, index)) {
      now = now.reached(Instant.ofEpochMilli(timeline.timeMs(index)));
      if (!at.over() && journey.goal() != null && journey.goal().exits()) {
        return now.ended(Position.Exit.GOAL);
      }
    }
    return !at.over()
            && timeline.timeMs(index) >= at.enteredAt().toEpochMilli()
            && exits(journey, timeline, index)
        ? now.ended(Position.Exit.RULE)
        : now;
  }

  /// Whether an exit rule that is a condition holds of somebody.
  private static boolean ruledOut(Journey journey, Person person, Moment moment) {
    for (Journey.ExitRule rule : journey.exits()) {
      if (rule instanceof Journey.ExitRule.When(var condition) && condition.test(person, moment)) {
        return true;
      }
    }
    return false;
  }

  private static Result same(Position at) {
    return new Result(at, List.of());
  }

  private static Result due(Journey journey, Position at, Person person, Moment moment, Arms arms) {
    if (at.due() == null || moment.now().isBefore(at.due())) {
      return same(at);
    }
    if (ruledOut(journey, person, moment)) {
      return new Result(at.ended(Position.Exit.RULE), List.of());
    }
    String next =
        switch (journey.step(at.step())) {
          case Step.Wait wait -> wait.next();
          case Step.WaitUntil wait -> wait.next();
          case Step.WaitFor wait -> wait.otherwise();
          case Step.WaitBefore wait -> wait.next();
          case null, default ->
              throw new IllegalStateException(
                  at.key() + " waits in '" + at.step() + "', which is no wait");
        };
    boolean skips = journey.lateness(at.step()).skips(Duration.between(at.due(), moment.now()));
    return run(journey, at, next, skips, person, moment, arms);
  }

  private static Result happened(
      Journey journey,
      Position at,
      Timeline timeline,
      int index,
      Person person,
      Moment moment,
      Arms arms) {
    Position now = at;
    if (at.goalAt() == null && reaches(journey.goal(), at, timeline, index)) {
      now = now.reached(Instant.ofEpochMilli(timeline.timeMs(index)));
      if (!at.over() && journey.goal() != null && journey.goal().exits()) {
        return new Result(now.ended(Position.Exit.GOAL), List.of());
      }
    }
    if (at.over()) {
      return new Result(now, List.of());
    }
    boolean since = timeline.timeMs(index) >= at.enteredAt().toEpochMilli();
    if ((since && exits(journey, timeline, index)) || ruledOut(journey, person, moment)) {
      return new Result(now.ended(Position.Exit.RULE), List.of());
    }
    if (journey.step(at.step()) instanceof Step.WaitFor wait
        && wait.event().matches(timeline, index)
        && since) {
      return run(journey, now, wait.then(), false, person, moment, arms);
    }
    return new Result(now, List.of());
  }

  private static boolean exits(Journey journey, Timeline timeline, int index) {
    for (Journey.ExitRule rule : journey.exits()) {
      if (rule instanceof Journey.ExitRule.OnEvent(EventPattern event)
          && event.matches(timeline, index)) {
        return true;
      }
    }
    return false;
  }

  /// The goal counts for as long as it was set, also for whoever took all steps before.
  private static boolean reaches(
      Journey.@Nullable Goal goal, Position at, Timeline timeline, int index) {
    if (goal == null
        || at.exit() == Position.Exit.MERGED
        || !goal.event().matches(timeline, index)) {
      return false;
    }
    Instant when = Instant.ofEpochMilli(timeline.timeMs(index));
    return !when.isBefore(at.enteredAt())
        && !when.isAfter(at.enteredAt().plus(goal.within().exact()));
  }

  /// Takes steps until one waits or none is left. Definitions without a wait in a loop are refused,
  /// so this ends.
  ///
  /// @param skips does nothing on the way to the next wait
  private static Result run(
      Journey journey,
      Position from,
      String first,
      boolean skips,
      Person person,
      Moment moment,
      Arms arms) {
    // Between two waits there are mostly one or two.
    var effects = new ArrayList<Effect>(2);
    Position at = from;
    String path = from.path();
    String next = first;
    while (!next.isEmpty()) {
      Step step = journey.step(next);
      if (step == null) {
        throw new IllegalStateException(at.key() + " goes to '" + next + "', which is no step");
      }
      path = Path.with(path, journey.placeOf(step.id()));
      switch (step) {
        case Step.Wait(String id, Period length, String _) -> {
          return new Result(at.at(id, length.after(moment.now(), moment.zone()), path), effects);
        }
        case Step.WaitUntil wait -> {
          return new Result(
              at.at(
                  wait.id(),
                  Journey.following(moment.now(), moment.zone(), wait.time(), wait.days()),
                  path),
              effects);
        }
        case Step.WaitFor wait -> {
          return new Result(
              at.at(wait.id(), wait.atMost().after(moment.now(), moment.zone()), path), effects);
        }
        case Step.WaitBefore wait -> {
          Instant due = due(wait, person, moment);
          if (due != null && due.isAfter(moment.now())) {
            return new Result(at.at(wait.id(), due, path), effects);
          }
          next = wait.otherwise();
        }
        case Step.Branch branch -> {
          next = branch.otherwise();
          for (Journey.Arm arm : branch.arms()) {
            if (arm.condition().test(person, moment)) {
              next = arm.next();
              break;
            }
          }
        }
        case Step.Split split -> next = share(journey, split, at.profile());
        case Step.Send(String _, String template, String after) -> {
          Effect.Withheld withheld =
              at.heldOut()
                  ? Effect.Withheld.HOLD_OUT
                  : skips ? Effect.Withheld.LATE : Effect.Withheld.NO;
          effects.add(new Effect.Send(at.key(step.id()), template, withheld));
          next = after;
        }
        case Step.IssueCoupon(String _, String template, String after) -> {
          if (!at.heldOut() && !skips) {
            String key = at.key(step.id());
            String coupon = CouponCode.of(key);
            effects.add(new Effect.IssueCoupon(key, template, coupon));
            at = at.holding(coupon);
          }
          next = after;
        }
        case Step.Tag(String _, String tag, String after) -> {
          if (!at.heldOut() && !skips) {
            effects.add(new Effect.AddTag(at.key(step.id()), tag));
          }
          next = after;
        }
        case Step.Task(String _, String title, String script, Period within, String after) -> {
          if (!at.heldOut() && !skips) {
            effects.add(
                new Effect.Assign(
                    at.key(step.id()), title, script, within.after(moment.now(), moment.zone())));
          }
          next = after;
        }
        case Step.Points(String _, int points, String why, String after) -> {
          if (!at.heldOut() && !skips) {
            effects.add(new Effect.GivePoints(at.key(step.id()), points, why));
          }
          next = after;
        }
        case Step.Start(String _, String other, String after) -> {
          if (!at.heldOut() && !skips) {
            effects.add(new Effect.Start(at.key(step.id()), other));
          }
          next = after;
        }
        case Step.HandOver(String _, String why, String after) -> {
          if (!at.heldOut() && !skips) {
            effects.add(new Effect.HandOver(at.key(step.id()), why));
          }
          next = after;
        }
        case Step.Tell(String _, String hook, String after) -> {
          if (!at.heldOut() && !skips) {
            effects.add(new Effect.Tell(at.key(step.id()), hook));
          }
          next = after;
        }
        case Step.Adapt adapt -> {
          Journey.AdaptArm arm = adapt.arms().get(Arms.choose(journey, adapt, at.profile(), arms));
          if (!at.heldOut()) {
            effects.add(new Effect.Took(at.key(step.id()), adapt.id(), arm.name()));
          }
          next = arm.next();
        }
        case Step.Exit _ -> next = "";
      }
    }
    return new Result(at.completed(path), effects);
  }

  private static String share(Journey journey, Step.Split split, int profile) {
    double draw = Draw.fraction(journey.name() + "/" + split.id(), profile) * 100;
    int sum = 0;
    for (Journey.Share share : split.shares()) {
      sum += share.percent();
      if (draw < sum) {
        return share.next();
      }
    }
    return split.shares().getLast().next();
  }

  private static @Nullable Instant due(Step.WaitBefore wait, Person person, Moment moment) {
    if (!wait.after()) {
      return before(wait.date(), wait.by(), person, moment);
    }
    Instant date = before(wait.date(), new Period(0, Period.Unit.DAY), person, moment);
    return date == null ? null : wait.by().after(date, moment.zone());
  }

  private static @Nullable Instant before(DateOf date, Period by, Person person, Moment moment) {
    LocalDate today = moment.now().atZone(moment.zone()).toLocalDate();
    ZonedDateTime when =
        switch (date) {
          case DateOf.Fixed(LocalDate fixed) -> fixed.atStartOfDay(moment.zone());
          case DateOf.OfEvent(EventPattern event, String property) -> {
            Timeline timeline = person.timeline();
            @Nullable ZonedDateTime found = null;
            for (int i = timeline.size() - 1; i >= 0 && found == null; i--) {
              if (event.matches(timeline, i)) {
                found = instant(timeline.property(i, property), moment);
              }
            }
            yield found;
          }
          case DateOf.OfTrait(String trait) -> instant(person.trait(trait), moment);
          case DateOf.Anniversary(String trait) -> {
            ZonedDateTime day = instant(person.trait(trait), moment);
            if (day == null) {
              yield null;
            }
            LocalDate next = day.toLocalDate().withYear(today.getYear());
            Instant due = due(next.atStartOfDay(moment.zone()), by);
            yield (due.isAfter(moment.now())
                    ? next
                    : day.toLocalDate().withYear(today.getYear() + 1))
                .atStartOfDay(moment.zone());
          }
        };
    return when == null ? null : due(when, by);
  }

  private static Instant due(ZonedDateTime date, Period by) {
    return by.unit() == Period.Unit.DAY
        ? date.minusDays(by.amount()).toInstant()
        : date.minus(by.exact()).toInstant();
  }

  private static @Nullable ZonedDateTime instant(@Nullable Value value, Moment moment) {
    if (!(value instanceof Value.Text(String text))) {
      return null;
    }
    try {
      ZonedDateTime date =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(moment.zone())
              : OffsetDateTime.parse(text).atZoneSameInstant(moment.zone());
      return date.getYear() < FIRST_YEAR || date.getYear() > LAST_YEAR ? null : date;
    } catch (DateTimeException e) {
      // A sender's broken date is the same as no date: the step's `otherwise` says what then.
      return null;
    }
  }
}
