package io.huoshui.engine;

import io.huoshui.journey.Autopilot;
import io.huoshui.journey.Steering;
import io.huoshui.trial.Pilot;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A journey with an autopilot at one instant.
///
/// @param story what was decided, in order; empty before the launch
/// @param left people of the audience who never entered
/// @param next when it is decided next; null when it is not, or the journey is not running
/// @param measured what is known now
/// @param roi what that says; null when too few people said anything
public record Flight(
    Autopilot plan,
    Steering steering,
    List<Pilot.Decided> story,
    long left,
    @Nullable Instant next,
    Pilot.Measured measured,
    Pilot.@Nullable Roi roi) {
  /// Null when there is no such journey, or it has no autopilot.
  static @Nullable Asked of(State at, String name) {
    Pilots.Question question = Pilots.question(at, name);
    var journey = at.latest(name);
    Autopilot plan = journey == null ? null : journey.pilot();
    if (question == null || journey == null || plan == null) {
      return null;
    }
    List<Pilot.Decided> story = List.copyOf(at.piloted.getOrDefault(name, List.of()));
    Steering steering = at.steering(name);
    return new Asked(
        plan,
        steering,
        story,
        Pilots.left(at, journey).getLongCardinality(),
        steering == Steering.RUNNING ? Pilot.next(journey, story) : null,
        question);
  }

  /// What was taken of the state; the rest is asked beside it.
  record Asked(
      Autopilot plan,
      Steering steering,
      List<Pilot.Decided> story,
      long left,
      @Nullable Instant next,
      Pilots.Question question) {
    Flight flight() {
      Pilot.Measured measured = question.measure(_ -> {});
      return new Flight(plan, steering, story, left, next, measured, Pilot.roi(plan, measured));
    }
  }
}
