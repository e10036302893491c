package io.huoshui.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/// The threads that share the lanes. What a lane does depends on no other, so any number of them
/// gives the same state.
final class Crew implements AutoCloseable {
  /// Work so small that waking a thread costs more than it saves.
  static final int FEW = 0;

  /// Work of unknown size, worth every thread.
  static final int ALL = Integer.MAX_VALUE;

  private static final int WORTH_SHARING = 256;

  /// One thread: the caller's.
  static final Crew ALONE = new Crew(1);

  private final int threads;
  private final ExecutorService others;

  /// @param threads the caller's included
  Crew(int threads) {
    this.threads = Math.clamp(threads, 1, Lane.COUNT);
    this.others =
        Executors.newFixedThreadPool(
            Math.max(1, this.threads - 1),
            Thread.ofPlatform().name("engine-lanes-", 1).daemon().factory());
  }

  /// The caller's included.
  int threads() {
    return threads;
  }

  /// Does the work of every lane, and returns when all of it is done.
  ///
  /// @param work how much there is altogether, in events or people
  void each(int work, IntConsumer lane) {
    if (threads == 1 || work < WORTH_SHARING) {
      for (int i = 0; i < Lane.COUNT; i++) {
        lane.accept(i);
      }
      return;
    }
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 1; thread < threads; thread++) {
      int first = thread;
      running.add(others.submit(() -> some(first, lane)));
    }
    Throwable failure = null;
    try {
      some(0, lane);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    // Also after a failure: nothing may run on when this returns.
    for (Future<?> each : running) {
      Throwable other = failureOf(each);
      failure = failure == null ? other : failure;
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  private void some(int first, IntConsumer lane) {
    for (int i = first; i < Lane.COUNT; i += threads) {
      lane.accept(i);
    }
  }

  private static @org.jspecify.annotations.Nullable Throwable failureOf(Future<?> running) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          running.get();
          return null;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return e.getCause();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
