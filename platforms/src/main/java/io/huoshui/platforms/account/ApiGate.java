package io.huoshui.platforms.account;

import io.huoshui.platforms.account.Allowances.What;

/// When calls of one API of one account may leave. Time is an argument; for one thread at a time.
///
/// So many are under way at once as the platform takes: half of those that were when it said too
/// many (45033), one more after every round that went well. After "too often" (45009) it is closed
/// for as long as the platform's ban; a second and a third ban in a row are longer.
final class ApiGate {
  private static final long SECOND = 1_000_000_000L;

  /// What a caller may do now.
  sealed interface May {
    /// It is counted as under way, and leaves after so long.
    record Go(long afterNanos) implements May {}

    /// Nothing to be done before then.
    record Wait(long nanos, Why why) implements May {}

    /// When another one comes back.
    record Queue() implements May {}
  }

  /// Why a call has to wait.
  enum Why {
    BAN,
    PACE,
    AT_ONCE
  }

  private final CallRate rate;
  private final int most;
  private final int secondBan;
  private final int thirdBan;
  private int ceiling;
  private int underWay;
  private int wentWell;
  private int bans;
  private long closedUntil = Long.MIN_VALUE;

  ApiGate(Allowances allowances, String api) {
    this.rate =
        new CallRate(
            allowances.value(api, What.PER_MINUTE),
            allowances.value(api, What.PER_HOUR),
            allowances.value(api, What.IN_ONE_GO_PERCENT));
    this.most = allowances.value(api, What.AT_ONCE);
    this.secondBan = allowances.value(api, What.SECOND_BAN_SECONDS);
    this.thirdBan = allowances.value(api, What.THIRD_BAN_SECONDS);
    this.ceiling = most;
  }

  /// @param mostNanos a call that would leave later than this is not counted
  May enter(long nowNanos, long mostNanos) {
    May.Wait closed = closed(nowNanos);
    if (closed != null) {
      return closed;
    }
    if (underWay >= ceiling) {
      return new May.Queue();
    }
    long wait = rate.ready(nowNanos);
    if (wait < 0) {
      return new May.Wait(-wait, Why.PACE);
    }
    if (wait > mostNanos) {
      return new May.Wait(wait, Why.PACE);
    }
    rate.take(nowNanos);
    underWay++;
    return new May.Go(wait);
  }

  /// What [#enter] would say, without counting.
  May ask(long nowNanos) {
    May.Wait closed = closed(nowNanos);
    if (closed != null) {
      return closed;
    }
    if (underWay >= ceiling) {
      return new May.Queue();
    }
    long wait = rate.ready(nowNanos);
    return wait == 0 ? new May.Go(0) : new May.Wait(Math.abs(wait), Why.PACE);
  }

  private May.@org.jspecify.annotations.Nullable Wait closed(long nowNanos) {
    return closedUntil > nowNanos ? new May.Wait(closedUntil - nowNanos, Why.BAN) : null;
  }

  /// A call came back, with whatever answer that says nothing about how many may be under way.
  void back() {
    underWay--;
  }

  /// A call was answered as it should be.
  void wentWell() {
    underWay--;
    bans = 0;
    if (ceiling < most && ++wentWell >= ceiling) {
      ceiling++;
      wentWell = 0;
    }
  }

  /// Too many at once.
  void tooMany() {
    ceiling = Math.max(1, Math.min(ceiling, underWay) / 2);
    wentWell = 0;
    underWay--;
  }

  /// Too often. What was under way when the ban began is part of the same ban.
  void tooOften(long nowNanos, int banSeconds) {
    underWay--;
    if (closedUntil <= nowNanos) {
      bans++;
      int seconds = bans == 1 ? banSeconds : bans == 2 ? secondBan : thirdBan;
      closedUntil = nowNanos + Math.max(banSeconds, seconds) * SECOND;
    }
  }

  int ceiling() {
    return ceiling;
  }

  int underWay() {
    return underWay;
  }
}
