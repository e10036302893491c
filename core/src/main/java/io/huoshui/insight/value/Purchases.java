package io.huoshui.insight.value;

import java.util.Arrays;

/// What customers did up to a day, each in four numbers: see [One]. Kept in columns, because the
/// likelihoods go over all of them a thousand times.
public final class Purchases {
  private int[] repeats = new int[64];
  private double[] last = new double[64];
  private double[] known = new double[64];
  private double[] mean = new double[64];
  private int size;

  /// One customer's. Times are in one unit of the caller's choice (weeks, days) and count from the
  /// first purchase, which itself is not counted.
  ///
  /// @param repeats how many purchases after the first (days with one, where a day counts once)
  /// @param last when the last was; 0 where there was none after the first
  /// @param known how long the customer is known, at least `last`
  /// @param mean what a purchase after the first was worth on average; 0 where there was none
  public record One(int repeats, double last, double known, double mean) {
    public One {
      if (repeats < 0 || last < 0 || known < last || (repeats == 0 && last != 0)) {
        throw new IllegalArgumentException(
            "A customer with "
                + repeats
                + " purchases after the first, the last at "
                + last
                + ", known for "
                + known
                + ": none means a last of 0, and the last is within the time known");
      }
    }
  }

  public void add(One one) {
    if (size == repeats.length) {
      repeats = Arrays.copyOf(repeats, size * 2);
      last = Arrays.copyOf(last, size * 2);
      known = Arrays.copyOf(known, size * 2);
      mean = Arrays.copyOf(mean, size * 2);
    }
    repeats[size] = one.repeats();
    last[size] = one.last();
    known[size] = one.known();
    mean[size] = one.mean();
    size++;
  }

  public int size() {
    return size;
  }

  public One of(int customer) {
    return new One(repeats[customer], last[customer], known[customer], mean[customer]);
  }

  int repeats(int customer) {
    return repeats[customer];
  }

  double last(int customer) {
    return last[customer];
  }

  double known(int customer) {
    return known[customer];
  }

  double mean(int customer) {
    return mean[customer];
  }

  /// The longest time anybody is known.
  double longest() {
    double longest = 0;
    for (int i = 0; i < size; i++) {
      longest = Math.max(longest, known[i]);
    }
    return longest;
  }

  /// How many bought again.
  public int again() {
    int again = 0;
    for (int i = 0; i < size; i++) {
      again += repeats[i] > 0 ? 1 : 0;
    }
    return again;
  }
}
