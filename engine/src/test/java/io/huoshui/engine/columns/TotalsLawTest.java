package io.huoshui.engine.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.Dice;
import io.huoshui.insight.BestSeller;
import io.huoshui.insight.CampaignsElsewhere;
import io.huoshui.insight.Census;
import io.huoshui.insight.Layers;
import io.huoshui.insight.Response;
import io.huoshui.insight.tree.Cube;
import io.huoshui.insight.tree.Days;
import io.huoshui.insight.tree.Metric;
import io.huoshui.profile.EventList;
import io.huoshui.profile.Grain;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import io.huoshui.profile.Window;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Totals over a block are the totals of its timelines, added one by one.
class TotalsLawTest {
  private static Timeline timeline(Crowd crowd, int local) {
    return new EventList(crowd.events.get(local));
  }

  /// With some left out; one loop goes over two blocks, and counts both.
  private static <T extends Total<T>> void same(
      Dice dice, Supplier<T> nobody, Loop<T> loop, Function<T, Object> said, Crowd... crowds) {
    T ours = nobody.get();
    T theirs = nobody.get();
    for (Crowd crowd : crowds) {
      Block block = crowd.block();
      long[] skip = dice.chance(50) ? null : new long[(block.span() + 63) / 64];
      T part = nobody.get();
      for (int local = 0; local < block.span(); local++) {
        if (skip != null && dice.chance(20)) {
          Bits.set(skip, local);
        } else if (!crowd.events.get(local).isEmpty()) {
          theirs.add(timeline(crowd, local));
        }
      }
      loop.over(block, skip, part);
      ours.add(part);
    }
    assertThat(ours.people()).isEqualTo(theirs.people());
    assertThat(said.apply(ours)).isEqualTo(said.apply(theirs));
  }

  @Test
  void aCensusOfBlocksIsTheCensusOfEachTimeline() {
    Dice.overSeeds(
        250,
        seed -> {
          Crowd crowd = Crowd.any(seed);
          same(
              new Dice(seed * 43),
              () -> new Census(crowd.now, crowd.zone),
              new Censuses(crowd.now, crowd.zone),
              census -> census.overview(1, 2, 3, List.of("nobody", "pos")),
              crowd,
              Crowd.any(seed + 1_000));
        });
  }

  @Test
  void layersAndTheBestSellerOfBlocksAreThoseOfEachTimeline() {
    Dice.overSeeds(
        250,
        seed -> {
          var dice = new Dice(seed * 47);
          Crowd crowd = Crowd.any(seed);
          Crowd other = Crowd.any(seed + 1_000);
          Window.Span span = ProgramLawTest.window(crowd, dice).at(crowd.now, crowd.zone);
          String hero = dice.of("sku1", "sku2", "5", "1.5", "true", "", "?", "unspecified");
          same(
              dice,
              () -> new Layers(hero, span),
              new Finds.OfLayers(new Layers(hero, span)),
              Layers::shares,
              crowd,
              other);
          same(
              dice,
              () -> new BestSeller(span),
              new Finds.OfBestSeller(new BestSeller(span)),
              seller -> seller.sku() + seller.buyers(),
              crowd,
              other);
        });
  }

  @Test
  void campaignsElsewhereOfBlocksAreThoseOfEachTimeline() {
    Dice.overSeeds(
        250,
        seed ->
            same(
                new Dice(seed * 53),
                CampaignsElsewhere::new,
                new Finds.OfCampaigns(),
                CampaignsElsewhere::reports,
                Crowd.any(seed),
                Crowd.any(seed + 1_000)));
  }

  @Test
  void aCubeOfBlocksIsTheCubeOfEachTimeline() {
    Dice.overSeeds(
        250,
        seed -> {
          var dice = new Dice(seed * 61);
          Crowd crowd = Crowd.any(seed);
          LocalDate today = LocalDate.ofInstant(crowd.now, crowd.zone);
          var leaves = new ArrayList<Cube.Leaf>();
          for (Metric.Measure measure : Metric.Measure.values()) {
            for (Metric.Which which : Metric.Which.values()) {
              boolean ofProperty =
                  measure == Metric.Measure.SUM || measure == Metric.Measure.DISTINCT;
              leaves.add(
                  new Cube.Leaf(
                      measure + " " + which,
                      new Metric.Origin.Folded(
                          dice.list(1, 3, () -> ProgramLawTest.pattern(crowd, dice)),
                          measure,
                          ofProperty ? dice.of("amountFen", "weight", "sku", "nowhere") : "",
                          which,
                          dice.of(
                              List.of(
                                  Map.<String, String>of(),
                                  Map.of("a", "sku", "b", "$source"),
                                  Map.of("a", "channel", "c", "amountFen", "b", "nowhere"))),
                          dice.chance(70)
                              ? null
                              : new Metric.Follow(
                                  dice.list(1, 2, () -> ProgramLawTest.pattern(crowd, dice)),
                                  Duration.ofMillis(dice.of(0L, 1_800_000L, 40_000_000_000L))))));
            }
          }
          var asked =
              new Cube.Asked(
                  leaves,
                  dice.of(List.of(List.of("a", "b", "c"), List.of("b"), List.<String>of())),
                  dice.list(1, 4, () -> days(dice, today)),
                  crowd.zone);
          same(dice, () -> new Cube(asked), new Cubes(asked), Cube::said, crowd, other(seed));
        });
  }

  private static Crowd other(long seed) {
    return Crowd.any(seed + 1_000);
  }

  private static Days days(Dice dice, LocalDate today) {
    LocalDate from = today.minusDays(dice.roll(dice.of(5, 40, 400)));
    return dice.chance(60)
        ? Days.of(dice.of(Grain.values()), from)
        : new Days(from, from.plusDays(dice.roll(60)));
  }

  @Test
  void whatSomeDidInStretchesOfTheirOwnIsWhatEachTimelineSays() {
    var responses = new Responses();
    Dice.overSeeds(
        250,
        seed -> {
          var dice = new Dice(seed * 59);
          Crowd crowd = Crowd.any(seed);
          Block block = crowd.block();
          var stretches = new ArrayList<Responses.Stretch>();
          var journeys = new ArrayList<String>();
          var expectedClicks = new ArrayList<Set<String>>();
          var clicks = new ArrayList<Set<String>>();
          int percent = dice.of(3, 50, 100);
          for (int local = 0; local < block.span(); local++) {
            for (int left = dice.chance(percent) ? dice.between(1, 2) : 0; left > 0; left--) {
              long from = edge(crowd, dice);
              var stretch =
                  new Responses.Stretch(
                      local,
                      from,
                      dice.chance(30) ? Long.MAX_VALUE : Math.max(from, edge(crowd, dice)),
                      stretches.size());
              stretches.add(stretch);
              String journey = dice.of("a", "ab", "b", "none");
              journeys.add(journey);
              var of = new HashSet<String>();
              Response.clicks(timeline(crowd, local), from, journey, of);
              expectedClicks.add(of);
              clicks.add(new HashSet<>());
            }
          }
          double[] revenues = new double[stretches.size()];
          responses.revenues(block, stretches, revenues);
          for (Responses.Stretch stretch : stretches) {
            assertThat((Double) revenues[stretch.number()])
                .as("%s", stretch)
                .isEqualTo(
                    Response.revenue(
                        timeline(crowd, stretch.local()), stretch.fromMs(), stretch.toMs()));
          }
          responses.clicks(block, stretches, journeys, clicks);
          assertThat(clicks).isEqualTo(expectedClicks);
        });
  }

  /// Often exactly the time of an event.
  private static long edge(Crowd crowd, Dice dice) {
    var own = dice.of(crowd.events);
    return own.isEmpty() || dice.chance(30)
        ? crowd.now.toEpochMilli() - dice.roll(1 << 30) * 10L
        : dice.of(own).time().toEpochMilli() + dice.between(-1, 1);
  }
}
