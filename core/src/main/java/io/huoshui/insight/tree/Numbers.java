package io.huoshui.insight.tree;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Numbers from elsewhere: one row per metric, day and members.
public record Numbers(List<Row> rows) {
  public static final Numbers NONE = new Numbers(List.of());

  /// @param day of a coarser grain its first
  /// @param slice per dimension the member; what is not named has none
  public record Row(String metric, LocalDate day, Map<String, String> slice, double value) {
    public Row {
      slice = Map.copyOf(slice);
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("A number must be finite, got " + value);
      }
    }
  }

  /// Sorted, so that sums do not depend on the order in which they were told.
  public Numbers {
    rows =
        rows.stream()
            .sorted(
                Comparator.comparing(Row::metric)
                    .thenComparing(Row::day)
                    .thenComparing(row -> new TreeMap<>(row.slice()).toString())
                    .thenComparing(Row::value))
            .toList();
  }
}
