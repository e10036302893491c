package io.huoshui.insight.sheet;

import io.huoshui.profile.Calendar;
import io.huoshui.profile.Grain;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;

/// The instant a question is asked at, and the brand's calendar. For one thread: it remembers what
/// it was asked for.
public final class Scene {
  private final Instant now;
  private final long nowMs;
  private final Calendar calendar;
  private final Map<Grain, Map<Integer, String>> labels = new HashMap<>();
  private final Map<Window, Window.Span> spans = new HashMap<>();

  public Scene(Instant now, ZoneId zone) {
    this.now = now;
    this.nowMs = now.toEpochMilli();
    this.calendar = new Calendar(zone);
  }

  public Instant now() {
    return now;
  }

  public long nowMs() {
    return nowMs;
  }

  public Calendar calendar() {
    return calendar;
  }

  public Window.Span span(Window window) {
    return spans.computeIfAbsent(window, asked -> asked.at(nowMs, calendar));
  }

  /// The brand's day of an instant, as days since 1970-01-01.
  public int day(long timeMs) {
    return calendar.day(timeMs);
  }

  public int today() {
    return calendar.day(nowMs);
  }

  /// The period of a grain an instant lies in.
  public int period(Grain grain, long timeMs) {
    return grain.period(calendar.day(timeMs));
  }

  public String label(Grain grain, int period) {
    return labels
        .computeIfAbsent(grain, _ -> new HashMap<>())
        .computeIfAbsent(period, grain::label);
  }
}
