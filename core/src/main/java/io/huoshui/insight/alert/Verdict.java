package io.huoshui.insight.alert;

import org.jspecify.annotations.Nullable;

/// One look at a metric.
public sealed interface Verdict {
  /// @param expected null where nothing is expected
  record Fine(double value, @Nullable Expectation expected) implements Verdict {}

  /// @param value null when it is missing
  /// @param below the line it is under; null when it is over one, or missing
  /// @param above the line it is over
  record Breached(
      @Nullable Double value,
      @Nullable Double below,
      @Nullable Double above,
      @Nullable Expectation expected)
      implements Verdict {}

  /// It can not be said.
  record Unknown(String why) implements Verdict {}
}
