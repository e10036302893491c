package io.huoshui.sandbox.customers;

import io.huoshui.reach.ChannelKind;
import java.util.List;

/// What becomes of one message: whether it arrives, and everything that follows from it.
///
/// @param sentMs when it leaves the platform: at once for an SMS, when the guide confirms in WeCom;
///   [#NEVER] when it does not
/// @param followsMs when the customer adds the guide because of it, or [#NEVER]
/// @param blocksMs when the customer deletes the guide because of it, or [#NEVER]
public record Reaction(
    Approach approach, Fate fate, long sentMs, long followsMs, long blocksMs, List<Due> dues) {
  public static final long NEVER = Long.MAX_VALUE;

  /// How it ended.
  public enum Fate {
    DELIVERED,
    /// The carrier could not deliver.
    UNDELIVERED,
    /// The carrier refused because the number had its share of messages.
    LIMITED,
    /// The guide never confirms the task.
    UNCONFIRMED,
    /// The customer is no friend of the guide when it leaves.
    NOT_FRIEND,
    /// The customer had this month's mass messages already.
    QUOTA_REACHED
  }

  public Reaction {
    dues = List.copyOf(dues);
  }

  /// Whether it counts against this month's mass messages.
  public boolean countsAsMassMessage() {
    return approach.channel() == ChannelKind.WECOM && fate == Fate.DELIVERED;
  }
}
