package io.huoshui.engine.columns;

import io.huoshui.profile.Funnel;
import io.huoshui.profile.Window;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How far everybody in a block comes along a funnel: what [Funnel#level] says of each. For one
/// thread, block after block.
public final class Funnels {
  private final Matcher[] steps;
  private final long withinMs;
  private final long[][] bits;
  private final long[] beganMs;
  private final int all;
  private @Nullable Run run;
  private long[] any = new long[0];

  public Funnels(Funnel funnel, Window.Span span) {
    this.steps =
        funnel.steps().stream().map(step -> Matcher.of(step, span)).toArray(Matcher[]::new);
    this.withinMs = funnel.within().exact().toMillis();
    this.bits = new long[steps.length][];
    this.beganMs = new long[steps.length];
    this.all = steps.length;
  }

  /// Adds a block's people to a histogram.
  ///
  /// @param skip locals left out; null for none
  /// @param histogram per level, 0 to the number of steps, how many people; changed
  public void over(Block block, long @Nullable [] skip, long[] histogram) {
    Run here = begin(block);
    while (here.next()) {
      prepare(here);
      for (int local = 0; local < here.locals; local++) {
        if (skip == null || !Bits.get(skip, here.firstLocal + local)) {
          histogram[level(here, here.starts[local], here.starts[local + 1])]++;
        }
      }
    }
  }

  /// @return the level of each local
  public byte[] levels(Block block) {
    Run here = begin(block);
    byte[] levels = new byte[block.span()];
    while (here.next()) {
      prepare(here);
      for (int local = 0; local < here.locals; local++) {
        levels[here.firstLocal + local] =
            (byte) level(here, here.starts[local], here.starts[local + 1]);
      }
    }
    return levels;
  }

  private Run begin(Block block) {
    Run here = run;
    if (here == null) {
      here = new Run(block);
      run = here;
    }
    here.begin(block);
    for (Matcher step : steps) {
      step.bind(block);
    }
    return here;
  }

  private void prepare(Run run) {
    int words = run.rowWords();
    if (any.length < words) {
      any = new long[words];
    }
    Arrays.fill(any, 0, words, 0);
    int on = 0;
    for (int step = 0; step < all; step++) {
      long[] matches = steps[step].bits(run);
      bits[step] = matches;
      for (int word = 0; word < words; word++) {
        any[word] |= matches[word];
      }
    }
    for (int word = 0; word < words; word++) {
      on += Long.bitCount(any[word]);
    }
    if (on > run.rows >>> 2) {
      run.times();
    }
  }

  private int level(Run run, int from, int to) {
    // Nothing before the first first step counts, but other steps of its instant do.
    int row = Bits.first(bits[0], from, to);
    if (row < 0) {
      return 0;
    }
    long time = run.timeMs(row);
    int earlier = Bits.last(any, from, row);
    while (earlier >= 0 && run.timeMs(earlier) == time) {
      row = earlier;
      earlier = Bits.last(any, from, row);
    }
    int reached = 0;
    int goal = 1 << (all - 1);
    while (row >= 0) {
      int taken = 0;
      long now = time;
      do {
        for (int step = 0; step < all; step++) {
          taken |= (int) (bits[step][row >>> 6] >>> row & 1) << step;
        }
        row = Bits.first(any, row + 1, to);
        time = row < 0 ? now : run.timeMs(row);
      } while (row >= 0 && time == now);
      reached = Funnel.advance(taken, now, withinMs, beganMs, reached);
      if ((reached & goal) != 0) {
        return all;
      }
    }
    return Integer.SIZE - Integer.numberOfLeadingZeros(reached);
  }
}
