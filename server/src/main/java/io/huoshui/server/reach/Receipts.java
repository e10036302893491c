package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.reach.Channel;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.account.Accounts;
import io.huoshui.server.flow.Round;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/// Asks the platforms that do not call back what became of messages: every six hours of the brand's
/// clock, for three days.
@Component
public class Receipts implements Round {
  private static final Duration PACE = Duration.ofHours(6);

  /// A guide who has not confirmed after three days will not: their messages failed as
  /// `unconfirmed`.
  private static final Duration PATIENCE = Duration.ofDays(3);

  private final Engine engine;
  private final Accounts accounts;
  private final Channels.Ready ready;

  Receipts(Engine engine, Accounts accounts, Channels.Ready ready) {
    this.engine = engine;
    this.accounts = accounts;
    this.ready = ready;
  }

  /// Asks when six hours began between `before` and `now`: by the clock and not by the last time
  /// asked, so that a run that was cut short asks at the same instants.
  public void poll(Instant before, Instant now) {
    if (before.getEpochSecond() / PACE.toSeconds() == now.getEpochSecond() / PACE.toSeconds()) {
      return;
    }
    for (Channel channel : ready.channels()) {
      var open = new TreeMap<String, Map<String, Touchpoint>>();
      var overdue = new ArrayList<Event>();
      for (Touchpoint touchpoint : engine.ask().awaitingReceipt(channel.kind())) {
        Instant accepted = touchpoint.delivery().at();
        if (accepted == null || touchpoint.delivery().platformId().isEmpty()) {
          continue;
        }
        if (accepted.plus(PATIENCE).isAfter(now)) {
          open.computeIfAbsent(touchpoint.delivery().platformId(), _ -> new HashMap<>())
              .put(touchpoint.address(), touchpoint);
        } else if (channel.asked()) {
          overdue.add(event(channel, touchpoint, false, "unconfirmed", now));
        }
      }
      engine.take(overdue);
      open.forEach((platformId, touchpoints) -> take(channel, platformId, touchpoints));
    }
  }

  /// Asks now what became of messages that a platform took.
  public void ask(List<Touchpoint> accepted) {
    for (Channel channel : ready.channels()) {
      var open = new TreeMap<String, Map<String, Touchpoint>>();
      for (Touchpoint one : accepted) {
        if (one.channel() == channel.kind() && !one.delivery().platformId().isEmpty()) {
          open.computeIfAbsent(one.delivery().platformId(), _ -> new HashMap<>())
              .put(one.address(), one);
        }
      }
      open.forEach((platformId, touchpoints) -> take(channel, platformId, touchpoints));
    }
  }

  /// Messages that nobody will deliver any more.
  ///
  /// @param code why
  public void giveUp(List<Touchpoint> accepted, String code) {
    Instant now = engine.now();
    for (Channel channel : ready.channels()) {
      engine.take(
          accepted.stream()
              .filter(one -> one.channel() == channel.kind())
              .map(one -> event(channel, one, false, code, now))
              .toList());
    }
  }

  private void take(Channel channel, String platformId, Map<String, Touchpoint> open) {
    var events = new ArrayList<Event>();
    for (Channel.Receipt receipt : channel.receipts(platformId)) {
      Touchpoint touchpoint = open.get(receipt.address());
      if (touchpoint != null) {
        events.add(
            event(
                channel,
                touchpoint,
                receipt.delivered(),
                receipt.code(),
                receipt.at().getEpochSecond() == 0 ? engine.now() : receipt.at()));
      }
    }
    engine.take(events);
  }

  private Event event(
      Channel channel, Touchpoint touchpoint, boolean delivered, String code, Instant at) {
    // An openid is one of the app that sent it.
    String scope =
        channel.kind().ofApp()
            ? touchpoint.sender()
            : channel.kind().address().scoped() ? accounts.corpId() : "";
    Properties what =
        Properties.of(
            "touchpoint",
            touchpoint.key(),
            "channel",
            channel.kind().wire(),
            // Which script line it was that got an answer, or none.
            "template",
            touchpoint.template());
    return new Event(
        "receipt/" + touchpoint.key(),
        delivered ? "message_delivered" : "message_failed",
        at,
        channel.kind().wire(),
        List.of(Identifier.of(channel.kind().address(), scope, touchpoint.address())),
        delivered ? what : what.with("code", Value.of(code)));
  }

  @Override
  public Place place() {
    return new Place("receipts", Beat.TICK, 10);
  }

  @Override
  public void pass(Instant before, Instant now) {
    poll(before, now);
  }
}
