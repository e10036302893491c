package io.huoshui.engine.columns;

import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Window;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// [Fold#over] for every profile of a stretch. Bound to block after block.
///
/// What is found lies per local in `types` and `bits`: a whole number as it is, a decimal as its
/// eight bytes, of FIRST and LAST the block's row.
final class FoldLoop {
  static final byte NONE = 0;
  static final byte WHOLE = 1;
  static final byte DECIMAL = 2;
  static final byte ROW = 3;

  private static final byte FLAG = 3;
  private static final byte TEXT = 4;
  private static final byte OTHER = 5;

  private final Fold fold;
  private final Matcher matcher;
  private Column[] columns = {};

  byte[] types = new byte[64];
  long[] bits = new long[64];

  private byte[] typeOfRow = new byte[0];
  private long[] bitsOfRow = new long[0];
  private long[] present = new long[0];
  private final Different different = new Different();

  /// Texts of their own and lists, by numbers that are equal when they are.
  private final Map<Value, Integer> others = new HashMap<>();

  FoldLoop(Fold fold, EventPattern pattern, Window.Span span) {
    this.fold = fold;
    this.matcher = Matcher.of(pattern, span);
  }

  void bind(Block block) {
    matcher.bind(block);
    columns =
        fold.property().isEmpty() ? columns : block.columns(block.words().findKey(fold.property()));
    others.clear();
  }

  void over(Run run) {
    if (types.length < run.locals) {
      types = new byte[run.locals];
      bits = new long[run.locals];
    }
    switch (fold.kind()) {
      case COUNT -> count(run);
      case SUM, AVERAGE, MIN, MAX -> {
        if (!matcher.occurs() || columns.length == 0) {
          nothing(run, fold.kind() == Fold.Kind.SUM);
        } else {
          spread(run, false);
          numbers(run);
        }
      }
      case DISTINCT -> {
        if (!matcher.occurs() || columns.length == 0) {
          nothing(run, true);
        } else {
          spread(run, true);
          distinct(run);
        }
      }
      case FIRST, LAST -> edges(run);
    }
  }

  private void nothing(Run run, boolean zero) {
    Arrays.fill(types, 0, run.locals, zero ? WHOLE : NONE);
    Arrays.fill(bits, 0, run.locals, 0);
  }

  private void count(Run run) {
    Arrays.fill(types, 0, run.locals, WHOLE);
    long[] matches = matcher.bits(run);
    for (int local = 0; local < run.locals; local++) {
      bits[local] = Bits.count(matches, run.starts[local], run.starts[local + 1]);
    }
  }

  /// Puts the values to their rows.
  private void spread(Run run, boolean all) {
    if (typeOfRow.length < run.rows) {
      typeOfRow = new byte[run.rows];
      bitsOfRow = new long[run.rows];
    }
    Arrays.fill(typeOfRow, 0, run.rows, NONE);
    for (Column column : columns) {
      byte type =
          switch (column.type) {
            case WHOLE -> WHOLE;
            case DECIMAL -> DECIMAL;
            case FLAG -> FLAG;
            case TEXT -> TEXT;
            case OWN, MANY -> OTHER;
          };
      if (type > DECIMAL && !all) {
        continue;
      }
      int[] rows = run.rows(column);
      int count = run.count(column);
      if (type == OTHER) {
        spreadOthers(run, column, rows, count);
        continue;
      }
      long[] values = run.bits(column);
      for (int i = 0; i < count; i++) {
        typeOfRow[rows[i]] = type;
        bitsOfRow[rows[i]] = values[i];
      }
    }
  }

  private void spreadOthers(Run run, Column column, int[] rows, int count) {
    Words words = run.block.words();
    long[] matches = matcher.bits(run);
    int first = run.first(column);
    for (int i = 0; i < count; i++) {
      if (!Bits.get(matches, rows[i])) {
        continue;
      }
      Value value = column.value(first + i);
      // A text can be learned after rows with it were written.
      int code = value instanceof Value.Text(String text) ? words.findText(text) : -1;
      typeOfRow[rows[i]] = code >= 0 ? TEXT : OTHER;
      bitsOfRow[rows[i]] = code >= 0 ? code : others.computeIfAbsent(value, _ -> others.size());
    }
  }

  /// Sums go in the order of the rows: decimals added in another order give another sum.
  private void numbers(Run run) {
    long[] matches = matcher.bits(run);
    for (int local = 0; local < run.locals; local++) {
      int end = run.starts[local + 1];
      long count = 0;
      long whole = 0;
      double decimal = 0;
      boolean fraction = false;
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int row = Bits.first(matches, run.starts[local], end);
          row >= 0;
          row = Bits.first(matches, row + 1, end)) {
        byte type = typeOfRow[row];
        if (type == NONE) {
          continue;
        }
        count++;
        long exact = bitsOfRow[row];
        double number = type == WHOLE ? exact : Double.longBitsToDouble(exact);
        if (type == WHOLE && Fold.fits(whole, exact)) {
          whole += exact;
        } else {
          decimal = Fold.finite(decimal + number);
          fraction = true;
        }
        least = Math.min(least, number);
        most = Math.max(most, number);
      }
      switch (fold.kind()) {
        case SUM -> {
          if (fraction) {
            put(local, Fold.finite(whole + decimal));
          } else {
            put(local, whole);
          }
        }
        case AVERAGE -> {
          if (count == 0) {
            types[local] = NONE;
          } else {
            put(local, Fold.finite(whole + decimal) / count);
          }
        }
        case MIN -> put(local, count, least);
        case MAX -> put(local, count, most);
        default -> throw new IllegalStateException(fold.kind() + " is no number");
      }
    }
  }

  private void put(int local, long whole) {
    types[local] = WHOLE;
    bits[local] = whole;
  }

  private void put(int local, double decimal) {
    types[local] = DECIMAL;
    bits[local] = Double.doubleToRawLongBits(decimal);
  }

  private void put(int local, long count, double number) {
    if (count == 0) {
      types[local] = NONE;
    } else if (Fold.isWhole(number)) {
      put(local, (long) number);
    } else {
      put(local, number);
    }
  }

  private void distinct(Run run) {
    long[] matches = matcher.bits(run);
    for (int local = 0; local < run.locals; local++) {
      int end = run.starts[local + 1];
      different.clear();
      for (int row = Bits.first(matches, run.starts[local], end);
          row >= 0;
          row = Bits.first(matches, row + 1, end)) {
        if (typeOfRow[row] != NONE) {
          different.add(typeOfRow[row], bitsOfRow[row]);
        }
      }
      put(local, (long) different.size);
    }
  }

  private void edges(Run run) {
    long[] matches = matcher.bits(run);
    if (!fold.property().isEmpty()) {
      int words = run.rowWords();
      if (present.length < words) {
        present = new long[words];
      }
      Arrays.fill(present, 0, words, 0);
      for (Column column : columns) {
        int[] rows = run.rows(column);
        int count = run.count(column);
        for (int i = 0; i < count; i++) {
          Bits.set(present, rows[i]);
        }
      }
      for (int word = 0; word < words; word++) {
        present[word] &= matches[word];
      }
      matches = present;
    }
    boolean first = fold.kind() == Fold.Kind.FIRST;
    for (int local = 0; local < run.locals; local++) {
      int begin = run.starts[local];
      int end = run.starts[local + 1];
      int row = first ? Bits.first(matches, begin, end) : Bits.last(matches, begin, end);
      types[local] = row < 0 ? NONE : ROW;
      bits[local] = run.firstRow + (long) row;
    }
  }

  /// A set of typed values that is emptied in no time.
  private static final class Different {
    private long[] values = new long[64];
    private byte[] types = new byte[64];
    private int[] stamps = new int[64];
    private int stamp;
    int size;

    void clear() {
      stamp++;
      size = 0;
    }

    void add(byte type, long value) {
      int mask = values.length - 1;
      int at = (int) (((value * 31 + type) * 0x9E3779B97F4A7C15L) >>> 40) & mask;
      while (stamps[at] == stamp) {
        if (values[at] == value && types[at] == type) {
          return;
        }
        at = (at + 1) & mask;
      }
      values[at] = value;
      types[at] = type;
      stamps[at] = stamp;
      if (++size > values.length / 2) {
        grow();
      }
    }

    private void grow() {
      long[] oldValues = values;
      byte[] oldTypes = types;
      int[] oldStamps = stamps;
      int old = stamp;
      values = new long[oldValues.length * 4];
      types = new byte[values.length];
      stamps = new int[values.length];
      stamp = 1;
      size = 0;
      for (int i = 0; i < oldValues.length; i++) {
        if (oldStamps[i] == old) {
          add(oldTypes[i], oldValues[i]);
        }
      }
    }
  }
}
