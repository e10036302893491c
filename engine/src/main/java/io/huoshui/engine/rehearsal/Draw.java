package io.huoshui.engine.rehearsal;

/// Chance that follows from a seed and what it is drawn for, in any order and on any thread the
/// same: two variants that reach the same person the same number of times have the same luck.
final class Draw {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long key;

  private Draw(long key) {
    this.key = key;
  }

  static Draw of(long seed, String who, long number) {
    long h = mix(seed + GOLDEN);
    for (int i = 0; i < who.length(); i++) {
      h = (h ^ who.charAt(i)) * 0x100000001B3L;
    }
    return new Draw(mix(mix(h) + number * GOLDEN));
  }

  Draw of(long number) {
    return new Draw(mix(key + (number + 1) * GOLDEN));
  }

  /// @param what tells the draws of one thing apart
  double uniform(int what) {
    return (mix(key ^ ((what + 1L) * 0xD1B54A32D192ED03L)) >>> 11) * 0x1.0p-53;
  }

  boolean chance(int what, double probability) {
    return uniform(what) < probability;
  }

  double exponential(int what, double mean) {
    return -mean * StrictMath.log(1 - uniform(what));
  }

  int below(int what, int bound) {
    return (int) (uniform(what) * bound);
  }

  long id() {
    return key;
  }

  private static long mix(long z) {
    long h = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
    return h ^ (h >>> 31);
  }
}
