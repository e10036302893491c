package io.huoshui.insight.value;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// 获客: where and when somebody was won, by their first event that says so; by their first event of
/// any name where none does.
///
/// @param source who sent that event; with a property asked for, `source · value` where it has one
public record Acquisition(String source, long atMs) {
  /// What says that somebody was won.
  public static final Set<String> EVENTS =
      Set.of("card_scanned", "account_followed", "contact_added", "member_registered");

  /// @param by a property of the event that parts a source further (`liveCode`, `channel`); empty
  ///   for none
  /// @param untilMs events after it are not looked at
  /// @return null when there is no event up to then
  public static @Nullable Acquisition of(Timeline timeline, String by, long untilMs) {
    if (timeline.size() == 0 || timeline.timeMs(0) > untilMs) {
      return null;
    }
    int first = 0;
    for (int i = 0; i < timeline.size() && timeline.timeMs(i) <= untilMs; i++) {
      if (EVENTS.contains(timeline.name(i))) {
        first = i;
        break;
      }
    }
    Value part = by.isEmpty() ? null : timeline.property(first, by);
    String source = timeline.source(first);
    return new Acquisition(
        part == null ? source : source + " · " + part.shown(), timeline.timeMs(first));
  }
}
