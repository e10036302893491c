package io.huoshui.audience;

import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import java.util.List;
import java.util.Set;

/// What can change the answer of one condition; its parts are asked by themselves.
final class Dependencies {
  private static final int HOURS = 24;

  private Dependencies() {}

  static void watches(Condition condition, List<Turning.Watch> watches) {
    switch (condition) {
      case Condition.HasTag tag -> {
        if (!(tag.window() instanceof Window.Ever)) {
          watches.add(
              new Turning.Ages(
                  EventPattern.of(
                      "tag_added",
                      new EventPattern.Where("tag", Operator.EQUAL, Value.of(tag.tag()))),
                  tag.window().edges()));
        }
      }
      case Condition.InLifecycle _ ->
          watches.add(
              new Turning.Ages(
                  EventPattern.of("order_paid"), Lifecycle.edges(Lifecycle.Bounds.STANDARD)));
      case Condition.InRfm _ ->
          watches.add(new Turning.Ages(EventPattern.of("order_paid"), Rfm.Rules.STANDARD.edges()));
      case Condition.DateIn date -> watches.add(new Turning.Day(date));
      case Condition.Did did -> watches.add(new Turning.Ages(did.event(), did.window().edges()));
      case Condition.DidNot did -> watches.add(new Turning.Ages(did.event(), did.window().edges()));
      case Condition.Edge edge ->
          watches.add(new Turning.Ages(edge.event(), edge.window().edges()));
      case Condition.EdgeValue edge ->
          watches.add(new Turning.Ages(edge.event(), edge.window().edges()));
      case Condition.Measured measured ->
          watches.add(new Turning.Ages(measured.event(), measured.window().edges()));
      case Condition.Top top -> watches.add(new Turning.Ages(top.event(), top.window().edges()));
      case Condition.Sequence sequence ->
          sequence
              .steps()
              .forEach(step -> watches.add(new Turning.Ages(step, sequence.window().edges())));
      case Condition.Unfollowed unfollowed -> {
        watches.add(new Turning.Ages(unfollowed.event(), unfollowed.window().edges()));
        watches.add(new Turning.Ages(unfollowed.event(), List.of(exactly(unfollowed.within()))));
      }
      case Condition.HasTrait _, Condition.HasConsent _, Condition.Reachable _ -> {}
      case Condition.HasIdentifier _, Condition.InGroup _, Condition.OnJourney _ -> {}
      case Condition.Near _, Condition.Share _ -> {}
      case Condition.InSegment _, Condition.InAudience _ -> {}
      case Condition.All _, Condition.Any _, Condition.Not _ -> {}
    }
  }

  /// The period in hours or minutes, which are exact where days are the calendar's.
  private static Period exactly(Period period) {
    return period.unit() == Period.Unit.DAY
        ? new Period(period.amount() * HOURS, Period.Unit.HOUR)
        : period;
  }

  static void names(Condition condition, Set<String> names) {
    switch (condition) {
      case Condition.HasTrait _, Condition.DateIn _ -> names.add("profile_updated");
      case Condition.HasTag _ -> names.addAll(List.of("tag_added", "tag_removed"));
      case Condition.HasConsent _ -> names.addAll(List.of("consent_given", "consent_withdrawn"));
      case Condition.Reachable(ChannelKind _) -> names.add("*");
      // Any event can bring an identifier; a merge can too, and re-evaluates everything.
      case Condition.HasIdentifier _ -> names.add("*");
      case Condition.InLifecycle _, Condition.InRfm _ -> names.add("order_paid");
      case Condition.Did did -> names.add(did.event().event());
      case Condition.DidNot did -> names.add(did.event().event());
      case Condition.Edge edge -> names.add(edge.event().event());
      case Condition.EdgeValue edge -> names.add(edge.event().event());
      case Condition.Measured measured -> names.add(measured.event().event());
      case Condition.Top top -> names.add(top.event().event());
      case Condition.Sequence sequence -> sequence.steps().forEach(step -> names.add(step.event()));
      case Condition.Unfollowed unfollowed ->
          names.addAll(List.of(unfollowed.event().event(), unfollowed.next().event()));
      case Condition.InGroup _ -> names.addAll(List.of("group_joined", "group_left"));
      case Condition.OnJourney _ -> names.addAll(List.of(Condition.JOURNEYS, "link_clicked"));
      case Condition.Near _ -> names.addAll(Person.LOCATED);
      case Condition.Share _, Condition.InSegment _, Condition.InAudience _ -> {}
      case Condition.All _, Condition.Any _, Condition.Not _ -> {}
    }
  }
}
