package io.huoshui.profile;

import io.huoshui.event.Event;
import io.huoshui.event.Value;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A timeline of plain events: the oracle that faster hosts are checked against.
public record EventList(List<Event> events) implements Timeline {
  public EventList {
    events = events.stream().sorted(Comparator.comparing(Event::time)).toList();
  }

  public static EventList of(Event... events) {
    return new EventList(List.of(events));
  }

  @Override
  public int size() {
    return events.size();
  }

  @Override
  public String name(int index) {
    return events.get(index).name();
  }

  @Override
  public long timeMs(int index) {
    return events.get(index).time().toEpochMilli();
  }

  @Override
  public String source(int index) {
    return events.get(index).source();
  }

  @Override
  public @Nullable Value property(int index, String key) {
    return events.get(index).properties().get(key);
  }
}
