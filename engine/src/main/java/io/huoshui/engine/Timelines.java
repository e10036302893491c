package io.huoshui.engine;

import io.huoshui.engine.columns.Words;
import io.huoshui.event.Event;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Whose events are whose, in one lane: per local the numbers of its events in order of (time,
/// identifier, arrival). The identifier stands between so that the order is the same however events
/// of merged people lie in storage.
final class Timelines {
  private final EventStore fresh;
  private int[] @Nullable [] eventsOf = new int[64][];
  private int[] counts = new int[64];
  private long size;

  Timelines(Words words) {
    this.fresh = new EventStore(words);
  }

  private void room(int local) {
    if (local >= eventsOf.length) {
      int room = Math.max(eventsOf.length * 2, local + 1);
      eventsOf = Arrays.copyOf(eventsOf, room);
      counts = Arrays.copyOf(counts, room);
    }
  }

  /// Puts an event into a timeline.
  ///
  /// @return the event's number
  int insert(int local, Event event, int node) {
    int number = fresh.add(event, node);
    place(local, number);
    size++;
    return number;
  }

  private void place(int local, int number) {
    room(local);
    int[] events = eventsOf[local];
    int count = counts[local];
    if (events == null) {
      events = new int[4];
      eventsOf[local] = events;
    } else if (count == events.length) {
      events = Arrays.copyOf(events, count + Math.max(4, count / 2));
      eventsOf[local] = events;
    }
    int at = count;
    while (at > 0 && before(number, events[at - 1])) {
      at--;
    }
    System.arraycopy(events, at, events, at + 1, count - at);
    events[at] = number;
    counts[local] = count + 1;
  }

  /// Whether an event that came later stands before one that came earlier.
  private boolean before(int later, int earlier) {
    long a = fresh.timeMs(later);
    long b = fresh.timeMs(earlier);
    return a < b || (a == b && fresh.node(later) < fresh.node(earlier));
  }

  int count(int local) {
    return local < counts.length ? counts[local] : 0;
  }

  /// How many events the lane's timelines have together.
  long size() {
    return size;
  }

  /// Where an event stands on its timeline.
  int indexOf(int local, int number) {
    int[] events = eventsOf[local];
    if (events != null) {
      for (int i = counts[local] - 1; i >= 0; i--) {
        if (events[i] == number) {
          return i;
        }
      }
    }
    throw new IllegalStateException("Event " + number + " is not on timeline " + local);
  }

  /// Takes all of another timeline's events; that one is empty afterwards.
  void absorb(int local, Timelines from, int other) {
    int[] events = from.take(other);
    for (int event : events) {
      place(local, fresh.copy(from.fresh, event));
    }
    size += events.length;
  }

  /// The node each event of a timeline hangs on, in its order.
  int[] nodes(int local) {
    int[] events = events(local);
    int[] nodes = new int[events.length];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = fresh.node(events[i]);
    }
    return nodes;
  }

  /// Takes one event of another timeline that was taken apart before with [#take].
  void adopt(int local, Timelines from, int event) {
    place(local, fresh.copy(from.fresh, event));
    size++;
  }

  int node(int event) {
    return fresh.node(event);
  }

  /// Empties a timeline.
  ///
  /// @return the numbers of the events that were on it
  int[] take(int local) {
    int[] events = events(local);
    if (events.length > 0) {
      eventsOf[local] = null;
      counts[local] = 0;
      size -= events.length;
    }
    return events;
  }

  private int[] events(int local) {
    int[] events = local < eventsOf.length ? eventsOf[local] : null;
    return events == null ? new int[0] : Arrays.copyOf(events, counts[local]);
  }

  /// Shows one timeline to a view.
  void show(int local, View view) {
    int[] events = local < eventsOf.length ? eventsOf[local] : null;
    view.shown(fresh, events == null ? View.NONE : events, count(local));
  }

  long memoryBytes() {
    return fresh.memoryBytes();
  }
}
