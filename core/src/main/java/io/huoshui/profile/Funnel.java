package io.huoshui.profile;

import java.util.List;

/// How far people come along a row of steps.
///
/// The deepest step reached in order, every step at most `within` after the first: the level, 0
/// when not even the first step was taken. Other events may lie between. A later first step begins
/// anew and leaves what was reached before it as it is, so the level is the best of all beginnings.
///
/// Of events at the same instant the one of the earlier step counts as earlier, however they
/// arrived; one event may be several steps. These are the rules of ClickHouse's `windowFunnel` in
/// its default mode.
public record Funnel(List<EventPattern> steps, Period within, Window window) {
  /// More than enough for people to read, few enough for a set of steps to be one number.
  public static final int MOST_STEPS = 32;

  public Funnel {
    steps = List.copyOf(steps);
    if (steps.isEmpty() || steps.size() > MOST_STEPS) {
      throw new IllegalArgumentException(
          "A funnel has 1 to " + MOST_STEPS + " steps, not " + steps.size());
    }
  }

  /// @return 0 to the number of steps
  public int level(Timeline timeline, Window.Span span) {
    long withinMs = within.exact().toMillis();
    long[] beganMs = new long[steps.size()];
    int reached = 0;
    int end = timeline.from(span.toMs());
    int i = timeline.from(span.fromMs());
    while (i < end) {
      long time = timeline.timeMs(i);
      int taken = 0;
      for (; i < end && timeline.timeMs(i) == time; i++) {
        for (int step = 0; step < steps.size(); step++) {
          if (steps.get(step).matches(timeline, i)) {
            taken |= 1 << step;
          }
        }
      }
      reached = advance(taken, time, withinMs, beganMs, reached);
    }
    return Integer.SIZE - Integer.numberOfLeadingZeros(reached);
  }

  /// Takes the steps of one instant.
  ///
  /// @param taken the steps whose events happened, as a set of bits
  /// @param beganMs per reached step when its first step was; changed
  /// @param reached the steps reached so far, as a set of bits
  /// @return the steps reached now
  public static int advance(int taken, long timeMs, long withinMs, long[] beganMs, int reached) {
    int now = reached;
    for (int left = taken; left != 0; left &= left - 1) {
      int step = Integer.numberOfTrailingZeros(left);
      if (step == 0) {
        beganMs[0] = timeMs;
        now |= 1;
      } else if ((now >>> (step - 1) & 1) != 0 && timeMs - beganMs[step - 1] <= withinMs) {
        beganMs[step] = beganMs[step - 1];
        now |= 1 << step;
      }
    }
    return now;
  }
}
