package io.huoshui.sandbox.draw;

/// A stream of draws. Two dice of one seed give the same draws on every machine: the arithmetic is
/// integer or [StrictMath].
///
/// Not for several threads; make one where it is thrown.
public final class Dice {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  private Dice(long seed) {
    state = seed;
  }

  public static Dice of(long seed) {
    return new Dice(mix(seed + GOLDEN));
  }

  /// Dice whose draws depend on the seed and on these words, in this order, and on nothing else.
  public static Dice of(long seed, String... words) {
    long hash = seed;
    for (String word : words) {
      hash = hash(hash, word);
    }
    return of(hash);
  }

  public static long hash(long a, long b) {
    return mix(mix(a + GOLDEN) ^ (b * 0xD6E8FEB86659FD93L));
  }

  public static long hash(long seed, String word) {
    long hash = 0xCBF29CE484222325L ^ seed;
    for (int i = 0; i < word.length(); i++) {
      hash = (hash ^ word.charAt(i)) * 0x100000001B3L;
    }
    return hash(hash, word.length());
  }

  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  public long next() {
    state += GOLDEN;
    return mix(state);
  }

  /// In [0, 1).
  public double uniform() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  public double between(double low, double high) {
    return low + (high - low) * uniform();
  }

  /// In [0, bound).
  public int below(int bound) {
    return (int) (((next() >>> 32) * bound) >>> 32);
  }

  public boolean chance(double probability) {
    return uniform() < probability;
  }

  public double exponential(double mean) {
    return -mean * StrictMath.log(1 - uniform());
  }

  public double gaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform());
  }

  public double lognormal(double median, double sigma) {
    return median * StrictMath.exp(sigma * gaussian());
  }

  /// Gamma by Marsaglia and Tsang's method (ACM TOMS 26, 2000); mean is `shape * scale`.
  public double gamma(double shape, double scale) {
    if (shape < 1) {
      return gamma(shape + 1, scale) * StrictMath.pow(1 - uniform(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = gaussian();
      double root = 1 + c * x;
      if (root > 0) {
        double v = root * root * root;
        if (StrictMath.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
          return d * v * scale;
        }
      }
    }
  }

  /// An index drawn by weight.
  public int weighted(double... weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double at = uniform() * total;
    for (int i = 0; i < weights.length - 1; i++) {
      at -= weights[i];
      if (at < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }
}
