package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class BestTest {
  private record Scored(double score, int number) {}

  /// The best of parts, put together, are the head of all in order.
  @Test
  void theBestAreTheFirstOfAllInOrder() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          int most = dice.roll(40);
          var all = new ArrayList<Scored>();
          var parts = List.of(new Best(most), new Best(most), new Best(most));
          for (int number = dice.roll(3_000); number > 0; number--) {
            var one = new Scored(dice.chance(50) ? dice.roll(9) : dice.fraction(), number);
            all.add(one);
            dice.of(parts.get(0), parts.get(1), parts.get(2)).offer(one.score(), one.number());
          }
          var best = new Best(most);
          parts.forEach(best::add);
          best.order();

          all.sort(
              Comparator.comparingDouble(Scored::score)
                  .reversed()
                  .thenComparingInt(Scored::number));
          var found = new ArrayList<Scored>();
          for (int rank = 0; rank < best.size(); rank++) {
            found.add(new Scored(best.score(rank), best.number(rank)));
          }
          assertThat(found).isEqualTo(all.subList(0, Math.min(most, all.size())));
        });
  }
}
