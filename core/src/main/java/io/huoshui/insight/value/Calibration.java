package io.huoshui.insight.value;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 校准: what models fitted to an earlier day expected of the days after it, against what came.
///
/// @param length the days after it, in units of time
/// @param actual purchases that came
/// @param bgNbd purchases BG/NBD expected
/// @param paretoNbd purchases Pareto/NBD expected
/// @param byRepeats the same by how often customers had bought again up to that day; means per
///   customer. Only rows with customers
public record Calibration(
    double length, double actual, double bgNbd, double paretoNbd, List<Row> byRepeats) {
  /// From here on customers are taken together.
  public static final int MOST_REPEATS = 7;

  public Calibration {
    byRepeats = List.copyOf(byRepeats);
  }

  /// @param repeats `0` to `6`, then `7+`
  public record Row(
      String repeats, long customers, double actual, double bgNbd, double paretoNbd) {}

  /// Expected over actual; null where nothing came.
  public @Nullable Double bgNbdToActual() {
    return actual == 0 ? null : bgNbd / actual;
  }

  /// @param purchases what each customer had done up to that day
  /// @param later per customer in the same order, how many purchases came
  public static Calibration of(
      Purchases purchases, List<Integer> later, BgNbd bgNbd, ParetoNbd paretoNbd, double length) {
    int classes = MOST_REPEATS + 1;
    long[] customers = new long[classes];
    double[] came = new double[classes];
    double[] often = new double[classes];
    double[] other = new double[classes];
    for (int i = 0; i < purchases.size(); i++) {
      Purchases.One one = purchases.of(i);
      int at = Math.min(one.repeats(), MOST_REPEATS);
      customers[at]++;
      came[at] += later.get(i);
      often[at] += bgNbd.expected(length, one);
      other[at] += paretoNbd.expected(length, one);
    }
    var rows = new ArrayList<Row>();
    double allCame = 0;
    double allOften = 0;
    double allOther = 0;
    for (int i = 0; i < classes; i++) {
      allCame += came[i];
      allOften += often[i];
      allOther += other[i];
      if (customers[i] > 0) {
        rows.add(
            new Row(
                i == MOST_REPEATS ? i + "+" : String.valueOf(i),
                customers[i],
                came[i] / customers[i],
                often[i] / customers[i],
                other[i] / customers[i]));
      }
    }
    return new Calibration(length, allCame, allOften, allOther, rows);
  }
}
