package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.disk.SimulatedDisk;
import io.huoshui.event.Value;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Segments that stand on everybody, and on each other.
class RankingTest {
  private static final Instant BEGIN = Instant.parse("2026-03-10T03:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private static State brand() {
    var state = new State();
    state.apply(new Entry.Configured(BEGIN.toEpochMilli(), ZONE.getId(), "https://brand.example"));
    return state;
  }

  private static void publish(State state, String name, String rule) {
    state.apply(
        new Entry.Published(
            state.nowMs(), Entry.Definition.SEGMENT, name, 1, "{\"rule\": \"" + rule + "\"}"));
  }

  private static int[] members(State state, String segment) {
    return state.members(Objects.requireNonNull(state.segments.get(segment))).toArray();
  }

  /// By putting everybody in order.
  private static int[] ranked(State state, Condition.Top top) {
    Window.Span span = top.window().at(state.now(), state.zone());
    record One(int profile, double number) {}
    var all = new ArrayList<One>();
    for (int profile = 0; profile < state.graph.nodes(); profile++) {
      if (state.graph.person(profile)) {
        View view = state.view().of(profile);
        Value number = top.fold().over(top.event(), view, span);
        Value times = Fold.count().over(top.event(), view, span);
        if (number != null && Objects.requireNonNull(times).asNumber() > 0) {
          all.add(new One(profile, number.asNumber()));
        }
      }
    }
    Comparator<One> order = Comparator.comparingDouble(One::number);
    all.sort(top.most() ? order.reversed() : order);
    int in = (int) Math.ceil(all.size() * top.permille() / 1000.0);
    return all.stream()
        .filter(one -> order.compare(one, all.get(in - 1)) * (top.most() ? 1 : -1) >= 0)
        .mapToInt(One::profile)
        .sorted()
        .toArray();
  }

  @Test
  void theMostAndTheLeastAreWhoPuttingEverybodyInOrderSays() {
    List<String> rules =
        List.of(
            "top 20% by sum(order_paid.amountFen) within 30d",
            "bottom 30% by count(order_paid)",
            "top 0.1% by max(order_paid.amountFen)",
            "top 50% by average(order_paid.amountFen) where [$source = tmall]");
    Dice.overSeeds(
        25,
        seed -> {
          var dice = new Dice(seed);
          var lives = new Lives(dice, 40);
          State state = brand();
          for (int step = 0; step < 12; step++) {
            state.apply(new Entry.Events(state.nowMs(), lives.batch(state.now(), 40)));
            Rewriting.some(state, dice);
            String rule = dice.of(rules);
            var top = (Condition.Top) RuleText.parse(rule);
            assertThat(state.members(top).toArray()).as(rule).isEqualTo(ranked(state, top));
            publish(state, "best", rule);
            assertThat(members(state, "best")).as(rule).isEqualTo(ranked(state, top));
            state.apply(
                new Entry.Ticked(state.nowMs() + Duration.ofHours(dice.roll(30)).toMillis()));
          }
        });
  }

  @Test
  void everybodyIsRankedAnewWhenADayBegins() {
    State state = brand();
    var lives = new Lives(new Dice(3), 40);
    publish(state, "best", "top 20% by count(order_paid) within 3d");
    publish(state, "loyal", "in segment best and did order_paid within 2d");
    var top = (Condition.Top) RuleText.parse("top 20% by count(order_paid) within 3d");
    for (int day = 0; day < 20; day++) {
      state.apply(new Entry.Events(state.nowMs(), lives.batch(state.now(), 60)));
      Instant midnight =
          LocalDate.ofInstant(state.now(), ZONE).plusDays(1).atStartOfDay(ZONE).toInstant();
      state.apply(new Entry.Ticked(midnight.toEpochMilli()));

      assertThat(members(state, "best")).as("at %s", midnight).isEqualTo(ranked(state, top));
      assertThat(members(state, "loyal"))
          .isEqualTo(
              state
                  .members(RuleText.parse("in segment best and did order_paid within 2d"))
                  .toArray());
    }
    assertThat(state.changes.next()).as("people came and went").isGreaterThan(20);
  }

  @Test
  void segmentsThatStandOnAnotherFollowItsNewRule() {
    State state = brand();
    var lives = new Lives(new Dice(8), 30);
    state.apply(new Entry.Events(state.nowMs(), lives.batch(state.now(), 200)));
    publish(state, "a", "did order_paid");
    publish(state, "c", "not in segment a");
    publish(state, "b", "in segment a or has tag vip");
    publish(state, "d", "in segment b and not in segment c");
    for (String rule : List.of("has tag vip", "did page_viewed within 3d", "did not order_paid")) {
      publish(state, "a", rule);
      for (String name : List.of("a", "b", "c", "d")) {
        LiveSegment live = Objects.requireNonNull(state.segments.get(name));
        assertThat(members(state, name))
            .as("%s under %s", name, rule)
            .isEqualTo(state.members(live.segment.rule()).toArray());
      }
    }
    assertThat(state.standsOn(RuleText.parse("in segment d"))).containsExactly("a", "b", "c", "d");
  }

  @Test
  void aCheckpointKeepsTodaysNumbers() {
    State state = brand();
    var lives = new Lives(new Dice(5), 30);
    publish(state, "z", "top 10% by count(page_viewed)");
    publish(state, "best", "in segment z or top 30% by sum(order_paid.amountFen)");
    publish(state, "none", "top 30% by count(live_joined)");
    state.apply(new Entry.Events(state.nowMs(), lives.batch(state.now(), 200)));
    publish(state, "best", "in segment z or top 30% by sum(order_paid.amountFen)");
    // What comes after the numbers were drawn moves people, not the numbers.
    state.apply(new Entry.Events(state.nowMs(), lives.batch(state.now(), 200)));
    var disk = new SimulatedDisk(new SplittableRandom(1));
    var checkpoint = new Checkpoint(disk, new Seal(new byte[32]));
    var written = checkpoint.write(new Checkpoint.Snapshot(state, 1), false);
    assertThat(written.bytes()).isPositive();
    var again = new State();
    checkpoint.read(1, again);

    for (State each : List.of(state, again)) {
      each.apply(new Entry.Events(each.nowMs(), new Lives(new Dice(6), 30).batch(each.now(), 90)));
    }
    var names = new TreeSet<>(state.segments.keySet());
    assertThat(again.segments.keySet()).containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      assertThat(members(again, name)).as(name).isEqualTo(members(state, name));
      assertThat(Objects.requireNonNull(again.segments.get(name)).cuts())
          .isEqualTo(Objects.requireNonNull(state.segments.get(name)).cuts());
    }
  }
}
