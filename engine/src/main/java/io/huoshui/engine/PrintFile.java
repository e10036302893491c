package io.huoshui.engine;

import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.Disk.DiskFile;
import io.huoshui.engine.disk.Made;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/// A file of 128-bit prints in unsigned order of their first halves' upper halves, with a checksum;
/// mapped to be read. Prints say nothing about anybody, so they are not sealed.
///
/// ```
/// magic 8 │ prints 16 each │ CRC-32 8
/// ```
final class PrintFile {
  private static final long MAGIC = 0x3153_4449_4955_4853L;
  private static final int BUFFER = 1 << 20;
  private static final int HEAD = 8;
  private static final int EACH = 16;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final String name;
  private final long record;
  private final MemorySegment bytes;
  private final long count;

  private PrintFile(String name, long record, MemorySegment bytes) {
    this.name = name;
    this.record = record;
    this.bytes = bytes;
    this.count = (bytes.byteSize() - HEAD - 8) / EACH;
  }

  /// With its folder.
  String name() {
    return name;
  }

  /// The record of the checkpoint that wrote it.
  long record() {
    return record;
  }

  long count() {
    return count;
  }

  private long one(long index) {
    return bytes.get(LONG, HEAD + EACH * index);
  }

  private long two(long index) {
    return bytes.get(LONG, HEAD + EACH * index + 8);
  }

  /// Prints are spread evenly, so where one is follows from what it is, but for a few; from there
  /// in steps that double, and then by halves.
  boolean has(long one, long two) {
    long upper = one >>> 32;
    long low = Math.min(count - 1, (upper * count) >>> 32);
    if (low < 0) {
      return false;
    }
    // Afterwards what is asked for, if it is there, begins in [low, high).
    long high = low + 1;
    for (long step = 8; low > 0 && one(low) >>> 32 >= upper; step *= 2) {
      high = low + 1;
      low = Math.max(0, low - step);
    }
    for (long step = 8; high < count && one(high - 1) >>> 32 < upper; step *= 2) {
      low = high - 1;
      high = Math.min(count, high + step);
    }
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (one(middle) >>> 32 < upper) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (long at = low; at < count; at++) {
      long found = one(at);
      if (found == one && two(at) == two) {
        return true;
      }
      if (found >>> 32 != upper) {
        return false;
      }
    }
    return false;
  }

  /// Gives each print, in order.
  void each(Print.Reader reader) {
    for (long i = 0; i < count; i++) {
      reader.read(one(i), two(i));
    }
  }

  /// Writes prints in memory together with those of other files; returns when they outlive a crash.
  ///
  /// @param recent two longs each, in any order
  /// @param with files whose prints go into the new one, too
  static void write(Disk disk, String name, long[] recent, List<PrintFile> with) {
    int[] order = order(recent);
    try (var made = new Made(disk, name)) {
      var out = new Out(made.file());
      out.put(MAGIC);
      long[] next = new long[with.size()];
      for (int i = 0; ; ) {
        // The least of what each has next. There are few files, because each is twice the next.
        int least = -1;
        long upper = i < order.length ? recent[order[i]] >>> 32 : Long.MAX_VALUE;
        for (int other = 0; other < next.length; other++) {
          if (next[other] < with.get(other).count
              && with.get(other).one(next[other]) >>> 32 < upper) {
            upper = with.get(other).one(next[other]) >>> 32;
            least = other;
          }
        }
        if (least >= 0) {
          out.put(with.get(least).one(next[least]));
          out.put(with.get(least).two(next[least]++));
        } else if (i < order.length) {
          out.put(recent[order[i]]);
          out.put(recent[order[i++] + 1]);
        } else {
          break;
        }
      }
      out.end();
      made.finish();
    }
  }

  /// To a file, with the sum of what went there.
  private static final class Out {
    private final DiskFile file;
    private final CRC32 crc = new CRC32();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private long at;

    Out(DiskFile file) {
      this.file = file;
    }

    void put(long word) {
      if (buffer.remaining() < 8) {
        drain();
      }
      buffer.putLong(word);
    }

    private void drain() {
      int length = buffer.flip().remaining();
      crc.update(buffer.duplicate());
      file.write(at, buffer);
      buffer.clear();
      at += length;
    }

    void end() {
      drain();
      file.write(at, ByteBuffer.allocate(8).putLong(crc.getValue()).flip());
    }
  }

  /// Where each print lies, in the order of their first halves.
  private static int[] order(long[] prints) {
    long[] keys = new long[prints.length / 2];
    for (int i = 0; i < keys.length; i++) {
      // The upper half of the first half, then the place: enough order to find one by.
      keys[i] = ((prints[2 * i] & 0xFFFF_FFFF_0000_0000L) ^ Long.MIN_VALUE) | i;
    }
    Arrays.sort(keys);
    int[] order = new int[keys.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = 2 * (int) keys[i];
    }
    return order;
  }

  /// Maps a file and checks all of it.
  ///
  /// @param record of the checkpoint that wrote it
  /// @param count how many prints are in it
  /// @throws EngineException CHECKPOINT_DAMAGED when the file is not what was written
  static PrintFile open(Disk disk, String name, long record, long count) {
    MemorySegment bytes = disk.map(name, Arena.ofAuto());
    long size = HEAD + EACH * count + 8;
    if (bytes.byteSize() != size) {
      throw damaged(name + " has " + bytes.byteSize() + " bytes, not " + size);
    }
    if (bytes.get(LONG, 0) != MAGIC) {
      throw damaged(name + " is no file of ids");
    }
    var crc = new CRC32();
    for (long at = 0; at < size - 8; at += 1 << 30) {
      crc.update(bytes.asSlice(at, Math.min(1 << 30, size - 8 - at)).asByteBuffer());
    }
    if (bytes.get(LONG, size - 8) != crc.getValue()) {
      throw damaged(name + " was changed on disk");
    }
    return new PrintFile(name, record, bytes);
  }

  private static EngineException damaged(String what) {
    return new EngineException(EngineException.Code.CHECKPOINT_DAMAGED, what);
  }
}
