package io.huoshui.engine;

import io.huoshui.engine.Engine.Reading;
import io.huoshui.engine.Questions.Numbered;
import io.huoshui.engine.disk.DiskException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks through a folder and changes nothing: whether the log can be read from the first record to
/// the last, and whether the checkpoint says the same.
public final class Inspection implements AutoCloseable {
  private final Storage storage;
  private final Seal seal;
  private final SegmentLog log;
  private final Base base;
  private final boolean alone;
  private @Nullable List<Digest.Chunk> whole;

  private Inspection(Storage storage, Seal seal, SegmentLog log, boolean alone) {
    this.storage = storage;
    this.seal = seal;
    this.log = log;
    this.base = new Base(storage.disk(), seal);
    this.alone = alone;
  }

  /// A folder that no engine has.
  ///
  /// @throws EngineException LOCKED when one has it; LOG_DAMAGED
  public static Inspection of(Path folder, Seal seal) {
    Storage storage = Storage.of(folder);
    return new Inspection(storage, seal, SegmentLog.inspect(storage, seal), true);
  }

  /// A folder whose engine goes on, up to where it said its log was.
  public static Inspection beside(Path folder, Seal seal, SegmentLog.Extent extent) {
    Storage storage = Storage.of(folder);
    return new Inspection(storage, seal, SegmentLog.beside(storage, seal, extent), false);
  }

  /// What the log says.
  ///
  /// @param first the oldest record that is there; what came before is in the base
  /// @param waiting how many erased people are still in the segments of the log
  /// @param waitingSince when the first of them was erased, or null
  /// @param torn bytes of a group that a crash left unfinished; never acked, and cut by the next
  ///   start
  /// @param definitions in force, in the order in which they were published
  /// @param occurrences what other stores follow
  public record Found(
      long first,
      long records,
      long events,
      long people,
      Instant now,
      int waiting,
      @Nullable Instant waitingSince,
      long torn,
      List<Entry.Published> definitions,
      List<Numbered> occurrences) {}

  /// Reads the whole log, from its base on if it has one: every record opens, none is missing,
  /// every one applies.
  ///
  /// @throws EngineException saying what is wrong
  public Found readLog(Consumer<Reading> progress) {
    State state = replayed(progress);
    whole = Digest.of(state);
    var occurrences = new ArrayList<Numbered>();
    for (int i = 0; i < state.occurrences.size(); i++) {
      Occurrences.Occurrence one = state.occurrences.get(i);
      occurrences.add(new Numbered(i, one.name(), one.node(), one.time(), one.properties()));
    }
    List<State.Erasure> waiting = state.erasedAfter(base.record(log));
    return new Found(
        log.first(),
        log.next() - 1,
        state.events(),
        state.graph.profiles(),
        state.now(),
        waiting.size(),
        waiting.isEmpty() ? null : Instant.ofEpochMilli(waiting.getFirst().atMs()),
        log.cut(),
        List.copyOf(state.definitions),
        occurrences);
  }

  /// Where the log is, for taking it elsewhere: it was read whole by then.
  public Standing stand(Consumer<Reading> progress) {
    var checkpoint = new Checkpoint(storage.disk(), seal);
    checkpoint.hold();
    return new Standing(replayed(progress), log, checkpoint, base);
  }

  private State replayed(Consumer<Reading> progress) {
    var crew = new Crew(Runtime.getRuntime().availableProcessors());
    try (crew) {
      var state = new State(crew);
      base.replay(log, state, progress);
      return state;
    } catch (EngineException | DiskException e) {
      if (!alone && !files().contains(SegmentLog.name(log.first()))) {
        throw new EngineException(
            EngineException.Code.BUSY,
            "The engine beside cut its log meanwhile, because it cleaned erased people away. Look"
                + " again.",
            e);
      }
      throw e;
    }
  }

  private List<String> files() {
    return storage.disk().list("log").stream().map(name -> "log/" + name).toList();
  }

  /// What became of the comparison of the checkpoint with the log.
  public sealed interface Compared {
    /// There is no checkpoint; the next start reads the whole log.
    record None() implements Compared {}

    /// @param tail records after it
    record Same(long record, int blocks, long tail) implements Compared {}

    /// It was made after a record that the log does not have: the log lost its end.
    record Ahead(long record, long last) implements Compared {}

    /// It can not be read; the next start reads the whole log instead.
    record Damaged(String why) implements Compared {}

    /// It can be read and says something else.
    ///
    /// @param what the kind of thing in which they differ first
    /// @param inLog the first line that differs, personal data hidden
    record Differs(long record, String what, String inLog, String inCheckpoint)
        implements Compared {}
  }

  /// Reads the checkpoint (the checksum of every block, id and chunk is verified by that) and the
  /// records after it, and compares with the whole log.
  public Compared compareCheckpoint(Consumer<Reading> progress) {
    List<Digest.Chunk> expected = whole == null ? Digest.of(replayed(progress)) : whole;
    var checkpoint = new Checkpoint(storage.disk(), seal);
    if (alone && checkpoint.newest() >= log.next()) {
      return new Compared.Ahead(checkpoint.newest(), log.next() - 1);
    }
    while (true) {
      long record = checkpoint.newest(log.next() - 1);
      if (record + 1 < log.first() || record == 0) {
        return new Compared.None();
      }
      try {
        State state = restored(checkpoint, record, progress);
        int differs = Digest.difference(expected, Digest.of(state));
        return differs < 0
            ? new Compared.Same(record, state.blocks(), log.next() - 1 - record)
            : difference(record, differs, state, progress);
      } catch (DiskException e) {
        // The engine beside may have swept it for the next one.
        if (checkpoint.newest(log.next() - 1) == record) {
          return new Compared.Damaged(String.valueOf(e.getMessage()));
        }
      } catch (EngineException e) {
        if (e.code() != EngineException.Code.COLUMNS_DAMAGED
            && e.code() != EngineException.Code.CHECKPOINT_DAMAGED) {
          throw e;
        }
        return new Compared.Damaged(String.valueOf(e.getMessage()));
      }
    }
  }

  private State restored(Checkpoint checkpoint, long record, Consumer<Reading> progress) {
    var crew = new Crew(Runtime.getRuntime().availableProcessors());
    try (crew) {
      var state = new State(crew);
      checkpoint.read(record, state);
      Engine.replay(log, record + 1, state, progress);
      return state;
    }
  }

  private Compared difference(long record, int chunk, State restored, Consumer<Reading> progress) {
    List<String> other = Digest.lines(restored, chunk);
    List<String> one = Digest.lines(replayed(progress), chunk);
    for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
      String inLog = i < one.size() ? one.get(i) : "nothing";
      String inCheckpoint = i < other.size() ? other.get(i) : "nothing";
      if (!inLog.equals(inCheckpoint)) {
        int colon = inLog.indexOf(':');
        return new Compared.Differs(
            record, colon < 0 ? inLog : inLog.substring(0, colon), inLog, inCheckpoint);
      }
    }
    // Only what is hidden in the lines differs.
    String first = one.isEmpty() ? "" : one.getFirst();
    return new Compared.Differs(record, first, first, "the same with another personal text");
  }

  @Override
  public void close() {
    log.close();
  }
}
