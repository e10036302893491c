package io.huoshui.engine.columns;

import io.huoshui.profile.Funnel;
import io.huoshui.profile.Window;
import org.jspecify.annotations.Nullable;

/// How far everybody in a block comes along a funnel: what [Funnel#level] says of each. For one
/// thread, block after block.
///
/// Step by step instead of event by event: an event of step k counts when the last counted event of
/// step k - 1 that is not later began near enough. The sets of up to 64 events of a person are one
/// word each, so that "the last before" is one instruction and most events are never looked at.
public final class Funnels {
  private final Matcher[] steps;
  private final long withinMs;
  private final int all;
  private final long[][] bits;

  /// Per event of a person the beginning of the way that came to it; two steps in turn.
  private final long[][] began = new long[2][64];

  private final long[] beganOfSteps;
  private @Nullable Run run;

  public Funnels(Funnel funnel, Window.Span span) {
    this.steps =
        funnel.steps().stream().map(step -> Matcher.of(step, span)).toArray(Matcher[]::new);
    this.withinMs = funnel.within().exact().toMillis();
    this.all = steps.length;
    this.bits = new long[all][];
    this.beganOfSteps = new long[all];
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
    for (int step = 0; step < all; step++) {
      bits[step] = steps[step].bits(run);
    }
    run.times();
  }

  private int level(Run run, int from, int to) {
    long[] times = run.times();
    int size = to - from;
    if (size > 64) {
      return levelOfMany(times, from, to);
    }
    if (size == 0) {
      return 0;
    }
    long reached = Bits.window(bits[0], from, size);
    if (reached == 0) {
      return 0;
    }
    for (int step = 1; step < all; step++) {
      long next = 0;
      long[] before = began[step & 1];
      long[] now = began[(step & 1) ^ 1];
      for (long left = Bits.window(bits[step], from, size); left != 0; left &= left - 1) {
        int at = Long.numberOfTrailingZeros(left);
        long time = times[from + at];
        int end = at;
        // Within an instant the earlier step is the earlier event, wherever it stands.
        while (end + 1 < size && times[from + end + 1] == time) {
          end++;
        }
        long earlier = reached & (-1L >>> (63 - end));
        if (earlier != 0) {
          int last = 63 - Long.numberOfLeadingZeros(earlier);
          long beginning = step == 1 ? times[from + last] : before[last];
          if (time - beginning <= withinMs) {
            next |= 1L << at;
            now[at] = beginning;
          }
        }
      }
      if (next == 0) {
        return step;
      }
      reached = next;
    }
    return all;
  }

  private int levelOfMany(long[] times, int from, int to) {
    int reached = 0;
    int row = from;
    while (row < to) {
      long time = times[row];
      int taken = 0;
      for (; row < to && times[row] == time; row++) {
        for (int step = 0; step < all; step++) {
          taken |= (Bits.get(bits[step], row) ? 1 : 0) << step;
        }
      }
      if (taken != 0) {
        reached = Funnel.advance(taken, time, withinMs, beganOfSteps, reached);
      }
    }
    return Integer.SIZE - Integer.numberOfLeadingZeros(reached);
  }
}
