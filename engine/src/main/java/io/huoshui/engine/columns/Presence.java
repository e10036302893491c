package io.huoshui.engine.columns;

import java.lang.foreign.MemorySegment;

/// Which rows have a value, and the how-manieth value a row's is.
///
/// Three forms, whichever is smallest: a bit per row ([Dense]), a packed list of rows ([Sparse]),
/// or a bit per row of another presence ([Within]): a trait is on some of the rows of
/// `profile_updated`, and on no other.
abstract sealed class Presence {
  /// Rows per count of the rows before.
  static final int RANK_EVERY = 512;

  final int number;
  final int count;

  /// @param number its place among the block's presences
  Presence(int number, int count) {
    this.number = number;
    this.count = count;
  }

  /// The place of the row's value among the values, or -1 when it has none.
  abstract int index(int row);

  /// How many rows before `row` have a value.
  abstract int before(int row);

  /// The rows of `[from, to)` that have a value, `from` being called 0, in order.
  ///
  /// @param out at least `to - from` long
  /// @return how many
  abstract int rows(int from, int to, int[] out);

  /// Bits with the count of those before every 512th.
  private record Ranked(MemorySegment image, long at, long ranksAt, int size) {
    static Ranked of(MemorySegment image, long at, int size) {
      return new Ranked(image, at, at + 8L * Bits.words(size), size);
    }

    long word(int word) {
      return image.get(Packed.LONG, at + 8L * word);
    }

    boolean get(int index) {
      return (word(index >>> 6) >>> index & 1) != 0;
    }

    int before(int index) {
      if (index == 0) {
        return 0;
      }
      int last = index - 1;
      int block = last / RANK_EVERY;
      int count = image.get(Packed.INT, ranksAt + 4L * block);
      int word = block * (RANK_EVERY >>> 6);
      for (; word < last >>> 6; word++) {
        count += Long.bitCount(word(word));
      }
      return count + Long.bitCount(word(word) & (-1L >>> -index));
    }
  }

  static final class Dense extends Presence {
    private final Ranked bits;

    Dense(int number, int count, MemorySegment image, long at, int rows) {
      super(number, count);
      this.bits = Ranked.of(image, at, rows);
    }

    @Override
    int index(int row) {
      return bits.get(row) ? bits.before(row) : -1;
    }

    @Override
    int before(int row) {
      return bits.before(row);
    }

    @Override
    int rows(int from, int to, int[] out) {
      if (from >= to) {
        return 0;
      }
      int found = 0;
      for (int word = from >>> 6; word <= (to - 1) >>> 6; word++) {
        long left = bits.word(word);
        if (word == from >>> 6) {
          left &= -1L << from;
        }
        if (word == (to - 1) >>> 6) {
          left &= -1L >>> -to;
        }
        int first = (word << 6) - from;
        for (; left != 0; left &= left - 1) {
          out[found++] = first + Long.numberOfTrailingZeros(left);
        }
      }
      return found;
    }
  }

  static final class Sparse extends Presence {
    private final Packed rows;

    Sparse(int number, Packed rows) {
      super(number, rows.count());
      this.rows = rows;
    }

    @Override
    int index(int row) {
      int at = before(row);
      return at < count && rows.get(at) == row ? at : -1;
    }

    @Override
    int before(int row) {
      int low = 0;
      int high = count;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (rows.get(middle) < row) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    @Override
    int rows(int from, int to, int[] out) {
      int first = before(from);
      int found = 0;
      for (int at = first; at < count; at++) {
        int row = (int) rows.get(at);
        if (row >= to) {
          break;
        }
        out[found++] = row - from;
      }
      return found;
    }
  }

  static final class Within extends Presence {
    private final Presence parent;
    private final Ranked bits;

    Within(int number, int count, Presence parent, MemorySegment image, long at) {
      super(number, count);
      this.parent = parent;
      this.bits = Ranked.of(image, at, parent.count);
    }

    @Override
    int index(int row) {
      int among = parent.index(row);
      return among >= 0 && bits.get(among) ? bits.before(among) : -1;
    }

    @Override
    int before(int row) {
      return bits.before(parent.before(row));
    }

    @Override
    int rows(int from, int to, int[] out) {
      int first = parent.before(from);
      int among = parent.rows(from, to, out);
      int found = 0;
      for (int i = 0; i < among; i++) {
        if (bits.get(first + i)) {
          out[found++] = out[i];
        }
      }
      return found;
    }
  }
}
