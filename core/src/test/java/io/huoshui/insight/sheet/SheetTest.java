package io.huoshui.insight.sheet;

import static io.huoshui.Someone.did;
import static io.huoshui.Someone.who;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.event.Event;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Funnel;
import io.huoshui.profile.Period;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SheetTest {
  private static final Instant NOW = Instant.parse("2026-06-30T12:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private static Question question(String json) {
    return QuestionJson.read(new Place(Json.parse(json.replace('\'', '"')), "question"));
  }

  private static Scene scene() {
    return new Scene(NOW, ZONE);
  }

  private static FirstLook look(Question question, List<? extends Timeline> people) {
    var glance = new Glance(question, new By.Nothing(), scene());
    people.forEach(glance::add);
    glance.look().settle();
    return glance.look();
  }

  private static Tally tally(Question question, List<? extends Timeline> people) {
    var tally = new Tally(question, look(question, people), scene());
    people.forEach(tally::add);
    return tally;
  }

  private static Sheet ask(String json, Someone... people) {
    Question question = question(json);
    return question.sheet(
        tally(question, Arrays.stream(people).map(Someone::timeline).toList()), scene());
  }

  private static Event paid(String day, int yuan) {
    return did(
        "order_paid", day + "T04:00:00Z", "amountFen", 100 * yuan, "orderId", "o" + day + yuan);
  }

  private static long people(Sheet sheet, String row, String column) {
    Sheet.Cell cell = sheet.cell(row, column);
    return cell == null ? 0 : cell.people();
  }

  private static @Nullable Double value(Sheet sheet, String row, String column, String measure) {
    for (int i = 0; i < sheet.measures().size(); i++) {
      if (sheet.measures().get(i).name().equals(measure)) {
        Sheet.Cell cell = sheet.cell(row, column);
        return cell == null ? null : cell.values().get(i);
      }
    }
    throw new AssertionError("No measure " + measure);
  }

  private static @Nullable Double figure(Sheet sheet, String name) {
    return sheet.figures().stream()
        .filter(figure -> figure.name().equals(name))
        .map(Sheet.Figure::value)
        .findFirst()
        .orElseThrow();
  }

  // Laws of all kinds.

  static Stream<String> kinds() {
    return Stream.of(
        "{'kind':'funnel','steps':['page_viewed','product_purchased','order_paid'],'within':'60d'}",
        "{'kind':'funnel','steps':['page_viewed','order_paid'],'within':'90d','times':true,"
            + "'exclusions':[{'event':'group_joined','after':1}]}",
        "{'kind':'funnel','steps':['product_purchased','product_purchased'],'within':'300d',"
            + "'holding':'category'}",
        "{'kind':'cohort','grain':'month'}",
        "{'kind':'cohort','grain':'week','rolling':true,'unbounded':true,'periods':20}",
        "{'kind':'rfm'}",
        "{'kind':'rfm','layout':'cells','scores':'fixed'}",
        "{'kind':'rfm','layout':'classes'}",
        "{'kind':'rfm_moves'}",
        "{'kind':'lifecycle_flow'}",
        "{'kind':'repurchase','most':2}",
        "{'kind':'basket','property':'category','perPerson':true}",
        "{'kind':'path','from':'page_viewed','gap':'60d','most':3}",
        "{'kind':'path','from':'order_paid','gap':'60d','back':true}",
        "{'kind':'layers','heroSku':'x'}",
        "{'kind':'concentration'}",
        "{'kind':'new_old','grain':'half_month'}",
        "{'kind':'coupon_yield'}",
        "{'kind':'community'}",
        "{'kind':'replies'}",
        "{'kind':'league','by':'city','window':'within 90d'}");
  }

  private static List<Timeline> crowd(long seed, int size) {
    var dice = new Dice(seed);
    return IntStream.range(0, size)
        .<Timeline>mapToObj(i -> life(dice, Someone.random(dice, i, NOW)))
        .filter(timeline -> timeline.size() > 0)
        .toList();
  }

  /// A random life with messages, replies, coupons and money given back in it.
  private static Timeline life(Dice dice, Someone someone) {
    var events = new ArrayList<>(someone.timeline().events());
    for (int left = dice.roll(8); left > 0; left--) {
      Instant time = NOW.minus(Duration.ofMinutes(dice.roll(200 * 24 * 60)));
      events.add(
          switch (dice.roll(6)) {
            case 0 -> did("message_delivered", time, "touchpoint", "j/1/3/0/" + dice.roll(3));
            case 1 -> did("message_replied", time, "text", "好");
            case 2 -> did("coupon_issued", time, "coupon", "c" + dice.roll(3), "template", "ten");
            case 3 ->
                did("coupon_redeemed", time, "coupon", "c" + dice.roll(3), "discountFen", 900);
            case 4 -> did("order_refunded", time, "amountFen", 100 * dice.roll(50));
            default -> did("checked_in", time, "group", dice.of("a", "b"));
          });
    }
    return new io.huoshui.profile.EventList(events);
  }

  /// Every number is a door: whoever opens a cell finds as many people as it said.
  @ParameterizedTest
  @MethodSource("kinds")
  void aCellOpensItsPeople(String json) {
    Question question = question(json);
    Dice.overSeeds(
        8,
        seed -> {
          List<Timeline> people = crowd(seed, 60);
          Tally tally = tally(question, people);
          Sheet sheet = question.sheet(tally, scene());
          for (Sheet.Cell cell : sheet.cells()) {
            var finder =
                new Finder(question, look(question, people), scene(), cell.row(), cell.column());
            assertThat(people.stream().filter(finder::has).count())
                .as("%s / %s", cell.row(), cell.column())
                .isEqualTo(cell.people());
          }
        });
  }

  /// However people are parted among threads, the answer is the same.
  @ParameterizedTest
  @MethodSource("kinds")
  void partsAddUpToTheWhole(String json) {
    Question question = question(json);
    Dice.overSeeds(
        8,
        seed -> {
          List<Timeline> people = crowd(seed, 60);
          var dice = new Dice(seed + 100);
          var looks = new ArrayList<Glance>();
          var parts = new ArrayList<Tally>();
          int threads = 1 + dice.roll(4);
          int[] of = people.stream().mapToInt(_ -> dice.roll(threads)).toArray();
          for (int thread = 0; thread < threads; thread++) {
            looks.add(new Glance(question, new By.Nothing(), scene()));
          }
          for (int i = 0; i < of.length; i++) {
            looks.get(of[i]).add(people.get(i));
          }
          var look = new Glance(question, new By.Nothing(), scene());
          looks.forEach(look::add);
          look.look().settle();
          for (int thread = 0; thread < threads; thread++) {
            parts.add(new Tally(question, look.look(), scene()));
          }
          for (int i = 0; i < of.length; i++) {
            parts.get(of[i]).add(people.get(i));
          }
          var all = new Tally(question, look.look(), scene());
          parts.forEach(all::add);
          assertThat(said(question.sheet(all, scene())))
              .isEqualTo(said(question.sheet(tally(question, people), scene())));
        });
  }

  /// A sheet with its decimals cut: sums of decimals differ in their last digits by their order.
  private static String said(Sheet sheet) {
    var out = new StringBuilder();
    for (Sheet.Cell cell : sheet.cells()) {
      out.append(cell.row()).append('/').append(cell.column()).append(':').append(cell.people());
      for (Double value : cell.values()) {
        out.append(' ').append(value == null ? "-" : String.format(Locale.ROOT, "%.9g", value));
      }
      out.append('\n');
    }
    return out.append(sheet.notes()).toString();
  }

  @Test
  void groupsAddUpToEverybody() {
    Question question = question("{'kind':'new_old','grain':'month'}");
    List<Timeline> people = crowd(3, 200);
    var grouped =
        new Grouped(question, new By.Trait("city"), List.of("上海"), FirstLook.NOTHING, scene());
    people.forEach(grouped::add);
    assertThat(grouped.tallies().keySet()).containsExactly("上海", Grouped.OTHERS);
    Tally whole = tally(question, people);
    for (String row : whole.rows()) {
      for (String column : whole.columns()) {
        assertThat(
                grouped.tallies().values().stream().mapToLong(t -> t.peopleIn(row, column)).sum())
            .isEqualTo(whole.peopleIn(row, column));
      }
    }
  }

  // Funnel.

  /// Where nothing is excluded and nothing held, it is [Funnel].
  @Test
  void aPlainFunnelIsTheFunnel() {
    List<EventPattern> steps =
        List.of(
            EventPattern.of("page_viewed"),
            EventPattern.of("product_purchased"),
            EventPattern.of("order_paid"));
    var plain = new Funnel(steps, Period.parse("30d"), Window.ever());
    var asked = new FunnelSteps(steps, List.of(), "", Period.parse("30d"), Window.ever(), true);
    Dice.overSeeds(
        200,
        seed -> {
          for (Timeline person : crowd(seed, 5)) {
            Window.Span span = scene().span(Window.ever());
            long[] took = asked.took(person, span);
            long reached = Arrays.stream(took).takeWhile(ms -> ms >= 0).count();
            assertThat(reached).isEqualTo(plain.level(person, span));
          }
        });
  }

  @Test
  void whatIsExcludedEndsTheWay() {
    String json =
        "{'kind':'funnel','steps':['cart_added','order_paid'],'within':'7d',"
            + "'exclusions':[{'event':'product_viewed','after':1}]}";
    Someone straight =
        who(did("cart_added", "2026-06-01T00:00:00Z"), did("order_paid", "2026-06-02T00:00:00Z"));
    Someone strayed =
        who(
            did("cart_added", "2026-06-01T00:00:00Z"),
            did("product_viewed", "2026-06-01T05:00:00Z"),
            did("order_paid", "2026-06-02T00:00:00Z"));
    Someone again =
        who(
            did("cart_added", "2026-06-01T00:00:00Z"),
            did("product_viewed", "2026-06-01T05:00:00Z"),
            did("cart_added", "2026-06-01T06:00:00Z"),
            did("order_paid", "2026-06-02T00:00:00Z"));
    Someone atOnce =
        who(
            did("cart_added", "2026-06-01T00:00:00Z"),
            did("product_viewed", "2026-06-02T00:00:00Z"),
            did("order_paid", "2026-06-02T00:00:00Z"));
    Someone begunAnew =
        who(
            did("cart_added", "2026-06-01T00:00:00Z"),
            did("product_viewed", "2026-06-01T05:00:00Z"),
            did("cart_added", "2026-06-01T05:00:00Z"),
            did("order_paid", "2026-06-02T00:00:00Z"));
    Sheet sheet = ask(json, straight, strayed, again, atOnce, begunAnew);
    assertThat(people(sheet, "1", "reached")).isEqualTo(5);
    assertThat(people(sheet, "2", "reached")).isEqualTo(4);
    assertThat(people(sheet, "1", "stopped")).isEqualTo(1);
    assertThat(value(sheet, "2", "reached", "ofFirst")).isEqualTo(0.8);
  }

  @Test
  void whatIsHeldHasToBeTheSame() {
    String json =
        "{'kind':'funnel','steps':['product_viewed','product_purchased'],'within':'7d',"
            + "'holding':'sku','times':true}";
    Someone same =
        who(
            did("product_viewed", "2026-06-01T00:00:00Z", "sku", "a"),
            did("product_viewed", "2026-06-01T01:00:00Z", "sku", "b"),
            did("product_purchased", "2026-06-01T05:00:00Z", "sku", "b"));
    Someone other =
        who(
            did("product_viewed", "2026-06-01T00:00:00Z", "sku", "a"),
            did("product_purchased", "2026-06-01T05:00:00Z", "sku", "b"));
    Sheet sheet = ask(json, same, other);
    assertThat(people(sheet, "1", "reached")).isEqualTo(2);
    assertThat(people(sheet, "2", "reached")).isEqualTo(1);
    assertThat(value(sheet, "2", "reached", "hours")).isEqualTo(4.0);
  }

  // Cohorts.

  private static final Someone[] SHOP = {
    // January's, came again in March.
    who(paid("2026-01-10", 100), paid("2026-03-01", 50)),
    // January's, never again.
    who(paid("2026-01-31", 10)),
    // February's; twice in the month it began in.
    who(paid("2026-02-01", 20), paid("2026-02-20", 30), paid("2026-06-02", 5)),
  };

  @Test
  void cohortsByTheCalendar() {
    Sheet sheet = ask("{'kind':'cohort','grain':'month'}", SHOP);
    assertThat(sheet.rows().labels())
        .extracting(Sheet.Label::key)
        .containsExactly("2026-01", "2026-02");
    assertThat(people(sheet, "2026-01", "size")).isEqualTo(2);
    assertThat(people(sheet, "2026-01", "0")).isEqualTo(2);
    assertThat(people(sheet, "2026-01", "1")).isZero();
    assertThat(people(sheet, "2026-01", "2")).isEqualTo(1);
    assertThat(value(sheet, "2026-01", "2", "sum")).isEqualTo(5_000.0);
    assertThat(value(sheet, "2026-01", "2", "perHead")).isEqualTo(8_000.0);
    assertThat(people(sheet, "2026-02", "4")).isEqualTo(1);
    // June is not over at noon of its last day.
    assertThat(sheet.cell("2026-02", "4"))
        .extracting(c -> c == null || c.complete())
        .isEqualTo(false);
    assertThat(sheet.cell("2026-02", "3"))
        .extracting(c -> c != null && c.complete())
        .isEqualTo(true);
    // Nothing is said of what has not begun.
    assertThat(sheet.cell("2026-02", "5")).isNull();
    assertThat(figure(sheet, "retention_2")).isCloseTo(1 / 3.0, within(1e-12));
  }

  @Test
  void cohortsThatRollFromEachOnesDay() {
    Sheet sheet = ask("{'kind':'cohort','grain':'month','rolling':true,'periods':6}", SHOP);
    // 50 days after 10 January is in the second thirty days.
    assertThat(people(sheet, "2026-01", "1")).isEqualTo(1);
    assertThat(people(sheet, "2026-01", "2")).isZero();
    assertThat(people(sheet, "2026-02", "4")).isEqualTo(1);
    Sheet unbounded =
        ask("{'kind':'cohort','grain':'month','rolling':true,'unbounded':true}", SHOP);
    assertThat(people(unbounded, "2026-02", "3")).isEqualTo(1);
    assertThat(people(unbounded, "2026-01", "0")).isEqualTo(2);
  }

  /// Whoever ever began is in exactly one cohort.
  @ParameterizedTest
  @ValueSource(strings = {"day", "week", "half_month", "month", "quarter", "year"})
  void cohortsPartitionPeople(String grain) {
    Question question = question("{'kind':'cohort','grain':'" + grain + "'}");
    List<Timeline> people = crowd(5, 300);
    Tally tally = tally(question, people);
    long inCohorts = tally.rows().stream().mapToLong(row -> tally.peopleIn(row, "size")).sum();
    long buyers =
        people.stream()
            .filter(p -> IntStream.range(0, p.size()).anyMatch(i -> p.name(i).equals("order_paid")))
            .count();
    assertThat(inCohorts).isEqualTo(buyers).isPositive();
  }

  // RFM.

  @Test
  void rfmAddsUpToBuyersAndSales() {
    Sheet sheet =
        ask(
            "{'kind':'rfm','layout':'classes','scores':'fixed'}",
            who(paid("2026-06-25", 2_000)),
            who(paid("2025-01-01", 3)),
            who(did("page_viewed", "2026-06-01T00:00:00Z")));
    assertThat(figure(sheet, "buyers")).isEqualTo(2.0);
    assertThat(figure(sheet, "sales")).isEqualTo(200_300.0);
    assertThat(people(sheet, "important_develop", "people")).isEqualTo(1);
    assertThat(people(sheet, "general_win_back", "people")).isEqualTo(1);
  }

  @Test
  void rfmMovesFromThenToNow() {
    Sheet sheet =
        ask(
            "{'kind':'rfm_moves','back':'90d','scores':'fixed'}",
            who(paid("2026-03-20", 2_000)),
            who(paid("2026-06-20", 2_000)));
    assertThat(people(sheet, "important_develop", "important_win_back")).isEqualTo(1);
    assertThat(people(sheet, "none", "important_develop")).isEqualTo(1);
  }

  // Repurchase.

  /// Four bought; one again after 3 days, one after 10, one after 15, one waits since 8 days. Of
  /// four at risk one comes in the first week, of three one in the second: 1 - 3/4 × 2/3 = 1/2.
  /// Whoever waits has left then, so of one at risk one comes in the third.
  @Test
  void repurchaseByKaplanAndMeier() {
    Sheet sheet =
        ask(
            "{'kind':'repurchase','stretch':7,'stretches':3,'most':1}",
            who(paid("2026-05-01", 1), paid("2026-05-04", 1)),
            who(paid("2026-05-01", 1), paid("2026-05-11", 1), paid("2026-05-11", 2)),
            who(paid("2026-05-01", 1), paid("2026-05-16", 1)),
            who(paid("2026-06-22", 1)));
    assertThat(value(sheet, "1", "b0", "again")).isEqualTo(0.25);
    assertThat(value(sheet, "1", "b1", "again")).isCloseTo(0.5, within(1e-12));
    assertThat(value(sheet, "1", "b1", "atRisk")).isEqualTo(3.0);
    assertThat(value(sheet, "1", "b2", "again")).isEqualTo(1.0);
    assertThat(people(sheet, "1", "w1")).isEqualTo(1);
    assertThat(figure(sheet, "median_1")).isEqualTo(14.0);
  }

  // Baskets.

  @Test
  void basketsWithTheirLift() {
    Event a1 = did("product_purchased", "2026-06-01T00:00:00Z", "sku", "milk", "orderId", "1");
    Event a2 = did("product_purchased", "2026-06-01T00:00:00Z", "sku", "yogurt", "orderId", "1");
    Event b = did("product_purchased", "2026-06-02T00:00:00Z", "sku", "milk", "orderId", "2");
    Event c = did("product_purchased", "2026-06-03T00:00:00Z", "sku", "tea", "orderId", "3");
    Sheet sheet = ask("{'kind':'basket'}", who(a1, a2, b), who(c));
    assertThat(value(sheet, "milk", "yogurt", "support")).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(value(sheet, "milk", "yogurt", "confidence")).isEqualTo(0.5);
    // 0.5 / (1/3).
    assertThat(value(sheet, "milk", "yogurt", "lift")).isCloseTo(1.5, within(1e-12));
    assertThat(value(sheet, "yogurt", "milk", "confidence")).isEqualTo(1.0);
    assertThat(people(sheet, "milk", "milk")).isEqualTo(1);
  }

  // Paths.

  @Test
  void pathsGoStepByStep() {
    Someone one =
        who(
            did("page_viewed", "2026-06-01T00:00:00Z"),
            did("page_viewed", "2026-06-01T00:01:00Z"),
            did("product_viewed", "2026-06-01T00:02:00Z"),
            did("order_paid", "2026-06-01T00:03:00Z"),
            did("page_viewed", "2026-06-05T00:00:00Z"));
    Sheet sheet = ask("{'kind':'path','from':'page_viewed','gap':'30m','steps':2}", one);
    assertThat(people(sheet, "page_viewed", "product_viewed")).isEqualTo(1);
    assertThat(people(sheet, "page_viewed > product_viewed", "order_paid")).isEqualTo(1);
    assertThat(people(sheet, "page_viewed", "end")).isEqualTo(1);
    Sheet back = ask("{'kind':'path','from':'order_paid','gap':'30m','steps':2,'back':true}", one);
    assertThat(people(back, "order_paid > product_viewed", "page_viewed")).isEqualTo(1);
  }

  // Money.

  @Test
  void concentrationOfSales() {
    Someone[] people =
        IntStream.rangeClosed(1, 10)
            .mapToObj(i -> who(paid("2026-06-01", i == 10 ? 910 : 10)))
            .toArray(Someone[]::new);
    Sheet sheet = ask("{'kind':'concentration'}", people);
    // 910 of 1,000.
    assertThat(value(sheet, "1", "people", "salesSoFar")).isEqualTo(0.91);
    // The others are all equal: one row, the best of theirs.
    assertThat(people(sheet, "20", "people")).isEqualTo(9);
    assertThat(figure(sheet, "top20")).isEqualTo(0.92);
    assertThat(figure(sheet, "for80")).isEqualTo(0.1);
    // One has nearly all: 2·(10·… )/(n·S) - (n+1)/n = 0.81.
    assertThat(figure(sheet, "gini")).isCloseTo(0.81, within(1e-9));
  }

  @Test
  void newAndOldBuyers() {
    Sheet sheet = ask("{'kind':'new_old','grain':'month'}", SHOP);
    assertThat(people(sheet, "2026-01", "new")).isEqualTo(2);
    assertThat(people(sheet, "2026-02", "new")).isEqualTo(1);
    assertThat(value(sheet, "2026-02", "new", "sales")).isEqualTo(5_000.0);
    assertThat(people(sheet, "2026-03", "old")).isEqualTo(1);
    assertThat(people(sheet, "2026-03", "new")).isZero();
  }

  @Test
  void couponsAndWhatBecameOfThem() {
    Sheet sheet =
        ask(
            "{'kind':'coupon_yield'}",
            who(
                did("coupon_issued", "2026-06-01T00:00:00Z", "coupon", "a", "template", "ten"),
                did("coupon_issued", "2026-06-01T00:00:00Z", "coupon", "b", "template", "ten"),
                did("order_paid", "2026-06-02T00:00:00Z", "orderId", "9", "amountFen", 5_000),
                did(
                    "coupon_redeemed",
                    "2026-06-02T00:00:00Z",
                    "coupon",
                    "a",
                    "orderId",
                    "9",
                    "discountFen",
                    1_000)),
            who(
                did("coupon_issued", "2026-06-01T00:00:00Z", "coupon", "c", "template", "ten"),
                did("coupon_expired", "2026-06-09T00:00:00Z", "coupon", "c")));
    assertThat(value(sheet, "ten", "issued", "coupons")).isEqualTo(3.0);
    assertThat(people(sheet, "ten", "issued")).isEqualTo(2);
    assertThat(value(sheet, "ten", "redeemed", "share")).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(value(sheet, "ten", "redeemed", "perYuan")).isEqualTo(5.0);
    assertThat(people(sheet, "ten", "open")).isEqualTo(1);
    assertThat(people(sheet, "ten", "expired")).isEqualTo(1);
  }

  // Groups, replies, guides.

  @Test
  void theLifeOfACommunity() {
    Sheet sheet =
        ask(
            "{'kind':'community','weeks':10}",
            who(
                did("group_joined", "2026-05-01T00:00:00Z", "group", "g"),
                did("checked_in", "2026-05-09T00:00:00Z", "group", "g")),
            who(
                did("group_joined", "2026-05-02T00:00:00Z", "group", "g"),
                did("group_left", "2026-05-20T00:00:00Z", "group", "g")));
    assertThat(people(sheet, "g", "joined/0")).isEqualTo(2);
    assertThat(people(sheet, "g", "present/1")).isEqualTo(2);
    assertThat(people(sheet, "g", "active/1")).isEqualTo(1);
    assertThat(value(sheet, "g", "active/1", "share")).isEqualTo(0.5);
    assertThat(people(sheet, "g", "left/2")).isEqualTo(1);
    assertThat(people(sheet, "g", "present/3")).isEqualTo(1);
    assertThat(sheet.notes().getFirst().en()).isEqualTo("g: silent");
  }

  @ParameterizedTest
  @MethodSource("curves")
  void aCommunitysStage(List<Long> active, Communities.Stage stage) {
    assertThat(Communities.Stage.of(active)).isEqualTo(stage);
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> curves() {
    return Stream.of(
        org.junit.jupiter.params.provider.Arguments.of(List.of(3L, 4L), Communities.Stage.BORN),
        org.junit.jupiter.params.provider.Arguments.of(
            List.of(3L, 4L, 9L, 9L), Communities.Stage.PEAK),
        org.junit.jupiter.params.provider.Arguments.of(
            List.of(3L, 9L, 4L, 5L), Communities.Stage.LIVING),
        org.junit.jupiter.params.provider.Arguments.of(
            List.of(30L, 60L, 14L, 11L), Communities.Stage.FADING),
        org.junit.jupiter.params.provider.Arguments.of(
            List.of(30L, 0L, 0L, 0L, 0L), Communities.Stage.SILENT));
  }

  @Test
  void theSentenceThatGotNoReply() {
    Sheet sheet =
        ask(
            "{'kind':'replies','within':'24h'}",
            who(
                did("message_delivered", "2026-06-01T00:00:00Z", "touchpoint", "j/1/7/0/1"),
                did("message_replied", "2026-06-01T02:00:00Z", "text", "好"),
                did("message_delivered", "2026-06-03T00:00:00Z", "touchpoint", "j/1/7/0/2")),
            who(
                did("message_delivered", "2026-06-01T00:00:00Z", "touchpoint", "j/1/8/0/1"),
                did("message_replied", "2026-06-04T02:00:00Z", "text", "晚了")),
            who(did("message_delivered", "2026-06-30T11:00:00Z", "touchpoint", "j/1/9/0/1")));
    assertThat(value(sheet, "j/1", "delivered", "messages")).isEqualTo(3.0);
    // Of two whose time is over.
    assertThat(value(sheet, "j/1", "replied", "rate")).isEqualTo(0.5);
    assertThat(value(sheet, "j/1", "replied", "hours")).isEqualTo(2.0);
    assertThat(people(sheet, "j/1", "waiting")).isEqualTo(1);
    assertThat(people(sheet, "j/1", "silent")).isEqualTo(1);
    assertThat(people(sheet, "j/1", "last_word")).isZero();
    assertThat(people(sheet, "j/2", "last_word")).isEqualTo(1);
  }

  /// Guide a has loyal customers, b has new ones; within each state both sell the same per head. So
  /// both are as all, though a sells ten times as much.
  @Test
  void aLeagueComparesTheSameMix() {
    var people = new ArrayList<Someone>();
    for (int i = 0; i < 80; i++) {
      people.add(customer(i < 40 ? "a" : "b", i % 40 < (i < 40 ? 36 : 4), i % 2 == 0));
    }
    Sheet sheet = ask("{'kind':'league','by':'guide'}", people.toArray(Someone[]::new));
    Double raw = value(sheet, "a", "people", "perHead");
    assertThat(raw).isNotNull().isGreaterThan(4 * orZero(value(sheet, "b", "people", "perHead")));
    assertThat(value(sheet, "a", "people", "index")).isCloseTo(1, within(1e-9));
    assertThat(value(sheet, "b", "people", "index")).isCloseTo(1, within(1e-9));
    assertThat(value(sheet, "b", "people", "rank")).isNotNull();
    assertThat(people(sheet, "a", "existing")).isEqualTo(36);
  }

  private static double orZero(@Nullable Double value) {
    return value == null ? 0 : value;
  }

  private static Someone customer(String guide, boolean loyal, boolean buys) {
    var events = new ArrayList<Event>();
    events.add(did("contact_added", "2026-05-01T00:00:00Z", "guide", guide));
    if (loyal) {
      events.add(paid("2026-05-02", 10));
      events.add(paid("2026-05-20", 10));
    }
    if (buys) {
      events.add(paid("2026-06-20", loyal ? 100 : 10));
    }
    return who(events.toArray(Event[]::new));
  }

  // Reading.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kind':'cohorts'} => question.kind",
        "{'kind':'cohort','grain':'moon'} => question.grain",
        "{'kind':'cohort','gran':'month'} => question",
        "{'kind':'cohort','periods':0} => question",
        "{'kind':'cohort','periods':'many'} => question.periods",
        "{'kind':'funnel','steps':[]} => question",
        "{'kind':'funnel','steps':['order_paid where [']} => question.steps[0]",
        "{'kind':'funnel','steps':['a','b'],'exclusions':[{'event':'c','after':2}]} => question",
        "{'kind':'new_old','window':'since yesterday'} => question.window",
        "{'kind':'rfm','scores':{'recencyDays':[30,20,40,50]}} => question.scores.recencyDays[1]",
        "{'kind':'lifecycle_flow','ago':['30d','60d']} => question",
        "{'kind':'layers'} => question.heroSku",
      })
  void whatCanNotBeReadSaysWhere(String line) {
    String[] parts = line.split(" => ", -1);
    assertThatThrownBy(() -> question(parts[0]))
        .isInstanceOfSatisfying(
            UnreadableException.class, e -> assertThat(e.where()).startsWith(parts[1]));
  }

  @Test
  void anAnswerAsATable() {
    Sheet sheet = ask("{'kind':'new_old','grain':'month'}", SHOP);
    assertThat(SheetJson.csv(Map.of("", sheet)).lines().toList().get(1))
        .isEqualTo(",2026-01,new,2,2,11000,1,1,5500,true");
    assertThat(SheetJson.write(sheet).write()).contains("\"row\":\"2026-01\"");
  }
}
