package io.huoshui.engine;

import io.huoshui.reach.ChannelKind;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Until when each profile has heard so much that nothing more may go out to it on a channel, if
/// nothing more does: so that time alone needs no work. By stretches of each lane; a stretch to
/// which nothing ever went takes nothing. Each lane has one writer; readers have [#still].
final class Heard {
  private static final ChannelKind[] CHANNELS = ChannelKind.values();
  private static final int BITS = 10;
  private static final int STRETCH = 1 << BITS;

  /// Per lane and stretch, channel after channel, the instants in ms.
  private final long[] @Nullable [][] lanes;

  private final boolean[][] shown;

  Heard() {
    this(new long[Lane.COUNT][1][], new boolean[Lane.COUNT][1]);
  }

  private Heard(long[] @Nullable [][] lanes, boolean[][] shown) {
    this.lanes = lanes;
    this.shown = shown;
  }

  /// What there is now, for a reader while this goes on changing. Costs a word per thousand people.
  Heard still() {
    var same = new long[Lane.COUNT][][];
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      same[lane] = lanes[lane].clone();
      Arrays.fill(shown[lane], true);
    }
    return new Heard(same, new boolean[Lane.COUNT][0]);
  }

  /// Looks at a profile's messages again; one that is no person any more has none.
  void refresh(State state, int profile) {
    int ordinal = state.ordinals.of(profile);
    if (ordinal < 0) {
      return;
    }
    Lane lane = state.lanes[Lane.of(ordinal)];
    Lane.Told told = state.graph.person(profile) ? lane.toldNow(profile) : null;
    for (ChannelKind channel : CHANNELS) {
      long untilMs = told == null ? Long.MIN_VALUE : told.cappedUntil(channel);
      if (untilMs != at(ordinal, channel)) {
        changing(ordinal)[place(ordinal, channel)] = untilMs;
      }
    }
  }

  private static int place(int ordinal, ChannelKind channel) {
    return channel.ordinal() * STRETCH + (Lane.local(ordinal) & (STRETCH - 1));
  }

  private long at(int ordinal, ChannelKind channel) {
    long[][] lane = lanes[Lane.of(ordinal)];
    int number = Lane.local(ordinal) >>> BITS;
    long[] stretch = number < lane.length ? lane[number] : null;
    return stretch == null ? Long.MIN_VALUE : stretch[place(ordinal, channel)];
  }

  private long[] changing(int ordinal) {
    int lane = Lane.of(ordinal);
    int number = Lane.local(ordinal) >>> BITS;
    if (number >= lanes[lane].length) {
      int room = Math.max(lanes[lane].length * 2, number + 1);
      lanes[lane] = Arrays.copyOf(lanes[lane], room);
      shown[lane] = Arrays.copyOf(shown[lane], room);
    }
    long[] stretch = lanes[lane][number];
    if (stretch == null) {
      stretch = new long[CHANNELS.length * STRETCH];
      Arrays.fill(stretch, Long.MIN_VALUE);
    } else if (shown[lane][number]) {
      stretch = stretch.clone();
    } else {
      return stretch;
    }
    lanes[lane][number] = stretch;
    shown[lane][number] = false;
    return stretch;
  }

  /// Whoever may hear nothing more on a channel at an instant.
  ///
  /// @param names of the profiles, by ordinal
  RoaringBitmap capped(ChannelKind channel, Instant now, int[] names) {
    long nowMs = now.toEpochMilli();
    var capped = new RoaringBitmap();
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      for (int number = 0; number < lanes[lane].length; number++) {
        long[] stretch = lanes[lane][number];
        if (stretch == null) {
          continue;
        }
        int first = channel.ordinal() * STRETCH;
        for (int i = 0; i < STRETCH; i++) {
          if (stretch[first + i] > nowMs) {
            capped.add(names[((number << BITS) + i) * Lane.COUNT + lane]);
          }
        }
      }
    }
    return capped;
  }
}
