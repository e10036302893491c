package io.huoshui.engine.columns;

import io.huoshui.engine.Bytes;
import io.huoshui.event.Value;
import org.jspecify.annotations.Nullable;

/// The values of one property of one type; a row has a value in at most one column of a key.
final class Column {
  /// The order is the format.
  enum Type {
    /// A text of the dictionary, by its code.
    TEXT,
    /// A text of its own, in the block's sealed heap.
    OWN,
    WHOLE,
    DECIMAL,
    FLAG,
    /// Several values, in the block's sealed heap.
    MANY
  }

  /// Texts per remembered start.
  static final int STARTS_EVERY = 16;

  private static final double[] TENS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};

  final int key;
  final Type type;

  /// Null when every row has a value.
  final @Nullable Presence presence;

  /// Codes, numbers, or of texts of their own every sixteenth start.
  final Packed values;

  private final Block block;
  private final int scale;
  private final long heapFrom;

  Column(Block block, Section section, @Nullable Presence presence, Packed values) {
    this.block = block;
    this.key = section.key();
    this.type = Type.values()[section.type()];
    this.presence = presence;
    this.values = values;
    this.scale = section.scale();
    this.heapFrom = section.from();
  }

  /// The place of a row's value, or -1.
  int index(int row) {
    return presence == null ? row : presence.index(row);
  }

  /// The most digits after the point that are looked for in decimals.
  static int mostDigits() {
    return TENS.length - 1;
  }

  /// The decimal a whole number of `10^-scale` stands for.
  static double decimal(long scaled, int scale) {
    return scaled / TENS[scale];
  }

  /// The whole number of `10^-scale` that stands for exactly this decimal, or `Long.MIN_VALUE`.
  static long scaled(double number, int scale) {
    double scaled = number * TENS[scale];
    if (!(Math.abs(scaled) < 9e15)) {
      return Long.MIN_VALUE;
    }
    long whole = Math.round(scaled);
    return Double.doubleToRawLongBits(decimal(whole, scale)) == Double.doubleToRawLongBits(number)
        ? whole
        : Long.MIN_VALUE;
  }

  private double decimal(int index) {
    return decimalOf(values.get(index));
  }

  /// The decimal that is stored as this number.
  double decimalOf(long stored) {
    return scale < 0 ? Double.longBitsToDouble(stored) : decimal(stored, scale);
  }

  /// The numbers of `[from, to)` as bits: whole numbers and codes as they are, decimals as their
  /// eight bytes.
  void bits(int from, int to, long[] out) {
    values.get(from, to, out);
    if (type == Type.DECIMAL && scale >= 0) {
      for (int i = 0; i < to - from; i++) {
        out[i] = Double.doubleToRawLongBits(decimal(out[i], scale));
      }
    }
  }

  Value value(int index) {
    return switch (type) {
      case TEXT -> block.words().textOf((int) values.get(index));
      case OWN -> Value.of(cursor(index).takeText());
      case WHOLE -> Value.of(values.get(index));
      case DECIMAL -> Value.of(decimal(index));
      case FLAG -> Value.of(values.get(index) != 0);
      case MANY -> {
        Bytes in = cursor(index);
        in.takeWhole();
        yield in.takeValue();
      }
    };
  }

  /// Where the value at `index` of a column with a heap begins, counted from the heap's begin.
  int place(int index) {
    byte[] heap = block.heap();
    int at = (int) (heapFrom + values.get(index / STARTS_EVERY));
    for (int left = index % STARTS_EVERY; left > 0; left--) {
      at = after(heap, at);
    }
    return at;
  }

  /// Where the value after the one at `place` begins.
  static int after(byte[] heap, int place) {
    int at = place;
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = heap[at++];
      length |= (b & 0x7F) << shift;
      if (b >= 0) {
        return at + length;
      }
    }
  }

  byte[] heap() {
    return block.heap();
  }

  private Bytes cursor(int index) {
    byte[] heap = block.heap();
    return Bytes.reading(heap, place(index), heap.length);
  }
}
