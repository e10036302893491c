package io.huoshui.audience.lookalike;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Logistic regression over bins: one weight per bin of every feature, drawn to zero, and one trend
/// per feature along its bins, so that few people still say "the more the likelier". The weights
/// are those at which log loss and penalty together are least; found by L-BFGS (Nocedal 1980) from
/// zero, so the same rows have the same weights.
final class Fit {
  private static final int STEPS = 100;
  private static final int REMEMBERED = 8;
  private static final double EXACT = 1e-4;

  /// How much a trend may say against single bins.
  private static final double TREND = 2;

  private final byte[][] rows;
  private final boolean[] seed;
  private final int[] chosen;
  private final double penalty;

  /// Per feature where its bins begin among all.
  private final int[] begin;

  /// Per bin where it lies along its feature, -1 to 1.
  private final double[] along;

  private final int[] featureOf;

  /// @param chosen which rows are learnt from
  Fit(List<Bins> bins, byte[][] rows, boolean[] seed, int[] chosen, double penalty) {
    this.rows = rows;
    this.seed = seed;
    this.chosen = chosen;
    this.penalty = penalty;
    this.begin = new int[bins.size() + 1];
    for (int f = 0; f < bins.size(); f++) {
      begin[f + 1] = begin[f] + bins.get(f).count();
    }
    this.along = new double[begin[bins.size()]];
    this.featureOf = new int[along.length];
    for (int f = 0; f < bins.size(); f++) {
      int count = bins.get(f).count();
      for (int code = 0; code < count; code++) {
        featureOf[begin[f] + code] = f;
        boolean lies = bins.get(f).ordered() && code > 0 && count > 2;
        along[begin[f] + code] = lies ? 2.0 * (code - 1) / (count - 2) - 1 : 0;
      }
    }
  }

  /// What the rows taught.
  static final class Weights {
    /// The score of somebody about whom nothing speaks.
    private final double intercept;

    /// Per feature and bin what is added to the score.
    private final double[] weights;

    private final int[] begin;

    private Weights(double intercept, double[] weights, int[] begin) {
      this.intercept = intercept;
      this.weights = weights;
      this.begin = begin;
    }

    double score(byte[] row) {
      double score = intercept;
      for (int f = 0; f < row.length; f++) {
        score += weights[begin[f] + row[f]];
      }
      return score;
    }

    double of(int feature, int code) {
      return weights[begin[feature] + code];
    }
  }

  // The unknowns: the intercept, a trend per feature, a weight per bin.

  Weights least() {
    return weights(unknowns());
  }

  double[] unknowns() {
    double[] at = new double[1 + begin.length - 1 + along.length];
    double[] slope = new double[at.length];
    double loss = loss(at, slope);
    double begun = norm(slope);
    Deque<double[][]> steps = new ArrayDeque<>();
    for (int step = 0; step < STEPS && norm(slope) > EXACT * Math.max(1, begun); step++) {
      double[] way = way(slope, steps);
      double down = dot(way, slope);
      double[] next = new double[at.length];
      double[] nextSlope = new double[at.length];
      double length = steps.isEmpty() ? 1 / Math.max(1, norm(slope)) : 1;
      double nextLoss = Double.POSITIVE_INFINITY;
      for (int halving = 0; halving < 40; halving++, length /= 2) {
        for (int i = 0; i < at.length; i++) {
          next[i] = at[i] + length * way[i];
        }
        nextLoss = loss(next, nextSlope);
        if (nextLoss <= loss + 1e-4 * length * down) {
          break;
        }
      }
      if (!(nextLoss < loss)) {
        break;
      }
      double[] moved = new double[at.length];
      double[] bent = new double[at.length];
      for (int i = 0; i < at.length; i++) {
        moved[i] = next[i] - at[i];
        bent[i] = nextSlope[i] - slope[i];
      }
      if (dot(moved, bent) > 1e-12) {
        if (steps.size() == REMEMBERED) {
          steps.removeFirst();
        }
        steps.addLast(new double[][] {moved, bent});
      }
      at = next;
      slope = nextSlope;
      loss = nextLoss;
    }
    return at;
  }

  private static double[] way(double[] slope, Deque<double[][]> steps) {
    double[] way = slope.clone();
    double[] taken = new double[steps.size()];
    int i = steps.size();
    for (var newest = steps.descendingIterator(); newest.hasNext(); ) {
      double[][] step = newest.next();
      taken[--i] = dot(step[0], way) / dot(step[0], step[1]);
      add(way, step[1], -taken[i]);
    }
    if (!steps.isEmpty()) {
      double[][] last = steps.getLast();
      scale(way, dot(last[0], last[1]) / dot(last[1], last[1]));
    }
    for (double[][] step : steps) {
      double back = dot(step[1], way) / dot(step[0], step[1]);
      add(way, step[0], taken[i++] - back);
    }
    scale(way, -1);
    return way;
  }

  private Weights weights(double[] at) {
    int trends = begin.length - 1;
    double[] weights = new double[along.length];
    for (int bin = 0; bin < along.length; bin++) {
      weights[bin] = at[1 + trends + bin] + TREND * along[bin] * at[1 + featureOf[bin]];
    }
    return new Weights(at[0], weights, begin);
  }

  /// @param slope is set
  double loss(double[] at, double[] slope) {
    int trends = begin.length - 1;
    Weights weights = weights(at);
    double[] pull = new double[along.length];
    double loss = 0;
    double all = 0;
    for (int i : chosen) {
      byte[] row = rows[i];
      double score = weights.score(row);
      // log(1 + e^score) without overflow.
      double soft = Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score)));
      loss += seed[i] ? soft - score : soft;
      double wrong = sigmoid(score) - (seed[i] ? 1 : 0);
      all += wrong;
      for (int f = 0; f < row.length; f++) {
        pull[begin[f] + row[f]] += wrong;
      }
    }
    java.util.Arrays.fill(slope, 0);
    slope[0] = all;
    for (int bin = 0; bin < along.length; bin++) {
      slope[1 + trends + bin] = pull[bin];
      slope[1 + featureOf[bin]] += TREND * along[bin] * pull[bin];
    }
    for (int i = 1; i < at.length; i++) {
      loss += penalty / 2 * at[i] * at[i];
      slope[i] += penalty * at[i];
    }
    return loss;
  }

  static double sigmoid(double score) {
    return 1 / (1 + Math.exp(-score));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  private static void add(double[] to, double[] more, double times) {
    for (int i = 0; i < to.length; i++) {
      to[i] += times * more[i];
    }
  }

  private static void scale(double[] all, double times) {
    for (int i = 0; i < all.length; i++) {
      all[i] *= times;
    }
  }
}
