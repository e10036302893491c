package io.huoshui.insight.value;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.event.Event;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.EventList;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RealisedTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");
  private static final Instant NOW = Instant.parse("2026-06-30T18:15:00Z"); // midnight of 07-01

  private static Event from(String source, Event event) {
    return new Event(
        event.id(), event.name(), event.time(), source, event.identifiers(), event.properties());
  }

  private static Realised of(List<EventList> people, List<Cost> costs) {
    var total = new Realised(NOW, ZONE, "", costs);
    people.forEach(total::add);
    return total;
  }

  /// ```
  /// a  wecom  won 03-01  +1000 on day 0, -200 on day 5, +500 on day 40
  /// b  wecom  won 03-31  +300 on day 10
  /// c  wecom  won 06-21  +900 on day 0          (only 10 days over: in no window)
  /// d  card   won 2025-05-01  +100 on day 364, +5000 on day 365 (outside)
  /// ```
  @Test
  void aWorkedExample() {
    var people =
        List.of(
            EventList.of(
                // Before the acquisition, and so not part of it.
                from("shop", did("order_paid", "2026-02-01T04:00:00Z", "amountFen", 7_777)),
                from("wecom", did("contact_added", "2026-03-01T04:00:00Z")),
                did("order_paid", "2026-03-01T05:00:00Z", "amountFen", 1_000),
                did("order_refunded", "2026-03-06T05:00:00Z", "amountFen", 200),
                did("order_paid", "2026-04-10T05:00:00Z", "amountFen", 500)),
            EventList.of(
                // 03-31 in Kathmandu, still 03-30 in UTC.
                from("wecom", did("contact_added", "2026-03-30T18:20:00Z")),
                did("order_paid", "2026-04-10T04:00:00Z", "amountFen", 300)),
            EventList.of(
                from("wecom", did("contact_added", "2026-06-21T04:00:00Z")),
                did("order_paid", "2026-06-21T05:00:00Z", "amountFen", 900)),
            EventList.of(
                from("card", did("card_scanned", "2025-05-01T04:00:00Z")),
                did("order_paid", "2026-04-30T04:00:00Z", "amountFen", 100),
                did("order_paid", "2026-05-01T04:00:00Z", "amountFen", 5_000)));
    // 62 days at 10 fen over March and April; of those won then, two.
    var costs =
        List.of(
            new Cost("wecom", LocalDate.of(2026, 3, 1), LocalDate.of(2026, 4, 30), 610),
            new Cost("radio", LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 1), 5));
    Realised.Answer answer = of(people, costs).answer();

    assertThat(answer.cohorts().stream().map(row -> row.source() + " " + row.month()))
        .containsExactly("card 2025-05", "wecom 2026-03", "wecom 2026-06");
    Realised.Row march = answer.cohorts().get(1);
    assertThat(march.people()).isEqualTo(2);
    assertThat(march.within().get(0).people()).isEqualTo(2);
    assertThat(march.within().get(0).revenueFen()).isEqualTo(1_000 - 200 + 300);
    assertThat(march.within().get(0).perPersonFen()).isEqualTo(550);
    // Mean of 800 and 300, variance 125,000, error √(125,000 / 2) = 250.
    assertThat(march.within().get(0).lowFen()).isCloseTo(550 - 1.959964 * 250, within(0.01));
    assertThat(march.within().get(1).revenueFen()).isEqualTo(800 + 500 + 300);
    assertThat(march.within().get(2).people()).isZero();
    assertThat(march.within().get(2).perPersonFen()).isNull();
    assertThat(march.costFen()).isEqualTo(310);
    assertThat(march.wonAtCost()).isEqualTo(2);
    assertThat(march.cacFen()).isEqualTo(155);
    assertThat(march.within().get(0).perCost()).isCloseTo(550 / 155.0, within(1e-12));
    // Day 0 brought 1000 / 2 each.
    assertThat(march.paybackDay()).isZero();
    assertThat(march.paybackOf()).isEqualTo(2);

    Realised.Row june = answer.cohorts().get(2);
    assertThat(june.within().get(0).people()).isZero();
    assertThat(june.costFen()).isNull();
    assertThat(june.cacFen()).isNull();
    assertThat(june.paybackDay()).isNull();

    Realised.Row card = answer.sources().getFirst();
    assertThat(card.within().get(2).revenueFen()).isEqualTo(100);
    assertThat(card.within().get(2).lowFen()).as("of one person no interval").isNull();
    assertThat(answer.unmatched().stream().map(Cost::source)).containsExactly("radio");
    Realised.Row wecom = answer.sources().getLast();
    assertThat(wecom.costFen()).isEqualTo(610);
    assertThat(wecom.cacFen()).isEqualTo(305);
    assertThat(answer.all().people()).isEqualTo(4);
    assertThat(answer.all().costFen()).isEqualTo(610);
  }

  /// ```
  /// day      0   1   2     people for whom it is over
  /// a, won 3 days ago   +60  +90  +0        each day
  /// b, won 2 days ago   +0   +30            days 0 and 1
  /// mean     30  60  0     30, then 90
  /// ```
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # cost of both | payback day | for how many it is over
          60             | 0           | 2
          62             | 1           | 2
          180            | 1           | 2
          182            |             | 0
          """)
  void paybackIsTheFirstDayOnWhichTheMeanReachesTheCost(long cost, Integer day, long of) {
    var people =
        List.of(
            EventList.of(
                did("member_registered", "2026-06-28T04:00:00Z"),
                did("order_paid", "2026-06-28T05:00:00Z", "amountFen", 60),
                did("order_paid", "2026-06-29T05:00:00Z", "amountFen", 90)),
            EventList.of(
                did("member_registered", "2026-06-29T04:00:00Z"),
                did("order_paid", "2026-06-30T05:00:00Z", "amountFen", 30)));
    Realised.Row row =
        of(
                people,
                List.of(
                    new Cost("pos", LocalDate.of(2026, 6, 28), LocalDate.of(2026, 6, 29), cost)))
            .answer()
            .sources()
            .getFirst();
    assertThat(row.paybackDay()).isEqualTo(day);
    assertThat(row.paybackOf()).isEqualTo(of);
  }

  @Test
  void everybodyIsInOneCohortAndSourcesAddUpToAll() {
    Dice.overSeeds(
        40,
        seed -> {
          var dice = new Dice(seed);
          var people = new ArrayList<EventList>();
          for (int i = 0; i < 60; i++) {
            EventList life = Someone.random(dice, i, NOW).timeline();
            people.add(
                new EventList(
                    life.events().stream()
                        .map(event -> from(dice.of("pos", "wecom", "card"), event))
                        .toList()));
          }
          var costs =
              List.of(
                  new Cost("pos", LocalDate.of(2026, 1, 10), LocalDate.of(2026, 5, 3), 12_347),
                  new Cost("wecom", LocalDate.of(2025, 11, 1), LocalDate.of(2026, 6, 1), 999));
          var whole = new Realised(NOW, ZONE, "", costs);
          var left = new Realised(NOW, ZONE, "", costs);
          var right = new Realised(NOW, ZONE, "", costs);
          var cohorts = new TreeMap<String, Long>();
          long nobody = 0;
          for (EventList life : people) {
            Realised.Cohort cohort = whole.cohort(life);
            nobody += cohort == null ? 1 : 0;
            if (cohort != null) {
              cohorts.merge(cohort.source() + " " + cohort.month(), 1L, Long::sum);
            }
            if (life.size() == 0) {
              whole.addWithoutEvents(1);
              left.addWithoutEvents(1);
            } else {
              whole.add(life);
              (dice.chance(50) ? left : right).add(life);
            }
          }
          left.add(right);
          Realised.Answer answer = whole.answer();
          assertThat(left.answer()).isEqualTo(answer);
          assertThat(answer.nobody()).isEqualTo(nobody);
          assertThat(whole.people()).isEqualTo(people.size());
          var shown = new TreeMap<String, Long>();
          answer
              .cohorts()
              .forEach(row -> shown.put(row.source() + " " + row.month(), row.people()));
          assertThat(shown).isEqualTo(cohorts);
          long sum = answer.sources().stream().mapToLong(Realised.Row::people).sum();
          assertThat(sum).isEqualTo(answer.all().people()).isEqualTo(people.size() - nobody);
          for (Realised.Row row : answer.cohorts()) {
            doors(whole, people, row);
          }
          answer.sources().forEach(row -> doors(whole, people, row));
          doors(whole, people, answer.all());
          for (int w = 0; w < Realised.WINDOWS.size(); w++) {
            int at = w;
            assertThat(
                    answer.sources().stream()
                        .mapToLong(row -> row.within().get(at).revenueFen())
                        .sum())
                .isEqualTo(answer.all().within().get(w).revenueFen())
                .isEqualTo(
                    answer.cohorts().stream()
                        .mapToLong(row -> row.within().get(at).revenueFen())
                        .sum());
          }
        });
  }

  /// Behind every number of people of a row are as many.
  private static void doors(Realised realised, List<EventList> people, Realised.Row row) {
    assertThat(behind(realised, people, row, 0, false)).isEqualTo(row.people());
    assertThat(behind(realised, people, row, 0, true)).isEqualTo(row.wonAtCost());
    for (Realised.Within within : row.within()) {
      assertThat(behind(realised, people, row, within.days(), false)).isEqualTo(within.people());
      assertThat(behind(realised, people, row, within.days(), true)).isEqualTo(within.perCostOf());
    }
  }

  private static long behind(
      Realised realised, List<EventList> people, Realised.Row row, int days, boolean atCost) {
    var cell = new Realised.Cell(row.source(), row.month(), days, atCost);
    return people.stream().filter(life -> realised.belongs(life, cell)).count();
  }

  @Test
  void partsOfACostAddUpToIt() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          LocalDate from = LocalDate.of(2026, 1, 1).plusDays(dice.roll(300));
          LocalDate to = from.plusDays(dice.roll(400));
          var cost = new Cost("a", from, to, dice.bits() >>> dice.between(1, 60));
          long sum = 0;
          for (YearMonth month = YearMonth.of(2025, 12);
              month.isBefore(YearMonth.of(2028, 12));
              month = month.plusMonths(1)) {
            long part = cost.within(month.atDay(1), month.atEndOfMonth());
            assertThat(part).isNotNegative();
            sum += part;
          }
          assertThat(sum).isEqualTo(cost.fen());
        });
    assertThatThrownBy(() -> new Cost("a", LocalDate.of(2026, 1, 2), LocalDate.of(2026, 1, 1), 1))
        .hasMessageContaining("has no day");
    assertThatThrownBy(() -> new Cost("a", LocalDate.of(2026, 1, 2), LocalDate.of(2026, 1, 2), -1))
        .hasMessageContaining("not negative");
  }

  /// Days since the first: 0, 10 (two orders), 20 (cancelled), 30 (half given back).
  @Test
  void aPurchaseIsADayOnWhichSomethingIsLeft() {
    var calendar = new Calendar(ZONE);
    EventList life =
        EventList.of(
            did("order_paid", "2026-01-01T04:00:00Z", "orderId", "a", "amountFen", 100),
            did("order_paid", "2026-01-11T04:00:00Z", "orderId", "b", "amountFen", 200),
            did("order_paid", "2026-01-11T06:00:00Z", "orderId", "c", "amountFen", 50),
            did("order_paid", "2026-01-21T04:00:00Z", "orderId", "d", "amountFen", 900),
            did("order_cancelled", "2026-01-22T04:00:00Z", "orderId", "d", "amountFen", 900),
            did("order_paid", "2026-01-31T04:00:00Z", "orderId", "e", "amountFen", 80),
            did("order_refunded", "2026-02-02T04:00:00Z", "orderId", "e", "amountFen", 30));
    PaidDays paid = PaidDays.of(life, calendar, NOW.toEpochMilli());
    int first = (int) LocalDate.of(2026, 1, 1).toEpochDay();
    assertThat(paid.upTo(first - 1, 1)).isNull();
    assertThat(paid.upTo(first, 1)).isEqualTo(new Purchases.One(0, 0, 0, 0));
    assertThat(paid.upTo(first + 59, 1)).isEqualTo(new Purchases.One(2, 30, 59, 150));
    assertThat(paid.upTo(first + 14, 7)).isEqualTo(new Purchases.One(1, 10 / 7.0, 2, 250));
    assertThat(paid.between(first, first + 30)).isEqualTo(2);
    assertThat(paid.between(first + 10, first + 29)).isZero();
    assertThat(paid.paidBetween(first, first + 30)).isEqualTo(300);
  }

  /// Half of the living have bought again by the median: drawn from the gamma the text names.
  @Test
  void theNextPurchaseComesAsOftenAsItSays() {
    var models =
        new ValueModels(
            new Fit<>(new BgNbd(1, 40, 0.8, 2.5), 0, 0, true),
            new Fit<>(new ParetoNbd(0.5, 10, 0.6, 11), 0, 0, true),
            new Fit<>(new GammaGamma(6, 4, 1_500), 0, 0, true),
            10,
            5);
    var one = new Purchases.One(3, 90, 100, 5_000);
    var random = new Random(7);
    for (double p : new double[] {0.1, 0.5, 0.9}) {
      double days = models.next(one, p);
      int came = 0;
      int draws = 40_000;
      for (int i = 0; i < draws; i++) {
        // Gamma with shape r + x = 4 is the sum of four exponentials; rate alpha + T.
        double rate = 0;
        for (int k = 0; k < 4; k++) {
          rate -= Math.log(1 - random.nextDouble()) / (40 + 100);
        }
        came += -Math.log(1 - random.nextDouble()) / rate <= days ? 1 : 0;
      }
      assertThat((double) came / draws).isCloseTo(p, within(0.01));
    }
    ValueModels.Expected expected = models.expected(one);
    assertThat(expected.soonDays()).isLessThan(expected.nextDays());
    assertThat(expected.nextDays()).isLessThan(expected.lateDays());
    Double each = expected.purchaseFen();
    assertThat(each).isNotNull();
    assertThat(expected.valueFen())
        .isCloseTo(expected.purchases() * (each == null ? 0 : each), within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "1,LOW",
    "0.7,LOW",
    "0.699,MEDIUM",
    "0.4,MEDIUM",
    "0.15,HIGH",
    "0.149,LOST",
    "0,LOST"
  })
  void riskIsAClassOfBeingAlive(double alive, ValueModels.ChurnRisk risk) {
    assertThat(ValueModels.ChurnRisk.of(alive)).isEqualTo(risk);
  }

  private static PaidDays buyer(Dice dice, int first) {
    var paid = new TreeMap<LocalDate, Double>();
    LocalDate day = LocalDate.ofEpochDay(first + dice.roll(200));
    paid.put(day, 100.0 * dice.between(1, 50));
    while (dice.chance(55)) {
      day = day.plusDays(dice.between(1, 60));
      paid.put(day, 100.0 * dice.between(1, 50));
    }
    return PaidDays.of(paid);
  }

  @Test
  void whoDidTheSameCountsAsOftenAsThereAreOfThem() {
    var dice = new Dice(3);
    var each = new Purchases();
    for (int i = 0; i < 600; i++) {
      Purchases.One one = buyer(dice, 20_000).upTo(20_400, 7);
      if (one != null) {
        each.add(one.repeats() == 0 ? new Purchases.One(0, 0, Math.rint(one.known()), 0) : one);
      }
    }
    Purchases grouped = each.grouped();
    assertThat(grouped.size()).isLessThan(each.size());
    assertThat(grouped.customers()).isEqualTo(each.size());
    assertThat(grouped.again()).isEqualTo(each.again());
    var often = new BgNbd(0.3, 5, 0.9, 2.4);
    assertThat(often.logLikelihood(grouped)).isCloseTo(often.logLikelihood(each), within(1e-6));
    var alive = new ParetoNbd(0.5, 10, 0.6, 11);
    assertThat(alive.logLikelihood(grouped)).isCloseTo(alive.logLikelihood(each), within(1e-6));
    var spend = new GammaGamma(6, 4, 1_500);
    assertThat(spend.logLikelihood(grouped)).isCloseTo(spend.logLikelihood(each), within(1e-6));
  }

  /// However people are counted side by side, the same are drawn; the calibration adds up.
  @Test
  void aSampleIsTheSameWhoeverCounts() {
    var dice = new Dice(5);
    var people = new ArrayList<PaidDays>();
    for (int i = 0; i < 900; i++) {
      people.add(buyer(dice, 20_000));
    }
    var whole = new BuyerSample(300);
    var left = new BuyerSample(300);
    var right = new BuyerSample(300);
    for (int i = people.size() - 1; i >= 0; i--) {
      whole.add(i, people.get(i));
      (i % 3 == 0 ? left : right).add(i, people.get(i));
    }
    left.add(right);
    assertThat(left.paid()).isEqualTo(whole.paid()).hasSize(300);
    assertThat(whole.buyers()).isEqualTo(900);
    Calibration calibration = whole.calibrate(20_250, 20_340);
    assertThat(calibration.byRepeats().stream().mapToDouble(r -> r.actual() * r.customers()).sum())
        .isCloseTo(calibration.actual(), within(1e-6));
    assertThat(calibration.length()).isEqualTo(90);
    assertThat(calibration.bgNbdToActual()).isNotNull();
  }

  @Test
  void cellsOfThePredictionPartBuyers() {
    var dice = new Dice(9);
    var models =
        new ValueModels(
            new Fit<>(new BgNbd(0.3, 30, 0.9, 2.4), 0, 0, true),
            new Fit<>(new ParetoNbd(0.5, 60, 0.6, 70), 0, 0, true),
            new Fit<>(new GammaGamma(6, 4, 15_000), 0, 0, true),
            10,
            5);
    int day = (int) LocalDate.of(2026, 6, 30).toEpochDay();
    var whole = new Predicted(models, ZONE, day);
    var places = new TreeMap<String, Long>();
    int buyers = 0;
    for (int i = 0; i < 300; i++) {
      EventList life = Someone.random(dice, i, NOW).timeline();
      if (life.size() == 0) {
        whole.addWithoutEvents(1);
        continue;
      }
      whole.add(life);
      Predicted.Place place = whole.place(life);
      if (place != null) {
        buyers++;
        places.merge(place.risk() + " " + Predicted.FROM_FEN.get(place.value()), 1L, Long::sum);
      }
    }
    Predicted.Answer answer = whole.answer();
    assertThat(answer.people()).isEqualTo(300);
    assertThat(answer.buyers()).isEqualTo(buyers).isPositive();
    var shown = new TreeMap<String, Long>();
    answer.cells().stream()
        .filter(cell -> cell.people() > 0)
        .forEach(cell -> shown.put(cell.risk() + " " + cell.fromFen(), cell.people()));
    assertThat(shown).isEqualTo(places);
    assertThat(answer.cells().stream().mapToDouble(Predicted.Cell::valueFen).sum())
        .isCloseTo(answer.valueFen(), within(1e-6));
  }
}
