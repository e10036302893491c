package io.huoshui.audience.lookalike;

import io.huoshui.profile.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The people a model learns from: some or all of the seed, and some or all of the others. The
/// order in which a host found them does not matter. Immutable.
public final class Sample {
  /// So many parts are each scored by a model of the others.
  public static final int PARTS = 5;

  /// How strongly weights are drawn to zero: what is tried.
  private static final double[] PENALTIES = {2048, 512, 128, 32, 8, 2};

  /// Rows enough to choose among penalties.
  private static final int TRIED = 8_000;

  private final Features features;
  private final double seedShare;
  private final double restShare;
  private final boolean[] seed;
  private final List<Bins> bins;
  private final byte[][] rows;

  /// Per row the part it is scored in, -1 where it is not among the rows that are tried.
  private final int[] part;

  /// One of its people.
  public static final class Row {
    private final int person;
    private final boolean seed;
    private final float[] answers;

    /// @param person their name
    /// @param answers what their timeline answered to the features
    public Row(int person, boolean seed, float[] answers) {
      this.person = person;
      this.seed = seed;
      this.answers = answers;
    }

    int person() {
      return person;
    }

    public boolean seed() {
      return seed;
    }
  }

  /// @param seedShare the share of the seed that is in the sample
  /// @param restShare the share of the others
  public Sample(Features features, List<Row> people, double seedShare, double restShare) {
    this.features = features;
    this.seedShare = seedShare;
    this.restShare = restShare;
    List<Row> sorted = people.stream().sorted(Comparator.comparingInt(Row::person)).toList();
    this.seed = new boolean[sorted.size()];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = sorted.get(i).seed;
    }
    this.bins = new ArrayList<>();
    this.rows = new byte[seed.length][features.size()];
    for (int f = 0; f < features.size(); f++) {
      float[] answers = new float[seed.length];
      for (int i = 0; i < answers.length; i++) {
        answers[i] = sorted.get(i).answers[f];
      }
      Bins of = Bins.of(features.get(f), answers, features.words(f));
      bins.add(of);
      for (int i = 0; i < seed.length; i++) {
        rows[i][f] = (byte) of.code(sorted.get(i).answers[f]);
      }
    }
    this.part = parts(sorted);
  }

  /// Seed and others are dealt out evenly, by chance that is always the same.
  private static int[] parts(List<Row> people) {
    int[] part = new int[people.size()];
    Arrays.fill(part, -1);
    double share = Math.min(1, TRIED / (double) people.size());
    for (boolean ofSeed : new boolean[] {true, false}) {
      List<Integer> shuffled = new ArrayList<>();
      for (int i = 0; i < part.length; i++) {
        if (people.get(i).seed == ofSeed) {
          shuffled.add(i);
        }
      }
      shuffled.sort(
          Comparator.comparingDouble(i -> Draw.fraction("lookalike", people.get(i).person())));
      for (int i = 0; i < Math.ceil(shuffled.size() * share); i++) {
        part[shuffled.get(i)] = i % PARTS;
      }
    }
    return part;
  }

  Features features() {
    return features;
  }

  List<Bins> bins() {
    return bins;
  }

  int size() {
    return seed.length;
  }

  boolean seed(int row) {
    return seed[row];
  }

  byte[] row(int row) {
    return rows[row];
  }

  /// How much the odds of the sample are to be multiplied with to be those of everybody.
  double oddsOfAll() {
    return restShare / seedShare;
  }

  /// What models of the other parts say of one part's people.
  public static final class Judged {
    private final int[] rows;
    private final double[][] scores;

    private Judged(int[] rows, double[][] scores) {
      this.rows = rows;
      this.scores = scores;
    }

    int size() {
      return rows.length;
    }

    int row(int index) {
      return rows[index];
    }

    double score(int penalty, int index) {
      return scores[penalty][index];
    }
  }

  /// Scores one part by models of the others, one per penalty. Parts may be asked side by side.
  public Judged judge(int ofPart) {
    int[] learnt = which(ofPart, false);
    int[] judged = which(ofPart, true);
    double[][] scores = new double[PENALTIES.length][judged.length];
    for (int p = 0; p < PENALTIES.length; p++) {
      Fit.Weights weights = new Fit(bins, rows, seed, learnt, PENALTIES[p]).least();
      for (int i = 0; i < judged.length; i++) {
        scores[p][i] = weights.score(rows[judged[i]]);
      }
    }
    return new Judged(judged, scores);
  }

  private int[] which(int ofPart, boolean in) {
    return java.util.stream.IntStream.range(0, part.length)
        .filter(i -> part[i] >= 0 && (part[i] == ofPart) == in)
        .toArray();
  }

  static int penalties() {
    return PENALTIES.length;
  }

  Fit.Weights learn(int penalty) {
    int[] everybody = java.util.stream.IntStream.range(0, seed.length).toArray();
    return new Fit(bins, rows, seed, everybody, PENALTIES[penalty]).least();
  }
}
