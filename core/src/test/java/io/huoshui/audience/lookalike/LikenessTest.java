package io.huoshui.audience.lookalike;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.audience.Explanation.Language;
import io.huoshui.audience.Moment;
import io.huoshui.audience.lookalike.Feature.Kind;
import io.huoshui.event.Event;
import io.huoshui.event.EventCatalogue;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LikenessTest {
  private static final Instant NOW = Instant.parse("2026-03-05T08:00:00Z");
  private static final Moment MOMENT = new Moment(NOW, ZoneId.of("Asia/Kathmandu"));

  // How well scores tell.

  @Test
  void theAreaIsTheShareOfPairsInTheRightOrder() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          double[] first = scores(dice, dice.between(2, 30), dice.roll(3));
          double[] second = scores(dice, dice.between(2, 30), 0);
          double right = 0;
          for (double a : first) {
            for (double b : second) {
              right += a > b ? 1 : a == b ? 0.5 : 0;
            }
          }
          Quality found = Quality.of(first, second);
          assertThat(found.auc()).isCloseTo(right / first.length / second.length, within(1e-12));
          assertThat(found.auc()).isBetween(found.from(), found.to());
          assertThat(Quality.of(second, first).auc()).isCloseTo(1 - found.auc(), within(1e-12));
        });
  }

  private static double[] scores(Dice dice, int count, int more) {
    return IntStream.range(0, count).mapToDouble(_ -> more + dice.roll(8)).toArray();
  }

  /// The interval has the truth in it about as often as it says.
  @Test
  void theIntervalHoldsWhatItPromises() {
    var dice = new Dice(5);
    int held = 0;
    for (int round = 0; round < 400; round++) {
      double[] first = new double[60];
      double[] second = new double[80];
      Arrays.setAll(first, _ -> normal(dice) + 1);
      Arrays.setAll(second, _ -> normal(dice));
      Quality found = Quality.of(first, second);
      // Of two normals one deviation apart: the normal's share below 1/√2.
      held += found.from() <= 0.7602 && 0.7602 <= found.to() ? 1 : 0;
    }
    assertThat(held).isBetween(365, 395);
  }

  private static double normal(Dice dice) {
    return Math.sqrt(-2 * Math.log(1 - dice.fraction())) * Math.cos(2 * Math.PI * dice.fraction());
  }

  // Bins.

  @Test
  void answersFallIntoFewBins() {
    Bins orders =
        Bins.of(
            new Feature(Kind.ORDERS, ""),
            new float[] {0, 0, 0, 0, 1, 1, 2, 2, 3, 9, 12, Float.NaN},
            List.of());
    assertThat(said(orders, Float.NaN, 0, 1, 2, 3, 4, 9, 80))
        .containsExactly("unknown", "0", "1", "2", "3-8", "3-8", "≥ 9", "≥ 9");
    Bins paid = Bins.of(new Feature(Kind.PAID, ""), new float[] {0, 0, 0, 1250}, List.of());
    assertThat(said(paid, 0, 1249, 1250)).containsExactly("< 12.50", "< 12.50", "≥ 12.50");
    Bins tag = Bins.of(new Feature(Kind.TAGGED, "vip"), new float[] {0, 1, 0}, List.of());
    assertThat(said(tag, 0, 1)).containsExactly("no", "yes");
    Bins city = Bins.of(new Feature(Kind.TRAIT, "city"), new float[] {0}, List.of("上海", "杭州"));
    assertThat(said(city, Float.NaN, 0, 1, 2)).containsExactly("unknown", "上海", "杭州", "other");
    Bins same = Bins.of(new Feature(Kind.GAP, ""), new float[] {4, 4, Float.NaN}, List.of());
    assertThat(said(same, Float.NaN, 4)).containsExactly("unknown", "known");
  }

  private static List<String> said(Bins bins, float... answers) {
    var said = new ArrayList<String>();
    for (float answer : answers) {
      said.add(bins.said(bins.code(answer), Language.EN));
    }
    return said;
  }

  // Fitting.

  private static Fit fit(Dice dice) {
    List<Bins> bins =
        dice.list(
            1,
            5,
            () ->
                dice.chance(50)
                    ? new Bins(new Feature(Kind.ORDERS, ""), List.of(1f, 2f, 5f), List.of())
                    : new Bins(new Feature(Kind.TRAIT, "t"), List.of(), List.of("a", "b")));
    int people = dice.between(5, 60);
    byte[][] rows = new byte[people][bins.size()];
    boolean[] seed = new boolean[people];
    for (int i = 0; i < people; i++) {
      for (int f = 0; f < bins.size(); f++) {
        rows[i][f] = (byte) dice.roll(bins.get(f).count());
      }
      seed[i] = dice.chance(rows[i][0] == 1 ? 80 : 20);
    }
    return new Fit(bins, rows, seed, IntStream.range(0, people).toArray(), dice.of(0.5, 2.0, 30.0));
  }

  @Test
  void theSlopeIsThatOfTheLoss() {
    Dice.overSeeds(
        100,
        seed -> {
          var dice = new Dice(seed);
          Fit fit = fit(dice);
          double[] at = fit.unknowns();
          Arrays.setAll(at, i -> at[i] + dice.fraction() - 0.5);
          double[] slope = new double[at.length];
          double[] ignored = new double[at.length];
          fit.loss(at, slope);
          for (int i = 0; i < at.length; i++) {
            double was = at[i];
            at[i] = was + 1e-5;
            double more = fit.loss(at, ignored);
            at[i] = was - 1e-5;
            double less = fit.loss(at, ignored);
            at[i] = was;
            assertThat(slope[i]).isCloseTo((more - less) / 2e-5, within(1e-4));
          }
        });
  }

  @Test
  void noOtherWeightsAreBetter() {
    Dice.overSeeds(
        100,
        seed -> {
          var dice = new Dice(seed);
          Fit fit = fit(dice);
          double[] least = fit.unknowns();
          double[] slope = new double[least.length];
          double loss = fit.loss(least, slope);
          for (int round = 0; round < 20; round++) {
            double[] other = least.clone();
            double far = dice.of(0.01, 0.1, 1.0);
            Arrays.setAll(other, i -> least[i] + far * (dice.fraction() - 0.5));
            assertThat(fit.loss(other, slope)).isGreaterThanOrEqualTo(loss - 1e-6);
          }
        });
  }

  // The whole.

  /// Milk drinkers from Shanghai are likelier in the seed; what they pay does not matter.
  private static double chance(boolean milk, boolean shanghai) {
    return Fit.sigmoid(-2.2 + (milk ? 2 : 0) + (shanghai ? 0.8 : 0));
  }

  private static Someone someone(Dice dice, boolean milk, boolean shanghai) {
    var events = new ArrayList<Event>();
    for (int left = dice.between(1, 6); left > 0; left--) {
      Instant time = NOW.minus(Duration.ofHours(dice.roll(24 * 200)));
      events.add(Someone.did("order_paid", time, "amountFen", 100 * dice.roll(100)));
      events.add(
          Someone.did(
              "product_purchased",
              time,
              "category",
              milk && dice.chance(80) ? "milk" : dice.of("tea", "bread")));
    }
    if (shanghai || dice.chance(80)) {
      events.add(
          Someone.did("profile_updated", NOW.minusSeconds(99), "city", shanghai ? "上海" : "杭州"));
    }
    return Someone.who(events.toArray(Event[]::new));
  }

  private record People(List<Someone> all, List<Boolean> seed, List<Double> chances) {
    static People of(Dice dice, int count, boolean byChance) {
      var all = new ArrayList<Someone>();
      var seed = new ArrayList<Boolean>();
      var chances = new ArrayList<Double>();
      for (int i = 0; i < count; i++) {
        boolean milk = dice.chance(40);
        boolean shanghai = dice.chance(50);
        all.add(someone(dice, milk, shanghai));
        chances.add(byChance ? 0.2 : chance(milk, shanghai));
        seed.add(dice.fraction() < chances.getLast());
      }
      return new People(all, seed, chances);
    }

    Features features() {
      var words = new Vocabulary();
      all.forEach(words::add);
      return words.features();
    }

    List<Sample.Row> rows(Features features) {
      Traces traces = features.traces(MOMENT);
      var rows = new ArrayList<Sample.Row>();
      for (int i = 0; i < all.size(); i++) {
        rows.add(new Sample.Row(i, seed.get(i), traces.of(all.get(i).timeline())));
      }
      return rows;
    }
  }

  private static Likeness learn(Sample sample) {
    return Likeness.of(sample, IntStream.range(0, Sample.PARTS).mapToObj(sample::judge).toList());
  }

  @Test
  void whatMattersIsFoundAndChancesAreTrue() {
    var dice = new Dice(3);
    People people = People.of(dice, 3_000, false);
    Features features = people.features();
    Likeness model = learn(new Sample(features, people.rows(features), 1, 1));

    List<Likeness.Driver> drivers = model.drivers(3, EventCatalogue.standard());
    assertThat(drivers.getFirst().feature()).isEqualTo(new Feature(Kind.BOUGHT_CATEGORY, "milk"));
    assertThat(drivers.getFirst().times()).isGreaterThan(1.5);
    assertThat(drivers.getFirst().ofSeed()).isGreaterThan(drivers.getFirst().ofRest());
    assertThat(drivers.getFirst().en()).startsWith("lines bought of category milk: ");
    assertThat(drivers.getFirst().zh()).startsWith("购买品类 milk 的次数：");
    assertThat(drivers.stream().map(Likeness.Driver::feature))
        .contains(new Feature(Kind.TRAIT, "city"));

    // Of people it never saw: by tenths of the score, the chance is the share.
    People others = People.of(dice, 3_000, false);
    Traces traces = features.traces(MOMENT);
    double[] told = new double[others.all().size()];
    for (int i = 0; i < told.length; i++) {
      told[i] = model.chance(model.score(model.code(traces.of(others.all().get(i).timeline()))));
    }
    List<Integer> order =
        IntStream.range(0, told.length)
            .boxed()
            .sorted(java.util.Comparator.comparingDouble(i -> told[i]))
            .toList();
    for (int tenth = 0; tenth < 10; tenth++) {
      List<Integer> in = order.subList(tenth * 300, tenth * 300 + 300);
      double said = in.stream().mapToDouble(i -> told[i]).average().orElseThrow();
      double is = in.stream().mapToDouble(i -> others.chances().get(i)).average().orElseThrow();
      assertThat(said).as("tenth %d", tenth).isCloseTo(is, within(0.08));
    }
    double[] inSeed =
        IntStream.range(0, 3_000)
            .filter(i -> others.seed().get(i))
            .mapToDouble(i -> told[i])
            .toArray();
    double[] inRest =
        IntStream.range(0, 3_000)
            .filter(i -> !others.seed().get(i))
            .mapToDouble(i -> told[i])
            .toArray();
    Quality fresh = Quality.of(inSeed, inRest);
    assertThat(fresh.auc()).isGreaterThan(0.68);
    assertThat(model.quality().auc()).isBetween(fresh.from() - 0.02, fresh.to() + 0.02);
  }

  @Test
  void chancesAreThoseOfEverybodyWhenOnlySomeOfTheOthersAreInTheSample() {
    var dice = new Dice(4);
    People people = People.of(dice, 6_000, false);
    Features features = people.features();
    List<Sample.Row> some = new ArrayList<>();
    for (Sample.Row row : people.rows(features)) {
      if (row.seed() || dice.chance(25)) {
        some.add(row);
      }
    }
    Likeness model = learn(new Sample(features, some, 1, 0.25));
    Traces traces = features.traces(MOMENT);
    double said = 0;
    double is = 0;
    for (int i = 0; i < people.all().size(); i++) {
      said += model.chance(model.score(model.code(traces.of(people.all().get(i).timeline()))));
      is += people.chances().get(i);
    }
    assertThat(said / is).isBetween(0.9, 1.1);
  }

  @Test
  void anOrderOfPeopleMakesNoDifference() {
    var dice = new Dice(6);
    People people = People.of(dice, 400, false);
    Features features = people.features();
    List<Sample.Row> rows = people.rows(features);
    Likeness one = learn(new Sample(features, rows, 1, 1));
    Likeness other = learn(new Sample(features, dice.shuffled(rows), 1, 1));
    Traces traces = features.traces(MOMENT);
    for (Someone person : people.all()) {
      byte[] row = one.code(traces.of(person.timeline()));
      assertThat(other.score(row)).isEqualTo(one.score(row));
      assertThat(other.chance(one.score(row))).isEqualTo(one.chance(one.score(row)));
    }
  }

  @Test
  void whereNothingTellsNothingIsTold() {
    int held = 0;
    var told = new ArrayList<Quality>();
    for (int round = 0; round < 12; round++) {
      // Far apart: dice of seeds next to each other draw nearly the same.
      var dice = new Dice(100_000_000L * (round + 1));
      People people = People.of(dice, 700, true);
      Features features = people.features();
      Likeness model = learn(new Sample(features, people.rows(features), 1, 1));
      told.add(model.quality());
      held += model.quality().from() <= 0.5 && 0.5 <= model.quality().to() ? 1 : 0;
      Traces traces = features.traces(MOMENT);
      for (Someone person : people.all()) {
        double chance = model.chance(model.score(model.code(traces.of(person.timeline()))));
        assertThat(chance).isBetween(0.05, 0.5);
      }
    }
    // Parts are judged by models that share most of their rows, which the interval does not count:
    // it is a little narrow where nothing tells.
    assertThat(held).as("%s", told).isGreaterThanOrEqualTo(8);
    assertThat(told.stream().mapToDouble(Quality::auc).average().orElseThrow())
        .isBetween(0.47, 0.53);
  }

  @Test
  void aPersonsReasonsAddUpToWhatTheScoreIsAboveTheOthers() {
    var dice = new Dice(8);
    People people = People.of(dice, 600, false);
    Features features = people.features();
    Likeness model = learn(new Sample(features, people.rows(features), 1, 1));
    byte[] row = model.code(features.traces(MOMENT).of(someone(dice, true, true).timeline()));
    List<Likeness.Driver> reasons = model.reasons(row, 5, EventCatalogue.standard());
    assertThat(reasons)
        .hasSize(5)
        .allSatisfy(reason -> assertThat(reason.times()).isGreaterThan(1));
    assertThat(reasons)
        .isSortedAccordingTo(java.util.Comparator.comparingDouble(reason -> -reason.times()));
  }
}
