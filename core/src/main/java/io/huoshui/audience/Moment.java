package io.huoshui.audience;

import io.huoshui.profile.Calendar;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;

/// The instant and the brand's settings a rule is asked under. Windows are resolved once per
/// moment, not once per person.
public final class Moment {
  private final Instant now;
  private final Calendar calendar;
  private final Lifecycle.Bounds lifecycle;
  private final Map<Window, Window.Span> spans = new HashMap<>();

  public Moment(Instant now, ZoneId zone) {
    this(now, zone, Lifecycle.Bounds.STANDARD);
  }

  public Moment(Instant now, ZoneId zone, Lifecycle.Bounds lifecycle) {
    this(now, new Calendar(zone), lifecycle);
  }

  private Moment(Instant now, Calendar calendar, Lifecycle.Bounds lifecycle) {
    this.now = now;
    this.calendar = calendar;
    this.lifecycle = lifecycle;
  }

  /// Another instant under the same settings.
  public Moment at(Instant other) {
    return new Moment(other, calendar, lifecycle);
  }

  public Instant now() {
    return now;
  }

  public ZoneId zone() {
    return calendar.zone();
  }

  /// The day of the brand.
  public LocalDate today() {
    return LocalDate.ofEpochDay(calendar.day(now.toEpochMilli()));
  }

  public Calendar calendar() {
    return calendar;
  }

  public Lifecycle.Bounds lifecycle() {
    return lifecycle;
  }

  /// Not thread-safe: each evaluating thread has its own moment.
  public Window.Span span(Window window) {
    return spans.computeIfAbsent(window, w -> w.at(now.toEpochMilli(), calendar));
  }
}
