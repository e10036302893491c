package io.huoshui.engine;

import io.huoshui.audience.Audience;
import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.audience.Segment;
import io.huoshui.event.Event;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.EventType;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.identity.IdentityGraph;
import io.huoshui.identity.IdentityGraph.Change;
import io.huoshui.journey.Advance;
import io.huoshui.journey.Effect;
import io.huoshui.journey.Journey;
import io.huoshui.journey.JourneyJson;
import io.huoshui.journey.Position;
import io.huoshui.journey.Signal;
import io.huoshui.json.Json;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.profile.Turn;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Gate;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Template;
import io.huoshui.reach.Touchpoint;
import io.huoshui.reach.Touchpoint.Delivery;
import io.huoshui.reach.Touchpoint.Stage;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Everything the engine knows, as a function of the log. One thread applies; readers hold the
/// engine's read lock.
///
/// The way of one event: identity ([IdentityGraph]) → timeline ([Timelines]) → journeys waiting for
/// it → live segments → journeys that enter → gate → outbox. Events that the journeys themselves
/// cause (a coupon, a tag) take the same way at once; they need no record of their own, because the
/// log that caused them does.
final class State {
  /// Older events are history: they build the timeline, but do not start or move journeys.
  static final Duration NEWS = Duration.ofDays(2);

  /// The source under which the engine's own events stand.
  static final String SELF = "huoshui";

  /// All names listened to beyond this number share one bit; evaluation is then more often, never
  /// wrong.
  private static final int NAME_BITS = 63;

  private ZoneId zone = ZoneOffset.UTC;
  private String linkBase = "";
  final IdentityGraph graph = new IdentityGraph();
  final EventStore store = new EventStore();
  final Timelines timelines = new Timelines(store, graph);
  final IdSet ids = new IdSet();
  private Days days = new Days(ZoneOffset.UTC);

  final Map<String, LiveSegment> segments = new LinkedHashMap<>();
  final Map<String, Audience> audiences = new LinkedHashMap<>();
  final Map<String, TreeMap<Integer, Journey>> journeys = new LinkedHashMap<>();
  final Map<String, Template> templates = new LinkedHashMap<>();
  final Map<String, CouponTemplate> couponTemplates = new LinkedHashMap<>();
  final Map<String, Instant> launchedAt = new LinkedHashMap<>();
  private GatePolicy gatePolicy = GatePolicy.STANDARD;
  private volatile EventCatalogue catalogue = EventCatalogue.standard();

  final List<Position> positions = new ArrayList<>();
  private final Map<Integer, int[]> positionsOf = new HashMap<>();
  private int active;

  final List<Touchpoint> touchpoints = new ArrayList<>();
  private final List<Integer> positionOfTouchpoint = new ArrayList<>();
  private final Map<String, Integer> touchpointByKey = new HashMap<>();
  private final Map<String, Integer> touchpointByCode = new HashMap<>();
  private final Map<Integer, int[]> touchpointsOf = new HashMap<>();

  /// Messages that may leave now, and those let out since the last tick: they leave with the next
  /// one. So what leaves when depends on the log alone, and a run that was cut short goes on
  /// exactly as it would have.
  final TreeSet<Integer> outbox = new TreeSet<>();

  final TreeSet<Integer> held = new TreeSet<>();
  final Map<String, Handover> handovers = new LinkedHashMap<>();
  private final Map<String, String> touchpointByBatchAndAddress = new HashMap<>();
  private int batches;

  private final PriorityQueue<Timer> timers = new PriorityQueue<>();

  /// Asks every segment, whatever it listens to.
  private static final long EVERYTHING = -1L;

  /// Profiles whose events changed since the segments were last asked, with the names that came as
  /// bits.
  private final TreeMap<Integer, Long> touched = new TreeMap<>();

  /// Whose events have a time that is yet to come, because a sender's clock is ahead.
  private final TreeMap<Long, List<Integer>> ahead = new TreeMap<>();

  private long nowMs = Long.MIN_VALUE;
  private Moment moment;
  private final Timelines.View view;

  /// A segment whose members are kept up to date.
  static final class LiveSegment {
    final Segment segment;
    final RoaringBitmap members = new RoaringBitmap();
    final java.util.Set<String> names;
    final Turn turns;
    final java.util.Set<Integer> edges;
    long mask;
    long entered;
    long left;

    LiveSegment(Segment segment) {
      this.segment = segment;
      this.names = segment.rule().listensTo();
      this.turns = segment.rule().turns();
      this.edges = segment.rule().dayEdges();
    }
  }

  /// A batch given to a platform whose answer is not written down yet.
  record Handover(String batch, List<Integer> touchpoints) {}

  private record Timer(long dueMs, boolean ofPosition, int index) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      int byDue = Long.compare(dueMs, other.dueMs);
      int byKind = byDue != 0 ? byDue : Boolean.compare(other.ofPosition, ofPosition);
      return byKind != 0 ? byKind : Integer.compare(index, other.index);
    }
  }

  State() {
    this.moment = new Moment(Instant.EPOCH, zone);
    this.view = view();
  }

  private void configure(String newZone, String newLinkBase) {
    ZoneId wanted = ZoneId.of(newZone);
    if (!wanted.equals(zone)) {
      if (store.size() > 0) {
        throw new IllegalStateException("The zone can not change from " + zone + " to " + wanted);
      }
      zone = wanted;
      days = new Days(wanted);
      moment = new Moment(now(), wanted);
    }
    linkBase = newLinkBase;
  }

  String linkBase() {
    return linkBase;
  }

  Timelines.View view() {
    return timelines.view(this::audienceHas);
  }

  private boolean audienceHas(String audience, int node) {
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

  EventCatalogue catalogue() {
    return catalogue;
  }

  GatePolicy gatePolicy() {
    return gatePolicy;
  }

  int activePositions() {
    return active;
  }

  int timersPending() {
    return timers.size();
  }

  /// When the next timer is due, or null.
  @Nullable Instant nextTimer() {
    Timer next = timers.peek();
    return next == null ? null : Instant.ofEpochMilli(next.dueMs());
  }

  void apply(Entry entry) {
    if (entry instanceof Entry.Ticked) {
      // What this tick's own timers let out leaves with the next one: a message never reaches its
      // platform before the
      // instant at which it was let out.
      outbox.addAll(held);
      held.clear();
    }
    clock(entry.nowMs());
    switch (entry) {
      case Entry.Configured(long _, String newZone, String newLinkBase) ->
          configure(newZone, newLinkBase);
      case Entry.Events(long _, List<Event> events) -> apply(events);
      case Entry.Published published -> publish(published);
      case Entry.Frozen(long _, String audience, String segment) -> freeze(audience, segment);
      case Entry.Launched(long _, String journey) -> launch(journey);
      case Entry.Ticked _ -> {}
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
      case Entry.HandedOver(long _, String batch, List<String> keys) -> handedOver(batch, keys);
      case Entry.Answered(long _, String batch, List<Outcome> outcomes) ->
          answered(batch, outcomes);
    }
    askSegments();
  }

  /// Asks the segments about everybody who was touched; what that causes may touch again.
  private void askSegments() {
    while (!touched.isEmpty()) {
      Map.Entry<Integer, Long> next = touched.pollFirstEntry();
      if (graph.profileOf(next.getKey()) == next.getKey()) {
        evaluate(next.getKey(), next.getValue());
      }
    }
  }

  // The clock: timers fire in their order, each at its own instant; days that begin re-open
  // windows.

  private void clock(long toMs) {
    if (nowMs == Long.MIN_VALUE) {
      set(toMs);
      return;
    }
    if (toMs <= nowMs) {
      return;
    }
    long target = toMs;
    while (true) {
      long turn = nextTurn();
      Timer timer = timers.peek();
      if (timer != null && timer.dueMs() <= target && timer.dueMs() < turn) {
        timers.remove();
        set(Math.max(nowMs, timer.dueMs()));
        fire(timer);
        askSegments();
      } else if (turn <= target) {
        set(turn);
        turn(turn);
        askSegments();
      } else {
        set(target);
        return;
      }
    }
  }

  private void set(long to) {
    if (to != nowMs) {
      nowMs = to;
      moment = new Moment(Instant.ofEpochMilli(to), zone);
    }
  }

  /// The next midnight of the brand, or full hour, where a segment waits for it, or the time of an
  /// event that came early, whichever comes first. Where a zone is a quarter of an hour off,
  /// midnight is no full hour.
  private long nextTurn() {
    long soonest = ahead.isEmpty() ? Long.MAX_VALUE : ahead.firstKey();
    boolean days = false;
    boolean hours = false;
    for (LiveSegment live : segments.values()) {
      days |= live.turns != Turn.NEVER;
      hours |= live.turns == Turn.HOURLY;
    }
    if (days) {
      soonest = Math.min(soonest, Turn.DAILY.next(now(), zone).toEpochMilli());
    }
    if (hours) {
      soonest = Math.min(soonest, Turn.HOURLY.next(now(), zone).toEpochMilli());
    }
    return soonest;
  }

  /// A new day moves the edges of windows by one day: an event that was `n` days old yesterday is
  /// `n + 1` days old today, so for an edge of `n` days the people to ask are those with an event
  /// `n + 1` days ago. Windows of hours are asked of everybody on every full hour, and at midnight.
  private void turn(long at) {
    while (!ahead.isEmpty() && ahead.firstKey() <= at) {
      for (int node : ahead.pollFirstEntry().getValue()) {
        touched.put(graph.profileOf(node), EVERYTHING);
      }
    }
    boolean midnight = Turn.DAILY.begins(Instant.ofEpochMilli(at), zone);
    boolean hour = Turn.HOURLY.begins(Instant.ofEpochMilli(at), zone);
    LocalDate today = Instant.ofEpochMilli(at).atZone(zone).toLocalDate();
    for (LiveSegment live : segments.values()) {
      if (live.turns == Turn.HOURLY && (hour || midnight)) {
        for (int profile = 0; profile < graph.nodes(); profile++) {
          if (graph.profileOf(profile) == profile) {
            evaluate(live, profile, true);
          }
        }
      } else if (live.turns == Turn.DAILY && midnight) {
        var asked = new RoaringBitmap();
        for (int edge : live.edges) {
          days.of(today, edge + 1, node -> asked.add(graph.profileOf(node)));
        }
        asked.forEach((int profile) -> evaluate(live, profile, true));
      }
    }
  }

  // Events.

  private void apply(List<Event> events) {
    var changes = new ArrayList<Change>();
    for (Event event : events) {
      ids.add(event.source(), event.id());
      changes.clear();
      int known = graph.nodes();
      int node =
          graph.learn(event.identifiers(), event.id(), event.time(), event.source(), changes);
      // A newcomer satisfies rules that no event of theirs would wake: never bought, registered.
      for (int newcomer = known; newcomer < graph.nodes(); newcomer++) {
        touched.put(graph.profileOf(newcomer), EVERYTHING);
      }
      if (!changes.isEmpty()) {
        follow(changes);
      }
      take(event, node);
    }
  }

  /// Puts one event on its timeline and lets journeys see it.
  private void take(Event event, int node) {
    int number = store.add(event, node);
    days.add(event.time().toEpochMilli(), node);
    if (event.time().toEpochMilli() > nowMs) {
      ahead.computeIfAbsent(event.time().toEpochMilli(), _ -> new ArrayList<>()).add(node);
    }
    int profile = graph.profileOf(node);
    timelines.insert(profile, number);
    long bit = 1L << Math.min(store.nameNumber(number), NAME_BITS);
    touched.merge(profile, bit, (a, b) -> a | b);
    if (event.name().startsWith("message_")) {
      receipt(event);
    }
    if (event.time().toEpochMilli() >= nowMs - NEWS.toMillis()) {
      if (!positions.isEmpty()) {
        signal(profile, number);
      }
      enterByEvent(profile, number);
    }
  }

  private void follow(List<Change> changes) {
    for (Change change : changes) {
      switch (change) {
        case Change.Merged(int kept, int absorbed, int _) -> {
          timelines.merge(kept, absorbed);
          touched.remove(absorbed);
          touched.put(kept, EVERYTHING);
          for (LiveSegment live : segments.values()) {
            live.members.remove(absorbed);
          }
        }
        case Change.Parted(List<Integer> former, List<Integer> profiles) -> {
          timelines.part(former);
          var all = new TreeSet<>(former);
          all.addAll(profiles);
          for (int profile : all) {
            for (LiveSegment live : segments.values()) {
              if (graph.profileOf(profile) != profile) {
                live.members.remove(profile);
              } else {
                evaluate(live, profile, false);
              }
            }
          }
        }
      }
    }
  }

  // Segments.

  private void evaluate(int profile, long bits) {
    for (LiveSegment live : segments.values()) {
      if (bits == EVERYTHING || (live.mask & bits) != 0) {
        evaluate(live, profile, true);
      }
    }
  }

  private void evaluate(LiveSegment live, int profile, boolean starts) {
    boolean now = live.segment.rule().test(view.of(profile), moment);
    boolean was = live.members.contains(profile);
    if (now == was) {
      return;
    }
    if (now) {
      live.members.add(profile);
      live.entered++;
      if (starts) {
        enterBySegment(live.segment.name(), profile);
      }
    } else {
      live.members.remove(profile);
      live.left++;
    }
  }

  private long mask(LiveSegment live) {
    long mask = 0;
    for (String name : live.names) {
      mask |= name.equals("*") ? -1L : 1L << Math.min(store.names().number(name), NAME_BITS);
    }
    return mask;
  }

  /// The members of a rule now, exactly.
  RoaringBitmap members(Condition rule) {
    var members = new RoaringBitmap();
    Timelines.View own = view();
    var at = new Moment(now(), zone);
    for (int profile = 0; profile < graph.nodes(); profile++) {
      if (graph.profileOf(profile) == profile && rule.test(own.of(profile), at)) {
        members.add(profile);
      }
    }
    return members;
  }

  // Definitions.

  private void publish(Entry.Published published) {
    Json json = Json.parse(published.json());
    switch (published.kind()) {
      case SEGMENT -> {
        var live = new LiveSegment(Segment.parse(published.name(), text(json, "rule")));
        live.mask = mask(live);
        live.members.or(members(live.segment.rule()));
        segments.put(published.name(), live);
      }
      case JOURNEY ->
          journeys
              .computeIfAbsent(published.name(), _ -> new TreeMap<>())
              .put(published.version(), JourneyJson.read(json, published.version()));
      case TEMPLATE -> templates.put(published.name(), Definitions.template(json));
      case COUPON_TEMPLATE -> couponTemplates.put(published.name(), Definitions.coupon(json));
      case GATE_POLICY -> gatePolicy = Definitions.gatePolicy(json);
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

  private void freeze(String audience, String segment) {
    LiveSegment live = segments.get(segment);
    if (live != null && !audiences.containsKey(audience)) {
      var frozen =
          new Audience(audience, segment, live.segment.text(), now(), members(live.segment.rule()));
      audiences.put(audience, frozen);
      for (LiveSegment over : segments.values()) {
        if (over.segment.rule().audiences().contains(audience)) {
          frozen.members().forEach((int profile) -> evaluate(over, profile, true));
        }
      }
    }
  }

  // Journeys.

  private void launch(String name) {
    Journey journey = latest(name);
    if (journey != null && journey.entry() instanceof Journey.Entry.OfAudience(String audience)) {
      Audience members = audiences.get(audience);
      launchedAt.putIfAbsent(name, now());
      if (members != null) {
        var entered = new RoaringBitmap();
        members.members().forEach((int node) -> entered.add(graph.profileOf(node)));
        entered.forEach((int profile) -> enter(journey, profile, ""));
      }
    }
  }

  @Nullable Journey latest(String name) {
    TreeMap<Integer, Journey> versions = journeys.get(name);
    return versions == null ? null : versions.lastEntry().getValue();
  }

  private void enterBySegment(String segment, int profile) {
    for (TreeMap<Integer, Journey> versions : journeys.values()) {
      Journey journey = versions.lastEntry().getValue();
      if (journey.entry() instanceof Journey.Entry.OfSegment(String wanted)
          && wanted.equals(segment)) {
        enter(journey, profile, "");
      }
    }
  }

  private void enterByEvent(int profile, int number) {
    for (TreeMap<Integer, Journey> versions : journeys.values()) {
      Journey journey = versions.lastEntry().getValue();
      if (journey.entry() instanceof Journey.Entry.OfEvent(var pattern)
          && pattern.matches(view.of(profile), timelines.indexOf(profile, number))) {
        String key =
            journey.reentry() instanceof Journey.Reentry.PerKey(String property)
                ? shown(store.property(number, property))
                : "";
        enter(journey, profile, key);
      }
    }
  }

  private static String shown(@Nullable Value value) {
    return value == null ? "" : value.shown();
  }

  private void enter(Journey journey, int profile, String key) {
    int before = 0;
    Instant lastEntry = Instant.MIN;
    for (int node : graph.members(profile)) {
      for (int index : positionsOf.getOrDefault(node, new int[0])) {
        Position other = positions.get(index);
        if (other.journey().equals(journey.name())) {
          if (!other.over()) {
            if (!(journey.reentry() instanceof Journey.Reentry.PerKey)
                || other.entry().equals(key)) {
              return;
            }
          }
          if (other.entry().equals(key) && journey.reentry() instanceof Journey.Reentry.PerKey) {
            return;
          }
          before++;
          lastEntry = other.enteredAt().isAfter(lastEntry) ? other.enteredAt() : lastEntry;
        }
      }
    }
    String entry =
        switch (journey.reentry()) {
          case Journey.Reentry.Once() -> before > 0 ? null : "";
          case Journey.Reentry.PerKey _ -> key;
          case Journey.Reentry.After(var pause) ->
              before > 0 && now().isBefore(pause.after(lastEntry, zone))
                  ? null
                  : String.valueOf(before);
        };
    if (entry == null) {
      return;
    }
    int index = positions.size();
    Advance.Result result = Advance.enter(journey, profile, entry, view.of(profile), moment);
    positions.add(result.position());
    positionsOf.merge(profile, new int[] {index}, State::append);
    active += result.position().over() ? 0 : 1;
    settle(index, result);
  }

  private static int[] append(int[] to, int[] one) {
    int[] longer = java.util.Arrays.copyOf(to, to.length + 1);
    longer[to.length] = one[0];
    return longer;
  }

  /// Takes over where a position stands now, and performs what it wants done.
  private void settle(int index, Advance.Result result) {
    Position position = result.position();
    boolean was = positions.get(index).over();
    positions.set(index, position);
    if (position.over()) {
      active -= was ? 0 : 1;
    } else if (position.due() != null) {
      timers.add(new Timer(position.due().toEpochMilli(), true, index));
    }
    for (Effect effect : result.effects()) {
      perform(index, effect);
    }
  }

  /// What one position does may put an event of now before one whose sender's clock is ahead: the
  /// event's place is looked up anew for each.
  private void signal(int profile, int number) {
    for (int node : graph.members(profile)) {
      int[] indexes = positionsOf.get(node);
      if (indexes == null) {
        continue;
      }
      for (int index : indexes) {
        Position position = positions.get(index);
        if (position.over() && position.goalAt() != null) {
          continue;
        }
        if (!position.over() && shadowed(index, position, profile)) {
          shadow(index);
          continue;
        }
        Advance.Result result =
            Advance.advance(
                journey(position),
                position,
                new Signal.Happened(view.of(profile), timelines.indexOf(profile, number)),
                view,
                moment);
        if (!result.position().equals(position)) {
          settle(index, result);
        }
      }
    }
  }

  private Journey journey(Position position) {
    TreeMap<Integer, Journey> versions = journeys.get(position.journey());
    Journey journey = versions == null ? null : versions.get(position.version());
    if (journey == null) {
      throw new IllegalStateException(
          "No version " + position.version() + " of " + position.journey());
    }
    return journey;
  }

  private void fire(Timer timer) {
    if (timer.ofPosition()) {
      Position position = positions.get(timer.index());
      // A position that moved on has a later timer of its own.
      if (position.over()
          || position.due() == null
          || position.due().toEpochMilli() != timer.dueMs()) {
        return;
      }
      int profile = graph.profileOf(position.profile());
      if (shadowed(timer.index(), position, profile)) {
        shadow(timer.index());
        return;
      }
      settle(
          timer.index(),
          Advance.advance(journey(position), position, new Signal.Due(), view.of(profile), moment));
    } else {
      decide(timer.index());
    }
  }

  /// Two identities of one person on the same journey: the one that entered first goes on, or has
  /// gone. Where a person may enter again after a pause, a later entry shadows nothing.
  private boolean shadowed(int index, Position position, int profile) {
    Journey.Reentry reentry = journey(position).reentry();
    for (int node : graph.members(profile)) {
      for (int other : positionsOf.getOrDefault(node, new int[0])) {
        Position rival = positions.get(other);
        if (other < index
            && rival.exit() != Position.Exit.MERGED
            && rival.journey().equals(position.journey())
            && rival.entry().equals(position.entry())
            && !(rival.over()
                && reentry instanceof Journey.Reentry.After(var pause)
                && !position.enteredAt().isBefore(pause.after(rival.enteredAt(), zone)))) {
          return true;
        }
      }
    }
    return false;
  }

  private void shadow(int index) {
    positions.set(index, positions.get(index).ended(Position.Exit.MERGED));
    active--;
  }

  private void perform(int positionIndex, Effect effect) {
    Position position = positions.get(positionIndex);
    switch (effect) {
      case Effect.Send(String key, String template, boolean heldOut) ->
          wish(positionIndex, key, template, heldOut);
      case Effect.IssueCoupon(String key, String name, String coupon) -> {
        CouponTemplate template = couponTemplates.get(name);
        if (template != null) {
          happen(
              key,
              "coupon_issued",
              position,
              Properties.of(
                  "coupon", coupon,
                  "template", name,
                  "valueFen", template.valueFen(),
                  "thresholdFen", template.thresholdFen(),
                  "expires", template.expiry(now(), zone).toString(),
                  "journey", position.journey()));
        }
      }
      case Effect.AddTag(String key, String tag) ->
          happen(
              key, "tag_added", position, Properties.of("tag", tag, "journey", position.journey()));
    }
  }

  /// An event the engine itself causes, on the timeline of whoever entered.
  private void happen(String key, String name, Position position, Properties properties) {
    if (ids.add(SELF, key)) {
      Identifier identifier = graph.identifier(position.profile());
      take(new Event(key, name, now(), SELF, List.of(identifier), properties), position.profile());
    }
  }

  // The gate and the outbox.

  private void wish(int positionIndex, String key, String templateName, boolean heldOut) {
    Template template = templates.get(templateName);
    if (template == null || touchpointByKey.containsKey(key)) {
      return;
    }
    Position position = positions.get(positionIndex);
    int index = touchpoints.size();
    String code = Definitions.linkCode(key);
    touchpoints.add(
        new Touchpoint(
            key,
            position.journey(),
            position.profile(),
            templateName,
            template.channel(),
            heldOut ? Reason.HOLD_OUT : Reason.QUIET_HOURS,
            now(),
            "",
            "",
            template.sender(),
            template.costFen(),
            code,
            Delivery.NONE));
    positionOfTouchpoint.add(positionIndex);
    touchpointByKey.put(key, index);
    touchpointByCode.put(code, index);
    touchpointsOf.merge(position.profile(), new int[] {index}, State::append);
    if (!heldOut) {
      gate(index, position);
    }
  }

  /// The wait for the end of the quiet hours is over.
  private void decide(int index) {
    Touchpoint touchpoint = touchpoints.get(index);
    if (touchpoint.reason() != Reason.QUIET_HOURS) {
      return;
    }
    int positionIndex = positionOfTouchpoint.get(index);
    Position position = positions.get(positionIndex);
    if (position.exit() == Position.Exit.GOAL) {
      touchpoints.set(index, touchpoint.with(Reason.OVERTAKEN));
      return;
    }
    if (position.exit() == Position.Exit.MERGED
        || shadowed(positionIndex, position, graph.profileOf(position.profile()))) {
      touchpoints.set(index, touchpoint.with(Reason.MERGED));
      return;
    }
    gate(index, position);
  }

  private void gate(int index, Position position) {
    Touchpoint touchpoint = touchpoints.get(index);
    int profile = graph.profileOf(touchpoint.profile());
    view.of(profile);
    Identifier address = view.identifier(touchpoint.channel().address());
    Gate.Decision decision =
        Gate.decide(
            touchpoint.channel(),
            false,
            address == null ? null : address.value(),
            view,
            (channel, sinceMs) -> sentSince(profile, channel, sinceMs),
            gatePolicy,
            now(),
            zone);
    switch (decision) {
      case Gate.Decision.Closed(Reason reason) -> touchpoints.set(index, touchpoint.with(reason));
      case Gate.Decision.Later(Reason reason, Instant until) -> {
        touchpoints.set(index, touchpoint.with(reason));
        timers.add(new Timer(until.toEpochMilli(), false, index));
      }
      case Gate.Decision.Open() -> {
        Template template = templates.get(touchpoint.template());
        if (template == null || address == null) {
          throw new IllegalStateException("The gate opened for a message that can not be made");
        }
        touchpoints.set(
            index,
            new Touchpoint(
                touchpoint.key(),
                touchpoint.journey(),
                touchpoint.profile(),
                touchpoint.template(),
                touchpoint.channel(),
                Reason.SENT,
                now(),
                address.value(),
                template.render(word -> word(word, touchpoint, position)),
                template.sender(),
                template.costFen(),
                touchpoint.code(),
                Delivery.NONE));
        held.add(index);
      }
    }
  }

  private @Nullable String word(String name, Touchpoint touchpoint, Position position) {
    return switch (name) {
      case "coupon" -> position.coupon();
      case "link" -> linkBase + "/r/" + touchpoint.code();
      default -> {
        Value trait = view.trait(name);
        yield trait == null ? null : trait.shown();
      }
    };
  }

  private int sentSince(int profile, @Nullable ChannelKind channel, long sinceMs) {
    int sent = 0;
    for (int node : graph.members(profile)) {
      for (int index : touchpointsOf.getOrDefault(node, new int[0])) {
        Touchpoint touchpoint = touchpoints.get(index);
        if (touchpoint.reason() == Reason.SENT
            && (channel == null || touchpoint.channel() == channel)
            && touchpoint.due().toEpochMilli() > sinceMs) {
          sent++;
        }
      }
    }
    return sent;
  }

  /// The name of the next batch.
  String nextBatch() {
    return String.format(java.util.Locale.ROOT, "b%07d", batches + 1);
  }

  private void handedOver(String batch, List<String> keys) {
    batches++;
    var indexes = new ArrayList<Integer>();
    for (String key : keys) {
      Integer index = touchpointByKey.get(key);
      if (index != null && outbox.remove(index)) {
        Touchpoint touchpoint = touchpoints.get(index);
        touchpoints.set(index, touchpoint.with(new Delivery(Stage.HANDED, batch, "", "", now())));
        touchpointByBatchAndAddress.put(batch + "|" + touchpoint.address(), key);
        indexes.add(index);
      }
    }
    handovers.put(batch, new Handover(batch, List.copyOf(indexes)));
  }

  private void answered(String batch, List<Outcome> outcomes) {
    Handover handover = handovers.get(batch);
    if (handover == null) {
      return;
    }
    var unknown = new ArrayList<Integer>();
    for (int i = 0; i < outcomes.size(); i++) {
      int index = handover.touchpoints().get(i);
      Touchpoint touchpoint = touchpoints.get(index);
      if (touchpoint.delivery().stage() != Stage.HANDED) {
        // A receipt came before the answer; it knows more, and proves that the platform has it.
        continue;
      }
      switch (outcomes.get(i)) {
        case Outcome.Accepted(String platformId) ->
            touchpoints.set(
                index, touchpoint.with(new Delivery(Stage.ACCEPTED, batch, platformId, "", now())));
        case Outcome.Refused(String code, String why) ->
            touchpoints.set(
                index,
                touchpoint
                    .with(Reason.REFUSED)
                    .with(new Delivery(Stage.FAILED, batch, "", code + ": " + why, now())));
        case Outcome.Later _, Outcome.Absent _ -> {
          touchpoints.set(index, touchpoint.with(Delivery.NONE));
          outbox.add(index);
        }
        case Outcome.Unknown _ -> unknown.add(index);
      }
    }
    if (unknown.isEmpty()) {
      handovers.remove(batch);
    } else {
      handovers.put(batch, new Handover(batch, List.copyOf(unknown)));
    }
  }

  private void receipt(Event event) {
    Integer index = touchpointByKey.get(event.properties().text("touchpoint"));
    if (index == null) {
      return;
    }
    Touchpoint touchpoint = touchpoints.get(index);
    Delivery was = touchpoint.delivery();
    switch (event.name()) {
      case "message_delivered" ->
          touchpoints.set(
              index,
              touchpoint.with(
                  new Delivery(Stage.DELIVERED, was.batch(), was.platformId(), "", event.time())));
      case "message_failed" -> {
        if (was.stage() != Stage.DELIVERED) {
          touchpoints.set(
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
    Integer index = touchpointByKey.get(key);
    return index == null ? null : touchpoints.get(index);
  }

  @Nullable Touchpoint touchpointByCode(String code) {
    Integer index = touchpointByCode.get(code);
    return index == null ? null : touchpoints.get(index);
  }

  /// The touchpoint that went to an address in a batch: how receipts that only name those are
  /// understood.
  @Nullable String touchpointKey(String batch, String address) {
    return touchpointByBatchAndAddress.get(batch + "|" + address);
  }

  List<Touchpoint> touchpointsOf(int profile) {
    var found = new TreeSet<Integer>();
    for (int node : graph.members(profile)) {
      for (int index : touchpointsOf.getOrDefault(node, new int[0])) {
        found.add(index);
      }
    }
    return found.stream().map(touchpoints::get).toList();
  }

  List<Position> positionsOf(int profile) {
    var found = new TreeSet<Integer>();
    for (int node : graph.members(profile)) {
      for (int index : positionsOf.getOrDefault(node, new int[0])) {
        found.add(index);
      }
    }
    return found.stream().map(positions::get).toList();
  }
}
