package io.huoshui.sandbox.http;

import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.world.Faults;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// Draws which calls go wrong. A draw depends on the seed, on what is called and on how often it
/// was called before, so the same client sees the same faults and a repeated call may succeed.
public final class Chaos {
  private final long seed;
  private final Supplier<Faults.Fault> fault;
  private final Map<Long, Integer> tries = new HashMap<>();

  public Chaos(long seed, Supplier<Faults.Fault> fault) {
    this.seed = seed;
    this.fault = fault;
  }

  /// @param down what to answer when the platform is down
  /// @param busy what to answer when it is busy
  /// @param refusal what to answer with a code that was ordered
  public Answer around(
      Call call,
      Supplier<Answer> down,
      Supplier<Answer> busy,
      IntFunction<Answer> refusal,
      Endpoint work)
      throws InterruptedException {
    Faults.Fault now = fault.get();
    if (now.down()) {
      return down.get();
    }
    if (now.busyShare() == 0 && now.timeoutShare() == 0 && now.refusals().isEmpty()) {
      return work.answer(call);
    }
    var dice = Dice.of(draw(call));
    if (dice.chance(now.busyShare())) {
      return busy.get();
    }
    for (Map.Entry<String, Double> ordered : new TreeMap<>(now.refusals()).entrySet()) {
      if (dice.chance(ordered.getValue())) {
        int code = Integer.parseInt(ordered.getKey());
        if (code < 500 || code > 599) {
          return refusal.apply(code);
        }
        // A broken gateway says nothing about what stands behind it.
        if (dice.chance(0.5)) {
          var _ = work.answer(call);
        }
        return Answer.problem(code, "broken", "Broken by POST /sandbox/faults");
      }
    }
    boolean lost = dice.chance(now.timeoutShare());
    Answer answer = work.answer(call);
    return lost ? new Answer.Dropped() : answer;
  }

  private synchronized long draw(Call call) {
    long what = Dice.hash(Dice.hash(seed, call.path()), Arrays.hashCode(call.body()));
    return Dice.hash(what, tries.merge(what, 1, Integer::sum));
  }
}
