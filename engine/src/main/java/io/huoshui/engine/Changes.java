package io.huoshui.engine;

import java.util.ArrayList;
import java.util.List;

/// Who entered and who left which live segment, numbered without a gap; the numbers are the same
/// after every replay. The latest million are kept, at 16 bytes each.
final class Changes {
  private static final int KEPT = 1 << 20;

  /// @param profile as it was named then
  record Change(long position, long timeMs, String segment, int profile, boolean entered) {}

  private final List<String> segments = new ArrayList<>();
  private long[] times = new long[1024];
  private int[] profiles = new int[1024];
  // The segment's number times two, and one for an entry.
  private int[] what = new int[1024];
  private long next;
  private long begun;

  void add(long timeMs, String segment, int profile, boolean entered) {
    if (next >= times.length && times.length < KEPT) {
      int room = times.length * 2;
      times = java.util.Arrays.copyOf(times, room);
      profiles = java.util.Arrays.copyOf(profiles, room);
      what = java.util.Arrays.copyOf(what, room);
    }
    int number = segments.indexOf(segment);
    if (number < 0) {
      number = segments.size();
      segments.add(segment);
    }
    int slot = (int) (next & (times.length - 1));
    times[slot] = timeMs;
    profiles[slot] = profile;
    what[slot] = number * 2 + (entered ? 1 : 0);
    next++;
  }

  /// The position the next change gets; the first is 0.
  long next() {
    return next;
  }

  /// The oldest position still kept.
  long first() {
    return Math.max(begun, next - KEPT);
  }

  /// All that is kept, in order.
  List<Change> copy() {
    var kept = new ArrayList<Change>();
    for (long position = first(); position < next; position++) {
      kept.add(get(position));
    }
    return kept;
  }

  /// Begins at a position; nothing was added yet.
  void begin(long position) {
    next = position;
    begun = position;
    while (position >= times.length && times.length < KEPT) {
      int room = times.length * 2;
      times = new long[room];
      profiles = new int[room];
      what = new int[room];
    }
  }

  Change get(long position) {
    int slot = (int) (position & (times.length - 1));
    return new Change(
        position,
        times[slot],
        segments.get(what[slot] >> 1),
        profiles[slot],
        (what[slot] & 1) == 1);
  }
}
