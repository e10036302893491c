package io.huoshui.platforms.file;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All events of an import in the order of their time, as the server would have met them live. Of
/// two at the same instant the rule that stands first in the map comes first.
final class EventStream implements AutoCloseable {
  private final List<EventRows> all;
  private final List<EventRows> open;

  private EventStream(List<EventRows> all) {
    this.all = all;
    this.open = new ArrayList<>(all);
    open.removeIf(rows -> !rows.advance());
  }

  static EventStream open(Staging staging, ImportMap map) {
    var all = new ArrayList<EventRows>();
    try {
      for (ImportMap.EventRule rule : map.events()) {
        all.add(staging.events(rule));
      }
      return new EventStream(List.copyOf(all));
    } catch (RuntimeException e) {
      all.forEach(EventRows::close);
      throw e;
    }
  }

  /// How many rows the rules yield together.
  long total() {
    return all.stream().mapToLong(EventRows::total).sum();
  }

  /// The rows standing at the next event, or null after the last. Pass them by with [#passed].
  @Nullable EventRows next() {
    EventRows earliest = null;
    for (EventRows rows : open) {
      if (earliest == null || rows.ms() < earliest.ms()) {
        earliest = rows;
      }
    }
    return earliest;
  }

  void passed(EventRows rows) {
    if (!rows.advance()) {
      open.remove(rows);
    }
  }

  @Override
  public void close() {
    all.forEach(EventRows::close);
  }
}
