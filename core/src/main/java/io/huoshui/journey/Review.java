package io.huoshui.journey;

import io.huoshui.audience.Condition;
import io.huoshui.journey.Journey.ExitRule;
import io.huoshui.journey.Journey.Step;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Period;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Looks at a definition as a careful colleague would before it is published: what can not work is
/// refused with its cure, what is odd is said.
public final class Review {
  private Review() {}

  /// @param refuses whether it can not be published so
  /// @param step the step's id; empty when it is about the whole
  /// @param field of the step
  /// @param cure what to do
  public record Finding(
      boolean refuses,
      String code,
      String step,
      String field,
      String value,
      String why,
      String cure) {}

  /// What the brand has that a definition stands on.
  public interface Surroundings {
    /// Whether events of this name were ever sent; null when there is no such event.
    @Nullable Boolean sent(String event);

    /// The placeholders of a template that have no word for who has none; null when there is no
    /// such template.
    @Nullable List<String> unguarded(String template);

    /// Whether a template's text has the coupon in it.
    boolean couponIn(String template);

    /// How many days a coupon of this template holds; null when there is none.
    @Nullable Integer couponDays(String template);

    boolean journey(String name);

    boolean hook(String name);
  }

  /// In the order of the steps, what refuses first.
  public static List<Finding> of(Journey journey, Surroundings around) {
    var found = new ArrayList<Finding>();
    Map<String, Step> byId = new HashMap<>();
    journey.steps().forEach(step -> byId.put(step.id(), step));
    unreachable(journey, byId, found);
    for (Step step : journey.steps()) {
      review(step, around, found);
    }
    expired(journey, byId, around, found);
    if (journey.entry() instanceof Journey.Entry.OfEvent(EventPattern event)) {
      heard(event.event(), "", "entry.event", around, found);
    }
    Journey.Goal goal = journey.goal();
    if (goal != null) {
      heard(goal.event().event(), "", "goal.event", around, found);
    } else if (journey.holdOutShare() > 0
        || journey.steps().stream().anyMatch(Step.Adapt.class::isInstance)) {
      found.add(
          new Finding(
              false,
              "no_goal",
              "",
              "goal",
              "nothing",
              "A hold-out, or a split that learns, is compared by a goal.",
              "Say what counts as success: goal: {event: order_paid, within: 30d}."));
    }
    autopilot(journey, found);
    for (ExitRule rule : journey.exits()) {
      if (rule instanceof ExitRule.OnEvent(EventPattern event)) {
        heard(event.event(), "", "exits", around, found);
      } else if (rule instanceof ExitRule.When(Condition when)) {
        heard(when, "", "exits", around, found);
      }
    }
    var ordered = new ArrayList<Finding>();
    found.stream().filter(Finding::refuses).forEach(ordered::add);
    found.stream().filter(one -> !one.refuses()).forEach(ordered::add);
    return List.copyOf(ordered);
  }

  /// What it stands on: whom to let in, against whom to compare, by what, and each of them once.
  private static void autopilot(Journey journey, List<Finding> found) {
    if (journey.autopilot() == null) {
      return;
    }
    if (!(journey.entry() instanceof Journey.Entry.OfAudience)) {
      refuse(
          found,
          "autopilot_entry",
          "entry",
          journey.entry().getClass().getSimpleName(),
          "Cohorts are drawn from an audience.",
          "Let an audience enter: entry: {audience: name}.");
    }
    if (journey.holdOutShare() == 0) {
      refuse(
          found,
          "autopilot_hold_out",
          "holdOut",
          "0",
          "Without a hold-out nobody knows what the journey brings in.",
          "Hold some out: holdOut: 20.");
    }
    if (journey.goal() == null) {
      refuse(
          found,
          "autopilot_goal",
          "goal",
          "nothing",
          "Revenue is counted within the goal's time.",
          "Say for how long: goal: {event: order_paid, within: 14d}.");
    }
    double heldOut = journey.autopilot().first() * journey.holdOutShare();
    if (heldOut > 0 && Math.min(heldOut, journey.autopilot().first() - heldOut) < 50) {
      found.add(
          new Finding(
              false,
              "autopilot_small",
              "",
              "autopilot.first",
              String.valueOf(journey.autopilot().first()),
              "Of the first cohort "
                  + Math.round(heldOut)
                  + " are held out: under 30 in an arm say nothing, and few say little.",
              "Let more enter first, or hold more out; a few hundred in each arm are a"
                  + " beginning."));
    }
    if (!(journey.reentry() instanceof Journey.Reentry.Once)) {
      refuse(
          found,
          "autopilot_reentry",
          "reentry",
          journey.reentry().getClass().getSimpleName(),
          "A person belongs to one cohort.",
          "Let people enter once: reentry: once.");
    }
  }

  private static void refuse(
      List<Finding> found, String code, String field, String value, String why, String cure) {
    found.add(new Finding(true, code, "", field, value, why, cure));
  }

  private static void unreachable(Journey journey, Map<String, Step> byId, List<Finding> found) {
    var seen = new HashSet<String>();
    var open = new ArrayDeque<>(List.of(journey.steps().getFirst().id()));
    while (!open.isEmpty()) {
      Step step = byId.get(open.remove());
      if (step != null && seen.add(step.id())) {
        open.addAll(Journey.nexts(step));
      }
    }
    for (Step step : journey.steps()) {
      if (!seen.contains(step.id())) {
        found.add(
            new Finding(
                true,
                "unreachable_step",
                step.id(),
                "id",
                step.id(),
                "Nothing leads to it, so nobody ever comes there.",
                "Let a step go on to it (next: " + step.id() + "), or leave it out."));
      }
    }
  }

  private static void review(Step step, Surroundings around, List<Finding> found) {
    switch (step) {
      case Step.WaitFor wait ->
          heard(wait.event().event(), step.id(), "waitFor.event", around, found);
      case Step.WaitBefore wait -> {
        if (wait.date() instanceof Journey.DateOf.OfEvent(EventPattern event, String _)) {
          heard(event.event(), step.id(), "waitBefore.event", around, found);
        }
      }
      case Step.Branch branch ->
          branch
              .arms()
              .forEach(arm -> heard(arm.condition(), step.id(), "branch.if", around, found));
      case Step.Send send -> {
        List<String> unguarded = around.unguarded(send.template());
        if (unguarded != null && !unguarded.isEmpty()) {
          found.add(
              new Finding(
                  true,
                  "no_fallback",
                  step.id(),
                  "send",
                  String.join(", ", unguarded),
                  "Template '" + send.template() + "' has no word for who has none of these.",
                  "Give each a word: {" + unguarded.getFirst() + "|亲}."));
        }
      }
      case Step.Start start -> {
        if (!around.journey(start.journey())) {
          found.add(
              new Finding(
                  true,
                  "unknown_journey",
                  step.id(),
                  "start",
                  start.journey(),
                  "There is no such journey.",
                  "Publish it first, or correct the name."));
        }
      }
      case Step.Tell tell -> {
        if (!around.hook(tell.hook())) {
          found.add(
              new Finding(
                  true,
                  "unknown_hook",
                  step.id(),
                  "tell",
                  tell.hook(),
                  "There is no such hook.",
                  "Set it up first (POST /api/v1/hooks), or correct the name."));
        }
      }
      case Step.Wait _, Step.WaitUntil _, Step.Split _, Step.Adapt _, Step.Exit _ -> {}
      case Step.IssueCoupon _, Step.Tag _, Step.Task _, Step.Points _, Step.HandOver _ -> {}
    }
  }

  private static void heard(
      Condition rule, String step, String field, Surroundings around, List<Finding> found) {
    for (String event : new TreeSet<>(rule.listensTo())) {
      if (!event.equals("*") && !event.equals(Condition.JOURNEYS)) {
        heard(event, step, field, around, found);
      }
    }
  }

  private static void heard(
      String event, String step, String field, Surroundings around, List<Finding> found) {
    Boolean sent = around.sent(event);
    if (sent == null) {
      found.add(
          new Finding(
              true,
              "unknown_event",
              step,
              field,
              event,
              "There is no such event.",
              "Correct the name, or add it under /api/v1/event-types."));
    } else if (!sent && !CAUSED.contains(event)) {
      found.add(
          new Finding(
              false,
              "nobody_sends",
              step,
              field,
              event,
              "Nobody ever sent such an event, so nobody would be seen by it.",
              "Connect a source that sends it, or use one that is sent."));
    }
  }

  /// Events that journeys and channels cause themselves.
  private static final Set<String> CAUSED =
      Set.of(
          "coupon_issued",
          "coupon_redeemed",
          "coupon_expired",
          "message_delivered",
          "message_failed",
          "message_replied",
          "link_clicked",
          "tag_added",
          "tag_removed",
          "points_earned",
          "task_assigned",
          "task_done",
          "handed_over");

  /// A coupon that holds for fewer days than people wait before they are told its code.
  private static void expired(
      Journey journey, Map<String, Step> byId, Surroundings around, List<Finding> found) {
    for (Step step : journey.steps()) {
      if (!(step instanceof Step.IssueCoupon coupon)) {
        continue;
      }
      Integer days = around.couponDays(coupon.template());
      if (days == null) {
        continue;
      }
      // The shortest wait to each step after it.
      Map<String, Duration> shortest = new HashMap<>();
      shortest.put(coupon.next(), Duration.ZERO);
      var open = new ArrayDeque<>(List.of(coupon.next()));
      while (!open.isEmpty()) {
        String id = open.remove();
        Step at = byId.get(id);
        Duration so = shortest.get(id);
        if (at == null || so == null) {
          continue;
        }
        if (at instanceof Step.Send send
            && around.couponIn(send.template())
            && so.compareTo(Duration.ofDays(days)) >= 0) {
          found.add(
              new Finding(
                  true,
                  "coupon_ends_first",
                  send.id(),
                  "send",
                  coupon.template(),
                  "Its coupon holds "
                      + days
                      + " days, and is issued "
                      + so.toDays()
                      + " days before this message at the earliest.",
                  "Issue it later, or let it hold longer."));
          continue;
        }
        Duration after = so.plus(atLeast(at));
        for (String next : Journey.nexts(at)) {
          Duration known = shortest.get(next);
          if (known == null || after.compareTo(known) < 0) {
            shortest.put(next, after);
            open.add(next);
          }
        }
      }
    }
  }

  private static Duration atLeast(Step step) {
    return step instanceof Step.Wait(String _, Period length, String _)
        ? length.exact()
        : Duration.ZERO;
  }
}
