package io.huoshui.server.job;

import io.huoshui.json.Json;
import io.huoshui.server.access.Problem;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/// Runs jobs part by part, several side by side, and what a former process left open.
@Service
public class Jobs {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
  private static final int AT_ONCE = 4;
  private static final long LOOK_MS = 500;
  private static final int PATIENCE_SECONDS = 20;

  /// After this many failed tries of one part, half a day with the waits between them, it is over.
  private static final int MOST_ATTEMPTS = 14;

  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final JobStore store;
  private final Map<String, JobKind> kinds;
  private final Set<Long> running = ConcurrentHashMap.newKeySet();
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final ScheduledExecutorService looker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("jobs").daemon().factory());
  private volatile boolean stopped;

  Jobs(JobStore store, List<JobKind> kinds) {
    this.store = store;
    this.kinds = kinds.stream().collect(Collectors.toMap(JobKind::kind, Function.identity()));
    var _ = looker.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
  }

  /// Begins a job; it runs from now on.
  ///
  /// @param people names of profiles it is about
  /// @return its number
  public long begin(String kind, String about, Json.Obj spec, RoaringBitmap people, String who) {
    return begin(kind, about, spec, people, people.getLongCardinality(), who);
  }

  /// The same for work that is not about people one by one.
  ///
  /// @param total how much of it there is, in the kind's measure
  public long begin(String kind, String about, Json.Obj spec, long total, String who) {
    return begin(kind, about, spec, new RoaringBitmap(), total, who);
  }

  private long begin(
      String kind, String about, Json.Obj spec, RoaringBitmap people, long total, String who) {
    long id = store.add(kind, about, spec, people, total, who);
    looker.execute(this::look);
    return id;
  }

  public Job find(long id) {
    return store
        .find(id)
        .orElseThrow(
            () -> Problem.of(HttpStatus.NOT_FOUND, "unknown_job", "No job " + id + ".").thrown());
  }

  /// The same when it is over, or after so long.
  Job find(long id, Duration atMost) {
    long left = atMost.toNanos();
    lock.lock();
    try {
      Job job = find(id);
      while (!job.state().over() && left > 0 && !stopped) {
        left = moved.awaitNanos(left);
        job = find(id);
      }
      return job;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return find(id);
    } finally {
      lock.unlock();
    }
  }

  /// The newest first.
  ///
  /// @param kind null for all
  /// @param before only those with a smaller number
  public List<Job> list(@Nullable String kind, long before, int most) {
    return store.list(kind, before, most);
  }

  /// Ends it after the part that is being done.
  Job cancel(long id) {
    find(id);
    store.ended(id, Job.State.CANCELLED, null);
    tell();
    return find(id);
  }

  /// Lets one that failed, waits or was cancelled go on where it stopped.
  Job again(long id) {
    Job job = find(id);
    if (job.state() != Job.State.RUNNING && !store.again(id)) {
      throw Problem.of(
              HttpStatus.CONFLICT, "job_state", "Job " + id + " is " + job.state().wire() + ".")
          .at("state", job.state().wire(), "failed, cancelled, waiting")
          .thrown();
    }
    looker.execute(this::look);
    return find(id);
  }

  private void tell() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    try {
      for (long id : store.open()) {
        if (!stopped && !running.contains(id) && places.tryAcquire()) {
          running.add(id);
          Thread.ofVirtual().name("job-" + id).start(() -> run(id));
        }
      }
    } catch (DataAccessException e) {
      LOG.warn("jobs can not be looked up: {}", e.toString());
    }
  }

  private void run(long id) {
    try {
      boolean on = true;
      while (on && !stopped) {
        Job job = find(id);
        on = !job.state().over() && step(job);
        tell();
      }
    } catch (RuntimeException e) {
      // The row says where it stands; the next look goes on with it.
      LOG.warn("job {} stopped: {}", id, e.toString());
    } finally {
      kinds.values().forEach(kind -> kind.left(id));
      running.remove(id);
      places.release();
      tell();
    }
  }

  /// @return whether the next part may begin at once
  private boolean step(Job job) {
    JobKind kind = kinds.get(job.kind());
    JobKind.Step step;
    try {
      step =
          kind == null
              ? new JobKind.Step.Failed("This version knows no work of kind '" + job.kind() + "'.")
              : kind.step(job);
    } catch (RuntimeException e) {
      LOG.warn("job {} ({} {})", job.id(), job.kind(), job.about(), e);
      step = new JobKind.Step.Later(String.valueOf(e.getMessage()), Duration.ZERO);
    }
    return switch (step) {
      case JobKind.Step.On(long done, Json.Obj at) -> store.reached(job.id(), done, at);
      case JobKind.Step.Done(long done, Json.Obj at) -> {
        if (store.reached(job.id(), done, at)) {
          store.ended(job.id(), Job.State.DONE, null);
        }
        yield false;
      }
      case JobKind.Step.Failed(String why) -> {
        store.ended(job.id(), Job.State.FAILED, why);
        yield false;
      }
      case JobKind.Step.Later(String why, Duration after) -> {
        if (job.attempts() + 1 >= MOST_ATTEMPTS) {
          store.ended(
              job.id(), Job.State.FAILED, "Given up after " + MOST_ATTEMPTS + " tries: " + why);
        } else {
          store.later(job.id(), why, wait(after, job.attempts()));
        }
        yield false;
      }
    };
  }

  /// Twice as long each time, an hour at most, and never shorter than asked for.
  private static Duration wait(Duration asked, int attempts) {
    Duration own = Duration.ofSeconds(1L << Math.min(12, attempts));
    Duration longer = own.compareTo(asked) > 0 ? own : asked;
    return longer.compareTo(LONGEST_WAIT) > 0 && asked.compareTo(LONGEST_WAIT) <= 0
        ? LONGEST_WAIT
        : longer;
  }

  @PreDestroy
  void stop() {
    stopped = true;
    looker.shutdownNow();
    tell();
    // A part under way ends first: the engine and the records are closed after this.
    try {
      if (!places.tryAcquire(AT_ONCE, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("jobs did not stop within {} s", PATIENCE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
