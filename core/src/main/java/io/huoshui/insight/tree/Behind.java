package io.huoshui.insight.tree;

import io.huoshui.profile.Calendar;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The people behind a metric in a slice and some days: of a leaf who is counted in it, of a
/// formula whoever is counted in any leaf beneath that knows the slice. Behind numbers that were
/// uploaded there is nobody.
///
/// @param leaves folds, each known by every dimension of the slice; none where nobody can be said
public record Behind(List<Cube.Leaf> leaves, Map<String, String> slice, Days days) {
  public Behind {
    leaves = List.copyOf(leaves);
    slice = Collections.unmodifiableMap(new LinkedHashMap<>(slice));
  }

  /// @throws IllegalArgumentException when there is no such metric
  public static Behind of(Metrics metrics, String metric, Map<String, String> slice, Days days) {
    var leaves = new ArrayList<Cube.Leaf>();
    for (Metric leaf : metrics.leaves(metric)) {
      if (leaf.origin() instanceof Metric.Origin.Folded fold
          && fold.slices().keySet().containsAll(slice.keySet())) {
        leaves.add(new Cube.Leaf(leaf.name(), fold));
      }
    }
    return new Behind(leaves, slice, days);
  }

  public List<String> names() {
    return leaves.stream().map(Cube.Leaf::metric).toList();
  }

  public Window.Span span(ZoneId zone) {
    return days.span(new Calendar(zone));
  }

  /// @param span of [#span]
  public boolean has(Timeline timeline, Window.Span span) {
    for (int i = 0; i < leaves.size(); i++) {
      if (Belonging.belongs(timeline, leaves.get(i).fold(), slice, span)) {
        return true;
      }
    }
    return false;
  }
}
