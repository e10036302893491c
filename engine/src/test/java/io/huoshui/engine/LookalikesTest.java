package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.audience.Audience;
import io.huoshui.audience.Moment;
import io.huoshui.audience.RuleText;
import io.huoshui.audience.lookalike.Features;
import io.huoshui.audience.lookalike.Likeness;
import io.huoshui.audience.lookalike.Sample;
import io.huoshui.audience.lookalike.Traces;
import io.huoshui.audience.lookalike.Vocabulary;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

class LookalikesTest {
  private static final Instant NOW = Instant.parse("2026-03-05T08:00:00Z");

  private static Identifier member(int person) {
    return Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + person);
  }

  private static State brand(Dice dice, int people) {
    var state = new State();
    state.apply(new Entry.Configured(NOW.toEpochMilli(), "Asia/Kathmandu", "https://b.example"));
    for (int person = 0; person < people; person++) {
      state.apply(new Entry.Events(state.nowMs(), life(dice, person)));
      if (dice.chance(2)) {
        Rewriting.some(state, dice);
      }
      if (person > 0 && dice.chance(3)) {
        state.apply(
            new Entry.Joined(state.nowMs(), member(person), member(dice.roll(person)), "d", "ops"));
      }
    }
    return state;
  }

  /// People with an odd number buy milk mostly.
  private static List<Event> life(Dice dice, int person) {
    var events = new ArrayList<Event>();
    for (int i = dice.between(1, 4); i > 0; i--) {
      Instant time = NOW.minus(Duration.ofHours(dice.roll(24 * 200)));
      events.add(
          event("o" + person + "-" + i, "order_paid", person, time, "amountFen", dice.roll(9_000)));
      String category = person % 2 == 1 && dice.chance(70) ? "milk" : dice.of("tea", "bread");
      events.add(
          event("p" + person + "-" + i, "product_purchased", person, time, "category", category));
    }
    return events;
  }

  private static Event event(
      String id, String name, int person, Instant time, Object... properties) {
    return new Event(id, name, time, "pos", List.of(member(person)), Properties.of(properties));
  }

  private static RoaringBitmap seed(State state, Dice dice) {
    var seed = new RoaringBitmap();
    for (int person = 1; person < 600; person += 2) {
      if (dice.chance(60)) {
        seed.add(state.graph.profileOf(state.graph.find(member(person))));
      }
    }
    return seed;
  }

  /// Everybody by everybody: all in the sample, all scored, all sorted.
  private static List<Integer> plain(State state, RoaringBitmap seed, int size, boolean withSeed) {
    var words = new Vocabulary();
    var people = new ArrayList<Integer>();
    View view = state.view();
    for (int profile = 0; profile < state.graph.nodes(); profile++) {
      if (state.graph.person(profile) && view.of(profile).size() > 0) {
        people.add(profile);
        words.add(view);
      }
    }
    Features features = words.features();
    Traces traces = features.traces(new Moment(state.now(), state.zone()));
    var rows = new ArrayList<Sample.Row>();
    var answers = new HashMap<Integer, float[]>();
    for (int profile : people) {
      answers.put(profile, traces.of(view.of(profile)));
      rows.add(new Sample.Row(profile, seed.contains(profile), traces.of(view.of(profile))));
    }
    var sample = new Sample(features, rows, 1, 1);
    Likeness model =
        Likeness.of(sample, IntStream.range(0, Sample.PARTS).mapToObj(sample::judge).toList());
    return people.stream()
        .filter(profile -> withSeed || !seed.contains(profile))
        .sorted(
            Comparator.<Integer>comparingDouble(
                    profile ->
                        -model.score(model.code(Objects.requireNonNull(answers.get(profile)))))
                .thenComparing(state.ordinals::of))
        .limit(size)
        .toList();
  }

  private static List<Integer> ranked(Lookalikes.Outcome outcome) {
    assertThat(outcome).isInstanceOf(Lookalikes.Found.class);
    Lookalikes.Ranked ranked = ((Lookalikes.Found) outcome).ranked();
    return IntStream.range(0, ranked.size()).mapToObj(ranked::profile).toList();
  }

  @Test
  void theBestAreThoseOfScoringEverybodyWhateverHappensMeanwhile() {
    Dice.overSeeds(
        6,
        number -> {
          var dice = new Dice(number * 17);
          State state = brand(dice, 600);
          RoaringBitmap seed = seed(state, dice);
          boolean withSeed = dice.chance(50);
          int size = dice.of(0, 1, 50, 5_000);
          List<Integer> expected = plain(state, seed, size, withSeed);
          var found = new Lookalikes(state);
          for (int person = 0; person < 60; person++) {
            state.apply(
                new Entry.Events(
                    state.nowMs() + 60_000,
                    List.of(event("late" + person, "order_paid", person, NOW, "amountFen", 1))));
          }
          Lookalikes.Outcome outcome = found.find(seed, size, withSeed, _ -> {});
          assertThat(ranked(outcome)).isEqualTo(expected);
          if (size == 5_000) {
            Lookalikes.Found all = (Lookalikes.Found) outcome;
            assertThat(all.seed() + all.others()).isEqualTo(state.graph.profiles());
            assertThat(all.first()).hasSize(20);
            assertThat(all.first().getFirst().reasons()).isNotEmpty();
            assertThat(all.drivers().getFirst().en()).contains("category milk");
          }
        });
  }

  @Test
  void itCanBeCancelledAtEachSweep() {
    State state = brand(new Dice(1), 600);
    RoaringBitmap seed = seed(state, new Dice(2));
    for (int at = 0; at < 4; at++) {
      int[] left = {at};
      assertThatThrownBy(
              () ->
                  new Lookalikes(state)
                      .find(
                          seed,
                          9,
                          true,
                          sweep -> {
                            if (left[0]-- == 0) {
                              sweep.cancel();
                            }
                          }))
          .isInstanceOf(CancellationException.class);
    }
    var sweeps = new ArrayList<Sweep>();
    new Lookalikes(state).find(seed, 9, true, sweeps::add);
    assertThat(sweeps)
        .hasSize(4)
        .allSatisfy(sweep -> assertThat(sweep.done()).isEqualTo(sweep.all()));
  }

  @Test
  void tooFewAreSaid() {
    State state = brand(new Dice(3), 300);
    var few = RoaringBitmap.bitmapOf(IntStream.range(0, 99).toArray());
    assertThat(new Lookalikes(state).find(few, 9, true, _ -> {}))
        .isInstanceOfSatisfying(
            Lookalikes.TooFew.class,
            outcome -> assertThat(outcome.seed()).isLessThan(Lookalikes.FEWEST));
    var most = RoaringBitmap.bitmapOf(IntStream.range(0, 5_000).toArray());
    assertThat(new Lookalikes(state).find(most, 9, true, _ -> {}))
        .isInstanceOfSatisfying(
            Lookalikes.TooFew.class, outcome -> assertThat(outcome.others()).isZero());
  }

  // What is chosen.

  /// The people that were chosen stay chosen, also after a restart, when by then others would be.
  @Test
  void chosenPeopleStayAsTheyWereWritten(@TempDir Path folder) {
    try (var brand = new Brand(folder, "Asia/Kathmandu", NOW.toString())) {
      var dice = new Dice(5);
      for (int person = 0; person < 400; person++) {
        brand.engine().take(life(dice, person));
      }
      brand.segment("picked", "in audience like");
      var asked =
          new Lookalikes.Asked(
              RuleText.parse("did product_purchased where [category = \"milk\"]"), 40, false);
      List<Integer> ranked = ranked(brand.ask().lookalikes(asked));
      assertThat(ranked).hasSize(40);
      int first = ranked.getFirst();
      // One is erased before the choice is written.
      brand.engine().erase(ranked.get(1), "ops");
      RoaringBitmap chosen =
          RoaringBitmap.bitmapOf(ranked.stream().mapToInt(Integer::intValue).toArray());
      assertThat(brand.engine().choose("like", "like milk drinkers", chosen)).isEqualTo(39);
      assertThat(brand.engine().choose("like", "again", new RoaringBitmap())).isEqualTo(39);

      Audience like = brand.ask().audiences().getFirst();
      assertThat(like.text()).isEqualTo("like milk drinkers");
      assertThat(like.segment()).isEmpty();
      assertThat(like.contains(first)).isTrue();
      assertThat(brand.ask().segments().getFirst().count()).isEqualTo(39);
      List<String> before = Portrait.of(brand.engine());
      // By now others are likelier.
      brand.happens("product_purchased", member(0), "category", "milk");
      brand.happens("product_purchased", member(0), "category", "milk");
      brand.reopen();
      assertThat(brand.ask().audiences()).containsExactly(like);
      assertThat(before).contains("{like=" + like + "}");
      assertThat(Arrays.stream(like.members().toArray()).boxed()).isSubsetOf(ranked);
    }
  }
}
