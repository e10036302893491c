package io.huoshui.reach;

import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The one gate before every send, on every channel.
///
/// Asked in the order in which an operator would want to hear the answer: first what can never
/// change (hold-out, no address), then what the person said, then how much the person heard, last
/// the hour of the day.
public final class Gate {
  private Gate() {}

  /// What the gate says about one message to one person.
  public sealed interface Decision {
    record Open() implements Decision {}

    record Closed(Reason reason) implements Decision {}

    /// Ask again at `until`.
    record Later(Reason reason, Instant until) implements Decision {}
  }

  /// What a person already got.
  public interface History {
    /// Messages let out since `sinceMs`, on one channel or, with null, on all.
    int sentSince(@Nullable ChannelKind channel, long sinceMs);
  }

  /// @param heldOut whether the person is in the hold-out of the message's journey
  /// @param address the person's address on the channel, or null
  public static Decision decide(
      ChannelKind channel,
      boolean heldOut,
      @Nullable String address,
      Person person,
      History history,
      GatePolicy policy,
      Instant now,
      ZoneId zone) {
    if (heldOut) {
      return new Decision.Closed(Reason.HOLD_OUT);
    }
    Reason never = unreachable(channel, address != null, person);
    if (never != null) {
      return new Decision.Closed(never);
    }
    if (capped(channel, history, policy, now)) {
      return new Decision.Closed(Reason.FREQUENCY_CAP);
    }
    ZonedDateTime local = now.atZone(zone);
    if (policy.quietAt(local.toLocalTime())) {
      return new Decision.Later(Reason.QUIET_HOURS, end(local, policy.quietTo()));
    }
    return new Decision.Open();
  }

  /// Whether a person has heard so much that no further message may go out on a channel now.
  public static boolean capped(
      ChannelKind channel, History history, GatePolicy policy, Instant now) {
    List<GatePolicy.Cap> caps = policy.caps();
    for (int i = 0; i < caps.size(); i++) {
      GatePolicy.Cap cap = caps.get(i);
      if (cap.channel() == null || cap.channel() == channel) {
        long since = now.minus(cap.period().exact()).toEpochMilli();
        if (history.sentSince(cap.channel(), since) >= cap.most()) {
          return true;
        }
      }
    }
    return false;
  }

  /// Why nothing can reach a person on a channel now, whatever it is and however little they heard;
  /// null when something can.
  ///
  /// @param addressed whether there is an address
  public static @Nullable Reason unreachable(
      ChannelKind channel, boolean addressed, Person person) {
    if (!addressed) {
      return Reason.NO_ADDRESS;
    }
    switch (person.consent(channel.wire())) {
      case WITHDRAWN -> {
        return Reason.WITHDRAWN;
      }
      case UNKNOWN -> {
        // A WeCom contact agreed by adding the guide; an SMS needs a consent of its own.
        if (channel == ChannelKind.SMS) {
          return Reason.NO_CONSENT;
        }
      }
      case GIVEN -> {}
    }
    return channel == ChannelKind.WECOM && !contact(person.timeline())
        ? Reason.NOT_A_CONTACT
        : null;
  }

  private static Instant end(ZonedDateTime local, LocalTime quietTo) {
    ZonedDateTime today = local.toLocalDate().atTime(quietTo).atZone(local.getZone());
    return (today.isAfter(local)
            ? today
            : local.toLocalDate().plusDays(1).atTime(quietTo).atZone(local.getZone()))
        .toInstant();
  }

  private static boolean contact(Timeline timeline) {
    for (int i = timeline.size() - 1; i >= 0; i--) {
      String name = timeline.name(i);
      if (name.equals("contact_added")) {
        return true;
      }
      if (name.equals("contact_removed")) {
        return false;
      }
    }
    return false;
  }
}
