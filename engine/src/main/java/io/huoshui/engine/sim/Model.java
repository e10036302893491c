package io.huoshui.engine.sim;

import io.huoshui.audience.Audience;
import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.audience.RuleText;
import io.huoshui.audience.Segment;
import io.huoshui.audience.Turning;
import io.huoshui.engine.Definitions;
import io.huoshui.engine.Entry;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.insight.Uplift;
import io.huoshui.journey.Advance;
import io.huoshui.journey.Arms;
import io.huoshui.journey.Autopilot;
import io.huoshui.journey.Effect;
import io.huoshui.journey.Journey;
import io.huoshui.journey.JourneyJson;
import io.huoshui.journey.Migration;
import io.huoshui.journey.Path;
import io.huoshui.journey.Position;
import io.huoshui.journey.Signal;
import io.huoshui.journey.Steering;
import io.huoshui.json.Json;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import io.huoshui.reach.Category;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Gate;
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
import io.huoshui.tag.TagGroup;
import io.huoshui.tag.TagGroupJson;
import io.huoshui.trial.Pilot;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// What the engine must know after a list of entries, worked out plainly: lists that are searched,
/// no index, no timer, no storage. Slow, and short enough to be read against the ADRs.
final class Model {
  private static final Duration NEWS = Duration.ofDays(2);
  private static final int LANES = 16;
  private static final String SELF = "huoshui";
  private static final List<String> FOLLOWED =
      List.of(
          "coupon_issued",
          "coupon_redeemed",
          "coupon_expired",
          "task_assigned",
          "task_done",
          "hook_wanted");

  /// What stays of a coupon's event when its person is erased.
  private static final List<String> COUNTED =
      List.of(
          "coupon",
          "discountFen",
          "expires",
          "journey",
          "orderId",
          "template",
          "thresholdFen",
          "valueFen");

  /// Asks every segment.
  private static final String EVERYTHING = "*";

  /// An event on a timeline, under the identifier it hangs on.
  private record Happened(int number, Event event, int node, Properties properties) {}

  private static final class Live {
    final Segment segment;
    Condition rule;
    Turning turning;
    Set<String> names;
    final TreeSet<Integer> members = new TreeSet<>();
    long entered;
    long left;

    Live(Segment segment) {
      this.segment = segment;
      this.rule = segment.rule();
      this.turning = Turning.of(rule);
      this.names = rule.listensTo();
    }
  }

  private static final class Stand {
    final int index;
    Position position;

    Stand(int index, Position position) {
      this.index = index;
      this.position = position;
    }
  }

  private static final class Message {
    final int index;
    final Stand cause;
    Touchpoint touchpoint;

    Message(int index, Stand cause, Touchpoint touchpoint) {
      this.index = index;
      this.cause = cause;
      this.touchpoint = touchpoint;
    }
  }

  // Named as the portrait shows them.
  record Handover(String batch, List<Integer> touchpoints, long sinceMs) {}

  record Occurrence(String name, int node, Instant time, Properties properties) {}

  record Change(long position, long timeMs, String segment, int profile, boolean entered) {}

  private ZoneId zone = ZoneId.of("UTC");
  private String linkBase = "";
  private long nowMs = Long.MIN_VALUE;
  private long records;
  private final long[] laneNow = new long[LANES];
  private Moment moment = new Moment(Instant.EPOCH, zone);

  final People people = new People();
  private final List<Integer> ordinals = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private final List<Happened> events = new ArrayList<>();
  private int number;
  private final Map<Integer, Naive> shown = new HashMap<>();
  private final Map<Integer, Long> crossings = new HashMap<>();

  private final Map<String, Live> segments = new LinkedHashMap<>();
  private final Map<String, Audience> audiences = new LinkedHashMap<>();
  private final Map<String, TreeMap<Integer, Journey>> journeys = new LinkedHashMap<>();
  private final Map<String, Template> templates = new HashMap<>();
  private final Map<String, CouponTemplate> coupons = new HashMap<>();
  private final Map<String, Instant> launchedAt = new LinkedHashMap<>();
  private GatePolicy policy = GatePolicy.STANDARD;

  /// When last anything changed that caps count by.
  private long lawMs = Long.MIN_VALUE;

  private Guides guides = Guides.ALL_HERE;
  private final Turns turns = new Turns();
  private final TreeMap<Integer, Integer> passed = new TreeMap<>();
  private final TreeMap<Integer, Integer> suspects = new TreeMap<>();
  private final TreeMap<String, String> halted = new TreeMap<>();

  private final List<Stand> stands = new ArrayList<>();
  private final List<Message> messages = new ArrayList<>();
  private final int[] standsIn = new int[LANES];
  private final int[] messagesIn = new int[LANES];
  private final List<List<Integer>> held = new ArrayList<>();
  private final List<Message> wished = new ArrayList<>();
  private final List<Message> charged = new ArrayList<>();
  private final List<Message> letOut = new ArrayList<>();
  private final TreeMap<Integer, Set<String>> touched = new TreeMap<>();
  private final Set<String> caused = new HashSet<>();
  private final TreeSet<Integer> outbox = new TreeSet<>();
  private final Map<String, Handover> handovers = new LinkedHashMap<>();
  private int batches;
  private TagBook tags = TagBook.EMPTY;

  private final Map<String, String> steered = new HashMap<>();
  private final Map<String, Long> scheduled = new TreeMap<>();
  private final TreeMap<String, long[]> arms = new TreeMap<>();
  private final TreeMap<String, List<Pilot.Decided>> piloted = new TreeMap<>();
  private Arms armsBefore = Arms.UNKNOWN;

  /// What is in force, by kind and name.
  private final Map<String, Integer> versions = new HashMap<>();

  private final List<Occurrence> occurrences = new ArrayList<>();
  private final List<List<Occurrence>> occurred = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<List<Change>> changed = new ArrayList<>();
  private long merges;

  Model() {
    for (int lane = 0; lane < LANES; lane++) {
      held.add(new ArrayList<>());
      occurred.add(new ArrayList<>());
      changed.add(new ArrayList<>());
    }
  }

  // What the world asks.

  long records() {
    return records;
  }

  long nowMs() {
    return nowMs;
  }

  long merges() {
    return merges;
  }

  int events() {
    return events.size();
  }

  int messages() {
    return messages.size();
  }

  Set<String> tagGroups() {
    return tags.groups().stream().map(TagGroup::name).collect(Collectors.toSet());
  }

  Set<String> segmentNames() {
    return segments.keySet();
  }

  Set<String> audienceNames() {
    return audiences.keySet();
  }

  String nextBatch() {
    return String.format(Locale.ROOT, "b%07d", batches + 1);
  }

  @Nullable Journey latest(String journey) {
    var versions = journeys.get(journey);
    return versions == null ? null : versions.lastEntry().getValue();
  }

  Set<String> journeyNames() {
    return journeys.keySet();
  }

  Set<String> handedOver() {
    return handovers.keySet();
  }

  @Nullable Touchpoint touchpoint(String key) {
    Message message = message(key);
    return message == null ? null : message.touchpoint;
  }

  boolean template(String name) {
    return templates.containsKey(name);
  }

  boolean coupon(String name) {
    return coupons.containsKey(name);
  }

  /// Which of these events were not taken before.
  BitSet fresh(List<Event> sent) {
    var fresh = new BitSet();
    var seen = new HashSet<String>();
    for (int i = 0; i < sent.size(); i++) {
      String id = id(sent.get(i));
      fresh.set(i, !ids.contains(id) && seen.add(id));
    }
    return fresh;
  }

  private static String id(Event event) {
    return event.source() + "\n" + event.id();
  }

  /// The keys of the messages that have to be decided anew before any other leaves on a channel.
  List<String> nextRecalled(ChannelKind channel, int most, long nowMs) {
    return next(channel, most, nowMs, false);
  }

  /// The keys of the batch that leaves next on a channel.
  List<String> nextKeys(ChannelKind channel, int most, long nowMs) {
    return next(channel, most, nowMs, true);
  }

  private List<String> next(ChannelKind channel, int most, long nowMs, boolean leaves) {
    List<Message> waiting = waiting(channel);
    if (waiting.isEmpty() || mayLeave(waiting.getFirst(), nowMs) != leaves) {
      return List.of();
    }
    Message first = waiting.getFirst();
    int size = suspects.getOrDefault(first.index, Integer.MAX_VALUE);
    return waiting.stream()
        .filter(
            message ->
                suspects.getOrDefault(message.index, Integer.MAX_VALUE) == size
                    && message.touchpoint.template().equals(first.touchpoint.template())
                    && message.touchpoint.sender().equals(first.touchpoint.sender())
                    && message.touchpoint.attachments().equals(first.touchpoint.attachments())
                    && (channel != ChannelKind.WECOM
                        || message.touchpoint.text().equals(first.touchpoint.text())))
        .limit(Math.min(most, size))
        .filter(message -> mayLeave(message, nowMs) == leaves)
        .map(message -> message.touchpoint.key())
        .toList();
  }

  private List<Message> waiting(ChannelKind channel) {
    return outbox.stream()
        .map(this::message)
        .filter(message -> message.touchpoint.channel() == channel)
        .filter(message -> !halted.containsKey(message.touchpoint.template()))
        .toList();
  }

  /// Ten minutes in the outbox are enough; a person who said no hears nothing; nobody is woken.
  private boolean mayLeave(Message message, long nowMs) {
    long waits = nowMs - since(message);
    Person person = person(people.profileOf(message.touchpoint.profile()));
    return waits <= 600_000
        && !woken(message.touchpoint, nowMs)
        && answered(message.touchpoint, person, nowMs)
        && Gate.unreachable(message.touchpoint.channel(), true, person) == null;
  }

  /// Nothing leaves for an official account when nobody did anything there lately.
  private boolean answered(Touchpoint touchpoint, Person person, long nowMs) {
    if (touchpoint.channel() != ChannelKind.OFFICIAL_ACCOUNT) {
      return true;
    }
    long gone = Long.MIN_VALUE;
    for (int i = 0; i < person.timeline().size(); i++) {
      gone = person.timeline().name(i).equals("account_unfollowed") ? i : gone;
    }
    for (int i = 0; i < person.timeline().size(); i++) {
      long age = nowMs - person.timeline().timeMs(i);
      boolean recent =
          switch (person.timeline().name(i)) {
            case "message_replied" ->
                Value.of("official_account").equals(person.timeline().property(i, "channel"))
                    && age < 48 * 3_600_000L;
            case "menu_clicked", "account_followed", "account_scanned" -> age < 60_000;
            default -> false;
          };
      if (recent && age >= 0 && i > gone) {
        return true;
      }
    }
    return false;
  }

  private static long since(Message message) {
    Instant since = message.touchpoint.delivery().at();
    return (since == null ? message.touchpoint.due() : since).toEpochMilli();
  }

  boolean woken(String key, long nowMs) {
    return woken(Objects.requireNonNull(touchpoint(key)), nowMs);
  }

  private boolean woken(Touchpoint touchpoint, long nowMs) {
    Person person = person(people.profileOf(touchpoint.profile()));
    LocalTime there = Instant.ofEpochMilli(nowMs).atZone(Gate.zoneOf(person, zone)).toLocalTime();
    boolean lineShut =
        touchpoint.channel() == ChannelKind.CALL
            && (there.isBefore(policy.dialling().from())
                || !there.isBefore(policy.dialling().to()));
    boolean carrierShut =
        touchpoint.channel() == ChannelKind.SMS
            && category(touchpoint) == Category.MARKETING
            && (there.getHour() < 8 || there.getHour() >= 21);
    return lineShut
        || carrierShut
        || ((category(touchpoint) != Category.TRANSACTION || policy.transactionsWait())
            && policy.quietAt(there));
  }

  /// Whether a cap was exceeded when a message was let out: counted over all that the person it
  /// went to had been sent by then. Not known of one let out under another policy, and of people
  /// who were found to be one later: each of them had a count of their own.
  boolean overCaps(String key) {
    Touchpoint leaving = Objects.requireNonNull(touchpoint(key));
    int profile = people.profileOf(leaving.profile());
    boolean several =
        messages.stream()
            .map(other -> other.touchpoint)
            .anyMatch(
                other ->
                    people.profileOf(other.profile()) == profile
                        && other.profile() != leaving.profile());
    if (several || leaving.due().toEpochMilli() <= lawMs) {
      return false;
    }
    return policy.caps().stream()
        .filter(cap -> cap.channel() == null || cap.channel() == leaving.channel())
        .filter(cap -> cap.categories().contains(category(leaving)))
        .anyMatch(
            cap ->
                messages.stream()
                        .map(other -> other.touchpoint)
                        .filter(other -> other.reason() == Reason.SENT)
                        .filter(other -> people.profileOf(other.profile()) == profile)
                        .filter(other -> cap.channel() == null || other.channel() == cap.channel())
                        .filter(other -> cap.categories().contains(category(other)))
                        .filter(other -> !other.due().isAfter(leaving.due()))
                        .filter(
                            other -> other.due().isAfter(leaving.due().minus(cap.period().exact())))
                        .count()
                    > cap.most());
  }

  boolean staffs(String guide, boolean left, String successor) {
    return left ? !successor.equals(guides.left().get(guide)) : guides.left().containsKey(guide);
  }

  /// Who satisfies a rule now, asked one by one.
  List<Integer> members(Condition rule) {
    var members = new ArrayList<Integer>();
    for (int profile : profiles()) {
      if (people.person(profile) && rule.test(person(profile), at(nowMs))) {
        members.add(profile);
      }
    }
    return members;
  }

  private Set<Integer> profiles() {
    var profiles = new TreeSet<Integer>();
    for (int node = 0; node < people.size(); node++) {
      profiles.add(people.profileOf(node));
    }
    return profiles;
  }

  // Taking entries.

  void apply(Entry entry) {
    records++;
    if (entry instanceof Entry.Ticked) {
      for (List<Integer> lane : held) {
        for (int index : lane) {
          Message message = message(index);
          message.touchpoint =
              message.touchpoint.with(
                  new Delivery(
                      Stage.WAITING,
                      "",
                      "",
                      "",
                      Instant.ofEpochMilli(Math.max(nowMs, entry.nowMs()))));
        }
        outbox.addAll(lane);
        lane.clear();
      }
    }
    clock(entry.nowMs(), entry instanceof Entry.Resumed);
    switch (entry) {
      case Entry.Configured(long _, String newZone, String newLinkBase) -> {
        zone = ZoneId.of(newZone);
        moment = new Moment(now(), zone);
        linkBase = newLinkBase;
      }
      case Entry.Events(long _, List<Event> taken) -> take(taken);
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
      case Entry.Piloted(
              long _,
              String journey,
              Pilot.Act act,
              Pilot.Why why,
              Pilot.Measured measured,
              var roi,
              String who,
              RoaringBitmap cohort) ->
          release(journey, act, why, measured, roi, who, cohort);
      case Entry.Ticked _, Entry.Resumed _ -> {}
      case Entry.Erased(long _, List<Integer> nodes, String _) -> erase(nodes);
      case Entry.Joined(long _, Identifier one, Identifier other, String decision, String who) -> {
        var found = new ArrayList<People.Change>();
        people.link(people.find(one), people.find(other), decision, now(), who, found);
        follow(found);
      }
      case Entry.Severed(long _, int link, String _) -> {
        var found = new ArrayList<People.Change>();
        people.sever(link, found);
        follow(found);
      }
      case Entry.Staffed(long _, String guide, boolean left, String successor, String _) -> {
        guides = left ? guides.without(guide, successor) : guides.with(guide);
        if (left) {
          again(message -> message.touchpoint.sender().equals(guide));
        }
      }
      case Entry.Recalled(long _, List<String> keys) ->
          again(
              message -> keys.contains(message.touchpoint.key()) && outbox.contains(message.index));
      case Entry.HandedOver(long _, String batch, List<String> keys) -> handedOver(batch, keys);
      case Entry.Answered(long _, String batch, List<Outcome> outcomes) ->
          answered(batch, outcomes);
    }
    do {
      for (int lane = 0; lane < LANES; lane++) {
        settle(lane);
      }
    } while (pace() || takeBack());
    charged.clear();
    for (int lane = 0; lane < LANES; lane++) {
      occurrences.addAll(occurred.get(lane));
      occurred.get(lane).clear();
      for (Change change : changed.get(lane)) {
        changes.add(
            new Change(
                changes.size(),
                change.timeMs(),
                change.segment(),
                change.profile(),
                change.entered()));
      }
      changed.get(lane).clear();
    }
    // Counted up between two entries.
    var seen = new TreeMap<String, long[]>();
    arms.forEach((arm, count) -> seen.put(arm, count.clone()));
    armsBefore =
        (journey, version, step, arm) -> {
          long[] count = seen.get(journey + "/" + version + "/" + step + "/" + arm);
          return count == null ? new Arms.Tally(0, 0) : new Arms.Tally(count[0], count[1]);
        };
  }

  private Instant now() {
    return Instant.ofEpochMilli(nowMs);
  }

  private Moment at(long ms) {
    if (moment.now().toEpochMilli() != ms) {
      moment = moment.at(Instant.ofEpochMilli(ms));
    }
    return moment;
  }

  // Time: whatever is due is looked for, the earliest first.

  private record Due(long ms, int kind, int index) {
    private static final Comparator<Due> ORDER =
        Comparator.comparingLong(Due::ms).thenComparing(Due::kind).thenComparing(Due::index);

    boolean before(@Nullable Due other) {
      return other == null || ORDER.compare(this, other) < 0;
    }
  }

  /// @param late nothing ran until then: what was due is late, and happens then
  private void clock(long toMs, boolean late) {
    if (nowMs != Long.MIN_VALUE && toMs <= nowMs) {
      return;
    }
    if (nowMs == Long.MIN_VALUE) {
      passTo(toMs, late);
      return;
    }
    if (late) {
      passTo(toMs, true);
    }
    for (String next = nextScheduled(toMs); next != null; next = nextScheduled(toMs)) {
      long due = Objects.requireNonNull(scheduled.get(next));
      if (!late && due > nowMs) {
        passTo(due, false);
      }
      Journey journey = Objects.requireNonNull(latest(next));
      schedule(journey);
      Live live = segments.get(journey.entrySegment());
      if (live != null) {
        launchedAt.putIfAbsent(next, now());
        for (int lane = 0; lane < LANES; lane++) {
          for (int profile : List.copyOf(live.members)) {
            if (lane(profile) == lane) {
              enter(journey, profile, "");
            }
          }
        }
        for (int lane = 0; lane < LANES; lane++) {
          settle(lane);
        }
      }
    }
    if (!late) {
      passTo(toMs, false);
    }
  }

  private @Nullable String nextScheduled(long toMs) {
    return scheduled.entrySet().stream()
        .filter(each -> each.getValue() <= toMs)
        .min(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  private void schedule(Journey journey) {
    if (journey.entry() instanceof Journey.Entry.OnSchedule entry) {
      scheduled.put(journey.name(), entry.next(now(), zone).toEpochMilli());
    } else {
      scheduled.remove(journey.name());
    }
  }

  private void passTo(long toMs, boolean late) {
    nowMs = toMs;
    for (int lane = 0; lane < LANES; lane++) {
      while (true) {
        Due due = earliest(lane);
        if (wishedIn(lane) && (due == null || due.ms() > laneNow[lane])) {
          meetGate(lane);
          continue;
        }
        if (due == null || due.ms() > toMs) {
          break;
        }
        laneNow[lane] = Math.max(laneNow[lane], late ? toMs : due.ms());
        switch (due.kind()) {
          case 0 -> turn(due.index());
          case 1 -> due(stand(due.index()));
          default -> decide(message(due.index()));
        }
        ask(lane);
      }
      laneNow[lane] = toMs;
    }
  }

  private @Nullable Due earliest(int lane) {
    @Nullable Due first = null;
    for (int ordinal = lane; ordinal < ordinals.size(); ordinal += LANES) {
      int profile = ordinals.get(ordinal);
      if (people.person(profile)) {
        var turning = new Due(crossing(profile, lane), 0, ordinal);
        first = turning.before(first) ? turning : first;
      }
    }
    for (Stand stand : stands) {
      Instant due = stand.position.due();
      if (due != null
          && !paused(stand.position.journey())
          && lane(stand.position.profile()) == lane) {
        var waiting = new Due(due.toEpochMilli(), 1, stand.index);
        first = waiting.before(first) ? waiting : first;
      }
    }
    for (Message message : messages) {
      if (message.touchpoint.reason().waits()
          && !wished.contains(message)
          && lane(message.touchpoint.profile()) == lane) {
        var waiting = new Due(message.touchpoint.due().toEpochMilli(), 2, message.index);
        first = waiting.before(first) ? waiting : first;
      }
    }
    return first;
  }

  /// When time alone may next change what segments say of a profile.
  private long crossing(int profile, int lane) {
    Long known = crossings.get(profile);
    if (known != null) {
      return known;
    }
    long next = Long.MAX_VALUE;
    for (Live live : segments.values()) {
      next = Math.min(next, live.turning.crossing(person(profile), at(laneNow[lane])));
    }
    crossings.put(profile, next);
    return next;
  }

  private void turn(int ordinal) {
    int profile = ordinals.get(ordinal);
    crossings.remove(profile);
    for (Live live : segments.values()) {
      if (live.turning.possible()) {
        evaluate(live, profile, true);
      }
    }
  }

  // Who is who.

  private int ordinal(int profile) {
    return ordinals.indexOf(profile);
  }

  private void give(int profile) {
    if (ordinal(profile) < 0) {
      ordinals.add(profile);
    }
  }

  /// Where whoever has this identifier lives.
  private int lane(int node) {
    return ordinal(people.profileOf(node)) % LANES;
  }

  private void follow(List<People.Change> found) {
    for (People.Change change : found) {
      shown.clear();
      crossings.clear();
      switch (change) {
        case People.Change.Merged(int kept, int absorbed) -> {
          if (ordinal(absorbed) >= 0) {
            merges++;
            give(kept);
            forget(absorbed);
            touch(kept, EVERYTHING);
          }
        }
        case People.Change.Parted(List<Integer> former, List<Integer> present) -> {
          for (int profile : former) {
            if (people.profileOf(profile) != profile) {
              forget(profile);
            }
          }
          present.forEach(this::give);
          for (int profile : present) {
            for (Live live : segments.values()) {
              evaluate(live, profile, false);
              if (people.person(profile)) {
                settleTags(live, profile);
              }
            }
          }
        }
      }
    }
  }

  private void forget(int profile) {
    touched.remove(ordinal(profile));
    for (Live live : segments.values()) {
      move(live, profile, false, false, false);
    }
  }

  // Erasure.

  /// Nothing that says who it was stays, nothing goes on, and what was counted stays counted.
  private void erase(List<Integer> nodes) {
    int profile = people.profileOf(nodes.getFirst());
    events.removeIf(happened -> people.profileOf(happened.node()) == profile);
    for (int node : nodes) {
      for (Message message : messages) {
        if (message.touchpoint.profile() == node) {
          message.touchpoint = message.touchpoint.erased();
          outbox.remove(message.index);
          suspects.remove(message.index);
          passed.remove(message.index);
          held.forEach(lane -> lane.remove((Integer) message.index));
        }
      }
      for (Stand stand : stands) {
        if (stand.position.profile() == node && !stand.position.over()) {
          stand.position = stand.position.ended(Position.Exit.ERASED);
        }
      }
      occurrences.replaceAll(
          one ->
              one.node() == node
                  ? new Occurrence(one.name(), node, one.time(), counted(one.properties()))
                  : one);
    }
    forget(profile);
    nodes.forEach(people::erase);
    shown.clear();
    crossings.clear();
  }

  private static Properties counted(Properties properties) {
    Properties counted = Properties.NONE;
    for (String key : COUNTED) {
      Value value = properties.get(key);
      counted = value == null ? counted : counted.with(key, value);
    }
    return counted;
  }

  // Events.

  private void take(List<Event> taken) {
    int known = people.size();
    var nodes = new ArrayList<Integer>();
    for (Event event : taken) {
      ids.add(id(event));
      var found = new ArrayList<People.Change>();
      nodes.add(people.learn(event.identifiers(), event.id(), event.time(), event.source(), found));
      follow(found);
      receipt(event);
    }
    for (int newcomer = known; newcomer < people.size(); newcomer++) {
      if (people.profileOf(newcomer) == newcomer) {
        give(newcomer);
        touch(newcomer, EVERYTHING);
      }
    }
    for (int lane = 0; lane < LANES; lane++) {
      for (int i = 0; i < taken.size(); i++) {
        if (lane(nodes.get(i)) == lane) {
          happens(taken.get(i), nodes.get(i));
        }
      }
    }
  }

  private void now(Stand stand, Position position) {
    if (!position.equals(stand.position)) {
      stand.position = position;
      touch(people.profileOf(position.profile()), Condition.JOURNEYS);
    }
  }

  private void now(Message message, Touchpoint touchpoint) {
    if (!touchpoint.equals(message.touchpoint)) {
      message.touchpoint = touchpoint;
      touch(people.profileOf(touchpoint.profile()), Condition.JOURNEYS);
    }
  }

  private void touch(int profile, String name) {
    touched.computeIfAbsent(ordinal(profile), _ -> new TreeSet<>()).add(name);
  }

  private void happens(Event sent, int node) {
    Event event = tags.said(sent);
    int profile = people.profileOf(node);
    int lane = lane(node);
    if (FOLLOWED.contains(event.name())) {
      occurred.get(lane).add(new Occurrence(event.name(), node, event.time(), event.properties()));
    }
    if (!people.person(profile)) {
      return;
    }
    var happened = new Happened(number++, event, node, withHints(event));
    events.add(happened);
    shown.remove(profile);
    crossings.remove(profile);
    touch(profile, event.name());
    if (tags.hears(event.name())) {
      for (TagBook.Put put : tags.puts(person(profile), person(profile).indexOf(happened))) {
        if (put.on() != person(profile).tagged(put.tag())) {
          tagging(put.tag(), put.on(), event.time(), Properties.of("event", event.name()), node);
        }
      }
    }
    if (event.time().toEpochMilli() >= laneNow[lane] - NEWS.toMillis()) {
      signal(profile, happened);
      enterByEvent(profile, happened);
    }
  }

  /// Weak identifiers are evidence, kept beside the properties.
  private static Properties withHints(Event event) {
    Properties properties = event.properties();
    var hints = new TreeMap<String, List<Value>>();
    for (Identifier identifier : event.identifiers()) {
      if (!identifier.kind().joins()) {
        hints
            .computeIfAbsent("$" + identifier.kind().wire(), _ -> new ArrayList<>())
            .add(Value.of(identifier.value()));
      }
    }
    for (Map.Entry<String, List<Value>> hint : hints.entrySet()) {
      properties =
          properties.with(
              hint.getKey(),
              hint.getValue().size() == 1
                  ? hint.getValue().getFirst()
                  : new Value.Many(hint.getValue()));
    }
    return properties;
  }

  /// A person over a list.
  private final class Naive implements Person, Timeline {
    private final int profile;
    private final List<Happened> own;

    Naive(int profile) {
      this.profile = profile;
      this.own =
          events.stream()
              .filter(happened -> people.profileOf(happened.node()) == profile)
              .sorted(
                  Comparator.<Happened, Instant>comparing(happened -> happened.event().time())
                      .thenComparing(Happened::node))
              .toList();
    }

    @Override
    public int profile() {
      return profile;
    }

    @Override
    public Timeline timeline() {
      return this;
    }

    @Nullable Identifier identifier(IdentifierKind kind, String scope) {
      for (int node : people.members(profile)) {
        if (people.identifier(node).kind() == kind
            && (scope.isEmpty() || people.identifier(node).scope().equals(scope))) {
          return people.identifier(node);
        }
      }
      return null;
    }

    @Override
    public boolean has(IdentifierKind kind) {
      return has(kind, "");
    }

    @Override
    public boolean has(IdentifierKind kind, String scope) {
      return identifier(kind, scope) != null;
    }

    @Override
    public boolean inAudience(String audience) {
      Audience frozen = audiences.get(audience);
      return frozen != null && people.members(profile).stream().anyMatch(frozen::contains);
    }

    @Override
    public boolean inSegment(String segment, Instant now) {
      Live live = segments.get(segment);
      return live != null && live.rule.test(this, new Moment(now, zone));
    }

    @Override
    public boolean onJourney(String journey, Standing standing) {
      return switch (standing) {
        case CLICKED -> Person.clicked(this, journey);
        case SENT, DELIVERED ->
            messages.stream()
                .map(message -> message.touchpoint)
                .filter(touchpoint -> touchpoint.journey().equals(journey))
                .filter(touchpoint -> people.profileOf(touchpoint.profile()) == profile)
                .anyMatch(
                    touchpoint ->
                        standing == Standing.SENT
                            ? touchpoint.reason() == Reason.SENT
                            : touchpoint.delivered());
        default ->
            stands.stream()
                .map(stand -> stand.position)
                .filter(position -> people.profileOf(position.profile()) == profile)
                .anyMatch(
                    position -> position.journey().equals(journey) && position.stands(standing));
      };
    }

    @Override
    public List<String> traitNames() {
      throw new UnsupportedOperationException("No rule asks for all traits");
    }

    @Override
    public int size() {
      return own.size();
    }

    @Override
    public String name(int index) {
      return own.get(index).event().name();
    }

    @Override
    public long timeMs(int index) {
      return own.get(index).event().time().toEpochMilli();
    }

    @Override
    public String source(int index) {
      return own.get(index).event().source();
    }

    @Override
    public @Nullable Value property(int index, String key) {
      return own.get(index).properties().get(key);
    }

    int indexOf(Happened happened) {
      for (int i = 0; i < own.size(); i++) {
        if (own.get(i).number() == happened.number()) {
          return i;
        }
      }
      throw new IllegalStateException("Not on this timeline: " + happened);
    }
  }

  private Naive person(int profile) {
    return shown.computeIfAbsent(profile, Naive::new);
  }

  // Segments.

  private void ask(int lane) {
    for (int ordinal = touchedIn(lane); ordinal >= 0; ordinal = touchedIn(lane)) {
      Set<String> names = Objects.requireNonNull(touched.remove(ordinal));
      int profile = ordinals.get(ordinal);
      if (people.person(profile)) {
        for (Live live : segments.values()) {
          if (names.contains(EVERYTHING)
              || live.names.contains("*")
              || names.stream().anyMatch(live.names::contains)) {
            evaluate(live, profile, true);
          }
          if (names.contains(EVERYTHING)) {
            settleTags(live, profile);
          }
        }
      }
    }
  }

  private int touchedIn(int lane) {
    for (int ordinal : touched.keySet()) {
      if (ordinal % LANES == lane) {
        return ordinal;
      }
    }
    return -1;
  }

  private void evaluate(Live live, int profile, boolean starts) {
    if (!people.person(profile)) {
      return;
    }
    boolean now = live.rule.test(person(profile), at(laneNow[lane(profile)]));
    move(live, profile, now, starts, true);
  }

  /// @param settles whether tags follow; not where there is no such person any more
  private void move(Live live, int profile, boolean now, boolean starts, boolean settles) {
    if (now == live.members.contains(profile)) {
      return;
    }
    int lane = ordinal(profile) % LANES;
    if (now) {
      live.members.add(profile);
      live.entered++;
    } else {
      live.members.remove(profile);
      live.left++;
    }
    changed.get(lane).add(new Change(0, laneNow[lane], live.segment.name(), profile, now));
    if (settles) {
      settleTags(live, profile);
    }
    if (starts) {
      for (TreeMap<Integer, Journey> versions : journeys.values()) {
        Journey journey = versions.lastEntry().getValue();
        boolean wanted =
            now
                ? journey.entry().equals(new Journey.Entry.OfSegment(live.segment.name()))
                : journey.entry().equals(new Journey.Entry.OfLeaving(live.segment.name()));
        if (wanted) {
          enter(journey, profile, "");
        }
      }
    }
  }

  // Definitions.

  private void publish(Entry.Published published) {
    Json json = Json.parse(published.json());
    versions.put(published.kind() + " " + published.name(), published.version());
    switch (published.kind()) {
      case SEGMENT -> {
        var live =
            new Live(Segment.parse(published.name(), ((Json.Str) field(json, "rule")).text()));
        Live former = segments.put(published.name(), live);
        whole(live);
        if (former == null) {
          live.members.addAll(members(live.rule));
        } else {
          live.members.addAll(former.members);
          live.entered = former.entered;
          live.left = former.left;
          for (int ordinal = 0; ordinal < ordinals.size(); ordinal++) {
            int profile = ordinals.get(ordinal);
            if (people.profileOf(profile) == profile) {
              evaluate(live, profile, false);
            }
          }
        }
        for (Live other : segments.values()) {
          if (standsOn(other, published.name())) {
            whole(other);
            for (int ordinal = 0; ordinal < ordinals.size(); ordinal++) {
              int profile = ordinals.get(ordinal);
              if (people.profileOf(profile) == profile) {
                evaluate(other, profile, false);
              }
            }
          }
        }
        crossings.clear();
      }
      case JOURNEY -> {
        Journey journey = JourneyJson.read(json, published.version());
        journeys
            .computeIfAbsent(published.name(), _ -> new TreeMap<>())
            .put(published.version(), journey);
        schedule(journey);
      }
      case TEMPLATE -> {
        lawMs = nowMs;
        templates.put(published.name(), Definitions.template(json));
        if (halted.remove(published.name()) != null) {
          again(message -> message.touchpoint.template().equals(published.name()));
        }
      }
      case COUPON_TEMPLATE -> coupons.put(published.name(), Definitions.coupon(json));
      case GATE_POLICY -> {
        policy = Definitions.gatePolicy(json);
        lawMs = nowMs;
      }
      case EVENT_TYPE, TRIAL -> {}
      case TAG_GROUP -> {
        TagBook before = tags;
        tags = tags.with(TagGroupJson.read(json));
        settleTags(before);
      }
      case AUDIENCE -> throw new IllegalStateException("Nobody publishes an audience");
    }
  }

  private void retire(Entry.Retired retired) {
    String name = retired.name();
    versions.remove(retired.kind() + " " + name);
    if (retired.kind() == Entry.Definition.AUDIENCE) {
      audiences.remove(name);
      return;
    }
    if (retired.kind() == Entry.Definition.TAG_GROUP) {
      TagBook before = tags;
      tags = tags.without(name);
      settleTags(before);
      return;
    }
    Live live = segments.remove(name);
    if (live != null) {
      for (int ordinal = 0; ordinal < ordinals.size(); ordinal++) {
        if (live.members.contains(ordinals.get(ordinal))) {
          int lane = ordinal % LANES;
          changed.get(lane).add(new Change(0, laneNow[lane], name, ordinals.get(ordinal), false));
        }
      }
      crossings.clear();
    }
  }

  /// Whether a segment or a journey needs a segment.
  boolean used(String segment) {
    if (policy.suppressed().contains(new GatePolicy.Suppression.OfSegment(segment))) {
      return true;
    }
    if (!tags.bySegment(segment).isEmpty()) {
      return true;
    }
    for (Live live : segments.values()) {
      if (live.segment.rule().segments().contains(segment)) {
        return true;
      }
    }
    for (TreeMap<Integer, Journey> versions : journeys.values()) {
      Journey last = versions.lastEntry().getValue();
      if (last.entrySegment().equals(segment)) {
        return true;
      }
      for (Journey journey : versions.values()) {
        boolean goes =
            journey.equals(last)
                || stands.stream()
                    .map(stand -> stand.position)
                    .anyMatch(
                        position ->
                            !position.over()
                                && position.journey().equals(journey.name())
                                && position.version() == journey.version());
        if (goes && journey.asksSegments().contains(segment)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean standsOn(Live live, String name) {
    return live.segment.rule().segments().stream()
        .anyMatch(
            other ->
                other.equals(name)
                    || (segments.get(other) instanceof Live below && standsOn(below, name)));
  }

  /// Puts the rules of other segments in their place.
  private void whole(Live live) {
    live.rule = whole(live.segment.rule());
    live.turning = Turning.of(live.rule);
    live.names = live.rule.listensTo();
  }

  private Condition whole(Condition rule) {
    return rule.with(
        Condition.Surroundings.of(
            name -> whole(Objects.requireNonNull(segments.get(name)).segment.rule()),
            _ -> {
              throw new UnsupportedOperationException("No rule of the workload ranks");
            }));
  }

  private static Json field(Json json, String key) {
    return Objects.requireNonNull(((Json.Obj) json).get(key));
  }

  private void freeze(Entry.Frozen frozen) {
    if (audiences.containsKey(frozen.audience()) && !frozen.again()) {
      return;
    }
    Live live = segments.get(frozen.segment());
    Condition rule = live == null ? whole(RuleText.parse(frozen.text())) : live.rule;
    var members = new RoaringBitmap();
    members(rule).forEach(members::add);
    keep(
        new Audience(
            frozen.audience(),
            frozen.segment(),
            version(Entry.Definition.SEGMENT, frozen.segment()),
            live == null ? frozen.text() : live.segment.text(),
            now(),
            frozen.who(),
            members));
  }

  private void choose(Entry.Chosen chosen) {
    if (audiences.containsKey(chosen.audience()) && !chosen.again()) {
      return;
    }
    var members = new RoaringBitmap();
    for (int node : chosen.members()) {
      int profile = people.profileOf(node);
      if (people.person(profile)) {
        members.add(profile);
      }
    }
    keep(new Audience(chosen.audience(), "", 0, chosen.text(), now(), chosen.who(), members));
  }

  private void keep(Audience audience) {
    Audience former = audiences.put(audience.name(), audience);
    crossings.clear();
    var changed = audience.members().clone();
    if (former != null) {
      var before = new RoaringBitmap();
      former.members().forEach((int node) -> before.add(people.profileOf(node)));
      changed.xor(before);
    }
    for (Live over : segments.values()) {
      if (over.rule.audiences().contains(audience.name())) {
        changed.forEach((int profile) -> evaluate(over, profile, true));
      }
    }
  }

  // Tags.

  private void tag(Entry.Tagged tagged) {
    var profiles = new TreeSet<Integer>();
    tagged.members().forEach((int node) -> profiles.add(people.profileOf(node)));
    for (int profile : profiles) {
      if (people.person(profile)) {
        Properties what = Properties.of("tag", tagged.tag(), "by", tagged.who());
        happens(
            new Event(
                "tag",
                tagged.on() ? "tag_added" : "tag_removed",
                now(),
                tagged.source(),
                List.of(people.identifier(profile)),
                tagged.why().isEmpty() ? what : what.with("why", Value.of(tagged.why()))),
            profile);
      }
    }
  }

  private void tagging(String tag, boolean on, Instant time, Properties by, int node) {
    happens(
        new Event(
            "tag",
            on ? "tag_added" : "tag_removed",
            time,
            SELF,
            List.of(people.identifier(node)),
            by.with("tag", Value.of(tag))),
        node);
  }

  /// Tags by a segment are what it said of them last.
  private void settleTags(Live live, int profile) {
    for (Tag tag : tags.bySegment(live.segment.name())) {
      followSegment(tag.name(), live.segment.name(), live.members.contains(profile), profile);
    }
  }

  private void followSegment(String tag, String segment, boolean member, int profile) {
    Happened last = null;
    for (Happened one : person(profile).own) {
      Properties what = one.event().properties();
      if (one.event().name().startsWith("tag_")
          && one.event().source().equals(SELF)
          && what.text("tag").equals(tag)
          && what.text("segment").equals(segment)) {
        last = one;
      }
    }
    if (member != (last != null && last.event().name().equals("tag_added"))) {
      tagging(
          tag,
          member,
          at(laneNow[lane(profile)]).now(),
          Properties.of("segment", segment),
          member || last == null ? profile : last.node());
    }
  }

  /// After the groups changed.
  private void settleTags(TagBook before) {
    for (int ordinal = 0; ordinal < ordinals.size(); ordinal++) {
      int profile = ordinals.get(ordinal);
      if (people.profileOf(profile) == profile && people.person(profile)) {
        for (TagGroup group : before.groups()) {
          for (Tag tag : group.tags()) {
            if (tag.by() instanceof Tag.By.Membership(String segment)
                && tags.bySegment(segment).stream()
                    .noneMatch(other -> other.name().equals(tag.name()))) {
              followSegment(tag.name(), segment, false, profile);
            }
          }
        }
        for (Live live : segments.values()) {
          settleTags(live, profile);
        }
      }
    }
  }

  /// Whether this tag group, or this segment, would have a tag follow itself.
  boolean circles(@Nullable TagGroup group, @Nullable Segment segment) {
    return !(group == null ? tags : tags.with(group))
        .circle(
            name -> {
              Live live = segments.get(name);
              Condition rule =
                  segment != null && segment.name().equals(name)
                      ? segment.rule()
                      : live == null ? null : live.segment.rule();
              return rule == null ? null : wholeWith(rule, segment);
            })
        .isEmpty();
  }

  private Condition wholeWith(Condition rule, @Nullable Segment segment) {
    return rule.with(
        Condition.Surroundings.of(
            name ->
                wholeWith(
                    segment != null && segment.name().equals(name)
                        ? segment.rule()
                        : Objects.requireNonNull(segments.get(name)).segment.rule(),
                    segment),
            _ -> {
              throw new UnsupportedOperationException("No rule of the workload ranks");
            }));
  }

  /// Whose tag would change.
  RoaringBitmap without(RoaringBitmap names, String tag, boolean on) {
    var found = new RoaringBitmap();
    for (int name : names) {
      int profile = people.profileOf(name);
      if (people.person(profile) && person(profile).tagged(tag) != on) {
        found.add(profile);
      }
    }
    return found;
  }

  int version(Entry.Definition kind, String name) {
    return versions.getOrDefault(kind + " " + name, 0);
  }

  // Journeys.

  private void launch(String name) {
    Journey journey = latest(name);
    if (journey != null && journey.entry() instanceof Journey.Entry.OfAudience(String audience)) {
      launchedAt.putIfAbsent(name, now());
      Audience members = audiences.get(audience);
      Autopilot plan = journey.pilot();
      if (plan != null) {
        if (!piloted.containsKey(name)) {
          release(
              name,
              Pilot.Act.RELEASE,
              Pilot.Why.LAUNCHED,
              Pilot.Measured.NOTHING,
              null,
              "",
              Pilot.cohort(name, left(journey), plan.first()));
        }
      } else if (members != null) {
        var entering = new TreeSet<Integer>();
        members.members().forEach((int node) -> entering.add(people.profileOf(node)));
        for (int lane = 0; lane < LANES; lane++) {
          for (int profile : entering) {
            if (lane(profile) == lane) {
              enter(journey, profile, "");
            }
          }
        }
      }
    }
  }

  // Autopilots.

  private void release(
      String name,
      Pilot.Act act,
      Pilot.Why why,
      Pilot.Measured measured,
      Pilot.@Nullable Roi roi,
      String who,
      RoaringBitmap cohort) {
    Journey journey = Objects.requireNonNull(latest(name));
    for (int lane = 0; lane < LANES; lane++) {
      for (int node : cohort) {
        int profile = people.profileOf(node);
        if (lane(profile) == lane) {
          enter(journey, profile, "");
        }
      }
    }
    piloted
        .computeIfAbsent(name, _ -> new ArrayList<>())
        .add(new Pilot.Decided(now(), act, why, cohort.getLongCardinality(), measured, roi, who));
  }

  private RoaringBitmap left(Journey journey) {
    var left = new RoaringBitmap();
    Audience audience =
        journey.entry() instanceof Journey.Entry.OfAudience(String name)
            ? audiences.get(name)
            : null;
    if (audience != null) {
      for (int node : audience.members()) {
        int profile = people.profileOf(node);
        if (people.person(profile)
            && standsOf(profile).stream()
                .noneMatch(stand -> stand.position.journey().equals(journey.name()))) {
          left.add(profile);
        }
      }
    }
    return left;
  }

  /// When an autopilot decides next, and whose; null when none does.
  @Nullable Instant nextDecision() {
    String name = nextPiloted();
    return name == null
        ? null
        : Pilot.next(
            Objects.requireNonNull(latest(name)), Objects.requireNonNull(piloted.get(name)));
  }

  private @Nullable String nextPiloted() {
    String first = null;
    Instant earliest = Instant.MAX;
    for (var each : piloted.entrySet()) {
      Instant next = Pilot.next(Objects.requireNonNull(latest(each.getKey())), each.getValue());
      if (next != null && next.isBefore(earliest) && !steered.containsKey(each.getKey())) {
        first = each.getKey();
        earliest = next;
      }
    }
    return first;
  }

  /// What the autopilot decides whose turn it is, from what is known now.
  Entry.Piloted decision(long atMs) {
    String name = Objects.requireNonNull(nextPiloted());
    Journey journey = Objects.requireNonNull(latest(name));
    Autopilot plan = Objects.requireNonNull(journey.pilot());
    Duration within = Objects.requireNonNull(journey.goal()).within().exact();
    Uplift.Arm treated = Uplift.Arm.EMPTY;
    Uplift.Arm heldOut = Uplift.Arm.EMPTY;
    long cost = 0;
    for (int profile : profiles()) {
      Position first =
          standsOf(profile).stream()
              .map(stand -> stand.position)
              .filter(position -> position.journey().equals(name))
              .min(
                  Comparator.comparing(Position::enteredAt)
                      .thenComparingInt(Position::profile)
                      .thenComparing(Position::entry))
              .orElse(null);
      if (first == null
          || !people.person(profile)
          || first.enteredAt().plus(within).isAfter(now())) {
        continue;
      }
      double paid = 0;
      for (Happened happened : person(profile).own) {
        Instant at = happened.event().time();
        if (!at.isBefore(first.enteredAt()) && !at.isAfter(first.enteredAt().plus(within))) {
          long amount =
              happened.event().properties().get("amountFen") instanceof Value.Whole(long fen)
                  ? fen
                  : 0;
          paid += happened.event().name().equals("order_paid") ? amount : 0;
        }
      }
      if (first.heldOut()) {
        heldOut = heldOut.plus(paid);
      } else {
        treated = treated.plus(paid);
        for (Message message : messages) {
          Touchpoint touchpoint = message.touchpoint;
          if (people.profileOf(touchpoint.profile()) == profile
              && touchpoint.journey().equals(name)
              && touchpoint.reason() == Reason.SENT
              && touchpoint.delivery().stage() != Stage.WAITING
              && touchpoint.delivery().stage() != Stage.HANDED) {
            cost += touchpoint.costFen();
          }
        }
      }
    }
    long spent = 0;
    for (Message message : messages) {
      spent +=
          message.touchpoint.journey().equals(name) && message.touchpoint.reason() == Reason.SENT
              ? message.touchpoint.costFen()
              : 0;
    }
    var measured = new Pilot.Measured(treated, heldOut, cost, spent);
    RoaringBitmap left = left(journey);
    Pilot.Decision decision =
        Pilot.decide(
            plan, Objects.requireNonNull(piloted.get(name)), measured, left.getLongCardinality());
    return new Entry.Piloted(
        atMs,
        name,
        decision.act(),
        decision.why(),
        measured,
        Pilot.roi(plan, measured),
        "",
        decision instanceof Pilot.Decision.Release(long most, Pilot.Why _)
            ? Pilot.cohort(name, left, most)
            : new RoaringBitmap());
  }

  /// What somebody's decision comes to; null when it is refused.
  Entry.@Nullable Piloted byHand(String name, Pilot.Act act, long atMs) {
    Journey journey = Objects.requireNonNull(latest(name));
    Autopilot plan = journey.pilot();
    List<Pilot.Decided> story = piloted.get(name);
    if (plan == null || story == null) {
      return null;
    }
    Pilot.Act last = story.getLast().act();
    boolean stands = last == Pilot.Act.STOP || last == Pilot.Act.DONE;
    RoaringBitmap left = left(journey);
    long most = Pilot.byHand(plan, story, left.getLongCardinality());
    boolean refused =
        switch (act) {
          case RELEASE -> steered.containsKey(name) || most == 0;
          case STOP -> stands;
          default -> !stands;
        };
    return refused
        ? null
        : new Entry.Piloted(
            atMs,
            name,
            act,
            Pilot.Why.BY_HAND,
            Pilot.Measured.NOTHING,
            null,
            "ops",
            act == Pilot.Act.RELEASE ? Pilot.cohort(name, left, most) : new RoaringBitmap());
  }

  Set<String> piloted() {
    return piloted.keySet();
  }

  private Journey journey(Position position) {
    return Objects.requireNonNull(
        Objects.requireNonNull(journeys.get(position.journey())).get(position.version()));
  }

  private Stand stand(int index) {
    return stands.stream().filter(stand -> stand.index == index).findFirst().orElseThrow();
  }

  /// A person's places: by identifier, then in the order in which they were entered.
  private List<Stand> standsOf(int profile) {
    var own = new ArrayList<Stand>();
    for (int node : people.members(profile)) {
      for (Stand stand : stands) {
        if (stand.position.profile() == node) {
          own.add(stand);
        }
      }
    }
    return own;
  }

  private void enterByEvent(int profile, Happened happened) {
    for (TreeMap<Integer, Journey> versions : journeys.values()) {
      Journey journey = versions.lastEntry().getValue();
      if (journey.entry() instanceof Journey.Entry.OfEvent(var pattern)
          && pattern.matches(person(profile), person(profile).indexOf(happened))) {
        enter(
            journey,
            profile,
            journey.reentry() instanceof Journey.Reentry.PerKey(String property)
                ? happened.event().properties().text(property)
                : "");
      }
    }
  }

  /// Whether steering changes anything.
  boolean steers(String journey, Steering wanted) {
    String how = steered.get(journey);
    return how == null ? wanted != Steering.RUNNING : !how.startsWith(wanted.name());
  }

  boolean hasVersion(String journey, int version) {
    var ofName = journeys.get(journey);
    return ofName != null && ofName.containsKey(version);
  }

  private boolean paused(String journey) {
    String how = steered.get(journey);
    return how != null && how.startsWith(Steering.PAUSED.name());
  }

  private void call(String name, String key, RoaringBitmap members) {
    Journey journey = latest(name);
    if (journey != null) {
      launchedAt.putIfAbsent(name, now());
      var entering = new TreeSet<Integer>();
      members.forEach((int node) -> entering.add(people.profileOf(node)));
      for (int lane = 0; lane < LANES; lane++) {
        for (int profile : entering) {
          if (lane(profile) == lane) {
            enter(journey, profile, key);
          }
        }
      }
    }
  }

  private void steer(String name, Steering wanted) {
    String was = steered.get(name);
    if (wanted == Steering.RUNNING) {
      steered.remove(name);
    } else if (was == null || !was.startsWith(wanted.name())) {
      steered.put(name, wanted + " " + nowMs);
    }
    if (was != null && was.startsWith(Steering.PAUSED.name()) && wanted != Steering.PAUSED) {
      Instant since = Instant.ofEpochMilli(Long.parseLong(was.substring(was.indexOf(' ') + 1)));
      for (Stand stand : onJourney(name)) {
        Position position = stand.position;
        if (shadowed(stand)) {
          now(stand, position.ended(Position.Exit.MERGED));
          continue;
        }
        int profile = people.profileOf(position.profile());
        settle(
            stand,
            Advance.advance(
                journey(position),
                position,
                new Signal.Resumed(since),
                person(profile),
                at(laneNow[lane(profile)]),
                armsBefore));
      }
    }
  }

  private List<Stand> onJourney(String name) {
    return stands.stream()
        .filter(stand -> !stand.position.over() && stand.position.journey().equals(name))
        .sorted(
            Comparator.<Stand>comparingInt(stand -> lane(stand.position.profile()))
                .thenComparing(stand -> stand.index))
        .toList();
  }

  private void migrate(Entry.Migrated migrated) {
    var ofName = journeys.get(migrated.journey());
    if (ofName == null
        || !ofName.containsKey(migrated.version())
        || ofName.lastKey() == migrated.version()) {
      return;
    }
    var plan =
        Migration.between(
            Objects.requireNonNull(ofName.get(migrated.version())),
            ofName.lastEntry().getValue(),
            migrated.to());
    for (Stand stand : onJourney(migrated.journey())) {
      now(stand, plan.of(stand.position));
    }
  }

  private void count(Journey journey, String step, String arm, boolean reached) {
    arms.computeIfAbsent(
            journey.name() + "/" + journey.version() + "/" + step + "/" + arm, _ -> new long[2])[
        reached ? 1 : 0]++;
  }

  private void enter(Journey journey, int profile, String key) {
    String how = steered.get(journey.name());
    if (!people.person(profile) || (how != null && how.startsWith(Steering.DRAINING.name()))) {
      return;
    }
    List<Position> before =
        standsOf(profile).stream()
            .map(stand -> stand.position)
            .filter(position -> position.journey().equals(journey.name()))
            .toList();
    String entry;
    switch (journey.reentry()) {
      case Journey.Reentry.Once() -> {
        if (!before.isEmpty()) {
          return;
        }
        entry = "";
      }
      case Journey.Reentry.PerKey _ -> {
        if (before.stream().anyMatch(position -> position.entry().equals(key))) {
          return;
        }
        entry = key;
      }
      case Journey.Reentry.After(var pause) -> {
        Instant now = Instant.ofEpochMilli(laneNow[lane(profile)]);
        for (Position position : before) {
          if (!position.over()
              || now.equals(position.enteredAt())
              || now.isBefore(pause.after(position.enteredAt(), zone))) {
            return;
          }
        }
        entry = String.valueOf(before.size());
      }
    }
    int lane = lane(profile);
    Advance.Result result =
        paused(journey.name())
            ? new Advance.Result(
                Advance.hold(journey, profile, entry, at(laneNow[lane])), List.of())
            : Advance.enter(
                journey, profile, entry, person(profile), at(laneNow[lane]), armsBefore);
    var stand = new Stand(standsIn[lane]++ * LANES + lane, result.position());
    stands.add(stand);
    touch(people.profileOf(profile), Condition.JOURNEYS);
    settle(stand, result);
  }

  private void settle(Stand stand, Advance.Result result) {
    boolean reached = stand.position.goalAt() == null && result.position().goalAt() != null;
    now(stand, result.position());
    if (reached && !stand.position.heldOut()) {
      Journey journey = journey(stand.position);
      List<String> steps = Path.steps(journey, stand.position.path());
      for (int i = 0; i + 1 < steps.size(); i++) {
        if (journey.step(steps.get(i)) instanceof Journey.Step.Adapt adapt) {
          for (Journey.AdaptArm arm : adapt.arms()) {
            if (arm.next().equals(steps.get(i + 1))) {
              count(journey, adapt.id(), arm.name(), true);
            }
          }
        }
      }
    }
    perform(stand, result);
  }

  private void perform(Stand stand, Advance.Result result) {
    for (Effect effect : result.effects()) {
      Position position = stand.position;
      Instant now = Instant.ofEpochMilli(laneNow[lane(position.profile())]);
      switch (effect) {
        case Effect.Send(String key, String template, Effect.Withheld withheld) ->
            wish(stand, key, template, withheld);
        case Effect.IssueCoupon(String key, String name, String coupon) -> {
          CouponTemplate template = coupons.get(name);
          if (template != null) {
            cause(
                key,
                "coupon_issued",
                position,
                Properties.of(
                    "coupon",
                    coupon,
                    "template",
                    name,
                    "valueFen",
                    template.valueFen(),
                    "thresholdFen",
                    template.thresholdFen(),
                    "expires",
                    template.expiry(now, zone).toString(),
                    "journey",
                    position.journey()));
          }
        }
        case Effect.AddTag(String key, String tag) ->
            cause(
                key,
                "tag_added",
                position,
                Properties.of("tag", tag, "journey", position.journey()));
        case Effect.Assign(String key, String title, String script, Instant due) ->
            cause(
                key,
                "task_assigned",
                position,
                Properties.of(
                    "task", key,
                    "title", title,
                    "script", Template.fill(script, name -> word(name, position)),
                    "due", due.toString(),
                    "guide", guide(position),
                    "journey", position.journey()));
        case Effect.GivePoints(String key, int points, String why) ->
            cause(
                key,
                "points_earned",
                position,
                Properties.of("points", points, "why", why, "journey", position.journey()));
        case Effect.HandOver(String key, String why) ->
            cause(
                key,
                "handed_over",
                position,
                Properties.of("why", why, "guide", guide(position), "journey", position.journey()));
        case Effect.Tell(String key, String hook) ->
            cause(
                key,
                "hook_wanted",
                position,
                Properties.of("hook", hook, "key", key, "journey", position.journey()));
        case Effect.Start(String key, String other) -> {
          Journey journey = latest(other);
          if (journey != null && caused.add(key)) {
            enter(journey, people.profileOf(position.profile()), position.entry());
          }
        }
        case Effect.Took(String _, String step, String arm) ->
            count(journey(position), step, arm, false);
      }
    }
  }

  private @Nullable String word(String name, Position position) {
    Value trait = person(people.profileOf(position.profile())).trait(name);
    return trait == null ? null : trait.shown();
  }

  private String guide(Position position) {
    String guide = "";
    for (Happened one : person(people.profileOf(position.profile())).own) {
      if (one.event().name().equals("contact_added")) {
        guide = one.event().properties().text("guide");
      }
    }
    return guides.today(guide);
  }

  private void cause(String key, String name, Position position, Properties properties) {
    if (caused.add(key)) {
      int node = position.profile();
      happens(
          new Event(
              key,
              name,
              Instant.ofEpochMilli(laneNow[lane(node)]),
              SELF,
              List.of(people.identifier(node)),
              properties),
          node);
    }
  }

  private void signal(int profile, Happened happened) {
    for (Stand stand : standsOf(profile)) {
      Position position = stand.position;
      if (position.over() && position.goalAt() != null) {
        continue;
      }
      if (!position.over() && shadowed(stand)) {
        now(stand, position.ended(Position.Exit.MERGED));
        continue;
      }
      Naive person = person(profile);
      if (paused(position.journey())) {
        settle(
            stand,
            new Advance.Result(
                Advance.noted(journey(position), position, person, person.indexOf(happened)),
                List.of()));
        continue;
      }
      Advance.Result result =
          Advance.advance(
              journey(position),
              position,
              new Signal.Happened(person, person.indexOf(happened)),
              person,
              at(laneNow[lane(profile)]),
              armsBefore);
      settle(stand, result);
    }
  }

  private void due(Stand stand) {
    Position position = stand.position;
    int profile = people.profileOf(position.profile());
    if (shadowed(stand)) {
      now(stand, position.ended(Position.Exit.MERGED));
      return;
    }
    settle(
        stand,
        Advance.advance(
            journey(position),
            position,
            new Signal.Due(),
            person(profile),
            at(laneNow[lane(profile)]),
            armsBefore));
  }

  /// Whether another identity of the person was on the same journey first.
  private boolean shadowed(Stand stand) {
    Position position = stand.position;
    for (Stand other : standsOf(people.profileOf(position.profile()))) {
      Position rival = other.position;
      if (other.index == stand.index
          || rival.exit() == Position.Exit.MERGED
          || !rival.journey().equals(position.journey())
          || !rival.entry().equals(position.entry())) {
        continue;
      }
      int first =
          Comparator.comparing((Stand each) -> each.position.enteredAt())
              .thenComparing(each -> each.position.profile())
              .thenComparing(each -> each.index)
              .compare(other, stand);
      boolean again =
          rival.over()
              && journey(position).reentry() instanceof Journey.Reentry.After(var pause)
              && !position.enteredAt().isBefore(pause.after(rival.enteredAt(), zone));
      if (first < 0 && !again) {
        return true;
      }
    }
    return false;
  }

  // The gate.

  private Message message(int index) {
    return messages.stream().filter(message -> message.index == index).findFirst().orElseThrow();
  }

  private @Nullable Message message(String key) {
    for (Message message : messages) {
      if (message.touchpoint.key().equals(key)) {
        return message;
      }
    }
    return null;
  }

  private void wish(Stand stand, String key, String templateName, Effect.Withheld withheld) {
    Template named = templates.get(templateName);
    if (named == null || message(key) != null) {
      return;
    }
    Position position = stand.position;
    Template template = named.to(person(people.profileOf(position.profile())));
    int lane = lane(position.profile());
    var message =
        new Message(
            messagesIn[lane]++ * LANES + lane,
            stand,
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
                Instant.ofEpochMilli(laneNow[lane]),
                "",
                "",
                template.sender(),
                template.costFen(),
                Definitions.linkCode(key),
                Delivery.NONE,
                List.of()));
    messages.add(message);
    touch(people.profileOf(position.profile()), Condition.JOURNEYS);
    if (withheld == Effect.Withheld.NO) {
      wished.add(message);
    }
  }

  private boolean wishedIn(int lane) {
    return wished.stream().anyMatch(message -> lane(message.touchpoint.profile()) == lane);
  }

  private void settle(int lane) {
    ask(lane);
    while (wishedIn(lane)) {
      meetGate(lane);
    }
  }

  private void meetGate(int lane) {
    List<Message> meeting =
        wished.stream()
            .filter(message -> lane(message.touchpoint.profile()) == lane)
            .sorted(
                Comparator.<Message>comparingInt(
                        message -> -journey(message.cause.position).priority())
                    .thenComparing(message -> message.cause.position.enteredAt())
                    .thenComparing(message -> message.index))
            .toList();
    wished.removeAll(meeting);
    for (Message message : meeting) {
      if (message.touchpoint.reason().waits()) {
        gate(message);
      }
    }
    ask(lane);
  }

  /// What this entry let out waits for its turn.
  private boolean pace() {
    boolean any = false;
    letOut.sort(
        Comparator.<Message>comparingInt(message -> -journey(message.cause.position).priority())
            .thenComparing(message -> message.touchpoint.due())
            .thenComparing(message -> message.index));
    for (Message message : letOut) {
      Touchpoint was = message.touchpoint;
      Turns.Turn turn =
          turns.take(
              policy.paces(),
              was.channel(),
              was.journey(),
              was.sender(),
              category(was),
              was.due().toEpochMilli(),
              passed.getOrDefault(message.index, 0));
      passed.remove(message.index);
      if (turn.atMs() > nowMs) {
        passed.put(message.index, turn.passed());
        now(
            message,
            was.takenBack(Reason.PACED).with(Reason.PACED, Instant.ofEpochMilli(turn.atMs())));
        held.forEach(lane -> lane.remove((Integer) message.index));
        charged.remove(message);
        any = true;
      }
    }
    letOut.clear();
    return any;
  }

  /// What was let out and has not left is decided anew.
  private void again(Predicate<Message> wanted) {
    for (Message message :
        messages.stream()
            .filter(
                message ->
                    outbox.contains(message.index)
                        || held.stream().anyMatch(lane -> lane.contains(message.index)))
            .filter(wanted)
            .sorted(Comparator.comparing(message -> message.index))
            .toList()) {
      outbox.remove(message.index);
      suspects.remove(message.index);
      passed.put(message.index, Integer.MAX_VALUE);
      held.forEach(lane -> lane.remove((Integer) message.index));
      now(message, message.touchpoint.takenBack(Reason.PACED).with(Reason.PACED, now()));
      decide(message);
    }
  }

  /// What this entry let out beyond a budget, the latest first.
  private boolean takeBack() {
    boolean any = false;
    charged.sort(
        Comparator.<Message, Instant>comparing(message -> message.touchpoint.due())
            .thenComparing(message -> message.index));
    for (Message message : List.copyOf(charged).reversed()) {
      Touchpoint was = message.touchpoint;
      long spent =
          messages.stream()
              .map(other -> other.touchpoint)
              .filter(other -> other.reason() == Reason.SENT)
              .filter(other -> other.journey().equals(was.journey()))
              .mapToLong(Touchpoint::costFen)
              .sum();
      if (was.reason() == Reason.SENT
          && spent > policy.budgetsFen().getOrDefault(was.journey(), Long.MAX_VALUE)) {
        now(message, was.takenBack(Reason.OVER_BUDGET));
        held.forEach(lane -> lane.remove((Integer) message.index));
        charged.remove(message);
        any = true;
      }
    }
    return any;
  }

  private Gate.History history(int profile) {
    return new Gate.History() {
      private long count(Predicate<Touchpoint> which) {
        return messages.stream()
            .map(other -> other.touchpoint)
            .filter(
                other ->
                    people.profileOf(other.profile()) == profile
                        && other.reason() == Reason.SENT
                        && which.test(other))
            .count();
      }

      @Override
      public int sentSince(@Nullable ChannelKind channel, Set<Category> categories, long sinceMs) {
        return (int)
            count(
                other ->
                    (channel == null || channel == other.channel())
                        && categories.contains(category(other))
                        && other.due().toEpochMilli() > sinceMs);
      }

      @Override
      public int sentOf(String template) {
        return (int) count(other -> other.template().equals(template));
      }
    };
  }

  private Category category(Touchpoint touchpoint) {
    Template template = templates.get(touchpoint.template());
    return template == null ? Category.MARKETING : template.category();
  }

  private void decide(Message message) {
    Position position = message.cause.position;
    if (position.exit() == Position.Exit.GOAL) {
      now(message, message.touchpoint.with(Reason.OVERTAKEN));
      passed.remove(message.index);
    } else if (position.exit() == Position.Exit.MERGED || shadowed(message.cause)) {
      now(message, message.touchpoint.with(Reason.MERGED));
      passed.remove(message.index);
    } else {
      wished.add(message);
    }
  }

  private void gate(Message message) {
    int profile = people.profileOf(message.touchpoint.profile());
    int lane = lane(profile);
    Instant now = Instant.ofEpochMilli(laneNow[lane]);
    Naive person = person(profile);
    Template template =
        Objects.requireNonNull(templates.get(message.touchpoint.template())).to(person);
    Touchpoint was = message.touchpoint.as(template);
    Identifier address =
        person.identifier(
            was.channel().address(),
            was.channel().address() == IdentifierKind.OPENID ? template.sender() : "");
    String sender = guides.sender(template.sender(), person);
    Gate.Decision decision =
        Gate.decide(
            was.channel(),
            category(was),
            was.template(),
            false,
            address == null ? null : address.value(),
            sender,
            person,
            history(profile),
            policy,
            now,
            zone);
    switch (decision) {
      case Gate.Decision.Closed(Reason reason) -> {
        now(message, was.with(reason));
        passed.remove(message.index);
      }
      case Gate.Decision.Later(Reason reason, Instant until) -> {
        now(message, was.with(reason, until));
        passed.remove(message.index);
      }
      case Gate.Decision.Open() -> {
        now(
            message,
            new Touchpoint(
                was.key(),
                was.journey(),
                was.profile(),
                was.template(),
                was.channel(),
                Reason.SENT,
                now,
                Objects.requireNonNull(address).value(),
                template.render(word -> word(word, was, message.cause.position, person)),
                Objects.requireNonNull(sender),
                template.costFen(),
                was.code(),
                Delivery.NONE,
                template.attach(word -> word(word, was, message.cause.position, person))));
        if (!policy.paces().isEmpty()) {
          letOut.add(message);
        }
        held.get(lane).add(message.index);
        if (policy.budgetsFen().containsKey(was.journey())) {
          charged.add(message);
        }
      }
    }
  }

  private @Nullable String word(
      String name, Touchpoint touchpoint, Position position, Person person) {
    if (name.equals("coupon")) {
      return position.coupon();
    }
    if (name.equals("link")) {
      return linkBase + "/r/" + touchpoint.code();
    }
    Value trait = person.trait(name);
    return trait == null ? null : trait.shown();
  }

  // The platforms' side.

  private void handedOver(String batch, List<String> keys) {
    batches++;
    var indexes = new ArrayList<Integer>();
    long sinceMs = nowMs;
    for (String key : keys) {
      Message message = message(key);
      if (message != null && outbox.remove(message.index)) {
        sinceMs = Math.min(sinceMs, since(message));
        now(message, message.touchpoint.with(new Delivery(Stage.HANDED, batch, "", "", now())));
        indexes.add(message.index);
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
    long poisoned =
        outcomes.stream().filter(outcome -> outcome instanceof Outcome.Poisoned).count();
    for (int i = 0; i < outcomes.size(); i++) {
      Message message = message(handover.touchpoints().get(i));
      Touchpoint was = message.touchpoint;
      if (was.delivery().stage() != Stage.HANDED) {
        continue;
      }
      switch (outcomes.get(i)) {
        case Outcome.Accepted(String platformId) -> {
          suspects.remove(message.index);
          now(message, was.with(new Delivery(Stage.ACCEPTED, batch, platformId, "", now())));
        }
        case Outcome.Refused(String code, String why) -> refused(message, batch, code, why);
        case Outcome.Poisoned(String code, String why) -> {
          if (poisoned == 1) {
            refused(message, batch, code, why);
          } else if (back(message, handover)) {
            suspects.put(message.index, Math.max(1, (int) poisoned / 2));
          }
        }
        case Outcome.Halted(String code, String why) -> {
          halted.putIfAbsent(
              was.template(), "Halt[code=" + code + ", why=" + why + ", sinceMs=" + nowMs + "]");
          back(message, handover);
        }
        case Outcome.Later _, Outcome.Absent _ -> back(message, handover);
        case Outcome.Unknown _ -> unknown.add(message.index);
      }
    }
    if (unknown.isEmpty()) {
      handovers.remove(batch);
    } else {
      handovers.put(batch, new Handover(batch, List.copyOf(unknown), handover.sinceMs()));
    }
  }

  private void refused(Message message, String batch, String code, String why) {
    suspects.remove(message.index);
    now(
        message,
        message
            .touchpoint
            .with(Reason.REFUSED)
            .with(new Delivery(Stage.FAILED, batch, "", code + ": " + why, now())));
  }

  /// @return whether it may leave again
  private boolean back(Message message, Handover handover) {
    if (people.identifier(message.touchpoint.profile()).erased()) {
      now(message, message.touchpoint.with(Delivery.NONE).erased());
      return false;
    }
    Instant since = Instant.ofEpochMilli(handover.sinceMs());
    now(message, message.touchpoint.with(new Delivery(Stage.WAITING, "", "", "", since)));
    return outbox.add(message.index);
  }

  private void receipt(Event event) {
    Message message = message(event.properties().text("touchpoint"));
    if (message == null) {
      return;
    }
    Delivery was = message.touchpoint.delivery();
    if (event.name().equals("message_delivered")) {
      now(
          message,
          message.touchpoint.with(
              new Delivery(Stage.DELIVERED, was.batch(), was.platformId(), "", event.time())));
    } else if (event.name().equals("message_failed") && was.stage() != Stage.DELIVERED) {
      now(
          message,
          message.touchpoint.with(
              new Delivery(
                  Stage.FAILED,
                  was.batch(),
                  was.platformId(),
                  event.properties().text("code"),
                  event.time())));
    }
  }

  // The portrait.

  /// Everything, as [io.huoshui.engine.Portrait] says it.
  List<String> portrait() {
    var lines = new ArrayList<String>();
    lines.add(now() + " " + zone + " " + linkBase + " " + nextBatch());
    for (int node = 0; node < people.size(); node++) {
      Identifier identifier = people.identifier(node);
      lines.add(node + " " + identifier + identifier.value() + " of " + people.profileOf(node));
    }
    people.links().forEach(link -> lines.add(link.toString()));
    lines.add(people.profiles() + " profiles, " + people.merges() + " merges");
    for (int profile : profiles()) {
      Naive person = person(profile);
      var line = new StringBuilder("p" + profile + " o" + ordinal(profile));
      for (Happened happened : person.own) {
        Event event = happened.event();
        line.append(' ')
            .append(event.name())
            .append('@')
            .append(event.time().toEpochMilli())
            .append(event.source())
            .append(happened.node())
            .append(happened.properties());
      }
      lines.add(line.toString());
      lines.add(
          standsOf(profile).stream()
              .sorted(Comparator.comparing(stand -> stand.index))
              .map(stand -> stand.position)
              .toList()
              .toString());
      lines.add(
          messages.stream()
              .filter(message -> people.profileOf(message.touchpoint.profile()) == profile)
              .sorted(Comparator.comparing(message -> message.index))
              .map(message -> message.touchpoint)
              .toList()
              .toString());
    }
    for (Live live : segments.values()) {
      lines.add(live.segment + " " + braces(live.members) + " " + live.entered + " " + live.left);
    }
    lines.add(audiences.toString());
    lines.add(new TreeMap<>(journeys).keySet() + " " + launchedAt);
    lines.add(
        new TreeMap<>(steered)
            + " "
            + arms.entrySet().stream()
                .map(arm -> arm.getKey() + " " + arm.getValue()[0] + " " + arm.getValue()[1])
                .toList()
            + " "
            + piloted);
    lines.add(
        stands.stream()
            .sorted(byLane(stand -> stand.index))
            .map(stand -> stand.position)
            .toList()
            .toString());
    lines.add(
        messages.stream()
            .sorted(byLane(message -> message.index))
            .map(message -> message.touchpoint)
            .toList()
            .toString());
    lines.add(turns + " " + passed + " " + suspects + " " + halted + " " + guides);
    lines.add(outbox + " " + handovers + " held " + held.stream().mapToInt(List::size).sum());
    lines.add(stands.stream().filter(stand -> !stand.position.over()).count() + " active");
    lines.add(occurrences.toString());
    lines.add("0 " + changes);
    lines.add(ids.size() + " ids, " + events.size() + " events");
    return lines;
  }

  private static <T> Comparator<T> byLane(java.util.function.ToIntFunction<T> index) {
    return Comparator.<T>comparingInt(each -> index.applyAsInt(each) % LANES)
        .thenComparingInt(index);
  }

  private static String braces(Set<Integer> members) {
    return "{" + String.join(",", members.stream().map(String::valueOf).toList()) + "}";
  }
}
