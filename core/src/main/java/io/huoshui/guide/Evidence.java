package io.huoshui.guide;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What shows that a task was done.
///
/// @param what a note, an address of a picture or page; of a message its touchpoint, or nothing
public record Evidence(Kind kind, String what) {
  private static final int LONGEST = 2_000;

  public enum Kind {
    TEXT,
    PHOTO,
    LINK,
    /// A message reached the customer: the host looks whether it did.
    MESSAGE;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable Kind ofWire(String wire) {
      for (Kind kind : values()) {
        if (kind.wire().equals(wire)) {
          return kind;
        }
      }
      return null;
    }
  }

  /// What is wrong with it, in words; null when nothing is.
  public @Nullable String wrong() {
    if (what.length() > LONGEST) {
      return "at most " + LONGEST + " characters";
    }
    return switch (kind) {
      case TEXT -> what.isBlank() ? "a note" : null;
      case PHOTO, LINK -> what.matches("https?://\\S+") ? null : "an address: https://…";
      case MESSAGE -> null;
    };
  }
}
