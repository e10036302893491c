package io.huoshui.insight.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.event.Event;
import io.huoshui.event.EventCatalogue;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.EventList;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The tree over timelines: what is counted, what a change is made of, and where a drill ends.
class TreeTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");
  private static final Metrics SHIPPED = new Metrics(Shipped.set(), EventCatalogue.standard());

  private static Metrics metrics(String metrics) {
    return new Metrics(
        MetricJson.read(Json.parse("{\"metrics\": [" + metrics + "]}")), EventCatalogue.standard());
  }

  private static Inquiry inquiry(String root, String days) {
    return new Inquiry(root, Days.parse(days), Comparison.LAST_PERIOD, Map.of(), "", List.of());
  }

  private static Inquiry.Answer ask(
      Inquiry inquiry, Metrics metrics, Numbers numbers, List<? extends Timeline> people) {
    var cube = new Cube(inquiry.asked(metrics, ZONE));
    people.forEach(cube::add);
    return inquiry.answer(metrics, cube, numbers);
  }

  private static Reading at(Reading reading, String... way) {
    Reading at = reading;
    for (String name : way) {
      at =
          at.parts().stream()
              .filter(part -> part.metric().name().equals(name))
              .findFirst()
              .orElseThrow();
    }
    return at;
  }

  private static double number(@Nullable Double number) {
    return Objects.requireNonNull(number);
  }

  // The example of the mission: packages are as many as before, card B in East is scanned less, and
  // three guides are behind it.

  private static final int GUIDES = 41;

  /// 8 packages a guide, card and region in each month; card A and card B, East and West. Each is
  /// scanned by somebody else, one time in two; of card B in East three guides have none in July.
  private static List<EventList> scanners() {
    var people = new ArrayList<EventList>();
    for (String month : List.of("2026-06", "2026-07")) {
      for (String card : List.of("A", "B")) {
        for (String region : List.of("East", "West")) {
          for (int guide = 0; guide < GUIDES; guide++) {
            boolean lost = month.equals("2026-07") && card.equals("B") && region.equals("East");
            int scans = lost && guide < 3 ? 0 : lost && guide == 3 ? 3 : 4;
            for (int i = 0; i < scans; i++) {
              people.add(
                  EventList.of(
                      Someone.did(
                          "card_scanned",
                          month + "-1" + i + "T04:00:00Z",
                          "card",
                          card,
                          "region",
                          region,
                          "guide",
                          "g" + guide)));
            }
          }
        }
      }
    }
    return people;
  }

  private static Numbers packages() {
    var rows = new ArrayList<Numbers.Row>();
    for (int month : List.of(6, 7)) {
      for (String card : List.of("A", "B")) {
        for (String region : List.of("East", "West")) {
          for (int guide = 0; guide < GUIDES; guide++) {
            rows.add(
                new Numbers.Row(
                    "packages",
                    LocalDate.of(2026, month, 2),
                    Map.of("card", card, "region", region, "guide", "g" + guide),
                    8));
          }
        }
      }
    }
    return new Numbers(rows);
  }

  @Test
  void aDrillEndsAtTheCardTheRegionAndTheGuides() {
    Inquiry.Answer answer = ask(inquiry("new_friends", "2026-07"), SHIPPED, packages(), scanners());
    assertThat(answer.base()).hasToString("2026-06");
    Drill drill = answer.drill();
    assertThat(drill.end()).isEqualTo(Drill.End.FEW);
    assertThat(drill.bad()).isTrue();
    assertThat(drill.slice()).isEqualTo(Map.of("card", "B", "region", "East"));
    assertThat(drill.metric().name()).isEqualTo("scan_rate");
    assertThat(drill.steps()).hasSize(4);
    assertThat(drill.en())
        .isEqualTo(
            "new friends −2.0 % (656 → 643): scan rate of card B, region East fell from 50.0 % to"
                + " 46.0 % and explains 100 % of it; 2 of 41 guides explain 62 % of that (g0,"
                + " g1).");
    assertThat(drill.zh())
        .isEqualTo(
            "新增好友 −2.0 %(656 → 643):包裹卡 B、区域 East的扫码率从 50.0 % 降到 46.0 %,解释了其中 100 %;41"
                + " 个导购中的 2 个解释了这部分的 62 %(g0、g1)。");
  }

  @Test
  void whatChangesEverywhereAlikeIsSpread() {
    var people = new ArrayList<EventList>();
    for (int i = 0; i < 300; i++) {
      String month = i < 200 ? "2026-06" : "2026-07";
      // A channel that has nine of ten before and after is not guilty.
      people.add(
          EventList.of(
              Someone.did(
                  "order_paid",
                  month + "-10T00:00:00Z",
                  "amountFen",
                  1_000,
                  "channel",
                  i % 10 == 0 ? "store" : "mall",
                  "guide",
                  "g" + i % 20)));
    }
    Drill drill = ask(inquiry("sales", "2026-07"), SHIPPED, Numbers.NONE, people).drill();
    assertThat(drill.end()).isEqualTo(Drill.End.SPREAD);
    assertThat(drill.steps()).isEmpty();
    assertThat(drill.en())
        .isEqualTo(
            "sales −50.0 % (¥2,000.00 → ¥1,000.00): spread over everything, nothing stands out.");
  }

  // What is counted.

  @Test
  void peopleOfAPeriodAreNotThoseOfItsDays() {
    Metrics metrics =
        metrics(
            """
            {"name": "visits", "count": "store_visited", "slices": ["store"]},
            {"name": "visitors", "people": "store_visited", "slices": ["store"]},
            {"name": "firsts", "count": "store_visited", "which": "first", "slices": ["store"]},
            {"name": "laters", "people": "store_visited", "which": "later", "slices": ["store"]},
            {"name": "receipts", "distinct": {"events": "store_visited", "property": "receipt"}, "slices": ["store"]},
            {"name": "all", "formula": "visits + visitors + firsts + laters + receipts"}
            """);
    EventList ada =
        EventList.of(
            Someone.did("store_visited", "2026-06-30T10:00:00Z", "store", "s1", "receipt", "r0"),
            Someone.did("store_visited", "2026-07-01T10:00:00Z", "store", "s1", "receipt", "r1"),
            Someone.did("store_visited", "2026-07-01T11:00:00Z", "store", "s2", "receipt", "r1"),
            Someone.did("store_visited", "2026-07-02T10:00:00Z", "store", "s1"));
    EventList bob =
        EventList.of(
            // 00:15 in Kathmandu: the 2nd.
            Someone.did("store_visited", "2026-07-01T18:30:00Z", "receipt", 7));
    var asked =
        Inquiry.asked(
            metrics,
            "all",
            List.of("store"),
            List.of(Days.parse("2026-07"), Days.parse("2026-07-01"), Days.parse("2026-07-02")),
            ZONE);
    var cube = new Cube(asked);
    cube.add(ada);
    cube.add(bob);
    var grid = new Grid(metrics, cube, Numbers.NONE);
    assertThat(said(grid.sheet(Map.of()), metrics))
        .isEqualTo("visits 4 2 2, visitors 2 1 2, firsts 1 0 1, laters 1 1 1, receipts 2 1 1");
    assertThat(said(grid.sheet(Map.of("store", "s1")), metrics))
        .isEqualTo("visits 2 1 1, visitors 1 1 1, firsts 0 0 0, laters 1 1 1, receipts 1 1 0");
    assertThat(said(grid.by(Map.of(), "store").get(""), metrics))
        .isEqualTo("visits 1 0 1, visitors 1 0 1, firsts 1 0 1, laters 0 0 0, receipts 1 0 1");
    assertThat(grid.by(Map.of(), "store").keySet()).containsExactly("", "s1", "s2");
  }

  private static String said(@Nullable Sheet sheet, Metrics metrics) {
    Sheet there = Objects.requireNonNull(sheet);
    return String.join(
        ", ",
        metrics.all().stream()
            .filter(Metric::leaf)
            .map(
                metric ->
                    metric.name()
                        + IntStream.range(0, 3)
                            .mapToObj(i -> " " + Math.round(number(there.value(metric.name(), i))))
                            .reduce("", String::concat))
            .toList());
  }

  /// Of line A two of three were answered in time, of line B none: one too late, one before it
  /// came.
  @Test
  void aScriptLineIsAsGoodAsItsAnswers() {
    EventList ada =
        EventList.of(
            Someone.did("message_replied", "2026-07-01T09:00:00Z"),
            Someone.did("message_delivered", "2026-07-01T10:00:00Z", "template", "B"),
            Someone.did("message_delivered", "2026-07-04T10:00:00Z", "template", "A"),
            Someone.did("message_delivered", "2026-07-05T10:00:00Z", "template", "A"),
            Someone.did("message_replied", "2026-07-06T10:00:00Z"),
            Someone.did("message_delivered", "2026-07-07T10:00:00Z", "template", "A"));
    EventList bob =
        EventList.of(
            Someone.did("message_delivered", "2026-07-01T10:00:00Z", "template", "B"),
            Someone.did("message_replied", "2026-07-03T10:00:01Z"));
    var cube =
        new Cube(
            Inquiry.asked(
                SHIPPED, "reply_rate", List.of("template"), List.of(Days.parse("2026-07")), ZONE));
    cube.add(ada);
    cube.add(bob);
    var grid = new Grid(SHIPPED, cube, Numbers.NONE);
    Map<String, Sheet> lines = grid.by(Map.of(), "template");
    assertThat(Objects.requireNonNull(lines.get("A")).value("reply_rate", 0)).isEqualTo(2.0 / 3);
    assertThat(Objects.requireNonNull(lines.get("B")).value("reply_rate", 0)).isZero();
    assertThat(Objects.requireNonNull(lines.get("B")).value("delivered", 0)).isEqualTo(2.0);
  }

  @Test
  void sumsTakeWholeAndDecimalNumbersAndNothingElse() {
    Metrics metrics =
        metrics(
            """
            {"name": "kilos", "sum": {"events": "order_paid", "property": "kilos"}}
            """);
    EventList ada =
        EventList.of(
            Someone.did("order_paid", "2026-07-01T10:00:00Z", "kilos", 2),
            Someone.did("order_paid", "2026-07-01T10:00:00Z", "kilos", 1.25),
            Someone.did("order_paid", "2026-07-01T10:00:00Z", "kilos", -0.5),
            Someone.did("order_paid", "2026-07-01T10:00:00Z", "kilos", "many"),
            Someone.did("order_paid", "2026-07-01T10:00:00Z"));
    Reading kilos = ask(inquiry("kilos", "2026-07"), metrics, Numbers.NONE, List.of(ada)).reading();
    assertThat(kilos.now()).isEqualTo(2.75);
    assertThat(kilos.before()).isZero();
    assertThat(kilos.relative()).isNull();
    assertThat(kilos.sample()).isEqualTo(5);
    EventList strange =
        EventList.of(
            Someone.did("order_paid", "2026-07-01T10:00:00Z", "kilos", Long.MAX_VALUE),
            Someone.did("order_paid", "2026-07-01T10:00:00Z", "kilos", 1e300),
            Someone.did("order_paid", "2026-07-01T10:00:00Z", "kilos", Long.MIN_VALUE));
    assertThat(
            ask(inquiry("kilos", "2026-07"), metrics, Numbers.NONE, List.of(strange))
                .reading()
                .now())
        .isEqualTo(1e15);
  }

  // No base.

  @Test
  void whatCanNotBeDividedHasNoBase() {
    Inquiry.Answer nobody = ask(inquiry("scan_rate", "2026-07"), SHIPPED, Numbers.NONE, List.of());
    assertThat(nobody.reading().now()).isNull();
    assertThat(Objects.requireNonNull(nobody.reading().note()).en())
        .isEqualTo("a part has no base (packages)");
    Reading packages = at(nobody.reading(), "packages");
    assertThat(Objects.requireNonNull(packages.note()).zh()).isEqualTo("没有上传数字(packages)");
    assertThat(at(nobody.reading(), "card_scans").now()).isZero();
    assertThat(nobody.drill().end()).isEqualTo(Drill.End.NO_BASE);
    assertThat(nobody.drill().en()).isEqualTo("scan rate has no base to compare with.");

    Reading basket = ask(inquiry("basket", "2026-07"), SHIPPED, Numbers.NONE, List.of()).reading();
    assertThat(basket.now()).isNull();
    assertThat(Objects.requireNonNull(basket.note()).en())
        .isEqualTo("no base: divided by zero (basket)");

    var slice =
        new Inquiry(
            "new_customer_sales",
            Days.parse("2026-07"),
            Comparison.LAST_PERIOD,
            Map.of("card", "B"),
            "",
            List.of());
    Reading byCard = ask(slice, SHIPPED, packages(), scanners()).reading();
    assertThat(byCard.now()).isNull();
    assertThat(Objects.requireNonNull(byCard.note()).en())
        .isEqualTo("not known by this dimension (first_orders, card)");
    assertThat(number(at(byCard, "new_customer_orders", "new_friends").now()))
        .isCloseTo(315, within(1e-9));
  }

  @Test
  void whatCanNotBeAskedIsNamed() {
    Metrics metrics =
        metrics("{\"name\": \"monthly\", \"given\": [\"card\"], \"grain\": \"month\"}");
    refused(inquiry("montly", "2026-07"), metrics, "metric", "perhaps monthly");
    refused(inquiry("monthly", "2026-07-H1"), metrics, "days", "grain month");
    refused(
        new Inquiry(
            "monthly",
            Days.parse("2026-07"),
            Comparison.LAST_PERIOD,
            Map.of("guide", "g1"),
            "",
            List.of()),
        metrics,
        "slice",
        "card");
    refused(
        new Inquiry(
            "monthly", Days.parse("2026-Q3"), Comparison.TEAM_AVERAGE, Map.of(), "", List.of()),
        metrics,
        "team",
        "a dimension of the slice");
  }

  private static void refused(Inquiry inquiry, Metrics metrics, String where, String allowed) {
    assertThatThrownBy(() -> inquiry.asked(metrics, ZONE))
        .isInstanceOfSatisfying(
            UnreadableException.class,
            e -> {
              assertThat(e.where()).isEqualTo(where);
              assertThat(e.allowed()).contains(allowed);
            });
  }

  // Comparisons.

  @Test
  void aGuideIsComparedWithTheTeam() {
    var inquiry =
        new Inquiry(
            "new_friends",
            Days.parse("2026-07"),
            Comparison.TEAM_AVERAGE,
            Map.of("guide", "g0"),
            "guide",
            List.of());
    Inquiry.Answer answer = ask(inquiry, SHIPPED, packages(), scanners());
    assertThat(number(answer.reading().now())).isEqualTo(12);
    assertThat(number(answer.reading().before())).isCloseTo(643 / 41.0, within(1e-9));
    assertThat(number(at(answer.reading(), "scan_rate").before()))
        .isCloseTo(643 / (41 * 32.0), within(1e-12));
    assertThat(answer.drill().metric().name()).isEqualTo("scan_rate");
  }

  @Test
  void targetsOfPartsMakeTheTargetOfTheWhole() {
    Metrics metrics =
        metrics(
            """
            {"name": "packages", "given": [], "targets": [{"each": "month", "value": 100}]},
            {"name": "scans", "count": "card_scanned"},
            {"name": "rate", "formula": "scans / packages", "unit": "share",
             "targets": [{"each": "month", "value": 0.5}, {"days": "2026-07", "value": 0.4}]},
            {"name": "friends", "formula": "packages × rate"},
            {"name": "odd", "formula": "packages × rate", "targets": [{"days": "2026-07", "value": 41}]}
            """);
    Numbers numbers =
        new Numbers(List.of(new Numbers.Row("packages", LocalDate.of(2026, 7, 31), Map.of(), 80)));
    EventList ada = EventList.of(Someone.did("card_scanned", "2026-07-01T10:00:00Z"));
    var target =
        new Inquiry("friends", Days.parse("2026-07"), Comparison.TARGET, Map.of(), "", List.of());
    Reading friends = ask(target, metrics, numbers, List.of(ada)).reading();
    assertThat(friends.before()).isEqualTo(40);
    assertThat(number(friends.now())).isCloseTo(1, within(1e-12));
    assertThat(number(at(friends, "packages").ofParent()) + number(at(friends, "rate").ofParent()))
        .isCloseTo(-39, within(1e-12));
    assertThat(at(friends, "rate").target()).isEqualTo(0.4);
    assertThat(at(friends, "rate", "scans").before()).isNull();
    assertThat(Objects.requireNonNull(at(friends, "rate", "scans").note()).kind())
        .isEqualTo(Reading.Note.Kind.NO_TARGET);

    Reading odd =
        ask(
                new Inquiry(
                    "odd", Days.parse("2026-07"), Comparison.TARGET, Map.of(), "", List.of()),
                metrics,
                numbers,
                List.of(ada))
            .reading();
    assertThat(at(odd, "rate").ofParent()).isNull();
    assertThat(Objects.requireNonNull(odd.note()).kind())
        .isEqualTo(Reading.Note.Kind.PARTS_DO_NOT_FIT);
  }

  // Laws.

  private static final List<String> NAMES =
      List.of("order_paid", "store_visited", "card_scanned", "page_viewed");

  private static EventList life(Dice dice) {
    var events = new ArrayList<Event>();
    for (int left = dice.roll(12); left > 0; left--) {
      Instant time =
          Instant.parse("2026-05-20T00:00:00Z").plusSeconds(60L * dice.roll(60 * 24 * 80));
      var properties = new ArrayList<>(List.<Object>of("amountFen", 100 * dice.roll(50)));
      if (dice.chance(80)) {
        properties.addAll(List.of("guide", "g" + dice.roll(4)));
      }
      if (dice.chance(80)) {
        properties.addAll(List.of("card", dice.of("A", "B")));
      }
      events.add(Someone.did(dice.of(NAMES), time, properties.toArray()));
    }
    return new EventList(events);
  }

  private static final String ANY =
      """
      {"name": "paid", "sum": {"events": "order_paid", "property": "amountFen"}, "slices": ["guide", "card"]},
      {"name": "orders", "count": "order_paid", "slices": ["guide", "card"]},
      {"name": "visits", "count": ["store_visited", "page_viewed"], "slices": ["guide", "card"]},
      {"name": "visitors", "people": ["store_visited", "page_viewed", "order_paid"], "slices": ["guide", "card"]},
      {"name": "first", "people": "order_paid", "which": "first", "slices": ["guide", "card"]},
      {"name": "sent", "given": ["guide", "card"]},
      {"name": "basket", "formula": "paid / orders"},
      {"name": "rate", "formula": "orders / visits"},
      {"name": "reach", "formula": "visitors / sent"},
      {"name": "balance", "formula": "visits - 2 × orders"},
      {"name": "total", "formula": "sent × reach × rate × basket + balance"}
      """;

  private static Numbers sent(Dice dice) {
    return new Numbers(
        dice.list(
            0,
            30,
            () ->
                new Numbers.Row(
                    "sent",
                    LocalDate.of(2026, 6, 1).plusDays(dice.roll(61)),
                    Map.of("guide", "g" + dice.roll(4), "card", dice.of("A", "B")),
                    dice.roll(40))));
  }

  /// Parts add up to what they are parts of, at every node; members and what lies between them add
  /// up to the change, of every metric by every dimension.
  @Test
  void contributionsOfPartsAndOfMembersAddUp() {
    Metrics metrics = metrics(ANY);
    var methods = new HashSet<Breakdown.Method>();
    Dice.overSeeds(
        400,
        seed -> {
          var dice = new Dice(seed);
          List<EventList> people = dice.list(0, 60, () -> life(dice));
          Inquiry inquiry = inquiry("total", "2026-07");
          var cube = new Cube(inquiry.asked(metrics, ZONE));
          people.forEach(cube::add);
          Numbers numbers = sent(dice);
          Inquiry.Answer answer = inquiry.answer(metrics, cube, numbers);
          adds(answer.reading());
          var grid = new Grid(metrics, cube, numbers);
          for (Metric metric : metrics.all()) {
            for (Map<String, String> slice :
                List.of(Map.<String, String>of(), Map.of("card", "A"))) {
              Breakdown breakdown = Breakdown.of(grid, metric.name(), slice, "guide", 0, 1);
              methods.add(breakdown.method());
              Double between = breakdown.between();
              if (between != null) {
                double sum = between;
                double size = Math.abs(number(breakdown.change()));
                for (Breakdown.Member member : breakdown.members()) {
                  sum += number(member.contribution());
                  size += Math.abs(number(member.contribution()));
                }
                assertThat(sum)
                    .isCloseTo(number(breakdown.change()), within(1e-9 * Math.max(1, size)));
                if (!metric.name().equals("visitors")
                    && !metric.name().equals("reach")
                    && !metric.name().equals("total")) {
                  assertThat(between).isCloseTo(0, within(1e-9 * Math.max(1, size)));
                }
              }
            }
          }
        });
    assertThat(methods).containsExactlyInAnyOrder(Breakdown.Method.values());
  }

  private static void adds(Reading reading) {
    Double change = reading.change();
    if (change != null && !reading.method().isEmpty()) {
      double sum = 0;
      double ofRoot = 0;
      double size = Math.abs(change);
      for (Reading part : reading.parts()) {
        sum += number(part.ofParent());
        size = Math.max(size, Math.abs(number(part.ofParent())));
        ofRoot += part.ofRoot() == null ? Double.NaN : part.ofRoot();
      }
      assertThat(sum).isCloseTo(change, within(1e-9 * Math.max(1, size)));
      if (reading.ofRoot() != null
          && !Double.isNaN(ofRoot)
          && reading.method().equals("log_mean")) {
        assertThat(ofRoot)
            .isCloseTo(
                reading.ofRoot(), within(1e-6 * Math.max(1, Math.abs(reading.ofRoot()) + size)));
      }
    }
    reading.parts().forEach(TreeTest::adds);
  }

  /// Cubes of different people, put together in any order, are the cube of all.
  @Test
  void cubesAddUp() {
    Metrics metrics = metrics(ANY);
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          Cube.Asked asked =
              Inquiry.asked(
                  metrics,
                  "total",
                  List.of("guide", "card"),
                  List.of(
                      Days.parse("2026-07"),
                      Days.parse("2026-06-H2"),
                      Days.parse("2026-06-20..2026-07-03")),
                  ZONE);
          var whole = new Cube(asked);
          var a = new Cube(asked);
          var b = new Cube(asked);
          for (EventList life : dice.list(0, 30, () -> life(dice))) {
            whole.add(life);
            (dice.chance(50) ? a : b).add(life);
          }
          boolean turned = dice.chance(50);
          Cube sum = turned ? b : a;
          sum.add(turned ? a : b);
          sum.addWithoutEvents(2);
          whole.addWithoutEvents(2);
          assertThat(sum.said()).isEqualTo(whole.said());
          assertThat(sum.people()).isEqualTo(whole.people());
        });
  }

  /// Whoever belongs to a cell are the people who are counted in it.
  @Test
  void thePeopleBehindACellAreThoseCountedInIt() {
    Metrics metrics =
        metrics(
            """
            {"name": "every", "people": ["order_paid", "card_scanned"], "slices": ["guide", "card"]},
            {"name": "first", "people": ["order_paid", "card_scanned"], "which": "first", "slices": ["guide", "card"]},
            {"name": "later", "people": "order_paid", "which": "later", "slices": ["guide", "card"]},
            {"name": "all", "formula": "every + first + later"}
            """);
    var days = Days.parse("2026-07-H1");
    Window.Span span = days.span(new Calendar(ZONE));
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          List<EventList> people = dice.list(0, 40, () -> life(dice));
          var cube =
              new Cube(
                  Inquiry.asked(metrics, "all", List.of("guide", "card"), List.of(days), ZONE));
          people.forEach(cube::add);
          var grid = new Grid(metrics, cube, Numbers.NONE);
          Map<String, String> slice =
              dice.of(
                  List.of(
                      Map.of(),
                      Map.of("guide", "g1"),
                      Map.of("card", "A", "guide", "g2"),
                      Map.of("card", "")));
          for (String name : List.of("every", "first", "later")) {
            var fold = (Metric.Origin.Folded) Objects.requireNonNull(metrics.find(name)).origin();
            long belong =
                people.stream().filter(each -> Belonging.belongs(each, fold, slice, span)).count();
            assertThat(grid.sheet(slice).value(name, 0))
                .as(name + slice)
                .isEqualTo((double) belong);
            Behind behind = Behind.of(metrics, name, slice, days);
            assertThat(people.stream().filter(each -> behind.has(each, span)).count())
                .isEqualTo(belong);
          }
          // Of a formula whoever is in any of its leaves.
          Behind all = Behind.of(metrics, "all", slice, days);
          assertThat(all.names()).containsExactly("every", "first", "later");
          assertThat(people.stream().filter(each -> all.has(each, span)).count())
              .isEqualTo(
                  people.stream()
                      .filter(
                          each ->
                              all.leaves().stream()
                                  .anyMatch(
                                      leaf -> Belonging.belongs(each, leaf.fold(), slice, span)))
                      .count());
          assertThat(Behind.of(metrics, "all", Map.of("store", "s"), days).leaves()).isEmpty();
          assertThat(
                  Belonging.belongs(
                      EventList.of(),
                      (Metric.Origin.Folded) Objects.requireNonNull(metrics.find("every")).origin(),
                      Map.of("store", "s"),
                      span))
              .isFalse();
        });
  }

  @Test
  void theTreesOfTheMissionAreTheProductsTheySay() {
    Dice.overSeeds(
        50,
        seed -> {
          var dice = new Dice(seed);
          List<EventList> people = dice.list(30, 60, () -> life(dice));
          Inquiry.Answer gmv = ask(inquiry("gmv", "2026-07"), SHIPPED, Numbers.NONE, people);
          Inquiry.Answer sales = ask(inquiry("sales", "2026-07"), SHIPPED, Numbers.NONE, people);
          if (gmv.reading().now() != null) {
            assertThat(number(gmv.reading().now()))
                .isCloseTo(number(sales.reading().now()), within(1e-6));
          }
          assertThat(Set.of("sum", "log_mean", "shapley", "")).contains(gmv.reading().method());
        });
  }
}
