package io.huoshui.journey;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// How people come from one version of a journey to another.
///
/// @param to by the id of each wait of the old version, the wait of the new one; empty where they
///   leave the journey
public record Migration(Journey from, Journey into, Map<String, String> to) {
  public Migration {
    to = Map.copyOf(to);
  }

  /// A wait goes to the one of the same id, or to the one that is named for it; where there is
  /// none, people leave.
  ///
  /// @param named by the id of a step of the old version, one of the new; empty to leave
  /// @throws JourneyException when a named step is not there, or is no wait
  public static Migration between(Journey from, Journey into, Map<String, String> named) {
    var to = new LinkedHashMap<String, String>();
    for (Journey.Step step : from.steps()) {
      if (!Journey.waits(step)) {
        continue;
      }
      String target = named.getOrDefault(step.id(), step.id());
      Journey.Step found = into.step(target);
      boolean stands = found != null && Journey.waits(found);
      if (!stands && named.containsKey(step.id()) && !target.isEmpty()) {
        throw new JourneyException(
            "map." + step.id(),
            "'" + target + "'",
            "a wait of version " + into.version() + ": " + String.join(", ", waits(into)));
      }
      to.put(step.id(), stands ? target : "");
    }
    var unknown = new HashMap<>(named);
    unknown.keySet().removeAll(to.keySet());
    if (!unknown.isEmpty()) {
      throw new JourneyException(
          "map",
          "'" + unknown.keySet().iterator().next() + "'",
          "a wait of version " + from.version() + ": " + String.join(", ", waits(from)));
    }
    return new Migration(from, into, to);
  }

  private static java.util.List<String> waits(Journey journey) {
    return journey.steps().stream().filter(Journey::waits).map(Journey.Step::id).toList();
  }

  /// Where somebody stands afterwards: in the wait that takes the place of theirs, due when theirs
  /// was; or out.
  public Position of(Position at) {
    if (at.over() || at.version() != from.version()) {
      return at;
    }
    // Who is held before the first step is held before that of the new version.
    String target =
        at.path().isEmpty() ? into.steps().getFirst().id() : to.getOrDefault(at.step(), "");
    if (target.isEmpty()) {
      return at.ended(Position.Exit.MIGRATED);
    }
    return at.moved(
        into.version(),
        target,
        at.path().isEmpty() ? "" : Path.retold(at.path(), from, into, to, target));
  }
}
