package io.huoshui.insight.sheet;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;

/// What people are told apart by: each has one value of it.
public sealed interface By {
  /// Whoever has no value.
  String NONE = "?";

  /// Nobody is told apart.
  record Nothing() implements By {}

  /// A trait's latest word.
  record Trait(String name) implements By {}

  /// Where the first event came from.
  record FirstSource() implements By {}

  /// A property of an event.
  ///
  /// @param event its name; empty for any event
  /// @param last the last one; otherwise the first
  record Property(String event, String name, boolean last) implements By {}

  default String of(Timeline timeline) {
    return switch (this) {
      case Nothing() -> "";
      case FirstSource() -> timeline.source(0);
      case Trait(String name) -> find(timeline, "profile_updated", name, true);
      case Property(String event, String name, boolean last) -> find(timeline, event, name, last);
    };
  }

  private static String find(Timeline timeline, String event, String property, boolean last) {
    int size = timeline.size();
    for (int n = 0; n < size; n++) {
      int i = last ? size - 1 - n : n;
      if ((event.isEmpty() || timeline.name(i).equals(event))
          && timeline.property(i, property) instanceof Value value) {
        return value.shown();
      }
    }
    return NONE;
  }
}
