package io.huoshui.insight.sheet;

/// Where a question puts a person: any number of cells, each any number of times.
@FunctionalInterface
public interface Cells {
  /// @param value what the cell sums up besides its people; 0 where it sums up nothing
  void add(String row, String column, long value);
}
