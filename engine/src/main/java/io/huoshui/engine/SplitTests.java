package io.huoshui.engine;

import io.huoshui.engine.columns.Sweep;
import io.huoshui.insight.experiment.Experiment;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Path;
import io.huoshui.journey.Position;
import io.huoshui.trial.SplitTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Counts a journey's split as an experiment: who took which arm, what they paid and whether they
/// reached the goal within its time, and what they had paid before they entered.
final class SplitTests {
  /// @param step a split; empty for the first
  /// @param within of entering, what counts; the goal's own time where the journey has one
  /// @param before of entering, what the covariate is of
  /// @param byRevenue whether revenue decides
  record Asked(String journey, String step, Duration within, Duration before, boolean byRevenue) {}

  private final Asked asked;
  private final Picture picture;
  private final @Nullable Journey newest;
  private final List<Position> positions = new ArrayList<>();
  private final Map<Integer, Optional<SplitTest>> tests = new HashMap<>();
  private final Map<Integer, Journey> versions = new HashMap<>();
  private final int[] profiles;
  private final int[] ordinals;

  /// The state must not change meanwhile: it is only copied.
  SplitTests(State at, Asked asked) {
    this.asked = asked;
    this.picture = new Picture(at);
    var known = at.journeys.get(asked.journey());
    this.newest = known == null ? null : known.lastEntry().getValue();
    this.profiles = at.graph.profilesOf();
    this.ordinals = at.ordinals.ofNodes();
    for (Position position : at.positions()) {
      if (position.journey().equals(asked.journey())
          && at.graph.person(profiles[position.profile()])) {
        positions.add(position);
        versions.computeIfAbsent(position.version(), _ -> at.journey(position));
      }
    }
  }

  /// Somebody who came to the split, the first time.
  private record Entered(
      int profile, int ordinal, String variant, long fromMs, long untilMs, boolean reached) {
    boolean early(long nowMs) {
      return untilMs > nowMs;
    }
  }

  /// @return null when the journey is not known, or its split can not be read as an experiment
  Questions.@Nullable Split read(Consumer<Sweep> watch) {
    SplitTest test = newest == null ? null : SplitTest.of(newest, asked.step());
    if (newest == null || test == null) {
      return null;
    }
    List<Entered> entered = entered(test);
    long nowMs = picture.now().toEpochMilli();
    var within = new ArrayList<Picture.Asked>();
    var before = new ArrayList<Picture.Asked>();
    for (int i = 0; i < entered.size(); i++) {
      Entered one = entered.get(i);
      if (!one.early(nowMs) && one.ordinal() >= 0) {
        within.add(new Picture.Asked(one.ordinal(), one.fromMs(), one.untilMs(), i));
        before.add(
            new Picture.Asked(
                one.ordinal(), one.fromMs() - asked.before().toMillis(), one.fromMs() - 1, i));
      }
    }
    double[] paid = new double[entered.size()];
    double[] paidBefore = new double[entered.size()];
    picture.revenues(watch, within, paid);
    picture.revenues(watch, before, paidBefore);
    boolean heldOut =
        newest.holdOutShare() > 0
            || entered.stream().anyMatch(one -> one.variant().equals(SplitTest.HOLD_OUT));
    var experiment = new Experiment(test.design(heldOut, asked.byRevenue(), sameShares(test)));
    var early = new TreeMap<String, Long>();
    for (int i = 0; i < paid.length; i++) {
      Entered one = entered.get(i);
      if (one.early(nowMs)) {
        early.merge(one.variant(), 1L, Long::sum);
      } else if (asked.byRevenue()) {
        experiment.add(one.variant(), paid[i], one.reached() ? 1 : 0, paidBefore[i]);
      } else {
        experiment.add(one.variant(), one.reached() ? 1 : 0, paid[i], paidBefore[i]);
      }
    }
    return new Questions.Split(test, newest.goal() != null, early, experiment.read());
  }

  /// Who is behind a number of people of what [#read] says; nobody where it says nothing.
  ///
  /// @param converted null for whoever reached the goal and whoever did not
  /// @param early those whose time is not over, in the place of those whose time is
  RoaringBitmap open(String variant, @Nullable Boolean converted, boolean early) {
    var found = new RoaringBitmap();
    SplitTest test = newest == null ? null : SplitTest.of(newest, asked.step());
    if (test == null) {
      return found;
    }
    long nowMs = picture.now().toEpochMilli();
    for (Entered one : entered(test)) {
      if (one.variant().equals(variant)
          && one.early(nowMs) == early
          && (converted == null || one.reached() == converted)) {
        found.add(one.profile());
      }
    }
    return found;
  }

  /// Whether who entered by an older version was assigned by the same shares.
  private boolean sameShares(SplitTest test) {
    return tests.values().stream()
        .allMatch(other -> other.isEmpty() || other.get().shares().equals(test.shares()));
  }

  private List<Entered> entered(SplitTest newestTest) {
    positions.sort(
        Comparator.comparing(Position::enteredAt)
            .thenComparingInt(Position::profile)
            .thenComparing(Position::entry));
    var entered = new ArrayList<Entered>();
    var seen = new BitSet();
    for (Position position : positions) {
      int profile = profiles[position.profile()];
      Journey journey = versions.get(position.version());
      if (journey == null || seen.get(profile)) {
        continue;
      }
      SplitTest test =
          tests
              .computeIfAbsent(
                  position.version(),
                  _ -> Optional.ofNullable(SplitTest.of(journey, newestTest.step())))
              .orElse(null);
      String variant =
          test == null
              ? null
              : test.variant(Path.steps(journey, position.path()), position.heldOut());
      if (variant == null
          || !(variant.equals(SplitTest.HOLD_OUT) || newestTest.nexts().containsKey(variant))) {
        continue;
      }
      seen.set(profile);
      Journey.Goal goal = journey.goal();
      Duration within = goal == null ? asked.within() : goal.within().exact();
      entered.add(
          new Entered(
              profile,
              profile < ordinals.length ? ordinals[profile] : -1,
              variant,
              position.enteredAt().toEpochMilli(),
              position.enteredAt().plus(within).toEpochMilli(),
              position.goalAt() != null));
    }
    return entered;
  }
}
