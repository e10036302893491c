package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.columns.Traits;
import io.huoshui.engine.picks.Answers;
import io.huoshui.engine.picks.Plan;
import io.huoshui.event.IdentifierKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/// However a rule is answered, and whatever was kept of earlier answers, the people are those of
/// whom the rule holds.
class PickerTest {
  private static final Instant BEGIN = Instant.parse("2026-03-05T09:00:00Z");
  private static final List<String> ZONES =
      List.of("Asia/Shanghai", "America/St_Johns", "Asia/Kathmandu");

  private static State brand(String zone) {
    var state = new State();
    state.apply(new Entry.Configured(BEGIN.toEpochMilli(), zone, "https://brand.example"));
    return state;
  }

  /// Asks everybody the rule itself.
  private static int[] naive(State state, Condition rule) {
    var found = new TreeSet<Integer>();
    var moment = new Moment(state.now(), state.zone());
    for (int profile = 0; profile < state.graph.nodes(); profile++) {
      if (state.graph.person(profile) && rule.test(state.view().of(profile), moment)) {
        found.add(profile);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Condition rule(Dice dice, int depth) {
    Condition rule = Rules.random(dice, depth);
    return Picker.answers(rule) ? rule : rule(dice, depth);
  }

  @Test
  void thePeopleAreThoseOfWhomTheRuleHolds() {
    var found = new long[1];
    Dice.overSeeds(
        60,
        seed -> {
          var dice = new Dice(seed);
          State state = brand(dice.of(ZONES));
          var lives = new Lives(dice, dice.of(9, 60));
          var answers = new Answers(dice.of(20_000L, 100_000_000L));
          var traits = new Traits(dice.of(20_000L, 100_000_000L));
          // The same rules again and again, as when somebody edits.
          var rules = new ArrayList<Condition>();
          for (int i = 0; i < 6; i++) {
            rules.add(rule(dice, 2));
          }
          for (int step = 0; step < 30; step++) {
            Rewriting.some(state, dice);
            state.apply(Entries.random(state, dice, lives, step));
            if (dice.roll(6) == 0) {
              var there = state.blockNumbers();
              answers.keepOnly(there::contains);
              traits.keepOnly(there::contains);
            }
            rules.set(dice.roll(rules.size()), rule(dice, dice.roll(3)));
            for (Condition rule : List.of(dice.of(rules), dice.of(rules))) {
              var picker = new Picker(rule, new People(state), answers, traits);
              int[] naive = naive(state, rule);
              assertThat(picker.members(_ -> {}).toArray())
                  .as(
                      "%s at %s after step %s\n%s",
                      rule, state.now(), step, picker.plan().explain())
                  .isEqualTo(naive);
              assertThat(new Picker(rule, new People(state), answers, traits).count(_ -> {}))
                  .isEqualTo(naive.length);
            }
            if (dice.roll(6) == 0) {
              everyStepHoldsForWhomItSays(state, dice.of(rules), answers, traits);
              together(state, rules, answers, traits);
            }
          }
          found[0] += answers.found();
        });
    assertThat(found[0]).as("answers that were kept").isGreaterThan(1_000);
  }

  /// An explanation counts what a look at everybody counts.
  private static void everyStepHoldsForWhomItSays(
      State state, Condition rule, Answers answers, Traits traits) {
    var picker = new Picker(rule, new People(state), answers, traits);
    Plan plan = picker.plan();
    Picker.Outcomes came = picker.outcomes(plan);
    assertThat(came.count()).as(rule.toString()).isEqualTo(naive(state, rule).length);
    assertThat(came.steps()).hasSameSizeAs(plan.explain());
    for (int step = 0; step < came.steps().size(); step++) {
      Picker.Outcome of = came.steps().get(step);
      assertThat(of.reused()).isLessThanOrEqualTo(of.answers());
      assertThat(of.asked()).isLessThanOrEqualTo(state.graph.profiles());
      if (of.asked() == state.graph.profiles()) {
        assertThat(of.held())
            .as("%s of %s", plan.explain().get(step), rule)
            .isEqualTo(naive(state, plan.steps().get(step).condition()).length);
      } else {
        assertThat(of.held()).isLessThanOrEqualTo(of.asked());
      }
    }
    // Whoever is asked about the whole rule is everybody.
    assertThat(came.steps().getFirst().asked()).isEqualTo(state.graph.profiles());
  }

  /// Many rules in one sweep are those rules one after the other.
  private static void together(State state, List<Condition> rules, Answers answers, Traits traits) {
    var people = new People(state);
    List<RoaringBitmap> each = new Picker(rules, people, answers, traits).membersOfEach(_ -> {});
    long[] counts = new Picker(rules, people, answers, traits).counts(_ -> {});
    for (int i = 0; i < rules.size(); i++) {
      assertThat(each.get(i).toArray()).isEqualTo(naive(state, rules.get(i)));
      assertThat(counts[i]).isEqualTo(each.get(i).getCardinality());
    }
  }

  /// What was asked of a picture stays true of it, whatever happens then.
  @Test
  void aPictureStaysWhatItWas() {
    Dice.overSeeds(
        40,
        seed -> {
          var dice = new Dice(seed);
          State state = brand("Asia/Shanghai");
          var lives = new Lives(dice, 40);
          for (int step = 0; step < 8; step++) {
            state.apply(new Entry.Events(state.nowMs(), lives.batch(state.now(), 40)));
            Rewriting.some(state, dice);
          }
          Condition rule = rule(dice, 2);
          int[] then = naive(state, rule);
          var picker =
              new Picker(rule, new People(state), new Answers(1 << 20), new Traits(1 << 20));
          for (int step = 0; step < 6; step++) {
            state.apply(Entries.random(state, dice, lives, 100 + step));
            Rewriting.some(state, dice);
          }
          state.apply(new Entry.Ticked(state.nowMs() + Duration.ofDays(2).toMillis()));
          assertThat(picker.members(_ -> {}).toArray()).as(rule.toString()).isEqualTo(then);
        });
  }

  @Test
  void theRollSaysWhoIsThereAndHowTheyAreKnown() {
    Dice.overSeeds(
        60,
        seed -> {
          var dice = new Dice(seed);
          State state = brand("Asia/Shanghai");
          var lives = new Lives(dice);
          for (int step = 0; step < 40; step++) {
            state.apply(Entries.random(state, dice, lives, step));
          }
          for (int ordinal = 0; ordinal < state.ordinals.size(); ordinal++) {
            int profile = state.ordinals.node(ordinal);
            boolean person = state.graph.person(profile);
            int lane = Lane.of(ordinal);
            int local = Lane.local(ordinal);
            var bits = new long[Timelines.RANGE / 64];
            state.roll.people(lane, 0, bits);
            assertThat((bits[local >>> 6] >>> local & 1) == 1).isEqualTo(person);
            for (IdentifierKind kind : IdentifierKind.values()) {
              state.roll.known(lane, 0, kind, bits);
              assertThat((bits[local >>> 6] >>> local & 1) == 1)
                  .as("%s of p%s", kind, profile)
                  .isEqualTo(person && state.view().of(profile).has(kind));
            }
          }
        });
  }

  @Test
  void aPlanAsksWhatDecidesMostForLeast() {
    State state = brand("Asia/Shanghai");
    var lives = new Lives(new Dice(4), 60);
    for (int step = 0; step < 10; step++) {
      state.apply(new Entry.Events(state.nowMs(), lives.batch(state.now(), 60)));
    }
    Rewriting.all(state);
    var answers = new Answers(1 << 20);
    var rare = RuleText.parse("has tag vip");
    assertThat(new Picker(rare, new People(state), answers, new Traits(1 << 20)).count(_ -> {}))
        .isPositive();
    var picker =
        new Picker(
            RuleText.parse("first order_paid within 30d and has city = \"上海\" and has tag vip"),
            new People(state),
            answers,
            new Traits(1 << 20));
    assertThat(picker.plan().explain().stream().map(line -> line.depth() + " " + line.what()))
        .containsExactly(
            "0 all", "1 has tag \"vip\"", "1 has city = \"上海\"", "1 first order_paid within 30d");
    assertThat(picker.plan().explain().get(1).how()).startsWith("kept 1");
    assertThat(picker.plan().explain().get(3).how()).startsWith("loops over columns");
  }
}
