package io.huoshui.engine;

/// The ids taken so far, as 128-bit prints: 16 bytes each at two thirds full. Two ids share a print
/// with a chance of 2⁻¹²⁸ per pair, so at a billion events the chance that any two do is under
/// 2⁻⁶⁸.
final class IdSet {
  private long[] prints = new long[1 << 13];
  private int size;

  boolean has(String source, String id) {
    long one = print(source, id, 0x9E3779B97F4A7C15L, 0xC2B2AE3D27D4EB4FL);
    long two = print(source, id, 0x165667B19E3779F9L, 0x27D4EB2F165667C5L);
    if (one == 0 && two == 0) {
      two = 1;
    }
    int mask = prints.length / 2 - 1;
    for (int slot = (int) (one >>> 20) & mask; ; slot = (slot + 1) & mask) {
      long a = prints[2 * slot];
      long b = prints[2 * slot + 1];
      if (a == one && b == two) {
        return true;
      }
      if (a == 0 && b == 0) {
        return false;
      }
    }
  }

  /// @return whether the id is new
  boolean add(String source, String id) {
    long one = print(source, id, 0x9E3779B97F4A7C15L, 0xC2B2AE3D27D4EB4FL);
    long two = print(source, id, 0x165667B19E3779F9L, 0x27D4EB2F165667C5L);
    // All zero marks an empty place.
    if (one == 0 && two == 0) {
      two = 1;
    }
    if ((size + 1) * 3L > prints.length) {
      grow();
    }
    return put(one, two);
  }

  private boolean put(long one, long two) {
    int mask = prints.length / 2 - 1;
    for (int slot = (int) (one >>> 20) & mask; ; slot = (slot + 1) & mask) {
      long a = prints[2 * slot];
      long b = prints[2 * slot + 1];
      if (a == 0 && b == 0) {
        prints[2 * slot] = one;
        prints[2 * slot + 1] = two;
        size++;
        return true;
      }
      if (a == one && b == two) {
        return false;
      }
    }
  }

  private void grow() {
    long[] old = prints;
    prints = new long[old.length * 2];
    size = 0;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0 || old[i + 1] != 0) {
        put(old[i], old[i + 1]);
      }
    }
  }

  private static long print(String source, String id, long seed, long factor) {
    long h = seed ^ (source.length() * factor);
    for (int i = 0; i < source.length(); i++) {
      h = Long.rotateLeft((h ^ source.charAt(i)) * factor, 29);
    }
    h = (h ^ 0xFFFF) * factor;
    for (int i = 0; i < id.length(); i++) {
      h = Long.rotateLeft((h ^ id.charAt(i)) * factor, 31) + seed;
    }
    h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
    h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
    return h ^ (h >>> 31);
  }

  int size() {
    return size;
  }

  long memoryBytes() {
    return 8L * prints.length;
  }
}
