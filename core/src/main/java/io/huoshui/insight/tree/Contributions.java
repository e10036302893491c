package io.huoshui.insight.tree;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What each name of a formula has to do with a change of its value. They add up to the change.
///
/// - A sum: each name's own change.
/// - A product or a ratio: the log-mean Divisia index (Ang, "The LMDI approach to decomposition
///   analysis", Energy Policy 33, 2005): name x adds `L(after, before) × ln(x after / x before)`,
///   where L is the logarithmic mean; nothing is left over.
/// - Anything else, and products through zero or over a change of sign, which have no logarithm:
///   the Shapley value (Shapley 1953), exactly, over at most [#MOST] names.
///
/// A slope is a contribution per unit of the name's own change: it carries contributions further
/// down a tree, also where the name did not change but its parts did.
final class Contributions {
  /// So many names a formula that is no sum may have.
  static final int MOST = 8;

  enum Method {
    SUM,
    LOG_MEAN,
    SHAPLEY;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Method method;
  private final double[] parts;
  private final double[] slopes;

  private Contributions(Method method, double[] parts, double[] slopes) {
    this.method = method;
    this.parts = parts;
    this.slopes = slopes;
  }

  Method method() {
    return method;
  }

  double part(int name) {
    return parts[name];
  }

  double slope(int name) {
    return slopes[name];
  }

  /// @param before one value per name
  /// @return null when the formula has no base before or after, or in between
  static @Nullable Contributions of(Formula formula, double[] before, double[] after) {
    double from = formula.of(before);
    double to = formula.of(after);
    if (Double.isNaN(from) || Double.isNaN(to)) {
      return null;
    }
    Formula.Linear linear = formula.linear();
    if (linear != null) {
      double[] slopes = new double[before.length];
      Arrays.setAll(slopes, i -> linear.by().get(i));
      double[] parts = new double[before.length];
      Arrays.setAll(parts, i -> slopes[i] == 0 ? 0 : slopes[i] * (after[i] - before[i]));
      return new Contributions(Method.SUM, exact(parts, to - from), slopes);
    }
    List<Integer> powers = formula.exponents();
    if (powers != null && from != 0 && to != 0 && haveLogarithms(before, after)) {
      double mean = logMean(to, from);
      double[] slopes = new double[before.length];
      Arrays.setAll(
          slopes,
          i -> powers.get(i) == 0 ? 0 : powers.get(i) * mean / logMean(after[i], before[i]));
      double[] parts = new double[before.length];
      Arrays.setAll(parts, i -> slopes[i] * (after[i] - before[i]));
      return new Contributions(Method.LOG_MEAN, exact(parts, to - from), slopes);
    }
    return shapley(formula, before, after, to - from);
  }

  private static boolean haveLogarithms(double[] before, double[] after) {
    for (int i = 0; i < before.length; i++) {
      double ratio = after[i] / before[i];
      if (!(ratio > 0) || Double.isInfinite(ratio)) {
        return false;
      }
    }
    return true;
  }

  /// Of two numbers of one sign: between them, and both when they are equal.
  static double logMean(double a, double b) {
    double change = (a - b) / b;
    if (change == 0) {
      return a;
    }
    // Near 1 the ratio, far from it the change has lost the digits.
    return (a - b) / (Math.abs(change) < 0.5 ? Math.log1p(change) : Math.log(a / b));
  }

  private static @Nullable Contributions shapley(
      Formula formula, double[] before, double[] after, double change) {
    int names = before.length;
    double[] values = new double[1 << names];
    double[] mixed = new double[names];
    for (int set = 0; set < values.length; set++) {
      for (int i = 0; i < names; i++) {
        mixed[i] = (set >>> i & 1) == 1 ? after[i] : before[i];
      }
      values[set] = formula.of(mixed);
      if (Double.isNaN(values[set])) {
        return null;
      }
    }
    double[] weights = weights(names);
    double[] parts = new double[names];
    for (int set = 0; set < values.length; set++) {
      for (int i = 0; i < names; i++) {
        if ((set >>> i & 1) == 0) {
          parts[i] += weights[Integer.bitCount(set)] * (values[set | 1 << i] - values[set]);
        }
      }
    }
    double[] whole = exact(parts, change);
    double[] slopes = new double[names];
    Arrays.setAll(slopes, i -> after[i] == before[i] ? 0 : whole[i] / (after[i] - before[i]));
    return new Contributions(Method.SHAPLEY, whole, slopes);
  }

  /// Of sets of each size the share of orders in which exactly they come before a name: `size!
  /// (names - size - 1)! / names!`.
  private static double[] weights(int names) {
    double[] weights = new double[names];
    double weight = 1.0 / names;
    for (int size = 0; size < names; size++) {
      weights[size] = weight;
      weight *= (size + 1.0) / Math.max(1, names - size - 1);
    }
    return weights;
  }

  /// What rounding left over goes to the largest.
  private static double[] exact(double[] parts, double change) {
    if (parts.length == 0) {
      return parts;
    }
    int largest = 0;
    double sum = 0;
    for (int i = 0; i < parts.length; i++) {
      sum += parts[i];
      largest = Math.abs(parts[i]) > Math.abs(parts[largest]) ? i : largest;
    }
    parts[largest] += change - sum;
    return parts;
  }
}
