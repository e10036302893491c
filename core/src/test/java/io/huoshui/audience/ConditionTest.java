package io.huoshui.audience;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.audience.Condition.Times;
import io.huoshui.event.Event;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.roaringbitmap.RoaringBitmap;

class ConditionTest {
  private static final ZoneId ZONE = ZoneId.of("America/St_Johns");
  private static final Instant NOW = Instant.parse("2026-03-10T15:00:00Z");
  private static final Moment MOMENT = new Moment(NOW, ZONE);

  private static final List<String> RULES =
      List.of(
          "did order_paid within 7d",
          "did not order_paid within 30d",
          "sum(order_paid.amountFen) within 90d > 5000",
          "sequence page_viewed then order_paid each within 5d",
          "has city = \"上海\"",
          "has tag \"vip\"",
          "has identifier phone",
          "lifecycle existing",
          "in audience spring",
          "did page_viewed exactly 2 times between 1d and 200d ago",
          "rfm m 2-5",
          "date birthday each year in 0 to 90 days",
          "first order_paid within 60d",
          "last(order_paid.amountFen) > 5000",
          "sequence page_viewed without order_paid within 20d",
          "in any group",
          "journey july entered",
          "near 31.05, 121.05 within 4km",
          "share 0% to 50% of salt");

  private static Condition any(Dice dice) {
    return RuleText.parse(dice.of(RULES));
  }

  private static RoaringBitmap members(Condition rule, List<Someone> people) {
    var members = new RoaringBitmap();
    people.stream().filter(p -> rule.test(p, MOMENT)).forEach(p -> members.add(p.profile()));
    return members;
  }

  @Test
  void rulesAreSets() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          var people = new ArrayList<Someone>();
          for (int i = 0; i < 60; i++) {
            people.add(Someone.random(dice, i, NOW));
          }
          Condition a = any(dice);
          Condition b = any(dice);
          var both = new Condition.All(List.of(a, b));
          var either = new Condition.Any(List.of(a, b));
          var notA = new Condition.Not(a);
          var notB = new Condition.Not(b);

          assertThat(members(new Condition.Not(both), people))
              .as("De Morgan: not (a and b) = not a or not b")
              .isEqualTo(members(new Condition.Any(List.of(notA, notB)), people));
          assertThat(members(new Condition.Not(either), people))
              .as("De Morgan: not (a or b) = not a and not b")
              .isEqualTo(members(new Condition.All(List.of(notA, notB)), people));
          assertThat(
                  members(either, people).getCardinality() + members(both, people).getCardinality())
              .as("|A| + |B| = |A ∪ B| + |A ∩ B|")
              .isEqualTo(members(a, people).getCardinality() + members(b, people).getCardinality());
          assertThat(members(both, people))
              .isEqualTo(RoaringBitmap.and(members(a, people), members(b, people)));
          assertThat(members(new Condition.Not(notA), people)).isEqualTo(members(a, people));
        });
  }

  @Test
  void didNotIsNotDid() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          Someone person = Someone.random(dice, 1, NOW);
          var pattern = EventPattern.of("order_paid");
          Window window = RandomRules.window(dice);
          assertThat(new Condition.DidNot(pattern, window).test(person, MOMENT))
              .isEqualTo(!new Condition.Did(pattern, Times.atLeast(1), window).test(person, MOMENT))
              .isEqualTo(
                  new Condition.Did(pattern, new Times(Times.Bound.EXACTLY, 0), window)
                      .test(person, MOMENT));
        });
  }

  @Test
  void aSequenceIsFoundExactlyWhereTryingAllWaysFindsOne() {
    int[] found = new int[1];
    Dice.overSeeds(
        2_000,
        seed -> {
          var dice = new Dice(seed);
          var events = new ArrayList<Event>();
          for (int left = dice.roll(9); left > 0; left--) {
            events.add(
                did(
                    dice.of("page_viewed", "product_viewed", "order_paid"),
                    NOW.minus(Duration.ofHours(dice.roll(60)))));
          }
          Someone person = Someone.who(events.toArray(Event[]::new));
          List<EventPattern> steps =
              dice.list(
                  2,
                  3,
                  () -> EventPattern.of(dice.of("page_viewed", "product_viewed", "order_paid")));
          int hours = dice.between(1, 24);
          var rule =
              (Condition.Sequence)
                  RuleText.parse(
                      "sequence "
                          + String.join(" then ", steps.stream().map(EventPattern::event).toList())
                          + " each within "
                          + hours
                          + "h within 40h");
          long from = NOW.minus(Duration.ofHours(40)).toEpochMilli();
          boolean expected = tryAll(person, steps, 0, 0, -1, hours * 3_600_000L, from);
          found[0] += expected ? 1 : 0;
          assertThat(rule.test(person, MOMENT)).isEqualTo(expected);
        });
    assertThat(found[0]).as("both answers occur").isBetween(100, 1_900);
  }

  private static boolean tryAll(
      Someone person,
      List<EventPattern> steps,
      int step,
      int index,
      long last,
      long within,
      long from) {
    if (step == steps.size()) {
      return true;
    }
    for (int i = index; i < person.timeline().size(); i++) {
      long time = person.timeline().timeMs(i);
      if (time >= from
          && steps.get(step).matches(person.timeline(), i)
          && (step == 0 || time - last <= within)
          && tryAll(person, steps, step + 1, i + 1, time, within, from)) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # rule                                                  | watches                  | listens to
          did order_paid                                          | order_paid []            | [order_paid]
          did order_paid from 2026-03-01 to 2026-03-05            | order_paid []            | [order_paid]
          did order_paid within 7d                                | order_paid [7d]          | [order_paid]
          did not order_paid within 7d                            | order_paid [7d]          | [order_paid]
          did order_paid before 30d ago                           | order_paid [30d]         | [order_paid]
          did order_paid between 180d and 360d ago                | order_paid [180d, 360d]  | [order_paid]
          did order_paid between 12h and 3d ago                   | order_paid [12h, 3d]     | [order_paid]
          did order_paid within 15m                               | order_paid [15m]         | [order_paid]
          sum(order_paid.amountFen) within 90d > 3                | order_paid [90d]         | [order_paid]
          sequence page_viewed then order_paid each within 1d within 5d | page_viewed [5d] order_paid [5d] | [order_paid, page_viewed]
          lifecycle lapsed                                        | order_paid [30d, 90d, 150d, 180d, 360d, 730d] | [order_paid]
          has city = 1                                            | ''                       | [profile_updated]
          has tag vip                                             | ''                       | [tag_added, tag_removed]
          has consent sms                                         | ''                       | [consent_given, consent_withdrawn]
          has identifier phone                                    | ''                       | [*]
          in audience spring                                      | ''                       | []
          not did order_paid within 7d                            | order_paid [7d]          | [order_paid]
          has tag vip by crm within 3d                            | tag_added [3d]           | [tag_added, tag_removed]
          reachable wecom                                         | ''                       | [*]
          rfm important_value                                     | order_paid [29d, 89d, 179d, 359d] | [order_paid]
          date birthday each year in 0 to 7 days                  | birthday by day          | [profile_updated]
          first order_paid within 30d                             | order_paid [30d]         | [order_paid]
          last(order_paid.channel) within 90d = "tmall"           | order_paid [90d]         | [order_paid]
          top 20% by sum(order_paid.amountFen) within 365d        | order_paid [365d]        | [order_paid]
          sequence order_paid without product_viewed within 2d within 9d | order_paid [9d] order_paid [48h] | [order_paid, product_viewed]
          in group vip                                            | ''                       | [group_joined, group_left]
          journey spring clicked                                  | ''                       | [$journeys, link_clicked]
          near 31.0, 121.0 within 500m                            | ''                       | [checked_in, location_reported, profile_updated, store_visited]
          share 0% to 10% of a                                    | ''                       | []
          in segment lapsed                                       | ''                       | []
          did order_paid within 7d and did page_viewed within 3h  | order_paid [7d] page_viewed [3h] | [order_paid, page_viewed]
          did order_paid within 7d or did page_viewed within 3d   | order_paid [7d] page_viewed [3d] | [order_paid, page_viewed]
          """)
  void aRuleTellsWhatCanChangeItsAnswer(String rule, String watches, String names) {
    Condition condition = RuleText.parse(rule);

    assertThat(
            condition.watches().stream()
                .map(
                    watch ->
                        switch (watch) {
                          case Turning.Ages(EventPattern event, var ages) ->
                              event.event() + " " + ages;
                          case Turning.Day(Condition.DateIn date) -> date.trait() + " by day";
                        })
                .collect(java.util.stream.Collectors.joining(" ")))
        .isEqualTo(watches);
    assertThat(condition.listensTo()).hasToString(names);
  }

  @Test
  void aRuleTellsTheAudiencesItIsOver() {
    assertThat(
            RuleText.parse("in audience a or not (in audience b and did order_paid)").audiences())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(RuleText.parse("has tag a").audiences()).isEmpty();
  }

  /// Between now and the flip the answer stays, at the flip it is another; where there is none, it
  /// stays for good. What live segments stand on: nobody has to be asked in between.
  @Test
  void theAnswerFlipsAtTheInstantForetoldAndNotBefore() {
    int[] flipped = new int[2];
    Dice.overSeeds(
        3_000,
        seed -> {
          var dice = new Dice(seed);
          int near = dice.roll(12);
          int far = near + dice.between(1, 25);
          Condition rule =
              RuleText.parse(
                  dice.of(
                      "did order_paid within " + near + "d",
                      "did order_paid at least 2 times within " + far + "h",
                      "did not order_paid within " + far + "d",
                      "did order_paid exactly 1 times between " + near + "d and " + far + "d ago",
                      "did order_paid between " + near + "h and " + far + "d ago",
                      "sum(order_paid.amountFen) before " + near + "d ago > 3000",
                      "average(order_paid.amountFen) within " + far + "d <= 3000",
                      "sequence page_viewed then order_paid each within 3d within " + far + "d",
                      "did order_paid from 2026-03-01 to 2026-03-09",
                      "lifecycle just_ordered or lifecycle at_risk or lifecycle lapsed",
                      "not did page_viewed within " + near + "d and did order_paid",
                      "has tag vip within " + far + "d",
                      "rfm r " + dice.between(1, 5) + " or rfm r " + dice.between(1, 5) + " f 1-3",
                      "first order_paid within " + far + "d",
                      "last order_paid between " + near + "d and " + far + "d ago",
                      "last(order_paid.amountFen) within " + far + "h > 3000",
                      "sequence order_paid without page_viewed within " + near + "d",
                      "sequence page_viewed without order_paid within " + far + "h within 9d",
                      "date expires in " + near + " to " + far + " days",
                      "date expires in -3 to " + near + " days",
                      "date birthday each year in " + near + " to " + far + " days",
                      "date birthday each year in -" + far + " to -" + near + " days"));
          // Spring forward in St John's was on 8 March 2026.
          Instant now =
              LocalDate.of(2026, 3, 4)
                  .plusDays(dice.roll(9))
                  .atStartOfDay(ZONE)
                  .toInstant()
                  .plusMillis(dice.chance(30) ? -1 : dice.roll(86_400_000));
          Someone person = Someone.random(dice, 6, now.plus(Duration.ofHours(dice.roll(40))));
          var moment = new Moment(now, ZONE);
          boolean answer = rule.test(person, moment);
          Instant flip = Turning.of(rule).flips(person, moment);
          flipped[flip == null ? 0 : 1]++;
          Instant end = flip == null ? now.plus(Duration.ofDays(900)) : flip;
          var looks = new TreeSet<Instant>();
          looks.add(end.minusMillis(1));
          for (int i = 0; i < 40; i++) {
            looks.add(
                now.plusMillis((long) (dice.fraction() * Duration.between(now, end).toMillis())));
          }
          // Answers turn at midnights, and at hours counted from events.
          for (Event event : person.timeline().events()) {
            for (int hours : List.of(0, near, far)) {
              looks.add(event.time().plus(Duration.ofHours(hours)));
              looks.add(event.time().plus(Duration.ofHours(hours)).plusMillis(1));
            }
          }
          for (int day = 0; day < 40; day++) {
            looks.add(now.atZone(ZONE).toLocalDate().plusDays(day).atStartOfDay(ZONE).toInstant());
          }
          for (Instant look : looks) {
            if (!look.isBefore(now) && look.isBefore(end)) {
              assertThat(rule.test(person, new Moment(look, ZONE)))
                  .as("%s asked at %s, looked at %s, flips %s", rule, now, look, flip)
                  .isEqualTo(answer);
            }
          }
          if (flip != null) {
            assertThat(rule.test(person, new Moment(flip, ZONE)))
                .as("%s asked at %s, flips %s", rule, now, flip)
                .isNotEqualTo(answer);
          }
        });
    assertThat(flipped[0]).as("answers that stay").isGreaterThan(200);
    assertThat(flipped[1]).as("answers that flip").isGreaterThan(1_000);
  }

  /// Whoever has more crossings ahead than are looked at is asked again before the flip.
  @Test
  void manyCrossingsThatChangeNothingAreNotLookedThroughAtOnce() {
    Instant now = Instant.parse("2026-03-05T08:00:00Z");
    var orders = new ArrayList<Event>();
    for (int i = 0; i < 200; i++) {
      orders.add(did("order_paid", now.minus(Duration.ofMinutes(i))));
    }
    Someone person = Someone.who(orders.toArray(Event[]::new));
    Condition rule = RuleText.parse("did order_paid within 5h");
    Instant again = Objects.requireNonNull(Turning.of(rule).flips(person, new Moment(now, ZONE)));

    assertThat(again).isBefore(now.plus(Duration.ofHours(5)));
    int asked = 0;
    while (rule.test(person, new Moment(again, ZONE))) {
      again = Objects.requireNonNull(Turning.of(rule).flips(person, new Moment(again, ZONE)));
      asked++;
    }
    assertThat(again).isEqualTo(now.plus(Duration.ofHours(5)).plusMillis(1));
    assertThat(asked).isEqualTo(3);
  }

  @Test
  void nothingToFoldComparesAsFalse() {
    Someone nobody = Someone.who();
    for (Operator operator : Operator.values()) {
      var average =
          new Condition.Measured(
              new Fold(Fold.Kind.AVERAGE, "amountFen"),
              EventPattern.of("order_paid"),
              Window.ever(),
              operator,
              0);
      assertThat(average.test(nobody, MOMENT)).as("%s", operator).isFalse();
    }
    assertThat(RuleText.parse("sum(order_paid.amountFen) = 0").test(nobody, MOMENT)).isTrue();
  }

  @Test
  void conditionsRefuseTheIllegal() {
    assertThatThrownBy(() -> new Times(Times.Bound.AT_MOST, 0))
        .hasMessageContaining("always true or never");
    assertThatThrownBy(() -> new Times(Times.Bound.EXACTLY, -1))
        .hasMessageContaining("always true or never");
    assertThatThrownBy(
            () ->
                new Condition.Measured(
                    new Fold(Fold.Kind.FIRST, "a"),
                    EventPattern.of("order_paid"),
                    Window.ever(),
                    Operator.EQUAL,
                    0))
        .hasMessage("first is not a number to compare");
    assertThatThrownBy(() -> new Segment("Vip", RuleText.parse("did order_paid")))
        .hasMessageContaining("'Vip' is no segment name");
    assertThat(Arrays.stream(Lifecycle.values()).map(Lifecycle::wire))
        .allMatch(wire -> Lifecycle.ofWire(wire) != null);
  }

  @Test
  void anAudienceStaysWhatItWasFrozenAs() {
    var members = RoaringBitmap.bitmapOf(1, 2, 3);
    var audience = new Audience("spring", "buyers", 1, "did order_paid", NOW, "admin", members);
    members.add(4);

    assertThat(audience.size()).isEqualTo(3);
    assertThat(audience.contains(4)).isFalse();
    assertThat(audience.view().contains(3)).isTrue();
  }
}
