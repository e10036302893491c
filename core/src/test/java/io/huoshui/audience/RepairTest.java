package io.huoshui.audience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepairTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          did order_payd | rule | order_payd | order_paid | did order_paid
          did order_payd and did order_payd within 3d | rule.all[1] | order_payd | order_paid | did order_payd and did order_paid within 3d
          not (has tag vip or did ordr where [ordr = ordr]) | rule.not.any[1] | ordr | cart_added | not (has tag vip or did cart_added where [cart_added = ordr])
          sequence a_ then b_ each within 3d | rule | b_ | cart_added | sequence a_ then cart_added each within 3d
          in segment vipp or in audience vipp | rule.any[0] | vipp | vip | in segment vip or in audience vipp
          journey back sent | rule | back | black | journey black sent
          top 20% by sum(order_paid.amount) | rule | amount | amountFen | top 20% by sum(order_paid.amountFen)
          """)
  void aNameIsChangedWhereThePartHasIt(
      String rule, String path, String wrong, String right, String then) {
    assertThat(RuleText.write(Repair.renamed(RuleText.parse(rule), path, wrong, right)))
        .isEqualTo(RuleText.write(RuleText.parse(then)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          did a_ and did b_ and did c_ | rule.all[1] | did a_ and did c_
          did a_ and did b_ | rule.all[0] | did b_
          did a_ or not (did b_ and did c_) | rule.any[1].not.all[1] | did a_ or not did b_
          did a_ or not did b_ | rule.any[1].not | did a_
          """)
  void aPartIsLeftOut(String rule, String path, String then) {
    assertThat(RuleText.write(Repair.without(RuleText.parse(rule), path))).isEqualTo(then);
  }

  @Test
  void somethingHasToBeLeft() {
    assertThatThrownBy(() -> Repair.without(RuleText.parse("did a_"), "rule"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRuleWithoutTheNameStaysAsItIs() {
    for (int seed = 0; seed < 500; seed++) {
      Condition rule = RandomRules.rule(new Dice(seed), 3);
      assertThat(Repair.renamed(rule, "rule", "nobody_has_this", "x"))
          .as("seed %d", seed)
          .isEqualTo(rule);
    }
  }
}
