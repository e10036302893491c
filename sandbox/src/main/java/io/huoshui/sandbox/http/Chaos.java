package io.huoshui.sandbox.http;

import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.world.Faults;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
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
  public Answer around(Call call, Supplier<Answer> down, Supplier<Answer> busy, Endpoint work)
      throws InterruptedException {
    Faults.Fault now = fault.get();
    if (now.down()) {
      return down.get();
    }
    if (now.busyShare() == 0 && now.timeoutShare() == 0) {
      return work.answer(call);
    }
    var dice = Dice.of(draw(call));
    if (dice.chance(now.busyShare())) {
      return busy.get();
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
