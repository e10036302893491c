package io.huoshui.acquisition;

import java.time.Duration;
import java.time.Instant;

/// What becomes of a welcome after the platform answered, or did not.
public sealed interface WelcomeTry {
  /// A welcome can be sent for so long after the customer came (path/92137, 2025-11).
  Duration WINDOW = Duration.ofSeconds(20);

  /// The platform took it.
  record Sent() implements WelcomeTry {}

  record Again(Instant at) implements WelcomeTry {}

  /// It will never be sent.
  ///
  /// @param reason `expired_code`, `already_chatting`, `too_late`, or the platform's code
  record Lost(String reason) implements WelcomeTry {}

  /// What the platform answered.
  ///
  /// @param code its error code as text; `0` for taken, `unknown` for no answer, `unreachable`
  /// @param again seconds until it makes sense to ask again; -1 when that is of no use. A welcome
  ///   has no time for such seconds: it is asked again sooner.
  /// @param tries how often it was tried, this one included
  /// @param maybeTaken whether the answer to an earlier try got lost
  static WelcomeTry after(
      String code, int again, int tries, boolean maybeTaken, Instant now, Instant deadline) {
    return switch (code) {
      case "0" -> new Sent();
      // One use only, and only for a while: the same code would say the same again.
      case "41050" -> new Lost("expired_code");
      // Another application was first; or it was us, and only the answer got lost.
      case "41051" -> maybeTaken ? new Sent() : new Lost("already_chatting");
      default -> again >= 0 ? again(tries, now, deadline) : new Lost("refused_" + code);
    };
  }

  /// Whether there is time for a try that begins now.
  static boolean inTime(Instant now, Instant deadline) {
    return now.isBefore(deadline);
  }

  private static WelcomeTry again(int tries, Instant now, Instant deadline) {
    long pauseMs = Math.min(2_000, 150L << Math.min(tries - 1, 4));
    Instant at = now.plusMillis(pauseMs);
    return at.isBefore(deadline) ? new Again(at) : new Lost("too_late");
  }
}
