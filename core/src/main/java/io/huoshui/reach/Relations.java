package io.huoshui.reach;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Whose contact a person is, as their timeline says: the latest word by the time of what happened
/// counts, in whatever order it became known.
public final class Relations {
  private Relations() {}

  /// @param there whether it holds now
  /// @param sinceMs of the last word about it
  public record Stand(boolean there, long sinceMs) {}

  /// What the timeline says of each guide it names.
  public static SortedMap<String, Stand> withGuides(Timeline timeline) {
    var stands = new TreeMap<String, Stand>();
    for (int i = 0; i < timeline.size(); i++) {
      String name = timeline.name(i);
      boolean there = name.equals("contact_added");
      if (there || name.equals("contact_removed")) {
        Value with = timeline.property(i, "guide");
        var stand = new Stand(there, timeline.timeMs(i));
        if (with != null) {
          stands.put(with.shown(), stand);
        } else if (!there) {
          // Who left without a word of whom left everybody.
          stands.replaceAll((_, _) -> stand);
        }
      }
    }
    return stands;
  }

  /// One difference between what the platform says and what timelines say of one guide.
  ///
  /// @param who as the caller names people
  /// @param appeared whether the platform has them and the timeline does not; else the opposite
  /// @param atMs when it happened: as the platform says where that can be, else when it was looked
  ///   at
  public record Difference<P>(P who, boolean appeared, long atMs) {}

  /// Compares everybody a guide has on the platform with everybody who is theirs by their
  /// timelines.
  ///
  /// @param there who is there on the platform, since when
  /// @param told what timelines say
  /// @param lookedMs when the platform was asked; what a timeline knows of later is newer
  public static <P> List<Difference<P>> compare(
      Map<P, Long> there, Map<P, Stand> told, long lookedMs) {
    var differences = new ArrayList<Difference<P>>();
    there.forEach(
        (who, sinceMs) -> {
          Stand stand = told.get(who);
          if (stand == null) {
            differences.add(new Difference<>(who, true, Math.min(sinceMs, lookedMs)));
          } else if (!stand.there() && stand.sinceMs() <= lookedMs) {
            // An add before what the timeline has last would change nothing.
            differences.add(
                new Difference<>(who, true, sinceMs > stand.sinceMs() ? sinceMs : lookedMs));
          }
        });
    told.forEach(
        (who, stand) -> {
          if (stand.there() && !there.containsKey(who) && stand.sinceMs() <= lookedMs) {
            differences.add(new Difference<>(who, false, lookedMs));
          }
        });
    return differences;
  }
}
