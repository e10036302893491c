package io.huoshui.sandbox.brand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BrandTest {
  private static final Instant START = Instant.parse("2026-06-30T16:00:00Z");
  private static final int PEOPLE = 20_000;
  private static final Brand BRAND = brand(42, PEOPLE);

  private static Brand brand(long seed, long people) {
    return new Brand(new Brand.Settings(seed, people, START, "ww1"));
  }

  private static List<Event> history(Brand brand, long person) {
    var events = new ArrayList<Event>();
    brand.history(person, events::add);
    return events;
  }

  private static byte[] bytes(Brand brand, long from, long to) {
    var out = new ByteArrayOutputStream();
    try (var lines = new EventLines(out)) {
      for (long person = from; person < to; person++) {
        brand.history(person, lines::write);
      }
    }
    return out.toByteArray();
  }

  // ---- laws

  @Test
  void sameSeedSameBytes() {
    assertThat(bytes(brand(42, PEOPLE), 0, 500)).isEqualTo(bytes(BRAND, 0, 500));
    assertThat(bytes(brand(43, PEOPLE), 0, 500)).isNotEqualTo(bytes(BRAND, 0, 500));
  }

  @Test
  void theStreamIsItsParts() {
    var parts = new ByteArrayOutputStream();
    for (long person = 0; person < 300; person += 7) {
      parts.writeBytes(bytes(BRAND, person, Math.min(300, person + 7)));
    }
    assertThat(parts.toByteArray()).isEqualTo(bytes(BRAND, 0, 300));
  }

  @Test
  void historyBrokenAnywhereIsTheWholeHistory() {
    long end = START.toEpochMilli();
    for (long person = 0; person < 400; person++) {
      var whole = history(BRAND, person);
      var joined = new ArrayList<Event>();
      long[] cuts = {0, end - 400 * 86_400_000L, end - 86_400_000L * 37 - 12_345, end};
      for (int i = 1; i < cuts.length; i++) {
        BRAND.between(person, cuts[i - 1], cuts[i], joined::add);
      }
      assertThat(joined).isEqualTo(whole);
    }
  }

  @Test
  void occasionsAreTheTimesOfTheEvents() {
    long from = START.toEpochMilli();
    long to = from + Duration.ofDays(30).toMillis();
    for (long person = 0; person < 2000; person++) {
      var events = new ArrayList<Event>();
      BRAND.between(person, from, to, events::add);
      assertThat(BRAND.occasions(person, from, to))
          .isEqualTo(
              events.stream().mapToLong(event -> event.time().toEpochMilli()).distinct().toArray());
      for (Event event : events) {
        assertThat(event.time().toEpochMilli()).isBetween(from, to - 1);
      }
    }
  }

  @Test
  void oneMillisecondAloneIsThatMillisecondOfTheWhole() {
    long from = START.toEpochMilli();
    long to = from + Duration.ofDays(30).toMillis();
    for (long person = 0; person < 3000; person++) {
      var whole = new ArrayList<Event>();
      BRAND.between(person, from, to, whole::add);
      var alone = new ArrayList<Event>();
      for (long at : BRAND.occasions(person, from, to)) {
        BRAND.between(person, at, at + 1, alone::add);
      }
      assertThat(alone).isEqualTo(whole);
    }
  }

  @Test
  void eventsAreOldestFirstBeforeTheCampaignWithIdsOfTheirOwn() {
    var ids = new HashSet<String>();
    for (long person = 0; person < 3000; person++) {
      Instant last = Instant.MIN;
      for (Event event : history(BRAND, person)) {
        assertThat(ids.add(event.id())).as(event.id()).isTrue();
        assertThat(event.time()).isAfterOrEqualTo(last).isBefore(START);
        last = event.time();
      }
    }
  }

  @Test
  void identifiersAreInTheirNormalForm() {
    for (long person = 0; person < 1000; person++) {
      for (Event event : history(BRAND, person)) {
        for (Identifier identifier : event.identifiers()) {
          assertThat(Identifier.of(identifier.kind(), identifier.scope(), identifier.value()))
              .isEqualTo(identifier);
        }
      }
    }
  }

  @Test
  void aLineIsTheCanonicalEvent() {
    Event event = history(BRAND, 3).getFirst();
    String[] lines =
        new String(EventLines.lines(List.of(event, event)), StandardCharsets.UTF_8).split("\n", -1);
    assertThat(lines).hasSize(3);
    assertThat(lines[2]).isEmpty();
    JsonNode node = JsonMapper.shared().readTree(lines[0]);
    assertThat(node.propertyNames())
        .containsExactly("id", "name", "time", "source", "identifiers", "properties");
    assertThat(OffsetDateTime.parse(node.path("time").stringValue()).toInstant())
        .isEqualTo(event.time());
    assertThat(node.path("time").stringValue()).endsWith("+08:00");
    assertThat(node.path("identifiers").size()).isEqualTo(event.identifiers().size());
  }

  @Test
  void timesAreWrittenAsTheLibraryWouldReadThem() {
    for (String time :
        List.of("2024-02-29T23:59:59Z", "2025-12-31T16:00:00Z", "2026-01-01T00:00:00.007Z")) {
      assertThat(OffsetDateTime.parse(EventLines.rfc3339(Instant.parse(time))).toInstant())
          .isEqualTo(Instant.parse(time));
    }
  }

  // ---- who is who

  @Test
  void identifiersLeadBackToTheirPerson() {
    for (long person = 0; person < 2000; person++) {
      assertThat(BRAND.ofExternalUserid(BRAND.externalUserid(person))).hasValue(person);
      long owner = BRAND.ofPhone(BRAND.phone(person)).orElseThrow();
      assertThat(owner).isEqualTo(BRAND.inHousehold(person) ? person & ~1L : person);
    }
    assertThat(BRAND.ofPhone("+8613800000000")).isEmpty();
    assertThat(BRAND.ofPhone("+15551234567")).isEmpty();
    assertThat(BRAND.ofExternalUserid("wmSomebodyElse")).isEmpty();
    assertThat(BRAND.ofExternalUserid(brand(42, 1_000_000).externalUserid(PEOPLE))).isEmpty();
  }

  @Test
  void truthAgreesWithTheEvents() {
    Map<Identifier, Set<Long>> shownBy = new HashMap<>();
    Map<Identifier, Long> ownedBy = new HashMap<>();
    for (long person = 0; person < PEOPLE; person++) {
      for (Event event : history(BRAND, person)) {
        for (Identifier identifier : event.identifiers()) {
          if (identifier.kind().joins()) {
            shownBy.computeIfAbsent(identifier, _ -> new HashSet<>()).add(person);
          }
        }
      }
      for (Brand.Owned owned : BRAND.truth(person)) {
        assertThat(ownedBy.put(owned.identifier(), person)).as("owned twice").isNull();
      }
    }
    assertThat(ownedBy.keySet()).isEqualTo(shownBy.keySet());
    int shared = 0;
    for (var entry : shownBy.entrySet()) {
      assertThat(entry.getValue()).contains(ownedBy.get(entry.getKey()));
      if (entry.getValue().size() > 1) {
        assertThat(entry.getKey().kind()).isEqualTo(IdentifierKind.PHONE);
        assertThat(entry.getValue()).hasSize(2);
        shared++;
      }
    }
    assertThat(shared).isPositive();
  }

  // ---- figures

  @Test
  void figuresAreWithinTheirBounds() {
    var names = new TreeMap<String, Integer>();
    var sources = new TreeMap<String, Integer>();
    var spent = new long[PEOPLE];
    int events = 0;
    int yogurtNeverMilk = 0;
    int hero = 0;
    int lapsed = 0;
    int households = 0;
    int typos = 0;
    for (int person = 0; person < PEOPLE; person++) {
      households += BRAND.inHousehold(person) ? 1 : 0;
      var bought = new HashSet<String>();
      var own = new HashSet<String>();
      Instant last = Instant.MIN;
      for (Event event : history(BRAND, person)) {
        events++;
        names.merge(event.name(), 1, Integer::sum);
        own.add(event.source());
        switch (event.name()) {
          case "order_paid" -> {
            spent[person] += event.properties().whole("amountFen");
            last = event.time();
            assertThat(event.properties().whole("amountFen")).isPositive();
            typos += event.identifiers().stream().anyMatch(BrandTest::nobodys) ? 1 : 0;
          }
          case "product_purchased" -> {
            bought.add(event.properties().text("category"));
            hero += event.properties().text("sku").equals("trial-59") ? 1 : 0;
            assertThat(event.properties().whole("amountFen"))
                .isEqualTo(
                    event.properties().whole("priceFen") * event.properties().whole("quantity"));
          }
          default -> assertThat(event.name()).matches("[a-z]+_[a-z]+");
        }
      }
      own.forEach(source -> sources.merge(source, 1, Integer::sum));
      yogurtNeverMilk += bought.contains("yogurt") && !bought.contains("milk") ? 1 : 0;
      long silentDays = last.equals(Instant.MIN) ? -1 : Duration.between(last, START).toDays();
      lapsed += silentDays >= 180 && silentDays <= 360 ? 1 : 0;
    }
    Arrays.sort(spent);
    double all = Arrays.stream(spent).sum();
    double top = Arrays.stream(spent, PEOPLE - PEOPLE / 5, PEOPLE).sum();

    assertThat(sources.keySet())
        .containsExactly(
            "crm",
            "douyin",
            "jd",
            "mini_program",
            "official_account",
            "package_card",
            "pos",
            "tmall",
            "wecom");
    assertThat((double) events / PEOPLE).isBetween(10.5, 13.0);
    assertThat(top / all).as("share of the top 20 %%").isBetween(0.70, 0.88);
    assertThat((double) households / PEOPLE).isBetween(0.05, 0.07);
    assertThat(ratio(names, "order_cancelled", "order_paid")).isBetween(0.025, 0.035);
    assertThat(ratio(names, "coupon_redeemed", "coupon_issued")).isBetween(0.15, 0.40);
    assertThat((double) typos / names.getOrDefault("order_paid", 1)).isBetween(0.0002, 0.003);
    assertThat((double) yogurtNeverMilk / PEOPLE).isBetween(0.10, 0.40);
    assertThat((double) hero / PEOPLE).isBetween(0.08, 0.25);
    assertThat((double) lapsed / PEOPLE).isBetween(0.10, 0.30);
    assertThat(names.keySet())
        .contains(
            "member_registered",
            "profile_updated",
            "consent_given",
            "consent_withdrawn",
            "account_followed",
            "account_unfollowed",
            "contact_added",
            "contact_removed",
            "card_scanned",
            "page_viewed",
            "product_viewed",
            "checked_in",
            "coupon_issued",
            "coupon_redeemed",
            "coupon_expired",
            "order_paid",
            "product_purchased",
            "order_cancelled",
            "message_replied",
            "group_joined");
  }

  private static boolean nobodys(Identifier identifier) {
    return identifier.kind() == IdentifierKind.PHONE && BRAND.ofPhone(identifier.value()).isEmpty();
  }

  private static double ratio(Map<String, Integer> names, String part, String whole) {
    return (double) names.getOrDefault(part, 0) / names.getOrDefault(whole, 1);
  }

  @Test
  void promotionsAreBusy() {
    int[] perDay = new int[731];
    for (long person = 0; person < PEOPLE; person++) {
      for (Event event : history(BRAND, person)) {
        if (event.name().equals("order_paid")) {
          perDay[(int) Duration.between(event.time(), START).toDays()]++;
        }
      }
    }
    int singles = (int) Duration.between(Instant.parse("2025-11-11T04:00:00Z"), START).toDays();
    assertThat(perDay[singles]).isGreaterThan(2 * perDay[singles + 21]);
  }

  // ---- coupons

  @Test
  void everyRedeemedCouponWasIssuedBeforeAndNoneExpiredToo() {
    for (long person = 0; person < 4000; person++) {
      var issued = new HashMap<String, Instant>();
      var ended = new HashSet<String>();
      for (Event event : history(BRAND, person)) {
        String coupon = event.properties().text("coupon");
        switch (event.name()) {
          case "coupon_issued" -> issued.put(coupon, event.time());
          case "coupon_redeemed", "coupon_expired" -> {
            assertThat(issued).containsKey(coupon);
            assertThat(ended.add(coupon)).isTrue();
          }
          default -> assertThat(coupon).isEmpty();
        }
      }
    }
  }

  @Test
  void anOrderBecauseOfAMessageIsOfWhatTheMessageNames() {
    for (long person = 0; person < 500; person++) {
      var order = BRAND.orderBecauseOf(person, "k", "试试鲜牛奶 券码 HS-1", "HS-1", 1000, 7, List.of());
      assertThat(order.stream().map(Event::name))
          .contains("order_paid", "product_purchased", "coupon_redeemed");
      assertThat(order.get(1).properties().text("category")).isEqualTo("milk");
      assertThat(order)
          .isEqualTo(
              BRAND.orderBecauseOf(person, "k", "试试鲜牛奶 券码 HS-1", "HS-1", 1000, 7, List.of()));
    }
    var hero = BRAND.orderBecauseOf(1, "k", "酸奶尝鲜装 59 元", null, 1000, 7, List.of());
    assertThat(hero.get(1).properties().text("sku")).isEqualTo("trial-59");
    assertThat(hero.stream().map(Event::name)).doesNotContain("coupon_redeemed");
  }

  @Test
  void noPeopleNoEvents() {
    assertThat(bytes(brand(1, 0), 0, 0)).isEmpty();
    assertThatThrownBy(() -> history(brand(1, 10), 10)).hasMessageContaining("[0, 10)");
    assertThatThrownBy(() -> brand(1, -1)).hasMessageContaining("-1");
  }
}
