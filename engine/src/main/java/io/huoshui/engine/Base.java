package io.huoshui.engine;

import io.huoshui.engine.Engine.Reading;
import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.DiskException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/// What the log begins with once it does not begin with record 1 any more: the state after the last
/// record that was cut, in the folder `base`, in a checkpoint's form. No longer derived: the
/// records it stands for are gone, because people who were erased were in them.
///
/// ```
/// log     1 ───────────────────────────── R │ R+1 ─────▶
/// base    made, forced, read back at R ─────┘
/// then    the records up to R go, then older bases
/// ```
///
/// There may be a later base than the one that counts: its making was not finished. What counts is
/// the earliest that the log goes on from, so it follows from what the log still has, and a crash
/// at any step leaves one that does.
final class Base {
  static final Checkpoint.Rooms ROOMS = new Checkpoint.Rooms("base", "base", "base", true);

  private final Disk disk;
  private final Checkpoint files;

  Base(Disk disk, Seal seal) {
    this.disk = disk;
    this.files = new Checkpoint(disk, seal, ROOMS);
  }

  /// @throws EngineException LOG_DAMAGED when the log ends before a base, whatever else there is
  void checkEnd(SegmentLog log) {
    long last = files.newest();
    if (last >= log.next()) {
      throw new EngineException(
          EngineException.Code.LOG_DAMAGED,
          "The log is damaged: in "
              + disk.where()
              + " it ends with record "
              + (log.next() - 1)
              + ", but its base is of record "
              + last
              + ": the end of the log is gone. Nothing was changed. "
              + NEXT);
    }
  }

  /// The record of the base that counts, 0 when the log begins with record 1.
  ///
  /// @throws EngineException LOG_DAMAGED when the log does not go on from any, or ends before one
  long record(SegmentLog log) {
    checkEnd(log);
    List<Long> records = files.records();
    return LongStream.concat(LongStream.of(0), records.stream().mapToLong(Long::longValue).sorted())
        .filter(record -> record + 1 >= log.first())
        .findFirst()
        .orElseThrow(
            () ->
                new EngineException(
                    EngineException.Code.LOG_DAMAGED,
                    "The log is damaged: in "
                        + disk.where()
                        + " it begins with record "
                        + log.first()
                        + ", and there is no base for what came before"
                        + ". Nothing was changed. "
                        + NEXT));
  }

  private static final String NEXT =
      "Bring back the last backup beside this folder: ./huoshui restore BACKUP --data-dir NEW.";

  /// Makes an empty state what the log says after its last record.
  void replay(SegmentLog log, State into, Consumer<Reading> progress) {
    Engine.replay(log, restore(log, into), into, progress);
  }

  /// Makes an empty state what the base says.
  ///
  /// @return the record of the log that comes next
  long restore(SegmentLog log, State into) {
    long record = record(log);
    if (record > 0) {
      try {
        files.read(record, into);
      } catch (EngineException | DiskException e) {
        // Whether it is the key, the log tells better: it has a checksum beside the seal.
        log.replay(record + 1, (_, _) -> {});
        throw damaged(record, e);
      }
    }
    return record + 1;
  }

  private EngineException damaged(long record, RuntimeException cause) {
    return new EngineException(
        EngineException.Code.BASE_DAMAGED,
        "The base of the log in "
            + disk.where()
            + "/base, the state after record "
            + record
            + ", can not be read: "
            + cause.getMessage()
            + ". The records before it were cut when erased people were cleaned away, so nothing"
            + " else says what it said. Nothing was changed. "
            + NEXT,
        cause);
  }

  /// Makes a base of a checkpoint. It does not count until the log was cut.
  void make(Checkpoint from, Checkpoint.Written written) {
    files.copy(from, written);
  }

  /// Reads a base whole: every checksum, every seal.
  void read(long record, State into) {
    files.read(record, into);
  }

  /// Ends what a cleaning began, as far as it came: records that the base stands for go, and so
  /// does every base that does not count or was not finished.
  void settle(SegmentLog log) {
    long record = record(log);
    if (record > 0) {
      log.truncateBefore(record + 1);
    }
    files.keepOnly(record);
  }

  /// Cuts the log at a base that was made and found good.
  ///
  /// @return how many bytes went
  long cut(SegmentLog log, long record) {
    long bytes = log.bytesBefore(record + 1);
    log.truncateBefore(record + 1);
    files.keepOnly(record);
    return bytes;
  }

  /// The files of the base that counts.
  List<Standing.Piece> pieces(long record) {
    return record == 0 ? List.of() : files.piecesOf(record);
  }
}
