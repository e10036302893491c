package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ByNodeTest {
  /// As a map of sorted sets says it, whatever is added, moved and removed in whatever order.
  @Test
  void isAMapOfIndexesInOrder() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          var found = new ByNode();
          Map<Integer, TreeSet<Integer>> plain = new HashMap<>();
          // A lane's nodes are alike in their low bits.
          int nodes = dice.of(java.util.List.of(3, 40, 2_000));
          for (int i = 0; i < 3_000; i++) {
            int node = dice.roll(nodes) * 16 + 5;
            int index = dice.roll(1 << 30);
            switch (dice.roll(4)) {
              case 0, 1 -> {
                if (plain.computeIfAbsent(node, _ -> new TreeSet<>()).add(index)) {
                  found.add(node, index, ByNodeTest::sorted);
                }
              }
              case 2 -> {
                TreeSet<Integer> had = plain.remove(node);
                assertThat(found.remove(node)).isEqualTo(had == null ? null : array(had));
              }
              default -> {
                var other = new TreeSet<Integer>();
                for (int left = dice.between(1, 4); left > 0; left--) {
                  other.add(dice.roll(1 << 30));
                }
                plain.put(node, other);
                found.put(node, array(other));
              }
            }
            assertThat(found.isEmpty()).isEqualTo(plain.isEmpty());
          }
          var all = new TreeSet<Integer>();
          found.each(all::add);
          var expected = new TreeSet<Integer>();
          plain.values().forEach(expected::addAll);
          assertThat(all).isEqualTo(expected);
          for (int node = 0; node < nodes * 16; node++) {
            TreeSet<Integer> there = plain.get(node);
            assertThat(found.has(node)).isEqualTo(there != null);
            assertThat(found.get(node)).isEqualTo(there == null ? View.NONE : array(there));
          }
        });
  }

  private static int sorted(int[] there, int index) {
    int at = Arrays.binarySearch(there, index);
    return -at - 1;
  }

  private static int[] array(SortedSet<Integer> of) {
    return of.stream().mapToInt(Integer::intValue).toArray();
  }
}
