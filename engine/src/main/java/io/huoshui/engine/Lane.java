package io.huoshui.engine;

import io.huoshui.audience.Moment;
import io.huoshui.engine.Occurrences.Occurrence;
import io.huoshui.engine.columns.Words;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.journey.Advance;
import io.huoshui.journey.Effect;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Migration;
import io.huoshui.journey.Position;
import io.huoshui.journey.Signal;
import io.huoshui.journey.Steering;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.reach.Category;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Gate;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Template;
import io.huoshui.reach.Touchpoint;
import io.huoshui.reach.Touchpoint.Delivery;
import io.huoshui.reach.Wording;
import io.huoshui.tag.Tag;
import io.huoshui.tag.TagBook;
import io.huoshui.tag.TagGroup;
import java.nio.LongBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One sixteenth of the people, and everything that is theirs: timelines, memberships, positions,
/// messages, timers. One thread at a time works on a lane, and what happens in one does not depend
/// on any other, so any number of threads gives the same state.
///
/// A profile's lane follows from its ordinal. What a merge or an unmerge moves from lane to lane,
/// [State] moves between two steps, when no lane runs.
final class Lane {
  /// Lanes are part of what numbers mean: an index is `16 * local + lane`.
  static final int COUNT = 16;

  private static final int BITS = 4;

  /// Timers of one instant: first what time alone does to memberships, then positions, then
  /// messages that waited.
  private static final int TURN = 0;

  private static final int POSITION = 1;
  private static final int TOUCHPOINT = 2;

  /// Asks every segment, whatever it listens to.
  static final long EVERYTHING = -1L;

  /// Asked when nobody knows when next.
  private static final long NEVER = Long.MAX_VALUE;

  private final State state;
  private final int number;
  private final View view;
  final Timelines timelines;
  final Timers timers;

  // Positions and messages that came to be in this lane; a merge moves whose they are, not where
  // they are kept.
  final Shelf<Position> positions = new Shelf<>();
  final Shelf<Touchpoint> touchpoints = new Shelf<>();
  private final Shelf<Integer> positionOfTouchpoint = new Shelf<>();

  private final ByNode.Order byEntry = this::placeByEntry;
  private final ByNode.Order byIndex = Lane::placeByIndex;

  // By identifier node of the lane's people.
  private final ByNode positionsOf = new ByNode();
  private final ByNode touchpointsOf = new ByNode();

  /// When time alone may next change a membership, per local.
  private long[] turnsAt = new long[64];

  /// Locals whose events changed since the segments were last asked, with the names that came as
  /// bits.
  private final TreeMap<Integer, Long> touched = new TreeMap<>();

  /// Messages let out since the last tick.
  final List<Integer> held = new ArrayList<>();

  /// Messages wished for at this instant, which have not met the gate. Empty between two records.
  private final List<Integer> wished = new ArrayList<>();

  /// Messages let out since the record began, of journeys that have a budget.
  final List<Integer> charged = new ArrayList<>();

  /// Messages let out since the record began, where there are paces.
  final List<Integer> letOut = new ArrayList<>();

  /// Messages that wait for their turn no more, whatever became of them.
  final List<Integer> unpaced = new ArrayList<>();

  final List<Occurrence> occurred = new ArrayList<>();
  final List<Changes.Change> changed = new ArrayList<>();
  final List<ArmCounts.Counted> armed = new ArrayList<>();

  /// The ways that positions went; who went the same way shares one text.
  private final Map<String, String> ways = new HashMap<>();

  /// The text that was said last, read: mostly many are told the same.
  private String worded = "";

  private @Nullable Wording wording;

  private final Told told = new Told(-1);

  private int active;
  private long nowMs = Long.MIN_VALUE;
  private Moment moment;

  Lane(State state, int number, Words words, Timers timers) {
    this.state = state;
    this.timers = timers;
    this.number = number;
    this.timelines = new Timelines(words, number);
    this.view = new View(state);
    this.moment = new Moment(Instant.EPOCH, state.zone());
    Arrays.fill(turnsAt, NEVER);
  }

  static int of(int ordinal) {
    return ordinal & (COUNT - 1);
  }

  static int local(int ordinal) {
    return ordinal >>> BITS;
  }

  private int ordinal(int local) {
    return local << BITS | number;
  }

  int number() {
    return number;
  }

  int activePositions() {
    return active;
  }

  private Instant now() {
    return moment.now();
  }

  private void set(long toMs) {
    if (toMs != nowMs) {
      nowMs = toMs;
      moment = moment.at(Instant.ofEpochMilli(toMs));
    }
  }

  /// The zone is set before the first event.
  void live(long atMs) {
    nowMs = atMs;
    moment = new Moment(Instant.ofEpochMilli(atMs), state.zone());
  }

  // The clock: timers fire in their order, each at its own instant.

  boolean waits(long toMs) {
    return timers.nextDue() <= toMs;
  }

  void pass(long toMs) {
    pass(toMs, false);
  }

  /// @param late nothing ran until now: what was due fires now, and knows how late it is
  void pass(long toMs, boolean late) {
    if (late) {
      set(Math.max(nowMs, toMs));
    }
    while (true) {
      if (!wished.isEmpty() && timers.nextDue() > nowMs) {
        // Nothing more happens at this instant: who is wished for by several has all of them here.
        meetGate();
      } else if (timers.next(toMs)) {
        set(Math.max(nowMs, timers.dueMs()));
        fire(timers.kind(), timers.payload(), timers.dueMs());
        ask();
      } else {
        break;
      }
    }
    set(Math.max(nowMs, toMs));
  }

  private void fire(int kind, long payload, long dueMs) {
    switch (kind) {
      case TURN -> turn((int) payload, dueMs);
      case POSITION -> due((int) payload, dueMs);
      default -> decide((int) payload, dueMs);
    }
  }

  // Events.

  /// Puts one event on its timeline, with the tags it brings, and lets journeys see it.
  void take(Event sent, int node, int ordinal) {
    int local = local(ordinal);
    Event event = state.tags().said(sent);
    if (Occurrences.FOLLOWED.contains(event.name())) {
      occurred.add(new Occurrence(event.name(), node, event.time(), event.properties()));
    }
    if (!state.graph.person(state.ordinals.node(ordinal))) {
      // A receipt of what an erased person was sent: there is no timeline any more.
      return;
    }
    int name = state.words().name(event.name());
    int event_ = timelines.insert(local, event, node);
    long bit = 1L << Math.min(name, State.NAME_BITS);
    touched.merge(local, bit, (a, b) -> a | b);
    if (state.tags().hears(event.name())) {
      putTags(event, event_, node, ordinal);
    }
    if (event.time().toEpochMilli() >= nowMs - State.NEWS.toMillis()) {
      int profile = state.ordinals.node(ordinal);
      signal(profile, local, event_);
      enterByEvent(profile, local, event_, event);
    }
  }

  // Tags.

  /// What an event says of tags happens with it.
  private void putTags(Event event, int number, int node, int ordinal) {
    int profile = state.ordinals.node(ordinal);
    view.of(profile);
    for (TagBook.Put put : state.tags().puts(view, view.indexOf(number))) {
      if (put.on() != view.of(profile).tagged(put.tag())) {
        tagging(
            put.tag(), put.on(), event.time(), Properties.of("event", event.name()), node, ordinal);
      }
    }
  }

  /// The engine itself puts a tag on, or takes it off.
  ///
  /// @param by what caused it
  private void tagging(String tag, boolean on, Instant time, Properties by, int node, int ordinal) {
    take(
        new Event(
            "tag",
            on ? "tag_added" : "tag_removed",
            time,
            State.SELF,
            List.of(state.graph.identifier(node)),
            by.with("tag", Value.of(tag))),
        node,
        ordinal);
  }

  /// Tags that follow a segment say the same as it: if the segment's own last word on a tag is not
  /// what it says now, it says so. What hands did in between stays.
  void settleTags(LiveSegment live, int profile, int local) {
    for (Tag tag : state.tags().bySegment(live.segment.name())) {
      follow(tag.name(), live.segment.name(), live.members(number).contains(local), profile, local);
    }
  }

  private void follow(String tag, String segment, boolean member, int profile, int local) {
    int last = lastWord(view.of(profile), tag, segment);
    boolean on = last >= 0 && view.name(last).equals("tag_added");
    if (member != on) {
      // Where it was put on: so that parting people again leaves each with what is theirs.
      int node = member ? profile : view.node(last);
      tagging(tag, member, now(), Properties.of("segment", segment), node, ordinal(local));
    }
  }

  /// The last event by which a segment put a tag on or took it off, or -1.
  private static int lastWord(View person, String tag, String segment) {
    for (int i = person.size() - 1; i >= 0; i--) {
      String name = person.name(i);
      if ((name.equals("tag_added") || name.equals("tag_removed"))
          && person.source(i).equals(State.SELF)
          && Value.of(segment).equals(person.property(i, "segment"))
          && Value.of(tag).equals(person.property(i, "tag"))) {
        return i;
      }
    }
    return -1;
  }

  /// After tag groups changed.
  ///
  /// @param before the groups as they were
  void settleTags(TagBook before, int locals) {
    for (int local = 0; local < locals; local++) {
      int profile = state.ordinals.node(ordinal(local));
      if (state.graph.person(profile)) {
        for (TagGroup group : before.groups()) {
          for (Tag tag : group.tags()) {
            if (tag.by() instanceof Tag.By.Membership(String segment)
                && !state.tags().bySegment(segment).stream()
                    .map(Tag::name)
                    .toList()
                    .contains(tag.name())) {
              follow(tag.name(), segment, false, profile, local);
            }
          }
        }
        for (LiveSegment live : state.segments.values()) {
          settleTags(live, profile, local);
        }
      }
    }
  }

  /// A hand or a list gives a tag or takes it away.
  void tag(Entry.Tagged tagged, int profile, int local) {
    if (!state.graph.person(profile)) {
      return;
    }
    Properties properties = Properties.of("tag", tagged.tag(), "by", tagged.who());
    take(
        new Event(
            "tag",
            tagged.on() ? "tag_added" : "tag_removed",
            now(),
            tagged.source(),
            List.of(state.graph.identifier(profile)),
            tagged.why().isEmpty() ? properties : properties.with("why", Value.of(tagged.why()))),
        profile,
        ordinal(local));
  }

  void touch(int local, long bits) {
    touched.merge(local, bits, (a, b) -> a | b);
  }

  /// How many people are to be asked, and messages to be decided.
  int asks() {
    return touched.size() + wished.size();
  }

  /// Asks the segments, lets messages meet the gate, and so on until nothing moves.
  void settle() {
    ask();
    while (!wished.isEmpty()) {
      meetGate();
    }
  }

  /// Asks the segments about everybody who was touched; what that causes may touch again.
  void ask() {
    while (!touched.isEmpty()) {
      Map.Entry<Integer, Long> next = touched.pollFirstEntry();
      int local = next.getKey();
      int profile = state.ordinals.node(ordinal(local));
      if (state.graph.person(profile)) {
        long bits = next.getValue();
        for (LiveSegment live : state.segments.values()) {
          if (bits == EVERYTHING || (live.mask & bits) != 0) {
            evaluate(live, profile, local, true);
          }
          if (bits == EVERYTHING) {
            // A merge brings tags along that the segment of another person gave.
            settleTags(live, profile, local);
          }
        }
      }
    }
  }

  // Segments.

  /// @param starts whether entering starts journeys
  void evaluate(LiveSegment live, int profile, int local, boolean starts) {
    if (!state.graph.person(profile)) {
      return;
    }
    boolean now = live.rule().test(view.of(profile), moment);
    if (live.turning().possible()) {
      // The next event to cross an edge; whether the answer flips then is asked then.
      turnAt(local, live.turning().crossing(view, moment));
    }
    move(live, profile, local, now, starts);
  }

  private void move(LiveSegment live, int profile, int local, boolean now, boolean starts) {
    move(live, profile, local, now, starts, true);
  }

  /// @param settles whether tags follow; not where there is no such person any more
  private void move(
      LiveSegment live, int profile, int local, boolean now, boolean starts, boolean settles) {
    if (now == live.members(number).contains(local)) {
      return;
    }
    if (now) {
      live.enter(number, local);
    } else {
      live.leave(number, local);
    }
    changed.add(new Changes.Change(0, nowMs, live.segment.name(), profile, now));
    if (settles) {
      settleTags(live, profile, local);
    }
    if (starts) {
      enterBySegment(live.segment.name(), now, profile, local);
    }
  }

  private void turnAt(int local, long atMs) {
    if (local >= turnsAt.length) {
      int before = turnsAt.length;
      turnsAt = Arrays.copyOf(turnsAt, Math.max(before * 2, local + 1));
      Arrays.fill(turnsAt, before, turnsAt.length, NEVER);
    }
    if (atMs < turnsAt[local]) {
      turnsAt[local] = atMs;
      timers.schedule(atMs, TURN, ordinal(local));
    }
  }

  /// Time alone changes something for one person: the rules with windows are asked, and say exactly
  /// when next.
  private void turn(int ordinal, long dueMs) {
    int local = local(ordinal);
    if (turnsAt[local] != dueMs) {
      // An earlier instant came in between, or the person moved to another lane.
      return;
    }
    turnsAt[local] = NEVER;
    int profile = state.ordinals.node(ordinal);
    if (!state.graph.person(profile)) {
      return;
    }
    view.of(profile);
    long next = NEVER;
    for (LiveSegment live : state.segments.values()) {
      if (live.turning().possible()) {
        boolean now = live.rule().test(view.of(profile), moment);
        Instant flips = live.turning().flips(view, moment);
        next = Math.min(next, flips == null ? NEVER : flips.toEpochMilli());
        move(live, profile, local, now, true);
      }
    }
    turnAt(local, next);
  }

  /// Who of the lane satisfies the segment, from scratch, when it is published. Journeys begin with
  /// what people do, not with a rule that was written otherwise.
  ///
  /// @param again it has members by a former rule: whoever is one no more left, and the other way
  ///   round
  void fill(LiveSegment live, int locals, boolean again) {
    for (int local = 0; local < locals; local++) {
      int profile = state.ordinals.node(ordinal(local));
      if (state.graph.person(profile)) {
        boolean now = live.rule().test(view.of(profile), moment);
        if (again) {
          move(live, profile, local, now, false);
        } else if (now) {
          live.members(number).add(local);
        }
        if (live.turning().possible()) {
          turnAt(local, live.turning().crossing(view, moment));
        }
      }
    }
  }

  /// A segment that is no more: whoever is in it leaves.
  void end(LiveSegment live) {
    for (int local : live.members(number).toArray()) {
      changed.add(
          new Changes.Change(
              0, nowMs, live.segment.name(), state.ordinals.node(ordinal(local)), false));
    }
  }

  // Merges and unmerges: the lane gives away, or takes over.

  /// A profile that is no more: its memberships end with it.
  void forget(int local, int profile) {
    touched.remove(local);
    for (LiveSegment live : state.segments.values()) {
      move(live, profile, local, false, false, false);
    }
    if (local < turnsAt.length) {
      turnsAt[local] = NEVER;
    }
  }

  /// A person who is no more: their timeline and their memberships end.
  void erase(int local, int profile) {
    timelines.erase(local, view);
    forget(local, profile);
  }

  /// Ends the positions that entered under an identifier.
  void end(int node) {
    for (int index : positionsOf(node)) {
      Position position = state.position(index);
      if (!position.over()) {
        state.position(index, position.ended(Position.Exit.ERASED));
        active--;
      }
    }
  }

  /// Takes over the positions and messages of these identifiers, and schedules anew what waits: a
  /// timer stays in the lane it was scheduled in, and there nobody knows the position any more.
  void adopt(Lane from, int[] nodes) {
    if (from == this) {
      return;
    }
    for (int node : nodes) {
      int[] moved = from.positionsOf.remove(node);
      if (moved != null) {
        positionsOf.put(node, moved);
        for (int index : moved) {
          Position position = state.position(index);
          if (!position.over()) {
            from.active--;
            active++;
            if (position.due() != null) {
              timers.schedule(position.due().toEpochMilli(), POSITION, index);
            }
          }
        }
      }
      int[] messages = from.touchpointsOf.remove(node);
      if (messages != null) {
        touchpointsOf.put(node, messages);
        for (int index : messages) {
          Touchpoint touchpoint = state.touchpoint(index);
          if (from.wished.remove((Integer) index)) {
            wished.add(index);
          } else if (touchpoint.reason().waits()) {
            timers.schedule(touchpoint.due().toEpochMilli(), TOUCHPOINT, index);
          }
        }
      }
    }
  }

  // Journeys.

  /// @param entered whether they came into the segment, or left it
  private void enterBySegment(String segment, boolean entered, int profile, int local) {
    for (TreeMap<Integer, Journey> versions : state.journeys.values()) {
      Journey journey = versions.lastEntry().getValue();
      boolean wanted =
          switch (journey.entry()) {
            case Journey.Entry.OfSegment(String into) -> entered && into.equals(segment);
            case Journey.Entry.OfLeaving(String from) -> !entered && from.equals(segment);
            default -> false;
          };
      if (wanted) {
        enter(journey, profile, local, "");
      }
    }
  }

  String way(String path) {
    // One step is one text anyway.
    return path.length() == 1 ? path : ways.computeIfAbsent(path, each -> each);
  }

  private void enterByEvent(int profile, int local, int number, Event event) {
    for (TreeMap<Integer, Journey> versions : state.journeys.values()) {
      Journey journey = versions.lastEntry().getValue();
      if (journey.entry() instanceof Journey.Entry.OfEvent(var pattern)
          && pattern.event().equals(event.name())
          && pattern.matches(view.of(profile), view.indexOf(number))) {
        String key =
            journey.reentry() instanceof Journey.Reentry.PerKey(String property)
                ? shown(event.properties().get(property))
                : "";
        enter(journey, profile, local, key);
      }
    }
  }

  private static String shown(@Nullable Value value) {
    return value == null ? "" : value.shown();
  }

  void enter(Journey journey, int profile, int local, String key) {
    Steering steering = state.steering(journey.name());
    if (!state.graph.person(profile) || steering == Steering.DRAINING) {
      return;
    }
    int before = 0;
    Instant lastEntry = Instant.MIN;
    for (int node : state.graph.members(profile)) {
      for (int index : positionsOf.get(node)) {
        Position other = state.position(index);
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
          // Never twice in one instant: a journey without a wait would enter itself for ever.
          case Journey.Reentry.After(var pause) ->
              before > 0
                      && (now().equals(lastEntry)
                          || now().isBefore(pause.after(lastEntry, state.zone())))
                  ? null
                  : String.valueOf(before);
        };
    if (entry == null) {
      return;
    }
    Advance.Result result =
        steering == Steering.PAUSED
            ? new Advance.Result(Advance.hold(journey, profile, entry, moment), List.of())
            : Advance.enter(journey, profile, entry, view.of(profile), moment, state.arms);
    int index = positions.add(result.position()) << BITS | number;
    positionsOf.add(profile, index, byEntry);
    state.stirred(profile);
    active += result.position().over() ? 0 : 1;
    settle(index, local, result);
  }

  /// One identifier's positions in the order in which they were entered, those of one instant by
  /// index: so the order does not depend on whether they were entered or read from a checkpoint.
  private int placeByEntry(int[] there, int index) {
    Instant entered = state.position(index).enteredAt();
    int at = there.length;
    while (at > 0) {
      int order = state.position(there[at - 1]).enteredAt().compareTo(entered);
      if (order < 0 || (order == 0 && there[at - 1] < index)) {
        break;
      }
      at--;
    }
    return at;
  }

  private static int placeByIndex(int[] there, int index) {
    int at = there.length;
    while (at > 0 && there[at - 1] > index) {
      at--;
    }
    return at;
  }

  /// Takes over where a position stands now, and performs what it wants done.
  private void settle(int index, int local, Advance.Result result) {
    Position position = result.position();
    if (position.path().length() > 1) {
      position = position.on(way(position.path()));
    }
    Position before = state.position(index);
    boolean was = before.over();
    state.position(index, position);
    if (before.goalAt() == null && position.goalAt() != null) {
      reached(position);
    }
    if (position.over()) {
      active -= was ? 0 : 1;
    } else if (position.due() != null) {
      timers.schedule(position.due().toEpochMilli(), POSITION, index);
    }
    for (Effect effect : result.effects()) {
      perform(index, local, effect);
    }
  }

  /// The goal was reached after some arms were taken.
  private void reached(Position position) {
    if (!position.heldOut()) {
      for (ArmCounts.Counted taken : ArmCounts.taken(state.journey(position), position)) {
        armed.add(
            new ArmCounts.Counted(
                taken.journey(), taken.version(), taken.step(), taken.arm(), true));
      }
    }
  }

  /// A journey goes on after a pause: whoever is on it is asked, by index.
  void resume(String journey, Instant since) {
    for (int index : onJourney(journey)) {
      Position position = state.position(index);
      int profile = state.graph.profileOf(position.profile());
      if (shadowed(index, position, profile)) {
        shadow(index);
        continue;
      }
      Advance.Result result =
          Advance.advance(
              state.journey(position),
              position,
              new Signal.Resumed(since),
              view.of(profile),
              moment,
              state.arms);
      settle(index, local(state.ordinals.of(profile)), result);
    }
  }

  /// Whoever is on a version comes to another.
  void migrate(Migration plan) {
    for (int index : onJourney(plan.from().name())) {
      Position position = state.position(index);
      if (position.version() == plan.from().version()) {
        settle(
            index,
            local(state.ordinals.of(state.graph.profileOf(position.profile()))),
            new Advance.Result(plan.of(position), List.of()));
      }
    }
  }

  /// The positions of the lane's people on a journey that are not over, by index.
  private int[] onJourney(String journey) {
    var found = IntStream.builder();
    positionsOf.each(
        index -> {
          Position position = state.position(index);
          if (!position.over() && position.journey().equals(journey)) {
            found.add(index);
          }
        });
    return found.build().sorted().toArray();
  }

  /// What one position does may put an event of now before one whose sender's clock is ahead: the
  /// event's place is looked up anew for each.
  private void signal(int profile, int local, int event) {
    if (positionsOf.isEmpty()) {
      return;
    }
    for (int node : state.graph.members(profile)) {
      for (int index : positionsOf.get(node)) {
        Position position = state.position(index);
        if (position.over() && position.goalAt() != null) {
          continue;
        }
        if (!position.over() && shadowed(index, position, profile)) {
          shadow(index);
          continue;
        }
        view.of(profile);
        Advance.Result result =
            state.steering(position.journey()) == Steering.PAUSED
                ? new Advance.Result(
                    Advance.noted(state.journey(position), position, view, view.indexOf(event)),
                    List.of())
                : Advance.advance(
                    state.journey(position),
                    position,
                    new Signal.Happened(view, view.indexOf(event)),
                    view,
                    moment,
                    state.arms);
        // Back in the same wait within one instant it stands where it stood, and did something.
        if (!result.position().equals(position) || !result.effects().isEmpty()) {
          settle(index, local, result);
        }
      }
    }
  }

  /// A position's wait is over.
  private void due(int index, long dueMs) {
    Position position = state.position(index);
    // A position that moved on has a later timer of its own; one that moved away fires elsewhere.
    if (position.over()
        || position.due() == null
        || position.due().toEpochMilli() != dueMs
        || !positionsOf.has(position.profile())
        || state.steering(position.journey()) == Steering.PAUSED) {
      return;
    }
    int profile = state.graph.profileOf(position.profile());
    if (shadowed(index, position, profile)) {
      shadow(index);
      return;
    }
    settle(
        index,
        local(state.ordinals.of(profile)),
        Advance.advance(
            state.journey(position),
            position,
            new Signal.Due(),
            view.of(profile),
            moment,
            state.arms));
  }

  /// Two identities of one person on the same journey: the one that entered first goes on, or has
  /// gone. Where a person may enter again after a pause, a later entry shadows nothing.
  private boolean shadowed(int index, Position position, int profile) {
    Journey.Reentry reentry = state.journey(position).reentry();
    for (int node : state.graph.members(profile)) {
      for (int other : positionsOf.get(node)) {
        Position rival = state.position(other);
        if (other != index
            && first(rival, other, position, index)
            && rival.exit() != Position.Exit.MERGED
            && rival.journey().equals(position.journey())
            && rival.entry().equals(position.entry())
            && !(rival.over()
                && reentry instanceof Journey.Reentry.After(var pause)
                && !position.enteredAt().isBefore(pause.after(rival.enteredAt(), state.zone())))) {
          return true;
        }
      }
    }
    return false;
  }

  /// Whoever entered earlier was first; at one instant, the older identifier.
  private static boolean first(Position rival, int other, Position position, int index) {
    int entered = rival.enteredAt().compareTo(position.enteredAt());
    if (entered != 0) {
      return entered < 0;
    }
    return rival.profile() != position.profile()
        ? rival.profile() < position.profile()
        : other < index;
  }

  private void shadow(int index) {
    state.position(index, state.position(index).ended(Position.Exit.MERGED));
    active--;
  }

  private void perform(int positionIndex, int local, Effect effect) {
    Position position = state.position(positionIndex);
    switch (effect) {
      case Effect.Send(String key, String template, Effect.Withheld withheld) ->
          wish(positionIndex, key, template, withheld);
      case Effect.IssueCoupon(String key, String name, String coupon) -> {
        CouponTemplate template = state.couponTemplates.get(name);
        if (template != null) {
          happen(
              key,
              "coupon_issued",
              position,
              local,
              Properties.of(
                  "coupon", coupon,
                  "template", name,
                  "valueFen", template.valueFen(),
                  "thresholdFen", template.thresholdFen(),
                  "expires", template.expiry(now(), state.zone()).toString(),
                  "journey", position.journey()));
        }
      }
      case Effect.AddTag(String key, String tag) ->
          happen(
              key,
              "tag_added",
              position,
              local,
              Properties.of("tag", tag, "journey", position.journey()));
      case Effect.Assign(String key, String title, String script, Instant due) ->
          happen(
              key,
              "task_assigned",
              position,
              local,
              Properties.of(
                  "task", key,
                  "title", title,
                  "script", script(script, position.profile()),
                  "due", due.toString(),
                  "guide", guide(position.profile()),
                  "journey", position.journey()));
      case Effect.GivePoints(String key, int points, String why) ->
          happen(
              key,
              "points_earned",
              position,
              local,
              Properties.of("points", points, "why", why, "journey", position.journey()));
      case Effect.HandOver(String key, String why) ->
          happen(
              key,
              "handed_over",
              position,
              local,
              Properties.of(
                  "why", why, "guide", guide(position.profile()), "journey", position.journey()));
      case Effect.Tell(String key, String hook) ->
          happen(
              key,
              "hook_wanted",
              position,
              local,
              Properties.of("hook", hook, "key", key, "journey", position.journey()));
      case Effect.Start(String key, String other) -> {
        Journey journey = state.latest(other);
        if (journey != null && state.causes(key)) {
          // The same key all along: journeys that start each other stop where they began.
          enter(journey, state.graph.profileOf(position.profile()), local, position.entry());
        }
      }
      case Effect.Took(String _, String step, String arm) ->
          armed.add(
              new ArmCounts.Counted(position.journey(), position.version(), step, arm, false));
    }
  }

  private String guide(int node) {
    return state.guides().of(view.of(state.graph.profileOf(node)));
  }

  private String script(String text, int node) {
    view.of(state.graph.profileOf(node));
    return text.isEmpty()
        ? ""
        : Template.fill(
            text,
            name -> {
              Value trait = view.trait(name);
              return trait == null ? null : trait.shown();
            });
  }

  /// An event the engine itself causes, on the timeline of whoever entered.
  private void happen(
      String key, String name, Position position, int local, Properties properties) {
    if (state.causes(key)) {
      Identifier identifier = state.graph.identifier(position.profile());
      take(
          new Event(key, name, now(), State.SELF, List.of(identifier), properties),
          position.profile(),
          ordinal(local));
    }
  }

  // The gate.

  private void wish(int positionIndex, String key, String templateName, Effect.Withheld withheld) {
    Template named = state.templates.get(templateName);
    long print = Definitions.linkBits(key);
    if (named == null || state.touchpointIndex(print, key) >= 0) {
      return;
    }
    Position position = state.position(positionIndex);
    Template template =
        named.otherwise().isEmpty()
            ? named
            : named.to(view.of(state.graph.profileOf(position.profile())));
    var touchpoint =
        new Touchpoint(
            key,
            position.journey(),
            position.profile(),
            templateName,
            template.channel(),
            switch (withheld) {
              case HOLD_OUT -> Reason.HOLD_OUT;
              case LATE -> Reason.LATE;
              case NO -> Reason.QUIET_HOURS;
            },
            now(),
            "",
            "",
            template.sender(),
            template.costFen(),
            Definitions.linkCode(print),
            Delivery.NONE,
            List.of());
    // Boxed once: it goes from list to list.
    Integer index = touchpoints.add(touchpoint) << BITS | number;
    state.judged(touchpoint, 1);
    positionOfTouchpoint.add(positionIndex);
    state.named(print, index);
    state.stirred(position.profile());
    touchpointsOf.add(position.profile(), index, byIndex);
    if (withheld == Effect.Withheld.NO) {
      wished.add(index);
    }
  }

  /// A message is decided anew at an instant.
  void decideAt(long atMs, int index) {
    timers.schedule(atMs, TOUCHPOINT, index);
  }

  /// What is held may leave, from an instant on.
  List<Integer> leave(Instant from) {
    if (held.isEmpty()) {
      return List.of();
    }
    List<Integer> leaving = List.copyOf(held);
    held.clear();
    var waiting = new Delivery(Delivery.NONE.stage(), "", "", "", from);
    for (int index : leaving) {
      state.leaves(index, waiting);
    }
    return leaving;
  }

  int positionOfTouchpoint(int local) {
    return positionOfTouchpoint.get(local);
  }

  /// The wait for the end of the quiet hours is over.
  private void decide(int index, long dueMs) {
    Touchpoint touchpoint = state.touchpoint(index);
    if (!touchpoint.reason().waits()
        || touchpoint.due().toEpochMilli() != dueMs
        || !touchpointsOf.has(touchpoint.profile())) {
      return;
    }
    decide(index);
  }

  /// A message that waited is decided anew, unless its journey is over.
  void decide(int index) {
    Touchpoint touchpoint = state.touchpoint(index);
    int positionIndex = state.positionOfTouchpoint(index);
    Position position = state.position(positionIndex);
    if (position.exit() == Position.Exit.GOAL) {
      state.touchpoint(index, touchpoint.with(Reason.OVERTAKEN));
      unpace(touchpoint, index);
      return;
    }
    if (position.exit() == Position.Exit.MERGED
        || shadowed(positionIndex, position, state.graph.profileOf(position.profile()))) {
      state.touchpoint(index, touchpoint.with(Reason.MERGED));
      unpace(touchpoint, index);
      return;
    }
    wished.add(index);
  }

  /// A message that was decided otherwise waits for no turn; only those that did are known to.
  private void unpace(Touchpoint was, int index) {
    if (was.reason() == Reason.PACED) {
      unpaced.add(index);
    }
  }

  /// All that is wished for at one instant meets the gate together: the journey of the higher
  /// priority first, then who entered first. So a cap leaves what matters most, whatever the order
  /// of entering. What that causes may wish for more.
  private void meetGate() {
    List<Integer> meeting = new ArrayList<>(wished);
    wished.clear();
    if (meeting.size() > 1) {
      meeting.sort(this::first);
    }
    for (Integer index : meeting) {
      gate(index, state.position(cause(index)));
    }
    ask();
  }

  private int first(Integer one, Integer other) {
    Position a = state.position(cause(one));
    Position b = state.position(cause(other));
    // Mostly it is one journey, which need not be looked up.
    int order =
        a.version() == b.version() && a.journey().equals(b.journey())
            ? 0
            : Integer.compare(state.journey(b).priority(), state.journey(a).priority());
    if (order == 0) {
      order = a.enteredAt().compareTo(b.enteredAt());
    }
    return order == 0 ? Integer.compare(one, other) : order;
  }

  private int cause(int index) {
    return state.positionOfTouchpoint(index);
  }

  private void gate(Integer index, Position position) {
    Touchpoint waiting = state.touchpoint(index);
    if (!waiting.reason().waits()) {
      return;
    }
    int profile = state.graph.profileOf(waiting.profile());
    view.of(profile);
    Template template = state.templates.get(waiting.template());
    if (template == null) {
      throw new IllegalStateException("No template of " + waiting.key() + " any more");
    }
    // Since it was wished for, the template may have been published again, or another way opened.
    Template said = template.to(view);
    Touchpoint touchpoint = waiting.as(said);
    Identifier address =
        view.identifier(touchpoint.channel().address(), touchpoint.channel().scope(said.sender()));
    String sender = state.guides().sender(said.sender(), view);
    Gate.Decision decision =
        Gate.decide(
            touchpoint.channel(),
            template.category(),
            template.name(),
            false,
            address == null ? null : address.value(),
            sender,
            view,
            toldNow(profile),
            state.gatePolicy(),
            now(),
            state.zone());
    switch (decision) {
      case Gate.Decision.Closed(Reason reason) -> {
        state.touchpoint(index, touchpoint.with(reason));
        unpace(waiting, index);
      }
      case Gate.Decision.Later(Reason reason, Instant until) -> {
        unpace(waiting, index);
        state.touchpoint(index, touchpoint.with(reason, until));
        timers.schedule(until.toEpochMilli(), TOUCHPOINT, index);
      }
      case Gate.Decision.Open() -> {
        if (address == null || sender == null) {
          throw new IllegalStateException("The gate opened for a message that can not be made");
        }
        state.touchpoint(
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
                wording(said).fill(word -> word(word, touchpoint, position)),
                sender,
                said.costFen(),
                touchpoint.code(),
                Delivery.NONE,
                said.attachments().isEmpty()
                    ? List.of()
                    : said.attach(word -> word(word, touchpoint, position))));
        held.add(index);
        if (!state.gatePolicy().paces().isEmpty()) {
          letOut.add(index);
        }
        if (state.gatePolicy().budgetsFen().containsKey(touchpoint.journey())) {
          charged.add(index);
        }
      }
    }
  }

  private Wording wording(Template template) {
    Wording found = wording;
    if (found == null || !template.text().equals(worded)) {
      found = Wording.of(template.text());
      wording = found;
      worded = template.text();
    }
    return found;
  }

  private @Nullable String word(String name, Touchpoint touchpoint, Position position) {
    return switch (name) {
      case "coupon" -> position.coupon();
      case "link" -> state.linkBase() + "/r/" + touchpoint.code();
      default -> {
        Value trait = view.trait(name);
        yield trait == null ? null : trait.shown();
      }
    };
  }

  /// What a profile of the lane already got, as it is when it is first asked.
  Told history(int profile) {
    return new Told(profile);
  }

  /// The same for who changes the lane: good until the next one is asked for.
  Told toldNow(int profile) {
    told.profile = profile;
    told.count = -1;
    return told;
  }

  /// What somebody was sent: looked up once, asked cap by cap.
  final class Told implements Gate.History {
    private static final int CATEGORY_BITS = 8;
    private static final Category[] CATEGORIES = Category.values();

    private int profile;
    private int count = -1;
    private long[] at = {};
    private long[] counted = {};

    /// Channel and category of each.
    private int[] kinds = View.NONE;

    private Told(int profile) {
      this.profile = profile;
    }

    private void look() {
      count = 0;
      String template = "";
      int category = 0;
      for (int node : state.graph.members(profile)) {
        int[] indexes = touchpointsOf.get(node);
        if (at.length < count + indexes.length) {
          at = Arrays.copyOf(at, count + indexes.length);
          kinds = Arrays.copyOf(kinds, count + indexes.length);
          counted = new long[at.length];
        }
        for (int index : indexes) {
          Touchpoint touchpoint = state.touchpoint(index);
          if (touchpoint.reason() == Reason.SENT) {
            if (category == 0 || !template.equals(touchpoint.template())) {
              template = touchpoint.template();
              category = 1 << state.category(template).ordinal();
            }
            at[count] = touchpoint.due().toEpochMilli();
            kinds[count++] = touchpoint.channel().ordinal() << CATEGORY_BITS | category;
          }
        }
      }
    }

    private static int mask(Set<Category> categories) {
      int mask = 0;
      for (Category category : CATEGORIES) {
        mask |= categories.contains(category) ? 1 << category.ordinal() : 0;
      }
      return mask;
    }

    private static boolean counts(int kind, @Nullable ChannelKind channel, int mask) {
      return (kind & mask) != 0 && (channel == null || kind >>> CATEGORY_BITS == channel.ordinal());
    }

    @Override
    public int sentSince(@Nullable ChannelKind channel, Set<Category> categories, long sinceMs) {
      if (count < 0) {
        look();
      }
      int sent = 0;
      if (count > 0) {
        int mask = mask(categories);
        for (int i = 0; i < count; i++) {
          sent += at[i] > sinceMs && counts(kinds[i], channel, mask) ? 1 : 0;
        }
      }
      return sent;
    }

    @Override
    public int sentOf(String template) {
      int sent = 0;
      for (int node : state.graph.members(profile)) {
        for (int index : touchpointsOf.get(node)) {
          Touchpoint touchpoint = state.touchpoint(index);
          sent +=
              touchpoint.reason() == Reason.SENT && touchpoint.template().equals(template) ? 1 : 0;
        }
      }
      return sent;
    }

    /// Until when the profile has heard so much that no marketing may go out on a channel, in ms:
    /// what [Gate#capped] says until then, if no more is let out. Far in the past for who never
    /// has.
    long cappedUntil(ChannelKind channel) {
      if (count < 0) {
        look();
      }
      long untilMs = Long.MIN_VALUE;
      for (GatePolicy.Cap cap : state.gatePolicy().caps()) {
        if ((cap.channel() != null && cap.channel() != channel)
            || !cap.categories().contains(Category.MARKETING)
            || count < cap.most()
            || cap.most() <= 0) {
          continue;
        }
        int mask = mask(cap.categories());
        int found = 0;
        for (int i = 0; i < count; i++) {
          if (counts(kinds[i], cap.channel(), mask)) {
            counted[found++] = at[i];
          }
        }
        if (found >= cap.most()) {
          Arrays.sort(counted, 0, found);
          untilMs =
              Math.max(untilMs, counted[found - cap.most()] + cap.period().exact().toMillis());
        }
      }
      return untilMs;
    }
  }

  // Checkpoints.

  /// What the lane is at one moment. What is in it does not change any more.
  ///
  /// @param turnsAt when time alone may next change a membership, per local
  record Image(
      Timelines.Rewrite rewrite,
      List<Position> positions,
      List<Touchpoint> touchpoints,
      List<Integer> positionOfTouchpoint,
      LongBuffer turnsAt,
      List<Integer> held) {}

  /// Timers are not in it: they follow from what waits.
  Image image() {
    return new Image(
        timelines.freeze(),
        positions.copy(),
        touchpoints.copy(),
        positionOfTouchpoint.copy(),
        LongBuffer.wrap(turnsAt.clone()),
        List.copyOf(held));
  }

  void restore(Touchpoint touchpoint, int position) {
    touchpoints.add(touchpoint);
    state.judged(touchpoint, 1);
    positionOfTouchpoint.add(position);
  }

  void restore(long[] turns) {
    turnsAt = turns;
    for (int local = 0; local < turns.length; local++) {
      if (turns[local] != NEVER) {
        timers.schedule(turns[local], TURN, ordinal(local));
      }
    }
  }

  /// A position of one of the lane's people, wherever it is kept.
  void owns(int index, Position position) {
    positionsOf.add(position.profile(), index, byEntry);
    if (!position.over()) {
      active++;
      if (position.due() != null) {
        timers.schedule(position.due().toEpochMilli(), POSITION, index);
      }
    }
  }

  void owns(int index, Touchpoint touchpoint) {
    touchpointsOf.add(touchpoint.profile(), index, byIndex);
    if (touchpoint.reason().waits()) {
      timers.schedule(touchpoint.due().toEpochMilli(), TOUCHPOINT, index);
    }
  }

  /// The indexes of the positions that entered under an identifier.
  int[] positionsOf(int node) {
    return positionsOf.get(node);
  }

  /// The nodes that have messages.
  void eachReached(IntConsumer node) {
    touchpointsOf.eachNode(node);
  }

  int[] touchpointsOf(int node) {
    return touchpointsOf.get(node);
  }
}
