package io.huoshui.insight.sheet;

import io.huoshui.event.Value;
import io.huoshui.insight.Share;
import io.huoshui.profile.Period;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// 话术回复率 (MISSION S16): which sentence got a reply, and which got none. A reply belongs to the last
/// message before it.
///
/// Column `last_word` has whoever was never heard of again after it, `silent` whoever did not
/// answer it in time, `waiting` those whose time is not over.
///
/// @param by a property of `message_delivered` that names the line or the guide; empty for the step
///   of the journey that sent it (`onboarding/3`)
/// @param within how long a reply may take
public record Replies(String by, Period within, Window window) implements Question {
  static final String DELIVERED = "delivered";
  static final String REPLIED = "replied";
  static final String SILENT = "silent";
  static final String LAST_WORD = "last_word";
  static final String WAITING = "waiting";

  @Override
  public String kind() {
    return "replies";
  }

  @Override
  public boolean keepsValues() {
    return true;
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    Window.Span span = scene.span(window);
    long withinMs = within.exact().toMillis();
    int end = timeline.from(scene.nowMs() + 1);
    int asked = -1;
    boolean answered = false;
    for (int i = 0; i < end; i++) {
      switch (timeline.name(i)) {
        case "message_delivered" -> {
          if (asked >= 0 && !answered) {
            unanswered(timeline, asked, scene, withinMs, false, cells);
          }
          long at = timeline.timeMs(i);
          asked = at >= span.fromMs() && at < span.toMs() ? i : -1;
          answered = false;
          if (asked >= 0) {
            cells.add(line(timeline, i), DELIVERED, 0);
          }
        }
        case "message_replied" -> {
          if (asked >= 0 && !answered) {
            long took = timeline.timeMs(i) - timeline.timeMs(asked);
            if (took <= withinMs) {
              cells.add(line(timeline, asked), REPLIED, took);
            } else {
              unanswered(timeline, asked, scene, withinMs, false, cells);
            }
            answered = true;
          }
        }
        default -> {}
      }
    }
    if (asked >= 0 && !answered) {
      unanswered(timeline, asked, scene, withinMs, true, cells);
    }
  }

  private void unanswered(
      Timeline timeline, int asked, Scene scene, long withinMs, boolean last, Cells cells) {
    String line = line(timeline, asked);
    if (scene.nowMs() - timeline.timeMs(asked) <= withinMs) {
      // A later message took its place before its time was over: it was not answered either way.
      cells.add(line, last ? WAITING : SILENT, 0);
      return;
    }
    cells.add(line, SILENT, 0);
    if (last) {
      cells.add(line, LAST_WORD, 0);
    }
  }

  private String line(Timeline timeline, int index) {
    Value named = timeline.property(index, by.isEmpty() ? "touchpoint" : by);
    if (named == null) {
      return "?";
    }
    if (!by.isEmpty()) {
      return named.shown();
    }
    String[] parts = named.shown().split("/", -1);
    return parts.length < 5 ? parts[0] : parts[0] + "/" + parts[4];
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var columns =
        List.of(
            new Sheet.Label(DELIVERED, "送达", "delivered"),
            new Sheet.Label(REPLIED, "回复", "replied"),
            new Sheet.Label(SILENT, "未回复", "no reply"),
            new Sheet.Label(LAST_WORD, "此后再无音讯", "never heard of again"),
            new Sheet.Label(WAITING, "还在等", "still waiting"));
    var cells = new ArrayList<Sheet.Cell>();
    for (String row : tally.rows()) {
      long delivered = times(tally, row, DELIVERED) - times(tally, row, WAITING);
      for (Sheet.Label column : columns) {
        Tally.Cell cell = tally.find(row, column.key());
        if (cell == null) {
          continue;
        }
        boolean rate = !column.key().equals(DELIVERED) && !column.key().equals(WAITING);
        Share share = Share.of(Math.min(cell.times(), delivered), delivered);
        Long median = column.key().equals(REPLIED) ? cell.median() : null;
        cells.add(
            new Sheet.Cell(
                row,
                column.key(),
                cell.people(),
                Arrays.asList(
                    Numbers.of(cell.times()),
                    rate ? Numbers.share(cell.times(), delivered) : null,
                    rate && delivered > 0 ? share.low() : null,
                    rate && delivered > 0 ? share.high() : null,
                    median == null ? null : median / 3_600_000.0),
                true));
      }
    }
    return new Sheet(
        kind(),
        new Sheet.Axis(
            by.isEmpty() ? "话术句" : by,
            by.isEmpty() ? "script line" : by,
            tally.rows().stream().map(Sheet.Label::of).toList()),
        new Sheet.Axis("", "", columns),
        List.of(
            new Sheet.Measure("messages", "条数", "messages", Sheet.Unit.NUMBER),
            new Sheet.Measure("rate", "占送达(已满时)", "of those whose time is over", Sheet.Unit.SHARE),
            new Sheet.Measure("low", "95% 下限", "95 % from", Sheet.Unit.SHARE),
            new Sheet.Measure("high", "95% 上限", "95 % to", Sheet.Unit.SHARE),
            new Sheet.Measure("hours", "回复中位时长", "median time to reply", Sheet.Unit.HOURS)),
        cells,
        List.of(),
        List.of(
            new Sheet.Note(
                "回复算给它之前最近的一条消息,须在 " + within + " 内。",
                "A reply belongs to the last message before it, within " + within + ".")));
  }

  private static long times(Tally tally, String row, String column) {
    Tally.Cell cell = tally.find(row, column);
    return cell == null ? 0 : cell.times();
  }
}
