package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.event.Event;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.json.Json;
import io.huoshui.profile.EventList;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.EventPattern.Where;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The state as a function of its entries, over random lives.
class StateLawTest {
  // Two zones with daylight saving whose clocks change within the days lived, two with odd offsets.
  private static final List<String> ZONES =
      List.of("Asia/Kathmandu", "America/St_Johns", "Europe/Berlin", "Australia/Lord_Howe");
  private static final Instant BEGIN = Instant.parse("2026-03-05T08:00:00Z");

  private static State brand(String zone) {
    var state = new State();
    state.apply(new Entry.Configured(BEGIN.toEpochMilli(), zone, "https://b.example"));
    return state;
  }

  private static void publish(State state, String name, String rule) {
    state.apply(
        new Entry.Published(
            state.nowMs(),
            Entry.Definition.SEGMENT,
            name,
            1,
            Json.object("rule", Json.of(rule)).write()));
  }

  private static List<String> publishAll(State state, List<String> rules, String prefix) {
    var names = new ArrayList<String>();
    for (String rule : rules) {
      String name = prefix + names.size();
      publish(state, name, rule);
      names.add(name);
    }
    return names;
  }

  private static void liveIsExact(State state, List<String> names, String after) {
    for (String name : names) {
      LiveSegment live = Objects.requireNonNull(state.segments.get(name));
      assertThat(state.members(live).toArray())
          .as("%s after %s at %s", live.segment.text(), after, state.now())
          .isEqualTo(state.members(live.segment.rule()).toArray());
    }
  }

  @Test
  void liveSegmentsAreWhatAskingEverybodyWouldSay() {
    Dice.overSeeds(
        60,
        seed -> {
          var dice = new Dice(seed);
          String zone = ZONES.get((int) (seed % ZONES.size()));
          var lives = new Lives(dice);
          State state = brand(zone);
          List<String> rules = publishAll(state, Rules.BY_DAY, "day");
          rules.addAll(publishAll(state, Rules.BY_HOUR, "hour"));
          publish(state, "seen", "did order_paid within 20d");
          for (int step = 0; step < 45; step++) {
            String did = step(state, dice, lives, step);
            liveIsExact(state, rules, did);
          }
        });
  }

  /// One random thing that changes a state, or only how it lies in storage.
  private static String step(State state, Dice dice, Lives lives, int number) {
    Rewriting.some(state, dice);
    Entry entry = Entries.random(state, dice, lives, number);
    state.apply(entry);
    return entry.getClass().getSimpleName();
  }

  @Test
  void enteringAndLeavingAccountForEveryMembership() {
    Dice.overSeeds(
        40,
        seed -> {
          var dice = new Dice(seed);
          var lives = new Lives(dice);
          State state = brand(ZONES.get((int) (seed % ZONES.size())));
          publish(state, "seen", "did order_paid within 20d");
          for (int step = 0; step < 12; step++) {
            step(state, dice, lives, step);
          }
          List<String> names = publishAll(state, Rules.BY_DAY, "day");
          var members = new HashMap<String, TreeSet<Integer>>();
          for (String name : names) {
            LiveSegment live = Objects.requireNonNull(state.segments.get(name));
            var now = new TreeSet<Integer>();
            state.members(live).forEach((int profile) -> now.add(profile));
            members.put(name, now);
          }
          long from = state.changes.next();
          for (int step = 0; step < 30; step++) {
            step(state, dice, lives, step);
            if (dice.roll(10) == 0) {
              // A rule that is edited moves people like anything else.
              publish(state, dice.of(names), dice.of(Rules.BY_DAY));
            }
          }
          for (long at = from; at < state.changes.next(); at++) {
            Changes.Change change = state.changes.get(at);
            TreeSet<Integer> of = members.get(change.segment());
            if (of != null) {
              assertThat(change.entered() ? of.add(change.profile()) : of.remove(change.profile()))
                  .as("change %s of %s at %s", at, change.segment(), change.timeMs())
                  .isTrue();
            }
          }
          for (String name : names) {
            LiveSegment live = Objects.requireNonNull(state.segments.get(name));
            assertThat(state.members(live).toArray())
                .as(live.segment.text())
                .isEqualTo(
                    Objects.requireNonNull(members.get(name)).stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
          }
        });
  }

  @Test
  void anyNumberOfThreadsGivesTheSameState() {
    Dice.overSeeds(
        12,
        seed -> {
          String zone = ZONES.get((int) (seed % ZONES.size()));
          State alone = brand(zone);
          var crew = new Crew(3);
          try (crew) {
            var shared = new State(crew);
            shared.apply(new Entry.Configured(BEGIN.toEpochMilli(), zone, "https://b.example"));
            for (State state : List.of(alone, shared)) {
              publish(state, "seen", "did order_paid within 20d");
              publishAll(state, Rules.BY_DAY, "day");
              publishJourney(state);
            }
            var dice = new Dice(seed);
            var lives = new Lives(dice, 600);
            for (int step = 0; step < 12; step++) {
              List<Event> batch = lives.batch(alone.now(), 900);
              long to = alone.nowMs() + Duration.ofHours(dice.roll(60)).toMillis();
              int link = alone.graph.links() > 0 ? dice.roll(alone.graph.links()) : -1;
              for (State state : List.of(alone, shared)) {
                state.apply(new Entry.Events(state.nowMs(), batch));
                state.apply(new Entry.Ticked(to));
                if (link >= 0) {
                  state.apply(new Entry.Severed(to, link, "ops"));
                }
              }
            }
            assertThat(portraits(shared)).isEqualTo(portraits(alone));
            assertThat(shared.positions()).isEqualTo(alone.positions());
            assertThat(shared.touchpoints()).isEqualTo(alone.touchpoints());
            assertThat(shared.changes.next()).isEqualTo(alone.changes.next());
            for (long at = 0; at < alone.changes.next(); at++) {
              assertThat(shared.changes.get(at)).isEqualTo(alone.changes.get(at));
            }
            assertThat(alone.positions()).hasSizeGreaterThan(100);
          }
        });
  }

  private static void publishJourney(State state) {
    state.apply(
        new Entry.Published(
            state.nowMs(),
            Entry.Definition.TEMPLATE,
            "hello",
            1,
            "{\"name\":\"hello\",\"channel\":\"sms\",\"text\":\"hi {name}\",\"sender\":\"b\"}"));
    state.apply(
        new Entry.Published(
            state.nowMs(),
            Entry.Definition.JOURNEY,
            "after_order",
            1,
            """
            {"journey": "after_order", "entry": {"event": "order_paid"},
             "steps": [{"wait": "1d"}, {"tag": "vip"}, {"send": "hello"}]}\
            """));
  }

  // Merge, then unmerge.

  @Test
  void aMergeTakenBackGivesBackBothTimelinesAndAllThatIsReadFromThem() {
    Dice.overSeeds(
        120,
        seed -> {
          var dice = new Dice(seed);
          String zone = ZONES.get((int) (seed % ZONES.size()));
          var lives = new Lives(dice);
          State merged = brand(zone);
          State never = brand(zone);
          for (State state : List.of(merged, never)) {
            publish(state, "seen", "did order_paid within 20d");
            publishAll(state, Rules.BY_DAY, "day");
          }
          live(dice, lives, merged, never, List.of());
          merged.apply(new Entry.Frozen(merged.nowMs(), "early", "seen"));
          never.apply(new Entry.Frozen(never.nowMs(), "early", "seen"));
          int a = dice.roll(merged.graph.nodes());
          int b = dice.roll(merged.graph.nodes());
          int link = merged.graph.links();
          merged.apply(
              new Entry.Joined(
                  merged.nowMs(),
                  merged.graph.identifier(a),
                  merged.graph.identifier(b),
                  "d-1",
                  "ops"));
          live(dice, lives, merged, never, List.of(a, b));
          merged.apply(new Entry.Severed(merged.nowMs(), link, "ops"));

          assertThat(portraits(merged)).isEqualTo(portraits(never));
        });
  }

  /// The same events for both, none of which says itself that the two nodes are one.
  private static void live(
      Dice dice, Lives lives, State one, State other, List<Integer> notTogether) {
    for (int step = 0; step < 8; step++) {
      Rewriting.some(one, dice);
      List<Event> batch =
          lives.batch(one.now(), 12).stream()
              .filter(
                  event ->
                      notTogether.isEmpty()
                          || !event
                              .identifiers()
                              .containsAll(
                                  notTogether.stream().map(one.graph::identifier).toList()))
              .toList();
      for (State state : List.of(one, other)) {
        state.apply(new Entry.Events(state.nowMs(), batch));
      }
      long to = one.nowMs() + Duration.ofHours(dice.roll(60)).toMillis();
      for (State state : List.of(one, other)) {
        state.apply(new Entry.Ticked(to));
      }
    }
  }

  private static List<String> portraits(State state) {
    var portraits = new ArrayList<String>();
    View view = state.view();
    for (int profile = 0; profile < state.graph.nodes(); profile++) {
      if (state.graph.profileOf(profile) != profile) {
        portraits.add(profile + " is " + state.graph.profileOf(profile));
        assertThat(view.of(profile).size()).isZero();
        continue;
      }
      view.of(profile);
      var events = new ArrayList<String>();
      for (int i = 0; i < view.size(); i++) {
        events.add(view.name(i) + "@" + view.timeMs(i) + view.properties(i));
      }
      int named = profile;
      portraits.add(
          String.join(
              " | ",
              "p" + profile,
              events.toString(),
              view.traits().toString(),
              view.tags().toString(),
              view.consent("sms") + "/" + view.consent("wecom"),
              "" + view.inAudience("early"),
              state.segments.values().stream()
                  .filter(live -> live.has(state.ordinals.of(named)))
                  .map(live -> live.segment.name())
                  .toList()
                  .toString()));
    }
    return portraits;
  }

  // The packed store against plain events.

  /// A person over plain events.
  private record Plain(int profile, EventList timeline, Person packed) implements Person {
    @Override
    public boolean has(IdentifierKind kind) {
      return packed.has(kind);
    }

    @Override
    public boolean inAudience(String audience) {
      return packed.inAudience(audience);
    }

    @Override
    public boolean inSegment(String segment, Instant now) {
      return packed.inSegment(segment, now);
    }

    @Override
    public boolean onJourney(String journey, Standing standing) {
      return packed.onJourney(journey, standing);
    }

    @Override
    public List<String> traitNames() {
      var names = new TreeSet<String>();
      for (Event event : timeline.events()) {
        if (event.name().equals("profile_updated")) {
          names.addAll(event.properties().keys());
        }
      }
      return List.copyOf(names);
    }
  }

  @Test
  void thePackedTimelineAnswersLikeAListOfEvents() {
    Dice.overSeeds(
        80,
        seed -> {
          var dice = new Dice(seed);
          String zone = ZONES.get((int) (seed % ZONES.size()));
          var lives = new Lives(dice);
          State state = brand(zone);
          publish(state, "seen", "did order_paid");
          var all = new ArrayList<Event>();
          for (int step = 0; step < 20; step++) {
            Rewriting.some(state, dice);
            if (dice.chance(70)) {
              List<Event> batch = lives.batch(state.now(), 15);
              all.addAll(batch);
              state.apply(new Entry.Events(state.nowMs(), batch));
            } else {
              partOrJoin(state, dice);
            }
          }
          state.apply(new Entry.Frozen(state.nowMs(), "early", "seen"));
          var moment = new Moment(state.now(), ZoneId.of(zone));
          List<Condition> rules = dice.list(15, 15, () -> Rules.random(dice, 3));
          for (int profile = 0; profile < state.graph.nodes(); profile++) {
            if (state.graph.profileOf(profile) == profile) {
              compare(state, profile, all, rules, moment, dice);
            }
          }
        });
  }

  private static void partOrJoin(State state, Dice dice) {
    if (dice.chance(50) && state.graph.nodes() > 1) {
      int a = dice.roll(state.graph.nodes());
      int b = dice.roll(state.graph.nodes());
      state.apply(
          new Entry.Joined(
              state.nowMs(), state.graph.identifier(a), state.graph.identifier(b), "d", "ops"));
    } else if (state.graph.links() > 0) {
      state.apply(new Entry.Severed(state.nowMs(), dice.roll(state.graph.links()), "ops"));
    }
  }

  private static void compare(
      State state, int profile, List<Event> all, List<Condition> rules, Moment moment, Dice dice) {
    View packed = state.view().of(profile);
    var own = new ArrayList<Event>();
    for (Event event : all) {
      if (state.graph.profileOf(node(state, event)) == profile) {
        own.add(event);
      }
    }
    // Events of one instant stand in the order of their identifiers, then of arrival.
    own.sort(Comparator.comparingInt(event -> node(state, event)));
    var plain = new Plain(profile, new EventList(own), packed);
    Timeline list = plain.timeline();
    assertThat(packed.size()).isEqualTo(list.size());
    for (int i = 0; i < list.size(); i++) {
      assertThat(packed.name(i)).isEqualTo(list.name(i));
      assertThat(packed.timeMs(i)).isEqualTo(list.timeMs(i));
      assertThat(packed.source(i)).isEqualTo(list.source(i));
      Event event = plain.timeline().events().get(i);
      for (String key : event.properties().keys()) {
        assertThat(packed.property(i, key)).isEqualTo(list.property(i, key));
        assertThat(packed.properties(i).get(key)).isEqualTo(list.property(i, key));
        assertThat(packed.whole(i, key)).isEqualTo(list.whole(i, key));
      }
      assertThat(packed.property(i, "nobody says this")).isNull();
    }
    assertThat(packed.traits()).isEqualTo(plain.traits());
    assertThat(packed.tags()).isEqualTo(plain.tags());
    assertThat(packed.consent("sms")).isEqualTo(plain.consent("sms"));
    for (Condition rule : rules) {
      assertThat(rule.test(packed, moment))
          .as("%s for p%s", rule, profile)
          .isEqualTo(rule.test(plain, moment));
    }
    for (int i = 0; i < 10; i++) {
      Fold fold = fold(dice);
      EventPattern pattern = pattern(dice);
      Window window =
          dice.of(
              Window.ever(),
              Window.last("7d"),
              Window.last("30h"),
              Window.last("90d"),
              new Window.Dates(LocalDate.of(2026, 3, 1), LocalDate.of(2026, 3, 8)));
      assertThat(fold.over(pattern, packed, window, moment.now(), moment.zone()))
          .as("%s of %s in %s for p%s", fold, pattern, window, profile)
          .isEqualTo(fold.over(pattern, list, window, moment.now(), moment.zone()));
    }
  }

  private static int node(State state, Event event) {
    return state.graph.find(event.identifiers().getFirst());
  }

  private static Fold fold(Dice dice) {
    Fold.Kind kind = dice.of(Fold.Kind.values());
    return kind == Fold.Kind.COUNT
        ? Fold.count()
        : new Fold(kind, dice.of("amountFen", "weight", "quantity", "category", "orderId"));
  }

  private static EventPattern pattern(Dice dice) {
    return switch (dice.roll(3)) {
      case 0 -> EventPattern.of("order_paid");
      case 1 -> EventPattern.of("product_purchased");
      default ->
          EventPattern.of(
              "product_purchased",
              new Where("category", dice.of(Operator.EQUAL, Operator.NOT_EQUAL), Value.of("milk")));
    };
  }
}
