package io.huoshui.loyalty;

import java.time.Instant;

/// What the till is told about one coupon.
public sealed interface Redemption {
  record Redeemed(long discountFen) implements Redemption {}

  record Expired(Instant since) implements Redemption {}

  record BelowThreshold(long thresholdFen, long cartFen) implements Redemption {}

  record AlreadyUsed(String orderId) implements Redemption {}

  /// @param usedBy the order it was used on before, empty when unused
  static Redemption of(
      CouponTemplate template, Instant expires, String usedBy, long cartFen, Instant now) {
    if (!usedBy.isEmpty()) {
      return new AlreadyUsed(usedBy);
    }
    if (!now.isBefore(expires)) {
      return new Expired(expires);
    }
    if (cartFen < template.thresholdFen()) {
      return new BelowThreshold(template.thresholdFen(), cartFen);
    }
    return new Redeemed(Math.min(template.valueFen(), cartFen));
  }
}
