package io.huoshui.acquisition;

import java.time.Duration;
import java.time.Instant;

/// What becomes of a remark or of tags after the platform answered, or did not. They have all day,
/// and the same call twice changes nothing.
public sealed interface ChoreTry {
  int MOST_TRIES = 20;

  record Done() implements ChoreTry {}

  record Again(Instant at) implements ChoreTry {}

  record Failed(String reason) implements ChoreTry {}

  /// @param code the platform's error code as text; `0`, `unknown`, `unreachable`
  /// @param tries how often it was tried, this one included
  static ChoreTry after(String code, int tries, Instant now) {
    return switch (code) {
      case "0" -> new Done();
      case "-1", "45009", "45033", "40001", "40014", "42001", "unreachable", "unknown" ->
          tries >= MOST_TRIES
              ? new Failed("gave_up_" + code)
              : new Again(now.plus(pause(code, tries)));
      default ->
          code.startsWith("5") && code.length() == 3 && tries < MOST_TRIES
              ? new Again(now.plus(pause(code, tries)))
              : new Failed("refused_" + code);
    };
  }

  /// The shortest ban is a minute (path/90454).
  private static Duration pause(String code, int tries) {
    return code.equals("45009")
        ? Duration.ofMinutes(1)
        : Duration.ofMillis(Math.min(300_000, 250L << Math.min(tries, 11)));
  }
}
