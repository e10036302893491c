package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.columns.Censuses;
import io.huoshui.engine.columns.Finds;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.insight.BestSeller;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.CampaignsElsewhere;
import io.huoshui.insight.Census;
import io.huoshui.insight.Layers;
import io.huoshui.insight.Overview;
import io.huoshui.insight.Response;
import io.huoshui.insight.Uplift;
import io.huoshui.journey.Position;
import io.huoshui.json.Json;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import io.huoshui.profile.Window;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is asked about everybody is what core says of each person at one instant, whatever lies in
/// blocks and whatever happens while it is asked.
class PictureTest {
  private static final Window WINDOW = Window.last("30d");

  private static State brand(long seed) {
    var state = new State();
    String zone = seed % 2 == 0 ? "Asia/Kathmandu" : "America/St_Johns";
    long now = Instant.parse("2026-03-05T08:00:00Z").toEpochMilli();
    state.apply(new Entry.Configured(now, zone, "https://b.example"));
    publish(
        state,
        Entry.Definition.SEGMENT,
        "seen",
        Json.object("rule", Json.of("did order_paid within 20d")).write());
    publish(
        state,
        Entry.Definition.TEMPLATE,
        "hello",
        "{\"name\":\"hello\",\"channel\":\"sms\",\"text\":\"hello\",\"sender\":\"b\",\"costFen\":4}");
    publish(
        state,
        Entry.Definition.JOURNEY,
        "a",
        """
        {"journey":"a","entry":{"event":"order_paid"},"reentry":{"perKey":"orderId"},"holdOut":30,
         "goal":{"event":"product_purchased","within":"5d"},
         "steps":[{"send":"hello"},{"wait":"2d"},{"send":"hello"}]}\
        """);
    publish(
        state,
        Entry.Definition.JOURNEY,
        "ab",
        """
        {"journey":"ab","entry":{"segment":"seen"},"steps":[{"wait":"1h"},{"send":"hello"}]}\
        """);
    return state;
  }

  private static void publish(State state, Entry.Definition kind, String name, String json) {
    state.apply(new Entry.Published(state.nowMs(), kind, name, 1, json));
  }

  private static void step(State state, Dice dice, Lives lives, int number) {
    Rewriting.some(state, dice);
    List<Touchpoint> sent = state.touchpoints();
    if (!sent.isEmpty() && dice.chance(30)) {
      click(state, dice.of(sent), dice, number);
    } else {
      state.apply(Entries.random(state, dice, lives, number));
    }
  }

  /// By whom the message went to, or by anybody it was passed on to.
  private static void click(State state, Touchpoint message, Dice dice, int number) {
    int node = dice.chance(70) ? message.profile() : dice.roll(state.graph.nodes());
    if (!state.graph.identifier(node).erased()) {
      state.apply(
          new Entry.Events(
              state.nowMs(),
              List.of(
                  new Event(
                      "click" + number,
                      "link_clicked",
                      state.now().minusMillis(dice.roll(2)),
                      "huoshui",
                      List.of(state.graph.identifier(node)),
                      Properties.of("touchpoint", message.key())))));
    }
  }

  // The oracle: everybody, one after the other, by core's rules.

  private static <T extends Total<T>> T each(State state, T total) {
    View view = state.view();
    for (int profile = 0; profile < state.graph.nodes(); profile++) {
      if (state.graph.person(profile)) {
        view.of(profile);
        if (view.size() == 0) {
          total.addWithoutEvents(1);
        } else {
          total.add((Timeline) view);
        }
      }
    }
    return total;
  }

  private static Object overview(Census census) {
    return census.overview(0, 0, 0, List.of());
  }

  private static List<Object> oracle(State state) {
    Window.Span span = WINDOW.at(state.now(), state.zone());
    return List.of(
        overview(each(state, new Census(state.now(), state.zone()))),
        each(state, new Layers("sku1", span)).shares(),
        each(state, new BestSeller(span)).buyers(),
        each(state, new CampaignsElsewhere()).reports(),
        campaigns(state));
  }

  /// Journey by journey and position by position.
  private static List<Object> campaigns(State state) {
    var reports = new ArrayList<Object>();
    View view = state.view();
    for (String journey : state.journeys.keySet()) {
      var people = new LinkedHashMap<Integer, Position>();
      for (Position position : state.positions()) {
        if (position.journey().equals(journey)) {
          people.putIfAbsent(state.graph.profileOf(position.profile()), position);
        }
      }
      var clicked = new HashSet<String>();
      long messages = 0;
      for (Touchpoint message : state.touchpoints()) {
        if (message.journey().equals(journey)) {
          messages++;
          view.of(state.graph.profileOf(message.profile()));
          Response.clicks(view, message.due().toEpochMilli(), journey, clicked);
        }
      }
      Uplift.Arm treated = Uplift.Arm.EMPTY;
      Uplift.Arm heldOut = Uplift.Arm.EMPTY;
      for (Map.Entry<Integer, Position> one : people.entrySet()) {
        Position position = one.getValue();
        var goal = Objects.requireNonNull(state.latest(journey)).goal();
        double revenue =
            Response.revenue(
                view.of(one.getKey()),
                position.enteredAt().toEpochMilli(),
                goal == null
                    ? Long.MAX_VALUE
                    : position.enteredAt().plus(goal.within().exact()).toEpochMilli());
        if (position.heldOut()) {
          heldOut = heldOut.plus(revenue);
        } else {
          treated = treated.plus(revenue);
        }
      }
      if (!people.isEmpty()) {
        reports.add(
            List.of(
                journey,
                (long) people.size(),
                (long) treated.sum(),
                heldOut.people(),
                (long) heldOut.sum(),
                (long) clicked.size(),
                messages));
      }
    }
    return reports;
  }

  private static List<Object> brief(List<CampaignReport> reports) {
    return reports.stream()
        .<Object>map(
            report ->
                List.of(
                    report.name(),
                    report.people(),
                    report.revenueFen(),
                    report.holdOut().people(),
                    report.holdOut().revenueFen(),
                    report.clicked(),
                    report.verdicts().values().stream().mapToLong(Long::longValue).sum()))
        .toList();
  }

  private static List<Object> asked(Picture picture, Campaigns campaigns) {
    Window.Span span = WINDOW.at(picture.now(), picture.zone());
    return List.of(
        overview(
            picture.count(
                _ -> {},
                () -> new Census(picture.now(), picture.zone()),
                () -> new Censuses(picture.now(), picture.zone()))),
        picture
            .count(
                _ -> {},
                () -> new Layers("sku1", span),
                () -> new Finds.OfLayers(new Layers("sku1", span)))
            .shares(),
        picture
            .count(
                _ -> {},
                () -> new BestSeller(span),
                () -> new Finds.OfBestSeller(new BestSeller(span)))
            .buyers(),
        picture.count(_ -> {}, CampaignsElsewhere::new, Finds.OfCampaigns::new).reports(),
        brief(campaigns.reports(_ -> {})));
  }

  @Test
  void aPictureSaysWhatWasSoWhenItWasTaken() {
    Dice.overSeeds(
        60,
        seed -> {
          var dice = new Dice(seed * 61);
          var lives = new Lives(dice, dice.of(3, 9, 200));
          State state = brand(seed);
          for (int round = 0; round < 12; round++) {
            for (int i = dice.between(1, 5); i > 0; i--) {
              step(state, dice, lives, round * 10 + i);
            }
            List<Object> expected = oracle(state);
            var picture = new Picture(state);
            var campaigns = new Campaigns(state);
            // The state goes on before the picture is asked.
            for (int i = dice.roll(6); i > 0; i--) {
              step(state, dice, lives, 1_000 + round * 10 + i);
            }
            assertThat(asked(picture, campaigns)).isEqualTo(expected);
            assertThat(state.verdicts()).isEqualTo(verdicts(state));
          }
        });
  }

  private static Map<Reason, Long> verdicts(State state) {
    var verdicts = new EnumMap<Reason, Long>(Reason.class);
    state.touchpoints().forEach(message -> verdicts.merge(message.reason(), 1L, Long::sum));
    return verdicts;
  }

  @Test
  void aCancelledSweepEndsAndTheNextAnswers() {
    State state = brand(1);
    state.apply(new Entry.Events(state.nowMs(), new Lives(new Dice(1)).batch(state.now(), 9)));
    var picture = new Picture(state);

    assertThatThrownBy(
            () -> picture.count(Sweep::cancel, CampaignsElsewhere::new, Finds.OfCampaigns::new))
        .isInstanceOf(CancellationException.class);
    assertThat(picture.count(_ -> {}, CampaignsElsewhere::new, Finds.OfCampaigns::new).people())
        .isEqualTo(state.graph.profiles());
  }

  /// Two orders come at a time, of two people: no answer has seen one of them only. Checkpoints are
  /// written all the while.
  @Test
  void answersAreOfOneInstantWhileEventsAreTaken(@TempDir Path folder) {
    try (var brand =
        new Brand(
            Storage.of(folder),
            "Asia/Kathmandu",
            "2026-03-05T08:00:00Z",
            new Engine.Pace(2, false, 300, 600, 1, java.time.Duration.ofDays(1)))) {
      brand.take(order(0, 0));
      var writer =
          beside(
              () -> {
                for (int i = 1; i < 2_000; i += 2) {
                  brand.take(order(i, i % 97), order(i + 1, 100 + i % 89));
                }
              });
      long before = 0;
      boolean over;
      do {
        over = writer.isDone();
        Overview overview = brand.ask().overview();
        assertThat(overview.orders() % 2).isEqualTo(1);
        assertThat(overview.orders()).isGreaterThanOrEqualTo(before);
        assertThat(overview.grossFen()).isEqualTo(overview.orders() * 100);
        assertThat(overview.events()).isEqualTo(overview.orders());
        assertThat(overview.sources().getFirst().events()).isEqualTo(overview.events());
        assertThat(overview.lifecycle().values().stream().mapToLong(Long::longValue).sum())
            .isEqualTo(overview.people());
        before = overview.orders();
      } while (!over);
      writer.join();
      assertThat(brand.ask().overview().orders()).isEqualTo(2_001);
    }
  }

  private static CompletableFuture<Void> beside(Runnable work) {
    return CompletableFuture.runAsync(work, task -> Thread.ofPlatform().start(task));
  }

  private static Event order(int number, int person) {
    return new Event(
        "o" + number,
        "order_paid",
        Instant.parse("2026-03-05T07:00:00Z").plusSeconds(number),
        "pos",
        List.of(Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + person)),
        Properties.of("amountFen", 100));
  }
}
