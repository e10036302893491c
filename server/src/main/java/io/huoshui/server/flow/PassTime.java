package io.huoshui.server.flow;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Problem;
import io.huoshui.server.account.Accounts;
import io.huoshui.server.flow.Round.Beat;
import io.huoshui.server.reach.Outbox;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Time passes: the engine's clock moves, timers fire, and what they let out is handed to the
/// platforms.
///
/// With the wall clock this happens by itself, several times a second. With a virtual clock it
/// happens only when somebody asks, and the answer comes when everything due has happened and the
/// outbox is empty: that is what makes a run repeatable.
@RestController
class PassTime {
  private static final Logger LOG = LoggerFactory.getLogger(PassTime.class);
  private static final long TICK_MS = 200;
  private static final long WATCH_MS = 5_000;
  private static final long RECEIVE_MS = 500;

  private final Engine engine;
  private final Accounts accounts;
  private final Outbox outbox;
  private final Rounds rounds;
  private final Time time;
  private final int patienceSeconds;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("ticker").daemon().factory());

  /// A platform that is slow must not keep the clock from going on.
  private final ScheduledExecutorService dispatcher =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("dispatcher").daemon().factory());

  /// Counting everybody takes a while, and so does a mail server.
  private final ScheduledExecutorService watcher =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("watcher").daemon().factory());

  /// Codes and welcomes wait for nobody else.
  private final ScheduledExecutorService receiver =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("receiver").daemon().factory());

  PassTime(
      Engine engine,
      Accounts accounts,
      Outbox outbox,
      Rounds rounds,
      Time time,
      Settings settings) {
    this.patienceSeconds = settings.patienceSeconds();
    this.engine = engine;
    this.accounts = accounts;
    this.outbox = outbox;
    this.rounds = rounds;
    this.time = time;
    if (!time.virtual()) {
      var _ = ticker.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
      var _ =
          dispatcher.scheduleWithFixedDelay(
              this::dispatch, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
      var _ =
          receiver.scheduleWithFixedDelay(
              () -> beat(Beat.RECEIVE), RECEIVE_MS, RECEIVE_MS, TimeUnit.MILLISECONDS);
      var _ =
          watcher.scheduleWithFixedDelay(
              () -> beat(Beat.WATCH), WATCH_MS, WATCH_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    Instant now = Instant.now();
    Instant before = now;
    try {
      Questions.Backlog backlog = engine.ask().backlog();
      before = backlog.now();
      boolean due = backlog.nextTimer() != null && !backlog.nextTimer().isAfter(now);
      if (due || backlog.held() > 0) {
        engine.tick(now);
      }
    } catch (RuntimeException e) {
      // The ticker has to go on: the next tick tries again, and /health shows what waits.
      LOG.warn("tick failed: {}", e.toString());
    }
    rounds.beat(Beat.TICK, before, now);
  }

  private void dispatch() {
    try {
      Questions.Backlog backlog = engine.ask().backlog();
      if (backlog.outbox() > 0 || backlog.unanswered() > 0) {
        outbox.drain(0);
      }
    } catch (RuntimeException e) {
      // As above.
      LOG.warn("dispatch failed: {}", e.toString());
    }
    beat(Beat.DISPATCH);
  }

  private void beat(Beat beat) {
    try {
      Instant now = engine.now();
      rounds.beat(beat, now, now);
    } catch (RuntimeException e) {
      // As above.
      LOG.warn("beat {} failed: {}", beat, e.toString());
    }
  }

  record Clock(Instant now, String kind) {}

  record Step(Instant to) {}

  @GetMapping("/api/v1/clock")
  Clock clock() {
    return new Clock(engine.now(), time.virtual() ? "virtual" : "wall");
  }

  /// Moves a virtual clock. Asking for an instant that is past only finishes what was left over.
  @PostMapping("/api/v1/clock")
  Clock move(@RequestBody Step step) {
    if (!time.virtual()) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "wall_clock",
              "This server lives by the wall clock; it can not be moved.")
          .next("Start one with --virtual-from for a rehearsal.")
          .thrown();
    }
    if (step.to() == null) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "missing_field", "Say where to move the clock.")
          .at("to", "nothing", "RFC 3339: 2026-07-01T01:00:00Z")
          .thrown();
    }
    rounds.before(step.to());
    Instant from = engine.now();
    engine.advanceTo(step.to());
    accounts.clients().skip(Duration.between(from, engine.now()));
    Outbox.Drained drained = outbox.drain(patienceSeconds);
    if (!drained.empty()) {
      throw Problem.of(
              HttpStatus.SERVICE_UNAVAILABLE,
              "platform_unreachable",
              "The clock stands at "
                  + engine.now()
                  + ", but messages could not be handed over: "
                  + drained.why())
          .next(
              "When the platform answers again, send the same request again; nothing is sent"
                  + " twice.")
          .thrown();
    }
    // Only the instant asked for decides, so asking for it again after a crash asks the platforms
    // again too.
    rounds.after(step.to().minusNanos(1), step.to());
    return clock();
  }

  @PreDestroy
  void stop() {
    ticker.shutdownNow();
    dispatcher.shutdownNow();
    watcher.shutdownNow();
    receiver.shutdownNow();
  }
}
