package io.huoshui.journey;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whether a journey goes on.
public enum Steering {
  RUNNING,
  /// Everybody stays where they are: nothing goes out, and whoever enters waits before the first
  /// step.
  PAUSED,
  /// Nobody enters any more; who is under way goes on.
  DRAINING;

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static @Nullable Steering ofWire(String wire) {
    for (Steering known : values()) {
      if (known.wire().equals(wire)) {
        return known;
      }
    }
    return null;
  }
}
