package io.huoshui.sandbox.world;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// An append-only file of [Entry] lines: eight hex digits of CRC-32, a blank, JSON, a newline.
///
/// An appended entry has been handed to the operating system before [#append] returns, so it
/// survives kill -9; [#force] makes it survive a power cut and is called at each clock step. A last
/// line that was cut off is dropped at the next start; a broken line before good ones is refused.
final class Journal implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int CRC_DIGITS = 8;

  /// Not written through its channel: an interrupted thread would close that for everybody.
  private final RandomAccessFile file;

  private final FileLock lock;

  private Journal(RandomAccessFile file, FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /// Opens or creates, and gives every entry to `replay`, oldest first.
  static Journal open(Path file, Consumer<Entry> replay) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    var opened = new RandomAccessFile(file.toFile(), "rw");
    try {
      FileLock lock = lock(file, opened.getChannel());
      long good = replay(file, replay);
      opened.setLength(good);
      opened.seek(good);
      return new Journal(opened, lock);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static FileLock lock(Path file, FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException inThisProcess) {
      throw new IOException(file + " is in use by this process already", inThisProcess);
    }
    throw new IOException(
        file + " is in use by another sandbox. Stop it, or give this one another --data.");
  }

  /// @return the length of what is whole
  private static long replay(Path file, Consumer<Entry> replay) throws IOException {
    long good = 0;
    long number = 0;
    String broken = null;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      var line = new ByteArrayOutputStream(1024);
      int next;
      while ((next = in.read()) >= 0) {
        if (next != '\n') {
          line.write(next);
          continue;
        }
        number++;
        if (broken != null) {
          throw new IOException(
              broken
                  + " Whole lines follow it, so this is no cut-off end: restore the file, or"
                  + " remove it and begin again.");
        }
        byte[] bytes = line.toByteArray();
        line.reset();
        if (whole(bytes)) {
          replay.accept(parse(file, number, bytes));
          good += bytes.length + 1;
        } else {
          broken = file + " line " + number + ": the check sum does not fit.";
        }
      }
    }
    return good;
  }

  private static boolean whole(byte[] line) {
    if (line.length < CRC_DIGITS + 2) {
      return false;
    }
    var crc = new CRC32();
    crc.update(line, CRC_DIGITS + 1, line.length - CRC_DIGITS - 1);
    return new String(line, 0, CRC_DIGITS, StandardCharsets.ISO_8859_1)
        .equals(HexFormat.of().toHexDigits((int) crc.getValue()));
  }

  private static Entry parse(Path file, long number, byte[] line) throws IOException {
    try {
      return JSON.readValue(line, CRC_DIGITS + 1, line.length - CRC_DIGITS - 1, Entry.class);
    } catch (JacksonException e) {
      throw new IOException(file + " line " + number + ": " + e.getOriginalMessage(), e);
    }
  }

  void append(Entry entry) {
    byte[] json = JSON.writerFor(Entry.class).writeValueAsBytes(entry);
    var crc = new CRC32();
    crc.update(json);
    var line = ByteBuffer.allocate(json.length + CRC_DIGITS + 2);
    line.put(
        HexFormat.of().toHexDigits((int) crc.getValue()).getBytes(StandardCharsets.ISO_8859_1));
    line.put((byte) ' ').put(json).put((byte) '\n');
    try {
      file.write(line.array());
    } catch (IOException e) {
      throw new UncheckedIOException("The journal can not be written: " + e.getMessage(), e);
    }
  }

  void force() {
    try {
      file.getFD().sync();
    } catch (IOException e) {
      throw new UncheckedIOException("The journal can not be forced: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    file.getFD().sync();
    lock.release();
    file.close();
  }
}
