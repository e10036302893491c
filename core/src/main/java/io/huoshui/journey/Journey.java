package io.huoshui.journey;

import io.huoshui.audience.Condition;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A plan for each person who enters. Immutable; a change is a new version, and whoever is under
/// way keeps the old one.
///
/// @param holdOutShare of the people who enter, how many get nothing and are measured: 0 to 0.5
/// @param goal what counts as success, within [Goal#within] of entering
/// @param exits what ends the journey for a person at any step
/// @param priority among messages that compete for a person; the higher goes first, 0 to 100
/// @param lateness by the id of a wait, what it does when its end was missed; [Lateness.Run] where
///   nothing is said
/// @param autopilot how its audience is let in by cohorts; null when all enter at once
public record Journey(
    String name,
    int version,
    String title,
    Entry entry,
    Reentry reentry,
    double holdOutShare,
    @Nullable Goal goal,
    List<Step> steps,
    Map<String, Lateness> lateness,
    List<ExitRule> exits,
    int priority,
    @Nullable Autopilot autopilot) {
  public static final int MOST_STEPS = 1_000;
  public static final int HIGHEST_PRIORITY = 100;

  public Journey(
      String name,
      int version,
      String title,
      Entry entry,
      Reentry reentry,
      double holdOutShare,
      @Nullable Goal goal,
      List<Step> steps) {
    this(
        name,
        version,
        title,
        entry,
        reentry,
        holdOutShare,
        goal,
        steps,
        Map.of(),
        List.of(),
        0,
        null);
  }

  /// Who enters.
  public sealed interface Entry {
    /// Everybody in a frozen audience, when the journey is launched on it.
    record OfAudience(String audience) implements Entry {}

    /// Whoever comes to satisfy a segment.
    record OfSegment(String segment) implements Entry {}

    /// Whoever satisfies a segment no more.
    record OfLeaving(String segment) implements Entry {}

    /// Whoever does something.
    record OfEvent(EventPattern event) implements Entry {}

    /// Whoever another system names, by `POST /api/v1/journeys/{name}/enter`.
    record OfCall() implements Entry {}

    /// Everybody in a segment, each time the brand's clock shows this.
    ///
    /// @param days the days of the week; every day when there are none
    record OnSchedule(String segment, LocalTime time, Set<DayOfWeek> days) implements Entry {
      public OnSchedule {
        days = Set.copyOf(days);
      }

      /// The next instant after another at which everybody enters.
      public Instant next(Instant after, ZoneId zone) {
        return following(after, zone, time, days);
      }
    }
  }

  /// Whether a person may enter again.
  public sealed interface Reentry {
    record Once() implements Reentry {}

    /// Once per value of a property of the entering event: per order, per coupon.
    record PerKey(String property) implements Reentry {}

    /// Again after this long since the last entry, once that one is over.
    record After(Period pause) implements Reentry {}
  }

  /// What ends the journey for a person wherever they are in it.
  public sealed interface ExitRule {
    /// Something happens after they entered.
    record OnEvent(EventPattern event) implements ExitRule {}

    /// A rule holds of them. It is asked with each of their events, and whenever a wait ends.
    record When(Condition rule) implements ExitRule {}
  }

  /// @param exits whether reaching it ends the journey for the person
  public record Goal(EventPattern event, Period within, boolean exits) {}

  /// One thing to do. `next` is the id of the step after; empty ends the journey.
  public sealed interface Step {
    String id();

    /// The ids of the steps it may go on to; empty ones end the journey.
    default List<String> nexts() {
      return Journey.nexts(this);
    }

    record Wait(String id, Period length, String next) implements Step {}

    /// Until the brand's clock shows this time: today, or another day when it is past.
    ///
    /// @param days the days of the week it may be; any when there are none
    record WaitUntil(String id, LocalTime time, Set<DayOfWeek> days, String next) implements Step {
      public WaitUntil {
        days = Set.copyOf(days);
      }

      public WaitUntil(String id, LocalTime time, String next) {
        this(id, time, Set.of(), next);
      }
    }

    record WaitFor(String id, EventPattern event, Period atMost, String then, String otherwise)
        implements Step {}

    /// Until `by` before a date; a date that is past, or not known, goes on at once by `otherwise`.
    ///
    /// @param after whether it is `by` after the date instead
    record WaitBefore(
        String id, DateOf date, Period by, boolean after, String next, String otherwise)
        implements Step {
      public WaitBefore(String id, DateOf date, Period by, String next, String otherwise) {
        this(id, date, by, false, next, otherwise);
      }
    }

    record Branch(String id, List<Arm> arms, String otherwise) implements Step {
      public Branch {
        arms = List.copyOf(arms);
      }
    }

    record Split(String id, List<Share> shares) implements Step {
      public Split {
        shares = List.copyOf(shares);
        int sum = shares.stream().mapToInt(Share::percent).sum();
        if (sum != 100) {
          throw new IllegalArgumentException(
              "Split '" + id + "' gives out " + sum + " %, not 100 %");
        }
      }
    }

    record Send(String id, String template, String next) implements Step {}

    record IssueCoupon(String id, String template, String next) implements Step {}

    record Tag(String id, String tag, String next) implements Step {}

    /// Something for the person's guide to do.
    ///
    /// @param title what
    /// @param script what to say, with the placeholders of templates; may be empty
    /// @param within how long the guide has
    record Task(String id, String title, String script, Period within, String next)
        implements Step {}

    /// @param points more than nothing
    record Points(String id, int points, String why, String next) implements Step {
      public Points {
        if (points <= 0) {
          throw new IllegalArgumentException(
              "Step '" + id + "' gives " + points + " points, and has to give some");
        }
      }
    }

    /// The person enters another journey, its newest version; nobody waits for it.
    record Start(String id, String journey, String next) implements Step {}

    /// The person is handed from the virtual advisor to a human guide, with what they did so far.
    record HandOver(String id, String why, String next) implements Step {}

    /// Another system is told, by the hook of this name.
    record Tell(String id, String hook, String next) implements Step {}

    /// As a split, but the arm that reaches the goal more often gets more of the people: by
    /// Thompson sampling over who entered each arm and who reached the goal.
    ///
    /// @param floorPercent the least share of each arm, so that none is given up for good
    record Adapt(String id, List<AdaptArm> arms, int floorPercent) implements Step {
      public Adapt {
        arms = List.copyOf(arms);
        if (arms.size() < 2 || floorPercent < 1 || floorPercent * arms.size() > 100) {
          throw new IllegalArgumentException(
              "Step '"
                  + id
                  + "' has "
                  + arms.size()
                  + " arms of at least "
                  + floorPercent
                  + " % each; two arms or more, 1 % or more each, and 100 % together at most");
        }
        if (arms.stream().map(AdaptArm::next).filter(next -> !next.isEmpty()).distinct().count()
            != arms.size()) {
          throw new IllegalArgumentException(
              "Step '"
                  + id
                  + "': each arm leads to a step of its own, by which it is told who took it");
        }
      }
    }

    record Exit(String id) implements Step {}
  }

  public record AdaptArm(String name, String next) {}

  /// The first arm whose condition holds is taken.
  public record Arm(Condition condition, String next) {}

  public record Share(String name, int percent, String next) {}

  /// Where a date comes from.
  public sealed interface DateOf {
    record Fixed(LocalDate date) implements DateOf {}

    /// A property (RFC 3339 instant or date) of the person's latest such event: a coupon's
    /// `expires`.
    record OfEvent(EventPattern event, String property) implements DateOf {}

    /// A date in a trait, as it is.
    record OfTrait(String trait) implements DateOf {}

    /// The next return of a day in a trait: a birthday.
    record Anniversary(String trait) implements DateOf {}
  }

  public Journey {
    steps = List.copyOf(steps);
    lateness = Map.copyOf(lateness);
    exits = List.copyOf(exits);
    if (priority < 0 || priority > HIGHEST_PRIORITY) {
      throw new IllegalArgumentException(
          "Journey '" + name + "': a priority of " + priority + " is not between 0 and 100");
    }
    if (!name.matches("[a-z][a-z0-9_]{0,63}")) {
      throw new IllegalArgumentException(
          "'" + name + "' is no journey name. Allowed: a small letter, then letters, digits, '_'.");
    }
    if (holdOutShare < 0 || holdOutShare > 0.5) {
      throw new IllegalArgumentException(
          "Journey '" + name + "': a hold-out of " + holdOutShare + " is not between 0 and 0.5");
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("Journey '" + name + "' has no steps");
    }
    if (steps.size() > MOST_STEPS) {
      throw new IllegalArgumentException(
          "Journey '" + name + "' has " + steps.size() + " steps, at most " + MOST_STEPS);
    }
    Set<String> ids = new HashSet<>();
    for (Step step : steps) {
      if (!ids.add(step.id())) {
        throw new IllegalArgumentException(
            "Journey '" + name + "' has two steps '" + step.id() + "'");
      }
    }
    for (Step step : steps) {
      for (String next : nexts(step)) {
        if (!next.isEmpty() && !ids.contains(next)) {
          throw new IllegalArgumentException(
              "Journey '"
                  + name
                  + "', step '"
                  + step.id()
                  + "' goes to '"
                  + next
                  + "'. Known: "
                  + ids.stream().sorted().toList());
        }
      }
    }
    refuseEndlessLoops(name, steps);
  }

  /// The next instant after another at which clocks show a time, on one of some days.
  static Instant following(Instant after, ZoneId zone, LocalTime time, Set<DayOfWeek> days) {
    ZonedDateTime local = after.atZone(zone);
    ZonedDateTime found = local.toLocalDate().atTime(time).atZone(zone);
    while (!found.isAfter(local)
        || !(days.isEmpty() || days.contains(found.toLocalDate().getDayOfWeek()))) {
      found = found.toLocalDate().plusDays(1).atTime(time).atZone(zone);
    }
    return found.toInstant();
  }

  /// A loop in which nobody waits, or for no time, would never end.
  private static void refuseEndlessLoops(String name, List<Step> steps) {
    Map<String, Step> byId = new HashMap<>();
    steps.forEach(step -> byId.put(step.id(), step));
    for (Step start : steps) {
      var seen = new HashSet<String>();
      var open = new java.util.ArrayDeque<>(instantNexts(start));
      while (!open.isEmpty()) {
        String id = open.remove();
        Step step = byId.get(id);
        if (step == null || !seen.add(id)) {
          continue;
        }
        if (id.equals(start.id())) {
          throw new IllegalArgumentException(
              "Journey '"
                  + name
                  + "' loops through '"
                  + id
                  + "' without a wait. Put a wait into the loop.");
        }
        open.addAll(instantNexts(step));
      }
    }
  }

  private static List<String> instantNexts(Step step) {
    return switch (step) {
      case Step.Wait wait -> wait.length().amount() == 0 ? nexts(step) : List.of();
      case Step.WaitFor wait -> wait.atMost().amount() == 0 ? nexts(step) : List.of();
      case Step.WaitUntil _ -> List.of();
      // A date that is past goes on at once.
      case Step.WaitBefore wait -> List.of(wait.otherwise());
      case Step.Branch _, Step.Split _, Step.Adapt _, Step.Exit _ -> nexts(step);
      case Step.Send _, Step.IssueCoupon _, Step.Tag _, Step.Task _ -> nexts(step);
      case Step.Points _, Step.Start _, Step.HandOver _, Step.Tell _ -> nexts(step);
    };
  }

  static List<String> nexts(Step step) {
    return switch (step) {
      case Step.Wait wait -> List.of(wait.next());
      case Step.WaitUntil wait -> List.of(wait.next());
      case Step.WaitFor wait -> List.of(wait.then(), wait.otherwise());
      case Step.WaitBefore wait -> List.of(wait.next(), wait.otherwise());
      case Step.Branch branch -> {
        var nexts = new java.util.ArrayList<>(branch.arms().stream().map(Arm::next).toList());
        nexts.add(branch.otherwise());
        yield nexts;
      }
      case Step.Split split -> split.shares().stream().map(Share::next).toList();
      case Step.Send send -> List.of(send.next());
      case Step.IssueCoupon coupon -> List.of(coupon.next());
      case Step.Tag tag -> List.of(tag.next());
      case Step.Task task -> List.of(task.next());
      case Step.Points points -> List.of(points.next());
      case Step.Start start -> List.of(start.next());
      case Step.HandOver over -> List.of(over.next());
      case Step.Tell tell -> List.of(tell.next());
      case Step.Adapt adapt -> adapt.arms().stream().map(AdaptArm::next).toList();
      case Step.Exit _ -> List.of();
    };
  }

  /// The segment by which people enter; empty when they enter otherwise.
  public String entrySegment() {
    return switch (entry) {
      case Entry.OfSegment(String segment) -> segment;
      case Entry.OfLeaving(String segment) -> segment;
      case Entry.OnSchedule(String segment, LocalTime _, Set<DayOfWeek> _) -> segment;
      case Entry.OfAudience _, Entry.OfEvent _, Entry.OfCall _ -> "";
    };
  }

  /// How its audience is let in by itself; null when it is not, or what that needs is missing
  /// (which [Review] says): an audience, a hold-out, a goal, and that people enter once.
  public @Nullable Autopilot pilot() {
    return entry instanceof Entry.OfAudience
            && holdOutShare > 0
            && goal != null
            && reentry instanceof Reentry.Once
        ? autopilot
        : null;
  }

  /// Where a step stands, -1 when there is none.
  int placeOf(String id) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).id().equals(id)) {
        return i;
      }
    }
    return -1;
  }

  /// Whether a step is one that people stand in.
  public static boolean waits(Step step) {
    return switch (step) {
      case Step.Wait _, Step.WaitUntil _, Step.WaitFor _, Step.WaitBefore _ -> true;
      case Step.Branch _, Step.Split _, Step.Adapt _, Step.Exit _ -> false;
      case Step.Send _, Step.IssueCoupon _, Step.Tag _, Step.Task _ -> false;
      case Step.Points _, Step.Start _, Step.HandOver _, Step.Tell _ -> false;
    };
  }

  /// The segments that its branches and exit rules ask.
  public Set<String> asksSegments() {
    var asked = new TreeSet<String>();
    for (Step step : steps) {
      if (step instanceof Step.Branch branch) {
        branch.arms().forEach(arm -> asked.addAll(arm.condition().segments()));
      }
    }
    for (ExitRule rule : exits) {
      if (rule instanceof ExitRule.When(Condition when)) {
        asked.addAll(when.segments());
      }
    }
    return asked;
  }

  public Lateness lateness(String wait) {
    return lateness.getOrDefault(wait, new Lateness.Run());
  }

  public @Nullable Step step(String id) {
    for (Step step : steps) {
      if (step.id().equals(id)) {
        return step;
      }
    }
    return null;
  }
}
