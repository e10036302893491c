package io.huoshui.engine;

import io.huoshui.audience.Audience;
import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.audience.Segment;
import io.huoshui.engine.columns.Words;
import io.huoshui.event.Event;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.EventType;
import io.huoshui.event.Identifier;
import io.huoshui.identity.IdentityGraph;
import io.huoshui.identity.IdentityGraph.Change;
import io.huoshui.journey.Autopilot;
import io.huoshui.journey.Journey;
import io.huoshui.journey.JourneyJson;
import io.huoshui.journey.Migration;
import io.huoshui.journey.Position;
import io.huoshui.journey.Steering;
import io.huoshui.json.Json;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.Person;
import io.huoshui.reach.Category;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Guides;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Template;
import io.huoshui.reach.Touchpoint;
import io.huoshui.reach.Touchpoint.Delivery;
import io.huoshui.reach.Touchpoint.Stage;
import io.huoshui.reach.Turns;
import io.huoshui.tag.Tag;
import io.huoshui.tag.TagBook;
import io.huoshui.tag.TagGroupJson;
import io.huoshui.trial.Pilot;
import io.huoshui.trial.Trial;
import io.huoshui.trial.TrialJson;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.RoaringBitmap;

/// Everything the engine knows, as a function of the log. One thread applies; readers hold the
/// engine's read lock.
///
/// A record of the log is one instant, and is applied in steps:
///
/// ```
/// 1. time        each lane lets its timers fire              lanes, side by side
/// 2. identity    who is who; merges move timelines           one thread
/// 3. events      timeline → waiting journeys → entering      lanes, side by side
/// 4. segments    whoever was touched is asked; journeys      lanes, side by side
///                that enter → gate → held messages
/// 5. budgets     what was let out beyond one is taken back   one thread
/// ```
///
/// Between the steps nothing runs, so a merge that moves a timeline from lane to lane is over
/// before anybody looks. Events that the journeys themselves cause (a coupon, a tag) take the same
/// way at once; they need no record of their own, because the log that caused them does.
final class State {
  /// Older events are history: they build the timeline, but do not start or move journeys.
  static final Duration NEWS = Duration.ofDays(2);

  /// The source under which the engine's own events stand.
  static final String SELF = "huoshui";

  /// All names listened to beyond this number share one bit; evaluation is then more often, never
  /// wrong.
  static final int NAME_BITS = 63;

  private ZoneId zone = ZoneOffset.UTC;
  private Calendar calendar = new Calendar(zone);
  private String linkBase = "";
  private final Crew crew;
  private Words words = new Words();
  final IdentityGraph graph = new IdentityGraph();
  final Ordinals ordinals = new Ordinals();
  final Roll roll = new Roll();
  final Heard heard = new Heard();
  final IdSet ids;
  final Lane[] lanes = new Lane[Lane.COUNT];

  final Map<String, LiveSegment> segments = new LinkedHashMap<>();
  final Map<String, Audience> audiences = new LinkedHashMap<>();
  final Map<String, TreeMap<Integer, Journey>> journeys = new LinkedHashMap<>();
  final Map<String, Template> templates = new LinkedHashMap<>();
  final Map<String, CouponTemplate> couponTemplates = new LinkedHashMap<>();
  final Map<String, Trial> trials = new LinkedHashMap<>();

  /// In the order in which they were first published; of a name only what counts.
  final List<Entry.Published> definitions = new ArrayList<>();

  final Map<String, Instant> launchedAt = new LinkedHashMap<>();

  /// Journeys that do not simply run.
  final Map<String, Steered> steered = new LinkedHashMap<>();

  /// When everybody of a segment next enters a journey by the clock.
  private final Map<String, Long> scheduled = new TreeMap<>();

  final ArmCounts arms = new ArmCounts();

  /// By journey with an autopilot that was launched, what was decided, in order.
  final TreeMap<String, List<Pilot.Decided>> piloted = new TreeMap<>();

  /// @param sinceMs from when on
  record Steered(Steering how, long sinceMs) {
    @Override
    public String toString() {
      return how + " " + sinceMs;
    }
  }

  private TagBook tags = TagBook.EMPTY;
  private GatePolicy gatePolicy = GatePolicy.STANDARD;
  private Guides guides = Guides.ALL_HERE;
  private volatile EventCatalogue catalogue = EventCatalogue.standard();

  // Lanes name messages and causes while they run side by side.
  private final Names names = new Names(this::touchpoint);
  private final PrintSet caused = new PrintSet();

  /// Messages that may leave now. Those let out since the last tick are held in their lanes, and
  /// leave with the next one. So what leaves when depends on the log alone, and a run that was cut
  /// short goes on exactly as it would have. What of it leaves, and what stands in the way of the
  /// rest.
  final Departure departure = new Departure();

  final Outgoing outbox = new Outgoing(this::touchpoint, departure::together);

  /// What a change on a journey touches, when a segment listens to that; else 0.
  private long journeysBit;

  final Map<String, Handover> handovers = new LinkedHashMap<>();
  private final Map<String, String> touchpointByBatchAndAddress = new HashMap<>();
  private int batches;

  final Occurrences occurrences = new Occurrences();
  final Changes changes = new Changes();

  /// For moving timelines, between two steps.
  private final View mover = new View(this);

  private long nowMs = Long.MIN_VALUE;

  /// Messages per reason; lanes add to it side by side.
  private final Map<Reason, LongAdder> verdicts = new EnumMap<>(Reason.class);

  /// By journey, what its messages cost; lanes add to it side by side.
  private final Map<String, LongAdder> spentFen = new ConcurrentHashMap<>();

  /// The record applied last.
  private long records;

  /// Whoever was erased, in order.
  final List<Erasure> erasures = new ArrayList<>();

  /// That a person was erased.
  ///
  /// @param record of the log that says so
  record Erasure(long record, long atMs) {}

  /// A batch given to a platform whose answer is not written down yet.
  ///
  /// @param sinceMs since when the first of them might have left
  record Handover(String batch, List<Integer> touchpoints, long sinceMs) {}

  State() {
    this(Crew.ALONE);
  }

  /// @param crew how many threads share the lanes; the state does not depend on it
  State(Crew crew) {
    this(crew, new IdSet(), Timers::new);
  }

  /// @param ids where the ids are kept that were taken
  /// @param timers makes each lane's
  State(Crew crew, IdSet ids, Supplier<Timers> timers) {
    this.crew = crew;
    this.ids = ids;
    for (Reason reason : Reason.values()) {
      verdicts.put(reason, new LongAdder());
    }
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      lanes[lane] = new Lane(this, lane, words, timers.get());
    }
  }

  private void configure(String newZone, String newLinkBase) {
    ZoneId wanted = ZoneId.of(newZone);
    if (!wanted.equals(zone)) {
      if (events() > 0) {
        throw new IllegalStateException("The zone can not change from " + zone + " to " + wanted);
      }
      zone = wanted;
      for (Lane lane : lanes) {
        lane.live(nowMs);
      }
    }
    linkBase = newLinkBase;
  }

  String linkBase() {
    return linkBase;
  }

  View view() {
    return new View(this);
  }

  boolean audienceHas(String audience, int node) {
    Audience found = audiences.get(audience);
    return found != null && found.contains(node);
  }

  Instant now() {
    return nowMs == Long.MIN_VALUE ? Instant.EPOCH : Instant.ofEpochMilli(nowMs);
  }

  long nowMs() {
    return nowMs;
  }

  ZoneId zone() {
    return zone;
  }

  private Calendar calendar() {
    if (!calendar.zone().equals(zone)) {
      calendar = new Calendar(zone);
    }
    return calendar;
  }

  EventCatalogue catalogue() {
    return catalogue;
  }

  TagBook tags() {
    return tags;
  }

  GatePolicy gatePolicy() {
    return gatePolicy;
  }

  Guides guides() {
    return guides;
  }

  void restore(Guides kept) {
    guides = kept;
  }

  /// What a template's messages are for.
  Category category(String template) {
    Template found = templates.get(template);
    return found == null ? Category.MARKETING : found.category();
  }

  private long sum(ToLongFunction<Lane> of) {
    long sum = 0;
    for (Lane lane : lanes) {
      sum += of.applyAsLong(lane);
    }
    return sum;
  }

  /// Events on all timelines.
  long events() {
    return sum(lane -> lane.timelines.size());
  }

  int activePositions() {
    return (int) sum(Lane::activePositions);
  }

  int timersPending() {
    return (int) sum(lane -> lane.timers.size());
  }

  int held() {
    return (int) sum(lane -> lane.held.size());
  }

  /// When something is due next: a timer, an entry by the clock, an autopilot's decision; or null.
  @Nullable Instant nextTimer() {
    long next = Long.MAX_VALUE;
    for (Lane lane : lanes) {
      next = Math.min(next, lane.timers.nextDue());
    }
    Map.Entry<String, Long> entering = nextScheduled();
    Pilots.Due decision = Pilots.next(this);
    next = entering == null ? next : Math.min(next, entering.getValue());
    next = decision == null ? next : Math.min(next, decision.at().toEpochMilli());
    return next == Long.MAX_VALUE ? null : Instant.ofEpochMilli(next);
  }

  long memoryBytes() {
    return ids.memoryBytes() + sum(lane -> lane.timelines.memoryBytes());
  }

  long timerBytes() {
    return sum(lane -> lane.timers.memoryBytes());
  }

  /// The record applied last: the same record, the same answers.
  long version() {
    return records;
  }

  void apply(Entry entry) {
    records++;
    if (entry instanceof Entry.Ticked) {
      // What this tick's own timers let out leaves with the next one: a message never reaches its
      // platform before the instant at which it was let out.
      Instant from = Instant.ofEpochMilli(Math.max(nowMs, entry.nowMs()));
      List<List<Integer>> leaving = new ArrayList<>(Collections.nCopies(Lane.COUNT, List.of()));
      crew.each(held(), lane -> leaving.set(lane, lanes[lane].leave(from)));
      leaving.forEach(outbox::addAll);
    }
    clock(entry.nowMs(), entry instanceof Entry.Resumed);
    switch (entry) {
      case Entry.Configured(long _, String newZone, String newLinkBase) ->
          configure(newZone, newLinkBase);
      case Entry.Events(long _, List<Event> events) -> apply(events);
      case Entry.Published published -> publish(published);
      case Entry.Retired retired -> retire(retired);
      case Entry.Frozen frozen -> freeze(frozen);
      case Entry.Chosen chosen -> choose(chosen);
      case Entry.Tagged tagged -> tag(tagged);
      case Entry.Launched(long _, String journey) -> launch(journey);
      case Entry.Called(long _, String journey, String key, RoaringBitmap members) ->
          call(journey, key, members);
      case Entry.Steered(long _, String journey, Steering steering, String _) ->
          steer(journey, steering);
      case Entry.Migrated migrated -> migrate(migrated);
      case Entry.Piloted decided -> pilot(decided);
      case Entry.Ticked _, Entry.Resumed _ -> {}
      case Entry.Joined(long _, Identifier one, Identifier other, String decision, String who) -> {
        var changes = new ArrayList<Change>();
        graph.join(graph.node(one), graph.node(other), decision, now(), who, changes);
        follow(changes);
      }
      case Entry.Severed(long _, int link, String _) -> {
        var changes = new ArrayList<Change>();
        graph.sever(link, changes);
        follow(changes);
      }
      case Entry.Erased(long _, List<Integer> nodes, String _) -> erase(nodes);
      case Entry.Staffed staffed -> staff(staffed);
      case Entry.Recalled(long _, List<String> keys) -> recall(keys);
      case Entry.HandedOver(long _, String batch, List<String> keys) -> handedOver(batch, keys);
      case Entry.Answered(long _, String batch, List<Outcome> outcomes) ->
          answered(batch, outcomes);
    }
    crew.each(touched(), lane -> lanes[lane].settle());
    while (pace() || takeBack()) {
      crew.each(touched(), lane -> lanes[lane].settle());
    }
    report();
  }

  /// What the lanes let out takes its turn where there are paces: the journey of the higher
  /// priority first, then who was let out first. Whose turn is later waits for it, and meets the
  /// gate again then.
  ///
  /// @return whether anybody waits
  private boolean pace() {
    var out = new ArrayList<Integer>();
    for (Lane lane : lanes) {
      out.addAll(lane.letOut);
      lane.letOut.clear();
      lane.unpaced.forEach(index -> departure.passed.remove(index));
      lane.unpaced.clear();
    }
    out.sort(
        Comparator.<Integer>comparingInt(
                index -> -journey(position(positionOfTouchpoint(index))).priority())
            .thenComparing(index -> touchpoint(index).due())
            .thenComparing(index -> index));
    var waiting = new HashSet<Integer>();
    for (int index : out) {
      Touchpoint touchpoint = touchpoint(index);
      Integer passed = departure.passed.remove(index);
      Turns.Turn turn =
          departure.turns.take(
              gatePolicy.paces(),
              touchpoint.channel(),
              touchpoint.journey(),
              touchpoint.sender(),
              category(touchpoint.template()),
              touchpoint.due().toEpochMilli(),
              passed == null ? 0 : passed);
      if (turn.atMs() > nowMs) {
        departure.passed.put(index, turn.passed());
        touchpoint(
            index,
            touchpoint
                .takenBack(Reason.PACED)
                .with(Reason.PACED, Instant.ofEpochMilli(turn.atMs())));
        lanes[laneOf(graph.profileOf(touchpoint.profile()))].decideAt(turn.atMs(), index);
        waiting.add(index);
      }
    }
    if (!waiting.isEmpty()) {
      for (Lane lane : lanes) {
        lane.held.removeIf(waiting::contains);
        lane.charged.removeIf(waiting::contains);
      }
    }
    return !waiting.isEmpty();
  }

  /// Lanes do not see what the others spend. What they let out is held until the next tick: beyond
  /// a budget the latest of it is taken back, so no more is ever spent, on any number of threads.
  ///
  /// @return whether any was
  private boolean takeBack() {
    var over = new HashSet<String>();
    gatePolicy
        .budgetsFen()
        .forEach(
            (journey, budget) -> {
              if (spentFen(journey) > budget) {
                over.add(journey);
              }
            });
    if (over.isEmpty()) {
      return false;
    }
    var charged = new TreeMap<Instant, RoaringBitmap>();
    for (Lane lane : lanes) {
      for (int index : lane.charged) {
        Touchpoint touchpoint = touchpoint(index);
        if (over.contains(touchpoint.journey())) {
          charged.computeIfAbsent(touchpoint.due(), _ -> new RoaringBitmap()).add(index);
        }
      }
    }
    var back = new RoaringBitmap();
    for (RoaringBitmap together : charged.descendingMap().values()) {
      IntIterator latest = together.getReverseIntIterator();
      while (latest.hasNext() && !over.isEmpty()) {
        int index = latest.next();
        Touchpoint touchpoint = touchpoint(index);
        String journey = touchpoint.journey();
        if (touchpoint.reason() == Reason.SENT && over.contains(journey)) {
          Long budget = gatePolicy.budgetsFen().get(journey);
          if (budget == null || spentFen(journey) <= budget) {
            over.remove(journey);
          } else {
            touchpoint(index, touchpoint.takenBack(Reason.OVER_BUDGET));
            back.add(index);
          }
        }
      }
    }
    if (!back.isEmpty()) {
      for (Lane lane : lanes) {
        lane.held.removeIf(back::contains);
        lane.charged.removeIf(back::contains);
      }
    }
    return !back.isEmpty();
  }

  /// What a journey's messages cost so far.
  long spentFen(String journey) {
    LongAdder spent = spentFen.get(journey);
    return spent == null ? 0 : spent.sum();
  }

  private void clock(long toMs, boolean late) {
    if (nowMs == Long.MIN_VALUE) {
      nowMs = toMs;
      for (Lane lane : lanes) {
        lane.live(toMs);
      }
      return;
    }
    if (toMs <= nowMs) {
      return;
    }
    if (!late) {
      // Entries by the clock happen at their own instants, between what is due before and after.
      for (Map.Entry<String, Long> next = nextScheduled();
          next != null && next.getValue() <= toMs;
          next = nextScheduled()) {
        if (next.getValue() > nowMs) {
          passTo(next.getValue(), false);
        }
        enterScheduled(next.getKey());
      }
    }
    passTo(toMs, late);
    for (Map.Entry<String, Long> next = nextScheduled();
        late && next != null && next.getValue() <= toMs;
        next = nextScheduled()) {
      // What was missed is made good once.
      enterScheduled(next.getKey());
    }
  }

  private void passTo(long toMs, boolean late) {
    boolean newDay = calendar().day(toMs) != calendar().day(nowMs);
    nowMs = toMs;
    boolean due = false;
    for (Lane lane : lanes) {
      due |= lane.waits(toMs);
    }
    crew.each(due ? Crew.ALL : Crew.FEW, lane -> lanes[lane].pass(toMs, late));
    if (newDay) {
      rank();
    }
  }

  private Map.@Nullable Entry<String, Long> nextScheduled() {
    Map.@Nullable Entry<String, Long> next = null;
    for (Map.Entry<String, Long> each : scheduled.entrySet()) {
      if (next == null || each.getValue() < next.getValue()) {
        next = each;
      }
    }
    return next;
  }

  /// Everybody in the segment of a journey enters, and the next time is fixed.
  private void enterScheduled(String name) {
    Journey journey = latest(name);
    if (journey == null
        || !(journey.entry()
            instanceof Journey.Entry.OnSchedule(String segment, LocalTime _, Set<DayOfWeek> _))) {
      scheduled.remove(name);
      return;
    }
    schedule(journey);
    LiveSegment live = segments.get(segment);
    if (live != null) {
      launchedAt.putIfAbsent(name, now());
      eachOf(members(live), (lane, profile, local) -> lane.enter(journey, profile, local, ""));
      crew.each(touched(), lane -> lanes[lane].settle());
    }
  }

  private void schedule(Journey journey) {
    if (journey.entry() instanceof Journey.Entry.OnSchedule entry) {
      scheduled.put(journey.name(), entry.next(now(), zone).toEpochMilli());
    } else {
      scheduled.remove(journey.name());
    }
  }

  private int touched() {
    return (int) sum(Lane::asks);
  }

  /// Numbers what happened in the lanes, in their order.
  private void report() {
    for (Lane lane : lanes) {
      if (!lane.occurred.isEmpty()) {
        occurrences.add(lane.occurred);
        lane.occurred.clear();
      }
      for (Changes.Change change : lane.changed) {
        changes.add(change.timeMs(), change.segment(), change.profile(), change.entered());
      }
      lane.changed.clear();
      arms.add(lane.armed);
      lane.armed.clear();
      lane.charged.clear();
    }
  }

  // Events.

  private void apply(List<Event> events) {
    int known = graph.nodes();
    int[] nodes = new int[events.size()];
    var changes = new ArrayList<Change>();
    for (int i = 0; i < nodes.length; i++) {
      Event event = events.get(i);
      ids.add(event.source(), event.id());
      nodes[i] =
          graph.learn(event.identifiers(), event.id(), event.time(), event.source(), changes);
      if (!changes.isEmpty()) {
        follow(changes);
        changes.clear();
      }
      if (event.name().startsWith("message_")) {
        receipt(event);
      }
    }
    // A newcomer satisfies rules that no event of theirs would wake: never bought, registered.
    for (int newcomer = known; newcomer < graph.nodes(); newcomer++) {
      if (graph.profileOf(newcomer) == newcomer) {
        int ordinal = ordinals.give(newcomer);
        lanes[Lane.of(ordinal)].touch(Lane.local(ordinal), Lane.EVERYTHING);
      }
      roll.refresh(graph, ordinals, graph.profileOf(newcomer));
    }
    int[] ordinalOf = new int[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      ordinalOf[i] = ordinals.of(graph.profileOf(nodes[i]));
    }
    crew.each(
        nodes.length,
        lane -> {
          for (int i = 0; i < nodes.length; i++) {
            if (Lane.of(ordinalOf[i]) == lane) {
              lanes[lane].take(events.get(i), nodes[i], ordinalOf[i]);
            }
          }
        });
  }

  // Checkpoints.

  /// How many threads may work on it.
  int threads() {
    return crew.threads();
  }

  int batches() {
    return batches;
  }

  /// The causes known so far, as prints.
  long[] caused() {
    synchronized (caused) {
      return caused.all();
    }
  }

  void eachCaused(Print.Reader reader) {
    synchronized (caused) {
      caused.each(reader);
    }
  }

  void restoreCaused(long one, long two) {
    caused.add(one, two);
  }

  void restore(long record, long atMs, String brandZone, String links, int handedOver) {
    zone = ZoneId.of(brandZone);
    linkBase = links;
    batches = handedOver;
    nowMs = atMs;
    records = record;
    for (Lane lane : lanes) {
      lane.live(atMs);
    }
  }

  void restore(Entry.Published published) {
    define(published);
  }

  /// Everything was read: finds again what follows from it.
  void restored() {
    journeys.values().forEach(versions -> schedule(versions.lastEntry().getValue()));
    for (int ordinal = 0; ordinal < ordinals.size(); ordinal++) {
      roll.refresh(graph, ordinals, ordinals.node(ordinal));
    }
    for (Lane lane : lanes) {
      for (int i = 0; i < lane.positions.size(); i++) {
        int index = i * Lane.COUNT + lane.number();
        Position position = position(index);
        lanes[laneOf(graph.profileOf(position.profile()))].owns(index, position);
      }
    }
    for (Lane lane : lanes) {
      for (int i = 0; i < lane.touchpoints.size(); i++) {
        int index = i * Lane.COUNT + lane.number();
        Touchpoint touchpoint = touchpoint(index);
        lanes[laneOf(graph.profileOf(touchpoint.profile()))].owns(index, touchpoint);
        named(touchpoint.key(), index);
        if (!touchpoint.delivery().batch().isEmpty() && !touchpoint.address().isEmpty()) {
          touchpointByBatchAndAddress.put(
              touchpoint.delivery().batch() + "|" + touchpoint.address(), touchpoint.key());
        }
      }
    }
    hearAgain();
  }

  /// What names, keys and texts are called in what is fresh.
  Words words() {
    return words;
  }

  /// Forgets every word that nothing needs any more: with the next checkpoint all is written with
  /// words that only the living say.
  void renewWords() {
    words = words.renewed();
    for (Lane lane : lanes) {
      lane.timelines.renew(words);
    }
  }

  /// Goes on with what a checkpoint wrote.
  void take(Checkpoint.Written written) {
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      lanes[lane].timelines.take(written.blocks().get(lane));
    }
    ids.kept(written.of().recentIds.length, written.idFiles());
  }

  /// The numbers of all blocks there are.
  Set<Long> blockNumbers() {
    var numbers = new HashSet<Long>();
    for (Lane lane : lanes) {
      lane.timelines.blocks().forEach(block -> numbers.add(block.number()));
    }
    return numbers;
  }

  /// The checkpoint could not be written.
  void thaw() {
    for (Lane lane : lanes) {
      lane.timelines.thaw();
    }
  }

  /// How many blocks the timelines lie in.
  int blocks() {
    int blocks = 0;
    for (Lane lane : lanes) {
      blocks += lane.timelines.blocks().size();
    }
    return blocks;
  }

  /// Events that are in no block yet.
  long freshEvents() {
    return sum(lane -> lane.timelines.freshEvents());
  }

  /// Whether an effect of this key is caused for the first time.
  boolean causes(String key) {
    synchronized (caused) {
      return caused.add(SELF, key);
    }
  }

  private void follow(List<Change> changes) {
    for (Change change : changes) {
      switch (change) {
        case Change.Merged(int kept, int absorbed, int _) -> {
          merge(kept, absorbed);
          refresh(kept);
          refresh(absorbed);
        }
        case Change.Parted(List<Integer> former, List<Integer> profiles) -> {
          part(former, profiles);
          former.forEach(this::refresh);
          profiles.forEach(this::refresh);
        }
      }
    }
  }

  /// Forgets a person: what is counted stays counted, and nothing of it says of whom.
  private void erase(List<Integer> nodes) {
    for (int node : nodes) {
      int profile = graph.profileOf(node);
      int ordinal = ordinals.of(profile);
      Lane lane = lanes[Lane.of(ordinal)];
      for (int index : lane.touchpointsOf(node)) {
        Touchpoint touchpoint = touchpoint(index);
        touchpointByBatchAndAddress.remove(
            touchpoint.delivery().batch() + "|" + touchpoint.address());
        outbox.take(index);
        touchpoint(index, touchpoint.erased());
        departure.suspects.remove(index);
        departure.passed.remove(index);
        for (Lane each : lanes) {
          each.held.remove((Integer) index);
        }
      }
      lane.end(node);
      occurrences.erase(node);
      if (profile == node) {
        lane.erase(Lane.local(ordinal), profile);
      }
    }
    nodes.forEach(graph::erase);
    nodes.forEach(node -> refresh(graph.profileOf(node)));
    erasures.add(new Erasure(records, nowMs));
  }

  /// Whoever was erased after a record, in order.
  List<Erasure> erasedAfter(long record) {
    int from = erasures.size();
    while (from > 0 && erasures.get(from - 1).record() > record) {
      from--;
    }
    return List.copyOf(erasures.subList(from, erasures.size()));
  }

  /// A node that never stood for a profile between two records has nothing to move.
  private void merge(int kept, int absorbed) {
    int gone = ordinals.of(absorbed);
    if (gone < 0) {
      return;
    }
    int stays = ordinals.give(kept);
    Lane from = lanes[Lane.of(gone)];
    Lane to = lanes[Lane.of(stays)];
    move(gone);
    from.forget(Lane.local(gone), absorbed);
    to.adopt(from, graph.members(kept));
    to.touch(Lane.local(stays), Lane.EVERYTHING);
  }

  /// Moves the events of an ordinal's timeline to the profiles their identifiers belong to now.
  private void move(int ordinal) {
    lanes[Lane.of(ordinal)].timelines.move(
        Lane.local(ordinal),
        mover,
        new Timelines.Home() {
          @Override
          public Timelines timelines(int node) {
            return lanes[Lane.of(ordinals.of(graph.profileOf(node)))].timelines;
          }

          @Override
          public int local(int node) {
            return Lane.local(ordinals.of(graph.profileOf(node)));
          }
        });
  }

  /// Gives each event of the former profiles to the profile its identifier belongs to now.
  private void part(List<Integer> former, List<Integer> profiles) {
    for (int profile : former) {
      if (graph.profileOf(profile) != profile) {
        int ordinal = ordinals.of(profile);
        lanes[Lane.of(ordinal)].forget(Lane.local(ordinal), profile);
      }
    }
    for (int profile : profiles) {
      ordinals.give(profile);
    }
    for (int profile : former) {
      move(ordinals.of(profile));
    }
    for (int profile : profiles) {
      int ordinal = ordinals.of(profile);
      Lane lane = lanes[Lane.of(ordinal)];
      for (int before : former) {
        lane.adopt(lanes[Lane.of(ordinals.of(before))], graph.members(profile));
      }
      for (LiveSegment live : segments.values()) {
        lane.evaluate(live, profile, Lane.local(ordinal), false);
        if (graph.person(profile)) {
          lane.settleTags(live, profile, Lane.local(ordinal));
        }
      }
    }
  }

  // Segments.

  private long mask(LiveSegment live) {
    long mask = 0;
    for (String name : live.names()) {
      mask |= name.equals("*") ? -1L : bit(name);
    }
    return mask;
  }

  private long bit(String name) {
    return 1L << Math.min(words().name(name), NAME_BITS);
  }

  /// The members of a rule now, exactly, by the names of their profiles.
  RoaringBitmap members(Condition rule) {
    var everybody = new Everybody(rule, this);
    everybody.askBlocks(crew.threads());
    return everybody.members(this);
  }

  /// Whoever heard so much that nothing more may go out to them on a channel now, by the names of
  /// their profiles.
  RoaringBitmap capped(ChannelKind channel) {
    return heard.capped(channel, now(), ordinals.shared());
  }

  private void hearAgain() {
    // Whoever has no message has heard nothing, before as well.
    crew.each(
        Crew.ALL,
        lane -> lanes[lane].eachReached(node -> heard.refresh(this, graph.profileOf(node))));
  }

  private void refresh(int profile) {
    roll.refresh(graph, ordinals, profile);
    heard.refresh(this, profile);
  }

  /// The members of a live segment, by the names of their profiles.
  RoaringBitmap members(LiveSegment live) {
    var members = new RoaringBitmap();
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      int of = lane;
      live.members(lane)
          .forEach((int local) -> members.add(ordinals.node(local * Lane.COUNT + of)));
    }
    return members;
  }

  // Definitions.

  private void publish(Entry.Published published) {
    TagBook before = tags;
    Departure.Halt halt =
        published.kind() == Entry.Definition.TEMPLATE
            ? departure.halted.get(published.name())
            : null;
    LiveSegment former =
        published.kind() == Entry.Definition.SEGMENT ? segments.get(published.name()) : null;
    define(published);
    LiveSegment live =
        published.kind() == Entry.Definition.SEGMENT ? segments.get(published.name()) : null;
    if (live != null) {
      if (former != null) {
        live.follow(former);
      }
      refill(live, former != null);
    }
    if (published.kind() == Entry.Definition.TAG_GROUP) {
      settleTags(before);
    }
    if (halt != null) {
      // What waited for the template to be mended says what it says now.
      again(touchpoint -> touchpoint.template().equals(published.name()));
    }
  }

  /// Tags follow their segments from now on: whoever is in one is given its tag, and whoever has a
  /// tag by a segment that no longer gives it loses it.
  private void settleTags(TagBook before) {
    crew.each(
        ordinals.size(),
        lane ->
            lanes[lane].settleTags(before, (ordinals.size() - lane + Lane.COUNT - 1) / Lane.COUNT));
  }

  /// Gives a tag to people, or takes it away.
  private void tag(Entry.Tagged tagged) {
    eachOf(present(tagged.members()), (lane, profile, local) -> lane.tag(tagged, profile, local));
  }

  private interface Visit {
    void of(Lane lane, int profile, int local);
  }

  /// Visits profiles, each in its lane, the lanes side by side.
  private void eachOf(RoaringBitmap profiles, Visit visit) {
    int[] all = profiles.toArray();
    int[] many = new int[Lane.COUNT];
    for (int profile : all) {
      int ordinal = ordinals.of(profile);
      if (ordinal >= 0) {
        many[Lane.of(ordinal)]++;
      }
    }
    int[][] of = new int[Lane.COUNT][];
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      of[lane] = new int[many[lane]];
    }
    for (int i = all.length - 1; i >= 0; i--) {
      int ordinal = ordinals.of(all[i]);
      if (ordinal >= 0) {
        int lane = Lane.of(ordinal);
        of[lane][--many[lane]] = all[i];
      }
    }
    crew.each(
        all.length,
        lane -> {
          for (int profile : of[lane]) {
            visit.of(lanes[lane], profile, Lane.local(ordinals.of(profile)));
          }
        });
  }

  /// Makes a segment's rule whole and asks everybody, and likewise the segments that stand on it:
  /// they have its rule in them.
  ///
  /// @param again it has members already
  private void refill(LiveSegment live, boolean again) {
    resolve(live);
    fill(live, again);
    for (LiveSegment other : after(live.segment.name())) {
      resolve(other);
      fill(other, true);
    }
  }

  /// Nothing stands on it any more: everybody in it leaves.
  private void retire(Entry.Retired retired) {
    definitions.removeIf(old -> old.kind() == retired.kind() && old.name().equals(retired.name()));
    if (retired.kind() == Entry.Definition.AUDIENCE) {
      audiences.remove(retired.name());
      return;
    }
    if (retired.kind() == Entry.Definition.TAG_GROUP) {
      TagBook before = tags;
      tags = tags.without(retired.name());
      settleTags(before);
      return;
    }
    LiveSegment live =
        retired.kind() == Entry.Definition.SEGMENT ? segments.remove(retired.name()) : null;
    if (live != null) {
      for (Lane lane : lanes) {
        lane.end(live);
      }
      hearJourneys();
    }
  }

  /// Who uses an audience, in words; empty when it can be retired.
  List<String> usersOfAudience(String audience) {
    var users = new ArrayList<String>();
    if (gatePolicy.suppressed().contains(new GatePolicy.Suppression.OfAudience(audience))) {
      users.add("the gate policy suppresses it");
    }
    for (LiveSegment live : segments.values()) {
      if (live.segment.rule().audiences().contains(audience)) {
        users.add("segment " + live.segment.name());
      }
    }
    journeys.forEach(
        (name, versions) -> {
          Journey last = versions.lastEntry().getValue();
          if (last.entry().equals(new Journey.Entry.OfAudience(audience))) {
            users.add("journey " + name + " is entered by it");
          }
        });
    return users;
  }

  /// Who uses a segment, in words; empty when it can be retired.
  List<String> usersOf(String segment) {
    var users = new ArrayList<String>();
    if (gatePolicy.suppressed().contains(new GatePolicy.Suppression.OfSegment(segment))) {
      users.add("the gate policy suppresses it");
    }
    for (LiveSegment live : segments.values()) {
      if (live.segment.rule().segments().contains(segment)) {
        users.add("segment " + live.segment.name());
      }
    }
    for (Tag tag : tags.bySegment(segment)) {
      users.add("tag " + tag.name() + " follows it");
    }
    var travelled = new TreeSet<String>();
    for (Position position : positions()) {
      if (!position.over()) {
        travelled.add(position.journey() + " " + position.version());
      }
    }
    journeys.forEach(
        (name, versions) ->
            versions.forEach(
                (version, journey) -> {
                  boolean last = version.equals(versions.lastKey());
                  if (last && journey.entrySegment().equals(segment)) {
                    users.add("journey " + name + " is entered by it");
                  }
                  if ((last || travelled.contains(name + " " + version))
                      && journey.asksSegments().contains(segment)) {
                    users.add("journey " + name + " version " + version + " branches on it");
                  }
                }));
    return users;
  }

  private void fill(LiveSegment live, boolean again) {
    crew.each(
        ordinals.size(),
        lane ->
            lanes[lane].fill(live, (ordinals.size() - lane + Lane.COUNT - 1) / Lane.COUNT, again));
  }

  /// The segments that stand on one, each after those it stands on itself.
  private List<LiveSegment> after(String name) {
    var standing = new LinkedHashSet<String>();
    standing.add(name);
    var found = new ArrayList<LiveSegment>();
    for (int before = 0; before < standing.size(); ) {
      before = standing.size();
      for (LiveSegment live : segments.values()) {
        if (!standing.contains(live.segment.name())
            && live.segment.rule().segments().stream().anyMatch(standing::contains)
            && live.segment.rule().segments().stream()
                .noneMatch(other -> !standing.contains(other) && standsOn(other, standing))) {
          standing.add(live.segment.name());
          found.add(live);
        }
      }
    }
    return found;
  }

  /// Whether a segment stands on any of these, directly or not.
  private boolean standsOn(String name, Set<String> any) {
    LiveSegment live = segments.get(name);
    return live != null
        && live.segment.rule().segments().stream()
            .anyMatch(other -> any.contains(other) || standsOn(other, any));
  }

  /// The tags that would follow themselves, were this published.
  ///
  /// @param segment with its rule as it would be; null when it is a group that is published
  List<String> circle(TagBook book, @Nullable Segment segment) {
    return book.circle(name -> whole(name, segment));
  }

  private @Nullable Condition whole(String name, @Nullable Segment published) {
    LiveSegment live = segments.get(name);
    Condition rule =
        published != null && published.name().equals(name)
            ? published.rule()
            : live == null ? null : live.segment.rule();
    return rule == null
        ? null
        : rule.with(
            Condition.Surroundings.of(other -> whole(other, published), _ -> OptionalDouble.of(0)));
  }

  /// Every segment a rule would stand on, were it published, directly or not.
  Set<String> standsOn(Condition rule) {
    var all = new TreeSet<String>();
    var open = new ArrayList<>(rule.segments());
    while (!open.isEmpty()) {
      String name = open.removeLast();
      LiveSegment live = segments.get(name);
      if (all.add(name) && live != null) {
        open.addAll(live.segment.rule().segments());
      }
    }
    return all;
  }

  private void resolve(LiveSegment live) {
    live.resolve(this::ruleOf, top -> Ranking.cut(new People(this), top, crew.threads()));
    attend(live);
  }

  private @Nullable Condition ruleOf(String segment) {
    LiveSegment live = segments.get(segment);
    return live == null ? null : live.rule();
  }

  private void attend(LiveSegment live) {
    live.mask = mask(live);
    hearJourneys();
  }

  /// Whether any segment listens to journeys.
  private void hearJourneys() {
    journeysBit = 0;
    for (LiveSegment each : segments.values()) {
      if (each.names().contains(Condition.JOURNEYS)) {
        journeysBit = bit(Condition.JOURNEYS);
      }
    }
  }

  /// What a rule that is asked now stands on.
  Condition.Surroundings surroundings() {
    return Condition.Surroundings.of(
        this::ruleOf, top -> Ranking.cut(new People(this), top, crew.threads()));
  }

  /// Goes on with the numbers a checkpoint kept for the shares of everybody.
  void resolve(Map<String, Deque<Double>> rankings) {
    var done = new TreeSet<String>();
    for (int before = -1; before < done.size(); ) {
      before = done.size();
      for (LiveSegment live : segments.values()) {
        if (!done.contains(live.segment.name())
            && done.containsAll(live.segment.rule().segments())) {
          Deque<Double> cuts = rankings.getOrDefault(live.segment.name(), new ArrayDeque<>());
          live.resolve(
              this::ruleOf,
              _ -> {
                Double cut = cuts.poll();
                return cut == null || Double.isNaN(cut)
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(cut);
              });
          attend(live);
          done.add(live.segment.name());
        }
      }
    }
  }

  /// Ranks everybody anew when a day of the brand begins: who is among the most is news of the day.
  private void rank() {
    for (LiveSegment live : List.copyOf(segments.values())) {
      if (live.ranks()) {
        refill(live, true);
      }
    }
  }

  /// Takes a definition over; a segment has no members yet.
  private void define(Entry.Published published) {
    // People stay on the version of a journey that they entered.
    boolean allVersions = published.kind() == Entry.Definition.JOURNEY;
    int at = definitions.size();
    for (int i = definitions.size() - 1; i >= 0; i--) {
      Entry.Published old = definitions.get(i);
      if (old.kind() == published.kind()
          && old.name().equals(published.name())
          && (!allVersions || old.version() == published.version())) {
        definitions.remove(i);
        at = i;
      }
    }
    // In the place of the former: a state read from a checkpoint has them in the same order.
    definitions.add(at, published);
    Json json = Json.parse(published.json());
    switch (published.kind()) {
      case SEGMENT -> {
        var live = new LiveSegment(Segment.parse(published.name(), text(json, "rule")));
        segments.put(published.name(), live);
      }
      case JOURNEY -> {
        Journey journey = JourneyJson.read(json, published.version());
        journeys
            .computeIfAbsent(published.name(), _ -> new TreeMap<>())
            .put(published.version(), journey);
        schedule(journey);
      }
      case TEMPLATE -> {
        Category before = category(published.name());
        templates.put(published.name(), Definitions.template(json));
        departure.halted.remove(published.name());
        if (category(published.name()) != before) {
          // What was heard counts otherwise now.
          hearAgain();
        }
      }
      case COUPON_TEMPLATE -> couponTemplates.put(published.name(), Definitions.coupon(json));
      case AUDIENCE -> throw new IllegalStateException("An audience is frozen, not published");
      case TRIAL -> trials.put(published.name(), TrialJson.read(json));
      case TAG_GROUP -> tags = tags.with(TagGroupJson.read(json));
      case GATE_POLICY -> {
        gatePolicy = Definitions.gatePolicy(json);
        hearAgain();
      }
      case EVENT_TYPE ->
          catalogue =
              catalogue.with(
                  new EventType(published.name(), text(json, "zh"), text(json, "en"), Map.of()));
    }
  }

  private static String text(Json json, String key) {
    return json instanceof Json.Obj object && object.get(key) instanceof Json.Str(String text)
        ? text
        : "";
  }

  private void freeze(Entry.Frozen frozen) {
    LiveSegment live = segments.get(frozen.segment());
    if (audiences.containsKey(frozen.audience()) && !frozen.again()) {
      return;
    }
    if (live != null) {
      keep(
          new Audience(
              frozen.audience(),
              frozen.segment(),
              version(Entry.Definition.SEGMENT, frozen.segment()),
              live.segment.text(),
              now(),
              frozen.who(),
              members(live.rule())));
    } else if (!frozen.text().isEmpty()) {
      Condition rule = RuleText.parse(frozen.text()).with(surroundings());
      keep(
          new Audience(
              frozen.audience(), "", 0, frozen.text(), now(), frozen.who(), members(rule)));
    }
  }

  /// The version of a definition that is in force, 0 when there is none.
  int version(Entry.Definition kind, String name) {
    int version = 0;
    for (Entry.Published each : definitions) {
      if (each.kind() == kind && each.name().equals(name)) {
        version = Math.max(version, each.version());
      }
    }
    return version;
  }

  /// Whoever was merged since they were chosen is in under the name they have now; whoever was
  /// erased is not.
  private void choose(Entry.Chosen chosen) {
    if (chosen.again() || !audiences.containsKey(chosen.audience())) {
      var members = new RoaringBitmap();
      chosen
          .members()
          .forEach(
              (int node) -> {
                if (node < graph.nodes() && graph.person(graph.profileOf(node))) {
                  members.add(graph.profileOf(node));
                }
              });
      keep(new Audience(chosen.audience(), "", 0, chosen.text(), now(), chosen.who(), members));
    }
  }

  private void keep(Audience audience) {
    Audience former = audiences.put(audience.name(), audience);
    RoaringBitmap changed =
        former == null
            ? audience.members()
            : RoaringBitmap.xor(present(former.members()), audience.members());
    for (LiveSegment over : segments.values()) {
      if (over.rule().audiences().contains(audience.name())) {
        changed.forEach(
            (int profile) -> {
              int ordinal = ordinals.of(profile);
              lanes[Lane.of(ordinal)].evaluate(over, profile, Lane.local(ordinal), true);
            });
      }
    }
  }

  /// The profiles these names belong to now.
  RoaringBitmap present(RoaringBitmap names) {
    var profiles = new RoaringBitmap();
    names.forEach(
        (int node) -> {
          if (node < graph.nodes()) {
            profiles.add(graph.profileOf(node));
          }
        });
    return profiles;
  }

  // Journeys.

  private void launch(String name) {
    Journey journey = latest(name);
    if (journey != null && journey.entry() instanceof Journey.Entry.OfAudience(String audience)) {
      Audience members = audiences.get(audience);
      launchedAt.putIfAbsent(name, now());
      Autopilot plan = journey.pilot();
      if (plan != null) {
        if (!piloted.containsKey(name)) {
          release(journey, Pilots.cohort(this, journey, plan.first()), Pilots.launched(now()));
        }
      } else if (members != null) {
        eachOf(
            present(members.members()),
            (lane, profile, local) -> lane.enter(journey, profile, local, ""));
      }
    }
  }

  /// A cohort enters, and that it did becomes part of the journey's story.
  private void release(Journey journey, RoaringBitmap cohort, Pilot.Decided decided) {
    eachOf(present(cohort), (lane, profile, local) -> lane.enter(journey, profile, local, ""));
    piloted
        .computeIfAbsent(journey.name(), _ -> new ArrayList<>())
        .add(
            new Pilot.Decided(
                decided.at(),
                decided.act(),
                decided.why(),
                cohort.getLongCardinality(),
                decided.measured(),
                decided.roi(),
                decided.who()));
  }

  private void pilot(Entry.Piloted decided) {
    Journey journey = latest(decided.journey());
    if (journey != null) {
      release(
          journey,
          decided.cohort(),
          new Pilot.Decided(
              now(),
              decided.act(),
              decided.why(),
              0,
              decided.measured(),
              decided.roi(),
              decided.who()));
    }
  }

  private void call(String name, String key, RoaringBitmap members) {
    Journey journey = latest(name);
    if (journey != null) {
      launchedAt.putIfAbsent(name, now());
      eachOf(present(members), (lane, profile, local) -> lane.enter(journey, profile, local, key));
    }
  }

  Steering steering(String journey) {
    Steered how = steered.get(journey);
    return how == null ? Steering.RUNNING : how.how();
  }

  private void steer(String name, Steering wanted) {
    Steered was = steered.get(name);
    if (wanted == Steering.RUNNING) {
      steered.remove(name);
    } else if (was == null || was.how() != wanted) {
      steered.put(name, new Steered(wanted, nowMs));
    }
    if (was != null && was.how() == Steering.PAUSED && wanted != Steering.PAUSED) {
      crew.each(Crew.ALL, lane -> lanes[lane].resume(name, Instant.ofEpochMilli(was.sinceMs())));
    }
  }

  private void migrate(Entry.Migrated migrated) {
    TreeMap<Integer, Journey> versions = journeys.get(migrated.journey());
    Journey from = versions == null ? null : versions.get(migrated.version());
    if (versions != null && from != null && versions.lastKey() != migrated.version()) {
      var plan = Migration.between(from, versions.lastEntry().getValue(), migrated.to());
      crew.each(Crew.ALL, lane -> lanes[lane].migrate(plan));
    }
  }

  private @Nullable Journey journeyOf(Position position) {
    return version(position.journey(), position.version());
  }

  Set<Integer> versionsOf(String journey) {
    TreeMap<Integer, Journey> versions = journeys.get(journey);
    return versions == null ? Set.of() : versions.keySet();
  }

  @Nullable Journey version(String journey, int version) {
    TreeMap<Integer, Journey> versions = journeys.get(journey);
    return versions == null ? null : versions.get(version);
  }

  @Nullable Journey latest(String name) {
    TreeMap<Integer, Journey> versions = journeys.get(name);
    return versions == null ? null : versions.lastEntry().getValue();
  }

  Journey journey(Position position) {
    Journey journey = journeyOf(position);
    if (journey == null) {
      throw new IllegalStateException(
          "No version " + position.version() + " of " + position.journey());
    }
    return journey;
  }

  Position position(int index) {
    return lanes[Lane.of(index)].positions.get(Lane.local(index));
  }

  void position(int index, Position position) {
    if (!position.equals(position(index))) {
      lanes[Lane.of(index)].positions.set(Lane.local(index), position);
      stirred(position.profile());
    }
  }

  /// Where somebody stands on a journey changed: segments that listen to it are asked.
  void stirred(int node) {
    if (journeysBit != 0) {
      int ordinal = ordinals.of(graph.profileOf(node));
      if (ordinal >= 0) {
        lanes[Lane.of(ordinal)].touch(Lane.local(ordinal), journeysBit);
      }
    }
  }

  /// How far a profile came on a journey; whether it clicked says the timeline.
  boolean onJourney(int profile, String journey, Person.Standing standing) {
    Lane lane = lanes[laneOf(profile)];
    for (int node : graph.members(profile)) {
      if (standing == Person.Standing.SENT || standing == Person.Standing.DELIVERED) {
        for (int index : lane.touchpointsOf(node)) {
          Touchpoint touchpoint = touchpoint(index);
          if (touchpoint.journey().equals(journey)
              && (standing == Person.Standing.SENT
                  ? touchpoint.reason() == Reason.SENT
                  : touchpoint.delivered())) {
            return true;
          }
        }
      } else {
        for (int index : lane.positionsOf(node)) {
          Position position = position(index);
          if (position.journey().equals(journey) && position.stands(standing)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  // The outbox.

  Touchpoint touchpoint(int index) {
    return lanes[Lane.of(index)].touchpoints.get(Lane.local(index));
  }

  void touchpoint(int index, Touchpoint touchpoint) {
    Touchpoint before = touchpoint(index);
    if (touchpoint.equals(before)) {
      return;
    }
    if (touchpoint.reason() != before.reason() || touchpoint.costFen() != before.costFen()) {
      judged(before, -1);
      judged(touchpoint, 1);
    }
    lanes[Lane.of(index)].touchpoints.set(Lane.local(index), touchpoint);
    stirred(touchpoint.profile());
    if ((touchpoint.reason() == Reason.SENT || before.reason() == Reason.SENT)
        && (touchpoint.reason() != before.reason() || !touchpoint.due().equals(before.due()))) {
      heard.refresh(this, graph.profileOf(touchpoint.profile()));
    }
  }

  /// A message comes into the outbox: nothing that anybody asks for changes with that.
  void leaves(int index, Delivery waiting) {
    lanes[Lane.of(index)].touchpoints.set(Lane.local(index), touchpoint(index).with(waiting));
  }

  /// So many messages more have the reason of one.
  void judged(Touchpoint touchpoint, int more) {
    LongAdder count = verdicts.get(touchpoint.reason());
    if (count == null) {
      throw new IllegalStateException("No count of " + touchpoint.reason());
    }
    count.add(more);
    if (touchpoint.reason() == Reason.SENT && touchpoint.costFen() > 0) {
      LongAdder spent = spentFen.get(touchpoint.journey());
      if (spent == null) {
        spent = spentFen.computeIfAbsent(touchpoint.journey(), _ -> new LongAdder());
      }
      spent.add(more * touchpoint.costFen());
    }
  }

  /// Messages per reason that any has.
  Map<Reason, Long> verdicts() {
    var found = new EnumMap<Reason, Long>(Reason.class);
    verdicts.forEach(
        (reason, count) -> {
          if (count.sum() > 0) {
            found.put(reason, count.sum());
          }
        });
    return found;
  }

  int positionOfTouchpoint(int index) {
    return lanes[Lane.of(index)].positionOfTouchpoint(Lane.local(index));
  }

  /// The index of a message, or -1.
  int touchpointIndex(String key) {
    return names.ofKey(key);
  }

  /// @param print the number that the code of the key's link writes
  int touchpointIndex(long print, String key) {
    return names.ofKey(print, key);
  }

  void named(String key, int index) {
    names.add(key, index);
  }

  void named(long print, int index) {
    names.add(print, index);
  }

  /// The name of the next batch.
  String nextBatch() {
    return String.format(java.util.Locale.ROOT, "b%07d", batches + 1);
  }

  /// A guide leaves, or is back: what they were about to send is decided anew.
  private void staff(Entry.Staffed staffed) {
    guides =
        staffed.left()
            ? guides.without(staffed.guide(), staffed.successor())
            : guides.with(staffed.guide());
    if (staffed.left()) {
      again(touchpoint -> touchpoint.sender().equals(staffed.guide()));
    }
  }

  /// Everything of a kind that was let out and has not left is decided anew.
  private void again(Predicate<Touchpoint> wanted) {
    var all = new TreeSet<>(outbox);
    for (Lane lane : lanes) {
      all.addAll(lane.held);
    }
    all.removeIf(index -> !wanted.test(touchpoint(index)));
    for (Lane lane : lanes) {
      lane.held.removeIf(all::contains);
    }
    all.forEach(this::again);
  }

  /// It had its turn; it need not wait for another.
  private void again(int index) {
    outbox.take(index);
    departure.suspects.remove(index);
    departure.passed.put(index, Integer.MAX_VALUE);
    touchpoint(index, touchpoint(index).takenBack(Reason.PACED).with(Reason.PACED, now()));
    lanes[laneOf(graph.profileOf(touchpoint(index).profile()))].decide(index);
  }

  private void recall(List<String> keys) {
    for (String key : keys) {
      int index = touchpointIndex(key);
      if (outbox.has(index)) {
        again(index);
      }
    }
  }

  private void handedOver(String batch, List<String> keys) {
    batches++;
    var indexes = new ArrayList<Integer>();
    long sinceMs = nowMs;
    for (String key : keys) {
      int index = touchpointIndex(key);
      if (index >= 0 && outbox.take(index)) {
        Touchpoint touchpoint = touchpoint(index);
        sinceMs = Math.min(sinceMs, Departure.since(touchpoint).toEpochMilli());
        touchpoint(index, touchpoint.with(new Delivery(Stage.HANDED, batch, "", "", now())));
        touchpointByBatchAndAddress.put(batch + "|" + touchpoint.address(), key);
        indexes.add(index);
      }
    }
    handovers.put(batch, new Handover(batch, List.copyOf(indexes), sinceMs));
  }

  private void answered(String batch, List<Outcome> outcomes) {
    Handover handover = handovers.get(batch);
    if (handover == null) {
      return;
    }
    var unknown = new ArrayList<Integer>();
    int poisoned =
        (int) outcomes.stream().filter(outcome -> outcome instanceof Outcome.Poisoned).count();
    for (int i = 0; i < outcomes.size(); i++) {
      int index = handover.touchpoints().get(i);
      Touchpoint touchpoint = touchpoint(index);
      if (touchpoint.delivery().stage() != Stage.HANDED) {
        // A receipt came before the answer; it knows more, and proves that the platform has it.
        continue;
      }
      switch (outcomes.get(i)) {
        case Outcome.Accepted(String platformId) -> {
          departure.suspects.remove(index);
          touchpoint(
              index, touchpoint.with(new Delivery(Stage.ACCEPTED, batch, platformId, "", now())));
        }
        case Outcome.Refused(String code, String why) -> refused(index, batch, code, why);
        case Outcome.Poisoned(String code, String why) -> {
          if (poisoned == 1) {
            refused(index, batch, code, why);
          } else {
            departure.suspect(index, poisoned);
            back(index, handover);
          }
        }
        case Outcome.Halted(String code, String why) -> {
          departure.halted.putIfAbsent(touchpoint.template(), new Departure.Halt(code, why, nowMs));
          back(index, handover);
        }
        case Outcome.Later _, Outcome.Absent _ -> back(index, handover);
        case Outcome.Unknown _ -> unknown.add(index);
      }
    }
    if (unknown.isEmpty()) {
      handovers.remove(batch);
    } else {
      handovers.put(batch, new Handover(batch, List.copyOf(unknown), handover.sinceMs()));
    }
  }

  private void refused(int index, String batch, String code, String why) {
    departure.suspects.remove(index);
    touchpoint(
        index,
        touchpoint(index)
            .with(Reason.REFUSED)
            .with(new Delivery(Stage.FAILED, batch, "", code + ": " + why, now())));
  }

  /// Not taken: it may leave again, from the place it had.
  private void back(int index, Handover handover) {
    Touchpoint touchpoint = touchpoint(index);
    touchpointByBatchAndAddress.remove(handover.batch() + "|" + touchpoint.address());
    if (graph.identifier(touchpoint.profile()).erased()) {
      departure.suspects.remove(index);
      touchpoint(index, touchpoint.with(Delivery.NONE).erased());
    } else {
      // How long it waits by now counts from when it first might have left.
      Instant since = Instant.ofEpochMilli(handover.sinceMs());
      touchpoint(index, touchpoint.with(new Delivery(Stage.WAITING, "", "", "", since)));
      outbox.add(index);
    }
  }

  private void receipt(Event event) {
    int index = touchpointIndex(event.properties().text("touchpoint"));
    if (index < 0) {
      return;
    }
    Touchpoint touchpoint = touchpoint(index);
    Delivery was = touchpoint.delivery();
    switch (event.name()) {
      case "message_delivered" ->
          touchpoint(
              index,
              touchpoint.with(
                  new Delivery(Stage.DELIVERED, was.batch(), was.platformId(), "", event.time())));
      case "message_failed" -> {
        if (was.stage() != Stage.DELIVERED) {
          touchpoint(
              index,
              touchpoint.with(
                  new Delivery(
                      Stage.FAILED,
                      was.batch(),
                      was.platformId(),
                      event.properties().text("code"),
                      event.time())));
        }
      }
      default -> {}
    }
  }

  @Nullable Touchpoint touchpoint(String key) {
    int index = touchpointIndex(key);
    return index < 0 ? null : touchpoint(index);
  }

  @Nullable Touchpoint touchpointByCode(String code) {
    return names.ofCode(code);
  }

  /// The touchpoint that went to an address in a batch: how receipts that only name those are
  /// understood.
  @Nullable String touchpointKey(String batch, String address) {
    return touchpointByBatchAndAddress.get(batch + "|" + address);
  }

  /// A profile's messages, in the order in which they were wished for.
  List<Touchpoint> touchpointsOf(int profile) {
    var found = new TreeSet<Integer>();
    for (int node : graph.members(profile)) {
      for (int index : lanes[laneOf(profile)].touchpointsOf(node)) {
        found.add(index);
      }
    }
    return found.stream().map(this::touchpoint).toList();
  }

  List<Position> positionsOf(int profile) {
    var found = new TreeSet<Integer>();
    for (int node : graph.members(profile)) {
      for (int index : lanes[laneOf(profile)].positionsOf(node)) {
        found.add(index);
      }
    }
    return found.stream().map(this::position).toList();
  }

  private int laneOf(int profile) {
    return Lane.of(ordinals.of(profile));
  }

  /// All positions, lane by lane.
  List<Position> positions() {
    var all = new ArrayList<Position>();
    for (Lane lane : lanes) {
      for (int i = 0; i < lane.positions.size(); i++) {
        all.add(lane.positions.get(i));
      }
    }
    return all;
  }

  /// All messages, lane by lane.
  List<Touchpoint> touchpoints() {
    var all = new ArrayList<Touchpoint>();
    for (Lane lane : lanes) {
      for (int i = 0; i < lane.touchpoints.size(); i++) {
        all.add(lane.touchpoints.get(i));
      }
    }
    return all;
  }

  /// Per ordinal the name of the profile, -1 where there is none now. The caller's own.
  int[] names() {
    int[] names = ordinals.nodes();
    for (int ordinal = 0; ordinal < names.length; ordinal++) {
      if (!graph.person(names[ordinal])) {
        names[ordinal] = -1;
      }
    }
    return names;
  }
}
