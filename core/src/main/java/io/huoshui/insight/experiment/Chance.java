package io.huoshui.insight.experiment;

/// Draws that follow from a seed (SplitMix64: Steele, Lea, Flood 2014).
final class Chance {
  private long state;

  Chance(long seed) {
    // Mixed, so that draws of neighbouring seeds are not each other's, one later.
    this.state = mix(seed * 0xD1342543DE82EF95L + 1);
  }

  private long bits() {
    state += 0x9E3779B97F4A7C15L;
    return mix(state);
  }

  private static long mix(long bits) {
    long z = bits;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /// In [0, 1).
  double fraction() {
    return (bits() >>> 11) * 0x1.0p-53;
  }

  boolean coin() {
    return bits() < 0;
  }

  /// 0 to `sides - 1`.
  int roll(int sides) {
    return (int) (fraction() * sides);
  }

  /// How often something happens that happens once on average (Poisson): what a person weighs in a
  /// bootstrap sample.
  int times() {
    double left = fraction();
    double chance = Math.exp(-1);
    int times = 0;
    while (left >= chance && times < 20) {
      left -= chance;
      times++;
      chance /= times;
    }
    return times;
  }
}
