package io.huoshui.journey;

/// What should happen because a position moved. The key is made of the cause: the same step of the
/// same position always has the same key, so a host can perform it once.
public sealed interface Effect {
  String key();

  /// @param heldOut the message is only accounted for, never sent
  record Send(String key, String template, boolean heldOut) implements Effect {}

  /// @param coupon the coupon's code
  record IssueCoupon(String key, String template, String coupon) implements Effect {}

  record AddTag(String key, String tag) implements Effect {}
}
