package io.huoshui.engine;

import io.huoshui.audience.Condition;
import io.huoshui.engine.columns.Folds;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.event.Value;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Window;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/// Everybody's numbers, for a rule that wants the most or the least of them. Blocks answer for
/// whoever has all events in them.
final class Ranking {
  private final People people;
  private final Condition.Top top;
  private final Window.Span span;

  private Ranking(People people, Condition.Top top) {
    this.people = people;
    this.top = top;
    this.span = people.moment().span(top.window());
  }

  /// The number of the last one in.
  ///
  /// @param threads so many share the people
  static OptionalDouble cut(People people, Condition.Top top, int threads) {
    return top.cut(new Ranking(people, top).numbers(threads));
  }

  private double[] numbers(int threads) {
    List<double[]> found =
        new Sweep(people.parts().size())
            .over(
                threads,
                () -> {
                  var number = new Folds(top.fold(), top.event(), span);
                  var count = new Folds(Fold.count(), top.event(), span);
                  View view = people.view();
                  return part -> numbers(people.parts().get(part), number, count, view);
                });
    double[] all = new double[found.stream().mapToInt(each -> each.length).sum()];
    int at = 0;
    for (double[] each : found) {
      System.arraycopy(each, 0, all, at, each.length);
      at += each.length;
    }
    return all;
  }

  private double[] numbers(People.Part part, Folds number, Folds count, View view) {
    var there = new long[People.WORDS];
    var beside = new long[People.WORDS];
    people.roll().people(part.lane(), part.range(), there);
    part.beside(there, beside);
    double[] numbers = new double[Timelines.RANGE];
    int size = 0;
    if (part.block() != null) {
      Folds.Answers sums = number.over(part.block(), null);
      Folds.Answers counts = count.over(part.block(), null);
      for (int i = 0; i < there.length; i++) {
        for (long left = there[i] & ~beside[i]; left != 0; left &= left - 1) {
          int place = (i << 6) + Long.numberOfTrailingZeros(left);
          if (sums.has(place) && counts.number(place) > 0) {
            numbers[size++] = sums.number(place);
          }
        }
      }
    }
    for (int i = 0; i < beside.length; i++) {
      for (long left = beside[i]; left != 0; left &= left - 1) {
        part.timelines().show(part.local((i << 6) + Long.numberOfTrailingZeros(left)), view);
        Value folded = top.fold().over(top.event(), view, span);
        Value matched = Fold.count().over(top.event(), view, span);
        if (folded != null && matched != null && matched.asNumber() > 0) {
          numbers[size++] = folded.asNumber();
        }
      }
    }
    return Arrays.copyOf(numbers, size);
  }
}
