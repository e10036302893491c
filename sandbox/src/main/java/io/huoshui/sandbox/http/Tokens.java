package io.huoshui.sandbox.http;

import io.huoshui.sandbox.draw.Dice;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// Access tokens that carry when they were issued, signed, so that a restart forgets none.
public final class Tokens {
  private static final String PREFIX = "HS";

  private final Duration life;

  public Tokens(Duration life) {
    this.life = life;
  }

  /// Whether a token is good, spent or none.
  public enum Standing {
    GOOD,
    EXPIRED,
    UNKNOWN
  }

  /// The token of this moment; within one half of its life it stays the same, as the platform gives
  /// the same one out again.
  public String issue(String secret, Instant now) {
    long slot = Math.floorDiv(now.getEpochSecond(), life.toSeconds() / 2);
    return spell(secret, slot);
  }

  private static String spell(String secret, long slot) {
    return String.format(
        Locale.ROOT,
        "%s%x-%016x%016x",
        PREFIX,
        slot,
        Dice.hash(slot, secret),
        Dice.hash(~slot, secret));
  }

  /// Seconds a token issued now still has.
  public long secondsLeft(Instant now) {
    long half = life.toSeconds() / 2;
    long issued = Math.floorDiv(now.getEpochSecond(), half) * half;
    return issued + life.toSeconds() - now.getEpochSecond();
  }

  public Standing check(String token, String secret, Instant now) {
    int dash = token.indexOf('-');
    if (!token.startsWith(PREFIX) || dash < 0) {
      return Standing.UNKNOWN;
    }
    long slot;
    try {
      slot = Long.parseLong(token.substring(PREFIX.length(), dash), 16);
    } catch (NumberFormatException e) {
      return Standing.UNKNOWN;
    }
    if (!token.equals(spell(secret, slot))) {
      return Standing.UNKNOWN;
    }
    long half = life.toSeconds() / 2;
    return now.getEpochSecond() < slot * half + life.toSeconds() ? Standing.GOOD : Standing.EXPIRED;
  }
}
