package io.huoshui.insight.experiment;

import io.huoshui.insight.Matrix;
import io.huoshui.insight.Uplift;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// 增益模型: whom a treatment works on, so that it is done to them and not to those who would buy
/// anyway. Two models, one of those treated and one of those not, each a sum of one number per
/// level of each feature (numbers are cut into fifths); what a person gains is the difference. A
/// person is scored by models that were fitted without them (five parts, crosswise), so the curve
/// is honest.
///
/// Ridge regression: a level of few people is drawn towards no effect.
///
/// @param levels what each level adds to the effect, and what was seen there
/// @param tenths by score, the best first
/// @param qini of the scores
public record UpliftModel(
    long treated, long untreated, List<Level> levels, List<Tenth> tenths, Qini qini) {
  private static final int FOLDS = 5;
  private static final int MOST_LEVELS = 20;
  private static final int CUT_BEYOND = 12;
  private static final double RIDGE = 20;
  private static final int DRAWS = 200;
  private static final long SEED = 20_250_101;

  public UpliftModel {
    levels = List.copyOf(levels);
    tenths = List.copyOf(tenths);
  }

  /// @param adds to the effect, against the mean of its feature
  /// @param seen the difference that was seen, per person, with its 95 % interval; null bounds
  ///   where nobody, or one person, is on a side
  public record Level(String feature, String level, long people, double adds, Seen seen) {}

  public record Seen(@Nullable Double difference, @Nullable Double low, @Nullable Double high) {
    static Seen of(Uplift.Arm treated, Uplift.Arm untreated) {
      if (treated.people() < 2 || untreated.people() < 2) {
        return new Seen(null, null, null);
      }
      Uplift uplift = Uplift.of(treated, untreated);
      double people = treated.people();
      return new Seen(uplift.estimate() / people, uplift.low() / people, uplift.high() / people);
    }
  }

  /// @param expected the effect by the model, per person
  public record Tenth(int number, long people, double expected, Seen seen) {}

  /// People with their features, to be learnt from.
  public static final class Crowd {
    private final List<String> features;
    private final List<List<String>> values = new ArrayList<>();
    private final List<Boolean> treated = new ArrayList<>();
    private final List<Double> outcomes = new ArrayList<>();

    public Crowd(List<String> features) {
      this.features = List.copyOf(features);
    }

    /// @param of one value per feature
    public void add(boolean wasTreated, double outcome, List<String> of) {
      values.add(List.copyOf(of));
      treated.add(wasTreated);
      outcomes.add(outcome);
    }
  }

  /// One number per person and level: where the person's level of each feature stands among all
  /// levels of all features.
  private static final class Coded {
    final int[][] at;
    final List<String> features = new ArrayList<>();
    final List<String> levels = new ArrayList<>();

    Coded(int people, int features) {
      this.at = new int[people][features];
    }
  }

  /// @return null where there are no features, nobody is treated, or everybody
  public static @Nullable UpliftModel of(Crowd crowd) {
    int people = crowd.values.size();
    boolean[] treated = new boolean[people];
    double[] outcomes = new double[people];
    for (int i = 0; i < people; i++) {
      treated[i] = crowd.treated.get(i);
      outcomes[i] = crowd.outcomes.get(i);
    }
    Coded coded = code(crowd);
    int columns = coded.levels.size() + 1;
    // Everything a fit needs, per part and side.
    double[][][][] normal = new double[FOLDS][2][columns][columns];
    double[][][] right = new double[FOLDS][2][columns];
    int[] fold = new int[people];
    var chance = new Chance(SEED);
    for (int i = 0; i < people; i++) {
      fold[i] = chance.roll(FOLDS);
      int side = treated[i] ? 1 : 0;
      double[][] into = normal[fold[i]][side];
      into[0][0]++;
      right[fold[i]][side][0] += outcomes[i];
      for (int a : coded.at[i]) {
        into[0][a]++;
        into[a][0]++;
        right[fold[i]][side][a] += outcomes[i];
        for (int b : coded.at[i]) {
          into[a][b]++;
        }
      }
    }
    double[] whole = effects(normal, right, -1);
    if (whole == null || crowd.features.isEmpty()) {
      return null;
    }
    double[] scores = scores(normal, right, fold, coded, people);
    double[] places = places(scores, fold);
    Qini qini = Qini.of(places, treated, outcomes, DRAWS, SEED);
    if (qini == null) {
      return null;
    }
    long count = crowd.treated.stream().filter(each -> each).count();
    return new UpliftModel(
        count,
        people - count,
        levels(coded, whole, treated, outcomes),
        tenths(scores, places, treated, outcomes),
        qini);
  }

  /// Each person's effect by models fitted without them.
  private static double[] scores(
      double[][][][] normal, double[][][] right, int[] fold, Coded coded, int people) {
    double[] scores = new double[people];
    for (int part = 0; part < FOLDS; part++) {
      double[] effects = effects(normal, right, part);
      for (int i = 0; i < people && effects != null; i++) {
        if (fold[i] == part) {
          scores[i] = effects[0];
          for (int level : coded.at[i]) {
            scores[i] += effects[level];
          }
        }
      }
    }
    return scores;
  }

  /// Where each person stands within their part, 0 to 1, equals at the same place. Between parts
  /// scores must not be compared: where a part by chance has a large effect the others have a small
  /// one, so its scores are low, and order would say the contrary of what is so.
  private static double[] places(double[] scores, int[] fold) {
    double[] places = new double[scores.length];
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.comparingInt((Integer i) -> fold[i])
            .thenComparingDouble((Integer i) -> scores[i]));
    for (int from = 0; from < order.length; ) {
      int part = fold[order[from]];
      int to = from;
      while (to < order.length && fold[order[to]] == part) {
        to++;
      }
      for (int at = from; at < to; ) {
        int end = at;
        while (end < to && scores[order[end]] == scores[order[at]]) {
          end++;
        }
        double place = ((at + end) / 2.0 - from) / (to - from);
        for (; at < end; at++) {
          places[order[at]] = place;
        }
      }
      from = to;
    }
    return places;
  }

  /// What each column adds to the effect, fitted without one part.
  ///
  /// @param without a part, -1 for none
  /// @return null where a side has nobody
  private static double @Nullable [] effects(
      double[][][][] normal, double[][][] right, int without) {
    int columns = right[0][0].length;
    double[] effects = new double[columns];
    for (int side = 0; side < 2; side++) {
      double[][] sum = new double[columns][columns];
      double[] target = new double[columns];
      for (int part = 0; part < FOLDS; part++) {
        for (int a = 0; part != without && a < columns; a++) {
          target[a] += right[part][side][a];
          for (int b = 0; b < columns; b++) {
            sum[a][b] += normal[part][side][a][b];
          }
        }
      }
      // The mean is free, levels are drawn towards it.
      for (int a = 1; a < columns; a++) {
        sum[a][a] += RIDGE;
      }
      double[][] inverse = sum[0][0] == 0 ? null : Matrix.inverse(sum);
      if (inverse == null) {
        return null;
      }
      for (int a = 0; a < columns; a++) {
        for (int b = 0; b < columns; b++) {
          effects[a] += (side == 1 ? 1 : -1) * inverse[a][b] * target[b];
        }
      }
    }
    return effects;
  }

  private static Coded code(Crowd crowd) {
    int people = crowd.values.size();
    var coded = new Coded(people, crowd.features.size());
    for (int feature = 0; feature < crowd.features.size(); feature++) {
      String[] of = new String[people];
      for (int i = 0; i < people; i++) {
        of[i] = crowd.values.get(i).get(feature);
      }
      of = named(of);
      var places = new HashMap<String, Integer>();
      for (String level : new TreeSet<>(Arrays.asList(of))) {
        coded.features.add(crowd.features.get(feature));
        coded.levels.add(level);
        places.put(level, coded.levels.size());
      }
      for (int i = 0; i < people; i++) {
        coded.at[i][feature] = places.getOrDefault(of[i], 0);
      }
    }
    return coded;
  }

  /// Numbers that differ a lot as fifths; other values as they are, the rare ones together.
  private static String[] named(String[] values) {
    var counts = new HashMap<String, Integer>();
    for (String value : values) {
      counts.merge(value, 1, Integer::sum);
    }
    if (counts.size() > CUT_BEYOND
        && counts.keySet().stream().allMatch(value -> value.isEmpty() || number(value))) {
      double[] sorted =
          Arrays.stream(values)
              .filter(value -> !value.isEmpty())
              .mapToDouble(Double::parseDouble)
              .sorted()
              .toArray();
      String[] named = new String[values.length];
      for (int i = 0; i < values.length; i++) {
        named[i] = values[i].isEmpty() ? "(none)" : fifth(Double.parseDouble(values[i]), sorted);
      }
      return named;
    }
    List<String> kept =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_LEVELS)
            .map(Map.Entry::getKey)
            .toList();
    String[] named = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      named[i] = kept.contains(values[i]) ? values[i].isEmpty() ? "(none)" : values[i] : "(other)";
    }
    return named;
  }

  private static String fifth(double value, double[] sorted) {
    double low = sorted[0];
    for (int i = 1; i < 5; i++) {
      double bound = sorted[(int) ((long) i * sorted.length / 5)];
      if (value < bound) {
        return i + ": " + low + " … < " + bound;
      }
      low = bound;
    }
    return "5: " + low + " …";
  }

  private static boolean number(String text) {
    return text.matches("[-+]?\\d{1,15}(\\.\\d{1,15})?");
  }

  private static List<Level> levels(
      Coded coded, double[] effects, boolean[] treated, double[] outcomes) {
    int count = coded.levels.size();
    var arms = new ArrayList<Uplift.Arm[]>();
    for (int level = 0; level < count; level++) {
      arms.add(new Uplift.Arm[] {Uplift.Arm.EMPTY, Uplift.Arm.EMPTY});
    }
    for (int i = 0; i < treated.length; i++) {
      for (int level : coded.at[i]) {
        int side = treated[i] ? 1 : 0;
        arms.get(level - 1)[side] = arms.get(level - 1)[side].plus(outcomes[i]);
      }
    }
    var means = new HashMap<String, double[]>();
    for (int level = 0; level < count; level++) {
      double people = people(arms.get(level));
      double[] mean = means.computeIfAbsent(coded.features.get(level), _ -> new double[2]);
      mean[0] += people * effects[level + 1];
      mean[1] += people;
    }
    var levels = new ArrayList<Level>();
    for (int level = 0; level < count; level++) {
      double[] mean = means.getOrDefault(coded.features.get(level), new double[] {0, 1});
      levels.add(
          new Level(
              coded.features.get(level),
              coded.levels.get(level),
              people(arms.get(level)),
              effects[level + 1] - mean[0] / mean[1],
              Seen.of(arms.get(level)[1], arms.get(level)[0])));
    }
    return levels;
  }

  private static long people(Uplift.Arm[] sides) {
    return sides[0].people() + sides[1].people();
  }

  private static List<Tenth> tenths(
      double[] scores, double[] places, boolean[] treated, double[] outcomes) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -places[i]));
    var tenths = new ArrayList<Tenth>();
    for (int number = 1; number <= 10; number++) {
      int from = (int) ((long) (number - 1) * scores.length / 10);
      int to = (int) ((long) number * scores.length / 10);
      Uplift.Arm with = Uplift.Arm.EMPTY;
      Uplift.Arm without = Uplift.Arm.EMPTY;
      double expected = 0;
      for (int at = from; at < to; at++) {
        int i = order[at];
        expected += scores[i];
        if (treated[i]) {
          with = with.plus(outcomes[i]);
        } else {
          without = without.plus(outcomes[i]);
        }
      }
      if (to > from) {
        tenths.add(new Tenth(number, to - from, expected / (to - from), Seen.of(with, without)));
      }
    }
    return tenths;
  }
}
