package io.huoshui.engine.columns;

import java.util.Arrays;

/// The whole numbers under a key, put to their rows; what is no whole number counts as 0. Bound to
/// block after block.
final class Wholes {
  private final String key;
  private Column[] columns = {};
  private long[] numbers = new long[0];
  private int stamp;

  Wholes(String key) {
    this.key = key;
  }

  void bind(Block block) {
    columns = block.columns(block.words().findKey(key));
  }

  /// Valid while the run stays where it is; not to be changed.
  long[] of(Run run) {
    if (stamp != run.stamp) {
      stamp = run.stamp;
      if (numbers.length < run.rows) {
        numbers = new long[run.rows];
      }
      Arrays.fill(numbers, 0, run.rows, 0);
      for (Column column : columns) {
        if (column.type == Column.Type.WHOLE) {
          int[] rows = run.rows(column);
          int count = run.count(column);
          long[] values = run.bits(column);
          for (int i = 0; i < count; i++) {
            numbers[rows[i]] = values[i];
          }
        }
      }
    }
    return numbers;
  }
}
