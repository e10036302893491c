package io.huoshui.engine;

import io.huoshui.journey.Arms;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Path;
import io.huoshui.journey.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How many people took each arm of adaptive splits, and how many of them reached the goal. Counted
/// up between two records, so every lane sees the same numbers while it works on one.
final class ArmCounts implements Arms {
  private final Map<Arm, long[]> counts = new HashMap<>();

  private record Arm(String journey, int version, String step, String arm) {}

  /// Somebody took an arm, or reached the goal after they had.
  record Counted(String journey, int version, String step, String arm, boolean reached) {}

  @Override
  public Tally of(String journey, int version, String step, String arm) {
    long[] count = counts.get(new Arm(journey, version, step, arm));
    return count == null ? new Tally(0, 0) : new Tally(count[0], count[1]);
  }

  void add(List<Counted> counted) {
    counted.forEach(this::add);
  }

  private void add(Counted one) {
    counts
        .computeIfAbsent(
            new Arm(one.journey(), one.version(), one.step(), one.arm()), _ -> new long[2])[
        one.reached() ? 1 : 0]++;
  }

  /// The same numbers, which do not change any more.
  Arms copy() {
    var copy = new ArmCounts();
    kept().forEach(copy::restore);
    return copy;
  }

  /// What a checkpoint keeps: each arm, how many took it, how many of them reached the goal.
  record Kept(String journey, int version, String step, String arm, long took, long reached) {
    String name() {
      return journey + "/" + version + "/" + step + "/" + arm;
    }
  }

  List<Kept> kept() {
    return counts.entrySet().stream()
        .map(
            each ->
                new Kept(
                    each.getKey().journey(),
                    each.getKey().version(),
                    each.getKey().step(),
                    each.getKey().arm(),
                    each.getValue()[0],
                    each.getValue()[1]))
        .sorted(Comparator.comparing(Kept::name))
        .toList();
  }

  void restore(Kept kept) {
    counts.put(
        new Arm(kept.journey(), kept.version(), kept.step(), kept.arm()),
        new long[] {kept.took(), kept.reached()});
  }

  @Override
  public String toString() {
    return kept().stream()
        .map(kept -> kept.name() + " " + kept.took() + " " + kept.reached())
        .toList()
        .toString();
  }

  /// The arms that lie on a position's path.
  static List<Counted> taken(Journey journey, Position position) {
    List<String> steps = Path.steps(journey, position.path());
    var found = new ArrayList<Counted>();
    for (int i = 0; i + 1 < steps.size(); i++) {
      if (journey.step(steps.get(i)) instanceof Journey.Step.Adapt adapt) {
        String next = steps.get(i + 1);
        adapt.arms().stream()
            .filter(arm -> arm.next().equals(next))
            .forEach(
                arm ->
                    found.add(
                        new Counted(
                            position.journey(),
                            position.version(),
                            adapt.id(),
                            arm.name(),
                            false)));
      }
    }
    return found;
  }
}
