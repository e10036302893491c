package io.huoshui.engine.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.Dice;
import io.huoshui.insight.BestSeller;
import io.huoshui.insight.CampaignsElsewhere;
import io.huoshui.insight.Census;
import io.huoshui.insight.Layers;
import io.huoshui.insight.Response;
import io.huoshui.profile.EventList;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
