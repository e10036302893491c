package io.huoshui.server.flow;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleException;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.platforms.account.Codes;
import io.huoshui.platforms.wecom.WecomCallbacks.Change.Contact;
import io.huoshui.platforms.wecom.WecomCallbacks.Change.Tag;
import io.huoshui.reach.PlatformTags;
import io.huoshui.reach.PlatformTags.Carried;
import io.huoshui.reach.PlatformTags.Change;
import io.huoshui.reach.PlatformTags.Concern;
import io.huoshui.reach.PlatformTags.Outcome;
import io.huoshui.reach.PlatformTags.Page;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Problem;
import io.huoshui.server.account.NotSetUp;
import io.huoshui.server.flow.TagSyncStore.Refusal;
import io.huoshui.server.flow.TagSyncStore.Row;
import io.huoshui.server.flow.TagSyncStore.State;
import io.huoshui.server.flow.TagSyncStore.Step;
import io.huoshui.server.flow.TagSyncStore.Sync;
import io.huoshui.server.flow.TagSyncStore.Word;
import io.huoshui.server.profile.Forgotten;
import io.huoshui.server.reach.Channels;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Keeps tags on platforms equal to rules, and brings in what is changed there.
///
/// One platform is worked at by one at a time, in rounds that are short enough for a callback to
/// wait. A round does the first of these that there is to do:
///
/// ```
/// 1 settle   calls whose answer is not known: read the customer, write down what is so
/// 2 begin    the syncs that are asked for, or due by their schedule, together
/// 3 find     their tags there, or make them
/// 4 look     over all customers, a page at a time: who serves them, what they carry
/// 5 mark     a batch of steps: written down as asked, called, written down as they were answered
/// 6 plan     wanted against known; the difference is steps
/// 7 end      nothing was left
/// ```
///
/// A crash leaves steps that are planned (they are made) and steps that were asked (they are
/// settled). What the platform says and is not known becomes an event, and then is known; the
/// event's id counts how often the customer's tag turned, so telling it twice is telling it once.
@Service
public class TagSync {
  private static final Logger LOG = LoggerFactory.getLogger(TagSync.class);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /// The least time between two looks at the records of what is due, with the wall clock.
  private static final Duration WATCH = Duration.ofSeconds(1);

  /// A platform that asks for more than this is left alone; less is waited for.
  private static final int SHORT_SECONDS = 2;

  private static final int READS_AT_ONCE = 5;
  private static final int TOLD_AT_ONCE = 1_000;

  private final Engine engine;
  private final Time time;
  private final TagSyncStore store;
  private final TransactionTemplate transaction;
  private final Duration patience;
  private final Channels.Tagging tagging;
  private final Map<String, Desk> desks = new ConcurrentSkipListMap<>();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean stopping;

  /// One platform, and what of a run may be forgotten.
  private static final class Desk {
    private volatile PlatformTags tags;

    /// Fair, so that a callback waits for one round.
    private final ReentrantLock one = new ReentrantLock(true);

    private final AtomicBoolean worked = new AtomicBoolean();

    /// The syncs whose steps are planned and need no other plan.
    private final Set<String> planned = new HashSet<>();

    private @Nullable Look look;
    private long pauseUntilNanos = System.nanoTime();
    private volatile long watchedNanos = System.nanoTime() - WATCH.toNanos();

    Desk(PlatformTags tags) {
      this.tags = tags;
    }

    String platform() {
      return tags.platform();
    }
  }

  private record Look(int number, Instant begun, String cursor) {}

  private enum Round {
    MOVED,
    /// Something is left, and can not be done at this instant.
    WAITING,
    /// Something is left, and the platform asked for time.
    RESTING,
    IDLE
  }

  TagSync(
      Engine engine,
      Time time,
      Settings settings,
      TagSyncStore store,
      Channels.Tagging tagging,
      PlatformTransactionManager transactions) {
    this.engine = engine;
    this.time = time;
    this.store = store;
    this.transaction = new TransactionTemplate(transactions);
    this.patience = Duration.ofSeconds(settings.patienceSeconds());
    this.tagging = tagging;
    follow();
  }

  /// The desks of the accounts there are now. An account that changed keeps its desk.
  private void follow() {
    List<PlatformTags> now = tagging.platforms();
    now.forEach(tags -> desks.computeIfAbsent(tags.platform(), _ -> new Desk(tags)).tags = tags);
    desks.keySet().retainAll(now.stream().map(PlatformTags::platform).toList());
  }

  private Instant now() {
    return time.virtual() ? engine.now() : Instant.now();
  }

  /// The platforms that are set up.
  Set<String> platforms() {
    follow();
    return new TreeSet<>(desks.keySet());
  }

  private Desk desk(String platform) {
    follow();
    Desk desk = desks.get(platform);
    if (desk == null) {
      throw NotSetUp.of(platform)
          .at("platform", "'" + platform + "'", String.join(", ", platforms()))
          .thrown();
    }
    return desk;
  }

  // Driving.

  /// Time passed. With the wall clock whatever is due begins by itself; with a virtual one it is
  /// done, or stands where the platform asked for time, when this returns.
  void pass() {
    follow();
    for (Desk desk : desks.values()) {
      if (time.virtual()) {
        drive(desk, patience);
      } else if (System.nanoTime() - desk.watchedNanos > WATCH.toNanos()) {
        desk.watchedNanos = System.nanoTime();
        wake(desk);
      }
    }
  }

  private void wake(Desk desk) {
    if (!stopping && desk.worked.compareAndSet(false, true)) {
      workers.execute(
          () -> {
            try {
              drive(desk, patience);
            } finally {
              desk.worked.set(false);
            }
          });
    }
  }

  /// Runs syncs of one platform now, and waits a while for the end.
  ///
  /// @param look over all customers first
  /// @param again also what was refused before
  void run(String platform, Collection<String> names, boolean look, boolean again, Duration wait) {
    Desk desk = desk(platform);
    store.ask(names, look, again);
    if (time.virtual()) {
      drive(desk, wait.compareTo(patience) < 0 ? patience : wait);
      return;
    }
    wake(desk);
    long until = System.nanoTime() + wait.toNanos();
    while (System.nanoTime() < until && busy(names)) {
      pause();
    }
  }

  private boolean busy(Collection<String> names) {
    return names.stream()
        .flatMap(name -> store.find(name).stream())
        .anyMatch(sync -> sync.state() == State.ASKED || sync.state() == State.RUNNING);
  }

  /// Round after round until nothing is left, the platform asks for time, or nothing moved for
  /// `idle`.
  private void drive(Desk desk, Duration idle) {
    long giveUp = System.nanoTime() + idle.toNanos();
    while (!stopping && !Thread.currentThread().isInterrupted()) {
      switch (round(desk)) {
        case MOVED -> giveUp = System.nanoTime() + idle.toNanos();
        case WAITING -> {
          if (System.nanoTime() > giveUp) {
            return;
          }
          pause();
        }
        case RESTING, IDLE -> {
          return;
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Round round(Desk desk) {
    desk.one.lock();
    try {
      return todo(desk);
    } catch (RuntimeException e) {
      if (stopping) {
        return Round.IDLE;
      }
      // The records or the engine failed; nothing is lost, the next round finds the same.
      LOG.warn("tags of {} stand still", desk.platform(), e);
      desk.pauseUntilNanos = System.nanoTime() + WATCH.toNanos();
      return Round.WAITING;
    } finally {
      desk.one.unlock();
    }
  }

  private Round todo(Desk desk) {
    Instant now = now();
    List<Sync> syncs = store.of(desk.platform());
    if (syncs.isEmpty()) {
      return Round.IDLE;
    }
    List<Step> unknown = store.steps(desk.platform(), true, desk.tags.largestBatch());
    List<Sync> begun = syncs.stream().filter(sync -> sync.state() == State.RUNNING).toList();
    List<Sync> due = syncs.stream().filter(sync -> due(sync, now)).toList();
    if (unknown.isEmpty() && begun.isEmpty() && due.isEmpty()) {
      return Round.IDLE;
    }
    Instant rest = store.platform(desk.platform()).restUntil();
    if (rest != null && rest.isAfter(now)) {
      return Round.RESTING;
    }
    if (System.nanoTime() - desk.pauseUntilNanos < 0) {
      return Round.WAITING;
    }
    if (!unknown.isEmpty()) {
      return settle(desk, syncs, unknown);
    }
    if (begun.isEmpty()) {
      store.begin(names(due), now);
      desk.planned.clear();
      // A look that another run left half done did not look for these.
      desk.look = null;
      return Round.MOVED;
    }
    for (Sync sync : begun) {
      if (sync.tagId() == null) {
        return find(desk, sync);
      }
    }
    if (desk.look != null || begun.stream().anyMatch(sync -> blind(sync, now))) {
      return look(desk, syncs);
    }
    List<Step> steps = store.steps(desk.platform(), false, desk.tags.largestBatch());
    if (!steps.isEmpty()) {
      return mark(desk, syncs, steps);
    }
    if (!desk.planned.containsAll(names(begun))) {
      return plan(desk, begun);
    }
    store.end(names(begun), now);
    return Round.MOVED;
  }

  private static List<String> names(List<Sync> syncs) {
    return syncs.stream().map(Sync::name).toList();
  }

  private static boolean due(Sync sync, Instant now) {
    Integer every = sync.everySeconds();
    return switch (sync.state()) {
      case ASKED -> true;
      case IDLE ->
          every != null
              && (sync.begunAt() == null || !sync.begunAt().plusSeconds(every).isAfter(now));
      case RUNNING, STOPPED -> false;
    };
  }

  private static boolean blind(Sync sync, Instant now) {
    return sync.look()
        || sync.lookedAt() == null
        || !sync.lookedAt().plusSeconds(sync.lookSeconds()).isAfter(now);
  }

  /// Notes a failure that passes.
  private Round later(Desk desk, Outcome<?> outcome) {
    switch (outcome) {
      case Outcome.Later<?>(String code, String why, int afterSeconds) -> {
        boolean shortly = afterSeconds <= SHORT_SECONDS;
        store.trouble(
            desk.platform(), code + ": " + why, shortly ? null : now().plusSeconds(afterSeconds));
        desk.pauseUntilNanos =
            System.nanoTime() + (shortly ? Duration.ofSeconds(afterSeconds).toNanos() : 0);
        return shortly ? Round.WAITING : Round.RESTING;
      }
      case Outcome.Unknown<?>(String why) -> {
        store.trouble(desk.platform(), "no answer: " + why, null);
        desk.pauseUntilNanos = System.nanoTime() + PAUSE.toNanos();
        return Round.WAITING;
      }
      case Outcome.Done<?> _, Outcome.Refused<?> _ ->
          throw new IllegalStateException("Does not pass: " + outcome);
    }
  }

  private void well(Desk desk) {
    if (store.platform(desk.platform()).trouble() != null) {
      store.trouble(desk.platform(), null, null);
    }
  }

  private Round stop(Desk desk, Collection<String> names, String failure) {
    LOG.warn("tag syncs stopped platform={} names={} why={}", desk.platform(), names, failure);
    transaction.executeWithoutResult(_ -> store.stop(names, failure, now()));
    return Round.MOVED;
  }

  // 3 find

  private Round find(Desk desk, Sync sync) {
    Outcome<List<PlatformTags.Tag>> all = desk.tags.all();
    if (!(all instanceof Outcome.Done<List<PlatformTags.Tag>>(List<PlatformTags.Tag> tags))) {
      return all instanceof Outcome.Refused<List<PlatformTags.Tag>> refused
          ? stop(desk, List.of(sync.name()), refused.code() + ": " + refused.why())
          : later(desk, all);
    }
    Outcome<PlatformTags.Tag> found =
        tags.stream()
            .filter(tag -> tag.group().equals(sync.group()) && tag.name().equals(sync.tag()))
            .findFirst()
            .<Outcome<PlatformTags.Tag>>map(Outcome.Done::new)
            .orElseGet(() -> desk.tags.create(sync.group(), sync.tag()));
    return switch (found) {
      case Outcome.Done<PlatformTags.Tag>(PlatformTags.Tag tag) -> {
        store.tagIs(sync.name(), tag.id(), sync.group(), sync.tag());
        well(desk);
        yield Round.MOVED;
      }
      case Outcome.Refused<PlatformTags.Tag>(String code, String why, Concern _) ->
          stop(desk, List.of(sync.name()), code + ": " + why);
      case Outcome.Later<PlatformTags.Tag> _, Outcome.Unknown<PlatformTags.Tag> _ ->
          later(desk, found);
    };
  }

  // 4 look

  private Round look(Desk desk, List<Sync> all) {
    List<Sync> syncs = all.stream().filter(sync -> sync.tagId() != null).toList();
    Look look = desk.look;
    if (look == null) {
      Round followed = follow(desk, syncs);
      if (followed != Round.IDLE) {
        return followed;
      }
      look = new Look(store.beginLook(desk.platform()), now(), "");
      desk.look = look;
    }
    Outcome<Page> answer = desk.tags.page(ids(syncs), look.cursor());
    return switch (answer) {
      case Outcome.Done<Page>(Page page) -> {
        hear(desk, syncs, page.carried(), look.number(), now(), Set.of());
        if (page.next().isEmpty()) {
          Look ended = look;
          transaction.executeWithoutResult(
              _ -> store.endLook(desk.platform(), ended.number(), names(syncs), ended.begun()));
          desk.look = null;
        } else {
          desk.look = new Look(look.number(), look.begun(), page.next());
        }
        well(desk);
        yield Round.MOVED;
      }
      case Outcome.Refused<Page>(String code, String why, Concern _) -> {
        desk.look = null;
        yield stop(
            desk,
            names(syncs.stream().filter(sync -> sync.state() == State.RUNNING).toList()),
            code + ": " + why);
      }
      case Outcome.Later<Page> _, Outcome.Unknown<Page> _ -> later(desk, answer);
    };
  }

  private static Set<String> ids(List<Sync> syncs) {
    var ids = new TreeSet<String>();
    for (Sync sync : syncs) {
      if (sync.tagId() != null) {
        ids.add(sync.tagId());
      }
    }
    return ids;
  }

  /// Follows tags that were renamed or taken away there.
  ///
  /// @return IDLE when nothing was
  private Round follow(Desk desk, List<Sync> syncs) {
    if (syncs.isEmpty()) {
      return Round.IDLE;
    }
    Outcome<List<PlatformTags.Tag>> answer = desk.tags.all();
    if (!(answer instanceof Outcome.Done<List<PlatformTags.Tag>>(List<PlatformTags.Tag> tags))) {
      return answer instanceof Outcome.Refused<List<PlatformTags.Tag>> refused
          ? stop(desk, names(syncs), refused.code() + ": " + refused.why())
          : later(desk, answer);
    }
    var byId = new HashMap<String, PlatformTags.Tag>();
    tags.forEach(tag -> byId.put(tag.id(), tag));
    Round result = Round.IDLE;
    for (Sync sync : syncs) {
      PlatformTags.Tag tag = byId.get(sync.tagId());
      if (tag == null) {
        gone(desk, sync);
        result = Round.MOVED;
      } else if (!tag.name().equals(sync.tag()) || !tag.group().equals(group(desk, sync))) {
        renamed(desk, sync, tag);
        result = Round.MOVED;
      }
    }
    return result;
  }

  /// Where a platform has no groups, the group of a sync is a word of ours.
  private static String group(Desk desk, Sync sync) {
    return desk.platform().equals("wecom") ? sync.group() : "";
  }

  private void gone(Desk desk, Sync sync) {
    List<Integer> carriers = store.carriers(sync.name());
    if (sync.both()) {
      tell(desk, sync, carriers, sync.tag(), null);
    }
    transaction.executeWithoutResult(
        _ -> {
          store.tagGone(sync.name());
          store.tagIs(sync.name(), null, sync.group(), sync.tag());
        });
    stop(desk, List.of(sync.name()), "The tag was deleted on the platform; a run makes it again.");
  }

  private void renamed(Desk desk, Sync sync, PlatformTags.Tag tag) {
    String group = desk.platform().equals("wecom") ? tag.group() : sync.group();
    try {
      if (sync.both() && !tag.name().equals(sync.tag())) {
        List<Integer> told = store.carriers(sync.name()).stream().toList();
        tell(desk, sync, told, sync.tag(), tag.name());
      }
      store.tagIs(sync.name(), tag.id(), group, tag.name());
    } catch (DuplicateKeyException e) {
      stop(desk, List.of(sync.name()), "Renamed there to '" + tag.name() + "', as another sync's.");
    }
  }

  /// Tells of many customers at once that a tag is gone, or is called something else.
  private void tell(
      Desk desk, Sync sync, List<Integer> customers, String before, @Nullable String after) {
    for (int from = 0; from < customers.size(); from += TOLD_AT_ONCE) {
      List<Integer> some = customers.subList(from, Math.min(customers.size(), from + TOLD_AT_ONCE));
      var turns = new HashMap<Integer, Word>();
      store.words(List.of(sync.name()), some).forEach(word -> turns.put(word.customer(), word));
      var events = new ArrayList<Event>();
      var words = new ArrayList<Word>();
      for (int customer : some) {
        Identifier who = engine.ask().identifier(customer);
        if (who.erased()) {
          continue;
        }
        Word word = turns.get(customer);
        int turn = word == null ? 0 : word.turns();
        events.add(event(sync, who, before, false, turn++, now()));
        if (after != null) {
          events.add(event(sync, who, after, true, turn++, now()));
        }
        words.add(new Word(sync.name(), customer, after != null, turn));
      }
      engine.take(events);
      store.said(words);
    }
    LOG.info("told platform={} tag={} of={}", desk.platform(), before, customers.size());
  }

  private static Event event(
      Sync sync, Identifier who, String tag, boolean on, int turn, Instant at) {
    return new Event(
        "tag/"
            + sync.name()
            + "/"
            + sync.createdAt().toEpochMilli()
            + "/"
            + who.value()
            + "/"
            + turn,
        on ? "tag_added" : "tag_removed",
        at,
        sync.platform(),
        List.of(who),
        Properties.of("tag", tag));
  }

  // What the platform says.

  /// Brings what is known to what the platform says of some customers. What differs and is not ours
  /// becomes an event where changes there come in.
  ///
  /// @param look the number of the look that saw them
  /// @param ours what differs because of calls of ours, as it is now
  private void hear(
      Desk desk, List<Sync> syncs, List<Carried> said, int look, Instant at, Set<Row> ours) {
    var identifiers = new ArrayList<Identifier>(said.size());
    said.forEach(
        each ->
            identifiers.add(
                Identifier.of(desk.tags.customers(), desk.tags.scope(), each.customer())));
    int[] numbers = engine.ask().numbersOf(identifiers);
    // Who is not known here becomes so by the event that says what they carry.
    var strangers = new ArrayList<Carried>();
    var events = new ArrayList<Event>();
    for (int i = 0; i < numbers.length; i++) {
      Carried carried = said.get(i);
      if (numbers[i] < 0) {
        for (Sync sync : syncs) {
          if (sync.tagId() != null && carried.tags().contains(sync.tagId())) {
            if (sync.both()) {
              events.add(event(sync, identifiers.get(i), sync.tag(), true, 0, at));
            } else {
              strangers.add(carried);
            }
          }
        }
      }
    }
    engine.take(events);
    clear(desk, syncs, strangers);
    numbers = events.isEmpty() ? numbers : engine.ask().numbersOf(identifiers);
    learn(desk, syncs, said, identifiers, numbers, look, at, ours);
  }

  /// Takes tags that only go out off customers whom nobody here knows: the look that found them
  /// finds them again if this fails.
  private void clear(Desk desk, List<Sync> syncs, List<Carried> strangers) {
    var changes = new ArrayList<Change>();
    for (Carried stranger : strangers) {
      var off = new TreeSet<>(stranger.tags());
      off.retainAll(ids(syncs.stream().filter(sync -> !sync.both()).toList()));
      changes.add(new Change(stranger.holder(), stranger.customer(), Set.of(), off));
    }
    if (!changes.isEmpty()) {
      long done = desk.tags.change(changes).stream().filter(o -> o instanceof Outcome.Done).count();
      LOG.info("cleared platform={} strangers={} done={}", desk.platform(), changes.size(), done);
    }
  }

  private void learn(
      Desk desk,
      List<Sync> syncs,
      List<Carried> said,
      List<Identifier> identifiers,
      int[] numbers,
      int look,
      Instant at,
      Set<Row> ours) {
    var customers = new HashMap<Integer, Identifier>();
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] >= 0) {
        customers.put(numbers[i], identifiers.get(i));
      }
    }
    if (customers.isEmpty()) {
      return;
    }
    var known = new HashSet<>(store.carried(desk.platform(), customers.keySet()));
    var contacts = new ArrayList<Row>();
    var on = new ArrayList<Row>();
    var off = new ArrayList<Row>();
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] < 0) {
        continue;
      }
      Carried carried = said.get(i);
      contacts.add(new Row("", numbers[i], carried.holder()));
      for (Sync sync : syncs) {
        if (sync.tagId() != null) {
          var row = new Row(sync.name(), numbers[i], carried.holder());
          boolean has = carried.tags().contains(sync.tagId());
          if (has && !known.contains(row)) {
            on.add(row);
          } else if (!has && known.contains(row)) {
            off.add(row);
          }
        }
      }
    }
    List<Word> words = turned(syncs, customers, known, on, off, at, ours);
    transaction.executeWithoutResult(
        _ -> {
          store.contacts(desk.platform(), look, contacts, NO_RELATION);
          store.carry(on, off);
          store.said(words);
        });
  }

  /// Tells of the customers who carry a tag now for anybody and did for nobody, and the other way.
  ///
  /// @return what the platform said last of them
  private List<Word> turned(
      List<Sync> syncs,
      Map<Integer, Identifier> customers,
      Set<Row> known,
      List<Row> on,
      List<Row> off,
      Instant at,
      Set<Row> ours) {
    var after = new HashSet<>(known);
    after.addAll(on);
    off.forEach(after::remove);
    Set<Row> was = persons(known);
    Set<Row> is = persons(after);
    Set<Row> changedByUs = persons(ours);
    var turned =
        new TreeSet<Row>(java.util.Comparator.comparing(Row::sync).thenComparingInt(Row::customer));
    persons(on).stream().filter(row -> !was.contains(row)).forEach(turned::add);
    persons(off).stream().filter(row -> !is.contains(row)).forEach(turned::add);
    turned.removeAll(changedByUs);
    var both = new HashMap<String, Sync>();
    syncs.stream().filter(Sync::both).forEach(sync -> both.put(sync.name(), sync));
    turned.removeIf(row -> !both.containsKey(row.sync()));
    if (turned.isEmpty()) {
      return List.of();
    }
    var turns = new HashMap<Row, Integer>();
    store
        .words(both.keySet(), turned.stream().map(Row::customer).toList())
        .forEach(word -> turns.put(new Row(word.sync(), word.customer(), ""), word.turns()));
    var events = new ArrayList<Event>();
    var words = new ArrayList<Word>();
    for (Row row : turned) {
      int turn = turns.getOrDefault(row, 0);
      boolean carried = is.contains(row);
      Sync sync = Objects.requireNonNull(both.get(row.sync()));
      Identifier who = Objects.requireNonNull(customers.get(row.customer()));
      events.add(event(sync, who, sync.tag(), carried, turn, at));
      words.add(new Word(row.sync(), row.customer(), carried, turn + 1));
    }
    engine.take(events);
    return words;
  }

  /// The same without who serves them.
  private static Set<Row> persons(Collection<Row> rows) {
    var persons = new HashSet<Row>();
    rows.forEach(row -> persons.add(new Row(row.sync(), row.customer(), "")));
    return persons;
  }

  /// A guide changed something about a customer in the app: the customer is read anew.
  ///
  /// @throws Problem.Refusal when that can not be done now; the platform tells it again
  @EventListener
  void edited(Contact contact) {
    Desk desk = desks.get("wecom");
    if (desk == null) {
      return;
    }
    desk.one.lock();
    try {
      List<Sync> syncs =
          store.of(desk.platform()).stream().filter(sync -> sync.tagId() != null).toList();
      if (syncs.isEmpty()) {
        return;
      }
      Outcome<List<Carried>> answer = desk.tags.read(contact.customer());
      switch (answer) {
        case Outcome.Done<List<Carried>>(List<Carried> said) ->
            hear(
                desk,
                syncs,
                said,
                store.platform(desk.platform()).look(),
                contact.at(),
                unanswered(desk));
        // Gone meanwhile: the next look finds it.
        case Outcome.Refused<List<Carried>> _ -> {}
        case Outcome.Later<List<Carried>> _, Outcome.Unknown<List<Carried>> _ ->
            throw notNow("The customer could not be read: " + answer);
      }
    } finally {
      desk.one.unlock();
    }
  }

  /// A corp tag changed in the app.
  @EventListener
  void changed(Tag tag) {
    Desk desk = desks.get("wecom");
    if (desk == null) {
      return;
    }
    desk.one.lock();
    try {
      List<Sync> syncs =
          store.of(desk.platform()).stream().filter(sync -> sync.tagId() != null).toList();
      Round followed = follow(desk, syncs);
      if (followed == Round.WAITING || followed == Round.RESTING) {
        throw notNow("The tags could not be listed after " + tag.change() + ".");
      }
    } finally {
      desk.one.unlock();
    }
  }

  private static Problem.Refusal notNow(String why) {
    return Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "platform_unreachable", why)
        .next("Send the callback again.")
        .thrown();
  }

  /// Whatever calls without an answer may have changed is ours.
  private Set<Row> unanswered(Desk desk) {
    return touched(store.steps(desk.platform(), true, Integer.MAX_VALUE));
  }

  private static Set<Row> touched(Collection<Step> steps) {
    var rows = new HashSet<Row>();
    for (Step step : steps) {
      step.putOn().forEach(sync -> rows.add(new Row(sync, step.customer(), step.holder())));
      step.takeOff().forEach(sync -> rows.add(new Row(sync, step.customer(), step.holder())));
    }
    return rows;
  }

  // 1 settle

  private record Read(Step step, Identifier who, Outcome<List<Carried>> answer) {}

  private Round settle(Desk desk, List<Sync> syncs, List<Step> steps) {
    var erased = new ArrayList<Step>();
    var calls = new ArrayList<Callable<Read>>();
    var slots = new Semaphore(READS_AT_ONCE);
    for (Step step : steps) {
      Identifier who = engine.ask().identifier(step.customer());
      if (who.erased()) {
        erased.add(step);
      } else {
        calls.add(
            () -> {
              slots.acquire();
              try {
                return new Read(step, who, desk.tags.read(who.value()));
              } finally {
                slots.release();
              }
            });
      }
    }
    var settled = new ArrayList<Step>(erased);
    Outcome<?> failed = null;
    for (Read read : all(calls)) {
      switch (read.answer()) {
        case Outcome.Done<List<Carried>>(List<Carried> said) -> {
          settled(desk, syncs, read.step(), said);
          settled.add(read.step());
        }
        case Outcome.Refused<List<Carried>>(String code, String why, Concern concern) -> {
          if (concern == Concern.EVERYTHING) {
            return stop(desk, running(syncs), code + ": " + why);
          }
          refuse(desk, read.step(), code, why, null);
          settled.add(read.step());
        }
        case Outcome.Later<List<Carried>> later -> failed = later;
        case Outcome.Unknown<List<Carried>> unknown -> failed = failed == null ? unknown : failed;
      }
    }
    erased.forEach(step -> store.gone(desk.platform(), step.customer(), null));
    store.forget(desk.platform(), settled);
    if (!settled.isEmpty()) {
      desk.planned.clear();
    }
    if (failed == null) {
      well(desk);
      return Round.MOVED;
    }
    Round later = later(desk, failed);
    return later == Round.RESTING || settled.isEmpty() ? later : Round.MOVED;
  }

  private <T> List<T> all(List<Callable<T>> calls) {
    try {
      var results = new ArrayList<T>(calls.size());
      for (var each : workers.invokeAll(calls)) {
        results.add(each.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static List<String> running(List<Sync> syncs) {
    return names(syncs.stream().filter(sync -> sync.state() == State.RUNNING).toList());
  }

  /// What a call without an answer did is ours, and counts; the rest is the platform's.
  private void settled(Desk desk, List<Sync> syncs, Step step, List<Carried> said) {
    Set<String> carried = new HashSet<>();
    said.stream()
        .filter(each -> each.holder().equals(step.holder()))
        .forEach(each -> carried.addAll(each.tags()));
    for (Sync sync : syncs) {
      if (sync.tagId() != null) {
        boolean has = carried.contains(sync.tagId());
        boolean put = step.putOn().contains(sync.name()) && has;
        boolean taken = step.takeOff().contains(sync.name()) && !has;
        if (put || taken) {
          store.count(sync.name(), put ? 1 : 0, taken ? 1 : 0);
        }
      }
    }
    int look = store.platform(desk.platform()).look();
    hear(
        desk,
        syncs.stream().filter(sync -> sync.tagId() != null).toList(),
        said,
        look,
        now(),
        // A customer who was only read to learn who serves them: nothing there is ours.
        said.stream().anyMatch(each -> each.holder().equals(step.holder()))
            ? touched(List.of(step))
            : Set.of());
  }

  private void refuse(Desk desk, Step step, String code, String why, @Nullable String onlyHolder) {
    var refusals = new ArrayList<Refusal>();
    touched(List.of(step))
        .forEach(
            row ->
                refusals.add(
                    new Refusal(row.sync(), row.customer(), row.holder(), code, why, now())));
    transaction.executeWithoutResult(
        _ -> {
          store.refused(refusals);
          if (NO_RELATION.contains(code)) {
            store.gone(desk.platform(), step.customer(), onlyHolder);
          }
        });
  }

  /// Nobody serves them there any more, or not this one.
  private static final Set<String> NO_RELATION = Set.of(Codes.NO_CONTACT, Codes.NOT_OF_ACCOUNT);

  // 5 mark

  private Round mark(Desk desk, List<Sync> syncs, List<Step> steps) {
    var ids = new HashMap<String, String>();
    for (Sync sync : syncs) {
      if (sync.tagId() != null) {
        ids.put(sync.name(), sync.tagId());
      }
    }
    var calls = new ArrayList<Step>();
    var changes = new ArrayList<Change>();
    var empty = new ArrayList<Step>();
    for (Step step : steps) {
      Identifier who = engine.ask().identifier(step.customer());
      var change =
          new Change(step.holder(), who.value(), ids(ids, step.putOn()), ids(ids, step.takeOff()));
      if (who.erased()) {
        store.gone(desk.platform(), step.customer(), null);
        empty.add(step);
      } else if (change.putOn().isEmpty() && change.takeOff().isEmpty()) {
        empty.add(step);
      } else {
        calls.add(step);
        changes.add(change);
      }
    }
    store.forget(desk.platform(), empty);
    store.asked(desk.platform(), calls, true);
    return answered(desk, syncs, calls, desk.tags.change(changes));
  }

  private static Set<String> ids(Map<String, String> ids, List<String> names) {
    var found = new TreeSet<String>();
    for (String name : names) {
      String id = ids.get(name);
      if (id != null) {
        found.add(id);
      }
    }
    return found;
  }

  private Round answered(
      Desk desk, List<Sync> syncs, List<Step> steps, List<Outcome<Change>> outcomes) {
    var done = new ArrayList<Step>();
    var refused = new ArrayList<Step>();
    var back = new ArrayList<Step>();
    Outcome<?> failed = null;
    Outcome.Refused<Change> fatal = null;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      switch (outcomes.get(i)) {
        case Outcome.Done<Change> _ -> done.add(step);
        case Outcome.Refused<Change> no -> {
          if (no.concern() == Concern.CUSTOMER) {
            refuse(desk, step, no.code(), no.why(), step.holder());
            refused.add(step);
          } else {
            fatal = no;
            back.add(step);
          }
        }
        case Outcome.Later<Change> later -> {
          // The longest rest counts.
          failed =
              failed instanceof Outcome.Later<?> other
                      && other.afterSeconds() >= later.afterSeconds()
                  ? failed
                  : later;
          back.add(step);
        }
        // Stays asked: the next round settles it.
        case Outcome.Unknown<Change> unknown -> failed = failed == null ? unknown : failed;
      }
    }
    transaction.executeWithoutResult(
        _ -> {
          store.done(desk.platform(), done);
          store.forget(desk.platform(), refused);
          store.asked(desk.platform(), back, false);
        });
    if (fatal != null) {
      return fatal(desk, syncs, steps, fatal);
    }
    if (failed == null) {
      well(desk);
      return Round.MOVED;
    }
    Round later = later(desk, failed);
    return later == Round.RESTING || done.isEmpty() ? later : Round.MOVED;
  }

  private Round fatal(
      Desk desk, List<Sync> syncs, List<Step> steps, Outcome.Refused<Change> refused) {
    if (refused.concern() == Concern.TAG) {
      Round followed = follow(desk, syncs.stream().filter(sync -> sync.tagId() != null).toList());
      if (followed != Round.IDLE) {
        return followed;
      }
    }
    var names = new TreeSet<String>();
    steps.forEach(
        step -> {
          names.addAll(step.putOn());
          names.addAll(step.takeOff());
        });
    return stop(desk, names, refused.code() + ": " + refused.why());
  }

  // 6 plan

  private Round plan(Desk desk, List<Sync> begun) {
    var wanted = new LinkedHashMap<Sync, RoaringBitmap>();
    for (Sync sync : begun) {
      try {
        wanted.put(sync, wanted(desk, sync));
      } catch (EngineException | RuleException e) {
        // What the source names may be gone since.
        return stop(desk, List.of(sync.name()), "The source can not be asked: " + e.getMessage());
      }
    }
    transaction.executeWithoutResult(_ -> wanted.forEach(store::plan));
    desk.planned.addAll(names(begun));
    return Round.MOVED;
  }

  /// The customers there who are to carry it, by the numbers of their identifiers.
  private RoaringBitmap wanted(Desk desk, Sync sync) {
    String rule = sync.rule();
    String audience = sync.audience();
    Condition condition =
        rule != null
            ? RuleText.parse(rule)
            : new Condition.InAudience(audience == null ? "" : audience);
    return engine
        .ask()
        .numbersOf(engine.ask().members(condition), desk.tags.customers(), desk.tags.scope());
  }

  @PreDestroy
  void stop() {
    stopping = true;
    workers.shutdownNow();
  }

  /// Somebody is erased: what was to be done of their tags is not.
  @EventListener
  void forgotten(Forgotten person) {
    store.forget(person.names());
  }
}
