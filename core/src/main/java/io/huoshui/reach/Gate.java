package io.huoshui.reach;

import io.huoshui.event.Value;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The one gate before every send, on every channel.
///
/// Asked in the order in which an operator would want to hear the answer: first what can never
/// change (hold-out, control group, no address), then what the person said, then how much the
/// person heard, last the hour of the day.
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
    /// Messages of some categories let out after `sinceMs`, on one channel or, with null, on all.
    int sentSince(@Nullable ChannelKind channel, Set<Category> categories, long sinceMs);

    /// Messages of a template ever let out.
    default int sentOf(String template) {
      return 0;
    }
  }

  /// Money is not asked for here, because it is one for all: who of those let out together is
  /// beyond a budget, the host decides.
  ///
  /// @param heldOut whether the person is in the hold-out of the message's journey
  /// @param address the person's address on the channel, or null
  /// @param sender as [Guides#sender] has it; null when there is nobody to send it
  /// @param zone the brand's; in it platforms count, and people live of whom no other is known
  public static Decision decide(
      ChannelKind channel,
      Category category,
      boolean heldOut,
      @Nullable String address,
      @Nullable String sender,
      Person person,
      History history,
      GatePolicy policy,
      Instant now,
      ZoneId zone) {
    return decide(
        channel, category, "", heldOut, address, sender, person, history, policy, now, zone);
  }

  /// The same for a message of a template.
  ///
  /// @param template by the name that the platform knows it by
  public static Decision decide(
      ChannelKind channel,
      Category category,
      String template,
      boolean heldOut,
      @Nullable String address,
      @Nullable String sender,
      Person person,
      History history,
      GatePolicy policy,
      Instant now,
      ZoneId zone) {
    if (heldOut) {
      return new Decision.Closed(Reason.HOLD_OUT);
    }
    // What a person is owed is no part of the experiment.
    if (category != Category.TRANSACTION && policy.control().has(person.profile())) {
      return new Decision.Closed(Reason.CONTROL_GROUP);
    }
    Reason never = unreachable(channel, address != null, person);
    if (never != null) {
      return new Decision.Closed(never);
    }
    if (sender == null) {
      return new Decision.Closed(Reason.NO_GUIDE);
    }
    if (suppressed(person, policy, now)) {
      return new Decision.Closed(Reason.SUPPRESSED);
    }
    if (capped(channel, category, history, policy, now)) {
      return new Decision.Closed(Reason.FREQUENCY_CAP);
    }
    if (channel == ChannelKind.WECOM && quotaLeft(history, policy, now, zone) <= 0) {
      return new Decision.Closed(Reason.PLATFORM_QUOTA);
    }
    if (channel == ChannelKind.CALL && calledEnough(person, history, policy, now, "")) {
      return new Decision.Closed(Reason.PLATFORM_QUOTA);
    }
    Reason refused =
        policy
            .rules()
            .refusal(channel, category, sender, template, person.timeline(), history, now);
    if (refused != null) {
      return new Decision.Closed(refused);
    }
    ZoneId theirs = zoneOf(person, zone);
    LocalTime there = LocalTime.ofInstant(now, theirs);
    if (quiet(category, policy, there)) {
      return new Decision.Later(Reason.QUIET_HOURS, end(now.atZone(theirs), policy.quietTo()));
    }
    if (channel == ChannelKind.CALL && !policy.dialling().open(there)) {
      return new Decision.Later(
          Reason.QUIET_HOURS, end(now.atZone(theirs), policy.dialling().from()));
    }
    if (outsideSmsHours(channel, category, person, policy, now, zone)) {
      return new Decision.Later(
          Reason.QUIET_HOURS,
          end(now.atZone(zoneOf(person, zone)), policy.rules().smsHours().from()));
    }
    return new Decision.Open();
  }

  /// Whether a message that was let out may still leave: what a person said since, and the hour of
  /// the day. One that may not is asked about anew.
  ///
  /// @param category of the message
  public static boolean mayLeave(
      ChannelKind channel,
      Category category,
      Person person,
      GatePolicy policy,
      Instant now,
      ZoneId zone) {
    LocalTime there = LocalTime.ofInstant(now, zoneOf(person, zone));
    return unreachable(channel, true, person) == null
        && policy.rules().open(channel, "", person.timeline(), now)
        && !outsideSmsHours(channel, category, person, policy, now, zone)
        && !quiet(category, policy, there)
        && (channel != ChannelKind.CALL || policy.dialling().open(there));
  }

  /// Whether somebody may be dialled again for a send that was let out, as far as the callee's
  /// limits go. Asked once more after the redial was written on the timeline
  /// ([Dialling#REDIALLED]), it holds against whatever was let out meanwhile.
  ///
  /// @param reference of this redial, which does not count itself
  public static boolean mayRedial(
      Person person, History history, GatePolicy policy, Instant now, String reference) {
    return !calledEnough(person, history, policy, now, reference);
  }

  private static boolean quiet(Category category, GatePolicy policy, LocalTime there) {
    return (category != Category.TRANSACTION || policy.transactionsWait()) && policy.quietAt(there);
  }

  /// Whether no platform would call a person once more now.
  private static boolean calledEnough(
      Person person, History history, GatePolicy policy, Instant now, String except) {
    for (Dialling.CalleeLimit limit : policy.dialling().perCallee()) {
      long since = now.toEpochMilli() - limit.within().exact().toMillis();
      int letOut = history.sentSince(ChannelKind.CALL, Category.ALL, since);
      if (Dialling.dials(person.timeline(), letOut, since, except) >= limit.most()) {
        return true;
      }
    }
    return false;
  }

  /// Whether a carrier would take no such SMS at this hour.
  private static boolean outsideSmsHours(
      ChannelKind channel,
      Category category,
      Person person,
      GatePolicy policy,
      Instant now,
      ZoneId zone) {
    return channel == ChannelKind.SMS
        && category == Category.MARKETING
        && !policy.rules().smsHours().has(LocalTime.ofInstant(now, zoneOf(person, zone)));
  }

  private static boolean suppressed(Person person, GatePolicy policy, Instant now) {
    for (GatePolicy.Suppression suppression : policy.suppressed()) {
      boolean in =
          switch (suppression) {
            case GatePolicy.Suppression.OfSegment(String segment) -> person.inSegment(segment, now);
            case GatePolicy.Suppression.OfAudience(String audience) -> person.inAudience(audience);
          };
      if (in) {
        return true;
      }
    }
    return false;
  }

  /// Whether a person has heard so much that no further message of a category may go out on a
  /// channel now.
  public static boolean capped(
      ChannelKind channel, Category category, History history, GatePolicy policy, Instant now) {
    List<GatePolicy.Cap> caps = policy.caps();
    for (int i = 0; i < caps.size(); i++) {
      GatePolicy.Cap cap = caps.get(i);
      if ((cap.channel() == null || cap.channel() == channel)
          && cap.categories().contains(category)) {
        long since = now.toEpochMilli() - cap.period().exact().toMillis();
        if (history.sentSince(cap.channel(), cap.categories(), since) >= cap.most()) {
          return true;
        }
      }
    }
    return false;
  }

  /// How many messages WeCom would still deliver to a person in the running period.
  public static int quotaLeft(History history, GatePolicy policy, Instant now, ZoneId zone) {
    GatePolicy.WecomQuota quota = policy.wecomQuota();
    long since = quota.since(now, zone).toEpochMilli() - 1;
    return quota.most(now, zone) - history.sentSince(ChannelKind.WECOM, Category.ALL, since);
  }

  /// A person's time zone: what their trait `zone`, or `timezone`, says.
  ///
  /// @param otherwise where neither is there, or none can be read
  public static ZoneId zoneOf(Person person, ZoneId otherwise) {
    Value said = person.trait("zone");
    if (said == null) {
      said = person.trait("timezone");
    }
    if (said == null) {
      return otherwise;
    }
    try {
      return ZoneId.of(said.shown());
    } catch (DateTimeException e) {
      return otherwise;
    }
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
        // A WeCom contact agreed by adding the guide, a follower by following, a subscriber by
        // subscribing; an SMS and a call need a consent of their own.
        if (channel == ChannelKind.SMS || channel == ChannelKind.CALL) {
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
