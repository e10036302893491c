package io.huoshui.engine.columns;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Numbers on their way into a [Packed]: how they are coded, and the bytes.
final class Packing {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// More different numbers than this are not looked for.
  private static final int MOST_IN_PALETTE = 4_096;

  final byte[] bytes;
  final int width;
  final long base;
  final long factor;
  final int count;

  /// The sorted different numbers, when the bytes hold places in it.
  final long @Nullable [] palette;

  private Packing(
      byte[] bytes, int width, long base, long factor, int count, long @Nullable [] palette) {
    this.bytes = bytes;
    this.width = width;
    this.base = base;
    this.factor = factor;
    this.count = count;
    this.palette = palette;
  }

  /// Takes the first `count` numbers, whichever way is smallest.
  static Packing of(long[] numbers, int count) {
    Packing plain = framed(numbers, count);
    if (plain.width <= 1 || count < 16) {
      return plain;
    }
    long[] palette = palette(numbers, count);
    if (palette.length == 0) {
      return plain;
    }
    int width = width(palette.length - 1L);
    long bits = (long) count * width + 64L * palette.length + 8L * Section.SIZE;
    return bits < (long) count * plain.width ? placed(numbers, count, palette) : plain;
  }

  /// With a palette always, however few: names and sources are looked for by their place in it.
  static Packing withPalette(int[] codes, int count) {
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = codes[i];
    }
    long[] palette =
        count == 0 ? new long[0] : Arrays.stream(numbers).sorted().distinct().toArray();
    return placed(numbers, count, palette);
  }

  private static Packing placed(long[] numbers, int count, long[] palette) {
    long[] places = new long[count];
    long last = 0;
    int lastPlace = -1;
    for (int i = 0; i < count; i++) {
      if (lastPlace < 0 || numbers[i] != last) {
        last = numbers[i];
        lastPlace = Arrays.binarySearch(palette, last);
      }
      places[i] = lastPlace;
    }
    int width = width(Math.max(0, palette.length - 1L));
    return new Packing(bits(places, count, width), width, 0, 1, count, palette);
  }

  /// Base and common divisor.
  static Packing framed(long[] numbers, int count) {
    if (count == 0) {
      return new Packing(bits(numbers, 0, 0), 0, 0, 1, 0, null);
    }
    long least = numbers[0];
    long most = numbers[0];
    for (int i = 1; i < count; i++) {
      least = Math.min(least, numbers[i]);
      most = Math.max(most, numbers[i]);
    }
    long range = most - least;
    if (range < 0) {
      return new Packing(bits(numbers, count, 64), 64, 0, 1, count, null);
    }
    long factor = 0;
    for (int i = 0; i < count && factor != 1; i++) {
      factor = divisor(factor, numbers[i] - least);
    }
    if (factor == 0) {
      factor = 1;
    }
    int width = width(range / factor);
    if (width == 64) {
      return new Packing(bits(numbers, count, 64), 64, 0, 1, count, null);
    }
    long[] stored = new long[count];
    for (int i = 0; i < count; i++) {
      stored[i] = factor == 1 ? numbers[i] - least : (numbers[i] - least) / factor;
    }
    return new Packing(bits(stored, count, width), width, least, factor, count, null);
  }

  private static long divisor(long a, long b) {
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }

  /// The bits a number up to `most` needs: what one load reaches, or all 64.
  static int width(long most) {
    int width = Long.SIZE - Long.numberOfLeadingZeros(most);
    return width > 57 ? 64 : width;
  }

  /// The sorted different numbers, or none when they are many.
  private static long[] palette(long[] numbers, int count) {
    // Open addressing at a load of one half; 0 stands for itself by a flag.
    long[] table = new long[MOST_IN_PALETTE * 2];
    boolean zero = false;
    int found = 0;
    int most = Math.min(MOST_IN_PALETTE, count / 4);
    for (int i = 0; i < count; i++) {
      long number = numbers[i];
      if (number == 0) {
        zero = true;
        continue;
      }
      int at = (int) ((number * 0x9E3779B97F4A7C15L) >>> 32) & (table.length - 1);
      while (table[at] != 0 && table[at] != number) {
        at = (at + 1) & (table.length - 1);
      }
      if (table[at] == 0) {
        if (++found > most) {
          return new long[0];
        }
        table[at] = number;
      }
    }
    long[] palette = new long[found + (zero ? 1 : 0)];
    int size = zero ? 1 : 0;
    for (long number : table) {
      if (number != 0) {
        palette[size++] = number;
      }
    }
    Arrays.sort(palette);
    return palette;
  }

  private static byte[] bits(long[] stored, int count, int width) {
    byte[] bytes = room((long) count * width);
    if (width == 0) {
      return bytes;
    }
    long word = 0;
    int used = 0;
    int at = 0;
    for (int i = 0; i < count; i++) {
      long q = stored[i];
      word |= q << used;
      used += width;
      if (used >= 64) {
        LONGS.set(bytes, at, word);
        at += 8;
        used -= 64;
        word = used == 0 ? 0 : q >>> (width - used);
      }
    }
    if (used > 0) {
      LONGS.set(bytes, at, word);
    }
    return bytes;
  }

  private static byte[] room(long bits) {
    long bytes = ((bits + 63) >>> 6 << 3) + 8;
    if (bytes > Integer.MAX_VALUE - 16) {
      throw new IllegalStateException(
          "A column of " + bytes + " bytes is too large for one block; write fewer locals into it");
    }
    return new byte[(int) bytes];
  }

  /// One bit per number of `[0, size)`, and the counts before every 512th.
  static byte[] ranked(int[] on, int count, int size) {
    int words = Bits.words(size);
    int blocks = (size + Presence.RANK_EVERY - 1) / Presence.RANK_EVERY;
    byte[] bytes = room((long) words * 64 + blocks * 32L);
    int i = 0;
    for (int word = 0; word < words; word++) {
      if (word % (Presence.RANK_EVERY >>> 6) == 0) {
        int at = words * 8 + word / (Presence.RANK_EVERY >>> 6) * 4;
        for (int shift = 0; shift < 4; shift++) {
          bytes[at + shift] = (byte) (i >>> (8 * shift));
        }
      }
      long bits = 0;
      for (; i < count && on[i] >>> 6 == word; i++) {
        bits |= 1L << on[i];
      }
      LONGS.set(bytes, word * 8, bits);
    }
    return bytes;
  }
}
