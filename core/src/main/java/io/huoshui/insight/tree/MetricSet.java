package io.huoshui.insight.tree;

import java.util.ArrayList;
import java.util.List;

/// What a brand counts, as it is written. Whether it holds together a [Review] says.
///
/// @param dimensions beside the standard ones, or in their place
public record MetricSet(List<Dimension> dimensions, List<Metric> metrics, List<Tree> trees) {
  /// In all.
  public static final int MOST_METRICS = 500;

  public MetricSet {
    dimensions = List.copyOf(dimensions);
    metrics = List.copyOf(metrics);
    trees = List.copyOf(trees);
  }

  /// A metric with everything its formula stands on, under a name.
  public record Tree(String name, String zh, String en, String root) {}

  /// All dimensions there are, in order.
  public List<Dimension> allDimensions() {
    var all = new ArrayList<>(dimensions);
    for (Dimension standard : Dimension.STANDARD) {
      if (dimensions.stream().noneMatch(own -> own.name().equals(standard.name()))) {
        all.add(standard);
      }
    }
    return all;
  }
}
