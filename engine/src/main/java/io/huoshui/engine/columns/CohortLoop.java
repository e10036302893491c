package io.huoshui.engine.columns;

import io.huoshui.insight.sheet.Cohorts;
import io.huoshui.insight.sheet.Grouped;
import io.huoshui.insight.sheet.Scene;
import io.huoshui.insight.sheet.Tally;
import io.huoshui.profile.Grain;
import io.huoshui.profile.Window;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What [Cohorts#see] says of a block's people. For one thread, block after block.
///
/// Cells lie side by side, cohort by cohort; which period a day lies in is looked up. Somebody's
/// events are in order of time, so the periods they come in only grow: whoever comes twice in one
/// is told by the one before.
final class CohortLoop implements Loop<Grouped> {
  private final Cohorts asked;
  private final Scene scene;
  private final Matcher entry;
  private final Matcher returning;
  private final boolean same;
  private final Wholes amounts;
  private final Window.Span window;
  private final LocalDays days;
  private final int columns;
  private @Nullable Run run;

  /// The period of each day from `firstDay` on.
  private int[] periods = {};

  private int firstDay;

  // Per cohort from `firstCohort` on and per column, the first of which is the size.
  private int firstCohort;
  private int cohorts;
  private long[] people = {};
  private long[] times = {};
  private long[] sums = {};

  CohortLoop(Cohorts asked, Scene scene) {
    var upToNow = new Window.Span(Long.MIN_VALUE, scene.nowMs() + 1);
    this.asked = asked;
    this.scene = scene;
    this.entry = Matcher.of(asked.entry(), upToNow);
    this.returning = Matcher.of(asked.returning(), upToNow);
    this.same = asked.entry().equals(asked.returning());
    this.amounts = new Wholes(asked.sum());
    this.window = scene.span(asked.window());
    this.days = new LocalDays(scene.calendar().zone());
    this.columns = asked.periods() + 1;
  }

  @Override
  public void over(Block block, long @Nullable [] skip, Grouped into) {
    Run here = run;
    if (here == null) {
      here = new Run(block);
      run = here;
    }
    here.begin(block);
    int counted = 0;
    entry.bind(block);
    returning.bind(block);
    amounts.bind(block);
    while (here.next()) {
      counted += entry.occurs() ? over(here, skip) : people(here, skip);
    }
    flush(into);
    into.counted(counted);
  }

  private static int people(Run run, long @Nullable [] skip) {
    int people = 0;
    for (int local = 0; local < run.locals; local++) {
      people += has(run, local, skip) ? 1 : 0;
    }
    return people;
  }

  private static boolean has(Run run, int local, long @Nullable [] skip) {
    return run.starts[local] < run.starts[local + 1]
        && (skip == null || !Bits.get(skip, run.firstLocal + local));
  }

  private int over(Run run, long @Nullable [] skip) {
    long[] began = entry.bits(run);
    long[] came = same ? began : returning.bits(run);
    long[] paid = asked.sum().isEmpty() ? new long[0] : amounts.of(run);
    int counted = 0;
    for (int local = 0; local < run.locals; local++) {
      if (has(run, local, skip)) {
        counted++;
        int end = run.starts[local + 1];
        int first = Bits.first(began, run.starts[local], end);
        if (first >= 0) {
          person(run, first, end, came, paid);
        }
      }
    }
    return counted;
  }

  private void person(Run run, int first, int end, long[] came, long[] paid) {
    long beganMs = run.timeMs(first);
    if (beganMs < window.fromMs() || beganMs >= window.toMs()) {
      return;
    }
    int day = (int) days.of(beganMs);
    int period = period(day);
    int base = cohort(period);
    people[base]++;
    times[base]++;
    int last = -1;
    for (int row = Bits.first(came, first, end); row >= 0; row = Bits.first(came, row + 1, end)) {
      int next = (int) days.of(run.timeMs(row));
      int offset =
          asked.rolling()
              ? Cohorts.offset(asked.grain(), true, day, period, next)
              : period(next) - period;
      if (asked.unbounded()) {
        for (int missed = last + 1; missed < Math.min(offset, columns - 1); missed++) {
          people[base + 1 + missed]++;
          times[base + 1 + missed]++;
        }
      }
      if (offset < columns - 1) {
        int at = base + 1 + offset;
        people[at] += offset == last ? 0 : 1;
        times[at]++;
        sums[at] += paid.length == 0 ? 0 : paid[row];
      }
      last = offset;
    }
  }

  private int period(int day) {
    int at = day - firstDay;
    if (at < 0 || at >= periods.length) {
      reach(day);
      at = day - firstDay;
    }
    return periods[at];
  }

  /// Makes the table of periods reach a day.
  private void reach(int day) {
    int from = periods.length == 0 ? day - 64 : Math.min(firstDay, day - 64);
    int to = Math.max(periods.length == 0 ? day : firstDay + periods.length, day + 64);
    // A clock that is years off would make the table large; dates far from any other are rare.
    int[] next = new int[to - from];
    Grain grain = asked.grain();
    for (int i = 0; i < next.length; i++) {
      next[i] = grain.period(from + i);
    }
    periods = next;
    firstDay = from;
  }

  /// Where a cohort's cells begin.
  private int cohort(int period) {
    if (cohorts == 0) {
      firstCohort = period;
    }
    if (period < firstCohort || period >= firstCohort + cohorts) {
      int from = Math.min(firstCohort, period);
      int to = Math.max(firstCohort + cohorts, period + 1);
      people = moved(people, from, to);
      times = moved(times, from, to);
      sums = moved(sums, from, to);
      firstCohort = from;
      cohorts = to - from;
    }
    return (period - firstCohort) * columns;
  }

  private long[] moved(long[] cells, int from, int to) {
    long[] next = new long[Math.multiplyExact(to - from, columns)];
    System.arraycopy(cells, 0, next, (firstCohort - from) * columns, cohorts * columns);
    return next;
  }

  private void flush(Grouped into) {
    Tally tally = into.all();
    for (int cohort = 0; cohort < cohorts; cohort++) {
      for (int column = 0; column < columns; column++) {
        int at = cohort * columns + column;
        if (people[at] > 0) {
          tally
              .of(
                  scene.label(asked.grain(), firstCohort + cohort),
                  column == 0 ? Cohorts.SIZE : Integer.toString(column - 1))
              .add(people[at], times[at], sums[at]);
        }
      }
    }
    Arrays.fill(people, 0);
    Arrays.fill(times, 0);
    Arrays.fill(sums, 0);
  }
}
