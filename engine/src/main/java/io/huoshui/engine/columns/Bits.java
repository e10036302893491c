package io.huoshui.engine.columns;

import java.util.Arrays;

/// Sets of small numbers as `long[]`: number i is bit `i & 63` of word `i >>> 6`.
final class Bits {
  private Bits() {}

  /// How many words hold `size` bits.
  static int words(int size) {
    return (int) ((size + 63L) >>> 6);
  }

  static boolean get(long[] bits, int index) {
    return (bits[index >>> 6] >>> index & 1) != 0;
  }

  static void set(long[] bits, int index) {
    bits[index >>> 6] |= 1L << index;
  }

  /// The first `size` bits on, the rest of the last word off.
  static void fill(long[] bits, int size) {
    int words = words(size);
    Arrays.fill(bits, 0, words, -1L);
    if ((size & 63) != 0) {
      bits[words - 1] = (1L << size) - 1;
    }
  }

  /// How many of `[from, to)` are on.
  static int count(long[] bits, int from, int to) {
    if (from >= to) {
      return 0;
    }
    int word = from >>> 6;
    int last = (to - 1) >>> 6;
    long mask = -1L << from;
    long tail = -1L >>> -to;
    if (word == last) {
      return Long.bitCount(bits[word] & mask & tail);
    }
    int count = Long.bitCount(bits[word] & mask);
    for (word++; word < last; word++) {
      count += Long.bitCount(bits[word]);
    }
    return count + Long.bitCount(bits[last] & tail);
  }

  /// The `size` bits from `from` on as one word; 1 to 64 of them.
  static long window(long[] bits, int from, int size) {
    int word = from >>> 6;
    long window = bits[word] >>> from;
    if ((from & 63) + size > 64) {
      window |= bits[word + 1] << -from;
    }
    return window & (-1L >>> -size);
  }

  /// Turns off those of the 64 bits from `from` on that are on in `off`.
  static void clear(long[] bits, int from, long off) {
    int word = from >>> 6;
    bits[word] &= ~(off << from);
    if ((from & 63) != 0 && (off >>> -from) != 0) {
      bits[word + 1] &= ~(off >>> -from);
    }
  }

  /// The last of `[from, to)` that is on, or -1.
  static int last(long[] bits, int from, int to) {
    if (from >= to) {
      return -1;
    }
    int word = (to - 1) >>> 6;
    int first = from >>> 6;
    long bitsLeft = bits[word] & (-1L >>> -to);
    while (true) {
      if (word == first) {
        bitsLeft &= -1L << from;
      }
      if (bitsLeft != 0) {
        return (word << 6) + 63 - Long.numberOfLeadingZeros(bitsLeft);
      }
      if (--word < first) {
        return -1;
      }
      bitsLeft = bits[word];
    }
  }

  /// The first of `[from, to)` that is on, or -1.
  static int first(long[] bits, int from, int to) {
    if (from >= to) {
      return -1;
    }
    int word = from >>> 6;
    int last = (to - 1) >>> 6;
    long bitsLeft = bits[word] & (-1L << from);
    while (true) {
      if (word == last) {
        bitsLeft &= -1L >>> -to;
      }
      if (bitsLeft != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(bitsLeft);
      }
      if (++word > last) {
        return -1;
      }
      bitsLeft = bits[word];
    }
  }
}
