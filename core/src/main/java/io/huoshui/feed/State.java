package io.huoshui.feed;

import java.util.Locale;

/// What a word of a source says about an order or its refund, weakest first.
public enum State {
  /// Says nothing: no refund, a refund refused or still asked for.
  NOTHING,
  UNPAID,
  /// Paid and whatever follows: sent, received, done.
  PAID,
  /// Closed. Before it was paid: cancelled; after: everything was given back.
  CANCELLED,
  /// Money went back.
  REFUNDED;

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
