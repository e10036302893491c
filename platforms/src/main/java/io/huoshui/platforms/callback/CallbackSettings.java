package io.huoshui.platforms.callback;

import java.time.Duration;
import java.util.List;

/// How callbacks are taken.
///
/// @param accounts who may call back
/// @param limits how large a message may be
/// @param fresh how far a timestamp may be from now; zero when that is not looked at. Platforms
///   document no figure; ten minutes is this program's own (2026-11)
/// @param keep how long the message itself is kept
/// @param waiting how many may wait to be written down; more are asked to come again
/// @param pullsAtOnce how many pulls of 微信客服 messages run side by side (sync_msg takes 5, B
///   community staff replies 000ee4c8…, 2025-11)
public record CallbackSettings(
    List<CallbackAccount> accounts,
    Limits limits,
    Duration fresh,
    Duration keep,
    int waiting,
    int pullsAtOnce) {
  public static final CallbackSettings NONE =
      new CallbackSettings(
          List.of(), Limits.USUAL, Duration.ofMinutes(10), Duration.ofDays(30), 20_000, 5);

  public CallbackSettings {
    accounts = List.copyOf(accounts);
  }
}
