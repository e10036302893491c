package io.huoshui.insight.sheet;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// 社群生命曲线 (MISSION S18): per group and week of its life, who joined, who left, who was there, and
/// who did something in it. Week 0 begins with the first who joined.
///
/// What is done in a group are events with a `group` beside joining and leaving it.
///
/// @param weeks of a life that are shown
public record Communities(int weeks) implements Question {
  private static final List<String> COLUMNS = List.of("joined", "left", "present", "active");

  /// A group's age, told by its curve.
  public enum Stage {
    /// Its first four weeks.
    BORN("初生", "young"),
    /// More active people than ever.
    PEAK("高峰", "at its peak"),
    /// Between a fifth of its peak and the peak.
    LIVING("平稳", "living"),
    /// Less than a fifth of its peak.
    FADING("衰退", "fading"),
    /// Nobody did anything for four weeks.
    SILENT("沉寂", "silent");

    private final String zh;
    private final String en;

    Stage(String zh, String en) {
      this.zh = zh;
      this.en = en;
    }

    public String zh() {
      return zh;
    }

    public String en() {
      return en;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// @param active people who did something, per whole week of its life
    public static Stage of(List<Long> active) {
      int weeks = active.size();
      long peak = active.stream().mapToLong(Long::longValue).max().orElse(0);
      long lately =
          active.subList(Math.max(0, weeks - 4), weeks).stream().mapToLong(Long::longValue).sum();
      if (weeks < 4) {
        return BORN;
      }
      if (lately == 0) {
        return SILENT;
      }
      long last = active.getLast();
      return last == peak ? PEAK : last * 5 < peak ? FADING : LIVING;
    }
  }

  public Communities {
    if (weeks < 1 || weeks > 208) {
      throw new IllegalArgumentException(
          "A community is followed for 1 to 208 weeks, not " + weeks);
    }
  }

  @Override
  public String kind() {
    return "community";
  }

  @Override
  public boolean looksTwice() {
    return true;
  }

  @Override
  public void look(Timeline timeline, Scene scene, FirstLook into) {
    int end = timeline.from(scene.nowMs() + 1);
    for (int i = 0; i < end; i++) {
      if (timeline.name(i).equals("group_joined")
          && timeline.property(i, "group") instanceof Value group) {
        into.at(group.shown(), timeline.timeMs(i));
      }
    }
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    int end = timeline.from(scene.nowMs() + 1);
    var since = new HashMap<String, Integer>();
    var present = new HashSet<String>();
    for (int i = 0; i < end; i++) {
      if (!(timeline.property(i, "group") instanceof Value value)) {
        continue;
      }
      String group = value.shown();
      Long born = first.earliest(group);
      if (born == null || timeline.timeMs(i) < born) {
        continue;
      }
      int week = (scene.day(timeline.timeMs(i)) - scene.day(born)) / 7;
      switch (timeline.name(i)) {
        case "group_joined" -> {
          put(group, "joined", week, cells);
          since.putIfAbsent(group, week);
        }
        case "group_left" -> {
          put(group, "left", week, cells);
          Integer from = since.remove(group);
          if (from != null) {
            present(group, from, week, present, cells);
          }
        }
        default -> put(group, "active", week, cells);
      }
    }
    since.forEach(
        (group, from) -> {
          Long born = first.earliest(group);
          if (born != null) {
            present(group, from, (scene.today() - scene.day(born)) / 7, present, cells);
          }
        });
  }

  private void present(String group, int from, int to, HashSet<String> already, Cells cells) {
    for (int week = from; week <= Math.min(to, weeks - 1); week++) {
      if (already.add(group + "\n" + week)) {
        put(group, "present", week, cells);
      }
    }
  }

  private void put(String group, String what, int week, Cells cells) {
    if (week < weeks) {
      cells.add(group, what + "/" + week, 0);
    }
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var columns = new ArrayList<Sheet.Label>();
    int most = 0;
    for (String column : tally.columns()) {
      most = Math.max(most, Integer.parseInt(column.substring(column.indexOf('/') + 1)) + 1);
    }
    String[] zh = {"加入", "退出", "在群", "活跃"};
    for (int what = 0; what < COLUMNS.size(); what++) {
      for (int week = 0; week < most; week++) {
        columns.add(
            new Sheet.Label(
                COLUMNS.get(what) + "/" + week,
                "第 " + week + " 周" + zh[what],
                COLUMNS.get(what) + " in week " + week));
      }
    }
    var cells = new ArrayList<Sheet.Cell>();
    var notes = new ArrayList<Sheet.Note>();
    for (String group : tally.rows()) {
      var curve = new ArrayList<Long>();
      Long born = tally.first().earliest(group);
      int whole = born == null ? 0 : Math.min(weeks, (scene.today() - scene.day(born)) / 7);
      for (int week = 0; week < whole; week++) {
        curve.add(tally.peopleIn(group, "active/" + week));
      }
      Stage stage = Stage.of(curve);
      notes.add(new Sheet.Note(group + ":" + stage.zh(), group + ": " + stage.en()));
      for (Sheet.Label column : columns) {
        Tally.Cell cell = tally.find(group, column.key());
        if (cell != null) {
          String week = column.key().substring(column.key().indexOf('/') + 1);
          @Nullable Double share =
              Numbers.share(cell.people(), tally.peopleIn(group, "present/" + week));
          cells.add(
              new Sheet.Cell(
                  group,
                  column.key(),
                  cell.people(),
                  Arrays.asList(Numbers.of(cell.times()), share),
                  Integer.parseInt(week) < whole));
        }
      }
    }
    return new Sheet(
        kind(),
        new Sheet.Axis("社群", "group", tally.rows().stream().map(Sheet.Label::of).toList()),
        new Sheet.Axis("周", "week", columns),
        List.of(
            new Sheet.Measure("times", "次数", "times", Sheet.Unit.NUMBER),
            new Sheet.Measure("share", "占在群", "of those present", Sheet.Unit.SHARE)),
        cells,
        List.of(),
        notes);
  }
}
