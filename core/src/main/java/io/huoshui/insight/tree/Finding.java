package io.huoshui.insight.tree;

import java.util.List;
import java.util.Locale;

/// What is wrong with a [MetricSet].
///
/// @param metric whose; a tree's name where a tree is meant
/// @param field of it
/// @param value what stands there
/// @param path the way of names that leads to it, `a → b → a`; empty when it is the metric itself
/// @param allowed what may stand there
/// @param near what was perhaps meant
public record Finding(
    Code code,
    String metric,
    String field,
    String value,
    String path,
    String why,
    String allowed,
    List<String> near) {
  public Finding {
    near = List.copyOf(near);
  }

  /// Kinds of findings.
  public enum Code {
    BAD_NAME,
    TWICE,
    BAD_FORMULA,
    UNKNOWN_NAME,
    CYCLE,
    MIXED_GRAIN,
    UNKNOWN_EVENT,
    UNKNOWN_DIMENSION,
    TOO_MANY_FACTORS,
    TOO_LARGE,
    BAD_TARGET;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
