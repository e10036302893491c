package io.huoshui.engine;

import io.huoshui.event.IdentifierKind;
import io.huoshui.identity.IdentityGraph;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which ordinals are people, and under which kinds of identifier each is known: bits by range of
/// each lane. One writer; readers have [#still].
final class Roll {
  private static final IdentifierKind[] KINDS = IdentifierKind.values();
  private static final int WORDS = Timelines.RANGE / 64;

  /// The first set is everybody, then one per kind.
  private static final int SETS = 1 + KINDS.length;

  private final long[] @Nullable [][] lanes;
  private final boolean[][] shown;

  Roll() {
    this(new long[Lane.COUNT][1][], new boolean[Lane.COUNT][1]);
  }

  private Roll(long[] @Nullable [][] lanes, boolean[][] shown) {
    this.lanes = lanes;
    this.shown = shown;
  }

  /// What there is now, for a reader while this goes on changing.
  Roll still() {
    var same = new long[Lane.COUNT][][];
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      same[lane] = lanes[lane].clone();
      Arrays.fill(shown[lane], true);
    }
    return new Roll(same, new boolean[Lane.COUNT][0]);
  }

  /// Looks at a profile again; one that is no person any more is on no list.
  void refresh(IdentityGraph graph, Ordinals ordinals, int profile) {
    int ordinal = ordinals.of(profile);
    if (ordinal < 0) {
      return;
    }
    boolean person = graph.person(profile);
    int kinds = person ? 1 : 0;
    if (person) {
      for (int node : graph.members(profile)) {
        kinds |= 2 << graph.kind(node).ordinal();
      }
    }
    int local = Lane.local(ordinal);
    long[] sets = changing(Lane.of(ordinal), local >>> Timelines.RANGE_BITS);
    int word = (local & (Timelines.RANGE - 1)) >>> 6;
    for (int set = 0; set < SETS; set++) {
      if ((kinds >>> set & 1) == 1) {
        sets[set * WORDS + word] |= 1L << local;
      } else {
        sets[set * WORDS + word] &= ~(1L << local);
      }
    }
  }

  private long[] changing(int lane, int range) {
    if (range >= lanes[lane].length) {
      int room = Math.max(lanes[lane].length * 2, range + 1);
      lanes[lane] = Arrays.copyOf(lanes[lane], room);
      shown[lane] = Arrays.copyOf(shown[lane], room);
    }
    long[] sets = lanes[lane][range];
    if (sets == null) {
      sets = new long[SETS * WORDS];
      lanes[lane][range] = sets;
      shown[lane][range] = false;
    } else if (shown[lane][range]) {
      sets = sets.clone();
      lanes[lane][range] = sets;
      shown[lane][range] = false;
    }
    return sets;
  }

  /// A bit per person of a range, in the first words of an array that is not to be changed; null
  /// where nobody is.
  long @Nullable [] everybody(int lane, int range) {
    return range < lanes[lane].length ? lanes[lane][range] : null;
  }

  /// Writes a bit per person of a range.
  void people(int lane, int range, long[] out) {
    copy(lane, range, 0, out);
  }

  /// Writes a bit per person of a range who is known under a kind of identifier.
  void known(int lane, int range, IdentifierKind kind, long[] out) {
    copy(lane, range, 1 + kind.ordinal(), out);
  }

  private void copy(int lane, int range, int set, long[] out) {
    long[] sets = range < lanes[lane].length ? lanes[lane][range] : null;
    if (sets == null) {
      Arrays.fill(out, 0, WORDS, 0);
    } else {
      System.arraycopy(sets, set * WORDS, out, 0, WORDS);
    }
  }
}
