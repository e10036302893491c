package io.huoshui.profile;

/// Chance without randomness: the same name and number always draw the same.
public final class Draw {
  private Draw() {}

  /// A fraction in [0, 1), evenly spread over numbers.
  public static double fraction(String name, long number) {
    return fraction(hash(EMPTY, name), number);
  }

  /// The same as of both names joined, which is not made for it.
  public static double fraction(String name, String andName, long number) {
    return fraction(hash(hash(EMPTY, name), andName), number);
  }

  private static double fraction(long hash, long number) {
    return (mix(hash ^ mix(number)) >>> 11) * 0x1.0p-53;
  }

  /// 64 bits for a key.
  public static long bits(String key) {
    return mix(hash(EMPTY, key));
  }

  /// FNV-1a of nothing yet.
  private static final long EMPTY = 0xCBF29CE484222325L;

  /// FNV-1a over more characters.
  private static long hash(long before, String text) {
    long h = before;
    for (int i = 0; i < text.length(); i++) {
      h = (h ^ text.charAt(i)) * 0x100000001B3L;
    }
    return h;
  }

  /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
