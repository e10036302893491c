package io.huoshui.engine;

import io.huoshui.engine.columns.Sweep;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Path;
import io.huoshui.journey.Position;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import io.huoshui.trial.Trial;
import io.huoshui.trial.TrialTable;
import io.huoshui.trial.TrialTable.BlockCounted;
import io.huoshui.trial.TrialTable.Counted;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Counts a trial: who is in which block and cell says the way they went through its journey.
final class Trials {
  private final Trial trial;
  private final Picture picture;
  private final List<Entered> entered = new ArrayList<>();
  private final List<Touchpoint> left = new ArrayList<>();
  private final int[] profiles;
  private final int[] ordinals;

  /// @param untilMs when the goal's time is over
  private record Entered(Position position, Trial.Place place, long untilMs) {}

  /// The state must not change meanwhile.
  Trials(State at, Trial trial) {
    this.trial = trial;
    this.picture = new Picture(at);
    this.profiles = at.graph.profilesOf();
    this.ordinals = at.ordinals.ofNodes();
    var seen = new BitSet();
    // Many went the same way: each is looked at once.
    var places = new HashMap<String, Trial.@Nullable Place>();
    at.positions().stream()
        .filter(
            position ->
                position.journey().equals(trial.name())
                    && at.graph.person(profiles[position.profile()]))
        .sorted(Comparator.comparing(Position::enteredAt).thenComparingInt(Position::profile))
        .forEach(
            position -> {
              if (!seen.get(profiles[position.profile()])) {
                seen.set(profiles[position.profile()]);
                Journey journey = at.journey(position);
                Trial.Place place =
                    places.computeIfAbsent(
                        position.version() + " " + position.path(),
                        _ -> trial.place(Path.steps(journey, position.path())));
                if (place != null) {
                  Journey.Goal goal = journey.goal();
                  entered.add(
                      new Entered(
                          position,
                          place,
                          goal == null
                              ? Long.MAX_VALUE
                              : position.enteredAt().plus(goal.within().exact()).toEpochMilli()));
                }
              }
            });
    for (Touchpoint touchpoint : at.touchpoints()) {
      if (touchpoint.journey().equals(trial.name()) && touchpoint.reason() == Reason.SENT) {
        switch (touchpoint.delivery().stage()) {
          case ACCEPTED, DELIVERED, FAILED -> left.add(touchpoint);
          case WAITING, HANDED -> {}
        }
      }
    }
  }

  TrialTable.Results results(Consumer<Sweep> watch) {
    long nowMs = picture.now().toEpochMilli();
    var asked = new ArrayList<Picture.Asked>();
    for (int i = 0; i < entered.size(); i++) {
      Entered one = entered.get(i);
      int profile = profiles[one.position().profile()];
      if (one.untilMs() <= nowMs && profile < ordinals.length && ordinals[profile] >= 0) {
        asked.add(
            new Picture.Asked(
                ordinals[profile], one.position().enteredAt().toEpochMilli(), one.untilMs(), i));
      }
    }
    double[] revenues = new double[entered.size()];
    picture.revenues(watch, asked, revenues);
    var cost = new HashMap<Integer, Long>();
    for (Touchpoint touchpoint : left) {
      cost.merge(profiles[touchpoint.profile()], touchpoint.costFen(), Long::sum);
    }
    Map<String, Map<String, Counted>> cells = new TreeMap<>();
    Map<String, Counted> heldOut = new TreeMap<>();
    for (int i = 0; i < revenues.length; i++) {
      Entered one = entered.get(i);
      Position position = one.position();
      Long spent = cost.get(profiles[position.profile()]);
      Map<String, Counted> into =
          position.heldOut()
              ? heldOut
              : cells.computeIfAbsent(one.place().block(), _ -> new TreeMap<>());
      String key = position.heldOut() ? one.place().block() : one.place().cell();
      Counted counted = into.getOrDefault(key, Counted.NOBODY);
      into.put(
          key,
          one.untilMs() > nowMs
              ? counted.early()
              : counted.plus(
                  position.goalAt() != null,
                  revenues[i],
                  spent == null ? 0 : spent,
                  spent != null));
    }
    Map<String, BlockCounted> blocks = new TreeMap<>();
    for (Trial.Block block : trial.blocks()) {
      blocks.put(
          block.name(),
          new BlockCounted(
              heldOut.getOrDefault(block.name(), Counted.NOBODY),
              cells.getOrDefault(block.name(), Map.of())));
    }
    return TrialTable.of(trial, blocks);
  }
}
