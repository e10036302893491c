package io.huoshui.server.journey;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions.Numbered;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.access.SignedPost;
import io.huoshui.server.journey.FollowStore.Call;
import io.huoshui.server.journey.FollowStore.Hook;
import jakarta.annotation.PreDestroy;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Follows what journeys cause beyond the engine: tasks of guides become rows, and other systems
/// are told. A call is a row before it leaves, and is tried again until the other side takes it: at
/// least once, each time with the same `Idempotency-Key`.
@Service
public class Followers {
  private static final Logger LOG = LoggerFactory.getLogger(Followers.class);
  private static final int CHUNK = 10_000;
  private static final int CALLS = 200;
  private static final int LONGEST_EXPONENT = 12;

  private final Engine engine;
  private final FollowStore store;
  private final Sealed sealed;
  private final SignedPost post;
  private final TransactionTemplate transaction;
  private final ReentrantLock one = new ReentrantLock();
  private int next = -1;
  private final ScheduledExecutorService teller =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("hooks").daemon().factory());

  Followers(
      Engine engine,
      FollowStore store,
      Sealed sealed,
      SignedPost post,
      PlatformTransactionManager transactions) {
    this.engine = engine;
    this.store = store;
    this.sealed = sealed;
    this.post = post;
    this.transaction = new TransactionTemplate(transactions);
    var _ = teller.scheduleWithFixedDelay(this::tell, 300, 300, TimeUnit.MILLISECONDS);
  }

  /// Brings the tables to where the log is. Cheap when nothing happened.
  public void follow() {
    one.lock();
    try {
      if (next < 0) {
        next = store.nextEvent();
      }
      if (next > engine.ask().occurrences()) {
        // The log is an older one, from a backup: read it from the start.
        next = 0;
      }
      while (next < engine.ask().occurrences()) {
        var chunk = engine.ask().occurrencesSince(next, CHUNK);
        transaction.executeWithoutResult(
            _ -> {
              chunk.events().forEach(this::write);
              store.followed(chunk.next());
            });
        next = chunk.next();
      }
    } finally {
      one.unlock();
    }
  }

  private void write(Numbered event) {
    Properties what = event.properties();
    switch (event.name()) {
      case "task_assigned" -> {
        try {
          store.assigned(
              new FollowStore.Task(
                  what.text("task"),
                  event.profile(),
                  what.text("guide"),
                  what.text("title"),
                  what.text("script"),
                  what.text("journey"),
                  event.time(),
                  OffsetDateTime.parse(what.text("due")).toInstant(),
                  null,
                  null));
        } catch (DateTimeException e) {
          // A task of elsewhere without an end is on the timeline, and is nobody's to do here.
          LOG.debug("task {} has no end", what.text("task"));
        }
      }
      case "task_done" -> store.done(what.text("task"), event.time(), what.text("evidence"));
      case "hook_wanted" ->
          store.wanted(
              new Call(
                  event.number(),
                  what.text("hook"),
                  what.text("key"),
                  what.text("journey"),
                  event.profile(),
                  event.time(),
                  0));
      default -> {}
    }
  }

  private void tell() {
    try {
      follow();
      List<Call> open = store.open(CALLS);
      if (open.isEmpty()) {
        return;
      }
      Map<String, Hook> hooks =
          store.hooks().stream().collect(Collectors.toMap(Hook::name, Function.identity()));
      for (Call call : open) {
        Hook hook = hooks.get(call.hook());
        if (hook == null) {
          store.notTold(
              call.number(), "there is no hook '" + call.hook() + "'", after(call, Duration.ZERO));
        } else {
          tell(call, hook);
        }
      }
    } catch (RuntimeException e) {
      // It has to go on: the rows say what waits.
      LOG.warn("hooks could not be told: {}", e.toString());
    }
  }

  private void tell(Call call, Hook hook) {
    String body =
        Json.object(
                "hook", Json.of(call.hook()),
                "journey", Json.of(call.journey()),
                "key", Json.of(call.key()),
                "customer", Json.of("p" + engine.ask().profileOf(call.profile())),
                "at", Json.of(call.happenedAt().toString()))
            .write();
    switch (post.send(hook.url(), sealed.open(hook.sealed()), call.key(), body)) {
      case SignedPost.Outcome.Taken() -> store.told(call.number());
      // An address that says no may be corrected: it is asked again, more and more seldom.
      case SignedPost.Outcome.Refused(int status) ->
          store.notTold(call.number(), "refused with " + status, after(call, Duration.ZERO));
      case SignedPost.Outcome.Later(String why, Duration wait) ->
          store.notTold(call.number(), why, after(call, wait));
    }
  }

  private static Instant after(Call call, Duration asked) {
    Duration own = Duration.ofSeconds(1L << Math.min(LONGEST_EXPONENT, call.attempts()));
    return Instant.now().plus(own.compareTo(asked) > 0 ? own : asked);
  }

  @PreDestroy
  void stop() {
    teller.shutdownNow();
    try {
      if (!teller.awaitTermination(25, TimeUnit.SECONDS)) {
        LOG.warn("hooks did not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
