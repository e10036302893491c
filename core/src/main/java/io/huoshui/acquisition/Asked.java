package io.huoshui.acquisition;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.util.HashMap;
import java.util.Map;

/// Which event says how somebody came, where a guide had to confirm. Of one guide and one person
/// there is one add until either removes the other, and it is of the code it was asked for by
/// first, whichever the confirmation names.
///
/// Read a timeline from its beginning, event by event.
final class Asked {
  private final Map<String, Integer> byGuide = new HashMap<>();

  /// Takes the event at an index.
  ///
  /// @return whose properties say how they came: of a confirmation the request's, else its own
  int by(Timeline timeline, int index) {
    switch (timeline.name(index)) {
      case "contact_requested" -> {
        Integer first = byGuide.get(guide(timeline, index));
        if (first == null || !says(timeline, first)) {
          byGuide.put(guide(timeline, index), index);
        }
      }
      case "contact_removed" -> byGuide.remove(guide(timeline, index));
      case "contact_added" -> {
        Integer first = byGuide.remove(guide(timeline, index));
        return first != null && says(timeline, first) ? first : index;
      }
      default -> {}
    }
    return index;
  }

  private static String guide(Timeline timeline, int index) {
    Value guide = timeline.property(index, "guide");
    return guide == null ? "" : guide.shown();
  }

  private static boolean says(Timeline timeline, int index) {
    Value code = timeline.property(index, "liveCode");
    return code != null && !code.shown().isEmpty();
  }
}
