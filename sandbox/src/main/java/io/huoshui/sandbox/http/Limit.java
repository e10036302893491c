package io.huoshui.sandbox.http;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/// A platform's rule, with who says so and when it was read.
public record Limit(long value, String source, LocalDate asOf) {
  public static Limit of(long value, String source, String asOf) {
    return new Limit(value, source, LocalDate.parse(asOf));
  }

  /// This one with another value, or as it is.
  public Limit or(@Nullable Long set) {
    return set == null ? this : new Limit(set, "set for this run", asOf);
  }
}
