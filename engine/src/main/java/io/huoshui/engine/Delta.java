package io.huoshui.engine;

import io.huoshui.engine.columns.Words;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Events that are in no block yet: per local the numbers of its events in the store, in order of
/// (time, identifier, arrival).
final class Delta {
  private static final int CHUNK_BITS = 10;
  private static final int CHUNK = 1 << CHUNK_BITS;

  final EventStore store;
  private @Nullable Chunk[] chunks = new Chunk[1];

  /// Which chunks a reader was shown: they are copied before they change.
  private boolean[] shown = new boolean[1];

  /// The locals of a stretch.
  private static final class Chunk {
    final int[] @Nullable [] eventsOf;
    final int[] counts;

    /// Which have any, as bits.
    final long[] marks;

    /// Of which names, by [#bit].
    final long[] names;

    Chunk() {
      this(new int[CHUNK][], new int[CHUNK], new long[CHUNK / 64], new long[CHUNK]);
    }

    private Chunk(int[] @Nullable [] eventsOf, int[] counts, long[] marks, long[] names) {
      this.eventsOf = eventsOf;
      this.counts = counts;
      this.marks = marks;
      this.names = names;
    }

    Chunk copy() {
      return new Chunk(eventsOf.clone(), counts.clone(), marks.clone(), names.clone());
    }
  }

  Delta(Words words) {
    this.store = new EventStore(words);
  }

  private Delta(Delta of) {
    this.store = of.store.still();
    this.chunks = of.chunks.clone();
    Arrays.fill(of.shown, true);
  }

  /// What there is now, for a reader while this goes on growing. Only to be read. Costs a word per
  /// thousand locals.
  Delta still() {
    return new Delta(this);
  }

  private @Nullable Chunk chunk(int local) {
    int number = local >>> CHUNK_BITS;
    return number < chunks.length ? chunks[number] : null;
  }

  /// The local's chunk, to be changed.
  private Chunk changing(int local) {
    int number = local >>> CHUNK_BITS;
    if (number >= chunks.length) {
      int room = Math.max(chunks.length * 2, number + 1);
      chunks = Arrays.copyOf(chunks, room);
      shown = Arrays.copyOf(shown, room);
    }
    Chunk chunk = chunks[number];
    if (chunk == null) {
      chunk = new Chunk();
      chunks[number] = chunk;
      shown[number] = false;
    } else if (shown[number]) {
      chunk = chunk.copy();
      chunks[number] = chunk;
      shown[number] = false;
    }
    return chunk;
  }

  /// Puts an event of the store on a timeline.
  void place(int local, int event) {
    Chunk chunk = changing(local);
    int slot = local & (CHUNK - 1);
    int[] events = chunk.eventsOf[slot];
    int count = chunk.counts[slot];
    int at = count;
    while (events != null && at > 0 && before(event, events[at - 1])) {
      at--;
    }
    if (events == null) {
      events = new int[4];
      chunk.eventsOf[slot] = events;
    } else if (count == events.length) {
      events = Arrays.copyOf(events, count + Math.max(4, count / 2));
      chunk.eventsOf[slot] = events;
    } else if (at < count) {
      // Whoever was shown the list reads on in it: what it holds stays where it is.
      events = events.clone();
      chunk.eventsOf[slot] = events;
    }
    System.arraycopy(events, at, events, at + 1, count - at);
    events[at] = event;
    chunk.counts[slot] = count + 1;
    chunk.marks[slot >>> 6] |= 1L << slot;
    chunk.names[slot] |= bit(store.nameNumber(event));
  }

  /// The bit that stands for a name; the last one stands for all names that came late.
  ///
  /// @param name by its number in [Words]
  static long bit(int name) {
    return 1L << Math.min(name, Long.SIZE - 1);
  }

  /// The names a local's events have, by [#bit].
  long names(int local) {
    Chunk chunk = chunk(local);
    return chunk == null ? 0 : chunk.names[local & (CHUNK - 1)];
  }

  /// Whether an event that came later stands before one that came earlier.
  private boolean before(int later, int earlier) {
    long a = store.timeMs(later);
    long b = store.timeMs(earlier);
    return a < b || (a == b && store.node(later) < store.node(earlier));
  }

  int count(int local) {
    Chunk chunk = chunk(local);
    return chunk == null ? 0 : chunk.counts[local & (CHUNK - 1)];
  }

  /// The events of a local; more room than events. Not to be changed.
  int[] events(int local) {
    Chunk chunk = chunk(local);
    int[] events = chunk == null ? null : chunk.eventsOf[local & (CHUNK - 1)];
    return events == null ? View.NONE : events;
  }

  /// Adds the locals with events to a set.
  ///
  /// @param from the local of the set's first bit, a multiple of 1,024
  /// @param into bits, room for a multiple of 1,024
  void mark(int from, long[] into) {
    for (int word = 0; word < into.length; word += CHUNK / 64) {
      Chunk chunk = chunk(from + (word << 6));
      for (int i = 0; chunk != null && i < chunk.marks.length; i++) {
        into[word + i] |= chunk.marks[i];
      }
    }
  }

  void clear(int local) {
    if (chunk(local) != null) {
      Chunk chunk = changing(local);
      int slot = local & (CHUNK - 1);
      chunk.eventsOf[slot] = null;
      chunk.counts[slot] = 0;
      chunk.marks[slot >>> 6] &= ~(1L << slot);
      chunk.names[slot] = 0;
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
