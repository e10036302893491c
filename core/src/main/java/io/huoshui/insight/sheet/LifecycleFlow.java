package io.huoshui.insight.sheet;

import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Period;
import io.huoshui.profile.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// 生命周期流转: where everybody stood at some instants, one after the other; the flows between two of
/// them are the bands of a Sankey diagram. Everybody with events is in exactly one flow of each
/// step.
///
/// Rows are `1/existing`: the state at the first instant; columns `2/at_risk`: at the next. `new`
/// was not known yet.
///
/// @param ago how long ago the instants are, the longest first; `0d` is now
public record LifecycleFlow(List<Period> ago) implements Question {
  static final String NEW = "new";

  public LifecycleFlow {
    ago = List.copyOf(ago);
    if (ago.size() < 2 || ago.size() > 13) {
      throw new IllegalArgumentException("A flow has 2 to 13 instants, not " + ago.size());
    }
    for (int i = 1; i < ago.size(); i++) {
      if (ago.get(i).exact().compareTo(ago.get(i - 1).exact()) >= 0) {
        throw new IllegalArgumentException(
            "The instants of a flow come nearer: "
                + ago.get(i)
                + " is not after "
                + ago.get(i - 1));
      }
    }
  }

  @Override
  public String kind() {
    return "lifecycle_flow";
  }

  private String state(Timeline timeline, Scene scene, int at) {
    Period back = ago.get(at);
    long then = back.amount() == 0 ? scene.nowMs() : back.before(scene.nowMs(), scene.calendar());
    return timeline.timeMs(0) > then
        ? NEW
        : Lifecycle.of(timeline, then, scene.calendar(), Lifecycle.Bounds.STANDARD).wire();
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    String before = "1/" + state(timeline, scene, 0);
    for (int at = 1; at < ago.size(); at++) {
      String next = (at + 1) + "/" + state(timeline, scene, at);
      cells.add(before, next, 0);
      before = next;
    }
  }

  private List<Sheet.Label> labels(int from, int to) {
    var labels = new ArrayList<Sheet.Label>();
    for (int at = from; at < to; at++) {
      String when = ago.get(at).amount() == 0 ? "" : ago.get(at).toString();
      labels.add(
          new Sheet.Label(
              (at + 1) + "/" + NEW,
              when.isEmpty() ? "现在 尚无" : when + " 前 尚未认识",
              when.isEmpty() ? "not yet known" : when + " ago: not yet known"));
      for (Lifecycle state : Lifecycle.values()) {
        labels.add(
            new Sheet.Label(
                (at + 1) + "/" + state.wire(),
                when.isEmpty() ? "现在 " + state.zh() : when + " 前 " + state.zh(),
                when.isEmpty() ? "now: " + state.en() : when + " ago: " + state.en()));
      }
    }
    return labels;
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    List<Sheet.Label> rows = labels(0, ago.size() - 1);
    List<Sheet.Label> columns = labels(1, ago.size());
    var cells = new ArrayList<Sheet.Cell>();
    for (Sheet.Label row : rows) {
      long all = 0;
      for (Sheet.Label column : columns) {
        all += tally.peopleIn(row.key(), column.key());
      }
      for (Sheet.Label column : columns) {
        long people = tally.peopleIn(row.key(), column.key());
        if (people > 0) {
          cells.add(
              new Sheet.Cell(
                  row.key(),
                  column.key(),
                  people,
                  Arrays.asList(Numbers.share(people, all)),
                  true));
        }
      }
    }
    return new Sheet(
        kind(),
        new Sheet.Axis("从", "from", rows),
        new Sheet.Axis("到", "to", columns),
        List.of(new Sheet.Measure("share", "占来处", "of where they were", Sheet.Unit.SHARE)),
        cells,
        List.of(),
        List.of());
  }
}
