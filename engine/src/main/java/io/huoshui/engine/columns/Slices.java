package io.huoshui.engine.columns;

import io.huoshui.event.Value;
import io.huoshui.profile.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The latest value of one trait for everybody in a block, bit-sliced: each value is its place
/// among the block's different values in order, and plane p has bit p of everybody's place. A
/// comparison is a few operations per plane on words of 64 people.
///
/// Says what `Person.trait` compared by [Operator] says.
public final class Slices {
  private static final int WORDS = Block.MOST_LOCALS / 64;

  /// Up to here every whole number is a double.
  private static final long EXACT = 1L << 53;

  /// What a comparison works on; two, because a stretch of values has two ends.
  private static final ThreadLocal<long[][]> SCRATCH =
      ThreadLocal.withInitial(() -> new long[3][WORDS]);

  /// The different values in order; none when all are whole numbers that a double holds.
  private final Value @Nullable [] values;

  /// Of each value its number, growing; of those that are none NaN, behind.
  private final double[] numbers;

  private final int numeric;
  private final long[][] planes;

  /// Who has a value at all.
  private final long[] present;

  private Slices(Value @Nullable [] values, double[] numbers, long[][] planes, long[] present) {
    this.values = values;
    this.numbers = numbers;
    this.planes = planes;
    this.present = present;
    int count = 0;
    while (count < numbers.length && !Double.isNaN(numbers[count])) {
      count++;
    }
    this.numeric = count;
  }

  /// Reads a block's `profile_updated` once.
  public static Slices of(Block block, String trait) {
    int name = block.words().findName("profile_updated");
    int key = block.words().findKey(trait);
    Column[] columns = name < 0 || key < 0 ? new Column[0] : block.columns(key);
    int[] row = new int[block.span()];
    int[] column = new int[block.span()];
    int[] index = new int[block.span()];
    Arrays.fill(row, -1);
    for (int c = 0; c < columns.length; c++) {
      latest(block, name, columns[c], c, row, column, index);
    }
    return sliced(columns, row, column, index);
  }

  /// Of each local the latest row that has a value in the column.
  private static void latest(
      Block block, int name, Column column, int number, int[] row, int[] columnOf, int[] index) {
    var run = new Run(block);
    run.begin(block);
    while (run.next()) {
      int[] rows = run.rows(column);
      int count = run.count(column);
      int first = run.first(column);
      int local = 0;
      for (int i = 0; i < count; i++) {
        while (run.starts[local + 1] <= rows[i]) {
          local++;
        }
        int at = run.firstRow + rows[i];
        int person = run.firstLocal + local;
        if (at > row[person] && block.name(at) == name) {
          row[person] = at;
          columnOf[person] = number;
          index[person] = first + i;
        }
      }
    }
  }

  private static Slices sliced(Column[] columns, int[] row, int[] column, int[] index) {
    var known = new HashMap<Value, Integer>();
    // Most values are one of few, or whole numbers: no value is made twice for those.
    var byStored = new ArrayList<HashMap<Long, Integer>>();
    for (int c = 0; c < columns.length; c++) {
      byStored.add(new HashMap<>());
    }
    int[] found = new int[row.length];
    var present = new long[WORDS];
    var values = new ArrayList<Value>();
    for (int local = 0; local < row.length; local++) {
      if (row[local] < 0) {
        continue;
      }
      Column of = columns[column[local]];
      int at = index[local];
      boolean stored = of.type != Column.Type.OWN && of.type != Column.Type.MANY;
      Integer number = stored ? byStored.get(column[local]).get(of.values.get(at)) : null;
      if (number == null) {
        number = known.computeIfAbsent(of.value(at), _ -> known.size());
        if (number == values.size()) {
          values.add(of.value(at));
        }
        if (stored) {
          byStored.get(column[local]).put(of.values.get(at), number);
        }
      }
      found[local] = number;
      Bits.set(present, local);
    }
    // Numbers in order, then the rest.
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      order.add(i);
    }
    double[] number = values.stream().mapToDouble(Value::asNumber).toArray();
    // NaN is the largest to Double.compare.
    order.sort((a, b) -> Double.compare(number[a], number[b]));
    int[] place = new int[values.size()];
    var sorted = new Value[values.size()];
    var numbers = new double[values.size()];
    for (int i = 0; i < sorted.length; i++) {
      place[order.get(i)] = i;
      sorted[i] = values.get(order.get(i));
      numbers[i] = number[order.get(i)];
    }
    int width = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, sorted.length - 1));
    long[][] planes = new long[width][WORDS];
    for (int local = 0; local < row.length; local++) {
      if (row[local] >= 0) {
        int code = place[found[local]];
        for (int plane = 0; plane < width; plane++) {
          planes[plane][local >>> 6] |= (long) (code >>> plane & 1) << local;
        }
      }
    }
    boolean whole = true;
    for (Value value : sorted) {
      whole &= value instanceof Value.Whole(long exact) && Math.abs(exact) <= EXACT;
    }
    return new Slices(whole ? null : sorted, numbers, planes, present);
  }

  /// For whom a comparison holds.
  ///
  /// @param out a bit per local, 16,384 of them, written
  public void test(Operator operator, Value wanted, long[] out) {
    Arrays.fill(out, 0, WORDS, 0);
    double number = wanted.asNumber();
    boolean ordered =
        numeric == numbers.length
            && !Double.isNaN(number)
            && operator != Operator.CONTAINS
            && operator != Operator.ONE_OF;
    if (ordered) {
      int from = lower(number);
      int to = from;
      while (to < numeric && Double.compare(numbers[to], number) == 0) {
        to++;
      }
      switch (operator) {
        case EQUAL -> add(from, to, out);
        case LESS -> add(0, from, out);
        case LESS_OR_EQUAL -> add(0, to, out);
        case MORE -> add(to, numeric, out);
        case MORE_OR_EQUAL -> add(from, numeric, out);
        case NOT_EQUAL -> {
          add(0, from, out);
          add(to, numeric, out);
        }
        case CONTAINS, ONE_OF -> throw new AssertionError("not ordered");
      }
    } else {
      add(value -> operator.test(value, wanted), out);
    }
    end(operator.test(null, wanted), out);
  }

  /// For whose value something holds.
  ///
  /// @param ofNone whether it holds for who has none
  public void test(Predicate<Value> holds, boolean ofNone, long[] out) {
    Arrays.fill(out, 0, WORDS, 0);
    add(holds, out);
    end(ofNone, out);
  }

  private void add(Predicate<Value> holds, long[] out) {
    for (int i = 0; i < numbers.length; ) {
      if (!holds.test(value(i))) {
        i++;
        continue;
      }
      int end = i + 1;
      while (end < numbers.length && holds.test(value(end))) {
        end++;
      }
      add(i, end, out);
      i = end + 1;
    }
  }

  private void end(boolean ofNone, long[] out) {
    for (int i = 0; i < WORDS; i++) {
      out[i] = ofNone ? out[i] | ~present[i] : out[i] & present[i];
    }
  }

  /// The first value not below a number.
  private int lower(double number) {
    int low = 0;
    int high = numeric;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Double.compare(numbers[middle], number) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Adds everybody whose place is in `[from, to)`; of who has none, whatever.
  private void add(int from, int to, long[] out) {
    if (from >= to) {
      return;
    }
    long[][] scratch = SCRATCH.get();
    long[] least = scratch[0];
    notBelow(from, least, scratch[2]);
    if (to < numbers.length) {
      long[] beyond = scratch[1];
      notBelow(to, beyond, scratch[2]);
      for (int i = 0; i < WORDS; i++) {
        out[i] |= least[i] & ~beyond[i];
      }
    } else {
      for (int i = 0; i < WORDS; i++) {
        out[i] |= least[i];
      }
    }
  }

  /// Whose place is this or behind: from the highest plane down, as long as they are equal.
  private void notBelow(int place, long[] out, long[] equal) {
    Arrays.fill(out, -1L);
    if (place == 0) {
      return;
    }
    Arrays.fill(equal, -1L);
    Arrays.fill(out, 0L);
    for (int plane = planes.length - 1; plane >= 0; plane--) {
      long[] bits = planes[plane];
      if ((place >>> plane & 1) == 1) {
        for (int i = 0; i < WORDS; i++) {
          equal[i] &= bits[i];
        }
      } else {
        for (int i = 0; i < WORDS; i++) {
          out[i] |= equal[i] & bits[i];
          equal[i] &= ~bits[i];
        }
      }
    }
    for (int i = 0; i < WORDS; i++) {
      out[i] |= equal[i];
    }
  }

  private Value value(int place) {
    return values == null ? Value.of((long) numbers[place]) : values[place];
  }

  /// How many different values there are.
  public int values() {
    return numbers.length;
  }

  /// What it takes, roughly.
  public long bytes() {
    return (planes.length + 1L) * WORDS * 8 + (values == null ? 8L : 48L) * numbers.length;
  }
}
