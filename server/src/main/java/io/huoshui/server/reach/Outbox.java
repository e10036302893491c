package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Engine.Batch;
import io.huoshui.reach.Channel;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Hands what may leave to the platforms, at most once.
///
/// Before the call the batch is written down as handed over; after it, the answer. When a restart
/// finds a batch without an answer, or an answer was lost on the way, the platform is asked what it
/// has, and only what it has not is given again.
@Component
public class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Engine engine;
  private final Map<ChannelKind, Channel> channels = new EnumMap<>(ChannelKind.class);
  private final Map<ChannelKind, Long> restUntilNanos = new EnumMap<>(ChannelKind.class);
  private final ReentrantLock one = new ReentrantLock();
  private final Map<ChannelKind, String> troubles = new ConcurrentHashMap<>();

  Outbox(Engine engine, Channels.Ready ready) {
    this.engine = engine;
    ready.channels().forEach(channel -> this.channels.put(channel.kind(), channel));
  }

  /// @param why what stood in the way, empty when nothing did
  public record Drained(boolean empty, String why) {}

  /// What stands in the way of the outbox now, channel by channel, empty when nothing does.
  public String trouble() {
    return String.join("; ", new TreeMap<>(troubles).values());
  }

  /// Hands over until nothing is left of the channels that are set up, or nothing moves for
  /// `patienceSeconds`.
  public Drained drain(int patienceSeconds) {
    one.lock();
    try {
      long giveUp = System.nanoTime() + Duration.ofSeconds(patienceSeconds).toNanos();
      while (true) {
        boolean moved = reconcile();
        moved |= sendAll();
        if (engine.ask().waiting(channels.keySet()) == 0) {
          troubles.clear();
          return new Drained(true, "");
        }
        if (moved) {
          giveUp = System.nanoTime() + Duration.ofSeconds(patienceSeconds).toNanos();
        } else if (System.nanoTime() >= giveUp) {
          return new Drained(false, trouble());
        } else {
          pause();
        }
      }
    } finally {
      one.unlock();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean reconcile() {
    boolean moved = false;
    for (Batch batch : engine.unanswered()) {
      Channel channel = channels.get(batch.channel());
      if (channel == null || resting(batch.channel())) {
        continue;
      }
      List<Outcome> outcomes = channel.reconcile(batch.id(), batch.envelopes(), batch.handedOver());
      answer(batch, outcomes);
      moved |= settled(outcomes);
    }
    return moved;
  }

  private boolean sendAll() {
    boolean moved = false;
    for (Channel channel : channels.values()) {
      while (!resting(channel.kind())) {
        Batch batch = engine.nextBatch(channel.kind(), channel.largestBatch());
        if (batch == null) {
          break;
        }
        List<Outcome> outcomes;
        try {
          outcomes = channel.handOver(batch.id(), batch.envelopes());
        } catch (RuntimeException e) {
          // A client's bug must not be taken for a refusal: whether it was sent is not known.
          LOG.error("channel {} failed on batch {}", channel.kind().wire(), batch.id(), e);
          outcomes =
              Collections.nCopies(batch.envelopes().size(), new Outcome.Unknown(e.toString()));
        }
        answer(batch, outcomes);
        moved |= settled(outcomes);
      }
    }
    return moved;
  }

  /// Lost, absent and lost again is no progress.
  private static boolean settled(List<Outcome> outcomes) {
    return outcomes.stream()
        .anyMatch(o -> o instanceof Outcome.Accepted || o instanceof Outcome.Refused);
  }

  /// Writes the answer down. That there was none is no news: a platform may be silent for days, and
  /// is asked twice a second.
  private void answer(Batch batch, List<Outcome> outcomes) {
    if (!outcomes.stream().allMatch(outcome -> outcome instanceof Outcome.Unknown)) {
      engine.answer(batch.id(), outcomes);
    }
    note(batch, outcomes);
  }

  /// A channel that asked for time, or did not answer, rests.
  private void note(Batch batch, List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      switch (outcome) {
        case Outcome.Later(String code, String why, int afterSeconds) -> {
          rest(batch.channel(), Duration.ofSeconds(afterSeconds));
          troubles.put(batch.channel(), batch.channel().wire() + " " + code + ": " + why);
        }
        case Outcome.Unknown(String why) -> {
          rest(batch.channel(), PAUSE);
          troubles.put(batch.channel(), batch.channel().wire() + " did not answer: " + why);
        }
        case Outcome.Accepted _, Outcome.Refused _ -> troubles.remove(batch.channel());
        case Outcome.Absent _ -> {}
      }
    }
  }

  private void rest(ChannelKind channel, Duration length) {
    restUntilNanos.merge(channel, System.nanoTime() + length.toNanos(), Math::max);
  }

  private boolean resting(ChannelKind channel) {
    Long until = restUntilNanos.get(channel);
    return until != null && System.nanoTime() < until;
  }
}
