package io.huoshui.audience.lookalike;

import io.huoshui.audience.Explanation.Language;
import io.huoshui.event.EventCatalogue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// A model of who is in a seed: every answer of a timeline has a weight, and the score is their
/// sum. A weight says by how much the answer multiplies the odds, against the others' average.
/// Immutable, for any thread.
public final class Likeness {
  private final Features features;
  private final List<Bins> bins;
  private final Fit.Weights fit;

  /// Per feature what the others have on average: taken off each of its weights.
  private final double[] usual;

  /// Per feature and bin the share of the seed and of the others with that answer.
  private final double[][] ofSeed;

  private final double[][] ofRest;
  private final double slope;
  private final double shift;
  private final Quality quality;

  private Likeness(Sample sample, Fit.Weights fit, double slope, double shift, Quality quality) {
    this.features = sample.features();
    this.bins = sample.bins();
    this.fit = fit;
    this.slope = slope;
    this.shift = shift;
    this.quality = quality;
    this.ofSeed = shares(sample, true);
    this.ofRest = shares(sample, false);
    this.usual = new double[bins.size()];
    for (int f = 0; f < usual.length; f++) {
      for (int code = 0; code < ofRest[f].length; code++) {
        usual[f] += ofRest[f][code] * fit.of(f, code);
      }
    }
  }

  private static double[][] shares(Sample sample, boolean seed) {
    double[][] shares = new double[sample.bins().size()][];
    for (int f = 0; f < shares.length; f++) {
      shares[f] = new double[sample.bins().get(f).count()];
    }
    int people = 0;
    for (int i = 0; i < sample.size(); i++) {
      if (sample.seed(i) == seed) {
        people++;
        byte[] row = sample.row(i);
        for (int f = 0; f < row.length; f++) {
          shares[f][row[f]]++;
        }
      }
    }
    for (double[] ofFeature : shares) {
      for (int code = 0; code < ofFeature.length; code++) {
        ofFeature[code] /= Math.max(1, people);
      }
    }
    return shares;
  }

  /// Learns: the penalty under which the parts were foretold best, then all rows under it.
  ///
  /// @param judged all parts of the sample
  public static Likeness of(Sample sample, List<Sample.Judged> judged) {
    int best = 0;
    Calibration calibration = null;
    for (int penalty = 0; penalty < Sample.penalties(); penalty++) {
      Calibration found = Calibration.of(sample, judged, penalty);
      if (calibration == null || found.loss() < calibration.loss()) {
        calibration = found;
        best = penalty;
      }
    }
    if (calibration == null) {
      throw new IllegalStateException("No penalty was tried");
    }
    return new Likeness(
        sample,
        sample.learn(best),
        calibration.slope(),
        calibration.shift() + Math.log(sample.oddsOfAll()),
        calibration.quality());
  }

  /// What each answer falls into, feature by feature.
  public byte[] code(float[] answers) {
    byte[] row = new byte[answers.length];
    for (int f = 0; f < row.length; f++) {
      row[f] = (byte) bins.get(f).code(answers[f]);
    }
    return row;
  }

  /// The higher, the liker.
  public double score(byte[] row) {
    return fit.score(row);
  }

  /// How many of a hundred people with such a score are in the seed, as a share.
  public double chance(double score) {
    return Fit.sigmoid(shift + slope * score);
  }

  /// How well seed and others were told apart: each of five parts of the sample by a model of the
  /// other four. The best of a few penalties says it, and models share rows: where nothing tells at
  /// all the interval is a little too narrow.
  public Quality quality() {
    return quality;
  }

  public int features() {
    return features.size();
  }

  /// An answer and what it does.
  ///
  /// @param times by how much it multiplies the odds, against the others' average
  /// @param ofSeed the share of the seed with this answer
  /// @param ofRest the share of the others
  public record Driver(
      Feature feature, String zh, String en, double times, double ofSeed, double ofRest) {}

  private Driver driver(int feature, int code, EventCatalogue events) {
    double times = Math.exp(slope * (fit.of(feature, code) - usual[feature]));
    return new Driver(
        features.get(feature),
        said(feature, code, times, events, Language.ZH),
        said(feature, code, times, events, Language.EN),
        times,
        ofSeed[feature][code],
        ofRest[feature][code]);
  }

  private String said(
      int feature, int code, double times, EventCatalogue events, Language language) {
    String colon = language == Language.ZH ? "：" : ": ";
    return features.get(feature).said(events, language)
        + colon
        + bins.get(feature).said(code, language)
        + String.format(Locale.ROOT, " (×%.2f)", times);
  }

  /// What tells the seed from the others most, one answer per feature, the strongest first.
  public List<Driver> drivers(int most, EventCatalogue events) {
    record Telling(int feature, int code, double by) {}
    var telling = new ArrayList<Telling>();
    for (int f = 0; f < bins.size(); f++) {
      double by = 0;
      double strongest = 0;
      int code = -1;
      for (int c = 0; c < ofSeed[f].length; c++) {
        double adds = ofSeed[f][c] * (fit.of(f, c) - usual[f]);
        by += adds;
        if (adds > strongest) {
          strongest = adds;
          code = c;
        }
      }
      if (code >= 0) {
        telling.add(new Telling(f, code, by));
      }
    }
    return telling.stream()
        .sorted(Comparator.comparingDouble(Telling::by).reversed().thenComparing(Telling::feature))
        .limit(most)
        .map(one -> driver(one.feature(), one.code(), events))
        .toList();
  }

  /// Why one person is like the seed: the answers that speak for it most.
  public List<Driver> reasons(byte[] row, int most, EventCatalogue events) {
    var found = new ArrayList<Integer>();
    for (int f = 0; f < row.length; f++) {
      if (adds(f, row) > 0) {
        found.add(f);
      }
    }
    found.sort(Comparator.comparingDouble((Integer f) -> -adds(f, row)).thenComparing(f -> f));
    return found.stream().limit(most).map(f -> driver(f, row[f], events)).toList();
  }

  private double adds(int feature, byte[] row) {
    return fit.of(feature, row[feature]) - usual[feature];
  }
}
