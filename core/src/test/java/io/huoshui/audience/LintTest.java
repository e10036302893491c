package io.huoshui.audience;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.Someone;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LintTest {
  private static final ZoneId ZONE = ZoneId.of("America/St_Johns");

  /// Everything but what begins with "un".
  private static final Lint.Collected COLLECTED =
      new Lint.Collected() {
        @Override
        public boolean event(String name) {
          return !name.startsWith("un");
        }

        @Override
        public boolean property(String event, String property) {
          return !property.startsWith("un");
        }

        @Override
        public boolean trait(String trait) {
          return !trait.startsWith("un");
        }

        @Override
        public boolean tag(String tag) {
          return !tag.startsWith("un");
        }

        @Override
        public List<String> near(String what, String name) {
          return List.of(what);
        }
      };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          did order_paid                                            | []
          did order_paid and did not order_paid                     | [always_empty rule.all[1]]
          did order_paid within 30d and did not order_paid within 60d | [always_empty rule.all[1]]
          did order_paid within 60d and did not order_paid within 30d | []
          did order_paid at least 3 times and did order_paid at most 2 times | [always_empty rule.all[1]]
          did order_paid at least 3 times and did order_paid at most 3 times | []
          did order_paid within 7d and did order_paid within 30d    | [subsumed rule.all[1]]
          did order_paid within 30d and did order_paid within 7d    | [subsumed rule.all[0]]
          did order_paid within 7d or did order_paid within 30d     | [subsumed rule.any[0]]
          did order_paid within 20h and did order_paid within 1d    | [subsumed rule.all[1]]
          did order_paid within 1d and did order_paid within 40h    | []
          did order_paid within 1d and did order_paid within 50h    | [subsumed rule.all[1]]
          did order_paid or did not order_paid                      | [everybody rule.any[1]]
          did order_paid where [store = a] and did order_paid       | [subsumed rule.all[1]]
          sum(order_paid.amountFen) > 5 and sum(order_paid.amountFen) < 3 | [always_empty rule.all[1]]
          sum(order_paid.amountFen) > 5 and sum(order_paid.amountFen) > 3 | [subsumed rule.all[1]]
          sum(order_paid.amountFen) > 10 and sum(order_paid.amountFen) > 9 | []
          has age > 5 and has age > 3                               | [subsumed rule.all[1]]
          has city = a and has city = b                             | []
          lifecycle lapsed and lifecycle silent                     | [always_empty rule.all[1]]
          has consent sms and has withdrawn sms                     | [always_empty rule.all[1]]
          reachable sms and has consent sms                         | [subsumed rule.all[1]]
          reachable sms and has withdrawn sms                       | [always_empty rule.all[1]]
          reachable wecom and has identifier externalUserid         | [subsumed rule.all[1]]
          share 0% to 10% of a and share 10% to 20% of a            | [always_empty rule.all[1]]
          share 0% to 10% of a and share 10% to 20% of b            | []
          rfm r 5 and rfm r 1-3                                     | [always_empty rule.all[1]]
          rfm r 5 and did order_paid                                | [subsumed rule.all[1]]
          rfm r 5 and did not order_paid                            | [always_empty rule.all[1]]
          has tag vip by crm and has tag vip                        | [subsumed rule.all[1]]
          journey a sent and journey a entered                      | [subsumed rule.all[1]]
          in group a or in any group                                | [subsumed rule.any[0]]
          top 10% by count(order_paid) and top 20% by count(order_paid) | [subsumed rule.all[1]]
          not (did order_paid and did not order_paid)               | [always_empty rule.not.all[1]]
          did undone                                                | [no_data rule undone event]
          did order_paid where [unsaid = 1]                         | [no_data rule order_paid.unsaid property]
          did order_paid where [$source = untrue]                   | []
          sum(order_paid.unpaid) > 3                                | [no_data rule order_paid.unpaid property]
          has unknown = 1 or has tag unheard                        | [no_data rule.any[0] unknown trait, no_data rule.any[1] unheard tag]
          """)
  void whatIsOddIsSaid(String rule, String findings) {
    assertThat(
            Lint.of(RuleText.parse(rule), COLLECTED).stream()
                .map(
                    finding ->
                        finding.kind().wire()
                            + " "
                            + finding.path()
                            + (finding.kind() == Lint.Kind.NO_DATA
                                ? " " + finding.other() + " " + finding.near().getFirst()
                                : ""))
                .toList())
        .hasToString(findings);
  }

  @Test
  void aFindingIsSaidInBothLanguages() {
    Lint.Finding finding =
        Lint.of(RuleText.parse("did order_paid and did not order_paid"), COLLECTED).getFirst();
    assertThat(finding.en())
        .isEqualTo("“did not order_paid” contradicts “did order_paid”: nobody is picked.");
    assertThat(finding.zh()).isEqualTo("“did not order_paid” 与 “did order_paid” 互相矛盾,不会圈到任何人。");
  }

  private static String window(Dice dice) {
    return switch (dice.roll(5)) {
      case 0 -> "";
      case 1 -> " within " + dice.roll(4) + dice.of("d", "d", "h");
      case 2 -> " before " + dice.roll(4) + "d ago";
      case 3 -> " between " + dice.roll(3) + "d and " + dice.between(3, 6) + "d ago";
      default -> " within " + dice.between(20, 80) + "h";
    };
  }

  private static String atom(Dice dice) {
    return switch (dice.roll(15)) {
      case 0, 1 -> "did order_paid" + window(dice);
      case 2 -> "did not order_paid" + window(dice);
      case 3 ->
          "did order_paid "
              + dice.of("at least ", "at most ", "exactly ")
              + dice.between(1, 3)
              + " times"
              + dice.of("", " where [amountFen > 5000]")
              + window(dice);
      case 4 ->
          "sum(order_paid.amountFen) " + dice.of("<", "<=", ">", ">=", "=") + dice.roll(3) * 3_000;
      case 5 ->
          "has city " + dice.of("=", "in", "=").replace("in", "=") + " " + dice.of("上海", "杭州");
      case 6 -> "has tag vip" + dice.of("", " by pos", window(dice));
      case 7 ->
          "rfm r " + dice.between(1, 3) + "-" + dice.between(3, 5) + " f 1-" + dice.between(1, 5);
      case 8 -> "lifecycle " + dice.of("registered", "existing", "just_ordered");
      case 9 -> dice.of("first", "last") + " order_paid" + window(dice);
      case 10 -> "date expires in " + -dice.roll(20) + " to " + dice.roll(20) + " days";
      case 11 -> "share " + dice.roll(5) * 10 + "% to " + dice.between(5, 10) * 10 + "% of a";
      case 12 -> dice.of("in any group", "in group a", "in group b");
      case 13 -> "sequence order_paid without page_viewed within 1d" + window(dice);
      default -> "near 31.05, 121.05 within " + dice.between(1, 9) + "km";
    };
  }

  private static Condition rule(Dice dice, int depth) {
    return depth == 0 || dice.chance(50)
        ? RuleText.parse(atom(dice))
        : switch (dice.roll(3)) {
          case 0 -> new Condition.Not(rule(dice, depth - 1));
          case 1 -> new Condition.All(dice.list(1, 3, () -> rule(dice, depth - 1)));
          default -> new Condition.Any(dice.list(1, 3, () -> rule(dice, depth - 1)));
        };
  }

  /// Where one is said to follow from another, nobody satisfies the one and not the other.
  @Test
  void whatIsSaidToFollowFollowsForEverybody() {
    int[] said = new int[1];
    Dice.overSeeds(
        60_000,
        seed -> {
          var dice = new Dice(seed);
          Condition a = rule(dice, 2);
          Condition b = rule(dice, 1);
          if (!Implication.holds(a, b)) {
            return;
          }
          said[0]++;
          for (int i = 0; i < 40; i++) {
            Instant now =
                Instant.parse("2026-03-07T02:00:00Z").plus(Duration.ofMinutes(dice.roll(4_000)));
            Someone person = Someone.random(dice, dice.roll(100), now);
            var moment = new Moment(now, ZONE);
            assertThat(!a.test(person, moment) || b.test(person, moment))
                .as("%s => %s of %s", RuleText.write(a), RuleText.write(b), person.timeline())
                .isTrue();
          }
        });
    assertThat(said[0]).isGreaterThan(500);
  }
}
