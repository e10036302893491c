package io.huoshui.acquisition;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 首次来源: the code by which somebody first came, for life: who leaves and comes back by another is
/// still of the first, and of two who turn out to be one the earlier counts.
///
/// @param code the live code, or the scene of the official account
/// @param variant of the ad; empty for none
/// @param event by which they came
public record FirstTouch(String code, String variant, String event, long atMs) {
  private static final List<String> ARRIVALS =
      List.of(
          "contact_added",
          "account_followed",
          "mini_program_entered",
          "card_scanned",
          "group_joined");

  /// The first arrival that says by which code, null when there is none. Where a guide had to
  /// confirm, the code is the one that was asked by.
  public static @Nullable FirstTouch of(Timeline timeline) {
    var asked = new Asked();
    for (int i = 0; i < timeline.size(); i++) {
      String name = timeline.name(i);
      int by = asked.by(timeline, i);
      if (!ARRIVALS.contains(name)) {
        continue;
      }
      Value code = timeline.property(by, "liveCode");
      if (code == null) {
        code = timeline.property(by, "scene");
      }
      if (code != null && !code.shown().isEmpty()) {
        Value variant = timeline.property(by, "variant");
        return new FirstTouch(
            code.shown(), variant == null ? "" : variant.shown(), name, timeline.timeMs(i));
      }
    }
    return null;
  }
}
