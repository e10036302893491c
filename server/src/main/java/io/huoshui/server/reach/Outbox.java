package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Engine.Batch;
import io.huoshui.reach.Channel;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.server.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Hands what may leave to the platforms, at most once.
///
/// Before the call the batch is written down as handed over; after it, the answer. When a restart
/// finds a batch without an answer, or an answer was lost on the way, the platform is asked what it
/// has, and only what it has not is given again.
///
/// By the wall clock the channels go side by side, each with as many calls at once and a second as
/// its [Settings.Calls] say, so that none waits for another. By a virtual clock they go one after
/// the other: a run can be repeated.
@Component
public class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration RECONCILE = Duration.ofSeconds(5);

  /// So many answers in a row that did not come: the channel rests.
  private static final int SILENT = 3;

  /// So many messages in a row, each refused alone for the same reason and none taken in between,
  /// are not poisoned: something is wrong with what all of them have in common.
  private static final int ALIKE = 5;

  private final Engine engine;
  private final boolean sideBySide;
  private final Channels.Ready ready;
  private final Settings settings;
  private final Map<ChannelKind, Line> lines = new ConcurrentSkipListMap<>();
  private final ReentrantLock one = new ReentrantLock();

  Outbox(Engine engine, Channels.Ready ready, Settings settings) {
    this.engine = engine;
    this.sideBySide = settings.virtualFrom() == null;
    this.ready = ready;
    this.settings = settings;
    follow();
  }

  /// The lines of the accounts there are now. An account that changed keeps its line.
  private void follow() {
    List<Channel> now = ready.channels();
    for (Channel channel : now) {
      lines
          .computeIfAbsent(
              channel.kind(), kind -> new Line(kind, channel, settings.platforms().pace(kind)))
          .follow(channel);
    }
    lines.keySet().retainAll(now.stream().map(Channel::kind).toList());
  }

  /// @param why what stood in the way, empty when nothing did
  public record Drained(boolean empty, String why) {}

  /// What stands in the way of the outbox now, channel by channel and template by template; empty
  /// when nothing does.
  public String trouble() {
    return Stream.concat(
            lines.values().stream().map(line -> line.trouble),
            engine.halted().entrySet().stream()
                .map(
                    halt ->
                        "template '"
                            + halt.getKey()
                            + "' is halted ("
                            + halt.getValue().code()
                            + "), "
                            + halt.getValue().waiting()
                            + " messages wait: publish it again"))
        .filter(trouble -> !trouble.isEmpty())
        .sorted()
        .collect(Collectors.joining("; "));
  }

  /// Hands over until nothing is left of the channels that are set up, or nothing moves for
  /// `patienceSeconds`. What waits for a template to be mended is left.
  public Drained drain(int patienceSeconds) {
    one.lock();
    try {
      long giveUp = System.nanoTime() + Duration.ofSeconds(patienceSeconds).toNanos();
      while (true) {
        follow();
        boolean moved = reconcile();
        moved |= sendAll();
        if (engine.ask().waiting(lines.keySet()) == 0) {
          lines.values().forEach(line -> line.trouble = "");
          return new Drained(true, "");
        }
        if (moved) {
          giveUp = System.nanoTime() + Duration.ofSeconds(patienceSeconds).toNanos();
        } else if (System.nanoTime() >= giveUp) {
          return new Drained(false, trouble());
        } else {
          pause(PAUSE.toNanos());
        }
      }
    } finally {
      one.unlock();
    }
  }

  private static void pause(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean reconcile() {
    boolean moved = false;
    for (Batch batch : engine.unanswered()) {
      Line line = lines.get(batch.channel());
      if (line != null && !line.resting()) {
        moved |= line.reconcile(batch);
      }
    }
    return moved;
  }

  private boolean sendAll() {
    boolean moved = false;
    if (!sideBySide) {
      for (Line line : lines.values()) {
        moved |= line.send();
      }
      return moved;
    }
    var work = new ArrayList<Callable<Boolean>>();
    for (Line line : lines.values()) {
      work.addAll(Collections.nCopies(line.pace.atOnce(), line::send));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> each : threads.invokeAll(work)) {
        moved |= each.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
    return moved;
  }

  /// One channel: its calls, when it rests, and what stands in its way.
  private final class Line {
    private final ChannelKind kind;
    private final Settings.Calls pace;
    private volatile Channel channel;
    private final AtomicLong restUntilNanos = new AtomicLong(System.nanoTime());
    private final AtomicInteger unreachable = new AtomicInteger();
    private final AtomicInteger silent = new AtomicInteger();

    /// Since when there is a batch whose answer was lost and that was not asked about; 0 for none.
    private final AtomicLong lost = new AtomicLong();

    private final AtomicLong nextCallNanos = new AtomicLong(System.nanoTime());

    /// Batches that a client failed on: whether they were sent is not known, and what is not there
    /// has something in it that the client can not bear.
    private final Map<String, String> failed = new ConcurrentHashMap<>();

    /// Template and code of the messages that were last refused alone.
    private final List<String> alike = new ArrayList<>();

    /// Templates that were halted for what all of their messages have in common, until one of them
    /// is taken.
    private final Set<String> givenUp = new HashSet<>();

    private volatile String trouble = "";

    Line(ChannelKind kind, Channel channel, Settings.Calls pace) {
      this.kind = kind;
      this.channel = channel;
      this.pace = pace;
    }

    /// Another client: it does not have to rest for what the former one was told.
    void follow(Channel now) {
      if (now != channel) {
        channel = now;
        restUntilNanos.set(System.nanoTime());
        trouble = "";
      }
    }

    /// Until nothing waits, or it has to rest.
    ///
    /// @return whether anything was taken or refused
    boolean send() {
      boolean moved = false;
      if (engine.ask().waiting(Set.of(kind)) == 0) {
        return false;
      }
      while (!resting() && !reconcilesNow()) {
        Channel to = channel;
        Outcome.Later closed = to.closed().orElse(null);
        if (closed != null) {
          // Who may not be written to any more hears so although the platform can not be called.
          while (engine.recall(kind, to.largestBatch())) {
            LOG.debug("{} is closed; messages recalled", kind.wire());
          }
          note(List.of(closed));
          break;
        }
        Batch batch = engine.nextBatch(kind, to.largestBatch());
        if (batch == null) {
          break;
        }
        awaitTurn();
        List<Outcome> outcomes;
        try {
          outcomes = to.handOver(batch.id(), batch.envelopes());
        } catch (RuntimeException e) {
          // A client's bug must not be taken for a refusal: whether it was sent is not known.
          LOG.error("channel {} failed on batch {}", kind.wire(), batch.id(), e);
          failed.put(batch.id(), e.toString());
          outcomes =
              Collections.nCopies(batch.envelopes().size(), new Outcome.Unknown(e.toString()));
        }
        moved |= answer(batch, outcomes);
      }
      return moved;
    }

    private void awaitTurn() {
      if (pace.perSecond() > 0) {
        long between = Duration.ofSeconds(1).toNanos() / pace.perSecond();
        long now = System.nanoTime();
        long turn = nextCallNanos.getAndUpdate(next -> Math.max(next, now) + between);
        if (turn > now) {
          pause(turn - now);
        }
      }
    }

    /// What was lost is asked about a few seconds later, all together, however much waits to leave.
    private boolean reconcilesNow() {
      long since = lost.get();
      return since != 0 && System.nanoTime() - since > RECONCILE.toNanos();
    }

    boolean reconcile(Batch batch) {
      lost.set(0);
      List<Outcome> outcomes = channel.reconcile(batch.id(), batch.envelopes(), batch.handedOver());
      String why = failed.get(batch.id());
      if (why != null) {
        outcomes =
            outcomes.stream()
                .map(
                    outcome ->
                        outcome instanceof Outcome.Absent
                            ? new Outcome.Poisoned("client", why)
                            : outcome)
                .toList();
        if (outcomes.stream().noneMatch(outcome -> outcome instanceof Outcome.Unknown)) {
          failed.remove(batch.id());
        }
      }
      return answer(batch, outcomes);
    }

    /// Writes the answer down. That there was none is no news: a platform may be silent for days,
    /// and is asked twice a second.
    private boolean answer(Batch batch, List<Outcome> said) {
      List<Outcome> outcomes = soberly(batch, said);
      if (!outcomes.stream().allMatch(outcome -> outcome instanceof Outcome.Unknown)) {
        engine.answer(batch.id(), outcomes);
      }
      note(outcomes);
      return outcomes.stream().anyMatch(Line::settles);
    }

    /// Lost, absent and lost again is no progress.
    private static boolean settles(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Accepted _, Outcome.Refused _, Outcome.Poisoned _, Outcome.Halted _ -> true;
        case Outcome.Later _, Outcome.Unknown _, Outcome.Absent _ -> false;
      };
    }

    /// One message after the other that is poisoned alone for one reason: the template is halted
    /// before all of it is refused.
    private synchronized List<Outcome> soberly(Batch batch, List<Outcome> outcomes) {
      String template = batch.envelopes().getFirst().template();
      if (outcomes.stream().anyMatch(outcome -> outcome instanceof Outcome.Accepted)) {
        alike.clear();
        givenUp.remove(template);
      }
      if (outcomes.size() != 1
          || !(outcomes.getFirst() instanceof Outcome.Poisoned(String code, String why))) {
        return outcomes;
      }
      if (!alike.isEmpty() && !alike.getLast().equals(template + " " + code)) {
        alike.clear();
      }
      alike.add(template + " " + code);
      // Calls that were under way when it was halted are of no other kind.
      if (alike.size() < ALIKE && !givenUp.contains(template)) {
        return outcomes;
      }
      givenUp.add(template);
      return List.of(
          new Outcome.Halted(
              code, why + " (" + ALIKE + " messages in a row were refused alone for this)"));
    }

    /// A channel that asked for time, or did not answer, rests.
    private void note(List<Outcome> outcomes) {
      if (outcomes.stream().anyMatch(outcome -> outcome instanceof Outcome.Unknown)) {
        lost.compareAndSet(0, System.nanoTime());
        // One answer that is lost says little of the next.
        if (silent.incrementAndGet() >= SILENT) {
          rest(PAUSE);
        }
      } else {
        silent.set(0);
      }
      for (Outcome outcome : outcomes) {
        switch (outcome) {
          case Outcome.Later(String code, String why, int afterSeconds) -> {
            int times = code.equals("unreachable") ? unreachable.getAndIncrement() : 0;
            // Each try is written down. By a virtual clock somebody waits for the answer.
            rest(
                Duration.ofSeconds(
                    sideBySide
                        ? Math.clamp((long) afterSeconds << Math.min(times, 5), afterSeconds, 60)
                        : afterSeconds));
            trouble = kind.wire() + " " + code + ": " + why;
          }
          case Outcome.Unknown(String why) -> trouble = kind.wire() + " did not answer: " + why;
          case Outcome.Accepted _, Outcome.Refused _ -> {
            trouble = "";
            unreachable.set(0);
          }
          case Outcome.Absent _, Outcome.Poisoned _, Outcome.Halted _ -> {}
        }
      }
    }

    private void rest(Duration length) {
      restUntilNanos.accumulateAndGet(System.nanoTime() + length.toNanos(), Math::max);
    }

    boolean resting() {
      return System.nanoTime() < restUntilNanos.get();
    }
  }
}
