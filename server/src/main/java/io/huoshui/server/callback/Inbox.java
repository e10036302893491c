package io.huoshui.server.callback;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Intake;
import io.huoshui.platforms.callback.CallbackSettings;
import io.huoshui.platforms.callback.Refusal;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import io.huoshui.server.Settings;
import io.huoshui.server.callback.Arrival.State;
import io.huoshui.server.callback.InboxStore.Stand;
import io.huoshui.server.flow.Time;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Service;

/// Callbacks on their way: one writer puts what waits on disk together, others are told, one thread
/// makes events of them, all in the order of the rows.
///
/// ```
/// put → writer → written (answered) ─┬→ told first: Added, Removed      ┐ within 200 ms, else
///                                    ├→ told: every other change        ┤ the worker goes on
///                                    └→ worker: events → Engine.take ←──┘
///                                              └→ KfPull where messages have to be fetched
/// ```
///
/// Who came is told by a [Telling] of its own: a welcome has 20 s, and what others do with an
/// edited contact may take as long as a platform takes.
///
/// When more waits for the worker than memory should hold, it reads the rows instead; that is also
/// how a start goes on where a crash ended. Rows are done when the mark has passed them; the mark
/// is written a few times a second, so after a crash some are worked on twice, and events with the
/// same id are the same event.
@Service("callbackInbox")
public class Inbox implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final int MOST_PER_TRANSACTION = 1_000;
  private static final int MOST_IN_MEMORY = 20_000;

  /// Contacts that listeners are told of at once; each of them takes a connection for a moment.
  private static final int LANES = 4;

  private static final int PAGE = 500;
  private static final long LISTENERS_MS = 200;

  /// With a virtual clock nobody is in a hurry, and the same has to come of the same.
  private static final long PATIENT_MS = 30_000;

  private static final long MARK_MS = 200;
  private static final long AGAIN_MS = 250;
  private static final long HOUSEKEEPING_MINUTES = 30;
  private static final int DROPPED_AT_ONCE = 10_000;
  private static final int MOST_TRIES = 40;

  private final InboxStore store;
  private final Engine engine;
  private final Becoming becoming;
  private final Erased erased;
  private final KfPull pulls;
  private final ApplicationEventPublisher listeners;
  private final CallbackSettings settings;
  private final java.time.Duration erasureWithin;
  private final boolean virtual;

  private final BlockingQueue<Arrival> coming;
  private final List<Telling> tellings;
  private final ReentrantLock handing = new ReentrantLock();
  private final Deque<Batch> handed = new ArrayDeque<>();
  private final java.util.concurrent.locks.Condition more = handing.newCondition();
  private int inMemory;
  private boolean behind = true;
  private volatile long newest;

  /// The last row of former processes.
  private long before;

  /// Held while events go to the engine, and by whoever erases somebody.
  private final ReentrantLock taking = new ReentrantLock();

  private final Deque<Step> unmarked = new ArrayDeque<>();
  private volatile long marked;
  private long markedAtMs;
  private final Queue<Again> again = new ConcurrentLinkedQueue<>();
  private final AtomicInteger toTryAgain = new AtomicInteger();
  private final Set<Long> failing = ConcurrentHashMap.newKeySet();
  private final Map<UUID, Arrival> open = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean running;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("callbacks").daemon().factory());

  /// Rows that were written together, and whether everybody was told of them.
  private record Batch(List<Arrival> rows, long last, CompletableFuture<?> told) {}

  /// What is left of a batch that was worked on.
  private record Step(long last, CompletableFuture<?> told) {}

  private record Again(Arrival row, Change change, int tries, long atMs) {}

  Inbox(
      InboxStore store,
      Engine engine,
      Becoming becoming,
      Erased erased,
      KfPull pulls,
      ApplicationEventPublisher listeners,
      Settings settings,
      Time time) {
    this.store = store;
    this.engine = engine;
    this.becoming = becoming;
    this.erased = erased;
    this.pulls = pulls;
    this.listeners = listeners;
    this.settings = settings.platforms().callbacks();
    this.erasureWithin = settings.erasureWithin();
    this.virtual = time.virtual();
    this.coming = new ArrayBlockingQueue<>(this.settings.waiting());
    // With a virtual clock the same has to come of the same: one after another.
    this.tellings =
        virtual
            ? List.of(telling(1, _ -> true))
            : List.of(telling(LANES, Inbox::ofComing), telling(LANES, change -> !ofComing(change)));
  }

  /// Who left is told in one order with who came: whether an add is the one before depends on it.
  private static boolean ofComing(Change change) {
    return change instanceof Change.Added || change instanceof Change.Removed;
  }

  private Telling telling(int lanes, Predicate<Change> which) {
    return new Telling(lanes, which, this::changes, this::tell, this.store::between);
  }

  private CompletableFuture<?> tell(List<Arrival> rows, long after, long last) {
    return CompletableFuture.allOf(
        tellings.stream()
            .map(telling -> telling.add(rows, after, last))
            .toArray(CompletableFuture<?>[]::new));
  }

  // ---- life

  @Override
  public void start() {
    marked = store.mark();
    newest = store.newest();
    before = newest;
    running = true;
    pulls.into(this);
    for (Arrival left : store.waiting(marked, Integer.MAX_VALUE)) {
      goOn(left);
      left.less();
    }
    threads.add(Thread.ofPlatform().name("callback-writer").start(this::write));
    tellings.getFirst().start("callback-teller");
    tellings.stream().skip(1).forEach(telling -> telling.start("callback-teller-of-others"));
    threads.add(Thread.ofPlatform().name("callback-worker").start(this::work));
    var _ = clock.scheduleWithFixedDelay(this::tryAgain, AGAIN_MS, AGAIN_MS, TimeUnit.MILLISECONDS);
    var _ =
        clock.scheduleWithFixedDelay(this::housekeeping, 1, HOUSEKEEPING_MINUTES, TimeUnit.MINUTES);
  }

  /// Before the web server, which has phases near the largest number.
  @Override
  public int getPhase() {
    return 0;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public void stop() {
    running = false;
    clock.shutdownNow();
    threads.forEach(Thread::interrupt);
    try {
      for (Telling telling : tellings) {
        telling.stop();
      }
      for (Thread thread : threads) {
        thread.join(5_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pulls.stop();
  }

  /// How many rows are on disk and not worked on yet.
  public long behind() {
    return Math.max(0, newest - marked);
  }

  /// What a row of a former process still needs.
  private void goOn(Arrival row) {
    open.put(row.dedupe(), row);
    var _ = row.done().thenRun(() -> open.remove(row.dedupe()));
    if (Becoming.pulls(row)) {
      row.more();
      pulls.submit(row);
    } else {
      for (Change change : changes(row)) {
        row.more();
        later(new Again(row, change, 0, 0));
      }
    }
  }

  // ---- writing

  /// Takes callbacks that are believed.
  ///
  /// @throws Refusal.Refused BUSY when too many wait
  void put(Arrival arrival) {
    if (!running || !coming.offer(arrival)) {
      throw new Refusal.Refused(
          Refusal.BUSY, "More callbacks wait to be written down than may; come again");
    }
  }

  private void write() {
    var batch = new ArrayList<Arrival>(MOST_PER_TRANSACTION);
    while (running) {
      try {
        batch.clear();
        batch.add(coming.take());
        coming.drainTo(batch, MOST_PER_TRANSACTION - 1);
        write(batch);
      } catch (InterruptedException e) {
        // Stopped: who waits is not answered, and comes again.
        return;
      } catch (RuntimeException e) {
        LOG.error("callbacks could not be handed on", e);
      }
    }
  }

  private void write(List<Arrival> batch) {
    try {
      store.insert(batch);
    } catch (SQLException | DataAccessException e) {
      if (batch.size() > 1 && e instanceof SQLException of && aboutData(of)) {
        // One of them can not be written; which one, only asking one by one tells.
        batch.forEach(each -> write(List.of(each)));
        return;
      }
      LOG.warn("callbacks not written: {}", e.toString());
      var why =
          new Refusal.Refused(Refusal.NOT_DURABLE, "It could not be written down; come again");
      batch.forEach(each -> each.written().completeExceptionally(why));
      return;
    }
    var fresh = new ArrayList<Arrival>(batch.size());
    for (Arrival each : batch) {
      if (each.id() > 0) {
        fresh.add(each);
        if (virtual) {
          open.put(each.dedupe(), each);
          var _ = each.done().thenRun(() -> open.remove(each.dedupe()));
        }
      }
    }
    if (!fresh.isEmpty()) {
      hand(List.copyOf(fresh));
    }
    for (Arrival each : batch) {
      boolean isNew = each.id() > 0;
      if (!isNew) {
        // What was written before and still waits is waited for.
        Arrival first = open.get(each.dedupe());
        if (first == null) {
          each.less();
        } else {
          var _ = first.done().thenRun(each::less);
        }
      }
      each.written().complete(isNew);
    }
  }

  /// Class 22 of SQL's states: what was to be written can not be.
  private static boolean aboutData(SQLException e) {
    return e.getSQLState() != null && e.getSQLState().startsWith("22");
  }

  private void hand(List<Arrival> rows) {
    long last = rows.getLast().id();
    var batch = new Batch(rows, last, tell(rows, newest, last));
    handing.lock();
    try {
      newest = last;
      if (behind || inMemory + rows.size() > MOST_IN_MEMORY) {
        behind = true;
      } else {
        handed.add(batch);
        inMemory += rows.size();
      }
      more.signal();
    } finally {
      handing.unlock();
    }
  }

  // ---- telling

  private void tell(Arrival row, Change change) throws InterruptedException {
    if (told(row, change)) {
      return;
    }
    while (running && toTryAgain.get() >= MOST_IN_MEMORY) {
      // Whoever fails that often is waited for.
      Thread.sleep(AGAIN_MS);
    }
    // Counted before the worker may call the row done.
    row.more();
    failing.add(row.id());
    stand(List.of(new Stand(row.id(), State.WAITING, "a listener failed")));
    later(new Again(row, change, 1, System.currentTimeMillis() + AGAIN_MS));
  }

  private void later(Again one) {
    toTryAgain.incrementAndGet();
    again.add(one);
  }

  private List<Change> changes(Arrival row) {
    if (row.letter().state() == State.REFUSED || row.letter().state() == State.UNKNOWN) {
      return List.of();
    }
    try {
      List<Change> changes = becoming.changes(row);
      return changes.isEmpty() || !erased.covers(row.letter().people(), row.letter().at())
          ? changes
          : List.of();
    } catch (IllegalArgumentException | Refusal.Refused e) {
      // The worker says it of the row.
      return List.of();
    }
  }

  /// Whoever throws is asked again; nobody else waits for that.
  private boolean told(Arrival row, Change change) {
    try {
      listeners.publishEvent(change);
      return true;
    } catch (RuntimeException e) {
      LOG.warn(
          "callback {} {}: a listener failed: {}", row.id(), row.letter().kind(), e.toString());
      return false;
    }
  }

  private void tryAgain() {
    long now = System.currentTimeMillis();
    int count = toTryAgain.get();
    for (int i = 0; i < count; i++) {
      Again one = again.poll();
      if (one == null) {
        return;
      }
      toTryAgain.decrementAndGet();
      if (one.atMs() > now) {
        later(one);
      } else if (told(one.row(), one.change())) {
        failing.remove(one.row().id());
        stand(List.of(new Stand(one.row().id(), State.TAKEN, null)));
        one.row().less();
      } else if (one.tries() >= MOST_TRIES) {
        stand(
            List.of(
                new Stand(
                    one.row().id(), State.REFUSED, "a listener failed " + MOST_TRIES + " times")));
        one.row().less();
      } else {
        long pause = Math.min(60_000, AGAIN_MS << Math.min(7, one.tries()));
        later(new Again(one.row(), one.change(), one.tries() + 1, now + pause));
      }
    }
  }

  // ---- working

  private void work() {
    long last = marked;
    while (running) {
      try {
        Batch batch = next(last);
        if (batch != null) {
          work(batch);
          last = batch.last();
        }
        mark(false);
      } catch (InterruptedException e) {
        break;
      } catch (RuntimeException e) {
        if (running) {
          LOG.error("callbacks could not be worked on", e);
          pause();
        }
      }
    }
    try {
      mark(true);
    } catch (RuntimeException e) {
      LOG.warn("the mark of the callbacks could not be written: {}", e.toString());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(AGAIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Batch next(long last) throws InterruptedException {
    handing.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(MARK_MS);
      while (handed.isEmpty() && !behind && left > 0) {
        left = more.awaitNanos(left);
      }
      Batch batch = handed.poll();
      if (batch != null) {
        inMemory -= batch.rows().size();
        return batch;
      }
      if (!behind) {
        return null;
      }
      if (newest <= last) {
        behind = false;
        return null;
      }
    } finally {
      handing.unlock();
    }
    return read(last);
  }

  /// What memory did not hold, or a former process left.
  private Batch read(long last) {
    List<Arrival> rows = store.after(last, PAGE);
    if (rows.isEmpty()) {
      // The rest has no message any more.
      handing.lock();
      try {
        return new Batch(List.of(), newest, CompletableFuture.completedFuture(true));
      } finally {
        handing.unlock();
      }
    }
    // Rows of this process went to the teller when they were written; those before did not.
    boolean own = rows.getFirst().id() > before;
    rows =
        own
            ? rows.stream().map(row -> open.getOrDefault(row.dedupe(), row)).toList()
            : rows.stream().filter(row -> row.id() <= before).toList();
    // Tellings go in order, too: when they come to this, they have told of what came before.
    long reached = rows.getLast().id();
    return new Batch(rows, reached, tell(own ? List.of() : rows, last, reached));
  }

  private void work(Batch batch) throws InterruptedException {
    try {
      var _ = batch.told().get(virtual ? PATIENT_MS : LISTENERS_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // A slow listener keeps nobody from the timeline.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    var pulling = new ArrayList<Arrival>();
    for (Arrival row : batch.rows()) {
      if (Becoming.pulls(row) && row.letter().state() != State.REFUSED) {
        row.more();
        pulling.add(row);
      }
    }
    become(batch.rows());
    unmarked.add(new Step(batch.last(), batch.told()));
    for (Arrival row : pulling) {
      pulls.submit(row);
    }
    batch.rows().forEach(Arrival::less);
  }

  /// Makes events of rows, and says of each that became none why.
  ///
  /// @return how many events were new
  int become(List<Arrival> rows) throws InterruptedException {
    var stands = new ArrayList<Stand>();
    var events = new ArrayList<Event>();
    int taken;
    taking.lockInterruptibly();
    try {
      for (Arrival row : rows) {
        become(row, events, stands);
      }
      taken = take(events);
    } finally {
      taking.unlock();
    }
    stand(stands);
    return taken;
  }

  private void become(Arrival row, List<Event> events, List<Stand> stands) {
    State was = row.letter().state();
    if (was == State.ERASED) {
      return;
    }
    try {
      if (!becoming.known(row)) {
        if (was != State.UNKNOWN) {
          stands.add(new Stand(row.id(), State.UNKNOWN, null));
        }
        return;
      }
      var now = engine.now();
      var catalogue = engine.catalogue();
      boolean ofErased = erased.covers(row.letter().people(), row.letter().at());
      String refused = null;
      for (Event event : becoming.events(row)) {
        Intake.Verdict.Rejected rejected = Intake.check(event, catalogue, now);
        if (erased.covers(event)) {
          ofErased = true;
        } else if (rejected != null) {
          refused = rejected.code() + " " + rejected.field();
        } else {
          events.add(event);
        }
      }
      if (ofErased) {
        stands.add(new Stand(row.id(), State.ERASED, "erased meanwhile"));
      } else if (refused != null) {
        stands.add(new Stand(row.id(), State.REFUSED, refused));
      } else if (was == State.UNKNOWN
          || was == State.REFUSED
          || (was == State.WAITING && !Becoming.pulls(row) && !failing.contains(row.id()))) {
        stands.add(new Stand(row.id(), State.TAKEN, null));
      }
    } catch (IllegalArgumentException | Refusal.Refused e) {
      stands.add(new Stand(row.id(), State.REFUSED, String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      LOG.warn("callback {} {}", row.id(), row.letter().kind(), e);
      stands.add(
          new Stand(row.id(), State.REFUSED, "it can not be read: " + e.getClass().getName()));
    }
  }

  /// Events of what was pulled: those of erased people and those the intake refuses are left out.
  ///
  /// @return how many were new
  public int pulled(List<Event> events) throws InterruptedException {
    taking.lockInterruptibly();
    try {
      var now = engine.now();
      var catalogue = engine.catalogue();
      var good = new ArrayList<Event>();
      for (Event event : events) {
        Intake.Verdict.Rejected rejected = Intake.check(event, catalogue, now);
        if (rejected != null) {
          LOG.warn("pulled event refused id={} code={}", event.id(), rejected.code());
        } else if (!erased.covers(event)) {
          good.add(event);
        }
      }
      return take(good);
    } finally {
      taking.unlock();
    }
  }

  /// An engine that can not take events now (a full disk) is waited for: the rows are safe.
  private int take(List<Event> events) throws InterruptedException {
    if (events.isEmpty()) {
      return 0;
    }
    while (true) {
      try {
        return engine.take(events).cardinality();
      } catch (EngineException e) {
        if (!running) {
          throw new InterruptedException();
        }
        LOG.warn("callbacks wait for the engine: {}", e.getMessage());
        Thread.sleep(AGAIN_MS);
      }
    }
  }

  void stand(List<Stand> stands) {
    try {
      store.stand(stands);
    } catch (DataAccessException e) {
      // The row says less than is known; nothing is lost by that.
      LOG.warn("how callbacks stand could not be written: {}", e.toString());
    }
  }

  private void mark(boolean now) {
    long done = marked;
    while (!unmarked.isEmpty() && unmarked.getFirst().told().isDone()) {
      done = unmarked.removeFirst().last();
      marked = done;
      markedAtMs = markedAtMs == 0 ? System.currentTimeMillis() : markedAtMs;
    }
    if (markedAtMs != 0 && (now || System.currentTimeMillis() - markedAtMs >= MARK_MS)) {
      store.mark(marked);
      markedAtMs = 0;
    }
  }

  // ---- forgetting

  /// Erases somebody, so that nothing that waits here brings them back.
  ///
  /// @param who by which names they are known
  /// @param forget what others keep of them, once nothing of before comes in any more
  /// @param erase does it in the engine; answers whether there was anybody
  public boolean erasing(List<Identifier> who, Instant at, Runnable forget, BooleanSupplier erase) {
    taking.lock();
    try {
      erased.erase(who, at);
    } finally {
      taking.unlock();
    }
    // Others may wait for a platform here, which callbacks do not.
    forget.run();
    taking.lock();
    try {
      return erase.getAsBoolean();
    } finally {
      taking.unlock();
    }
  }

  private void housekeeping() {
    try {
      Instant before = Instant.now().minus(settings.keep());
      while (running && store.dropOlder(before, store.mark(), DROPPED_AT_ONCE) == DROPPED_AT_ONCE) {
        // A part at a time, so that nobody waits for all of it.
      }
      erased.forget(engine.now().minus(erasureWithin));
    } catch (RuntimeException e) {
      LOG.warn("old callbacks could not be dropped: {}", e.toString());
    }
  }
}
