package io.huoshui.insight.season;

import io.huoshui.insight.season.Season.Stage;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// 可比时点: where in a season a moment is, and which moment of another season it compares with.
///
/// Comparable is the same day of the same stage at the same time on the wall clock of the brand,
/// both counted from where the stage begins; so a clock put forward in between moves nothing.
///
/// ```
/// this     before 05-20 … 06-15 | during 06-16 06-17 06-18 |      now: 06-17 10:30, day 2 of during
/// last     before 05-25 … 06-15 | during 06-16 … 06-20     |      06-17 10:30
/// ```
///
/// A stage of the other season that is shorter has ended by then; one it did not have has no
/// moment.
public final class Clockwork {
  private Clockwork() {}

  public enum State {
    AHEAD("未开始", "ahead"),
    UNDER_WAY("进行中", "underWay"),
    OVER("已结束", "over");

    private final String zh;
    private final String wire;

    State(String zh, String wire) {
      this.zh = zh;
      this.wire = wire;
    }

    public String zh() {
      return zh;
    }

    public String wire() {
      return wire;
    }
  }

  /// @param stage null when it is not under way
  /// @param day of that stage, from 1; 0 when it is not under way
  /// @param elapsed the share of the season's time that has passed
  public record Moment(State state, @Nullable Stage stage, int day, double elapsed) {}

  public static Moment at(Season season, Instant now, ZoneId zone) {
    Window.Span span = season.span(zone);
    long nowMs = now.toEpochMilli();
    if (nowMs < span.fromMs()) {
      return new Moment(State.AHEAD, null, 0, 0);
    }
    if (nowMs >= span.toMs()) {
      return new Moment(State.OVER, null, 0, 1);
    }
    LocalDate today = now.atZone(zone).toLocalDate();
    for (Stage stage : season.stages()) {
      if (!today.isBefore(stage.from()) && !today.isAfter(stage.to())) {
        return new Moment(
            State.UNDER_WAY,
            stage,
            (int) ChronoUnit.DAYS.between(stage.from(), today) + 1,
            (double) (nowMs - span.fromMs()) / (span.toMs() - span.fromMs()));
      }
    }
    throw new IllegalStateException("A season without a gap has no stage on " + today);
  }

  /// The moment of `last` that compares with `now` of `season`: its end when that is over, its
  /// beginning when that is ahead.
  ///
  /// @return null when `last` had no such stage
  public static @Nullable Instant comparable(Season season, Instant now, Season last, ZoneId zone) {
    Moment moment = at(season, now, zone);
    Window.Span span = last.span(zone);
    Stage here = moment.stage();
    if (here == null) {
      return Instant.ofEpochMilli(moment.state() == State.OVER ? span.toMs() : span.fromMs());
    }
    Stage there = last.stage(here.phase());
    if (there == null) {
      return null;
    }
    if (moment.day() > there.days()) {
      return there.to().plusDays(1).atStartOfDay(zone).toInstant();
    }
    ZonedDateTime local = now.atZone(zone);
    return there
        .from()
        .plusDays(moment.day() - 1L)
        .atTime(local.toLocalTime())
        .atZone(zone)
        .toInstant();
  }
}
