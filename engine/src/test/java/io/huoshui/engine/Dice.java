package io.huoshui.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/// Chance from a seed: the same seed draws the same, so a failure is repeated by its seed.
public final class Dice {
  private long state;

  public Dice(long seed) {
    this.state = seed * 0x9E3779B97F4A7C15L;
  }

  /// Asks a law under the seeds 1 to `count`; a failure names its seed.
  public static void overSeeds(int count, LongConsumer law) {
    for (long seed = 1; seed <= count; seed++) {
      try {
        law.accept(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("The law breaks under seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  public long bits() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /// 0 to `sides - 1`.
  public int roll(int sides) {
    return (int) Long.remainderUnsigned(bits(), sides);
  }

  public int between(int least, int most) {
    return least + roll(most - least + 1);
  }

  public boolean chance(int percent) {
    return roll(100) < percent;
  }

  public double fraction() {
    return (bits() >>> 11) * 0x1.0p-53;
  }

  @SafeVarargs
  public final <T> T of(T... choices) {
    return choices[roll(choices.length)];
  }

  public <T> T of(List<T> choices) {
    return choices.get(roll(choices.size()));
  }

  public <T> List<T> list(int least, int most, Supplier<T> one) {
    var list = new ArrayList<T>();
    for (int left = between(least, most); left > 0; left--) {
      list.add(one.get());
    }
    return list;
  }

  public <T> List<T> shuffled(List<T> items) {
    var list = new ArrayList<>(items);
    for (int i = list.size() - 1; i > 0; i--) {
      int j = roll(i + 1);
      T held = list.get(i);
      list.set(i, list.get(j));
      list.set(j, held);
    }
    return list;
  }

  /// A text with quotes, backslashes, line breaks, Chinese, and pairs beyond the first plane.
  public String text(int longest) {
    var out = new StringBuilder();
    for (int left = between(1, longest); left > 0; left--) {
      out.append(of("a", "Z", "0", " ", "\"", "\\", "\n", "活", "水", "é", "😀", ",", "(", "]", "="));
    }
    return out.toString();
  }
}
