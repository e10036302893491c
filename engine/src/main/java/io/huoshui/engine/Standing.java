package io.huoshui.engine;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/// Where an engine's log is at one record, and what of its folder belongs to that.
public final class Standing implements AutoCloseable {
  private final SegmentLog.Extent extent;
  private final long checkpointRecord;
  private final long events;
  private final long people;
  private final int occurrences;
  private final Instant now;
  private final ZoneId zone;
  private final SegmentLog log;
  private final Checkpoint checkpoint;
  private final Base base;
  private final long baseRecord;

  /// The one thread that writes makes it; the checkpoint is held already.
  Standing(State state, SegmentLog log, Checkpoint checkpoint, Base base) {
    this.extent = log.extent();
    this.checkpointRecord = checkpoint.newest(extent.next() - 1);
    this.events = state.events();
    this.people = state.graph.profiles();
    this.occurrences = state.occurrences.size();
    this.now = state.now();
    this.zone = state.zone();
    this.log = log;
    this.checkpoint = checkpoint;
    this.base = base;
    this.baseRecord = base.record(log);
  }

  /// The last record.
  public long record() {
    return extent.next() - 1;
  }

  /// After which record the newest checkpoint was taken, 0 when there is none.
  public long checkpointRecord() {
    return checkpointRecord;
  }

  public SegmentLog.Extent extent() {
    return extent;
  }

  public long events() {
    return events;
  }

  public long people() {
    return people;
  }

  public int occurrences() {
    return occurrences;
  }

  public Instant now() {
    return now;
  }

  public ZoneId zone() {
    return zone;
  }

  /// The first bytes of a file of the engine's folder.
  ///
  /// @param name with `/`: `log/0000000000000000001.seg`
  public record Piece(String name, long bytes) {}

  /// The record of the base that the log goes on from, 0 when it begins with record 1.
  public long baseRecord() {
    return baseRecord;
  }

  /// What makes up the log, its base included.
  public List<Piece> log() {
    var pieces = new ArrayList<>(base.pieces(baseRecord));
    for (long first : extent.segments()) {
      boolean last = first == extent.segments().getLast();
      pieces.add(new Piece(SegmentLog.name(first), last ? extent.end() : log.length(first)));
    }
    return pieces;
  }

  /// What makes up the newest checkpoint; a restart needs the log only.
  public List<Piece> checkpoint() {
    return checkpointRecord == 0 ? List.of() : checkpoint.pieces(checkpointRecord);
  }

  /// The files may go.
  @Override
  public void close() {
    checkpoint.release();
  }
}
