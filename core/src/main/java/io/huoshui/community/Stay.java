package io.huoshui.community;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One stay of one person in a group.
///
/// @param to null while it lasts
/// @param by who invited, a guide or a member; empty when nobody did or nobody said
/// @param liveCode the state of the code that was scanned; empty without one
/// @param scene how they came in: `invited`, `link`, `code`; empty when nobody said
/// @param ending null while it lasts
public record Stay(
    String group,
    Instant from,
    @Nullable Instant to,
    String by,
    String liveCode,
    String scene,
    @Nullable Ending ending) {
  public Stay {
    if ((to == null) != (ending == null)) {
      throw new IllegalArgumentException("A stay that ended has an end and how it ended");
    }
    if (to != null && to.isBefore(from)) {
      throw new IllegalArgumentException(
          "A stay does not end before it begins: " + from + " " + to);
    }
  }

  /// How a stay ended.
  public enum Ending {
    /// They left.
    LEFT,
    /// Somebody removed them.
    REMOVED,
    /// The group was dissolved.
    DISSOLVED,
    /// They were found gone; nobody said how.
    FOUND_GONE;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// What a `group_left` says: `how` in our words, or `scene` in WeCom's, where 1 is removed
    /// (QuitScene, path/92130). One that was written because somebody was found gone says nothing.
    static Ending of(String how, String scene, String reason) {
      return switch (how) {
        case "removed" -> REMOVED;
        case "dissolved" -> DISSOLVED;
        case "found_gone" -> FOUND_GONE;
        default -> scene.equals("1") ? REMOVED : reason.equals("reconciled") ? FOUND_GONE : LEFT;
      };
    }
  }

  /// Whether it covers an instant; its end is not in it.
  public boolean covers(Instant at) {
    return !from.isAfter(at) && (to == null || to.isAfter(at));
  }
}
