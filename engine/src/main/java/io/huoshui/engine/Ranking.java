package io.huoshui.engine;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.Folds;
import io.huoshui.event.Value;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Window;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Everybody's numbers, for a rule that wants the most or the least of them. Blocks answer for
/// whoever has all events in them.
final class Ranking {
  private final State state;
  private final Condition.Top top;
  private final Window.Span span;
  private double[] numbers = new double[1 << 10];
  private int size;

  private Ranking(State state, Condition.Top top) {
    this.state = state;
    this.top = top;
    this.span = new Moment(state.now(), state.zone()).span(top.window());
  }

  /// The number of the last one in. The state must not change meanwhile.
  static OptionalDouble cut(State state, Condition.Top top) {
    var ranking = new Ranking(state, top);
    for (Lane lane : state.lanes) {
      ranking.add(lane);
    }
    return top.cut(Arrays.copyOf(ranking.numbers, ranking.size));
  }

  private void add(Lane lane) {
    var number = new Folds(top.fold(), top.event(), span);
    var count = new Folds(Fold.count(), top.event(), span);
    @Nullable Block[] ranges = lane.timelines.ranges();
    View view = state.view();
    int locals = (state.ordinals.size() - lane.number() + Lane.COUNT - 1) / Lane.COUNT;
    for (int from = 0; from < locals; from += Timelines.RANGE) {
      int range = from >>> Timelines.RANGE_BITS;
      Block block = range < ranges.length ? ranges[range] : null;
      Folds.Answers sums = block == null ? null : number.over(block, null);
      Folds.Answers counts = block == null ? null : count.over(block, null);
      int to = Math.min(locals - from, Timelines.RANGE);
      for (int local = 0; local < to; local++) {
        int profile = state.ordinals.node((from + local) * Lane.COUNT + lane.number());
        if (!state.graph.person(profile)) {
          continue;
        }
        if (sums != null
            && counts != null
            && local < sums.size()
            && lane.timelines.inBlock(from + local)) {
          if (sums.has(local) && counts.number(local) > 0) {
            add(sums.number(local));
          }
        } else {
          view.of(profile);
          Value folded = top.fold().over(top.event(), view, span);
          Value matched = Fold.count().over(top.event(), view, span);
          if (folded != null && matched != null && matched.asNumber() > 0) {
            add(folded.asNumber());
          }
        }
      }
    }
  }

  private void add(double number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, size * 2);
    }
    numbers[size++] = number;
  }
}
