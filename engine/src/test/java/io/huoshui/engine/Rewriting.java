package io.huoshui.engine;

import io.huoshui.engine.columns.Block;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Puts timelines into blocks at random moments, so that a law meets every mixture of rows, frozen
/// and fresh events.
final class Rewriting {
  private static final Seal SEAL = new Seal(Brand.KEY);

  /// What is frozen now, per lane.
  private static final Map<State, Timelines.@Nullable Rewrite[]> FROZEN = new WeakHashMap<>();

  /// Blocks have numbers of their own, as they have on disk.
  private static final AtomicLong NUMBERS = new AtomicLong();

  private Rewriting() {}

  /// Everything there is.
  static synchronized void all(State state) {
    Timelines.@Nullable Rewrite[] frozen =
        FROZEN.computeIfAbsent(state, _ -> new Timelines.@Nullable Rewrite[Lane.COUNT]);
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      Timelines timelines = state.lanes[lane].timelines;
      Timelines.Rewrite rewrite = frozen[lane];
      if (rewrite != null) {
        timelines.take(written(rewrite, state));
        frozen[lane] = null;
      }
      timelines.take(written(timelines.freeze(), state));
    }
  }

  static synchronized void some(State state, Dice dice) {
    Timelines.@Nullable Rewrite[] frozen =
        FROZEN.computeIfAbsent(state, _ -> new Timelines.@Nullable Rewrite[Lane.COUNT]);
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      if (!dice.chance(25)) {
        continue;
      }
      Timelines timelines = state.lanes[lane].timelines;
      Timelines.Rewrite rewrite = frozen[lane];
      if (rewrite == null) {
        frozen[lane] = timelines.freeze();
      } else if (dice.chance(15)) {
        timelines.thaw();
        frozen[lane] = null;
      } else {
        timelines.take(written(rewrite, state));
        frozen[lane] = null;
      }
    }
  }

  private static @Nullable Block[] written(Timelines.Rewrite rewrite, State state) {
    var blocks = new @Nullable Block[rewrite.ranges()];
    for (int range = 0; range < blocks.length; range++) {
      blocks[range] =
          rewrite.stale(range)
              ? Block.read(
                  MemorySegment.ofArray(
                      rewrite
                          .write(range)
                          .finish(SEAL, NUMBERS.incrementAndGet())
                          .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)),
                  state.words(),
                  SEAL)
              : rewrite.block(range);
    }
    return blocks;
  }
}
