package io.huoshui.server.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Seal;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How channels are called, and what becomes of calls that go wrong in ways of their own.
class OutboxTest {
  private static final int BATCH = 16;

  @TempDir Path folder;
  private Engine engine;
  private Instant now = Instant.parse("2026-03-05T04:15:00Z");

  @BeforeEach
  void begin() {
    engine =
        Engine.open(
            new Engine.Settings(
                folder, new Seal(new byte[32]), ZoneId.of("Asia/Kathmandu"), "http://x", () -> now),
            _ -> {});
    engine.publish(
        Entry.Definition.GATE_POLICY,
        "gate",
        "{\"quietFrom\":\"04:00\",\"quietTo\":\"04:01\",\"caps\":[]}");
    engine.publish(Entry.Definition.SEGMENT, "all", "{\"rule\":\"not did group_joined\"}");
  }

  @AfterEach
  void end() {
    engine.close();
  }

  /// Everybody of them is let out to.
  private void campaign(String channel, int people) {
    var events = new ArrayList<Event>();
    for (int i = 0; i < people; i++) {
      Identifier who =
          channel.equals("sms")
              ? Identifier.of(IdentifierKind.PHONE, "1380000%04d".formatted(i))
              : Identifier.of(IdentifierKind.EXTERNAL_USERID, "corp", "wm" + i);
      events.add(
          new Event(
              channel + i,
              channel.equals("sms") ? "consent_given" : "contact_added",
              now,
              "pos",
              List.of(who),
              Properties.of("channel", channel, "guide", "li")));
    }
    engine.take(events);
    engine.publish(
        Entry.Definition.TEMPLATE,
        channel + "_hi",
        "{\"name\":\"" + channel + "_hi\",\"channel\":\"" + channel + "\",\"text\":\"Hi\"}");
    engine.freeze(channel, "all");
    engine.publish(
        Entry.Definition.JOURNEY,
        channel,
        "{\"journey\":\""
            + channel
            + "\",\"entry\":{\"audience\":\""
            + channel
            + "\"},\"steps\":[{\"send\":\""
            + channel
            + "_hi\"}]}");
    engine.launch(channel);
    now = now.plus(Duration.ofSeconds(1));
    engine.advanceTo(now);
  }

  private Outbox outbox(Channel... channels) {
    return Channels.outbox(engine, List.of(channels));
  }

  private Map<Reason, Long> reasons(String journey) {
    return new TreeMap<>(
        engine.ask().touchpoints(journey, null, -1, Integer.MAX_VALUE).stream()
            .collect(Collectors.groupingBy(Touchpoint::reason, Collectors.counting())));
  }

  /// A platform that counts what it took.
  private static class Platform implements Channel {
    private final ChannelKind kind;
    private final BiFunction<String, List<Envelope>, List<Outcome>> answers;
    final Map<String, Integer> taken = new ConcurrentHashMap<>();

    Platform(ChannelKind kind, BiFunction<String, List<Envelope>, List<Outcome>> answers) {
      this.kind = kind;
      this.answers = answers;
    }

    @Override
    public ChannelKind kind() {
      return kind;
    }

    @Override
    public int largestBatch() {
      return BATCH;
    }

    @Override
    public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
      List<Outcome> outcomes = answers.apply(batchId, envelopes);
      for (int i = 0; i < outcomes.size(); i++) {
        if (outcomes.get(i) instanceof Outcome.Accepted) {
          taken.merge(envelopes.get(i).key(), 1, Integer::sum);
        }
      }
      return outcomes;
    }

    @Override
    public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant at) {
      return envelopes.stream()
          .<Outcome>map(
              envelope ->
                  taken.containsKey(envelope.key())
                      ? new Outcome.Accepted(batchId)
                      : new Outcome.Absent())
          .toList();
    }
  }

  private static List<Channel.Outcome> accepted(String batch, List<Channel.Envelope> envelopes) {
    return Collections.nCopies(envelopes.size(), new Channel.Outcome.Accepted(batch));
  }

  @Test
  void aClientThatFailsOnOneMessageRefusesOnlyThat() {
    campaign("sms", 40);
    var platform =
        new Platform(
            ChannelKind.SMS,
            (batch, envelopes) -> {
              if (envelopes.stream().anyMatch(each -> each.address().endsWith("0023"))) {
                throw new IllegalStateException("can not write " + envelopes.size());
              }
              return accepted(batch, envelopes);
            });
    Outbox.Drained drained = outbox(platform).drain(30);

    assertThat(drained.empty()).isTrue();
    assertThat(platform.taken).hasSize(39).allSatisfy((_, times) -> assertThat(times).isOne());
    assertThat(reasons("sms")).isEqualTo(Map.of(Reason.SENT, 39L, Reason.REFUSED, 1L));
  }

  /// A platform that can not be called just now: nothing is written down for it, however often it
  /// is asked, and everything leaves when it opens.
  @Test
  void waitingForAChannelThatIsClosedWritesNothing() {
    campaign("sms", 40);
    var open = new AtomicBoolean();
    var platform =
        new Platform(ChannelKind.SMS, OutboxTest::accepted) {
          @Override
          public Optional<Outcome.Later> closed() {
            return open.get()
                ? Optional.empty()
                : Optional.of(new Outcome.Later("-1", "no token", 0));
          }
        };
    Outbox outbox = outbox(platform);
    long written = engine.gauges().records();
    for (int i = 0; i < 5; i++) {
      Outbox.Drained drained = outbox.drain(0);
      assertThat(drained.empty()).isFalse();
      assertThat(drained.why()).contains("sms -1: no token");
    }
    assertThat(engine.gauges().records()).isEqualTo(written);
    open.set(true);
    assertThat(outbox.drain(30).empty()).isTrue();
    assertThat(platform.taken).hasSize(40).allSatisfy((_, times) -> assertThat(times).isOne());
  }

  @Test
  void whatIsWrongWithAllOfThemHaltsTheTemplateAndNotThePeople() {
    campaign("sms", 40);
    var platform =
        new Platform(
            ChannelKind.SMS,
            (_, envelopes) ->
                Collections.nCopies(
                    envelopes.size(), new Channel.Outcome.Poisoned("isv.X", "no reason")));
    Outbox outbox = outbox(platform);
    outbox.drain(0);

    long refused = reasons("sms").getOrDefault(Reason.REFUSED, 0L);
    assertThat(refused).isEqualTo(4);
    assertThat(engine.halted())
        .containsOnlyKeys("sms_hi")
        .hasEntrySatisfying("sms_hi", halt -> assertThat(halt.waiting()).isEqualTo(36));
  }

  /// The first channel's call ends only when the second has sent all of its own.
  @Test
  void aSlowPlatformKeepsNoOtherWaiting() {
    campaign("sms", 20);
    campaign("wecom", 20);
    var sent = new CountDownLatch(20);
    var quick =
        new Platform(
            ChannelKind.WECOM,
            (batch, envelopes) -> {
              envelopes.forEach(_ -> sent.countDown());
              return accepted(batch, envelopes);
            });
    var slow =
        new Platform(
            ChannelKind.SMS,
            (batch, envelopes) -> {
              try {
                assertThat(sent.await(60, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return accepted(batch, envelopes);
            });
    assertThat(outbox(slow, quick).drain(30).empty()).isTrue();
    assertThat(slow.taken).hasSize(20);
  }

  /// Four calls meet: none of them ends before all four have begun.
  @Test
  void callsAreUnderWayAtOnce() {
    campaign("sms", 4 * BATCH);
    var meeting = new CyclicBarrier(4);
    var platform =
        new Platform(
            ChannelKind.SMS,
            (batch, envelopes) -> {
              try {
                meeting.await(30, TimeUnit.SECONDS);
              } catch (Exception e) {
                throw new IllegalStateException("the calls did not meet", e);
              }
              return accepted(batch, envelopes);
            });
    assertThat(outbox(platform).drain(30).empty()).isTrue();
    assertThat(platform.taken)
        .hasSize(4 * BATCH)
        .allSatisfy((_, times) -> assertThat(times).isOne());
  }
}
