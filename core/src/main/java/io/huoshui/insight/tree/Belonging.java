package io.huoshui.insight.tree;

import io.huoshui.profile.Calendar;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.time.ZoneId;
import java.util.Map;

/// The people behind a number: opens a leaf in a slice and some days as a question about one
/// person.
public final class Belonging {
  private Belonging() {}

  /// Whether a person has an event that counts for a leaf, in a slice and some days. The people of
  /// a formula are those of its leaves; behind numbers from elsewhere there is nobody.
  public static boolean belongs(
      Timeline timeline,
      Metric.Origin.Folded leaf,
      Map<String, String> slice,
      Days days,
      ZoneId zone) {
    return belongs(timeline, leaf, slice, days.span(new Calendar(zone)));
  }

  /// @param slice per dimension the member; a dimension the leaf does not know is nobody's
  public static boolean belongs(
      Timeline timeline, Metric.Origin.Folded leaf, Map<String, String> slice, Window.Span span) {
    if (!leaf.slices().keySet().containsAll(slice.keySet())) {
      return false;
    }
    int from = timeline.from(span.fromMs());
    int end = timeline.from(span.toMs());
    boolean first = true;
    for (int i = leaf.which() == Metric.Which.EVERY ? from : 0; i < end; i++) {
      if (!Cube.matches(leaf, timeline, i)) {
        continue;
      }
      if (i >= from
          && Cube.counts(leaf.which(), first)
          && Cube.followed(leaf, timeline, i)
          && (leaf.measure().countsWithoutValue() || timeline.property(i, leaf.property()) != null)
          && within(timeline, i, leaf, slice)) {
        return true;
      }
      first = false;
    }
    return false;
  }

  private static boolean within(
      Timeline timeline, int index, Metric.Origin.Folded leaf, Map<String, String> slice) {
    for (Map.Entry<String, String> wanted : slice.entrySet()) {
      String key = leaf.slices().get(wanted.getKey());
      if (key == null || !Cube.member(timeline, index, key).equals(wanted.getValue())) {
        return false;
      }
    }
    return true;
  }
}
