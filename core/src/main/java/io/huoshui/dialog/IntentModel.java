package io.huoshui.dialog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Multinomial logistic regression over hashed character n-grams, one to three long. Chinese needs
/// no words for it, and a hundred sentences train in a few milliseconds.
///
/// Training is a function of the examples: the order in which they are shown is drawn from a
/// constant seed, and all arithmetic is strict. Same examples, same model, on every machine.
public final class IntentModel {
  /// What the order of the examples is drawn from.
  public static final long SEED = 20_261_128L;

  private static final int BITS = 14;
  private static final int BUCKETS = 1 << BITS;
  private static final int EPOCHS = 40;
  private static final double RATE = 0.5;
  private static final double SHRINK = 1e-4;
  private static final int LONGEST = 3;

  private final List<String> intents;
  private final double[][] weights;
  private final double[] bias;

  /// Which n-grams were ever seen in training: one heard in none of them says nothing.
  private final boolean[] seen;

  private IntentModel(List<String> intents, double[][] weights, double[] bias, boolean[] seen) {
    this.intents = intents;
    this.weights = weights;
    this.bias = bias;
    this.seen = seen;
  }

  /// One sentence and what it means.
  public record Example(String intent, String text) {}

  /// How likely each meaning is.
  ///
  /// @param known the share of what was said that training has ever seen, 0 to 1
  public record Guess(List<String> intents, List<Double> probabilities, double known) {
    public Guess {
      intents = List.copyOf(intents);
      probabilities = List.copyOf(probabilities);
    }
  }

  public static IntentModel train(List<Example> examples) {
    List<String> intents =
        List.copyOf(new TreeSet<>(examples.stream().map(Example::intent).toList()));
    int classes = intents.size();
    var weights = new double[classes][BUCKETS];
    var bias = new double[classes];
    var seen = new boolean[BUCKETS];
    var features = new ArrayList<Map<Integer, Double>>();
    var wanted = new int[examples.size()];
    var squares = new double[classes][BUCKETS];
    for (int i = 0; i < examples.size(); i++) {
      Map<Integer, Double> of = features(examples.get(i).text());
      features.add(of);
      of.keySet().forEach(bucket -> seen[bucket] = true);
      wanted[i] = intents.indexOf(examples.get(i).intent());
    }
    int[] order = new int[examples.size()];
    Arrays.setAll(order, i -> i);
    long state = SEED;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int i = order.length - 1; i > 0; i--) {
        state = state * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
        int j = (int) Long.remainderUnsigned(state >>> 33, i + 1L);
        int swap = order[i];
        order[i] = order[j];
        order[j] = swap;
      }
      for (int at : order) {
        Map<Integer, Double> of = features.get(at);
        double[] likely = softmax(scores(weights, bias, of));
        for (int c = 0; c < classes; c++) {
          double error = likely[c] - (c == wanted[at] ? 1 : 0);
          double[] row = weights[c];
          double[] past = squares[c];
          for (Map.Entry<Integer, Double> feature : of.entrySet()) {
            int bucket = feature.getKey();
            double slope = error * feature.getValue() + SHRINK * row[bucket];
            past[bucket] += slope * slope;
            row[bucket] -= RATE * slope / StrictMath.sqrt(past[bucket] + 1e-8);
          }
          bias[c] -= RATE * 0.02 * error;
        }
      }
    }
    return new IntentModel(intents, weights, bias, seen);
  }

  /// @return likeliest first
  public Guess guess(String said) {
    if (intents.isEmpty()) {
      return new Guess(List.of(), List.of(), 0);
    }
    Map<Integer, Double> of = features(said);
    double[] likely = softmax(scores(weights, bias, of));
    var order = new ArrayList<Integer>();
    for (int c = 0; c < likely.length; c++) {
      order.add(c);
    }
    order.sort((a, b) -> Double.compare(likely[b], likely[a]));
    long known = of.keySet().stream().filter(bucket -> seen[bucket]).count();
    return new Guess(
        order.stream().map(intents::get).toList(),
        order.stream().map(c -> likely[c]).toList(),
        of.isEmpty() ? 0 : (double) known / of.size());
  }

  private static double[] scores(double[][] weights, double[] bias, Map<Integer, Double> of) {
    double[] scores = bias.clone();
    for (Map.Entry<Integer, Double> feature : of.entrySet()) {
      for (int c = 0; c < scores.length; c++) {
        scores[c] += weights[c][feature.getKey()] * feature.getValue();
      }
    }
    return scores;
  }

  private static double[] softmax(double[] scores) {
    double most = Arrays.stream(scores).max().orElse(0);
    double total = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = StrictMath.exp(scores[i] - most);
      total += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= total;
    }
    return scores;
  }

  /// Of unit length, so that long sentences do not shout. The ends of a sentence count as
  /// characters: `不用` is not `用不用`.
  private static Map<Integer, Double> features(String said) {
    String text = "^" + Speech.plain(said) + "$";
    var counts = new HashMap<Integer, Double>();
    for (int length = 1; length <= LONGEST; length++) {
      for (int from = 0; from + length <= text.length(); from++) {
        if (length == 1 && (from == 0 || from == text.length() - 1)) {
          continue;
        }
        counts.merge(bucket(text, from, length), 1.0, Double::sum);
      }
    }
    double squares = 0;
    for (double count : counts.values()) {
      squares += count * count;
    }
    double norm = StrictMath.sqrt(Math.max(1, squares));
    counts.replaceAll((_, count) -> count / norm);
    return counts;
  }

  private static int bucket(String text, int from, int length) {
    long hash = 0xCBF29CE484222325L ^ length;
    for (int i = from; i < from + length; i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    hash ^= hash >>> 29;
    return (int) (hash & (BUCKETS - 1));
  }
}
