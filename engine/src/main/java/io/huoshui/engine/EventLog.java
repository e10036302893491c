package io.huoshui.engine;

import java.util.List;

/// The durable log: numbered records; the first ever is 1. One thread uses it.
public interface EventLog extends AutoCloseable {
  /// The number of the oldest record that is still there, or would be.
  long first();

  /// The number the next record gets.
  long next();

  /// Writes the records as one: after a crash all of them are there, or none. Returns when they are
  /// on disk.
  ///
  /// @param records at least one
  /// @return the number of the last record
  /// @throws EngineException LOG_UNWRITABLE; nothing is taken any more then, and what was acked is
  ///   safe
  long append(List<byte[]> records);

  /// Reads every record from a number on, in order, and checks all of what it reads.
  ///
  /// @throws EngineException LOG_DAMAGED saying where and what, WRONG_KEY
  void replay(long from, Reader reader);

  /// What is done with each record.
  @FunctionalInterface
  interface Reader {
    void read(long number, byte[] record);
  }

  @Override
  void close();
}
