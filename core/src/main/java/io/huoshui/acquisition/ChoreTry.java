package io.huoshui.acquisition;

import java.time.Duration;
import java.time.Instant;

/// What becomes of a remark or of tags after the platform answered, or did not. They have all day,
/// and the same call twice changes nothing.
public sealed interface ChoreTry {
  int MOST_TRIES = 20;
  int BAN_SECONDS = 60;

  record Done() implements ChoreTry {}

  record Again(Instant at) implements ChoreTry {}

  record Failed(String reason) implements ChoreTry {}

  /// @param code the platform's error code as text; `0`, `unknown`, `unreachable`
  /// @param again seconds until it makes sense to ask again; -1 when that is of no use
  /// @param tries how often it was tried, this one included
  static ChoreTry after(String code, int again, int tries, Instant now) {
    if (code.equals("0")) {
      return new Done();
    }
    if (again < 0) {
      return new Failed("refused_" + code);
    }
    return tries >= MOST_TRIES
        ? new Failed("gave_up_" + code)
        : new Again(now.plus(pause(again, tries)));
  }

  /// A ban is waited for (path/90454: the shortest is a minute); what passes by itself is asked
  /// more and more seldom.
  private static Duration pause(int again, int tries) {
    return again >= BAN_SECONDS
        ? Duration.ofSeconds(again)
        : Duration.ofMillis(Math.min(300_000, 250L << Math.min(tries, 11)));
  }
}
