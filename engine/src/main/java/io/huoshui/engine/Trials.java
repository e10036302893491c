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
  private final List<Position> positions = new ArrayList<>();
  private final List<Touchpoint> touchpoints;
  private final Map<Integer, Journey> versions = new HashMap<>();
  private final int[] profiles;
  private final int[] ordinals;

  /// @param untilMs when the goal's time is over
  private record Entered(Position position, Trial.Place place, long untilMs) {}

  /// The state must not change meanwhile: it is only copied.
  Trials(State at, Trial trial) {
    this.trial = trial;
    this.picture = new Picture(at);
    this.profiles = at.graph.profilesOf();
    this.ordinals = at.ordinals.ofNodes();
    for (Position position : at.positions()) {
      if (position.journey().equals(trial.name())
          && at.graph.person(profiles[position.profile()])) {
        positions.add(position);
        versions.computeIfAbsent(position.version(), _ -> at.journey(position));
      }
    }
    this.touchpoints = at.touchpoints();
  }

  /// Per person the first position, of those who are in a block.
  private List<Entered> entered() {
    var entered = new ArrayList<Entered>();
    var seen = new BitSet();
    // Many went the same way: each is looked at once.
    var places = new HashMap<String, Trial.@Nullable Place>();
    positions.sort(
        Comparator.comparing(Position::enteredAt)
            .thenComparingInt(Position::profile)
            .thenComparing(Position::entry));
    for (Position position : positions) {
      Journey journey = versions.get(position.version());
      if (journey == null || seen.get(profiles[position.profile()])) {
        continue;
      }
      seen.set(profiles[position.profile()]);
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
    return entered;
  }

  private boolean wentOut(Touchpoint touchpoint) {
    return touchpoint.journey().equals(trial.name())
        && touchpoint.reason() == Reason.SENT
        && switch (touchpoint.delivery().stage()) {
          case ACCEPTED, DELIVERED, FAILED -> true;
          case WAITING, HANDED -> false;
        };
  }

  TrialTable.Results results(Consumer<Sweep> watch) {
    long nowMs = picture.now().toEpochMilli();
    List<Entered> entered = entered();
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
    for (Touchpoint touchpoint : touchpoints) {
      if (wentOut(touchpoint)) {
        cost.merge(profiles[touchpoint.profile()], touchpoint.costFen(), Long::sum);
      }
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
