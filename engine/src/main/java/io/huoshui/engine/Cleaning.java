package io.huoshui.engine;

import io.huoshui.engine.Checkpoint.Snapshot;
import io.huoshui.engine.Checkpoint.Written;
import io.huoshui.engine.disk.DiskException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What makes erasures physical, as far as it happens beside the writing. The steps:
///
/// ```
/// writer   the log turns to a new segment at R; the state at R is copied, with new words
/// beside   the state at R as a restart would find it, hashed
///          a checkpoint at R, every block written anew                 Checkpoint
///          a base made of it, forced, read back whole, hashed: equal?  Base
/// writer   the records up to R go, and whatever older holds the same
/// ```
///
/// Until the last step the log is whole, and whatever fails leaves it so.
final class Cleaning {
  private final Storage storage;
  private final Seal seal;
  private final Checkpoint checkpoint;
  private final Base base;

  Cleaning(Storage storage, Seal seal, Checkpoint checkpoint, Base base) {
    this.storage = storage;
    this.seal = seal;
    this.checkpoint = checkpoint;
    this.base = base;
  }

  /// @param lost why there is no base, or null when there is one and it is good
  record Done(Written written, @Nullable RuntimeException lost) {}

  /// @param extent the log up to the snapshot's record
  /// @throws DiskException when not even the checkpoint could be written
  Done run(Snapshot of, SegmentLog.Extent extent, boolean resting) {
    @Nullable List<Digest.Chunk> expected = null;
    RuntimeException lost = null;
    try {
      expected = expected(extent);
    } catch (EngineException | DiskException e) {
      lost = e;
    }
    Written written = checkpoint.write(of, resting);
    if (expected == null) {
      return new Done(written, lost);
    }
    try {
      base.make(checkpoint, written);
      same(of.record, expected);
      return new Done(written, null);
    } catch (EngineException | DiskException e) {
      return new Done(written, e);
    }
  }

  /// What is known at the end of the extent, not from the state that is to be kept, but as whoever
  /// starts anew reads it from the disk.
  private List<Digest.Chunk> expected(SegmentLog.Extent extent) {
    SegmentLog log = SegmentLog.beside(storage, seal, extent);
    return Digest.of(
        Engine.restore(log, new Checkpoint(storage.disk(), seal), base, State::new, _ -> {})
            .state());
  }

  private void same(long record, List<Digest.Chunk> expected) {
    var state = new State();
    base.read(record, state);
    List<Digest.Chunk> found = Digest.of(state);
    int differs = Digest.difference(expected, found);
    if (differs >= 0) {
      throw new EngineException(
          EngineException.Code.CHECKPOINT_DAMAGED,
          "The base of record "
              + record
              + " says something else than the log, first in a "
              + (differs < expected.size() ? expected : found).get(differs).what()
              + ". The log stays whole. Please report this.");
    }
  }
}
