package io.huoshui.engine;

import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.FolderDisk;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/// Where the engine keeps what must outlive it.
///
/// @param preparing runs what may happen beside the writing, now and then: making the next log
///   segment ready. `Runnable::run` does it in line, as a simulation needs it
/// @param segmentBytes how long a log segment gets, at most; a group that is longer gets one of its
///   own length. The first segments of a log are shorter
/// @param zerosBelow segments are made of zeros beforehand while groups are shorter than this many
///   bytes on average, and grow as they are written otherwise. 0: they always grow
public record Storage(Disk disk, Executor preparing, int segmentBytes, int zerosBelow) {
  public static final int SEGMENT_BYTES = 64 << 20;

  /// From here on writing the zeros costs more than they gain (docs/adr/0009).
  public static final int ZEROS_BELOW = 1 << 20;

  public Storage {
    if (segmentBytes < 1 << 10) {
      throw new IllegalArgumentException(
          "A log segment of " + segmentBytes + " bytes is too short. Allowed: 1024 and more.");
    }
  }

  /// A folder of this machine's file system, with a thread for what is prepared.
  public static Storage of(Path folder) {
    return new Storage(
        new FolderDisk(folder),
        task -> Thread.ofPlatform().daemon().name("log-preparer").start(task),
        SEGMENT_BYTES,
        ZEROS_BELOW);
  }
}
