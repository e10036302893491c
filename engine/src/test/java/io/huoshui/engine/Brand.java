package io.huoshui.engine;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Touchpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// An engine on a folder, whose clock is moved by hand.
final class Brand implements AutoCloseable {
  static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private final Storage storage;
  private final ZoneId zone;
  private final Engine.Pace pace;
  private volatile Instant now;
  private Engine engine;
  private int next;

  Brand(Path folder, String zone, String now) {
    this(Storage.of(folder), zone, now);
  }

  Brand(Storage storage, String zone, String now) {
    this(storage, zone, now, Engine.Pace.standard());
  }

  Brand(Storage storage, String zone, String now, Engine.Pace pace) {
    this.pace = pace;
    this.storage = storage;
    this.zone = ZoneId.of(zone);
    this.now = Instant.parse(now);
    this.engine = open(KEY);
  }

  Engine open(byte[] key) {
    return Engine.open(
        new Engine.Settings(storage, new Seal(key), zone, "https://b.example", () -> now, pace),
        _ -> {});
  }

  Engine engine() {
    return engine;
  }

  Questions ask() {
    return engine.ask();
  }

  Instant now() {
    return now;
  }

  void reopen() {
    engine.close();
    engine = open(KEY);
  }

  /// Nothing runs for a while.
  void isDown(Duration time) {
    engine.close();
    now = now.plus(time);
    engine = open(KEY);
  }

  @Override
  public void close() {
    engine.close();
  }

  /// Time goes on, and everything due until then happens.
  void passes(Duration time) {
    reaches(now.plus(time));
  }

  void reaches(Instant to) {
    now = to;
    engine.advanceTo(to);
  }

  /// The clock moves, and the engine is not told: the next entry tells it.
  void drifts(Duration time) {
    now = now.plus(time);
  }

  BitSet take(Event... events) {
    return engine.take(List.of(events));
  }

  /// Something happens to somebody now.
  Event happens(String name, Identifier who, Object... properties) {
    return happens(name, List.of(who), properties);
  }

  Event happens(String name, List<Identifier> who, Object... properties) {
    var event =
        new Event(
            "n" + next++ + "-" + now.toEpochMilli(),
            name,
            now,
            "pos",
            who,
            Properties.of(properties));
    engine.take(List.of(event));
    return event;
  }

  void segment(String name, String rule) {
    engine.publish(Entry.Definition.SEGMENT, name, Json.object("rule", Json.of(rule)).write());
  }

  void sms(String name, String text) {
    template(name, "sms", text);
  }

  void template(String name, String channel, String text) {
    engine.publish(
        Entry.Definition.TEMPLATE,
        name,
        Json.object(
                "name", Json.of(name),
                "channel", Json.of(channel),
                "text", Json.of(text),
                "sender", Json.of("活水"),
                "costFen", Json.of(5))
            .write());
  }

  void coupon(String name) {
    engine.publish(
        Entry.Definition.COUPON_TEMPLATE,
        name,
        "{\"name\":\"" + name + "\",\"valueFen\":1000,\"thresholdFen\":0,\"validDays\":30}");
  }

  /// No cap and no quiet hour: what a test does not look at stays out of its way.
  void unrestrained() {
    engine.publish(
        Entry.Definition.GATE_POLICY,
        "gate",
        "{\"quietFrom\":\"04:00\",\"quietTo\":\"04:01\",\"caps\":[]}");
  }

  int journey(String name, String rest) {
    return engine.publish(
        Entry.Definition.JOURNEY,
        name,
        ("{'journey':'" + name + "'," + rest + "}").replace('\'', '"'));
  }

  List<Touchpoint> touchpoints(String journey) {
    return ask().touchpoints(journey, null, -1, Integer.MAX_VALUE);
  }

  /// Hands over everything that waits, and has all of it accepted.
  List<String> deliver(ChannelKind channel) {
    var keys = new ArrayList<String>();
    for (Engine.Batch batch = engine.nextBatch(channel, 100);
        batch != null;
        batch = engine.nextBatch(channel, 100)) {
      keys.addAll(batch.keys());
      String id = batch.id();
      engine.answer(
          id, batch.keys().stream().<Outcome>map(_ -> new Outcome.Accepted("p-" + id)).toList());
    }
    return keys;
  }
}
