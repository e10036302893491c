package io.huoshui.audience.lookalike;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.DoubleStream;

/// Scores of people the model did not learn from, against what they are: the line that turns a
/// score into log odds (Platt 1999), how far off it is on average, and how well scores tell.
///
/// @param slope never below 0: a score that tells nothing is worth nothing
/// @param loss the mean log loss
record Calibration(double slope, double shift, double loss, Quality quality) {
  private static final int STEPS = 50;

  static Calibration of(Sample sample, List<Sample.Judged> judged, int penalty) {
    var all = DoubleStream.builder();
    var inSeed = new BitSet();
    var ofSeed = new ArrayList<double[]>();
    var ofRest = new ArrayList<double[]>();
    int count = 0;
    for (Sample.Judged part : judged) {
      var first = DoubleStream.builder();
      var second = DoubleStream.builder();
      for (int i = 0; i < part.size(); i++) {
        double score = part.score(penalty, i);
        boolean in = sample.seed(part.row(i));
        all.add(score);
        inSeed.set(count++, in);
        (in ? first : second).add(score);
      }
      ofSeed.add(first.build().toArray());
      ofRest.add(second.build().toArray());
    }
    double[] scores = all.build().toArray();
    boolean[] seed = new boolean[count];
    inSeed.stream().forEach(i -> seed[i] = true);
    double[] line = line(scores, seed);
    return new Calibration(
        line[0], line[1], loss(scores, seed, line[0], line[1]), Quality.within(ofSeed, ofRest));
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
