package io.huoshui.engine.columns;

import io.huoshui.event.IdentifierKind;
import io.huoshui.profile.Person;

/// What rules ask about a person that no event says. Asked by several threads at once, of every
/// ordinal of a block: also of those left out and of those that are no profile.
public interface Facts {
  /// Nothing is known of anybody beside their events.
  Facts NONE =
      new Facts() {
        @Override
        public boolean has(int ordinal, IdentifierKind kind) {
          return false;
        }

        @Override
        public int profile(int ordinal) {
          return ordinal;
        }

        @Override
        public boolean onJourney(int ordinal, String journey, Person.Standing standing) {
          return false;
        }

        @Override
        public boolean inAudience(int ordinal, String audience) {
          return false;
        }
      };

  /// Whether the profile is known under an identifier of this kind.
  boolean has(int ordinal, IdentifierKind kind);

  /// The profile's name, its smallest identifier node.
  int profile(int ordinal);

  /// How far the profile came on a journey; what the timeline says of it aside.
  boolean onJourney(int ordinal, String journey, Person.Standing standing);

  /// Whether the profile is in the audience frozen under this name.
  boolean inAudience(int ordinal, String audience);
}
