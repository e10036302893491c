package io.huoshui.engine;

import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.Disk.DiskFile;
import io.huoshui.engine.disk.DiskException;
import io.huoshui.engine.disk.Made;
import java.nio.ByteBuffer;

/// A file written once and read whole: sealed chunks, each under its place, and at the end how many
/// there are. What was not finished has no name.
///
/// ```
/// length 4 │ sealed bytes │ length 4 │ sealed bytes │ … │ 0 │ chunks 4
/// ```
final class KeptFile {
  /// Small, because AES-GCM is fast only once it was called some thousand times, and a start has to
  /// be fast from the beginning.
  private static final int CHUNK = 1 << 14;

  static final int CHUNK_BITS = 22;

  /// What goes to the disk, and comes from it, at once.
  private static final int BUFFER = 1 << 20;

  private KeptFile() {}

  static final class Out implements AutoCloseable {
    private final Seal seal;
    private final long number;
    private final Made made;
    private final Bytes bytes = new Bytes();
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private long at;
    private int chunks;

    /// @param name with its folder
    /// @param number what the bytes are bound to: they open under this number only
    Out(Disk disk, String name, Seal seal, long number) {
      this.seal = seal;
      this.number = number;
      this.made = new Made(disk, name);
    }

    /// Where the next item goes. An item is never parted.
    Bytes item() {
      if (bytes.length() >= CHUNK) {
        flush();
      }
      return bytes;
    }

    private void flush() {
      byte[] sealed = seal.seal(number << CHUNK_BITS | chunks, bytes.copy());
      if (buffer.remaining() < 4 + sealed.length) {
        drain();
        if (buffer.capacity() < 4 + sealed.length) {
          buffer = ByteBuffer.allocate(4 + sealed.length);
        }
      }
      buffer.putInt(sealed.length).put(sealed);
      chunks++;
      bytes.clear();
    }

    private void drain() {
      int length = buffer.flip().remaining();
      made.file().write(at, buffer);
      at += length;
      buffer.clear();
    }

    /// Gives the file its name; returns when it outlives a crash.
    ///
    /// @return its length
    long finish() {
      flush();
      drain();
      made.file().write(at, ByteBuffer.allocate(8).putInt(0).putInt(chunks).flip());
      made.finish();
      return at + 8;
    }

    @Override
    public void close() {
      made.close();
    }
  }

  static final class In implements AutoCloseable {
    private final String name;
    private final Seal seal;
    private final long number;
    private final DiskFile file;
    private Bytes bytes = Bytes.reading(new byte[0], 0, 0);
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);
    private final long size;

    /// Of the file, behind what the buffer has.
    private long at;

    private int chunks;

    /// @throws DiskException when it is not there
    In(Disk disk, String name, Seal seal, long number) {
      this.name = name;
      this.seal = seal;
      this.number = number;
      this.file = disk.open(name);
      this.size = file.size();
    }

    /// Where the next item is read from.
    ///
    /// @throws EngineException CHECKPOINT_DAMAGED when the file is not what was written
    Bytes item() {
      if (!bytes.more()) {
        int length = word();
        if (length <= 0 || length > size - at + buffer.remaining()) {
          throw damaged("ends after " + chunks + " chunks");
        }
        byte[] sealed = new byte[length];
        take(sealed);
        byte[] plain;
        try {
          plain = seal.open(number << CHUNK_BITS | chunks, sealed);
        } catch (EngineException e) {
          throw new EngineException(
              EngineException.Code.CHECKPOINT_DAMAGED, "'" + name + "' was changed on disk", e);
        }
        chunks++;
        bytes = Bytes.reading(plain, 0, plain.length);
      }
      return bytes;
    }

    private int word() {
      byte[] word = new byte[4];
      take(word);
      return ByteBuffer.wrap(word).getInt();
    }

    private void take(byte[] into) {
      int taken = 0;
      while (taken < into.length) {
        if (!buffer.hasRemaining()) {
          buffer.clear();
          at += file.read(at, buffer);
          buffer.flip();
          if (!buffer.hasRemaining()) {
            throw damaged("is cut off");
          }
        }
        int next = Math.min(buffer.remaining(), into.length - taken);
        buffer.get(into, taken, next);
        taken += next;
      }
    }

    /// Everything was read, and nothing is missing.
    void end() {
      if (bytes.more() || word() != 0 || word() != chunks) {
        throw damaged("goes on where it should end");
      }
    }

    private EngineException damaged(String how) {
      return new EngineException(EngineException.Code.CHECKPOINT_DAMAGED, "'" + name + "' " + how);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
