package io.huoshui.insight.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How well a score finds those on whom a treatment works.
///
/// With everybody in order of the score, and of the best share φ `Nt`, `Nc` people treated and not,
/// whose outcomes add up to `Yt`, `Yc`:
///
/// ```
/// Qini curve    Q(φ) = (Yt - Yc · Nt / Nc) / all treated        (Radcliffe 2007)
/// uplift curve  V(φ) = φ · (Yt / Nt - Yc / Nc)
/// ```
///
/// Both end in the effect on everybody; a score that says nothing goes there straight. Who has the
/// same score comes in together.
///
/// @param curve at shares of 0 to 1
/// @param qini the area between the Qini curve and the straight line
/// @param auuc the area below the uplift curve; half the effect for a score that says nothing
/// @param effect on everybody, per person
public record Qini(List<Point> curve, Bounded qini, Bounded auuc, Bounded effect) {
  private static final int POINTS = 20;

  /// @param qini incremental outcome per treated person there is
  /// @param uplift incremental outcome per person there is, if that share was treated
  public record Point(double share, double qini, double uplift) {}

  /// A value with the middle 95 % of what it is in bootstrap samples; without bounds where none
  /// were drawn.
  public record Bounded(double value, @Nullable Double low, @Nullable Double high) {}

  public Qini {
    curve = List.copyOf(curve);
  }

  private record Areas(double qini, double auuc, double effect) {}

  /// @param scores per person, the highest first to be treated
  /// @param treated per person
  /// @param outcomes per person
  /// @param draws bootstrap samples, of people (each weighs as a Poisson draw says); 0 for none
  /// @return null where nobody is treated, or everybody
  public static @Nullable Qini of(
      double[] scores, boolean[] treated, double[] outcomes, int draws, long seed) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -scores[i]));
    int[] weights = new int[scores.length];
    Arrays.fill(weights, 1);
    var curve = new ArrayList<Point>();
    Areas areas = walk(order, scores, treated, outcomes, weights, curve);
    if (areas == null) {
      return null;
    }
    var chance = new Chance(seed);
    double[] qinis = new double[draws];
    double[] auucs = new double[draws];
    double[] effects = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      for (int i = 0; i < weights.length; i++) {
        weights[i] = chance.times();
      }
      Areas drawn = walk(order, scores, treated, outcomes, weights, null);
      qinis[draw] = drawn == null ? 0 : drawn.qini();
      auucs[draw] = drawn == null ? 0 : drawn.auuc();
      effects[draw] = drawn == null ? 0 : drawn.effect();
    }
    return new Qini(
        curve,
        bounded(areas.qini(), qinis),
        bounded(areas.auuc(), auucs),
        bounded(areas.effect(), effects));
  }

  private static Bounded bounded(double value, double[] drawn) {
    if (drawn.length == 0) {
      return new Bounded(value, null, null);
    }
    Arrays.sort(drawn);
    int low = (int) Math.floor(0.025 * (drawn.length - 1));
    int high = (int) Math.ceil(0.975 * (drawn.length - 1));
    return new Bounded(value, drawn[low], drawn[high]);
  }

  private static @Nullable Areas walk(
      Integer[] order,
      double[] scores,
      boolean[] treated,
      double[] outcomes,
      int[] weights,
      @Nullable List<Point> curve) {
    double all = 0;
    double allTreated = 0;
    for (int i = 0; i < weights.length; i++) {
      all += weights[i];
      allTreated += treated[i] ? weights[i] : 0;
    }
    if (allTreated == 0 || allTreated == all) {
      return null;
    }
    double nt = 0;
    double nc = 0;
    double yt = 0;
    double yc = 0;
    double share = 0;
    double q = 0;
    double v = 0;
    double qArea = 0;
    double vArea = 0;
    if (curve != null) {
      curve.add(new Point(0, 0, 0));
    }
    for (int at = 0; at < order.length; ) {
      double score = scores[order[at]];
      while (at < order.length && scores[order[at]] == score) {
        int i = order[at++];
        if (treated[i]) {
          nt += weights[i];
          yt += weights[i] * outcomes[i];
        } else {
          nc += weights[i];
          yc += weights[i] * outcomes[i];
        }
      }
      if (nt == 0 || nc == 0) {
        continue;
      }
      double nextShare = (nt + nc) / all;
      double nextQ = (yt - yc * nt / nc) / allTreated;
      double nextV = nextShare * (yt / nt - yc / nc);
      qArea += (nextShare - share) * (q + nextQ) / 2;
      vArea += (nextShare - share) * (v + nextV) / 2;
      while (curve != null && curve.size() <= nextShare * POINTS + 1e-9 && curve.size() <= POINTS) {
        double x = (double) curve.size() / POINTS;
        double part = nextShare == share ? 1 : (x - share) / (nextShare - share);
        curve.add(new Point(x, q + part * (nextQ - q), v + part * (nextV - v)));
      }
      share = nextShare;
      q = nextQ;
      v = nextV;
    }
    return new Areas(qArea - q / 2, vArea, v);
  }
}
