package io.huoshui.bench;

import io.huoshui.engine.EngineException;
import io.huoshui.engine.EventLog;
import io.huoshui.engine.Seal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The log's measured peer: numbered records in RocksDB, each sealed by itself. A group of records
/// is one atomic, synced write.
final class RocksLog implements EventLog {
  static {
    RocksDB.loadLibrary();
  }

  private final Options options;
  private final WriteOptions synced;
  private final RocksDB db;
  private final Seal seal;
  private long next;

  private RocksLog(Options options, RocksDB db, Seal seal) {
    this.options = options;
    this.db = db;
    this.seal = seal;
    this.synced = new WriteOptions().setSync(true);
  }

  /// @param tuned with what RocksDB advises for a busy log: its own log files used again, so that a
  ///   sync has no new length to write down, and larger buffers
  static RocksLog open(Path folder, Seal seal, boolean tuned) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new EngineException(
          EngineException.Code.LOG_UNWRITABLE, "Can not make the folder " + folder + ": " + e, e);
    }
    // Keys only grow, so files never overlap and compaction has nothing to rewrite; sealed bytes do
    // not compress.
    var options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(16 << 20)
            .setMaxWriteBufferNumber(2)
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setMaxOpenFiles(64)
            .setKeepLogFileNum(2)
            .setParanoidChecks(true);
    if (tuned) {
      options.setWriteBufferSize(64 << 20).setRecycleLogFileNum(4);
    }
    try {
      var log = new RocksLog(options, RocksDB.open(options, folder.toString()), seal);
      log.next = log.last() + 1;
      return log;
    } catch (RocksDBException e) {
      options.close();
      String message = String.valueOf(e.getMessage());
      if (message.contains("lock")) {
        throw new EngineException(
            EngineException.Code.LOCKED,
            "Another process has the log in " + folder + ". Stop it, or serve another --data-dir.",
            e);
      }
      if (message.contains("No space left")) {
        throw new EngineException(
            EngineException.Code.LOG_UNWRITABLE,
            "The log in "
                + folder
                + " does not open because its disk is full. What was acked is safe. Free at least"
                + " 64 MB, then start again.",
            e);
      }
      throw new EngineException(
          EngineException.Code.LOG_DAMAGED,
          "The log in " + folder + " does not open: " + message,
          e);
    }
  }

  private long last() {
    try (RocksIterator cursor = db.newIterator()) {
      cursor.seekToLast();
      return cursor.isValid() ? ByteBuffer.wrap(cursor.key()).getLong() : 0;
    }
  }

  @Override
  public long first() {
    return 1;
  }

  @Override
  public long next() {
    return next;
  }

  @Override
  public long append(List<byte[]> records) {
    try (var batch = new WriteBatch()) {
      long number = next;
      for (byte[] record : records) {
        batch.put(key(number), seal.seal(number, record));
        number++;
      }
      db.write(synced, batch);
      next = number;
      return number - 1;
    } catch (RocksDBException e) {
      throw new EngineException(
          EngineException.Code.LOG_UNWRITABLE,
          "The log can not be written: "
              + e.getMessage()
              + ". What was acked is safe; nothing more is taken. Free space on the disk, then"
              + " restart.",
          e);
    }
  }

  @Override
  public void replay(long from, Reader reader) {
    try (var options =
            new ReadOptions()
                .setFillCache(false)
                .setVerifyChecksums(true)
                .setReadaheadSize(4 << 20);
        RocksIterator cursor = db.newIterator(options)) {
      long expected = from;
      for (cursor.seek(key(from)); cursor.isValid(); cursor.next()) {
        long number = ByteBuffer.wrap(cursor.key()).getLong();
        if (number != expected) {
          throw new EngineException(
              EngineException.Code.LOG_DAMAGED,
              "Record "
                  + expected
                  + " is missing, the log goes on with "
                  + number
                  + ". Restore the backup.");
        }
        reader.read(number, seal.open(number, cursor.value()));
        expected++;
      }
      cursor.status();
    } catch (RocksDBException e) {
      throw new EngineException(
          EngineException.Code.LOG_DAMAGED, "The log can not be read: " + e.getMessage(), e);
    }
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  @Override
  public void close() {
    try (var flush = new FlushOptions().setWaitForFlush(true)) {
      db.flush(flush);
    } catch (RocksDBException e) {
      throw new EngineException(
          EngineException.Code.LOG_UNWRITABLE,
          "The log could not be flushed: " + e.getMessage(),
          e);
    } finally {
      synced.close();
      db.close();
      options.close();
    }
  }
}
