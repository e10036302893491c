package io.huoshui.engine.columns;

import java.util.Arrays;

/// A stretch of a block's profiles, small enough to stay in the cache, decoded as far as a loop
/// asks for it. Rows and locals are counted from the stretch's first. One per thread, moved from
/// stretch to stretch.
final class Run {
  /// Rows of one stretch, unless a single group of 64 profiles has more.
  private static final int ROWS = 8_192;

  Block block;

  /// The block's local that is 0 here; a multiple of 64, so that results are whole words.
  int firstLocal;

  int locals;
  int firstRow;
  int rows;

  /// Of each local its first row, and the end.
  int[] starts = new int[Block.MOST_LOCALS + 1];

  /// Grows with every move: what was decoded under another number is of another stretch.
  int stamp;

  private long[] times = new long[ROWS];
  private int timesStamp;
  private long[] decoded = new long[ROWS];
  private int[] identity = new int[0];
  private int[][] rowsOf = {};
  private int[] countOf = {};
  private int[] beforeOf = {};
  private int[] stampOf = {};

  Run(Block block) {
    this.block = block;
  }

  /// Stands before the first stretch of a block.
  void begin(Block next) {
    block = next;
    firstLocal = 0;
    locals = 0;
    int presences = next.presences().size();
    if (rowsOf.length < presences) {
      rowsOf = Arrays.copyOf(rowsOf, presences);
      countOf = Arrays.copyOf(countOf, presences);
      beforeOf = Arrays.copyOf(beforeOf, presences);
      stampOf = Arrays.copyOf(stampOf, presences);
    }
  }

  /// Moves on; false when the block is at its end.
  boolean next() {
    int from = firstLocal + locals;
    int span = block.span();
    if (from >= span) {
      return false;
    }
    Packed offsets = block.starts();
    int begin = (int) offsets.get(from);
    int to = from;
    do {
      to = Math.min(span, to + 64);
    } while (to < span && (int) offsets.get(Math.min(span, to + 64)) - begin <= ROWS);
    firstLocal = from;
    locals = to - from;
    offsets.ints(from, to + 1, starts);
    firstRow = begin;
    rows = starts[locals] - begin;
    for (int i = 0; i <= locals; i++) {
      starts[i] -= begin;
    }
    stamp++;
    return true;
  }

  /// How many words hold a bit per row.
  int rowWords() {
    return Bits.words(rows);
  }

  /// The times of all rows, in ms.
  long[] times() {
    if (timesStamp != stamp) {
      if (times.length < rows) {
        times = new long[rows];
      }
      block.times().get(firstRow, firstRow + rows, times);
      timesStamp = stamp;
    }
    return times;
  }

  /// The times where only some rows are asked about: decoded when they are many, as they lie when
  /// they are few.
  long timeMs(int row) {
    return timesStamp == stamp ? times[row] : block.times().get(firstRow + row);
  }

  /// The rows that have a value in the column; valid to [#count(Column)].
  int[] rows(Column column) {
    Presence presence = column.presence;
    if (presence == null) {
      if (identity.length < rows) {
        identity = new int[rows];
        Arrays.setAll(identity, i -> i);
      }
      return identity;
    }
    int number = presence.number;
    if (stampOf[number] != stamp) {
      int[] out = rowsOf[number];
      if (out == null || out.length < rows) {
        out = new int[Math.max(rows, ROWS)];
        rowsOf[number] = out;
      }
      beforeOf[number] = presence.before(firstRow);
      countOf[number] = presence.rows(firstRow, firstRow + rows, out);
      stampOf[number] = stamp;
    }
    return rowsOf[number];
  }

  /// Only after [#rows(Column)].
  int count(Column column) {
    return column.presence == null ? rows : countOf[column.presence.number];
  }

  /// Where the stretch's values begin among the column's; only after [#rows(Column)].
  int first(Column column) {
    return column.presence == null ? firstRow : beforeOf[column.presence.number];
  }

  /// The stretch's values of a column, in the order of [#rows(Column)]: numbers and codes as they
  /// are, decimals as their eight bytes. Valid until the next call.
  long[] bits(Column column) {
    int count = room(column);
    int first = first(column);
    column.bits(first, first + count, decoded);
    return decoded;
  }

  /// The same as they are stored: places where the column has a palette.
  long[] raw(Column column) {
    int count = room(column);
    int first = first(column);
    column.values.raw(first, first + count, decoded);
    return decoded;
  }

  private int room(Column column) {
    rows(column);
    int count = count(column);
    if (decoded.length < count) {
      decoded = new long[Math.max(count, decoded.length * 2)];
    }
    return count;
  }

  /// Turns off the rows outside `[fromMs, toMs)`.
  void narrow(long[] bits, long fromMs, long toMs) {
    if (fromMs <= block.firstMs() && block.lastMs() < toMs) {
      return;
    }
    if (fromMs > block.lastMs() || toMs <= block.firstMs()) {
      Arrays.fill(bits, 0, rowWords(), 0);
      return;
    }
    for (int local = 0; local < locals; local++) {
      int from = starts[local];
      int to = starts[local + 1];
      for (int begin = from; begin < to; begin += 64) {
        narrow(bits, begin, Math.min(64, to - begin), fromMs, toMs);
      }
    }
  }

  /// One person's rows, or 64 of them. They are in order of time, so going back from the last only
  /// those in the span and one more are looked at, and of many only some.
  private void narrow(long[] bits, int from, int size, long fromMs, long toMs) {
    long all = Bits.window(bits, from, size);
    long off = 0;
    int inside = 0;
    for (long left = all; left != 0; ) {
      int at = 63 - Long.numberOfLeadingZeros(left);
      long time = timeMs(from + at);
      if (time < fromMs) {
        off |= left;
        break;
      }
      left ^= 1L << at;
      if (time >= toMs) {
        off |= 1L << at;
      } else if (++inside == 3) {
        off |= left & ~(-1L << firstAt(from, at, fromMs));
        break;
      }
    }
    if (off != 0) {
      Bits.clear(bits, from, off);
    }
  }

  /// The first of the `size` rows from `from` on that is not before an instant, counted from there.
  private int firstAt(int from, int size, long timeMs) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (timeMs(from + middle) < timeMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
