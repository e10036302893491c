package io.huoshui.insight.sheet;

import io.huoshui.profile.Period;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// RFM 迁移: which class whoever bought was in then, and is in now. Row `none` had not bought yet.
///
/// @param back how long ago then is
public record RfmMoves(Period back, Rfm.@Nullable Rules rules, Window window) implements Question {
  static final String NONE = "none";

  @Override
  public String kind() {
    return "rfm_moves";
  }

  @Override
  public boolean looksTwice() {
    return rules == null;
  }

  private @Nullable Rfm then(Timeline timeline, Scene scene) {
    Instant then = Instant.ofEpochMilli(back.before(scene.nowMs(), scene.calendar()));
    return Rfm.of(timeline, window, then, scene.calendar().zone());
  }

  @Override
  public void look(Timeline timeline, Scene scene, FirstLook into) {
    Rfm now = Rfm.of(timeline, window, scene.now(), scene.calendar().zone());
    Rfm then = then(timeline, scene);
    if (now != null) {
      into.buyer(0, now);
    }
    if (then != null) {
      into.buyer(1, then);
    }
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    Rfm now = Rfm.of(timeline, window, scene.now(), scene.calendar().zone());
    Rfm then = then(timeline, scene);
    if (now == null && then == null) {
      return;
    }
    cells.add(
        then == null ? NONE : RfmGrid.score(rules, then, first, 1).class8().wire(),
        now == null ? NONE : RfmGrid.score(rules, now, first, 0).class8().wire(),
        now == null ? 0 : now.monetaryFen());
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var rows = new ArrayList<Sheet.Label>();
    var columns = new ArrayList<Sheet.Label>();
    for (Rfm.Class8 each : Rfm.Class8.values()) {
      rows.add(RfmGrid.label(each));
      columns.add(RfmGrid.label(each));
    }
    rows.add(new Sheet.Label(NONE, "当时未购", "had not bought"));
    columns.add(new Sheet.Label(NONE, "窗口内已无购买", "nothing left in the window"));
    var cells = new ArrayList<Sheet.Cell>();
    for (Sheet.Label row : rows) {
      long all = 0;
      for (Sheet.Label column : columns) {
        all += tally.peopleIn(row.key(), column.key());
      }
      for (Sheet.Label column : columns) {
        Tally.Cell cell = tally.find(row.key(), column.key());
        if (cell != null) {
          cells.add(
              new Sheet.Cell(
                  row.key(),
                  column.key(),
                  cell.people(),
                  Arrays.asList(Numbers.share(cell.people(), all), (double) cell.sum()),
                  true));
        }
      }
    }
    return new Sheet(
        kind(),
        new Sheet.Axis(back + " 前", back + " ago", rows),
        new Sheet.Axis("现在", "now", columns),
        List.of(
            new Sheet.Measure("share", "占当时该类", "of the class then", Sheet.Unit.SHARE),
            new Sheet.Measure("sales", "销售额", "sales", Sheet.Unit.FEN)),
        cells,
        List.of(),
        List.of(RfmGrid.bounds(rules)));
  }
}
