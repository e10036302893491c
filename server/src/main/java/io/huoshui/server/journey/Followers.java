package io.huoshui.server.journey;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions.Numbered;
import io.huoshui.event.Event;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.json.Json;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.access.SignedPost;
import io.huoshui.server.journey.FollowStore.Call;
import io.huoshui.server.journey.FollowStore.Hook;
import io.huoshui.server.profile.Forgotten;
import jakarta.annotation.PreDestroy;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
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

  /// What guides had to do for somebody who is erased, and what hooks were to hear of them. Not
  /// while the tables follow the log: what it said before must not be written after.
  @EventListener
  void forgotten(Forgotten person) {
    one.lock();
    try {
      store.forget(person.names());
    } finally {
      one.unlock();
    }
  }

  // Tasks, for whoever shows and moves them.

  /// The nearest end first.
  ///
  /// @param guides whose; null for everybody
  /// @param states `open`, `done`, `skipped`, `cancelled`
  public List<GuideTask> tasks(
      @Nullable Collection<String> guides, Collection<String> states, int most) {
    follow();
    return store.tasks(guides, states, most);
  }

  public Optional<GuideTask> task(String task) {
    follow();
    return store.task(task);
  }

  /// Open tasks about a customer, the nearest end first.
  public List<GuideTask> tasksAbout(int profile) {
    follow();
    return store.tasksAbout(engine.ask().namesOf(profile));
  }

  /// How much one guide has to do.
  public record Load(String guide, long overdue, long today, long later, long doneToday) {}

  /// By the guide's name whose row it is; guides without tasks have none.
  public List<Load> loads(Instant now, Instant dayBegins, Instant dayEnds) {
    follow();
    return store.loads(now, dayBegins, dayEnds).stream()
        .map(
            load ->
                new Load(
                    load.guide(), load.overdue(), load.today(), load.later(), load.doneToday()))
        .toList();
  }

  /// A guide did it: it stands on the customer's timeline, and journeys that wait for it go on.
  ///
  /// @param kind of the evidence, empty where nobody says
  /// @param verified whether the records themselves show it
  public GuideTask done(
      GuideTask task, String evidence, String kind, boolean verified, String who) {
    Properties what =
        Properties.of(
            "task", task.task(),
            "journey", task.journey(),
            "guide", engine.guides().today(task.guide()),
            "by", who,
            "evidence", evidence);
    if (!kind.isEmpty()) {
      what = what.with("evidenceKind", Value.of(kind)).with("verified", Value.of(verified));
    }
    if (task.reopened() > 0) {
      what = what.with("reopened", Value.of(task.reopened()));
    }
    engine.take(
        List.of(
            new Event(
                "task-done/"
                    + task.task()
                    + (task.reopened() > 0 ? "/again-" + task.reopened() : ""),
                "task_done",
                engine.now(),
                "guide",
                List.of(engine.ask().identifier(task.profile())),
                what)));
    follow();
    return store.task(task.task()).orElseThrow();
  }

  /// Moves a task to another state or guide.
  ///
  /// @return empty when somebody else moved it meanwhile
  public Optional<GuideTask> move(
      GuideTask task, String state, String guide, String move, String why, String who) {
    if (!store.moved(task, state, guide, move.equals("reopen"), why)) {
      return Optional.empty();
    }
    Instant now = engine.now();
    engine.take(
        List.of(
            new Event(
                "task-moved/" + task.task() + "/" + move + "/" + guide + "/" + now.toEpochMilli(),
                "task_moved",
                now,
                "guide",
                List.of(engine.ask().identifier(task.profile())),
                Properties.of(
                    "task", task.task(),
                    "move", move,
                    "from", task.guide(),
                    "guide", guide,
                    "why", why,
                    "by", who))));
    return store.task(task.task());
  }

  private void write(Numbered event) {
    Properties what = event.properties();
    switch (event.name()) {
      case "task_assigned" -> {
        try {
          store.assigned(
              new GuideTask(
                  what.text("task"),
                  event.profile(),
                  what.text("guide"),
                  what.text("title"),
                  what.text("script"),
                  what.text("journey"),
                  event.time(),
                  OffsetDateTime.parse(what.text("due")).toInstant(),
                  "open",
                  null,
                  null,
                  null,
                  false,
                  null,
                  0));
        } catch (DateTimeException e) {
          // A task of elsewhere without an end is on the timeline, and is nobody's to do here.
          LOG.debug("task {} has no end", what.text("task"));
        }
      }
      case "task_done" ->
          store.done(
              what.text("task"),
              (int) what.whole("reopened"),
              event.time(),
              what.text("evidence"),
              what.text("evidenceKind"),
              what.text("verified").equals("true"));
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
