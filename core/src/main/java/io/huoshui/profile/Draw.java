package io.huoshui.profile;

/// Chance without randomness: the same name and number always draw the same.
public final class Draw {
  private Draw() {}

  /// A fraction in [0, 1), evenly spread over numbers.
  public static double fraction(String name, long number) {
    return (mix(hash(name) ^ mix(number)) >>> 11) * 0x1.0p-53;
  }

  /// 64 bits for a key.
  public static long bits(String key) {
    return mix(hash(key));
  }

  /// FNV-1a over the characters.
  private static long hash(String text) {
    long h = 0xCBF29CE484222325L;
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
