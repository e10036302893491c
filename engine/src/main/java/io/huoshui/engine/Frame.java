package io.huoshui.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// How one group of records lies in a log segment, little-endian:
///
/// ```
/// 0  magic 4 | checksum 4 | length 4 | count 4 | first number 8 | length bytes | zeros up to 8
/// ```
///
/// The checksum is the CRC-32C of everything behind it up to the end of the length bytes. A group
/// without records (count 0, length 0) says that the log was closed here in good order.
final class Frame {
  static final int HEADER = 24;
  private static final int MAGIC = 0x6c5f_7571;

  private Frame() {}

  /// How many bytes a group takes, from its magic to the next one's.
  static long span(int length) {
    return (HEADER + (long) length + 7) & -8L;
  }

  /// Writes the header before its payload, which lies there already.
  static void seal(byte[] bytes, int at, long first, int count, int length) {
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(at, MAGIC).putInt(at + 8, length).putInt(at + 12, count).putLong(at + 16, first);
    var sum = new CRC32C();
    sum.update(bytes, at + 8, HEADER - 8 + length);
    header.putInt(at + 4, (int) sum.getValue());
  }

  /// What lies at one place of a segment.
  sealed interface Found {
    /// A group whose checksum holds.
    record Group(long first, int count, int length) implements Found {
      long end() {
        return first + count;
      }
    }

    /// Zeros, or the end of the file: nothing was written here.
    record Nothing() implements Found {}

    /// Something else.
    ///
    /// @param what in words
    record Broken(String what) implements Found {}
  }

  /// @param bytes little-endian
  static Found read(ByteBuffer bytes, int at) {
    if (bytes.limit() - at < HEADER) {
      return zeros(bytes, at, bytes.limit())
          ? new Found.Nothing()
          : new Found.Broken((bytes.limit() - at) + " bytes at the end of the file");
    }
    if (bytes.getInt(at) != MAGIC) {
      return zeros(bytes, at, at + HEADER)
          ? new Found.Nothing()
          : new Found.Broken(String.format("bytes that begin no group (%08x)", bytes.getInt(at)));
    }
    int length = bytes.getInt(at + 8);
    int count = bytes.getInt(at + 12);
    long first = bytes.getLong(at + 16);
    if (length < 0 || count < 0 || first < 1 || length > bytes.limit() - at - HEADER) {
      return new Found.Broken(
          "a group of " + length + " bytes where " + (bytes.limit() - at - HEADER) + " are left");
    }
    var sum = new CRC32C();
    sum.update(bytes.slice(at + 8, HEADER - 8 + length));
    int stored = bytes.getInt(at + 4);
    if ((int) sum.getValue() != stored) {
      return new Found.Broken(
          String.format("checksum %08x where %08x is written", (int) sum.getValue(), stored));
    }
    return new Found.Group(first, count, length);
  }

  /// The first place at or behind `at` where a group with a number of at least `least` is whole, or
  /// -1.
  static int next(ByteBuffer bytes, int at, long least) {
    for (int place = (at + 7) & -8; place <= bytes.limit() - HEADER; place += 8) {
      if (bytes.getInt(place) == MAGIC
          && read(bytes, place) instanceof Found.Group group
          && group.first() >= least) {
        return place;
      }
    }
    return -1;
  }

  private static boolean zeros(ByteBuffer bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes.get(at) != 0) {
        return false;
      }
    }
    return true;
  }

  /// Where the last byte that is not zero ends, at or behind `from`.
  static int written(ByteBuffer bytes, int from) {
    int end = bytes.limit();
    while (end - 8 >= from && bytes.getLong(end - 8) == 0) {
      end -= 8;
    }
    while (end > from && bytes.get(end - 1) == 0) {
      end--;
    }
    return end;
  }
}
