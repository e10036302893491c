package io.huoshui.audience;

import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A rule about one person, true or false at any [Moment].
public sealed interface Condition {
  /// A trait compares: `has city = "上海"`.
  record HasTrait(String trait, Operator operator, Value value) implements Condition {}

  /// The person carries a tag now.
  record HasTag(String tag) implements Condition {}

  /// The person's last word on a channel was yes.
  record HasConsent(String channel) implements Condition {}

  /// The person is known under an identifier of this kind.
  record HasIdentifier(IdentifierKind kind) implements Condition {}

  record InLifecycle(Lifecycle state) implements Condition {}

  /// Events that match, in the window, as often as said.
  record Did(EventPattern event, Times times, Window window) implements Condition {}

  /// Not one event that matches, in the window.
  record DidNot(EventPattern event, Window window) implements Condition {}

  /// A number folded from the matching events compares. Nothing to fold compares as false.
  record Measured(Fold fold, EventPattern event, Window window, Operator operator, double value)
      implements Condition {
    public Measured {
      if (!fold.kind().numeric()) {
        throw new IllegalArgumentException(fold.kind().wire() + " is not a number to compare");
      }
    }
  }

  /// The steps one after the other, each at most `within` after the one before, the first in the
  /// window.
  record Sequence(List<EventPattern> steps, Period within, Window window) implements Condition {
    public Sequence {
      steps = List.copyOf(steps);
      if (steps.size() < 2) {
        throw new IllegalArgumentException("A sequence has at least two steps");
      }
    }
  }

  record InAudience(String audience) implements Condition {}

  record All(List<Condition> parts) implements Condition {
    public All {
      parts = List.copyOf(parts);
    }
  }

  record Any(List<Condition> parts) implements Condition {
    public Any {
      parts = List.copyOf(parts);
    }
  }

  record Not(Condition part) implements Condition {}

  /// How often.
  record Times(Bound bound, int count) {
    public enum Bound {
      AT_LEAST,
      AT_MOST,
      EXACTLY
    }

    public Times {
      if (count < 0 || (count == 0 && bound != Bound.EXACTLY)) {
        throw new IllegalArgumentException(
            "'" + bound + " " + count + " times' is always true or never");
      }
    }

    public static Times atLeast(int count) {
      return new Times(Bound.AT_LEAST, count);
    }

    /// Whether this many are as many as said.
    public boolean holds(int actual) {
      return switch (bound) {
        case AT_LEAST -> actual >= count;
        case AT_MOST -> actual <= count;
        case EXACTLY -> actual == count;
      };
    }
  }

  /// Whether the person satisfies the rule at this moment. This is the meaning of a rule; every
  /// faster way of answering has to agree with it.
  default boolean test(Person person, Moment moment) {
    return switch (this) {
      case HasTrait(String trait, Operator operator, Value value) ->
          operator.test(person.trait(trait), value);
      case HasTag(String tag) -> person.tagged(tag);
      case HasConsent(String channel) -> person.consent(channel) == Person.Consent.GIVEN;
      case HasIdentifier(IdentifierKind kind) -> person.has(kind);
      case InLifecycle(Lifecycle state) ->
          Lifecycle.of(
                  person.timeline(),
                  moment.now().toEpochMilli(),
                  moment.calendar(),
                  moment.lifecycle())
              == state;
      case Did(EventPattern event, Times times, Window window) ->
          times.holds(count(event, person.timeline(), moment.span(window), times.count() + 1));
      case DidNot(EventPattern event, Window window) ->
          count(event, person.timeline(), moment.span(window), 1) == 0;
      case Measured(
              Fold fold,
              EventPattern event,
              Window window,
              Operator operator,
              double value) -> {
        @Nullable Value folded = fold.over(event, person.timeline(), moment.span(window));
        yield folded != null && operator.test(folded, Value.of(value));
      }
      case Sequence(List<EventPattern> steps, Period within, Window window) ->
          follows(steps, within.exact().toMillis(), person.timeline(), moment.span(window));
      case InAudience(String audience) -> person.inAudience(audience);
      case All(List<Condition> parts) -> {
        for (int i = 0; i < parts.size(); i++) {
          if (!parts.get(i).test(person, moment)) {
            yield false;
          }
        }
        yield true;
      }
      case Any(List<Condition> parts) -> {
        for (int i = 0; i < parts.size(); i++) {
          if (parts.get(i).test(person, moment)) {
            yield true;
          }
        }
        yield false;
      }
      case Not(Condition part) -> !part.test(person, moment);
    };
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

  /// Step k ends at the latest reachable time: keeping, for each step, the latest time at which it
  /// was completed decides existence, because a later completion leaves later events only closer.
  private static boolean follows(
      List<EventPattern> steps, long withinMs, Timeline timeline, Window.Span span) {
    long[] reachedMs = new long[steps.size()];
    java.util.Arrays.fill(reachedMs, Long.MIN_VALUE);
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

  /// Through which events time alone can change the answer.
  default List<Turning.Watch> watches() {
    var watches = new ArrayList<Turning.Watch>();
    collectWatches(this, watches);
    return List.copyOf(watches);
  }

  private static void collectWatches(Condition condition, List<Turning.Watch> watches) {
    switch (condition) {
      case HasTrait _, HasTag _, HasConsent _, HasIdentifier _, InAudience _ -> {}
      case InLifecycle _ ->
          watches.add(
              new Turning.Watch(
                  EventPattern.of("order_paid"), Lifecycle.edges(Lifecycle.Bounds.STANDARD)));
      case Did did -> watches.add(new Turning.Watch(did.event(), did.window().edges()));
      case DidNot did -> watches.add(new Turning.Watch(did.event(), did.window().edges()));
      case Measured measured ->
          watches.add(new Turning.Watch(measured.event(), measured.window().edges()));
      case Sequence sequence ->
          sequence
              .steps()
              .forEach(step -> watches.add(new Turning.Watch(step, sequence.window().edges())));
      case All(List<Condition> parts) -> parts.forEach(part -> collectWatches(part, watches));
      case Any(List<Condition> parts) -> parts.forEach(part -> collectWatches(part, watches));
      case Not(Condition part) -> collectWatches(part, watches);
    }
  }

  /// The event names whose arrival can change the answer.
  default Set<String> listensTo() {
    var names = new TreeSet<String>();
    collectNames(this, names);
    return names;
  }

  private static void collectNames(Condition condition, Set<String> names) {
    switch (condition) {
      case HasTrait _ -> names.add("profile_updated");
      case HasTag _ -> names.addAll(List.of("tag_added", "tag_removed"));
      case HasConsent _ -> names.addAll(List.of("consent_given", "consent_withdrawn"));
      // Any event can bring an identifier; a merge can too, and re-evaluates everything.
      case HasIdentifier _ -> names.add("*");
      case InLifecycle _ -> names.add("order_paid");
      case Did did -> names.add(did.event().event());
      case DidNot did -> names.add(did.event().event());
      case Measured measured -> names.add(measured.event().event());
      case Sequence sequence -> sequence.steps().forEach(step -> names.add(step.event()));
      case InAudience _ -> {}
      case All(List<Condition> parts) -> parts.forEach(part -> collectNames(part, names));
      case Any(List<Condition> parts) -> parts.forEach(part -> collectNames(part, names));
      case Not(Condition part) -> collectNames(part, names);
    }
  }

  /// The audiences whose freezing can change the answer.
  default Set<String> audiences() {
    return switch (this) {
      case InAudience(String audience) -> Set.of(audience);
      case HasTrait _, HasTag _, HasConsent _, HasIdentifier _, InLifecycle _ -> Set.of();
      case Did _, DidNot _, Measured _, Sequence _ -> Set.of();
      case All(List<Condition> parts) -> audiences(parts);
      case Any(List<Condition> parts) -> audiences(parts);
      case Not(Condition part) -> part.audiences();
    };
  }

  private static Set<String> audiences(List<Condition> parts) {
    var names = new TreeSet<String>();
    parts.forEach(part -> names.addAll(part.audiences()));
    return names;
  }
}
