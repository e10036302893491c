package io.huoshui.insight.sheet;

import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Funnel;
import io.huoshui.profile.Period;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// 漏斗: how many come how far along a row of steps, by the rules of [Funnel].
///
/// Column `reached` has whoever came to a step, `stopped` whoever came no further.
///
/// @param exclusions what ends a way when it happens between two steps
/// @param holding a property that has to be the same at every step, empty for none: the same
///   product viewed, put into the cart and bought. Steps without it do not count
/// @param times whether the time from the first step to each is told, too
public record FunnelSteps(
    List<EventPattern> steps,
    List<Exclusion> exclusions,
    String holding,
    Period within,
    Window window,
    boolean times)
    implements Question {
  public static final String REACHED = "reached";
  public static final String STOPPED = "stopped";

  /// @param after the step, from 1, after which and before the next of which it must not happen
  public record Exclusion(EventPattern event, int after) {}

  public FunnelSteps {
    steps = List.copyOf(steps);
    exclusions = List.copyOf(exclusions);
    // Counts and bounds of steps are the funnel's.
    var _ = new Funnel(steps, within, window);
    for (Exclusion exclusion : exclusions) {
      if (exclusion.after() < 1 || exclusion.after() >= steps.size()) {
        throw new IllegalArgumentException(
            "An exclusion is after step 1 to " + (steps.size() - 1) + ", not " + exclusion.after());
      }
    }
  }

  @Override
  public String kind() {
    return "funnel";
  }

  /// The plain funnel this is where nothing is excluded, held or timed; null otherwise.
  public @Nullable Funnel plain() {
    return exclusions.isEmpty() && holding.isEmpty() && !times
        ? new Funnel(steps, within, window)
        : null;
  }

  @Override
  public boolean keepsValues() {
    return times;
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    long[] took = took(timeline, scene.span(window));
    int level = 0;
    while (level < took.length && took[level] >= 0) {
      level++;
      cells.add(Numbers.key(level), REACHED, took[level - 1]);
    }
    if (level > 0) {
      cells.add(Numbers.key(level), STOPPED, 0);
    }
  }

  /// Per step the milliseconds from the first step of the way that first came to it; -1 where none
  /// did.
  long[] took(Timeline timeline, Window.Span span) {
    long[] took = new long[steps.size()];
    Arrays.fill(took, -1);
    if (holding.isEmpty()) {
      walk(timeline, span, null, took);
      return took;
    }
    for (Value held : held(timeline, span)) {
      long[] one = new long[steps.size()];
      Arrays.fill(one, -1);
      walk(timeline, span, held, one);
      for (int step = 0; step < took.length; step++) {
        took[step] =
            took[step] < 0
                ? one[step]
                : one[step] < 0 ? took[step] : Math.min(took[step], one[step]);
      }
    }
    return took;
  }

  private Set<Value> held(Timeline timeline, Window.Span span) {
    var found = new LinkedHashSet<Value>();
    int end = timeline.from(span.toMs());
    for (int i = timeline.from(span.fromMs()); i < end; i++) {
      if (steps.getFirst().matches(timeline, i)
          && timeline.property(i, holding) instanceof Value value) {
        found.add(value);
      }
    }
    return found;
  }

  /// The rules of [Funnel#level], and: an exclusion ends the ways that stand between its two steps.
  /// What happens at the very instant of a step is neither before nor after it.
  private void walk(Timeline timeline, Window.Span span, @Nullable Value held, long[] took) {
    long withinMs = within.exact().toMillis();
    long[] beganMs = new long[steps.size()];
    long[] atMs = new long[steps.size()];
    int open = 0;
    int end = timeline.from(span.toMs());
    int i = timeline.from(span.fromMs());
    while (i < end) {
      long time = timeline.timeMs(i);
      int taken = 0;
      int excluded = 0;
      for (; i < end && timeline.timeMs(i) == time; i++) {
        if (held == null || held.equals(timeline.property(i, holding))) {
          for (int step = 0; step < steps.size(); step++) {
            if (steps.get(step).matches(timeline, i)) {
              taken |= 1 << step;
            }
          }
        }
        for (Exclusion exclusion : exclusions) {
          if (exclusion.event().matches(timeline, i)) {
            excluded |= 1 << (exclusion.after() - 1);
          }
        }
      }
      int before = open;
      open = Funnel.advance(taken, time, withinMs, beganMs, open);
      for (int left = taken; left != 0; left &= left - 1) {
        int step = Integer.numberOfTrailingZeros(left);
        boolean came =
            step == 0 || ((open >>> (step - 1) & 1) != 0 && time - beganMs[step - 1] <= withinMs);
        if (came) {
          atMs[step] = time;
          if (took[step] < 0) {
            took[step] = time - beganMs[step];
          }
        }
      }
      for (int left = excluded & before; left != 0; left &= left - 1) {
        int step = Integer.numberOfTrailingZeros(left);
        if (atMs[step] < time) {
          open &= ~(1 << step);
        }
      }
    }
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var labels = new ArrayList<Sheet.Label>();
    var cells = new ArrayList<Sheet.Cell>();
    long begun = tally.peopleIn("1", REACHED);
    long before = begun;
    for (int step = 1; step <= steps.size(); step++) {
      String row = Numbers.key(step);
      String name = step + ". " + steps.get(step - 1).event();
      labels.add(new Sheet.Label(row, name, name));
      Tally.Cell reached = tally.find(row, REACHED);
      long came = reached == null ? 0 : reached.people();
      Long median = reached == null ? null : reached.median();
      cells.add(
          new Sheet.Cell(
              row,
              REACHED,
              came,
              Arrays.asList(
                  Numbers.share(came, begun),
                  Numbers.share(came, before),
                  median == null ? null : median / 3_600_000.0),
              true));
      long stopped = tally.peopleIn(row, STOPPED);
      cells.add(
          new Sheet.Cell(
              row,
              STOPPED,
              stopped,
              Arrays.asList(Numbers.share(stopped, begun), Numbers.share(stopped, came), null),
              true));
      before = came;
    }
    return new Sheet(
        kind(),
        new Sheet.Axis("步骤", "step", labels),
        new Sheet.Axis(
            "",
            "",
            List.of(
                new Sheet.Label(REACHED, "到达", "reached"),
                new Sheet.Label(STOPPED, "止于此步", "stopped here"))),
        List.of(
            new Sheet.Measure("ofFirst", "占第一步", "of the first step", Sheet.Unit.SHARE),
            new Sheet.Measure("ofBefore", "占上一步", "of the step before", Sheet.Unit.SHARE),
            new Sheet.Measure(
                "hours", "距第一步中位时长", "median since the first step", Sheet.Unit.HOURS)),
        cells,
        List.of(),
        List.of(
            new Sheet.Note(
                "每步须在第一步后 " + within + " 内按顺序发生;中间可有其他行为。",
                "Every step within "
                    + within
                    + " of the first, in order; others may lie between.")));
  }
}
