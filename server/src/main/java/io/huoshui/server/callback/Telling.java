package io.huoshui.server.callback;

import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells others of one sort of change, in the order of the rows for each contact, contacts side by
/// side. Rows that memory should not hold are read again when their turn comes, so a listener that
/// is slow costs time and no memory.
final class Telling {
  private static final Logger LOG = LoggerFactory.getLogger(Telling.class);
  private static final int MOST_IN_MEMORY = 20_000;
  private static final int PAGE = 1_000;

  /// Hands one change on; whoever fails is not this class's business.
  interface Tell {
    void tell(Arrival row, Change change) throws InterruptedException;
  }

  /// Rows on disk between two numbers.
  interface Rows {
    List<Arrival> between(long after, long last, int most);
  }

  private static final class Piece {
    /// Null where they are to be read.
    private final @Nullable List<Arrival> rows;

    private final long after;
    private long last;
    private final CompletableFuture<Boolean> told = new CompletableFuture<>();

    Piece(@Nullable List<Arrival> rows, long after, long last) {
      this.rows = rows;
      this.after = after;
      this.last = last;
    }
  }

  private final int lanes;
  private final Predicate<Change> which;
  private final Function<Arrival, List<Change>> changes;
  private final Tell tell;
  private final Rows store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private int inMemory;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable Thread thread;
  private volatile boolean running = true;

  /// @param lanes how many contacts are told of at once
  Telling(
      int lanes,
      Predicate<Change> which,
      Function<Arrival, List<Change>> changes,
      Tell tell,
      Rows store) {
    this.lanes = lanes;
    this.which = which;
    this.changes = changes;
    this.tell = tell;
    this.store = store;
  }

  void start(String name) {
    thread = Thread.ofPlatform().name(name).start(this::run);
  }

  void stop() throws InterruptedException {
    running = false;
    threads.shutdownNow();
    if (thread != null) {
      thread.interrupt();
      thread.join(5_000);
    }
  }

  /// @param after the row before the first, `last` the number of the last
  /// @return done when everybody was told of these and of all before them
  CompletableFuture<Boolean> add(List<Arrival> rows, long after, long last) {
    lock.lock();
    try {
      Piece newest = pieces.peekLast();
      if (inMemory + rows.size() <= MOST_IN_MEMORY) {
        newest = new Piece(rows, after, last);
        pieces.add(newest);
        inMemory += rows.size();
      } else if (newest != null
          && newest.rows == null
          && newest.last == after
          && last - newest.after <= MOST_IN_MEMORY) {
        newest.last = last;
      } else {
        newest = new Piece(null, after, last);
        pieces.add(newest);
      }
      more.signal();
      return newest.told;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (running) {
      try {
        Piece piece = next();
        if (piece.rows != null) {
          tell(piece.rows);
          lock.lock();
          try {
            inMemory -= piece.rows.size();
          } finally {
            lock.unlock();
          }
        } else {
          long after = piece.after;
          for (List<Arrival> page = store.between(after, piece.last, PAGE);
              !page.isEmpty();
              page = store.between(after, piece.last, PAGE)) {
            tell(page);
            after = page.getLast().id();
          }
        }
        piece.told.complete(true);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("others could not be told of callbacks", e);
      }
    }
  }

  private Piece next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (pieces.isEmpty()) {
        more.await();
      }
      return pieces.remove();
    } finally {
      lock.unlock();
    }
  }

  private record One(Arrival row, Change change) {}

  private void tell(List<Arrival> rows) throws InterruptedException {
    var byLane = new ArrayList<List<One>>(lanes);
    for (int i = 0; i < lanes; i++) {
      byLane.add(new ArrayList<>());
    }
    for (Arrival row : rows) {
      int lane =
          row.letter().people().isEmpty()
              ? 0
              : Math.floorMod(row.letter().people().getFirst().hashCode(), lanes);
      for (Change change : changes.apply(row)) {
        if (which.test(change)) {
          byLane.get(lane).add(new One(row, change));
        }
      }
    }
    byLane.removeIf(List::isEmpty);
    if (byLane.size() <= 1) {
      for (List<One> lane : byLane) {
        tellAll(lane);
      }
      return;
    }
    var tasks = new ArrayList<Callable<Boolean>>();
    for (List<One> lane : byLane) {
      tasks.add(
          () -> {
            tellAll(lane);
            return true;
          });
    }
    for (Future<Boolean> one : threads.invokeAll(tasks)) {
      try {
        boolean _ = one.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      }
    }
  }

  private void tellAll(List<One> lane) throws InterruptedException {
    for (One one : lane) {
      tell.tell(one.row(), one.change());
    }
  }
}
