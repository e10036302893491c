package io.huoshui.sandbox.market;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// One vendor's shop while it is open: what it sold, who may ask, what is out of order.
final class Desk {
  /// Whoever plays with the app's key, secret and session.
  static final String KEY = "12345678";

  static final String SECRET = "sandbox-market-secret";
  static final String SESSION = "sandbox-session";

  /// What the next calls meet.
  enum Trouble {
    NONE,
    /// Refused as one call too many.
    BUSY,
    /// No answer but a broken gateway.
    DOWN
  }

  private record Ordered(Trouble trouble, AtomicInteger left) {}

  private static final Ordered NOTHING = new Ordered(Trouble.NONE, new AtomicInteger());

  private final Supplier<Shop> shop;
  private final Supplier<Instant> clock;
  private volatile String session = SESSION;
  private volatile Ordered ordered = NOTHING;

  Desk(Supplier<Shop> shop, Supplier<Instant> clock) {
    this.shop = shop;
    this.clock = clock;
  }

  Shop shop() {
    return shop.get();
  }

  /// Whole seconds, as platforms count.
  Instant now() {
    return Instant.ofEpochSecond(clock.get().getEpochSecond());
  }

  /// Platforms show the last three months.
  Instant shownSince() {
    return ZonedDateTime.ofInstant(now(), Forms.ZONE).minusMonths(3).toInstant();
  }

  boolean admits(String given) {
    return session.equals(given);
  }

  /// From now on only this session is taken.
  void session(String is) {
    session = is;
  }

  void order(Trouble trouble, int times) {
    ordered = new Ordered(trouble, new AtomicInteger(times));
  }

  /// What this call meets.
  Trouble trouble() {
    Ordered now = ordered;
    return now.left.getAndDecrement() > 0 ? now.trouble : Trouble.NONE;
  }
}
