package io.huoshui.loyalty;

import java.time.Instant;

/// What the till is told about one coupon.
public sealed interface Redemption {
  record Redeemed(long discountFen) implements Redemption {}

  record Expired(Instant since) implements Redemption {}

  record BelowThreshold(long thresholdFen, long cartFen) implements Redemption {}

  record AlreadyUsed(String orderId) implements Redemption {}

  /// Being used weighs more than being expired, and being expired more than a small cart: the till
  /// says what can not be mended first.
  static Redemption of(Coupon coupon, long cartFen, Instant now) {
    if (cartFen < 0) {
      throw new IllegalArgumentException("cartFen is " + cartFen + ", allowed: 0 and more");
    }
    if (!coupon.usedBy().isEmpty()) {
      return new AlreadyUsed(coupon.usedBy());
    }
    if (!now.isBefore(coupon.expiresAt())) {
      return new Expired(coupon.expiresAt());
    }
    if (cartFen < coupon.thresholdFen()) {
      return new BelowThreshold(coupon.thresholdFen(), cartFen);
    }
    return new Redeemed(Math.min(coupon.valueFen(), cartFen));
  }
}
