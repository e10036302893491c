package io.huoshui.server.rehearsal;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.Seal;
import io.huoshui.engine.SegmentLog;
import io.huoshui.engine.Standing;
import io.huoshui.engine.rehearsal.Brands;
import io.huoshui.engine.rehearsal.HistoryPeople;
import io.huoshui.engine.rehearsal.People;
import io.huoshui.engine.rehearsal.Rehearsal;
import io.huoshui.engine.rehearsal.Report;
import io.huoshui.engine.rehearsal.Script;
import io.huoshui.engine.rehearsal.ScriptException;
import io.huoshui.json.Json;
import io.huoshui.server.Settings;
import io.huoshui.server.access.KeyFile;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.JobKind;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Plays a rehearsal: the first part brings its people, each further one plays days for about a
/// second. What is played is in memory only: after a restart it begins anew, over the people as
/// they are then.
///
/// The engine is asked once where its log is. Its people are read from the files beside it; the
/// newest checkpoint is held for so long, and nothing of the folder is written.
@Component
class RehearsalJob implements JobKind {
  static final String KIND = "rehearsal";

  /// Played side by side; each has everybody in memory once more.
  static final int AT_ONCE = 2;

  private static final long PART_NANOS = 1_000_000_000L;

  private final Engine engine;
  private final Settings settings;
  private final RehearsalStore store;
  private final Map<Long, Playing> playing = new ConcurrentHashMap<>();
  private final ReentrantLock entering = new ReentrantLock();
  private volatile boolean stopping;

  /// Days are played by threads of their own: requests are answered by virtual threads, which would
  /// wait for the processor until a part is over.
  private final ExecutorService players =
      Executors.newFixedThreadPool(
          AT_ONCE, Thread.ofPlatform().name("rehearsal-", 1).daemon().factory());

  RehearsalJob(Engine engine, Settings settings, RehearsalStore store) {
    this.engine = engine;
    this.settings = settings;
    this.store = store;
  }

  static Optional<Brands> brands() {
    return ServiceLoader.load(Brands.class).findFirst();
  }

  /// What it will take, as the people are now.
  Memory memory(Asked asked, List<Script> scripts) {
    if (!asked.own()) {
      return Memory.ofBrand(scripts.getFirst().brand().people());
    }
    var pulse = engine.ask().pulse();
    return Memory.ofOwn(pulse.people(), pulse.events());
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Step step(Job job) {
    try {
      return players.submit(() -> part(job)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("The server stops.");
    } catch (ExecutionException e) {
      left(job.id());
      return switch (e.getCause()) {
        case null -> throw new IllegalStateException(e);
        case ScriptException wrong -> new Step.Failed(String.valueOf(wrong.getMessage()));
        case IllegalArgumentException wrong -> new Step.Failed(String.valueOf(wrong.getMessage()));
        case EngineException refused -> new Step.Failed(String.valueOf(refused.getMessage()));
        case OutOfMemoryError _ ->
            new Step.Failed("The heap was too small for it. Give the server more: -Xmx.");
        case RuntimeException other -> throw other;
        case Error error -> throw error;
        case Throwable other -> throw new IllegalStateException(other);
      };
    }
  }

  private Step part(Job job) {
    Playing of = playing.get(job.id());
    if (of == null) {
      Asked asked = Asked.of(job.spec());
      List<Script> scripts = asked.scripts();
      of = new Playing(asked, scripts);
      Step refused = enter(job.id(), of, memory(asked, scripts));
      if (refused != null) {
        return refused;
      }
    }
    return of.part(job.id());
  }

  /// One that is asked again comes by no door that counts.
  private @Nullable Step enter(long job, Playing of, Memory wanted) {
    entering.lock();
    try {
      if (playing.size() >= AT_ONCE) {
        return new Step.Later(AT_ONCE + " other rehearsals are under way.", Duration.ofSeconds(5));
      }
      Memory memory = wanted.now();
      if (!memory.enough()) {
        return new Step.Failed(
            "It needs about "
                + memory.neededMb()
                + " MB of heap, "
                + memory.freeMb()
                + " MB are free.");
      }
      playing.put(job, of);
      return null;
    } finally {
      entering.unlock();
    }
  }

  /// Lets go of what is in memory; the row says what there is to know.
  @Override
  public void left(long job) {
    Playing of = playing.remove(job);
    if (of != null) {
      of.close();
    }
  }

  /// Reading a long log takes longer than a server may take to stop.
  @EventListener(ContextClosedEvent.class)
  void stopping() {
    stopping = true;
  }

  @PreDestroy
  void stop() {
    players.shutdownNow();
  }

  /// One rehearsal with all its variants, one after the other.
  private final class Playing {
    private final Asked asked;
    private final List<Script> scripts;
    private SegmentLog.@Nullable Extent extent;
    private int variant;
    private Rehearsal.@Nullable Begun begun;

    Playing(Asked asked, List<Script> scripts) {
      this.asked = asked;
      this.scripts = scripts;
    }

    Step part(long job) {
      Script script = scripts.get(variant);
      if (begun == null) {
        begun = begin(script);
        return new Step.On(done(), at(begun.progress()));
      }
      long until = System.nanoTime() + PART_NANOS;
      Rehearsal.Progress progress = begun.progress();
      while (System.nanoTime() < until && !stopping) {
        if (!begun.day()) {
          return over(job, script, begun);
        }
        progress = begun.progress();
      }
      return new Step.On(done() + progress.day(), at(progress));
    }

    private Step over(long job, Script script, Rehearsal.Begun played) {
      Report report = played.report(new Rehearsal.Wanted(List.of(), true));
      store.keep(job, variant, script.name(), report, report.check(script.expect()));
      Json.Obj at = at(played.progress());
      close();
      variant++;
      return variant == scripts.size() ? new Step.Done(done(), at) : new Step.On(done(), at);
    }

    /// Days of the variants that are over.
    private long done() {
      return scripts.stream().limit(variant).mapToLong(Script::days).sum();
    }

    private Json.Obj at(Rehearsal.Progress progress) {
      return Json.object(
          "variant", Json.of((long) variant),
          "day", Json.of((long) progress.day()),
          "days", Json.of((long) progress.days()),
          "events", Json.of(progress.events()),
          "messages", Json.of(progress.messages()));
    }

    private Rehearsal.Begun begin(Script script) {
      if (!asked.own()) {
        People people =
            brands()
                .orElseThrow(() -> new IllegalArgumentException("This server has no brand."))
                .of(script.brand(), script.days(), _ -> goOn());
        return Rehearsal.begin(script, people);
      }
      // The files of every variant's people may go once they are read; later variants stop at the
      // record the first one stopped at.
      try (Standing standing = engine.stand(() -> {})) {
        SegmentLog.Extent of = extent == null ? standing.extent() : extent;
        extent = of;
        return Rehearsal.begin(
            script,
            HistoryPeople.beside(
                settings.dataDir().resolve("engine"),
                new Seal(KeyFile.read(settings.dataDir().resolve("keys/engine.key"))),
                of,
                asked.at(),
                _ -> goOn()));
      }
    }

    private void goOn() {
      if (stopping) {
        throw new CancellationException("The server stops.");
      }
    }

    void close() {
      if (begun != null) {
        begun.close();
        begun = null;
      }
    }
  }
}
