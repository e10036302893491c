package io.huoshui.tag;

import io.huoshui.profile.EventPattern;
import org.jspecify.annotations.Nullable;

/// A word on people, and what puts it there.
///
/// @param name as it stands on people and in rules, 1 to 64 characters
public record Tag(String name, By by) {
  public static final int LONGEST = 64;

  public Tag {
    if (name.isBlank() || name.length() > LONGEST || !name.equals(name.strip())) {
      throw new IllegalArgumentException(
          "'" + name + "' is no tag. Allowed: 1 to " + LONGEST + " characters, no space around.");
    }
  }

  /// What puts it on and takes it off by itself, beside hands, imports and journeys.
  public sealed interface By {
    /// Nothing.
    record Hand() implements By {}

    /// Put on when somebody enters the segment, taken off when they leave. In between a hand may
    /// decide otherwise, and the tag stays as the hand left it until the person has left and
    /// entered again.
    record Membership(String segment) implements By {}

    /// Put on by an event that matches `on`, taken off by one that matches `off`.
    ///
    /// @param off null when only a hand takes it off
    record Happening(EventPattern on, @Nullable EventPattern off) implements By {}
  }
}
