package io.huoshui.insight.sheet;

import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Grain;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 同期群与留存: whoever began in the same period, and how many of them came again how many periods
/// later. Everybody who ever began is in exactly one cohort.
///
/// Column `size` has the cohort, `0` whoever came in the period they began in, `1` in the next…
///
/// @param entry the first such event, ever, begins
/// @param returning what counts as coming again; the beginning itself counts where it matches
/// @param rolling counts periods from each person's own day ([Grain#days]); otherwise by the
///   calendar
/// @param unbounded counts whoever came then or later
/// @param sum the property summed up, empty for none
/// @param periods columns at most
/// @param window in which cohorts began
public record Cohorts(
    EventPattern entry,
    EventPattern returning,
    Grain grain,
    boolean rolling,
    boolean unbounded,
    String sum,
    int periods,
    Window window)
    implements Question {
  public static final String SIZE = "size";
  public static final int MOST_PERIODS = 366;

  public Cohorts {
    if (periods < 1 || periods > MOST_PERIODS) {
      throw new IllegalArgumentException(
          "Cohorts are followed for 1 to " + MOST_PERIODS + " periods, not " + periods);
    }
  }

  @Override
  public String kind() {
    return "cohort";
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    int end = timeline.from(scene.nowMs() + 1);
    int began = 0;
    while (began < end && !entry.matches(timeline, began)) {
      began++;
    }
    if (began == end) {
      return;
    }
    long beganMs = timeline.timeMs(began);
    Window.Span span = scene.span(window);
    if (beganMs < span.fromMs() || beganMs >= span.toMs()) {
      return;
    }
    int day = scene.day(beganMs);
    int period = grain.period(day);
    String row = scene.label(grain, period);
    cells.add(row, SIZE, 0);
    int last = -1;
    for (int i = began; i < end; i++) {
      if (!returning.matches(timeline, i)) {
        continue;
      }
      int offset = offset(grain, rolling, day, period, scene.day(timeline.timeMs(i)));
      if (unbounded) {
        for (int missed = last + 1; missed < Math.min(offset, periods); missed++) {
          cells.add(row, Numbers.key(missed), 0);
        }
      }
      last = Math.max(last, offset);
      if (offset < periods) {
        cells.add(row, Numbers.key(offset), sum.isEmpty() ? 0 : timeline.whole(i, sum));
      }
    }
  }

  /// How many periods after the beginning a day lies.
  ///
  /// @param began the day of the beginning, in `period`
  public static int offset(Grain grain, boolean rolling, int began, int period, int day) {
    return rolling ? (day - began) / grain.days() : grain.period(day) - period;
  }

  /// Whether everybody of a cohort had the whole of a period.
  private boolean complete(int period, int offset, int today) {
    if (rolling) {
      int youngest = grain.firstDay(period + 1) - 1;
      return youngest + (offset + 1) * grain.days() <= today;
    }
    return grain.firstDay(period + offset + 1) <= today;
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var rows = new ArrayList<Sheet.Label>();
    var cells = new ArrayList<Sheet.Cell>();
    int today = scene.today();
    long[] of = new long[periods];
    long[] came = new long[periods];
    int widest = 0;
    var found = tally.rows();
    int newest = grain.period(today);
    int oldest = newest;
    while (!found.isEmpty() && scene.label(grain, oldest).compareTo(found.first()) > 0) {
      oldest--;
    }
    for (int period = oldest; !found.isEmpty() && period <= newest; period++) {
      String row = scene.label(grain, period);
      long size = tally.peopleIn(row, SIZE);
      if (size == 0) {
        continue;
      }
      rows.add(Sheet.Label.of(row));
      cells.add(new Sheet.Cell(row, SIZE, size, Arrays.asList(1.0, null, null), true));
      double total = 0;
      for (int offset = 0; offset < periods; offset++) {
        boolean begun =
            rolling
                ? grain.firstDay(period) + offset * grain.days() <= today
                : grain.firstDay(period + offset) <= today;
        if (!begun) {
          break;
        }
        widest = Math.max(widest, offset + 1);
        Tally.Cell cell = tally.find(row, Numbers.key(offset));
        long people = cell == null ? 0 : cell.people();
        total += cell == null ? 0 : cell.sum();
        boolean complete = complete(period, offset, today);
        if (complete) {
          of[offset] += size;
          came[offset] += people;
        }
        cells.add(
            new Sheet.Cell(
                row,
                Numbers.key(offset),
                people,
                Arrays.asList(
                    (double) people / size,
                    sum.isEmpty() ? null : cell == null ? 0.0 : (double) cell.sum(),
                    sum.isEmpty() ? null : total / size),
                complete));
      }
    }
    var columns = new ArrayList<Sheet.Label>();
    columns.add(new Sheet.Label(SIZE, "人数", "people"));
    var figures = new ArrayList<Sheet.Figure>();
    for (int offset = 0; offset < widest; offset++) {
      columns.add(
          new Sheet.Label(
              Numbers.key(offset), "第 " + offset + " " + grain.zh(), grain.en() + " " + offset));
      @Nullable Double kept = Numbers.share(came[offset], of[offset]);
      if (kept != null) {
        figures.add(
            new Sheet.Figure(
                "retention_" + offset,
                "第 " + offset + " " + grain.zh() + "留存(已满期群合计)",
                "kept in " + grain.en() + " " + offset + ", of cohorts that had the whole of it",
                Sheet.Unit.SHARE,
                kept));
      }
    }
    return new Sheet(
        kind(),
        new Sheet.Axis("首次" + grain.zh(), "began in", rows),
        new Sheet.Axis("之后", "later", columns),
        List.of(
            new Sheet.Measure("share", "占同期群", "of the cohort", Sheet.Unit.SHARE),
            new Sheet.Measure("sum", "金额", "summed up", Sheet.Unit.FEN),
            new Sheet.Measure("perHead", "人均累计", "per head so far", Sheet.Unit.FEN)),
        cells,
        figures,
        List.of(
            new Sheet.Note(
                (rolling ? "按每个人自己的起点滚动,每期 " + grain.days() + " 天" : "按自然" + grain.zh())
                    + (unbounded ? ";当期或之后来过都算" : "")
                    + ";未满期的格子不计入合计留存。",
                (rolling
                        ? "Periods of " + grain.days() + " days from each person's own day"
                        : "By calendar " + grain.en())
                    + (unbounded ? "; whoever came then or later counts" : "")
                    + "; cells whose time is not over are not in the totals.")));
  }
}
