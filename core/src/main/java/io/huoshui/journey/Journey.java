package io.huoshui.journey;

import io.huoshui.audience.Condition;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Period;
import java.time.LocalDate;
import java.time.LocalTime;
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
/// @param lateness by the id of a wait, what it does when its end was missed; [Lateness.Run] where
///   nothing is said
public record Journey(
    String name,
    int version,
    String title,
    Entry entry,
    Reentry reentry,
    double holdOutShare,
    @Nullable Goal goal,
    List<Step> steps,
    Map<String, Lateness> lateness) {

  public Journey(
      String name,
      int version,
      String title,
      Entry entry,
      Reentry reentry,
      double holdOutShare,
      @Nullable Goal goal,
      List<Step> steps) {
    this(name, version, title, entry, reentry, holdOutShare, goal, steps, Map.of());
  }

  /// Who enters.
  public sealed interface Entry {
    /// Everybody in a frozen audience, when the journey is launched on it.
    record OfAudience(String audience) implements Entry {}

    /// Whoever comes to satisfy a segment.
    record OfSegment(String segment) implements Entry {}

    /// Whoever does something.
    record OfEvent(EventPattern event) implements Entry {}
  }

  /// Whether a person may enter again.
  public sealed interface Reentry {
    record Once() implements Reentry {}

    /// Once per value of a property of the entering event: per order, per coupon.
    record PerKey(String property) implements Reentry {}

    /// Again after this long since the last entry, once that one is over.
    record After(Period pause) implements Reentry {}
  }

  /// @param exits whether reaching it ends the journey for the person
  public record Goal(EventPattern event, Period within, boolean exits) {}

  /// One thing to do. `next` is the id of the step after; empty ends the journey.
  public sealed interface Step {
    String id();

    record Wait(String id, Period length, String next) implements Step {}

    /// Until the brand's clock shows this time: today, or tomorrow when it is past.
    record WaitUntil(String id, LocalTime time, String next) implements Step {}

    record WaitFor(String id, EventPattern event, Period atMost, String then, String otherwise)
        implements Step {}

    /// Until `by` before a date; a date that is past, or not known, goes on at once by `otherwise`.
    record WaitBefore(String id, DateOf date, Period by, String next, String otherwise)
        implements Step {}

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

    record Exit(String id) implements Step {}
  }

  /// The first arm whose condition holds is taken.
  public record Arm(Condition condition, String next) {}

  public record Share(String name, int percent, String next) {}

  /// Where a date comes from.
  public sealed interface DateOf {
    record Fixed(LocalDate date) implements DateOf {}

    /// A property (RFC 3339 instant or date) of the person's latest such event: a coupon's
    /// `expires`.
    record OfEvent(EventPattern event, String property) implements DateOf {}

    /// The next return of a day in a trait: a birthday.
    record Anniversary(String trait) implements DateOf {}
  }

  public Journey {
    steps = List.copyOf(steps);
    lateness = Map.copyOf(lateness);
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
      case Step.Branch _, Step.Split _, Step.Send _, Step.IssueCoupon _, Step.Tag _, Step.Exit _ ->
          nexts(step);
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
      case Step.Exit _ -> List.of();
    };
  }

  /// The segments that its branches ask.
  public Set<String> asksSegments() {
    var asked = new TreeSet<String>();
    for (Step step : steps) {
      if (step instanceof Step.Branch branch) {
        branch.arms().forEach(arm -> asked.addAll(arm.condition().segments()));
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
