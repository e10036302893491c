package io.huoshui.engine.rehearsal;

import io.huoshui.engine.Replica;
import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One message that was really sent, and what its person did after it.
///
/// @param coupon whether the journey had given one before
/// @param rested no message reached the person in the seven days before
/// @param active the person had bought within half a year
/// @param arrived delivered; if not, it failed
/// @param hours from its arrival to the first click on its link; NaN without one
/// @param before whether the person bought in as long a time before it
record Sent(
    ChannelKind channel,
    boolean coupon,
    boolean rested,
    boolean active,
    boolean arrived,
    double hours,
    boolean replied,
    boolean optedOut,
    boolean blocked,
    boolean bought,
    boolean before) {
  private static final long DAY = Duration.ofDays(1).toMillis();

  /// What people do because of a message, they do within this time, or not at all.
  static final long ANSWERED_MS = 4 * DAY;

  /// Younger messages are not counted: their answers may be still to come.
  static final long RIPE_MS = 7 * DAY;

  static final long RESTED_MS = 7 * DAY;

  boolean clicked() {
    return !Double.isNaN(hours);
  }

  /// Everything that was sent and came to an end, in an order that follows from what happened.
  static List<Sent> of(Replica replica) {
    var byPerson = new TreeMap<Integer, List<Touchpoint>>();
    for (Touchpoint touchpoint : replica.touchpoints()) {
      if (touchpoint.reason() == Reason.SENT) {
        byPerson
            .computeIfAbsent(replica.profileOf(touchpoint.profile()), _ -> new ArrayList<>(2))
            .add(touchpoint);
      }
    }
    var all = new ArrayList<Sent>();
    long ripe = replica.now().toEpochMilli() - RIPE_MS;
    for (Map.Entry<Integer, List<Touchpoint>> person : byPerson.entrySet()) {
      List<Touchpoint> messages = person.getValue();
      messages.sort(Comparator.comparing(Touchpoint::due).thenComparing(Touchpoint::key));
      for (int i = 0; i < messages.size(); i++) {
        Touchpoint one = messages.get(i);
        boolean ended =
            switch (one.delivery().stage()) {
              case DELIVERED, FAILED -> true;
              case WAITING, HANDED, ACCEPTED -> false;
            };
        if (ended && arrivedMs(one) <= ripe) {
          // What is done after the next message is answered to that one.
          long nextMs = i + 1 < messages.size() ? dueMs(messages.get(i + 1)) : Long.MAX_VALUE;
          boolean rested = i == 0 || dueMs(one) - dueMs(messages.get(i - 1)) > RESTED_MS;
          String coupon = replica.coupon(one.key());
          all.add(of(one, coupon, rested, nextMs, replica.timeline(person.getKey())));
        }
      }
    }
    return all;
  }

  private static long dueMs(Touchpoint one) {
    return one.due().toEpochMilli();
  }

  private static long arrivedMs(Touchpoint one) {
    return one.delivery().at() == null ? dueMs(one) : one.delivery().at().toEpochMilli();
  }

  /// Whether the journey's coupon was given by then; it may come in a later step.
  private static boolean issued(Timeline timeline, String coupon, long byMs) {
    if (coupon.isEmpty()) {
      return false;
    }
    Value code = Value.of(coupon);
    for (int i = 0; i < timeline.size() && timeline.timeMs(i) <= byMs; i++) {
      if (timeline.name(i).equals("coupon_issued") && code.equals(timeline.property(i, "coupon"))) {
        return true;
      }
    }
    return false;
  }

  private static Sent of(
      Touchpoint one, String coupon, boolean rested, long nextMs, Timeline timeline) {
    long arrivedMs = arrivedMs(one);
    long endMs = Math.min(nextMs, arrivedMs + ANSWERED_MS);
    Value key = Value.of(one.key());
    Value channel = Value.of(one.channel().wire());
    double hours = Double.NaN;
    boolean replied = false;
    boolean optedOut = false;
    boolean blocked = false;
    boolean bought = false;
    for (int i = timeline.from(arrivedMs); i < timeline.size() && timeline.timeMs(i) < endMs; i++) {
      switch (timeline.name(i)) {
        case "link_clicked" -> {
          if (Double.isNaN(hours) && key.equals(timeline.property(i, "touchpoint"))) {
            hours = (timeline.timeMs(i) - arrivedMs) / 3.6e6;
          }
        }
        case "message_replied" -> replied = true;
        case "consent_withdrawn" -> optedOut |= channel.equals(timeline.property(i, "channel"));
        case "contact_removed" -> blocked |= one.channel() == ChannelKind.WECOM;
        case "order_paid" -> bought = true;
        default -> {}
      }
    }
    long sentMs = dueMs(one);
    boolean before = false;
    boolean active = false;
    for (int i = timeline.from(sentMs - HistoryPeople.SILENT.toMillis());
        i < timeline.size() && timeline.timeMs(i) < sentMs;
        i++) {
      if (timeline.name(i).equals("order_paid")) {
        active = true;
        before |= timeline.timeMs(i) >= sentMs - (endMs - arrivedMs);
      }
    }
    return new Sent(
        one.channel(),
        issued(timeline, coupon, sentMs),
        rested,
        active,
        one.delivered(),
        hours,
        replied,
        optedOut,
        blocked,
        bought,
        before);
  }
}
