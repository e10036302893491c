package io.huoshui.engine.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.engine.Dice;
import io.huoshui.event.Value;
import io.huoshui.profile.Operator;
import org.junit.jupiter.api.Test;

/// Slices say what core says of a trait.
class SlicesTest {
  @Test
  void aComparisonHoldsForWhomItHolds() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed * 31);
          Crowd crowd = Crowd.any(seed + 500);
          Block block = crowd.block();
          var moment = new Moment(crowd.now, crowd.zone);
          var out = new long[Block.MOST_LOCALS / 64];
          for (String trait : new String[] {"city", "age", "name", "member", "sku", "unknown"}) {
            Slices slices = Slices.of(block, trait);
            for (int i = 0; i < 6; i++) {
              Operator operator = dice.of(Operator.values());
              Value value = crowd.value(2);
              var leaf = new Condition.HasTrait(trait, operator, value);
              slices.test(operator, value, out);
              for (int local = 0; local < block.span(); local++) {
                assertThat(Bits.get(out, local))
                    .as("%s of %s", leaf, crowd.events.get(local))
                    .isEqualTo(leaf.test(crowd.person(local), moment));
              }
            }
          }
        });
  }

  /// Many different numbers in one block, and every edge between them.
  @Test
  void everyEdgeOfManyNumbers() {
    var dice = new Dice(3);
    Crowd crowd = Crowd.any(77, 900, 6);
    Block block = crowd.block();
    var moment = new Moment(crowd.now, crowd.zone);
    Slices slices = Slices.of(block, "age");
    var out = new long[Block.MOST_LOCALS / 64];
    for (int i = 0; i < 400; i++) {
      Value value =
          dice.chance(50) ? Value.of((long) dice.roll(90)) : Value.of(dice.roll(900) / 10.0);
      Operator operator = dice.of(Operator.values());
      slices.test(operator, value, out);
      var leaf = new Condition.HasTrait("age", operator, value);
      for (int local = 0; local < block.span(); local++) {
        assertThat(Bits.get(out, local)).isEqualTo(leaf.test(crowd.person(local), moment));
      }
    }
  }
}
