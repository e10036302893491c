package io.huoshui.engine.columns;

import io.huoshui.event.Value;
import io.huoshui.profile.Operator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One property compared with one value, as a filter of rows. Bound to block after block.
///
/// Numbers against a number, and texts of the dictionary, are decided without making a value; the
/// rest is asked of [Operator].
final class ValueTest {
  private final String key;
  private final Operator operator;
  private final Value wanted;
  private final boolean textOnly;
  private final boolean ofAbsent;

  /// What a number is compared with, when `numeric`.
  private final double wantedNumber;

  private final boolean numeric;
  private final byte[] wantedText;
  private final boolean wantedTextIsWhole;

  private Column[] columns = {};

  /// Per column with a palette, whether the palette's values pass; else null.
  private boolean[] @Nullable [] passes = {};

  private int wantedCode;
  private long[] pass = new long[0];

  /// @param textOnly only texts are looked at, as if other values were absent
  ValueTest(String key, Operator operator, Value wanted, boolean textOnly) {
    this.key = key;
    this.operator = operator;
    this.wanted = wanted;
    this.textOnly = textOnly;
    this.ofAbsent = operator.test(null, wanted);
    this.wantedNumber = wanted.asNumber();
    this.numeric = !Double.isNaN(wantedNumber) && operator != Operator.CONTAINS;
    this.wantedText = wanted.shown().getBytes(StandardCharsets.UTF_8);
    // Half a surrogate pair has no bytes of its own and would look like a question mark.
    this.wantedTextIsWhole = new String(wantedText, StandardCharsets.UTF_8).equals(wanted.shown());
  }

  void bind(Block block) {
    Column[] found = block.columns(block.words().findKey(key));
    if (textOnly) {
      found =
          Arrays.stream(found)
              .filter(column -> column.type == Column.Type.TEXT || column.type == Column.Type.OWN)
              .toArray(Column[]::new);
    }
    columns = found;
    wantedCode = block.words().findText(wanted.shown());
    passes = new boolean[found.length][];
    for (int i = 0; i < found.length; i++) {
      passes[i] = ofPalette(block, found[i]);
    }
  }

  /// The columns looked at.
  Column[] columns() {
    return columns;
  }

  boolean ofAbsent() {
    return ofAbsent;
  }

  private boolean @Nullable [] ofPalette(Block block, Column column) {
    if (column.type == Column.Type.FLAG) {
      return null;
    }
    Packed palette = column.values.palette();
    if (palette == null || column.type == Column.Type.OWN || column.type == Column.Type.MANY) {
      return null;
    }
    boolean[] found = new boolean[palette.count()];
    for (int i = 0; i < found.length; i++) {
      long stored = palette.get(i);
      found[i] =
          switch (column.type) {
            case TEXT -> operator.test(block.words().textOf((int) stored), wanted);
            case WHOLE -> operator.test(Value.of(stored), wanted);
            case DECIMAL -> operator.test(Value.of(column.decimalOf(stored)), wanted);
            default -> throw new IllegalStateException("No palette of " + column.type);
          };
    }
    return found;
  }

  /// Turns off the rows that do not pass.
  void narrow(Run run, long[] bits) {
    int words = run.rowWords();
    if (pass.length < words) {
      pass = new long[words];
    }
    Arrays.fill(pass, 0, words, ofAbsent ? -1L : 0);
    for (int i = 0; i < columns.length; i++) {
      Column column = columns[i];
      boolean[] ofPalette = passes[i];
      if (ofPalette != null) {
        palette(run, column, ofPalette);
      } else {
        switch (column.type) {
          case TEXT -> texts(run, column, bits);
          case OWN -> ownTexts(run, column, bits);
          case WHOLE, DECIMAL -> numbers(run, column, bits);
          case FLAG -> flags(run, column);
          case MANY -> values(run, column, bits);
        }
      }
    }
    for (int word = 0; word < words; word++) {
      bits[word] &= pass[word];
    }
  }

  private void put(int row, boolean passed) {
    long bit = 1L << row;
    if (passed) {
      pass[row >>> 6] |= bit;
    } else {
      pass[row >>> 6] &= ~bit;
    }
  }

  private void palette(Run run, Column column, boolean[] ofPalette) {
    int[] rows = run.rows(column);
    int count = run.count(column);
    long[] places = run.raw(column);
    for (int i = 0; i < count; i++) {
      put(rows[i], ofPalette[(int) places[i]]);
    }
  }

  private void flags(Run run, Column column) {
    boolean ofTrue = operator.test(Value.of(true), wanted);
    boolean ofFalse = operator.test(Value.of(false), wanted);
    int[] rows = run.rows(column);
    int count = run.count(column);
    long[] stored = run.bits(column);
    for (int i = 0; i < count; i++) {
      put(rows[i], stored[i] != 0 ? ofTrue : ofFalse);
    }
  }

  private void texts(Run run, Column column, long[] candidates) {
    int[] rows = run.rows(column);
    int count = run.count(column);
    long[] codes = run.bits(column);
    if (operator == Operator.EQUAL || operator == Operator.NOT_EQUAL) {
      boolean ofSame = operator == Operator.EQUAL;
      for (int i = 0; i < count; i++) {
        put(rows[i], codes[i] == wantedCode == ofSame);
      }
      return;
    }
    Words known = run.block.words();
    for (int i = 0; i < count; i++) {
      if (Bits.get(candidates, rows[i])) {
        put(rows[i], operator.test(known.textOf((int) codes[i]), wanted));
      }
    }
  }

  private void ownTexts(Run run, Column column, long[] candidates) {
    if (operator != Operator.EQUAL && operator != Operator.NOT_EQUAL) {
      values(run, column, candidates);
      return;
    }
    int[] rows = run.rows(column);
    int count = run.count(column);
    if (count == 0) {
      return;
    }
    boolean ofSame = operator == Operator.EQUAL;
    byte[] heap = column.heap();
    int place = column.place(run.first(column));
    for (int i = 0; i < count; i++) {
      int after = Column.after(heap, place);
      if (Bits.get(candidates, rows[i])) {
        int begin = after - length(heap, place, after);
        boolean same =
            wantedTextIsWhole
                && Arrays.equals(heap, begin, after, wantedText, 0, wantedText.length);
        put(rows[i], same == ofSame);
      }
      place = after;
    }
  }

  private static int length(byte[] heap, int place, int after) {
    int head = 1;
    while (heap[place + head - 1] < 0) {
      head++;
    }
    return after - place - head;
  }

  private void numbers(Run run, Column column, long[] candidates) {
    if (!numeric) {
      values(run, column, candidates);
      return;
    }
    int[] rows = run.rows(column);
    int count = run.count(column);
    long[] stored = run.bits(column);
    boolean whole = column.type == Column.Type.WHOLE;
    for (int i = 0; i < count; i++) {
      double number = whole ? stored[i] : Double.longBitsToDouble(stored[i]);
      put(rows[i], holds(operator, Double.compare(number, wantedNumber)));
    }
  }

  /// Whether an operator other than CONTAINS holds of two numbers that compare like this.
  static boolean holds(Operator operator, int compared) {
    return switch (operator) {
      case EQUAL, ONE_OF -> compared == 0;
      case NOT_EQUAL -> compared != 0;
      case LESS -> compared < 0;
      case LESS_OR_EQUAL -> compared <= 0;
      case MORE -> compared > 0;
      case MORE_OR_EQUAL -> compared >= 0;
      case CONTAINS -> throw new IllegalArgumentException("Texts contain, numbers do not");
    };
  }

  private void values(Run run, Column column, long[] candidates) {
    int[] rows = run.rows(column);
    int count = run.count(column);
    int first = run.first(column);
    for (int i = 0; i < count; i++) {
      if (Bits.get(candidates, rows[i])) {
        put(rows[i], operator.test(column.value(first + i), wanted));
      }
    }
  }
}
