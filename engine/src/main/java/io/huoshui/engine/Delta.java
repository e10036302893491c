package io.huoshui.engine;

import io.huoshui.engine.columns.Words;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Events that are in no block yet: per local the numbers of its events in the store, in order of
/// (time, identifier, arrival).
final class Delta {
  final EventStore store;
  private int[] @Nullable [] eventsOf = new int[64][];
  private int[] counts = new int[64];

  Delta(Words words) {
    this.store = new EventStore(words);
  }

  private Delta(Delta of) {
    this.store = of.store.still();
    this.eventsOf = of.eventsOf.clone();
    this.counts = of.counts.clone();
  }

  /// What there is now, for a reader while this goes on growing. Only to be read.
  Delta still() {
    return new Delta(this);
  }

  /// Puts an event of the store on a timeline.
  void place(int local, int event) {
    if (local >= eventsOf.length) {
      int room = Math.max(eventsOf.length * 2, local + 1);
      eventsOf = Arrays.copyOf(eventsOf, room);
      counts = Arrays.copyOf(counts, room);
    }
    int[] events = eventsOf[local];
    int count = counts[local];
    int at = count;
    while (events != null && at > 0 && before(event, events[at - 1])) {
      at--;
    }
    if (events == null) {
      events = new int[4];
      eventsOf[local] = events;
    } else if (count == events.length) {
      events = Arrays.copyOf(events, count + Math.max(4, count / 2));
      eventsOf[local] = events;
    } else if (at < count) {
      // Whoever was shown the list reads on in it: what it holds stays where it is.
      events = events.clone();
      eventsOf[local] = events;
    }
    System.arraycopy(events, at, events, at + 1, count - at);
    events[at] = event;
    counts[local] = count + 1;
  }

  /// Whether an event that came later stands before one that came earlier.
  private boolean before(int later, int earlier) {
    long a = store.timeMs(later);
    long b = store.timeMs(earlier);
    return a < b || (a == b && store.node(later) < store.node(earlier));
  }

  /// Not longer than any local with events.
  int locals() {
    return eventsOf.length;
  }

  int count(int local) {
    return local < counts.length ? counts[local] : 0;
  }

  /// The events of a local; more room than events. Not to be changed.
  int[] events(int local) {
    int[] events = local < eventsOf.length ? eventsOf[local] : null;
    return events == null ? View.NONE : events;
  }

  void clear(int local) {
    if (local < eventsOf.length) {
      eventsOf[local] = null;
      counts[local] = 0;
    }
  }

  /// Takes over what another delta has on a timeline, in its order.
  void append(int local, Delta other) {
    int[] events = other.events(local);
    for (int i = 0; i < other.count(local); i++) {
      place(local, store.copy(other.store, events[i]));
    }
  }
}
