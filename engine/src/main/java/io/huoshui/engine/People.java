package io.huoshui.engine;

import io.huoshui.audience.Moment;
import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
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
  private final Words words;
  private final @Nullable Touched[] touched;

  /// The profiles of one block's range of a lane.
  record Part(Timelines timelines, int lane, int range, @Nullable Block block) {
    int local(int place) {
      return (range << Timelines.RANGE_BITS) + place;
    }

    /// Where the range lies among all; it stays there.
    int place() {
      return range * Lane.COUNT + lane;
    }

    /// Writes a bit per person of `people` whom the block alone does not answer for: with events
    /// beside it, or outside.
    ///
    /// @return whether there is anybody; if not, nothing is written
    boolean beside(long[] people, long[] out) {
      return without(timelines.besideBlock(range), people, out);
    }

    /// Writes a bit per person of `people` of whom the block says nothing: they came later, or what
    /// it says is void.
    ///
    /// @return whether there is anybody; if not, nothing is written
    boolean outside(long[] people, long[] out) {
      return without(timelines.voids(range), people, out);
    }

    private boolean without(long @Nullable [] voids, long[] people, long[] out) {
      int span = block == null ? 0 : block.span();
      if (voids == null && span == Timelines.RANGE) {
        return false;
      }
      long any = 0;
      for (int i = 0; i < WORDS; i++) {
        long inBlock = span >= (i + 1) << 6 ? -1L : span <= i << 6 ? 0 : (1L << span) - 1;
        out[i] = people[i] & ~(voids == null ? inBlock : inBlock & ~voids[i]);
        any |= out[i];
      }
      return any != 0;
    }
  }

  /// Those of a block who have events beside it: what it says of them is still true where a rule
  /// does not ask for events of these names.
  static final class Touched {
    static final Touched NOBODY = new Touched(new char[0], new long[0]);

    /// In the range.
    private final char[] places;

    /// Of the events, by [Delta#bit].
    private final long[] names;

    private Touched(char[] places, long[] names) {
      this.places = places;
      this.names = names;
    }

    int count() {
      return places.length;
    }

    int place(int i) {
      return places[i];
    }

    long names(int i) {
      return names[i];
    }
  }

  /// Whoever has events beside the block of a part.
  Touched touched(int part) {
    Touched known = touched[part];
    if (known == null) {
      // Two threads may both look; they find the same.
      known = touched(parts.get(part));
      touched[part] = known;
    }
    return known;
  }

  private Touched touched(Part part) {
    Block block = part.block();
    long[] marks = block == null ? null : part.timelines().besideBlock(part.range());
    if (block == null || marks == null) {
      return Touched.NOBODY;
    }
    long[] voids = part.timelines().voids(part.range());
    var places = new char[Timelines.RANGE];
    var names = new long[Timelines.RANGE];
    int count = 0;
    for (int i = 0; i << 6 < block.span(); i++) {
      for (long left = voids == null ? marks[i] : marks[i] & ~voids[i];
          left != 0;
          left &= left - 1) {
        int place = (i << 6) + Long.numberOfTrailingZeros(left);
        if (place < block.span()) {
          places[count] = (char) place;
          names[count++] = part.timelines().freshNames(part.local(place), words);
        }
      }
    }
    return new Touched(Arrays.copyOf(places, count), Arrays.copyOf(names, count));
  }

  /// The bits of event names that some condition asks for, as [Touched#names] has them.
  long mask(Collection<String> asked) {
    long mask = 0;
    for (String name : asked) {
      int number = name.equals("*") ? -1 : words.findName(name);
      mask |= name.equals("*") ? -1L : number < 0 ? 0 : Delta.bit(number);
    }
    return mask;
  }

  /// The state must not change meanwhile.
  People(State state) {
    this.state = state;
    this.moment = new Moment(state.now(), state.zone());
    this.words = state.words();
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
    this.touched = new @Nullable Touched[parts.size()];
  }

  List<Part> parts() {
    return parts;
  }

  Roll roll() {
    return roll;
  }

  /// The names of profiles by ordinal. Not to be changed.
  int[] names() {
    return nodes;
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
