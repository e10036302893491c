package io.huoshui.insight.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the members of a dimension have to do with a metric's change. Their contributions and what
/// belongs to none of them add up to the change.
///
/// - What adds up over members: each one's own change.
/// - One sum divided by another: how much the rate of a member changed, at its middle share of what
///   is divided by; and how much its share changed, at the distance of its middle rate from that of
///   all (rate effect and mix effect).
/// - Anything else: the change of each leaf beneath, by the leaf's slope, member by member.
///
/// @param between what no member's change says: people who are of several members
/// @param members the largest contribution in the direction of the change first
public record Breakdown(
    Metric metric,
    Dimension dimension,
    Method method,
    @Nullable Double now,
    @Nullable Double before,
    @Nullable Double change,
    @Nullable Double between,
    List<Member> members) {
  public Breakdown {
    members = List.copyOf(members);
  }

  /// How contributions were worked out.
  public enum Method {
    OWN_CHANGE,
    RATE_AND_MIX,
    BY_LEAVES,
    /// There is no base, or leaves do not know the dimension.
    NONE;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param member empty for what does not say
  /// @param rate of the contribution what is due to the member's own rate; null when that is not
  ///   told apart
  /// @param share of the whole before: how much of the change it would have had, had all changed
  ///   alike
  public record Member(
      String member,
      @Nullable Double now,
      @Nullable Double before,
      @Nullable Double change,
      @Nullable Double contribution,
      @Nullable Double rate,
      @Nullable Double share,
      long sample,
      long sampleBefore) {}

  /// Members that add up to the whole to so many digits do so.
  private static final double ADDS = 1e-9;

  /// @param slice the whole; not by this dimension
  /// @param nowColumn of the grid
  public static Breakdown of(
      Grid grid,
      String metric,
      Map<String, String> slice,
      String dimension,
      int nowColumn,
      int beforeColumn) {
    return new Working(grid, metric, slice, dimension, nowColumn, beforeColumn).breakdown();
  }

  /// One working out: sheets of the whole and of each member, at both columns.
  private static final class Working {
    private final Metrics metrics;
    private final int place;
    private final Dimension dimension;
    private final Sheet whole;
    private final Map<String, Sheet> sheets;
    private final List<String> names;
    private final int now;
    private final int before;

    Working(
        Grid grid,
        String metric,
        Map<String, String> slice,
        String dimension,
        int now,
        int before) {
      this.metrics = grid.metrics();
      this.place = metrics.place(metric);
      Dimension found = metrics.dimension(dimension);
      this.dimension = found == null ? new Dimension(dimension, dimension, dimension) : found;
      this.whole = grid.sheet(slice);
      this.sheets = grid.by(slice, dimension);
      this.names = List.copyOf(sheets.keySet());
      this.now = now;
      this.before = before;
    }

    private double of(String member, int metric, int column) {
      Sheet sheet = sheets.get(member);
      return sheet == null ? Double.NaN : sheet.value(metric, column);
    }

    /// No number adds nothing.
    private double orZero(String member, int metric, int column) {
      double value = of(member, metric, column);
      return Double.isNaN(value) ? 0 : value;
    }

    Breakdown breakdown() {
      double from = whole.value(place, before);
      double to = whole.value(place, now);
      double[] contributions = new double[names.size()];
      double[] rates = new double[names.size()];
      double[] shares = new double[names.size()];
      Method method = Method.NONE;
      boolean known = metrics.slices(place).contains(dimension.name());
      if (known && !Double.isNaN(from) && !Double.isNaN(to)) {
        method = work(from, to, contributions, rates, shares);
      }
      return said(method, from, to, contributions, rates, shares);
    }

    private Method work(
        double from, double to, double[] contributions, double[] rates, double[] shares) {
      Formula formula = metrics.formula(place);
      Formula.Quotient quotient = formula == null ? null : formula.quotient();
      if (quotient != null && rateAndMix(quotient, from, to, contributions, rates, shares)) {
        return Method.RATE_AND_MIX;
      }
      if (formula == null || addsUp(place)) {
        double all = 0;
        for (int i = 0; i < contributions.length; i++) {
          double was = orZero(names.get(i), place, before);
          contributions[i] = orZero(names.get(i), place, now) - was;
          shares[i] = Math.abs(was);
          all += shares[i];
        }
        divide(shares, all);
        return Method.OWN_CHANGE;
      }
      return byLeaves(contributions, shares) ? Method.BY_LEAVES : Method.NONE;
    }

    private static void divide(double[] shares, double all) {
      for (int i = 0; i < shares.length; i++) {
        shares[i] = all == 0 ? 0 : shares[i] / all;
      }
    }

    private boolean addsUp(int metric) {
      return addsUp(metric, now) && addsUp(metric, before);
    }

    private boolean addsUp(int metric, int column) {
      double sum = 0;
      double size = 0;
      for (String name : names) {
        double value = orZero(name, metric, column);
        sum += value;
        size += Math.abs(value);
      }
      return Math.abs(sum - whole.value(metric, column))
          <= ADDS * Math.max(size, Double.MIN_NORMAL);
    }

    private double linear(Formula.Linear of, @Nullable String member, int column) {
      List<Integer> parts = metrics.parts(place);
      double[] values = new double[parts.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            member == null
                ? whole.value(parts.get(i), column)
                : orZero(member, parts.get(i), column);
      }
      return of.of(values);
    }

    /// Where tops and bottoms of the members add up to those of the whole.
    private boolean rateAndMix(
        Formula.Quotient quotient,
        double from,
        double to,
        double[] contributions,
        double[] rates,
        double[] shares) {
      for (int part : metrics.parts(place)) {
        if (!addsUp(part)) {
          return false;
        }
      }
      for (String name : names) {
        if (onlyOnTop(quotient, name, now) || onlyOnTop(quotient, name, before)) {
          return false;
        }
      }
      double bottomNow = linear(quotient.bottom(), null, now);
      double bottomBefore = linear(quotient.bottom(), null, before);
      double middle = (from + to) / 2;
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        double ownNow = linear(quotient.bottom(), name, now);
        double ownBefore = linear(quotient.bottom(), name, before);
        double topNow = linear(quotient.top(), name, now);
        double topBefore = linear(quotient.top(), name, before);
        double weightNow = ownNow / bottomNow;
        double weightBefore = ownBefore / bottomBefore;
        // Who was not there has no rate of its own: what it adds is all mix.
        double rateNow = ownNow == 0 ? rate(topBefore, ownBefore, middle) : topNow / ownNow;
        double rateBefore = ownBefore == 0 ? rateNow : topBefore / ownBefore;
        shares[i] = (weightNow + weightBefore) / 2;
        rates[i] = shares[i] * (rateNow - rateBefore);
        contributions[i] =
            rates[i] + (weightNow - weightBefore) * ((rateNow + rateBefore) / 2 - middle);
      }
      return true;
    }

    /// Whether a member has a part of what is divided, and none of what that is divided by.
    private boolean onlyOnTop(Formula.Quotient quotient, String member, int column) {
      return linear(quotient.bottom(), member, column) == 0
          && linear(quotient.top(), member, column) != 0;
    }

    private static double rate(double top, double bottom, double otherwise) {
      return bottom == 0 ? otherwise : top / bottom;
    }

    private boolean byLeaves(double[] contributions, double[] shares) {
      Map<Integer, Double> slopes = new HashMap<>();
      if (!slopes(place, 1, slopes)) {
        return false;
      }
      double all = 0;
      for (int i = 0; i < contributions.length; i++) {
        for (Map.Entry<Integer, Double> leaf : slopes.entrySet()) {
          double was = orZero(names.get(i), leaf.getKey(), before);
          double is = orZero(names.get(i), leaf.getKey(), now);
          contributions[i] += leaf.getValue() * (is - was);
          shares[i] += Math.abs(leaf.getValue() * was);
        }
        all += shares[i];
      }
      divide(shares, all);
      return true;
    }

    /// Of each leaf the change per unit of its own, over all ways that lead to it.
    private boolean slopes(int metric, double slope, Map<Integer, Double> into) {
      Formula formula = metrics.formula(metric);
      if (formula == null) {
        into.merge(metric, slope, Double::sum);
        return true;
      }
      List<Integer> parts = metrics.parts(metric);
      double[] was = new double[parts.size()];
      double[] is = new double[parts.size()];
      for (int i = 0; i < was.length; i++) {
        was[i] = whole.value(parts.get(i), before);
        is[i] = whole.value(parts.get(i), now);
      }
      Contributions contributions = Contributions.of(formula, was, is);
      if (contributions == null) {
        return false;
      }
      boolean all = true;
      for (int i = 0; i < was.length; i++) {
        all &= slopes(parts.get(i), slope * contributions.slope(i), into);
      }
      return all;
    }

    private Breakdown said(
        Method method,
        double from,
        double to,
        double[] contributions,
        double[] rates,
        double[] shares) {
      boolean worked = method != Method.NONE;
      var members = new ArrayList<Member>();
      double sum = 0;
      for (int i = 0; i < names.size(); i++) {
        Sheet sheet = sheets.get(names.get(i));
        if (sheet == null) {
          continue;
        }
        sum += contributions[i];
        double is = sheet.value(place, now);
        double was = sheet.value(place, before);
        members.add(
            new Member(
                names.get(i),
                Sheet.orNone(is),
                Sheet.orNone(was),
                Sheet.orNone(is - was),
                worked ? contributions[i] : null,
                method == Method.RATE_AND_MIX ? rates[i] : null,
                worked ? shares[i] : null,
                sheet.events(place, now),
                sheet.events(place, before)));
      }
      double direction = to < from ? -1 : 1;
      members.sort(
          Comparator.comparingDouble(
                  (Member member) -> {
                    Double own = member.contribution();
                    return own == null ? 0 : -direction * own;
                  })
              .thenComparing(Member::member));
      return new Breakdown(
          metrics.at(place),
          dimension,
          method,
          Sheet.orNone(to),
          Sheet.orNone(from),
          Sheet.orNone(to - from),
          worked ? to - from - sum : null,
          members);
    }
  }
}
