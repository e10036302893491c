package io.huoshui.journey;

import io.huoshui.profile.Draw;

/// The code of a coupon, the same for the same key.
final class CouponCode {
  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

  private CouponCode() {}

  /// 12 letters without look-alikes, 60 bits.
  static String of(String key) {
    long bits = Draw.bits(key);
    var code = new StringBuilder("HS-");
    for (int i = 0; i < 12; i++) {
      code.append(LETTERS.charAt((int) (bits & 31)));
      bits >>>= 5;
    }
    return code.toString();
  }
}
