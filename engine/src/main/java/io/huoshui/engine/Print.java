package io.huoshui.engine;

/// 128 bits for a source and an id. Two ids share a print with a chance of 2⁻¹²⁸ per pair, so at a
/// billion events the chance that any two do is under 2⁻⁶⁸. One thread uses one, and it is written
/// over each time, so that asking allocates nothing.
final class Print {
  private static final long SEED_ONE = 0x9E3779B97F4A7C15L;
  private static final long SEED_TWO = 0x165667B19E3779F9L;
  private static final long FACTOR_ONE = 0xC2B2AE3D27D4EB4FL;
  private static final long FACTOR_TWO = 0x27D4EB2F165667C5L;

  long one;
  long two;

  /// Both halves in one pass over the characters.
  Print of(String source, String id) {
    long h = SEED_ONE ^ (source.length() * FACTOR_ONE);
    long g = SEED_TWO ^ (source.length() * FACTOR_TWO);
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      h = Long.rotateLeft((h ^ c) * FACTOR_ONE, 29);
      g = Long.rotateLeft((g ^ c) * FACTOR_TWO, 29);
    }
    // No character is this one, so "ab" of "c" is not "a" of "bc".
    h = (h ^ 0x10000) * FACTOR_ONE;
    g = (g ^ 0x10000) * FACTOR_TWO;
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      h = Long.rotateLeft((h ^ c) * FACTOR_ONE, 31) + SEED_ONE;
      g = Long.rotateLeft((g ^ c) * FACTOR_TWO, 31) + SEED_TWO;
    }
    one = mix(h);
    two = mix(g);
    // All zero marks an empty place.
    if (one == 0 && two == 0) {
      two = 1;
    }
    return this;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /// What is done with each print of many.
  @FunctionalInterface
  interface Reader {
    void read(long one, long two);
  }
}
