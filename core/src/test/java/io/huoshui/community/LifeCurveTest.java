package io.huoshui.community;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.profile.EventList;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LifeCurveTest {
  private static final LifeCurve.Rule RULE = LifeCurve.Rule.DEFAULT;

  private static List<Point> curve(int... active) {
    var points = new ArrayList<Point>();
    for (int i = 0; i < active.length; i++) {
      points.add(new Point(i, 200, 0, 0, 0, 0, 0, 0, 0, active[i], active[i]));
    }
    return points;
  }

  private static String letters(List<Point> points) {
    var out = new StringBuilder();
    LifeCurve.over(points, RULE).forEach(each -> out.append(each.stage().name().charAt(0)));
    return out.toString();
  }

  @Test
  void theStageFollowsTheRule() {
    int[] life = new int[47];
    for (int i = 0; i < life.length; i++) {
      life[i] =
          i < 14 ? i * 10 : i < 21 ? 140 : i < 28 ? 80 : i < 35 ? 10 : i < 38 ? 0 : (i - 37) * 9;
    }
    // a week new, a week up, two days more until it is no longer seen to rise, the top, 57 %, 7 %,
    // nothing, chance around the line of silence, and from 45 on a second life
    assertThat(letters(curve(life)))
        .isEqualTo("BBBBBBB" + "GGGGGGG" + "GGPPPPP" + "DDDDDDD" + "SSSSSSS" + "SSS" + "SSDDGGGGG");
  }

  @Test
  void chanceAroundTheLineOfSilenceIsNoRevival() {
    int[] life = new int[30];
    for (int i = 0; i < life.length; i++) {
      life[i] = i < 10 ? 100 : i % 2 == 0 ? 14 : 16;
    }
    assertThat(letters(curve(life))).isEqualTo("BBBBBBBPPP" + "SD".repeat(10));
  }

  @Test
  void theReasonNamesItsNumbers() {
    int[] life = new int[40];
    java.util.Arrays.fill(life, 72);
    life[9] = 180;
    LifeCurve.Reading last = LifeCurve.over(curve(life), RULE).getLast();
    assertThat(last.stage()).isEqualTo(Stage.DECLINE);
    assertThat(last.reason(false))
        .isEqualTo("7-day active 72 of 200, 72 of them spoke; 40 % of the 180 of 30 days ago");
    assertThat(last.reason(true)).contains("7 天活跃 72 人", "30 天前高点 180 人的 40%");
    assertThat(LifeCurve.over(curve(0, 0, 0, 0, 0, 0, 0, 0), RULE).getLast().reason(false))
        .contains("nobody ever was active");
    assertThat(LifeCurve.over(curve(0), RULE).getLast().ofPeak()).isNull();
  }

  @Test
  void moreActivityTodayNeverPutsAGroupLower() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          int[] active = IntStream.range(0, dice.between(1, 50)).map(_ -> dice.roll(80)).toArray();
          int last = active.length - 1;
          Stage before = Stage.SILENCE;
          for (int more = 0; more < 120; more += 3) {
            active[last] = more;
            Stage stage = LifeCurve.over(curve(active), RULE).getLast().stage();
            assertThat(stage).as("%d active", more).isGreaterThanOrEqualTo(before);
            before = stage;
          }
        });
  }

  @Test
  void aHigherPeakInThePastNeverPutsAGroupHigher() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          int[] active =
              IntStream.range(0, dice.between(20, 50)).map(_ -> dice.between(30, 80)).toArray();
          Stage before = Stage.BIRTH;
          // So high that it would be silent after it, and begin another life, is another case.
          for (int peak = 80; peak < 200; peak += 10) {
            active[8] = peak;
            Stage stage = LifeCurve.over(curve(active), RULE).getLast().stage();
            assertThat(stage).isLessThanOrEqualTo(before);
            before = stage;
          }
        });
  }

  @Test
  void theStageOfADayDoesNotChangeAfterwards() {
    Dice.overSeeds(
        50,
        seed -> {
          var dice = new Dice(seed);
          int[] active = IntStream.range(0, 60).map(_ -> dice.roll(60)).toArray();
          String whole = letters(curve(active));
          for (int days = 1; days < 60; days++) {
            assertThat(letters(curve(java.util.Arrays.copyOf(active, days))))
                .isEqualTo(whole.substring(0, days));
          }
        });
  }

  /// A life with a known truth: the people active on a day are drawn around a curve that rises to a
  /// plateau and dies away.
  private record Life(List<Point> points, List<Stage> truth) {
    static Life drawn(Dice dice) {
      int rise = dice.between(10, 20);
      int top = rise + dice.between(10, 25);
      int half = dice.between(8, 16);
      int most = dice.between(60, 250);
      var points = new ArrayList<Point>();
      var truth = new ArrayList<Stage>();
      for (int day = 0; day < top + half * 4; day++) {
        double share =
            day < rise
                ? (day + 1.0) / (rise + 1)
                : day < top ? 1 : Math.pow(0.5, (double) (day - top) / half);
        truth.add(
            day < RULE.birthDays()
                ? Stage.BIRTH
                : day < rise
                    ? Stage.GROWTH
                    : share > 0.8
                        ? Stage.PEAK
                        : share > RULE.silentShare() ? Stage.DECLINE : Stage.SILENCE);
        double expected = share * most;
        // The sum of twelve uniform draws is near a bell of deviation 1.
        double bell = -6;
        for (int i = 0; i < 12; i++) {
          bell += dice.fraction();
        }
        int active = (int) Math.max(0, Math.round(expected + bell * Math.sqrt(expected)));
        points.add(new Point(day, most * 2, 0, 0, 0, 0, 0, 0, 0, active, active));
      }
      return new Life(points, truth);
    }
  }

  @Test
  void onLivesWithAKnownTruthTheRuleIsRightOnAboutNineDaysInTenAndSoIsASmoothedFit() {
    var right = new TreeMap<String, Integer>();
    int days = 0;
    int far = 0;
    for (int seed = 1; seed <= 400; seed++) {
      Life life = Life.drawn(new Dice(seed));
      List<LifeCurve.Reading> online = LifeCurve.over(life.points(), RULE);
      List<Stage> after = LifeCurve.inHindsight(life.points(), RULE, 5);
      for (int i = 0; i < life.truth().size(); i++) {
        days++;
        Stage truth = life.truth().get(i);
        right.merge("rule", online.get(i).stage() == truth ? 1 : 0, Integer::sum);
        right.merge("fit", after.get(i) == truth ? 1 : 0, Integer::sum);
        far += Math.abs(online.get(i).stage().ordinal() - truth.ordinal()) > 1 ? 1 : 0;
      }
    }
    double rule = (double) right.getOrDefault("rule", 0) / days;
    double fit = (double) right.getOrDefault("fit", 0) / days;
    assertThat(rule).isGreaterThan(0.88);
    assertThat(fit).isGreaterThan(0.88);
    assertThat((double) far / days).as("two stages off").isLessThan(0.005);
  }

  // Counting.

  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");

  private static Event did(int id, String name, String time, Object... properties) {
    return new Event(
        "e" + id,
        name,
        Instant.parse(time),
        "wecom",
        List.of(Identifier.of(IdentifierKind.EXTERNAL_USERID, "corp", "wm" + id)),
        Properties.of(properties));
  }

  @Test
  void aDayIsOneOfTheBrandAndOrdersCountWhileTheirBuyerIsIn() {
    var tally = new Tally(ZONE, Instant.parse("2026-03-05T00:00:00Z"), 7);
    tally.add(
        1,
        EventList.of(
            did(0, "order_paid", "2026-03-01T10:00:00Z", "amountFen", 999L, "orderId", "a"),
            // 00:15 of the 3rd in Kathmandu
            did(1, "group_joined", "2026-03-02T18:30:00Z", "group", "g"),
            did(2, "message_in_group", "2026-03-03T01:00:00Z", "group", "g"),
            did(3, "message_in_group", "2026-03-03T02:00:00Z", "group", "g"),
            did(4, "order_paid", "2026-03-03T10:00:00Z", "amountFen", 500L, "orderId", "b"),
            did(5, "group_left", "2026-03-04T05:00:00Z", "group", "g"),
            did(6, "order_paid", "2026-03-04T10:00:00Z", "amountFen", 700L, "orderId", "c")));
    tally.add(2, EventList.of(did(7, "group_joined", "2026-03-04T05:00:00Z", "group", "g")));
    Ledger ledger = Objects.requireNonNull(tally.ledgers().get("g"));
    assertThat(
            ledger.days().stream()
                .map(
                    point ->
                        LocalDate.ofEpochDay(point.day())
                            + " "
                            + List.of(
                                point.members(),
                                point.joined(),
                                point.left(),
                                point.speakers(),
                                point.messages(),
                                point.buyers(),
                                point.revenueFen(),
                                point.active(),
                                point.speaking())))
        .containsExactly(
            "2026-03-03 [1, 1, 0, 1, 2, 1, 500, 1, 1]",
            "2026-03-04 [1, 1, 1, 0, 0, 0, 0, 1, 1]",
            "2026-03-05 [1, 0, 0, 0, 0, 0, 0, 1, 1]");
    assertThat(ledger.in(Instant.parse("2026-03-04T06:00:00Z"))).isEqualTo(1);
    assertThat(ledger.members().getFirst().firstOrder())
        .isEqualTo(Instant.parse("2026-03-03T10:00:00Z"));
  }

  private static Map<Integer, List<Event>> people(Dice dice) {
    var people = new TreeMap<Integer, List<Event>>();
    for (int person = 0; person < 12; person++) {
      var events = new ArrayList<Event>();
      for (int i = dice.between(1, 10); i > 0; i--) {
        events.add(
            did(
                person,
                dice.of(
                    "group_joined", "group_joined", "group_left", "message_in_group", "order_paid"),
                Instant.parse("2026-03-01T00:00:00Z")
                    .plusSeconds(dice.roll(40) * 43_200L)
                    .toString(),
                "group",
                dice.of("g", "h"),
                "amountFen",
                100L));
      }
      people.put(person, events);
    }
    return people;
  }

  @Test
  void countingDoesNotDependOnTheOrderOfPeopleOrEventsAndMembersAreJoinsLessLeaves() {
    Dice.overSeeds(
        150,
        seed -> {
          var dice = new Dice(seed);
          Map<Integer, List<Event>> people = people(dice);
          var now = Instant.parse("2026-03-18T00:00:00Z");
          var one = new Tally(ZONE, now, 7);
          people.forEach((person, events) -> one.add(person, new EventList(events)));
          var other = new Tally(ZONE, now, 7);
          for (int person : dice.shuffled(List.copyOf(people.keySet()))) {
            other.add(person, new EventList(dice.shuffled(people.getOrDefault(person, List.of()))));
          }
          assertThat(other.ledgers()).isEqualTo(one.ledgers());
          one.ledgers()
              .values()
              .forEach(
                  ledger -> {
                    int in = 0;
                    for (Point point : ledger.days()) {
                      in += point.joined() - point.left();
                      assertThat(point.members()).isEqualTo(in).isNotNegative();
                      assertThat(point.active()).isGreaterThanOrEqualTo(point.speaking());
                      assertThat(point.active())
                          .isGreaterThanOrEqualTo(Math.max(point.speakers(), point.buyers()));
                    }
                    assertThat(ledger.in(now)).isEqualTo(in);
                    assertThat(LifeCurve.over(ledger.days(), RULE)).hasSameSizeAs(ledger.days());
                  });
        });
  }

  @Test
  void wavesAreThoseWhoCameTogetherAndADayThatIsNotOverIsNoBase() {
    var tally = new Tally(ZONE, Instant.parse("2026-03-20T00:00:00Z"), 7);
    tally.add(1, EventList.of(did(1, "group_joined", "2026-03-01T06:00:00Z", "group", "g")));
    tally.add(
        2,
        EventList.of(
            did(2, "group_joined", "2026-03-02T06:00:00Z", "group", "g"),
            did(3, "group_left", "2026-03-04T06:00:00Z", "group", "g")));
    tally.add(3, EventList.of(did(4, "group_joined", "2026-03-18T06:00:00Z", "group", "g")));
    Ledger ledger = Objects.requireNonNull(tally.ledgers().get("g"));
    List<Waves.Wave> waves =
        Waves.of(ledger, 3, List.of(1, 7, 30), ZONE, Instant.parse("2026-03-20T00:00:00Z"));
    assertThat(waves).extracting(Waves.Wave::people).containsExactly(List.of(1, 2), List.of(3));
    Waves.Wave first = waves.getFirst();
    assertThat(first.from()).isEqualTo(LocalDate.parse("2026-03-01"));
    assertThat(first.to()).isEqualTo(LocalDate.parse("2026-03-02"));
    assertThat(first.kept().get(0).share()).isEqualTo(1.0);
    assertThat(first.kept().get(1).share()).isEqualTo(0.5);
    assertThat(first.kept().get(2).share()).as("30 days are not over").isNull();
    assertThat(waves.getLast().kept().get(0).share()).isEqualTo(1.0);
    assertThat(waves.getLast().kept().get(1).share()).isNull();
  }
}
