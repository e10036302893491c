package io.huoshui.engine;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// What is due when, in order of (instant, kind, payload); each timer is one long in the bucket of
/// its quarter of an hour.
///
/// ```
/// due ms = bucket (high bits) │ 20 bits ┐
/// entry  =                      20 bits ┴ 2 bits kind │ 42 bits payload
/// ```
///
/// A bucket is sorted when time reaches it and not before; what comes late, into the bucket that is
/// open or before it, goes to a small heap. So scheduling is an append, firing a walk through
/// memory. Memory is 8 bytes per timer and what arrays leave empty: 9 to 16.
class Timers {
  private static final int DUE_BITS = 20;
  private static final int KIND_BITS = 2;
  private static final int PAYLOAD_BITS = 64 - DUE_BITS - KIND_BITS;
  private static final long PAYLOAD = (1L << PAYLOAD_BITS) - 1;

  private static final class Bucket {
    long[] entries = new long[2];
    int size;

    /// The least of the due bits.
    long least = Long.MAX_VALUE;

    void add(long entry) {
      least = Math.min(least, entry >>> (KIND_BITS + PAYLOAD_BITS));
      if (size == entries.length) {
        entries = Arrays.copyOf(entries, size + (size >> 1) + 1);
      }
      entries[size++] = entry;
    }
  }

  private final TreeMap<Long, Bucket> buckets = new TreeMap<>();
  // Timers often come for the same bucket one after the other.
  private long lastKey = Long.MIN_VALUE;
  private Bucket last = new Bucket();

  // The open bucket, sorted, and how far it was walked.
  private long openKey = Long.MIN_VALUE;
  private long[] open = new long[0];
  private int openSize;
  private int openAt;

  // What came for the open bucket or before it: a heap on (due, entry).
  private long[] lateDue = new long[16];
  private long[] lateEntry = new long[16];
  private int late;

  private int size;

  private long due = Long.MAX_VALUE;
  private long entry;

  /// @param kind 0 to 3; of one instant, the lower kind is first
  /// @param payload 0 to 2⁴² - 1
  void schedule(long dueMs, int kind, long payload) {
    if (payload < 0 || payload > PAYLOAD) {
      throw new IllegalArgumentException("A timer carries 42 bits, not " + payload);
    }
    long packed =
        (dueMs & ((1L << DUE_BITS) - 1)) << (KIND_BITS + PAYLOAD_BITS)
            | (long) kind << PAYLOAD_BITS
            | payload;
    long key = dueMs >> DUE_BITS;
    size++;
    if (key <= openKey) {
      pushLate(dueMs, packed);
      return;
    }
    if (key != lastKey) {
      last = buckets.computeIfAbsent(key, _ -> new Bucket());
      lastKey = key;
    }
    last.add(packed);
  }

  int size() {
    return size;
  }

  /// When the next timer is due, or [Long#MAX_VALUE].
  long nextDue() {
    long next = late > 0 ? lateDue[0] : Long.MAX_VALUE;
    if (openAt < openSize) {
      return Math.min(next, openDue());
    }
    if (next != Long.MAX_VALUE || buckets.isEmpty()) {
      return next;
    }
    Map.Entry<Long, Bucket> first = buckets.firstEntry();
    return first.getKey() << DUE_BITS | first.getValue().least;
  }

  /// Moves to the next timer that is due at `untilMs` or before, and takes it out.
  ///
  /// @return whether there is one; then [#dueMs], [#kind] and [#payload] say which
  boolean next(long untilMs) {
    while (openAt == openSize && late == 0) {
      if (buckets.isEmpty() || buckets.firstKey() << DUE_BITS > untilMs) {
        return false;
      }
      Map.Entry<Long, Bucket> first = buckets.pollFirstEntry();
      openKey = first.getKey();
      open = first.getValue().entries;
      openSize = first.getValue().size;
      openAt = 0;
      lastKey = Long.MIN_VALUE;
      // Entries compare as unsigned: the due bits are the highest.
      for (int i = 0; i < openSize; i++) {
        open[i] ^= Long.MIN_VALUE;
      }
      Arrays.sort(open, 0, openSize);
      for (int i = 0; i < openSize; i++) {
        open[i] ^= Long.MIN_VALUE;
      }
    }
    boolean fromLate =
        late > 0
            && (openAt == openSize
                || lateDue[0] < openDue()
                || (lateDue[0] == openDue()
                    && Long.compareUnsigned(lateEntry[0], open[openAt]) < 0));
    long next = fromLate ? lateDue[0] : openDue();
    if (next > untilMs) {
      return false;
    }
    due = next;
    if (fromLate) {
      entry = lateEntry[0];
      popLate();
    } else {
      entry = open[openAt++];
      if (openAt == openSize) {
        open = new long[0];
        openSize = 0;
        openAt = 0;
      }
    }
    size--;
    return true;
  }

  long dueMs() {
    return due;
  }

  int kind() {
    return (int) (entry >>> PAYLOAD_BITS) & ((1 << KIND_BITS) - 1);
  }

  long payload() {
    return entry & PAYLOAD;
  }

  private long openDue() {
    return openKey << DUE_BITS | open[openAt] >>> (KIND_BITS + PAYLOAD_BITS);
  }

  private void pushLate(long dueMs, long packed) {
    if (late == lateDue.length) {
      lateDue = Arrays.copyOf(lateDue, late * 2);
      lateEntry = Arrays.copyOf(lateEntry, late * 2);
    }
    int at = late++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!before(dueMs, packed, lateDue[parent], lateEntry[parent])) {
        break;
      }
      lateDue[at] = lateDue[parent];
      lateEntry[at] = lateEntry[parent];
      at = parent;
    }
    lateDue[at] = dueMs;
    lateEntry[at] = packed;
  }

  private void popLate() {
    late--;
    long movedDue = lateDue[late];
    long movedEntry = lateEntry[late];
    int at = 0;
    while (2 * at + 1 < late) {
      int child = 2 * at + 1;
      if (child + 1 < late
          && before(lateDue[child + 1], lateEntry[child + 1], lateDue[child], lateEntry[child])) {
        child++;
      }
      if (!before(lateDue[child], lateEntry[child], movedDue, movedEntry)) {
        break;
      }
      lateDue[at] = lateDue[child];
      lateEntry[at] = lateEntry[child];
      at = child;
    }
    lateDue[at] = movedDue;
    lateEntry[at] = movedEntry;
  }

  private static boolean before(long dueA, long entryA, long dueB, long entryB) {
    return dueA < dueB || (dueA == dueB && Long.compareUnsigned(entryA, entryB) < 0);
  }

  /// What is done with each timer.
  interface Visitor {
    void visit(long dueMs, int kind, long payload);
  }

  /// Shows all timers, in no order.
  void forEach(Visitor visitor) {
    for (int i = 0; i < late; i++) {
      visit(visitor, lateDue[i], lateEntry[i]);
    }
    for (int i = openAt; i < openSize; i++) {
      visit(visitor, openKey << DUE_BITS | open[i] >>> (KIND_BITS + PAYLOAD_BITS), open[i]);
    }
    buckets.forEach(
        (key, bucket) -> {
          for (int i = 0; i < bucket.size; i++) {
            long low = bucket.entries[i] >>> (KIND_BITS + PAYLOAD_BITS);
            visit(visitor, key << DUE_BITS | low, bucket.entries[i]);
          }
        });
  }

  private static void visit(Visitor visitor, long dueMs, long packed) {
    visitor.visit(
        dueMs, (int) (packed >>> PAYLOAD_BITS) & ((1 << KIND_BITS) - 1), packed & PAYLOAD);
  }

  /// What the timers take, in bytes: arrays, buckets and their place in the tree.
  long memoryBytes() {
    long bytes = 16L * lateDue.length + 8L * open.length;
    for (Bucket bucket : buckets.values()) {
      // Tree node 40, key 24, bucket 24, array header 16.
      bytes += 104 + 8L * bucket.entries.length;
    }
    return bytes;
  }
}
