package io.huoshui.insight.value;

import java.util.Arrays;
import java.util.LinkedHashMap;

/// What customers did up to a day, each in four numbers: see [One]. Kept in columns, because the
/// likelihoods go over all of them a thousand times.
public final class Purchases {
  private int[] repeats = new int[64];
  private double[] last = new double[64];
  private double[] known = new double[64];
  private double[] mean = new double[64];
  private int[] people = new int[64];
  private int size;
  private int customers;

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
    add(one, 1);
  }

  /// Adds several customers who did exactly the same.
  public void add(One one, int alike) {
    if (size == repeats.length) {
      repeats = Arrays.copyOf(repeats, size * 2);
      last = Arrays.copyOf(last, size * 2);
      known = Arrays.copyOf(known, size * 2);
      mean = Arrays.copyOf(mean, size * 2);
      people = Arrays.copyOf(people, size * 2);
    }
    repeats[size] = one.repeats();
    last[size] = one.last();
    known[size] = one.known();
    mean[size] = one.mean();
    people[size] = alike;
    size++;
    customers += alike;
  }

  /// How many rows there are: as many as customers, unless some are [#grouped].
  public int size() {
    return size;
  }

  public int customers() {
    return customers;
  }

  /// The same customers, those who did exactly the same in one row: every likelihood of them is the
  /// same, and there is less to go over. Most who bought once only are alike.
  public Purchases grouped() {
    var alike = new LinkedHashMap<One, Integer>();
    for (int i = 0; i < size; i++) {
      alike.merge(of(i), people[i], Integer::sum);
    }
    var grouped = new Purchases();
    alike.forEach(grouped::add);
    return grouped;
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

  int people(int row) {
    return people[row];
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
      again += repeats[i] > 0 ? people[i] : 0;
    }
    return again;
  }
}
