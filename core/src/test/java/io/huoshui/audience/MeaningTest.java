package io.huoshui.audience;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.profile.EventList;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each condition says of one person.
class MeaningTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final Moment MOMENT = new Moment(Instant.parse("2026-03-10T04:00:00Z"), ZONE);

  private static Event from(String source, String name, String time, Object... properties) {
    return new Event(
        name + time,
        name,
        Instant.parse(time),
        source,
        List.of(Identifier.of(IdentifierKind.MEMBER_NUMBER, "m")),
        Properties.of(properties));
  }

  private static final Someone LI =
      new Someone(
          12,
          EventList.of(
              from("crm", "tag_added", "2026-01-05T02:00:00Z", "tag", "vip"),
              from("wecom", "tag_added", "2026-03-01T02:00:00Z", "tag", "picky"),
              from("wecom", "tag_added", "2026-03-02T02:00:00Z", "tag", "gone"),
              from("wecom", "tag_removed", "2026-03-03T02:00:00Z", "tag", "gone"),
              from(
                  "crm",
                  "profile_updated",
                  "2026-01-01T02:00:00Z",
                  "birthday",
                  "1988-03-15",
                  "expires",
                  "2026-03-08",
                  "leap",
                  "2000-02-29",
                  "name",
                  "李"),
              from("pos", "order_paid", "2025-06-01T02:00:00Z", "amountFen", 8_000, "store", "s1"),
              from("tmall", "order_paid", "2026-02-20T02:00:00Z", "amountFen", 45_000),
              from("mini", "link_clicked", "2026-02-20T05:00:00Z", "link", "a"),
              from("pos", "order_paid", "2026-03-05T02:00:00Z", "amountFen", 2_000, "store", "s2"),
              from("wecom", "group_joined", "2026-02-01T02:00:00Z", "group", "a"),
              from("wecom", "group_joined", "2026-02-02T02:00:00Z", "group", "b"),
              from("wecom", "group_left", "2026-02-03T02:00:00Z", "group", "a"),
              from("web", "consent_given", "2026-02-03T02:00:00Z", "channel", "sms"),
              from("web", "consent_withdrawn", "2026-02-04T02:00:00Z", "channel", "wecom"),
              from("pos", "store_visited", "2026-02-05T02:00:00Z", "lat", 39.9042, "lon", 116.4074),
              from("mini", "checked_in", "2026-02-09T02:00:00Z", "lat", 31.2304, "lon", 121.4737),
              from("mini", "checked_in", "2026-02-10T02:00:00Z", "lat", 131.2, "lon", 121.4)),
          Set.of(IdentifierKind.PHONE),
          Set.of("spring"),
          Set.of(Person.Standing.ENTERED, Person.Standing.DELIVERED));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          has tag vip                                             | true
          has tag vip by crm                                      | true
          has tag vip by wecom                                    | false
          has tag vip within 30d                                  | false
          has tag vip before 30d ago                              | true
          has tag picky by wecom within 9d                        | true
          has tag picky within 8d                                 | false
          has tag gone within 30d                                 | false
          has consent sms                                         | true
          has withdrawn sms                                       | false
          has withdrawn wecom                                     | true
          has unasked call                                        | true
          reachable sms                                           | true
          reachable wecom                                         | false
          rfm r 5                                                 | true
          rfm f 3 m 4                                             | true
          rfm important_value                                     | false
          rfm important_develop                                   | true
          date birthday each year in 5 days                       | true
          date birthday each year in 0 to 4 days                  | false
          date birthday each year in -360 days                    | true
          date birthday in 0 to 30 days                           | false
          date birthday in -36500 to 0 days                       | true
          date expires in -2 days                                 | true
          date expires in -1 to 5 days                            | false
          date name in -36500 to 36500 days                       | false
          date nothing in -36500 to 36500 days                    | false
          date leap each year in -9 days                          | true
          date leap each year in -10 days                         | false
          first order_paid within 365d                            | true
          first order_paid within 200d                            | false
          first order_paid where [$source = tmall] within 30d     | true
          last order_paid within 5d                               | true
          last order_paid before 6d ago                           | false
          last order_paid where [store = "s1"] before 30d ago     | true
          first cart_added                                        | false
          first(order_paid.store) = "s1"                          | true
          first(order_paid.store) within 90d = "s2"               | true
          last(order_paid.amountFen) < 2001                       | true
          last(order_paid.nothing) != "x"                         | false
          last(order_paid.store) in ("s2", "s3")                  | true
          did order_paid where [$source = "pos"] exactly 2 times  | wrong
          did order_paid exactly 2 times where [$source = "pos"]  | true
          sequence order_paid without link_clicked within 3h      | true
          sequence order_paid where [$source = "tmall"] without link_clicked within 3h | false
          sequence order_paid where [$source = "tmall"] without link_clicked within 2h | true
          sequence order_paid where [store = "s2"] without link_clicked within 5d | true
          sequence order_paid where [store = "s2"] without link_clicked within 6d | false
          sequence order_paid without link_clicked within 1d within 3d | false
          in group a                                              | false
          in group b                                              | true
          in any group                                            | true
          journey july entered                                    | true
          journey july clicked                                    | false
          journey july delivered and not journey july clicked     | true
          journey other entered                                   | false
          near 31.2304, 121.4737 within 1m                        | true
          near 31.2397, 121.4998 within 2km                       | false
          near 31.2397, 121.4998 within 3km                       | true
          near 39.9042, 116.4074 within 500km                     | false
          in segment all_of_them                                  | true
          in segment lapsed                                       | false
          share 0% to 100% of x                                   | true
          """)
  void aRuleSaysOfLi(String rule, String says) {
    if (says.equals("wrong")) {
      assertThatThrownBy(() -> RuleText.parse(rule)).isInstanceOf(RuleException.class);
    } else {
      assertThat(RuleText.parse(rule).test(LI, MOMENT)).isEqualTo(Boolean.valueOf(says));
    }
  }

  /// Beijing to Shanghai, and a quarter of the way around.
  @Test
  void distancesAreThoseOfTheGlobe() {
    assertThat(Meaning.metres(39.9042, 116.4074, 31.2304, 121.4737))
        .isCloseTo(1_067_300, within(500.0));
    assertThat(Meaning.metres(0, 0, 90, 0)).isCloseTo(Math.PI / 2 * 6_371_008.8, within(1e-3));
    assertThat(Meaning.metres(0, 179.5, 0, -179.5))
        .isCloseTo(Math.PI / 180 * 6_371_008.8, within(1e-3));
    assertThat(Meaning.metres(31, 121, 31, 121)).isZero();
  }

  @Test
  void sharesOfOneSaltPartEverybody() {
    int[] each = new int[4];
    for (int profile = 0; profile < 20_000; profile++) {
      var person = new Someone(profile, EventList.of(), Set.of(), Set.of(), Set.of());
      int in = 0;
      int[] edges = {0, 1_000, 2_500, 7_500, 10_000};
      for (int i = 0; i < 4; i++) {
        if (new Condition.Share("s", edges[i], edges[i + 1]).test(person, MOMENT)) {
          in++;
          each[i]++;
        }
      }
      assertThat(in).isEqualTo(1);
    }
    assertThat(each[0]).isBetween(1_800, 2_200);
    assertThat(each[2]).isBetween(9_600, 10_400);
  }

  @Test
  void unfollowedIsWhatTryingEveryEventSays() {
    int[] said = new int[2];
    Dice.overSeeds(
        4_000,
        seed -> {
          var dice = new Dice(seed);
          Instant now = MOMENT.now();
          var events = new ArrayList<Event>();
          for (int i = dice.roll(9); i > 0; i--) {
            events.add(
                did(
                    dice.of("order_paid", "page_viewed", "link_clicked"),
                    now.minus(Duration.ofHours(dice.roll(60) - 3))));
          }
          var person = new Someone(1, new EventList(events), Set.of(), Set.of(), Set.of());
          int hours = dice.roll(30);
          int window = dice.roll(60);
          String next = dice.of("page_viewed", "order_paid");
          boolean expected = false;
          Timeline timeline = person.timeline();
          for (int i = 0; i < timeline.size(); i++) {
            long at = timeline.timeMs(i);
            long age = now.toEpochMilli() - at;
            if (timeline.name(i).equals("order_paid")
                && age <= window * 3_600_000L
                && age > hours * 3_600_000L) {
              boolean followed = false;
              for (int j = i + 1; j < timeline.size(); j++) {
                followed |=
                    timeline.name(j).equals(next) && timeline.timeMs(j) - at <= hours * 3_600_000L;
              }
              expected |= !followed;
            }
          }
          assertThat(
                  RuleText.parse(
                          "sequence order_paid without "
                              + next
                              + " within "
                              + hours
                              + "h within "
                              + window
                              + "h")
                      .test(person, MOMENT))
              .isEqualTo(expected);
          said[expected ? 1 : 0]++;
        });
    assertThat(said[0]).isGreaterThan(500);
    assertThat(said[1]).isGreaterThan(500);
  }

  @Test
  void aRuleIsMadeWholeWithWhatSurroundsIt() {
    Condition rule =
        RuleText.parse("in segment a and not (top 20% by sum(order_paid.amountFen) within 9d)");
    assertThat(rule.standsAlone()).isFalse();
    assertThat(rule.segments()).containsExactly("a");
    assertThatThrownBy(() -> rule.parts().get(1).test(LI, MOMENT))
        .isInstanceOf(IllegalStateException.class);

    Condition whole =
        rule.with(
            new Condition.Surroundings() {
              @Override
              public Condition segment(String name) {
                return RuleText.parse("has tag vip");
              }

              @Override
              public OptionalDouble cut(Condition.Top top) {
                return OptionalDouble.of(2_000);
              }
            });

    assertThat(RuleText.write(whole))
        .isEqualTo(
            "has tag \"vip\" and not (did order_paid within 9d and sum(order_paid.amountFen)"
                + " within 9d >= 2000)");
    assertThat(whole.standsAlone()).isTrue();
    assertThat(whole.test(LI, MOMENT)).isFalse();
  }

  /// At least the share said, and nobody out who has as much as somebody in.
  @ParameterizedTest
  @CsvSource({
    "top 20%, 8",
    "top 25%, 8",
    "top 26%, 5",
    "top 50%, 5",
    "top 75%, 5",
    "top 76%, 1",
    "top 100%, 1",
    "top 0.1%, 8",
    "bottom 25%, 1",
    "bottom 26%, 5",
    "bottom 100%, 8"
  })
  void theLastOneInHasTheNumberThatCuts(String share, double cut) {
    var top = (Condition.Top) RuleText.parse(share + " by count(order_paid)");
    assertThat(top.cut(new double[] {5, 8, 1, 5})).hasValue(cut);
  }

  @Test
  void nobodyIsAmongTheTopOfNobody() {
    var none = (Condition.Top) RuleText.parse("top 20% by sum(order_paid.amountFen)");
    assertThat(none.cut(new double[0])).isEmpty();
    var top = (Condition.Top) RuleText.parse("top 20% by sum(order_paid.amountFen)");
    assertThat(top.above(OptionalDouble.empty()).test(LI, MOMENT)).isFalse();
    assertThat(top.above(OptionalDouble.empty()).test(Someone.who(), MOMENT)).isFalse();
  }

  @Test
  void aBirthdayOfTheTwentyNinthIsTheFirstOfMarchInOtherYears() {
    LocalDate leap = LocalDate.of(2000, 2, 29);
    assertThat(Meaning.inYear(leap, 2024)).isEqualTo("2024-02-29");
    assertThat(Meaning.inYear(leap, 2026)).isEqualTo("2026-03-01");
  }
}
