package io.huoshui.engine;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Segment;
import io.huoshui.audience.Turning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// A segment whose members are kept up to date: per lane, as bit sets of locals.
final class LiveSegment {
  final Segment segment;

  /// As it is asked: with the rules of other segments, and numbers for shares of everybody.
  private Condition rule;

  private Set<String> names = Set.of();
  private Turning turning;

  /// The numbers of the last ones in, in the order in which the rule has them; NaN where nobody is
  /// ranked.
  private final List<Double> cuts = new ArrayList<>();

  /// The event names it listens to, as bits.
  long mask;

  private final RoaringBitmap[] members = new RoaringBitmap[Lane.COUNT];
  private final long[] entered = new long[Lane.COUNT];
  private final long[] left = new long[Lane.COUNT];

  LiveSegment(Segment segment) {
    this.segment = segment;
    this.rule = segment.rule();
    this.turning = Turning.of(rule);
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      members[lane] = new RoaringBitmap();
    }
  }

  Condition rule() {
    return rule;
  }

  Set<String> names() {
    return names;
  }

  Turning turning() {
    return turning;
  }

  List<Double> cuts() {
    return List.copyOf(cuts);
  }

  /// Makes the rule whole.
  ///
  /// @param others another segment's rule, which is whole already
  /// @param ranking the number of the last one in
  void resolve(
      Function<String, @Nullable Condition> others,
      Function<Condition.Top, OptionalDouble> ranking) {
    cuts.clear();
    rule =
        segment
            .rule()
            .with(
                Condition.Surroundings.of(
                    others,
                    top -> {
                      OptionalDouble cut = ranking.apply(top);
                      cuts.add(cut.orElse(Double.NaN));
                      return cut;
                    }));
    names = rule.listensTo();
    turning = Turning.of(rule);
  }

  /// Whether its own rule ranks everybody.
  boolean ranks() {
    return !cuts.isEmpty();
  }

  RoaringBitmap members(int lane) {
    return members[lane];
  }

  boolean has(int ordinal) {
    return ordinal >= 0 && members[Lane.of(ordinal)].contains(Lane.local(ordinal));
  }

  void enter(int lane, int local) {
    members[lane].add(local);
    entered[lane]++;
  }

  void leave(int lane, int local) {
    members[lane].remove(local);
    left[lane]++;
  }

  /// Goes on from what the segment was under its former rule.
  void follow(LiveSegment former) {
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      restore(lane, former.entered[lane], former.left[lane], former.members[lane]);
    }
  }

  List<RoaringBitmap> copyOfMembers() {
    return Arrays.stream(members).map(RoaringBitmap::clone).toList();
  }

  List<Long> enteredByLane() {
    return Arrays.stream(entered).boxed().toList();
  }

  List<Long> leftByLane() {
    return Arrays.stream(left).boxed().toList();
  }

  void restore(int lane, long everEntered, long everLeft, RoaringBitmap now) {
    entered[lane] = everEntered;
    left[lane] = everLeft;
    members[lane] = now;
  }

  long count() {
    long count = 0;
    for (RoaringBitmap lane : members) {
      count += lane.getLongCardinality();
    }
    return count;
  }

  /// How many entered since it was first published.
  long entered() {
    long sum = 0;
    for (long lane : entered) {
      sum += lane;
    }
    return sum;
  }

  long left() {
    long sum = 0;
    for (long lane : left) {
      sum += lane;
    }
    return sum;
  }
}
