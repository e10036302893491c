package io.huoshui.engine.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Chance from a seed; the only one in a simulated world.
final class Chance {
  private final SplittableRandom bits;

  Chance(long seed) {
    this.bits = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L);
  }

  /// Chance of its own for a part of the world, so that what one part draws moves no other.
  RandomGenerator part() {
    return bits.split();
  }

  /// 0 to `sides - 1`.
  int roll(int sides) {
    return bits.nextInt(sides);
  }

  int between(int least, int most) {
    return least + roll(most - least + 1);
  }

  boolean percent(int chance) {
    return roll(100) < chance;
  }

  /// One in so many.
  boolean oneIn(int many) {
    return roll(many) == 0;
  }

  @SafeVarargs
  final <T> T of(T... choices) {
    return choices[roll(choices.length)];
  }

  <T> T of(List<T> choices) {
    return choices.get(roll(choices.size()));
  }

  <T> List<T> shuffled(List<T> items) {
    var list = new ArrayList<>(items);
    for (int i = list.size() - 1; i > 0; i--) {
      int j = roll(i + 1);
      T held = list.get(i);
      list.set(i, list.get(j));
      list.set(j, held);
    }
    return list;
  }
}
