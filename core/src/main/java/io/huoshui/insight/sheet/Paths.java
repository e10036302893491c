package io.huoshui.insight.sheet;

import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Period;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// 路径: what people do after something, or before it, step by step. A row is the way so far
/// (`page_viewed > cart_added`), a column what came next; `end` where nothing did within `gap`.
///
/// The same event again and again is one step. A path goes over at most `steps` steps; the next one
/// begins after it.
///
/// @param from where paths begin; ends, where they go back
/// @param names of events that are steps; empty for all
/// @param gap how long may pass between two steps
/// @param back goes back in time
/// @param most of the commonest events; the others are `other`
public record Paths(
    EventPattern from,
    List<String> names,
    int steps,
    Period gap,
    boolean back,
    int most,
    Window window)
    implements Question {
  public static final String END = "end";
  public static final String OTHER = "other";

  public Paths {
    names = List.copyOf(names);
    if (steps < 1 || steps > 8 || most < 1 || most > 40) {
      throw new IllegalArgumentException(
          "Paths have 1 to 8 steps over 1 to 40 events, not " + steps + " over " + most);
    }
  }

  @Override
  public String kind() {
    return "path";
  }

  @Override
  public boolean looksTwice() {
    return true;
  }

  @Override
  public void look(Timeline timeline, Scene scene, FirstLook into) {
    Window.Span span = scene.span(window);
    int end = timeline.from(span.toMs());
    for (int i = timeline.from(span.fromMs()); i < end; i++) {
      if (step(timeline.name(i))) {
        into.count(timeline.name(i));
      }
    }
  }

  private boolean step(String name) {
    return names.isEmpty() || names.contains(name);
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    Set<String> kept = first.commonest(most);
    Window.Span span = scene.span(window);
    int low = timeline.from(span.fromMs());
    int high = timeline.from(span.toMs());
    long gapMs = gap.exact().toMillis();
    int by = back ? -1 : 1;
    int i = back ? high - 1 : low;
    while (i >= low && i < high) {
      if (!from.matches(timeline, i)) {
        i += by;
        continue;
      }
      String way = timeline.name(i);
      String last = way;
      long lastMs = timeline.timeMs(i);
      int taken = 0;
      i += by;
      boolean ended = false;
      while (taken < steps) {
        while (i >= low
            && i < high
            && Math.abs(timeline.timeMs(i) - lastMs) <= gapMs
            && (!step(timeline.name(i)) || name(kept, timeline.name(i)).equals(last))) {
          lastMs = step(timeline.name(i)) ? timeline.timeMs(i) : lastMs;
          i += by;
        }
        if (i < low || i >= high || Math.abs(timeline.timeMs(i) - lastMs) > gapMs) {
          ended = true;
          break;
        }
        String next = name(kept, timeline.name(i));
        cells.add(way, next, 0);
        way = way + " > " + next;
        last = next;
        lastMs = timeline.timeMs(i);
        taken++;
        i += by;
      }
      if (ended) {
        cells.add(way, END, 0);
      }
    }
  }

  private static String name(Set<String> kept, String name) {
    return kept.contains(name) ? name : OTHER;
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    List<String> ways =
        tally.rows().stream()
            .sorted(
                java.util.Comparator.<String>comparingInt(way -> way.split(" > ", -1).length)
                    .thenComparing(way -> -all(tally, way))
                    .thenComparing(way -> way))
            .limit(500)
            .toList();
    var columns = new java.util.TreeSet<String>();
    var cells = new ArrayList<Sheet.Cell>();
    for (String way : ways) {
      double all = all(tally, way);
      var found = new java.util.TreeMap<String, Tally.Cell>();
      tally.each(way, found::put);
      found.forEach(
          (next, cell) -> {
            columns.add(next);
            cells.add(
                new Sheet.Cell(
                    way,
                    next,
                    cell.people(),
                    Arrays.asList(Numbers.of(cell.times()), Numbers.share(cell.times(), all)),
                    true));
          });
    }
    return new Sheet(
        kind(),
        new Sheet.Axis("已走", "way so far", ways.stream().map(Sheet.Label::of).toList()),
        new Sheet.Axis(
            back ? "之前" : "接着",
            back ? "before it" : "next",
            columns.stream()
                .map(
                    name ->
                        switch (name) {
                          case END -> new Sheet.Label(END, "到此为止", "nothing more");
                          case OTHER -> new Sheet.Label(OTHER, "其他", "other");
                          default -> Sheet.Label.of(name);
                        })
                .toList()),
        List.of(
            new Sheet.Measure("times", "次数", "times", Sheet.Unit.NUMBER),
            new Sheet.Measure("share", "占该处", "of those who got there", Sheet.Unit.SHARE)),
        cells,
        List.of(),
        List.of(
            new Sheet.Note(
                "两步之间不超过 " + gap + ";连续相同的行为算一步;最多列 500 条路径前缀,共 " + tally.rows().size() + " 条。",
                "At most "
                    + gap
                    + " between two steps; the same event again is one step; of "
                    + tally.rows().size()
                    + " ways at most 500 are listed.")));
  }

  private static long all(Tally tally, String way) {
    var sum = new long[1];
    tally.each(way, (_, cell) -> sum[0] += cell.times());
    return sum[0];
  }
}
