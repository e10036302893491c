package io.huoshui.insight.season;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.audience.RuleText;
import io.huoshui.event.Event;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.Layers;
import io.huoshui.insight.Uplift;
import io.huoshui.insight.report.Figures;
import io.huoshui.insight.report.Report;
import io.huoshui.insight.report.Report.Language;
import io.huoshui.insight.report.ReportHtml;
import io.huoshui.insight.season.Season.Metric;
import io.huoshui.insight.season.Season.Target;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.EventList;
import io.huoshui.profile.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeasonTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");

  private static Season read(String json) {
    return SeasonJson.read(Json.parse(json));
  }

  private static final String WRITTEN =
      """
      {"season":"618","title":"618 大促",
       "before":{"from":"2026-06-01","to":"2026-06-15"},
       "during":{"from":"2026-06-16","to":"2026-06-18"},
       "after":{"from":"2026-06-19","to":"2026-06-30"},
       "journeys":["lock"],"targets":{"sales":30000,"newFriends":2,"repurchase":0.5},
       "heroSku":"A","segments":["vip"],"comparedWith":"618-2025"}
      """;

  @Test
  void readsBackAsItWasWritten() {
    Season season = read(WRITTEN);
    assertThat(SeasonJson.read(SeasonJson.write(season))).isEqualTo(season);
    assertThat(season.days()).isEqualTo(30);
    assertThat(season.stages().stream().map(stage -> stage.phase().wire() + stage.days()))
        .containsExactly("before15", "during3", "after12");
    Season least =
        read("{\"season\":\"x\",\"during\":{\"from\":\"2026-06-16\",\"to\":\"2026-06-16\"}}");
    assertThat(SeasonJson.read(SeasonJson.write(least))).isEqualTo(least);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # instead of         | stands                | at                     | says
          "618",               | "618 ",               | season                 | small letters
          "2026-06-16"         | "06-16"               | season.during.from     | a day
          "2026-06-16"         | "2026-06-17"          | season                 | without a gap
          "2026-06-18"         | "2026-06-12"          | season.during.to       | not before 2026-06-16
          "sales":30000        | "sale":1              | season.targets         | repurchase
          "sales":30000        | "sales":0             | season.targets.sales   | above 0
          "repurchase":0.5     | "repurchase":50       | season.targets.repurchase | at most 1
          "618-2025"           | "618"                 | season                 | not compared with itself
          "heroSku"            | "hero"                | season                 | heroSku
          "during"             | "within"              | season                 | during
          """)
  void whatCanNotBeReadSaysWhereAndWhatIsAllowed(
      String instead, String stands, String at, String says) {
    String written = WRITTEN.replace(instead, stands);
    assertThat(written).isNotEqualTo(WRITTEN);
    assertThatThrownBy(() -> read(written))
        .isInstanceOfSatisfying(
            UnreadableException.class,
            e -> {
              assertThat(e.where()).isEqualTo(at);
              assertThat(e.allowed()).contains(says);
            });
  }

  /// New York puts its clock forward on 2026-03-08 and 2025-03-09 at two.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # now              | state    | day | compares with
          2026-02-28T23:59   | AHEAD    | 0   | 2025-03-03T00:00
          2026-03-01T00:00   | UNDER_WAY| 1   | 2025-03-03T00:00
          2026-03-07T10:30   | UNDER_WAY| 7   | 2025-03-09T10:30
          2026-03-08T10:30   | UNDER_WAY| 8   | 2025-03-10T10:30
          2026-03-10T09:00   | UNDER_WAY| 1   | 2025-03-12T09:00
          2026-03-12T09:00   | UNDER_WAY| 3   | 2025-03-14T00:00
          2026-03-13T09:00   | UNDER_WAY| 1   | -
          2026-03-14T00:00   | OVER     | 0   | 2025-03-14T00:00
          """)
  void comparableIsTheSameDayOfTheSameStageOnTheSameClock(
      LocalDateTime now, Clockwork.State state, int day, @Nullable LocalDateTime then) {
    ZoneId zone = ZoneId.of("America/New_York");
    Season season =
        read(
            """
            {"season":"now","before":{"from":"2026-03-01","to":"2026-03-09"},
             "during":{"from":"2026-03-10","to":"2026-03-12"},
             "after":{"from":"2026-03-13","to":"2026-03-13"}}
            """);
    Season last =
        read(
            """
            {"season":"last","before":{"from":"2025-03-03","to":"2025-03-11"},
             "during":{"from":"2025-03-12","to":"2025-03-13"}}
            """);
    Instant at = now.atZone(zone).toInstant();
    Clockwork.Moment moment = Clockwork.at(season, at, zone);
    assertThat(moment.state()).isEqualTo(state);
    assertThat(moment.day()).isEqualTo(day);
    assertThat(Clockwork.comparable(season, at, last, zone))
        .isEqualTo(then == null ? null : then.atZone(zone).toInstant());
  }

  @Test
  void elapsedCountsRealTimeThroughAChangeOfTheClock() {
    ZoneId zone = ZoneId.of("America/New_York");
    Season day =
        read("{\"season\":\"d\",\"during\":{\"from\":\"2026-03-08\",\"to\":\"2026-03-08\"}}");
    // A day of 23 hours: at noon eleven of them are over.
    Instant noon = LocalDateTime.of(2026, 3, 8, 12, 0).atZone(zone).toInstant();
    assertThat(Clockwork.at(day, noon, zone).elapsed()).isEqualTo(11 / 23.0);
  }

  private static final Instant END = Instant.parse("2026-07-05T00:00:00Z");

  private static Tally tally(Season season, List<? extends Timeline> people) {
    var tally = new Tally(season.spans(ZONE), END.toEpochMilli(), ZONE, season.heroSku());
    people.forEach(tally::add);
    return tally;
  }

  /// ```
  /// a  bought in May; 100 before, 200 during (hero), cancelled 40 after     old, again
  /// b  friend before, 300 on one day during (hero and more)                 new
  /// c  friend in May and again during; no order                            no new friend
  /// d  50 on 06-16 at 00:01 in Kathmandu (06-15 in UTC), 60 on 06-17        new, again
  /// ```
  static List<EventList> four() {
    return List.of(
        EventList.of(
            did("order_paid", "2026-05-02T04:00:00Z", "amountFen", 999),
            did("order_paid", "2026-06-03T04:00:00Z", "amountFen", 100),
            did("product_purchased", "2026-06-17T04:00:00Z", "sku", "A"),
            did("order_paid", "2026-06-17T04:00:01Z", "amountFen", 200),
            did("order_cancelled", "2026-06-20T04:00:00Z", "amountFen", 40)),
        EventList.of(
            did("contact_added", "2026-06-10T04:00:00Z"),
            did("product_purchased", "2026-06-17T04:00:00Z", "sku", "A"),
            did("product_purchased", "2026-06-17T04:00:01Z", "sku", "B"),
            did("coupon_redeemed", "2026-06-17T04:00:02Z", "coupon", "k1", "template", "ten"),
            did("order_paid", "2026-06-17T04:00:03Z", "amountFen", 300)),
        EventList.of(
            did("contact_added", "2026-05-10T04:00:00Z"),
            did("contact_added", "2026-06-16T04:00:00Z"),
            did("coupon_issued", "2026-06-16T05:00:00Z", "coupon", "k2", "template", "ten"),
            did("page_viewed", "2026-06-16T06:00:00Z")),
        EventList.of(
            did("order_paid", "2026-06-15T18:16:00Z", "amountFen", 50),
            did("order_paid", "2026-06-17T04:00:00Z", "amountFen", 60)));
  }

  @Test
  void aTallyOfAWorkedExample() {
    Tally tally = tally(read(WRITTEN), four());
    assertThat(tally.figures()).isEqualTo(new Tally.Figures(710, 40, 5, 3, 2, 410, 2, 1, 0, 1, 0));
    assertThat(tally.stretches())
        .containsExactly(
            new Tally.Figures(100, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0),
            new Tally.Figures(610, 0, 4, 3, 2, 410, 2, 0, 0, 1, 0),
            new Tally.Figures(0, 40, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    assertThat(tally.items(5))
        .containsExactly(new Tally.Item("A", 2, 2), new Tally.Item("B", 1, 1));
    assertThat(tally.coupons()).containsExactly(new Tally.CouponLine("ten", 1, 1, 0));
    assertThat(tally.days()).hasSize(30);
    assertThat(tally.days().get(15)).isEqualTo(new Tally.Day(LocalDate.of(2026, 6, 16), 50, 1));
    assertThat(tally.figures().repurchase()).isEqualTo(2 / 3.0);
    assertThat(new Tally.Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).repurchase()).isNull();
  }

  @Test
  void twoOrdersOfOneDayAreNoRepurchase() {
    EventList once =
        EventList.of(
            did("order_paid", "2026-06-17T04:00:00Z", "amountFen", 50),
            did("order_paid", "2026-06-17T08:00:00Z", "amountFen", 60));
    assertThat(tally(read(WRITTEN), List.of(once)).figures().repurchase()).isEqualTo(0.0);
  }

  private static Event event(Dice dice, Instant time) {
    return switch (dice.roll(8)) {
      case 0, 1, 2 -> did("order_paid", time, "amountFen", 100 + dice.roll(100));
      case 3 -> did("product_purchased", time, "sku", dice.of("A", "B"));
      case 4 -> did(dice.of("contact_added", "account_followed"), time);
      case 5 -> did("order_refunded", time, "amountFen", dice.roll(50));
      case 6 -> did("page_viewed", time);
      default -> did("coupon_issued", time, "coupon", "c", "template", dice.of("t", "u"));
    };
  }

  private static List<Someone> crowd(Dice dice) {
    var people = new ArrayList<Someone>();
    for (int i = dice.between(1, 30); i > 0; i--) {
      var events =
          dice.list(
              1, 8, () -> event(dice, END.minus(Duration.ofMinutes(dice.roll(90 * 24 * 60)))));
      people.add(Someone.who(events.toArray(Event[]::new)));
    }
    return people;
  }

  /// What the tally counts as a person, the rule behind the number picks; parts add up.
  @Test
  void everyNumberOfPeopleIsADoor() {
    Season season = read(WRITTEN);
    var moment = new Moment(END, ZONE);
    Dice.overSeeds(
        150,
        seed -> {
          var dice = new Dice(seed);
          List<Someone> people = crowd(dice);
          Tally tally = tally(season, people.stream().map(Someone::timeline).toList());
          Tally.Figures figures = tally.figures();
          assertThat(picked(people, Doors.buyers(season), moment)).isEqualTo(figures.buyers());
          assertThat(picked(people, Doors.newBuyers(season), moment))
              .isEqualTo(figures.newBuyers());
          assertThat(picked(people, Doors.oldBuyers(season), moment))
              .isEqualTo(figures.oldBuyers());
          assertThat(picked(people, Doors.newFriends(season), moment))
              .isEqualTo(figures.newFriends());
          for (Layers.Share share : tally.layers()) {
            assertThat(picked(people, Doors.layer(season, share.layer()), moment))
                .as(share.layer().wire())
                .isEqualTo(share.people());
          }
          for (Tally.Item item : tally.items(9)) {
            assertThat(picked(people, Doors.bought(season, item.sku(), true), moment))
                .isEqualTo(item.buyers());
          }
          for (Tally.Kind kind : Tally.Kind.values()) {
            assertThat(belonging(tally, people, new Tally.Cell.Of(kind, null)))
                .as(kind.wire())
                .isEqualTo(kind.of(figures));
            for (int i = 0; i < tally.stretches().size(); i++) {
              assertThat(belonging(tally, people, new Tally.Cell.Of(kind, i)))
                  .as(kind.wire() + " of stretch " + i)
                  .isEqualTo(kind.of(tally.stretches().get(i)));
            }
          }
          for (Layers.Share share : tally.layers()) {
            assertThat(belonging(tally, people, new Tally.Cell.In(share.layer())))
                .isEqualTo(share.people());
          }
          for (Tally.Item item : tally.items(9)) {
            assertThat(belonging(tally, people, new Tally.Cell.BuyersOf(item.sku())))
                .isEqualTo(item.buyers());
          }
          long sales = tally.stretches().stream().mapToLong(Tally.Figures::salesFen).sum();
          assertThat(sales)
              .isEqualTo(figures.salesFen())
              .isEqualTo(tally.days().stream().mapToLong(Tally.Day::salesFen).sum())
              .isEqualTo(tally.layers().stream().mapToLong(Layers.Share::salesFen).sum());
          var left = new Tally(season.spans(ZONE), END.toEpochMilli(), ZONE, "A");
          var right = new Tally(season.spans(ZONE), END.toEpochMilli(), ZONE, "A");
          people.forEach(one -> (dice.chance(50) ? left : right).add(one.timeline()));
          left.add(right);
          assertThat(left.figures()).isEqualTo(figures);
          assertThat(left.stretches()).isEqualTo(tally.stretches());
          assertThat(left.days()).isEqualTo(tally.days());
          assertThat(left.items(9)).isEqualTo(tally.items(9));
          assertThat(left.coupons()).isEqualTo(tally.coupons());
          assertThat(left.layers()).isEqualTo(tally.layers());
        });
  }

  private static long belonging(Tally tally, List<Someone> people, Tally.Cell cell) {
    return people.stream().filter(one -> tally.belongs(one.timeline(), cell)).count();
  }

  private static long picked(List<Someone> people, Condition rule, Moment moment) {
    // As it is written in a report, and read again.
    Condition read = RuleText.parse(RuleText.write(rule));
    return people.stream().filter(one -> read.test(one, moment)).count();
  }

  @Test
  void nextStepsAreRulesThatReadBack() {
    for (NextStep step : NextStep.of(read(WRITTEN))) {
      assertThat(RuleText.parse(RuleText.write(step.rule()))).isEqualTo(step.rule());
    }
    assertThat(NextStep.of(read(WRITTEN))).hasSize(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # metric   | target | value | state     | elapsed | last then | last end | expected | verdict
          sales      | 100    | 100   | UNDER_WAY | 0.1     | -         | -        | -        | REACHED
          sales      | 100    | 60    | UNDER_WAY | 0.5     | -         | -        | 50       | AHEAD
          sales      | 100    | 40    | UNDER_WAY | 0.5     | -         | -        | 50       | BEHIND
          sales      | 100    | 40    | UNDER_WAY | 0.5     | 30        | 90       | 33.33    | AHEAD
          sales      | 100    | 40    | UNDER_WAY | 0.5     | 0         | 0        | 50       | BEHIND
          sales      | 100    | 99    | OVER      | 1       | 90        | 90       | -        | MISSED
          repurchase | 0.5    | 0.4   | UNDER_WAY | 0.9     | 0.3       | 0.3      | -        | BEHIND
          repurchase | 0.5    | 0.5   | OVER      | 1       | -         | -        | -        | REACHED
          repurchase | 0.5    | -     | OVER      | 1       | -         | -        | -        | NO_BASE
          """)
  void howATargetStands(
      String metric,
      double target,
      @Nullable Double value,
      Clockwork.State state,
      double elapsed,
      @Nullable Double lastThen,
      @Nullable Double lastEnd,
      @Nullable Double expected,
      Standing.Verdict verdict) {
    Metric of = Metric.find(metric);
    assertThat(of).isNotNull();
    Standing standing =
        Standing.of(
            new Target(of == null ? Metric.SALES : of, target),
            value,
            new Clockwork.Moment(state, null, 0, elapsed),
            lastThen,
            lastEnd);
    assertThat(standing.verdict()).isEqualTo(verdict);
    Double due = standing.expected();
    assertThat(due == null ? null : Math.round(due * 100) / 100.0).isEqualTo(expected);
  }

  static Report review(Season season, boolean closed) {
    Tally tally = tally(season, four());
    Season last =
        read(
            "{\"season\":\"618-2025\",\"title\":\"去年"
                + " 618\",\"before\":{\"from\":\"2026-05-01\",\"to\":\"2026-05-03\"},\"during\":{\"from\":\"2026-05-04\",\"to\":\"2026-05-05\"}}");
    var past = new Review.Past(last, END, tally(last, four()), tally(last, four()));
    var standings = new ArrayList<Standing>();
    for (Target target : season.targets()) {
      standings.add(
          Standing.of(
              target,
              Standing.value(target.metric(), tally.figures(), 0, 0),
              Clockwork.at(season, END, ZONE),
              null,
              null));
    }
    return Review.of(
        new Review.Facts(
            season,
            ZONE,
            "CNY",
            END,
            4_711,
            tally,
            past,
            standings,
            List.of(
                new CampaignReport(
                    "lock",
                    "锁定核心客户",
                    "vip",
                    true,
                    END,
                    100,
                    Map.of("sent", 80L),
                    80,
                    70,
                    9,
                    20,
                    90_000,
                    new CampaignReport.HoldOut(20, 2, 5_000),
                    1_000,
                    new Uplift(50_000, 10_000, 90_000)),
                new CampaignReport(
                    "quiet",
                    "唤回",
                    "lapsed",
                    true,
                    END,
                    10,
                    Map.of(),
                    8,
                    8,
                    0,
                    1,
                    900,
                    new CampaignReport.HoldOut(0, 0, 0),
                    40,
                    null)),
            List.of(
                new Review.Channel(
                    new Report.Words("短信", "SMS"),
                    80,
                    70,
                    3,
                    1_000,
                    List.of(new Review.Held(new Report.Words("已退订", "withdrew consent"), 20)))),
            List.of(new Review.Layered("vip", 12, 3)),
            NextStep.of(season).stream().map(step -> new Review.Counted(step, 2)).toList(),
            closed));
  }

  private static Report.Table table(Report report, String name) {
    return report.parts().stream()
        .filter(part -> part instanceof Report.Table table && table.name().equals(name))
        .map(part -> (Report.Table) part)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> shown(Report.Table table, int row) {
    return table.rows().get(row).cells().stream()
        .map(cell -> Figures.shown(cell, "CNY", Language.EN))
        .toList();
  }

  @Test
  void aReviewSaysTheNumbersInWordsAndTables() {
    Report report = review(read(WRITTEN), true);
    assertThat(shown(table(report, "targets"), 0))
        .containsExactly("sales", "¥300.00", "¥7.10", "2.4 %", "—", "none", "missed");
    assertThat(shown(table(report, "targets"), 2))
        .containsExactly("repurchase", "50.0 %", "66.7 %", "133.3 %", "—", "none", "reached");
    assertThat(shown(table(report, "stages"), 3))
        .containsExactly("all", "¥7.10", "¥6.70", "5", "3", "2", "¥1.42", "1", "1");
    assertThat(shown(table(report, "journeys"), 0))
        .containsExactly(
            "锁定核心客户", "¥500.00", "¥100.00", "¥900.00", "¥10.00", "50.00", "100", "20", "80", "20",
            "25.0 %", "10.0 %", "¥900.00");
    assertThat(shown(table(report, "journeys"), 1).get(5)).isEqualTo("no base");
    assertThat(shown(table(report, "held-back"), 0))
        .containsExactly("SMS", "withdrew consent", "20", "20.0 %");
    assertThat(shown(table(report, "coupons"), 0)).containsExactly("ten", "1", "1", "100.0 %", "0");
    assertThat(shown(table(report, "layers"), 0))
        .containsExactly("the hero item and more", "1", "25.0 %", "¥3.00", "42.3 %");
    // Last season sold 999 fen on its second day of "before".
    assertThat(shown(table(report, "compared"), 0))
        .containsExactly("sales", "¥7.10", "¥9.99", "-28.9 %", "¥9.99");
    assertThat(shown(table(report, "days"), 1))
        .containsExactly("2026-06-02", "¥0.00", "0", "¥9.99");
    String page = ReportHtml.write(report, Language.ZH);
    assertThat(page)
        .contains("3 项目标,达成 1 项")
        .contains("销售额下降 28.9 %")
        .contains("值得再做,可以放量")
        .contains("没有对照组:下次留出对照组")
        .contains("日志记录 4711")
        .doesNotContain("未结案");
    assertThat(ReportHtml.write(review(read(WRITTEN), false), Language.EN))
        .contains("not closed, numbers still change")
        .contains("added an estimated ¥500.00 (95 % interval ¥100.00 – ¥900.00).");
    for (Report.Part part : report.parts()) {
      if (part instanceof Report.Table table) {
        table.rows().stream()
            .filter(row -> !row.people().isEmpty())
            .forEach(row -> RuleText.parse(row.people()));
      }
    }
  }
}
