package io.huoshui.engine;

/// Prints in memory: 16 bytes each at two thirds full.
final class PrintSet {
  private static final int LEAST = 64;

  private final Print print = new Print();
  private long[] prints = new long[2 * LEAST];
  private int size;

  /// @return whether it is new
  boolean add(String source, String id) {
    print.of(source, id);
    return add(print.one, print.two);
  }

  /// @return whether it is new
  boolean add(long one, long two) {
    if ((size + 1) * 3L > prints.length) {
      grow();
    }
    return put(one, two);
  }

  boolean has(long one, long two) {
    int mask = prints.length / 2 - 1;
    for (int slot = slot(one); ; slot = (slot + 1) & mask) {
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

  private int slot(long one) {
    return (int) (one >>> Long.numberOfLeadingZeros(prints.length / 2 - 1));
  }

  private boolean put(long one, long two) {
    int mask = prints.length / 2 - 1;
    for (int slot = slot(one); ; slot = (slot + 1) & mask) {
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

  int size() {
    return size;
  }

  /// Gives each print, in no order.
  void each(Print.Reader reader) {
    for (int i = 0; i < prints.length; i += 2) {
      if (prints[i] != 0 || prints[i + 1] != 0) {
        reader.read(prints[i], prints[i + 1]);
      }
    }
  }

  /// All prints, two longs each, in no order.
  long[] all() {
    long[] all = new long[2 * size];
    int[] at = new int[1];
    each(
        (one, two) -> {
          all[at[0]++] = one;
          all[at[0]++] = two;
        });
    return all;
  }

  long memoryBytes() {
    return 8L * prints.length;
  }
}
