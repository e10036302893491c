package io.huoshui.engine;

import java.util.Arrays;
import java.util.List;

/// The ids taken so far, all of them: those a checkpoint kept in sorted files that are mapped, the
/// others in memory. A filter before both says "surely new" for all but about one new id in
/// seventy, so what an id takes in memory is two bytes, and a new one costs two cache misses.
class IdSet {
  /// So many prints share a word of the filter at most.
  private static final int CROWD = 6;

  private final Print print = new Print();
  private PrintSet fresh = new PrintSet();
  private List<PrintFile> files = List.of();
  private long kept;

  /// Each print sets four bits of the one word that its first half names.
  private long[] filter = new long[1 << 10];

  /// The prints added since the last ones were kept, two longs each, in order.
  private long[] recent = new long[16];

  private int recentEnd;

  boolean has(String source, String id) {
    print.of(source, id);
    return has(print.one, print.two);
  }

  private boolean has(long one, long two) {
    long bits = bits(two);
    if ((filter[word(one)] & bits) != bits) {
      return false;
    }
    if (fresh.has(one, two)) {
      return true;
    }
    for (PrintFile file : files) {
      if (file.has(one, two)) {
        return true;
      }
    }
    return false;
  }

  /// @return whether the id is new
  boolean add(String source, String id) {
    print.of(source, id);
    long one = print.one;
    long two = print.two;
    if (has(one, two)) {
      return false;
    }
    fresh.add(one, two);
    if (recentEnd == recent.length) {
      recent = Arrays.copyOf(recent, recentEnd * 2);
    }
    recent[recentEnd++] = one;
    recent[recentEnd++] = two;
    if (size() > (long) CROWD * filter.length) {
      refill();
    } else {
      filter[word(one)] |= bits(two);
    }
    return true;
  }

  /// What was added since [#kept], two longs per id.
  long[] recent() {
    return Arrays.copyOf(recent, recentEnd);
  }

  /// The first of what [#recent] gave are in the last of these files now.
  ///
  /// @param longs how many longs
  /// @param all the files there are now; together they have what was kept before, too
  void kept(int longs, List<PrintFile> all) {
    recentEnd -= longs;
    recent = Arrays.copyOfRange(recent, longs, Math.max(longs + recentEnd, longs + 16));
    fresh = new PrintSet();
    for (int i = 0; i < recentEnd; i += 2) {
      fresh.add(recent[i], recent[i + 1]);
    }
    have(all);
  }

  /// Begins with what is in files.
  void restore(List<PrintFile> all) {
    have(all);
    refill();
  }

  private void have(List<PrintFile> all) {
    // Newest first: what is sent again is most often sent again soon.
    files = all.reversed();
    kept = all.stream().mapToLong(PrintFile::count).sum();
  }

  List<PrintFile> files() {
    return files.reversed();
  }

  private void refill() {
    int words = filter.length;
    while (size() > (long) CROWD * words) {
      words *= 2;
    }
    filter = new long[words];
    each((one, two) -> filter[word(one)] |= bits(two));
  }

  /// The highest bits: prints in order lie in the order of their words, so filling the filter from
  /// a file walks through memory.
  private int word(long one) {
    return (int) (one >>> Long.numberOfLeadingZeros(filter.length - 1));
  }

  private static long bits(long two) {
    // A shift looks at its lowest six bits only.
    return (1L << two) | (1L << (two >>> 8)) | (1L << (two >>> 16)) | (1L << (two >>> 24));
  }

  /// Gives each print, in no order.
  void each(Print.Reader reader) {
    for (PrintFile file : files) {
      file.each(reader);
    }
    fresh.each(reader);
  }

  long size() {
    return kept + fresh.size();
  }

  /// What is on the heap; the files are mapped.
  long memoryBytes() {
    return 8L * filter.length + 8L * recent.length + fresh.memoryBytes();
  }
}
