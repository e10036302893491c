package io.huoshui.engine;

import io.huoshui.reach.Touchpoint;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Which message has a key, or a link's code: a code is 64 bits of the key, so one table answers
/// both, with twelve bytes a message at two thirds full. A message is believed only when it says
/// the key, or the code, itself.
///
/// Lanes add and ask side by side: the table is in parts, each with a lock of its own.
final class Names {
  private static final int PARTS = 64;
  private static final int LEAST = 16;

  private static final class Part {
    long[] prints = new long[LEAST];

    /// The index and one more, 0 for none.
    int[] indexes = new int[LEAST];

    int size;

    private void add(long print, int index) {
      if ((size + 1) * 3L > prints.length * 2L) {
        grow();
      }
      put(print, index + 1);
      size++;
    }

    private void put(long print, int indexAndOne) {
      int mask = prints.length - 1;
      int slot = home(print);
      while (indexes[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      prints[slot] = print;
      indexes[slot] = indexAndOne;
    }

    private int home(long print) {
      // The low bits chose the part.
      return (int) (print >>> 32) & (prints.length - 1);
    }

    private void grow() {
      long[] oldPrints = prints;
      int[] oldIndexes = indexes;
      prints = new long[oldPrints.length * 2];
      indexes = new int[oldPrints.length * 2];
      for (int i = 0; i < oldPrints.length; i++) {
        if (oldIndexes[i] != 0) {
          put(oldPrints[i], oldIndexes[i]);
        }
      }
    }
  }

  private final Part[] parts = new Part[PARTS];
  private final IntFunction<Touchpoint> messages;

  /// @param messages by index
  Names(IntFunction<Touchpoint> messages) {
    this.messages = messages;
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new Part();
    }
  }

  private Part part(long print) {
    return parts[(int) print & (PARTS - 1)];
  }

  /// A message that has no name yet, and is there to be asked.
  void add(String key, int index) {
    add(Definitions.linkBits(key), index);
  }

  /// @param print of its key
  void add(long print, int index) {
    Part part = part(print);
    synchronized (part) {
      part.add(print, index);
    }
  }

  /// The index of the message with a key, or -1.
  int ofKey(String key) {
    return ofKey(Definitions.linkBits(key), key);
  }

  /// @param print of the key
  int ofKey(long print, String key) {
    return find(print, key, true);
  }

  /// The message whose link has a code, or null.
  @Nullable Touchpoint ofCode(String code) {
    long print;
    try {
      print = Long.parseUnsignedLong(code, Definitions.LINK_RADIX);
    } catch (NumberFormatException e) {
      // Anybody may ask for anything.
      return null;
    }
    int index = find(print, code, false);
    return index < 0 ? null : messages.apply(index);
  }

  private int find(long print, String name, boolean key) {
    Part part = part(print);
    synchronized (part) {
      int mask = part.prints.length - 1;
      for (int slot = part.home(print); part.indexes[slot] != 0; slot = (slot + 1) & mask) {
        if (part.prints[slot] == print) {
          int index = part.indexes[slot] - 1;
          Touchpoint message = messages.apply(index);
          if ((key ? message.key() : message.code()).equals(name)) {
            return index;
          }
        }
      }
      return -1;
    }
  }
}
