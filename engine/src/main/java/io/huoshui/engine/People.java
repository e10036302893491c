package io.huoshui.engine;

import io.huoshui.audience.Moment;
import io.huoshui.engine.columns.Block;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everybody as they are between two writes, for rules: timelines, who is there, and how they are
/// known. Taken while the state stands still, at the cost of a few words per thousand people; asked
/// while events go on being taken.
final class People {
  static final int WORDS = Timelines.RANGE / 64;

  private final State state;
  private final List<Part> parts = new ArrayList<>();
  private final Roll roll;
  private final int[] nodes;
  private final Moment moment;

  /// The profiles of one block's range of a lane.
  record Part(Timelines timelines, int lane, int range, @Nullable Block block) {
    int local(int place) {
      return (range << Timelines.RANGE_BITS) + place;
    }

    /// Writes a bit per person of `people` whom the block does not answer for: with events that are
    /// in no block, or without any, behind its end.
    void beside(long[] people, long[] out) {
      long[] marked = timelines.besideBlock(range);
      int span = block == null ? 0 : block.span();
      for (int i = 0; i < WORDS; i++) {
        long inBlock = span >= (i + 1) << 6 ? -1L : span <= i << 6 ? 0 : (1L << span) - 1;
        out[i] = people[i] & ~(marked == null ? inBlock : inBlock & ~marked[i]);
      }
    }
  }

  /// The state must not change meanwhile.
  People(State state) {
    this.state = state;
    this.moment = new Moment(state.now(), state.zone());
    this.roll = state.roll.still();
    this.nodes = state.ordinals.shared();
    int ordinals = state.ordinals.size();
    for (Lane lane : state.lanes) {
      Timelines still = lane.timelines.still();
      @Nullable Block[] ranges = still.ranges();
      int locals = (ordinals - lane.number() + Lane.COUNT - 1) / Lane.COUNT;
      for (int range = 0; range << Timelines.RANGE_BITS < locals; range++) {
        parts.add(
            new Part(still, lane.number(), range, range < ranges.length ? ranges[range] : null));
      }
    }
  }

  List<Part> parts() {
    return parts;
  }

  Roll roll() {
    return roll;
  }

  /// The name of a profile.
  int name(int ordinal) {
    return nodes[ordinal];
  }

  /// The instant of the picture; a new one for each thread, because a moment remembers.
  Moment moment() {
    return new Moment(moment.now(), moment.zone(), moment.lifecycle());
  }

  /// To look at one after the other; for one thread.
  View view() {
    return new View(state);
  }
}
