package io.huoshui.engine.columns;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Whole numbers in as few bits as they need, each found without its neighbours.
///
/// ```
/// number = base + factor × q        q in `width` bits, at bit index × width from `at`
/// number = palette[q]               where few different numbers come again and again
/// ```
///
/// A width is 0 to 57, or 64: so one unaligned load of eight bytes always holds a q. Eight bytes of
/// padding follow the last.
final class Packed {
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment image;
  private final long at;
  private final int width;
  private final long mask;
  private final long base;
  private final long factor;
  private final int count;
  private final @Nullable Packed palette;

  Packed(
      MemorySegment image,
      long at,
      int width,
      long base,
      long factor,
      int count,
      @Nullable Packed palette) {
    this.image = image;
    this.at = at;
    this.width = width;
    this.mask = width == 64 ? -1L : (1L << width) - 1;
    this.base = base;
    this.factor = factor;
    this.count = count;
    this.palette = palette;
  }

  int count() {
    return count;
  }

  @Nullable Packed palette() {
    return palette;
  }

  long get(int index) {
    long q = raw(index);
    return palette == null ? base + factor * q : palette.get((int) q);
  }

  /// What is stored: the number's q, or its place in the palette.
  long raw(int index) {
    if (width == 0) {
      return 0;
    }
    long bit = (long) index * width;
    return image.get(LONG, at + (bit >>> 3)) >>> (bit & 7) & mask;
  }

  /// The numbers of `[from, to)` to the front of `out`.
  void get(int from, int to, long[] out) {
    if (palette != null || width == 0) {
      raw(from, to, out);
      int size = to - from;
      for (int i = 0; i < size; i++) {
        out[i] = palette == null ? base : palette.get((int) out[i]);
      }
      return;
    }
    unpack(from, to, base, factor, out);
  }

  void raw(int from, int to, long[] out) {
    int size = to - from;
    if (width == 0) {
      Arrays.fill(out, 0, size, 0);
      return;
    }
    unpack(from, to, 0, 1, out);
  }

  private void unpack(int from, int to, long b, long f, long[] out) {
    MemorySegment in = image;
    long bit = (long) from * width;
    long a = at;
    long m = mask;
    int w = width;
    int size = to - from;
    int i = 0;
    // As many at a time as one load reaches.
    if (w <= 14) {
      for (; i < size - 3; i += 4) {
        long four = in.get(LONG, a + (bit >>> 3)) >>> (bit & 7);
        out[i] = b + f * (four & m);
        out[i + 1] = b + f * (four >>> w & m);
        out[i + 2] = b + f * (four >>> (2 * w) & m);
        out[i + 3] = b + f * (four >>> (3 * w) & m);
        bit += 4L * w;
      }
    } else if (w <= 28) {
      for (; i < size - 1; i += 2) {
        long two = in.get(LONG, a + (bit >>> 3)) >>> (bit & 7);
        out[i] = b + f * (two & m);
        out[i + 1] = b + f * (two >>> w & m);
        bit += 2L * w;
      }
    }
    for (; i < size; i++) {
      out[i] = b + f * (in.get(LONG, a + (bit >>> 3)) >>> (bit & 7) & m);
      bit += w;
    }
  }

  /// The numbers of `[from, to)`, which are known to be ints.
  void ints(int from, int to, int[] out) {
    int size = to - from;
    if (width == 0) {
      Arrays.fill(out, 0, size, count == 0 ? 0 : (int) get(from < count ? from : 0));
      return;
    }
    MemorySegment in = image;
    long bit = (long) from * width;
    long a = at;
    long m = mask;
    int w = width;
    if (palette != null) {
      for (int i = 0; i < size; i++) {
        out[i] = (int) palette.get((int) (in.get(LONG, a + (bit >>> 3)) >>> (bit & 7) & m));
        bit += w;
      }
      return;
    }
    int b = (int) base;
    int f = (int) factor;
    for (int i = 0; i < size; i++) {
      out[i] = b + f * (int) (in.get(LONG, a + (bit >>> 3)) >>> (bit & 7) & m);
      bit += w;
    }
  }

  /// The place of a number in the palette, or -1; the palette is sorted.
  int place(long number) {
    Packed sorted = palette;
    if (sorted == null) {
      throw new IllegalStateException("No palette");
    }
    int low = 0;
    int high = sorted.count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = sorted.get(middle);
      if (found == number) {
        return middle;
      }
      if (found < number) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /// Which of `[from, to)` are stored as `wanted`, as bits from the front of `out`.
  ///
  /// Several are compared at a time: with each field of a word xor-ed with what is wanted, adding
  /// all but the field's top bit carries into the top bit unless the rest is zero.
  void equal(int from, int to, int wanted, long[] out) {
    int size = to - from;
    Arrays.fill(out, 0, Bits.words(size), 0);
    if (wanted < 0 || Long.compareUnsigned(wanted, mask) > 0) {
      return;
    }
    if (width == 0) {
      if (wanted == 0) {
        Bits.fill(out, size);
      }
      return;
    }
    if (width > 19) {
      for (int i = 0; i < size; i++) {
        if (raw(from + i) == wanted) {
          Bits.set(out, i);
        }
      }
      return;
    }
    MemorySegment in = image;
    int perLoad = 57 / width;
    long ones = 0;
    for (int i = 0; i < perLoad; i++) {
      ones |= 1L << (i * width);
    }
    long tops = ones << (width - 1);
    long rest = (ones * mask) & ~tops;
    long pattern = ones * wanted;
    long bit = (long) from * width;
    int step = perLoad * width;
    int row = 0;
    for (; row + perLoad <= size; row += perLoad) {
      long differs = in.get(LONG, at + (bit >>> 3)) >>> (bit & 7) ^ pattern;
      long same = ~(((differs & rest) + rest) | differs) & tops;
      if (same != 0) {
        long found = Long.compress(same, tops);
        out[row >>> 6] |= found << row;
        if ((row & 63) + perLoad > 64) {
          out[(row >>> 6) + 1] |= found >>> (64 - (row & 63));
        }
      }
      bit += step;
    }
    for (; row < size; row++) {
      if (raw(from + row) == wanted) {
        Bits.set(out, row);
      }
    }
  }
}
