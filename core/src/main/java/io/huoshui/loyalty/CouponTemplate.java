package io.huoshui.loyalty;

import java.time.Instant;
import java.time.ZoneId;

/// What a kind of coupon is worth, and for how long.
///
/// @param valueFen taken off the price
/// @param thresholdFen the least cart it can be used on; 0 for no-threshold coupons
/// @param validDays counted from the day it is issued, the last day included
public record CouponTemplate(
    String name, String title, long valueFen, long thresholdFen, int validDays) {
  public CouponTemplate {
    if (valueFen <= 0 || thresholdFen < 0 || validDays <= 0) {
      throw new IllegalArgumentException(
          "Coupon template '"
              + name
              + "' needs valueFen > 0, thresholdFen ≥ 0, validDays > 0, got "
              + valueFen
              + ", "
              + thresholdFen
              + ", "
              + validDays);
    }
  }

  /// The first instant at which a coupon issued now is no longer good: midnight of the brand after
  /// its last day.
  public Instant expiry(Instant issued, ZoneId zone) {
    return issued
        .atZone(zone)
        .toLocalDate()
        .plusDays(validDays + 1L)
        .atStartOfDay(zone)
        .toInstant();
  }
}
