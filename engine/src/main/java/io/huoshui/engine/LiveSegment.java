package io.huoshui.engine;

import io.huoshui.audience.Segment;
import io.huoshui.audience.Turning;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.roaringbitmap.RoaringBitmap;

/// A segment whose members are kept up to date: per lane, as bit sets of locals.
final class LiveSegment {
  final Segment segment;
  final Set<String> names;
  final Turning turning;

  /// The event names it listens to, as bits.
  long mask;

  private final RoaringBitmap[] members = new RoaringBitmap[Lane.COUNT];
  private final long[] entered = new long[Lane.COUNT];
  private final long[] left = new long[Lane.COUNT];

  LiveSegment(Segment segment) {
    this.segment = segment;
    this.names = segment.rule().listensTo();
    this.turning = Turning.of(segment.rule());
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      members[lane] = new RoaringBitmap();
    }
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
