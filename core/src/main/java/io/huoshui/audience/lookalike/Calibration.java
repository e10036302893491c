package io.huoshui.audience.lookalike;

import java.util.List;

/// Scores of people the model did not learn from, against what they are: the line that turns a
/// score into log odds (Platt 1999), how far off it is on average, and how well scores tell.
///
/// @param slope never below 0: a score that tells nothing is worth nothing
/// @param loss the mean log loss
record Calibration(double slope, double shift, double loss, Quality quality) {
  private static final int STEPS = 50;

  static Calibration of(Sample sample, List<Sample.Judged> judged, int penalty) {
    int all = 0;
    int inSeed = 0;
    for (Sample.Judged part : judged) {
      all += part.size();
      for (int i = 0; i < part.size(); i++) {
        inSeed += sample.seed(part.row(i)) ? 1 : 0;
      }
    }
    double[] scores = new double[all];
    boolean[] seed = new boolean[all];
    double[] ofSeed = new double[inSeed];
    double[] ofRest = new double[all - inSeed];
    int next = 0;
    for (Sample.Judged part : judged) {
      for (int i = 0; i < part.size(); i++) {
        scores[next] = part.score(penalty, i);
        seed[next] = sample.seed(part.row(i));
        next++;
      }
    }
    int a = 0;
    int b = 0;
    for (int i = 0; i < all; i++) {
      if (seed[i]) {
        ofSeed[a++] = scores[i];
      } else {
        ofRest[b++] = scores[i];
      }
    }
    double[] line = line(scores, seed);
    return new Calibration(
        line[0], line[1], loss(scores, seed, line[0], line[1]), Quality.of(ofSeed, ofRest));
  }

  private static double[] line(double[] scores, boolean[] seed) {
    double slope = 1;
    double shift = 0;
    double loss = loss(scores, seed, slope, shift);
    for (int step = 0; step < STEPS; step++) {
      double g0 = 0;
      double g1 = 0;
      double h00 = 1e-9;
      double h01 = 0;
      double h11 = 1e-9;
      for (int i = 0; i < scores.length; i++) {
        double chance = Fit.sigmoid(shift + slope * scores[i]);
        double wrong = chance - (seed[i] ? 1 : 0);
        double weight = chance * (1 - chance);
        g0 += wrong;
        g1 += wrong * scores[i];
        h00 += weight;
        h01 += weight * scores[i];
        h11 += weight * scores[i] * scores[i];
      }
      double det = h00 * h11 - h01 * h01;
      double byShift = (h11 * g0 - h01 * g1) / det;
      double bySlope = (h00 * g1 - h01 * g0) / det;
      double length = 1;
      double next = loss;
      for (int halving = 0; halving < 30; halving++, length /= 2) {
        next = loss(scores, seed, slope - length * bySlope, shift - length * byShift);
        if (next < loss) {
          break;
        }
      }
      if (!(next < loss - 1e-12)) {
        break;
      }
      slope -= length * bySlope;
      shift -= length * byShift;
      loss = next;
    }
    if (slope >= 0) {
      return new double[] {slope, shift};
    }
    int inSeed = 0;
    for (boolean in : seed) {
      inSeed += in ? 1 : 0;
    }
    return new double[] {0, Math.log((double) inSeed / (seed.length - inSeed))};
  }

  private static double loss(double[] scores, boolean[] seed, double slope, double shift) {
    double loss = 0;
    for (int i = 0; i < scores.length; i++) {
      double odds = shift + slope * scores[i];
      double soft = Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds)));
      loss += seed[i] ? soft - odds : soft;
    }
    return loss / scores.length;
  }
}
