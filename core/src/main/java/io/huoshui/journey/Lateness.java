package io.huoshui.journey;

import io.huoshui.profile.Period;
import java.time.Duration;

/// What a wait does when its end was missed, because nothing ran at that time.
public sealed interface Lateness {
  /// Goes on as if nothing had happened.
  record Run() implements Lateness {}

  /// Goes on to the next wait, and does nothing on the way: messages are accounted for as late.
  record Skip() implements Lateness {}

  /// Goes on when it is not later than this, else skips.
  record RunIfYounger(Period than) implements Lateness {}

  default boolean skips(Duration late) {
    return switch (this) {
      case Run() -> false;
      case Skip() -> late.isPositive();
      case RunIfYounger(Period than) -> late.compareTo(than.exact()) > 0;
    };
  }
}
