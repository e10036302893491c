package io.huoshui.engine.columns;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One question over many blocks with several threads; it can be watched and cancelled from others.
///
/// ```java
/// var sweep = new Sweep(blocks.size());
/// List<long[]> members = sweep.over(2, () -> {
///   var evaluator = program.evaluator();
///   return i -> evaluator.over(blocks.get(i), facts, skips.get(i));
/// });
/// ```
public final class Sweep {
  private final int all;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private volatile boolean cancelled;

  /// @param all how many blocks
  public Sweep(int all) {
    this.all = all;
  }

  /// Answers for one block after the other; each thread has its own.
  @FunctionalInterface
  public interface Worker<T> {
    T answer(int block);
  }

  public int all() {
    return all;
  }

  /// How many blocks are answered.
  public int done() {
    return done.get();
  }

  /// Ends the sweep before its next block.
  public void cancel() {
    cancelled = true;
  }

  /// Asks; the calling thread is one of the threads. Used once.
  ///
  /// @return the answers in the order of the blocks
  /// @throws CancellationException when it was cancelled before its end
  public <T> List<T> over(int threads, Supplier<Worker<T>> workers) {
    var answers = new ArrayList<@Nullable T>(all);
    for (int i = 0; i < all; i++) {
      answers.add(null);
    }
    var failed = new AtomicReference<@Nullable Throwable>();
    Runnable work =
        () -> {
          try {
            Worker<T> worker = workers.get();
            for (int i = taken.getAndIncrement(); i < all; i = taken.getAndIncrement()) {
              if (cancelled || failed.get() != null) {
                return;
              }
              T answer = worker.answer(i);
              // Different threads write different places; joining them makes all seen.
              answers.set(i, answer);
              done.incrementAndGet();
            }
          } catch (RuntimeException | Error e) {
            failed.compareAndSet(null, e);
          }
        };
    var others = new ArrayList<Thread>();
    for (int i = 1; i < Math.min(threads, all); i++) {
      others.add(Thread.ofPlatform().name("sweep-" + i).start(work));
    }
    work.run();
    join(others);
    rethrow(failed.get());
    var whole = new ArrayList<T>(all);
    for (T answer : answers) {
      if (answer == null) {
        throw new CancellationException("Cancelled after " + done() + " of " + all + " blocks");
      }
      whole.add(answer);
    }
    return whole;
  }

  /// What one thread does with its blocks.
  public interface Hand {
    void take(int block);

    /// There are no more blocks for it; where something failed it is not told.
    default void end() {}
  }

  /// The same for questions of microseconds a block: threads that are there already help, when they
  /// wake in time, and blocks are taken some at a time. The calling thread waits for nobody who has
  /// not begun. Used once.
  ///
  /// @throws CancellationException when it was cancelled before its end
  public void each(int threads, Supplier<? extends Hand> hands) {
    int some = Math.clamp(all / (threads * 16L), 1, 64);
    var failed = new AtomicReference<@Nullable Throwable>();
    var left = new AtomicBoolean();
    var helping = new Phaser(1);
    Runnable work =
        () -> {
          try {
            Hand hand = hands.get();
            for (int from = taken.getAndAdd(some); from < all; from = taken.getAndAdd(some)) {
              for (int i = from; i < Math.min(all, from + some); i++) {
                if (cancelled || failed.get() != null) {
                  return;
                }
                hand.take(i);
              }
              done.addAndGet(Math.min(all, from + some) - from);
            }
            hand.end();
          } catch (RuntimeException | Error e) {
            failed.compareAndSet(null, e);
          }
        };
    for (int i = 1; i < Math.min(threads, all / some); i++) {
      ForkJoinPool.commonPool()
          .execute(
              () -> {
                synchronized (helping) {
                  if (left.get()) {
                    return;
                  }
                  helping.register();
                }
                try {
                  work.run();
                } finally {
                  helping.arriveAndDeregister();
                }
              });
    }
    work.run();
    synchronized (helping) {
      left.set(true);
    }
    helping.arriveAndAwaitAdvance();
    rethrow(failed.get());
    if (done() < all) {
      throw new CancellationException("Cancelled after " + done() + " of " + all + " blocks");
    }
  }

  private static void rethrow(@Nullable Throwable failed) {
    switch (failed) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      case Throwable other -> throw new IllegalStateException(other);
    }
  }

  /// Blocks take milliseconds, so an interrupt only cancels and the threads end soon.
  private void join(List<Thread> others) {
    boolean interrupted = false;
    for (Thread other : others) {
      while (other.isAlive()) {
        try {
          other.join();
        } catch (InterruptedException e) {
          interrupted = true;
          cancel();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
