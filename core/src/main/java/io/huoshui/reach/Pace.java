package io.huoshui.reach;

import io.huoshui.profile.Period;
import org.jspecify.annotations.Nullable;

/// How fast messages may go out: so many in a time, evenly, one after the other. What a platform
/// takes, what guides can confirm, what a shop can serve of those who come.
///
/// @param channel on which, or null for all
/// @param journey of which, or empty for all
/// @param perSender whether each guide, or sign name, has a pace of its own
/// @param most how many in `per`, at least one
public record Pace(
    @Nullable ChannelKind channel, String journey, boolean perSender, int most, Period per) {
  public Pace {
    if (most < 1 || per.exact().isZero()) {
      throw new IllegalArgumentException(
          "A pace of " + most + " in " + per + " lets nothing out; allowed is 1 or more in a time");
    }
  }

  boolean covers(ChannelKind on, String of) {
    return (channel == null || channel == on) && (journey.isEmpty() || journey.equals(of));
  }

  /// How much of all there is waits in one of its queues; the less, the sooner it is asked.
  int breadth() {
    return (journey.isEmpty() ? 2 : 0) + (perSender ? 0 : 1);
  }

  /// Between two messages, in µs; at least one.
  long intervalUs() {
    return Math.max(1, per.exact().toMillis() * 1_000 / most);
  }

  /// What keeps its place in the queue, in words that outlive a policy published again.
  String queue(String sender) {
    return (channel == null ? "*" : channel.wire())
        + "/"
        + journey
        + "/"
        + most
        + "/"
        + per
        + (perSender ? "/" + sender : "");
  }
}
