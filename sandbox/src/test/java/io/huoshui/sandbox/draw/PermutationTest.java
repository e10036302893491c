package io.huoshui.sandbox.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 10, 97, 1000, 4096, 10_007})
  void everyNumberIsHitOnceAndLeadsBack(long size) {
    for (long key = 0; key < 3; key++) {
      var permutation = new Permutation(key, size);
      var hit = new HashSet<Long>();
      for (long number = 0; number < size; number++) {
        long image = permutation.apply(number);
        assertThat(image).isBetween(0L, size - 1);
        assertThat(hit.add(image)).isTrue();
        assertThat(permutation.invert(image)).isEqualTo(number);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3_900_000_000L, 10_000_000_000L, 1L << 50, 1L << 62})
  void largeOnesLeadBack(long size) {
    var permutation = new Permutation(11, size);
    var dice = Dice.of(5);
    for (int i = 0; i < 10_000; i++) {
      long number = Math.floorMod(dice.next(), size);
      assertThat(permutation.invert(permutation.apply(number))).isEqualTo(number);
    }
  }

  @Test
  void anotherKeyIsAnotherOrder() {
    var one = new Permutation(1, 100_000);
    var two = new Permutation(2, 100_000);
    int same = 0;
    for (long number = 0; number < 1000; number++) {
      same += one.apply(number) == two.apply(number) ? 1 : 0;
    }
    assertThat(same).isLessThan(5);
  }

  @Test
  void outsideIsRefused() {
    var permutation = new Permutation(1, 10);
    assertThatThrownBy(() -> permutation.apply(10)).hasMessageContaining("[0, 10)");
    assertThatThrownBy(() -> permutation.invert(-1)).hasMessageContaining("[0, 10)");
    assertThatThrownBy(() -> new Permutation(1, 0)).hasMessageContaining("got 0");
  }
}
