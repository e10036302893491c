package io.huoshui.engine.columns;

import io.huoshui.event.IdentifierKind;

/// What rules ask about a person that no event says. Asked by several threads at once, of every
/// ordinal of a block: also of those left out and of those that are no profile.
public interface Facts {
  /// Whether the profile is known under an identifier of this kind.
  boolean has(int ordinal, IdentifierKind kind);

  /// Whether the profile is in the audience frozen under this name.
  boolean inAudience(int ordinal, String audience);
}
