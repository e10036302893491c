package io.huoshui.journey;

import java.time.Instant;

/// What should happen because a position moved. The key is made of the cause: the same step of the
/// same position always has the same key, so a host can perform it once.
public sealed interface Effect {
  String key();

  /// Why a message is only accounted for and never sent.
  enum Withheld {
    NO,
    /// The person only is measured.
    HOLD_OUT,
    /// Its time was missed by more than its wait allows.
    LATE
  }

  record Send(String key, String template, Withheld withheld) implements Effect {}

  /// @param coupon the coupon's code
  record IssueCoupon(String key, String template, String coupon) implements Effect {}

  record AddTag(String key, String tag) implements Effect {}

  /// @param due until when the guide has
  record Assign(String key, String title, String script, Instant due) implements Effect {}

  record GivePoints(String key, int points, String why) implements Effect {}

  /// The person enters another journey.
  record Start(String key, String journey) implements Effect {}

  record HandOver(String key, String why) implements Effect {}

  record Tell(String key, String hook) implements Effect {}

  /// Somebody came to an arm of an adaptive split: it is counted.
  ///
  /// @param step of the split
  record Took(String key, String step, String arm) implements Effect {}
}
