package io.huoshui.engine;

import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.Disk.DiskFile;
import io.huoshui.engine.disk.Made;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/// A file of 128-bit prints in unsigned order, with a checksum. Prints say nothing about anybody,
/// so they are not sealed.
///
/// ```
/// magic 8 │ prints 16 each │ CRC-32 8
/// ```
final class PrintFile {
  private static final long MAGIC = 0x3153_4449_4955_4853L;
  private static final int BUFFER = 1 << 20;

  private PrintFile() {}

  /// Writes prints, two longs each, under a name; returns when they outlive a crash.
  static void write(Disk disk, String name, long[] prints) {
    int[] order = order(prints);
    try (var made = new Made(disk, name)) {
      DiskFile file = made.file();
      var crc = new CRC32();
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      long at = 0;
      buffer.putLong(MAGIC);
      for (int i : order) {
        if (buffer.remaining() < 16) {
          at = drain(file, at, buffer, crc);
        }
        buffer.putLong(prints[i]).putLong(prints[i + 1]);
      }
      at = drain(file, at, buffer, crc);
      file.write(at, ByteBuffer.allocate(8).putLong(crc.getValue()).flip());
      made.finish();
    }
  }

  private static long drain(DiskFile file, long at, ByteBuffer buffer, CRC32 crc) {
    int length = buffer.flip().remaining();
    crc.update(buffer.duplicate());
    file.write(at, buffer);
    buffer.clear();
    return at + length;
  }

  /// Where each print lies, in the order of their first halves.
  private static int[] order(long[] prints) {
    long[] keys = new long[prints.length / 2];
    for (int i = 0; i < keys.length; i++) {
      // The highest half of the first half, then the place: enough order to walk through a table.
      keys[i] = ((prints[2 * i] & 0xFFFF_FFFF_0000_0000L) ^ Long.MIN_VALUE) | i;
    }
    Arrays.sort(keys);
    int[] order = new int[keys.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = 2 * (int) keys[i];
    }
    return order;
  }

  /// @param count how many prints are in it
  /// @throws EngineException CHECKPOINT_DAMAGED when the file is not what was written
  static long[] read(Disk disk, String name, int count) {
    try (DiskFile file = disk.open(name)) {
      long size = 16L + 16L * count;
      if (file.size() != size) {
        throw damaged(name + " has " + file.size() + " bytes, not " + size);
      }
      long[] prints = new long[2 * count];
      var crc = new CRC32();
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      int next = -1;
      for (long at = 0; at < size - 8; ) {
        buffer.clear().limit((int) Math.min(BUFFER, size - 8 - at));
        int length = file.read(at, buffer);
        if (length <= 0 || length % 8 != 0) {
          throw damaged(name + " is cut off");
        }
        at += length;
        buffer.flip();
        crc.update(buffer.duplicate());
        for (; buffer.hasRemaining(); next++) {
          long word = buffer.getLong();
          if (next >= 0) {
            prints[next] = word;
          } else if (word != MAGIC) {
            throw damaged(name + " is no file of ids");
          }
        }
      }
      ByteBuffer sum = ByteBuffer.allocate(8);
      file.read(size - 8, sum);
      if (sum.flip().getLong() != crc.getValue()) {
        throw damaged(name + " was changed on disk");
      }
      return prints;
    }
  }

  private static EngineException damaged(String what) {
    return new EngineException(EngineException.Code.CHECKPOINT_DAMAGED, what);
  }
}
