package io.huoshui.engine;

import java.util.Arrays;

/// The ids taken so far, as 128-bit prints: 16 bytes each at two thirds full. Two ids share a print
/// with a chance of 2⁻¹²⁸ per pair, so at a billion events the chance that any two do is under
/// 2⁻⁶⁸.
class IdSet {
  private static final long SEED_ONE = 0x9E3779B97F4A7C15L;
  private static final long SEED_TWO = 0x165667B19E3779F9L;
  private static final long FACTOR_ONE = 0xC2B2AE3D27D4EB4FL;
  private static final long FACTOR_TWO = 0x27D4EB2F165667C5L;

  private long[] prints;
  private int size;

  /// The prints added since the last ones were kept, two longs each.
  private long[] recent = new long[16];

  private int recentEnd;

  IdSet() {
    this(4_096);
  }

  /// @param room for so many ids, a power of two, before it grows
  IdSet(int room) {
    this.prints = new long[2 * room];
  }

  // The print asked for last; one writer, so no allocation.
  private long one;
  private long two;

  boolean has(String source, String id) {
    print(source, id);
    int mask = prints.length / 2 - 1;
    for (int slot = slot(one); ; slot = (slot + 1) & mask) {
      long a = prints[2 * slot];
      long b = prints[2 * slot + 1];
      if (a == one && b == two) {
        return true;
      }
      if (a == 0 && b == 0) {
        return false;
      }
    }
  }

  /// @return whether the id is new
  boolean add(String source, String id) {
    print(source, id);
    if ((size + 1) * 3L > prints.length) {
      grow();
    }
    return remember(one, two);
  }

  private boolean remember(long first, long second) {
    if (!put(first, second)) {
      return false;
    }
    if (recentEnd == recent.length) {
      recent = Arrays.copyOf(recent, recentEnd * 2);
    }
    recent[recentEnd++] = first;
    recent[recentEnd++] = second;
    return true;
  }

  /// What was added since [#kept], two longs per id.
  long[] recent() {
    return Arrays.copyOf(recent, recentEnd);
  }

  /// The first of what [#recent] gave are kept elsewhere now.
  ///
  /// @param longs how many longs
  void kept(int longs) {
    recentEnd -= longs;
    recent = Arrays.copyOfRange(recent, longs, Math.max(longs + recentEnd, longs + 16));
  }

  /// Adds an id that was kept elsewhere.
  void restore(long first, long second) {
    if ((size + 1) * 3L > prints.length) {
      grow();
    }
    put(first, second);
  }

  /// Makes room for so many ids at once.
  void room(int ids) {
    while ((size + ids) * 3L > prints.length) {
      grow();
    }
  }

  /// All prints, two longs per id, in no order.
  long[] all() {
    long[] all = new long[2 * size];
    int at = 0;
    for (int i = 0; i < prints.length; i += 2) {
      if (prints[i] != 0 || prints[i + 1] != 0) {
        all[at++] = prints[i];
        all[at++] = prints[i + 1];
      }
    }
    return all;
  }

  /// The highest bits: prints in unsigned order lie in the order of their places, whatever the
  /// size, so filling the set from sorted files walks through memory.
  private int slot(long first) {
    return (int) (first >>> Long.numberOfLeadingZeros(prints.length / 2 - 1));
  }

  private boolean put(long first, long second) {
    int mask = prints.length / 2 - 1;
    for (int slot = slot(first); ; slot = (slot + 1) & mask) {
      long a = prints[2 * slot];
      long b = prints[2 * slot + 1];
      if (a == 0 && b == 0) {
        prints[2 * slot] = first;
        prints[2 * slot + 1] = second;
        size++;
        return true;
      }
      if (a == first && b == second) {
        return false;
      }
    }
  }

  private void grow() {
    long[] old = prints;
    prints = new long[old.length * 2];
    size = 0;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0 || old[i + 1] != 0) {
        put(old[i], old[i + 1]);
      }
    }
  }

  /// Both halves in one pass over the characters.
  private void print(String source, String id) {
    long h = SEED_ONE ^ (source.length() * FACTOR_ONE);
    long g = SEED_TWO ^ (source.length() * FACTOR_TWO);
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      h = Long.rotateLeft((h ^ c) * FACTOR_ONE, 29);
      g = Long.rotateLeft((g ^ c) * FACTOR_TWO, 29);
    }
    // No character is this one, so "ab" of "c" is not "a" of "bc".
    h = (h ^ 0x10000) * FACTOR_ONE;
    g = (g ^ 0x10000) * FACTOR_TWO;
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      h = Long.rotateLeft((h ^ c) * FACTOR_ONE, 31) + SEED_ONE;
      g = Long.rotateLeft((g ^ c) * FACTOR_TWO, 31) + SEED_TWO;
    }
    one = mix(h);
    two = mix(g);
    // All zero marks an empty place.
    if (one == 0 && two == 0) {
      two = 1;
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  int size() {
    return size;
  }

  long memoryBytes() {
    return 8L * prints.length;
  }
}
