package io.huoshui.identity;

import java.util.HashMap;
import java.util.Map;

/// How well a partition of identifiers agrees with the truth, counted over pairs of identifiers.
///
/// Precision: of the pairs we say are one person, how many are. Recall: of the pairs that are, how
/// many we say.
public record Pairwise(long correct, long claimed, long actual) {
  public double precision() {
    return claimed == 0 ? 1 : (double) correct / claimed;
  }

  public double recall() {
    return actual == 0 ? 1 : (double) correct / actual;
  }

  public double f1() {
    return correct == 0 ? 0 : 2 * precision() * recall() / (precision() + recall());
  }

  /// Collects (profile, person) of each identifier; order does not matter.
  public static final class Tally {
    private final Map<Long, Integer> both = new HashMap<>();
    private final Map<Integer, Integer> byProfile = new HashMap<>();
    private final Map<Integer, Integer> byPerson = new HashMap<>();

    public void add(int profile, int person) {
      both.merge(((long) profile << 32) | (person & 0xFFFFFFFFL), 1, Integer::sum);
      byProfile.merge(profile, 1, Integer::sum);
      byPerson.merge(person, 1, Integer::sum);
    }

    public Pairwise score() {
      return new Pairwise(pairs(both), pairs(byProfile), pairs(byPerson));
    }

    private static long pairs(Map<?, Integer> sizes) {
      return sizes.values().stream().mapToLong(n -> (long) n * (n - 1) / 2).sum();
    }
  }
}
