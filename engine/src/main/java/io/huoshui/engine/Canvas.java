package io.huoshui.engine;

import io.huoshui.journey.Arms;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Path;
import io.huoshui.journey.Position;
import io.huoshui.journey.Steering;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One version of a journey with the people in it, counted at one instant.
///
/// @param waiting by the id of a wait, how many stand there
/// @param passed by the id of a step, how many times it was taken
/// @param ways from step to step, how many times
/// @param exits by reason, how many left
/// @param arms by step and arm, what is known of adaptive splits
public record Canvas(
    Journey journey,
    Steering steering,
    long entered,
    long active,
    long heldOut,
    long converted,
    Map<String, Long> waiting,
    Map<String, Long> passed,
    List<Way> ways,
    Map<String, Long> exits,
    Map<String, Map<String, Arms.Tally>> arms,
    Instant at) {

  public record Way(String from, String to, long people) {}

  /// Somebody whom nothing will ever move on: a fault of ours, never of the journey.
  ///
  /// @param why what is wrong
  public record Stuck(Position position, String why) {}

  static Canvas of(
      Journey journey, Steering steering, List<Position> positions, Arms arms, Instant at) {
    long entered = 0;
    long active = 0;
    long heldOut = 0;
    long converted = 0;
    var waiting = new TreeMap<String, Long>();
    var exits = new TreeMap<String, Long>();
    // Many went the same way: each is walked once.
    var routes = new HashMap<String, Long>();
    for (Position position : positions) {
      if (!position.journey().equals(journey.name()) || position.version() != journey.version()) {
        continue;
      }
      entered++;
      heldOut += position.heldOut() ? 1 : 0;
      converted += position.goalAt() != null ? 1 : 0;
      routes.merge(position.path(), 1L, Long::sum);
      Position.Exit exit = position.exit();
      if (exit == null) {
        active++;
        waiting.merge(position.step(), 1L, Long::sum);
      } else {
        exits.merge(exit.wire(), 1L, Long::sum);
      }
    }
    var passed = new TreeMap<String, Long>();
    var ways = new TreeMap<String, Map<String, Long>>();
    routes.forEach(
        (path, people) -> {
          List<String> steps = Path.steps(journey, path);
          for (int i = 0; i < steps.size(); i++) {
            passed.merge(steps.get(i), people, Long::sum);
            if (i > 0) {
              ways.computeIfAbsent(steps.get(i - 1), _ -> new TreeMap<>())
                  .merge(steps.get(i), people, Long::sum);
            }
          }
        });
    var flat = new ArrayList<Way>();
    ways.forEach((from, to) -> to.forEach((step, people) -> flat.add(new Way(from, step, people))));
    var known = new TreeMap<String, Map<String, Arms.Tally>>();
    for (Journey.Step step : journey.steps()) {
      if (step instanceof Journey.Step.Adapt adapt) {
        var tallies = new TreeMap<String, Arms.Tally>();
        adapt
            .arms()
            .forEach(
                arm ->
                    tallies.put(
                        arm.name(),
                        arms.of(journey.name(), journey.version(), adapt.id(), arm.name())));
        known.put(adapt.id(), tallies);
      }
    }
    return new Canvas(
        journey, steering, entered, active, heldOut, converted, waiting, passed, flat, exits, known,
        at);
  }

  /// Why nothing will move a position on; null when something will, or it is over or paused.
  static @Nullable String stuck(
      Position position, @Nullable Journey journey, Steering steering, Instant now) {
    if (position.over() || steering == Steering.PAUSED) {
      return null;
    }
    if (journey == null) {
      return "there is no version " + position.version();
    }
    Journey.Step step = journey.step(position.step());
    if (step == null || !Journey.waits(step)) {
      return "'" + position.step() + "' is no wait of version " + position.version();
    }
    if (position.due() == null) {
      return "no end of its wait is known";
    }
    return position.due().isBefore(now) ? "its wait was over at " + position.due() : null;
  }
}
