package io.huoshui.platforms.account;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Holds the calls of one account to what its platform takes, each API by itself, for all threads
/// of this process. Who has to wait waits, for a bounded time; who would wait longer is told when
/// to come back.
public final class CallLimits {
  /// As long as a caller waits for its turn.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int TOO_OFTEN = 45_009;
  private static final int TOO_MANY = 45_033;

  private final Allowances allowances;
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();
  private final LongSupplier nanos;

  public CallLimits(Allowances allowances) {
    this(allowances, System::nanoTime);
  }

  /// @param nanos of a clock that never goes back
  CallLimits(Allowances allowances, LongSupplier nanos) {
    this.allowances = allowances;
    this.nanos = nanos;
  }

  public Allowances allowances() {
    return allowances;
  }

  /// A call under way. Exactly one of its methods is called, once.
  public static final class Turn {
    private final Gate gate;
    private final LongSupplier nanos;
    private boolean over;

    private Turn(Gate gate, LongSupplier nanos) {
      this.gate = gate;
      this.nanos = nanos;
    }

    /// The call was answered as it should be.
    public void wentWell() {
      over(() -> gate.gate.wentWell());
    }

    /// The call was answered with a code, or not at all.
    public void answered(Verdict verdict) {
      over(
          () -> {
            switch (verdict.action()) {
              case BACK_OFF -> gate.gate.tooOften(nanos.getAsLong(), verdict.amount());
              case LOWER_CONCURRENCY -> gate.gate.tooMany();
              case RETRY,
                  REFRESH,
                  LATER,
                  SKIP,
                  DROP_RELATION,
                  REASSIGN,
                  NEVER,
                  HUMAN,
                  STOP_CHANNEL,
                  OTHER_CHANNEL ->
                  gate.gate.back();
            }
          });
    }

    /// Nobody knows what became of the call. Does nothing when its end is known already.
    public void lost() {
      over(() -> gate.gate.back());
    }

    private void over(Runnable change) {
      gate.lock.lock();
      try {
        if (!over) {
          over = true;
          change.run();
          gate.changed.signalAll();
        }
      } finally {
        gate.lock.unlock();
      }
    }
  }

  private static final class Gate {
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    private final ApiGate gate;

    Gate(ApiGate gate) {
      this.gate = gate;
    }
  }

  private Gate gate(String api) {
    return gates.computeIfAbsent(api, name -> new Gate(new ApiGate(allowances, name)));
  }

  /// Waits for a turn.
  ///
  /// @param api the path of the API, as in `allowances.tsv`
  /// @throws NotNow when it would take too long; nothing was counted
  /// @throws InterruptedException when the thread is to stop; nothing is under way
  public Turn enter(String api) throws NotNow, InterruptedException {
    Gate gate = gate(api);
    long deadline = nanos.getAsLong() + PATIENCE.toNanos();
    long leaves = 0;
    Turn turn = null;
    gate.lock.lockInterruptibly();
    try {
      while (turn == null) {
        long now = nanos.getAsLong();
        long left = deadline - now;
        switch (gate.gate.enter(now, left)) {
          case ApiGate.May.Go(long after) -> {
            leaves = after;
            turn = new Turn(gate, nanos);
          }
          case ApiGate.May.Wait(long nanos, ApiGate.Why why) -> {
            if (nanos > left) {
              throw notNow(api, why, nanos);
            }
            gate.changed.awaitNanos(nanos);
          }
          case ApiGate.May.Queue() -> {
            if (left <= 0) {
              throw notNow(api, ApiGate.Why.AT_ONCE, 0);
            }
            gate.changed.awaitNanos(left);
          }
        }
      }
    } finally {
      gate.lock.unlock();
    }
    try {
      TimeUnit.NANOSECONDS.sleep(leaves);
      return turn;
    } catch (InterruptedException e) {
      turn.lost();
      throw e;
    }
  }

  private static NotNow notNow(String api, ApiGate.Why why, long nanos) {
    int seconds = (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toSeconds(nanos) + 1);
    return switch (why) {
      case BAN ->
          new NotNow(
              TOO_OFTEN, api + " was called too often; not called for " + seconds + " s", seconds);
      case PACE ->
          new NotNow(
              TOO_OFTEN,
              "As many calls of " + api + " as the platform takes; the next in " + seconds + " s",
              seconds);
      case AT_ONCE ->
          new NotNow(TOO_MANY, "As many calls of " + api + " under way as may be", seconds);
    };
  }

  /// How long a call would have to wait now; zero when it could leave. A call that has to wait for
  /// another to come back counts as a second.
  public Duration may(String api) {
    Gate gate = gate(api);
    gate.lock.lock();
    try {
      return switch (gate.gate.ask(nanos.getAsLong())) {
        case ApiGate.May.Go _ -> Duration.ZERO;
        case ApiGate.May.Wait(long nanos, ApiGate.Why _) -> Duration.ofNanos(nanos);
        case ApiGate.May.Queue _ -> Duration.ofSeconds(1);
      };
    } finally {
      gate.lock.unlock();
    }
  }

  /// How many may be under way at once just now, by API that was called.
  public Map<String, Integer> atOnce() {
    var now = new TreeMap<String, Integer>();
    gates.forEach(
        (api, gate) -> {
          gate.lock.lock();
          try {
            now.put(api, gate.gate.ceiling());
          } finally {
            gate.lock.unlock();
          }
        });
    return now;
  }
}
