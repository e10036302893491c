package io.huoshui.insight.value;

import io.huoshui.profile.Draw;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// A sample of buyers drawn by their numbers: those whose draws are the lowest, so many at most.
/// The same people however they are counted side by side; everybody where there are not more.
public final class BuyerSample {
  /// What the models are fitted to: as many as the sample they were published with, and more.
  public static final int MOST = 4_000;

  private static final String SALT = "customer value";
  private static final Comparator<Drawn> LOWEST =
      Comparator.comparingDouble(Drawn::draw).thenComparingInt(Drawn::person);

  private final int most;
  private final PriorityQueue<Drawn> drawn = new PriorityQueue<>(LOWEST.reversed());
  private long buyers;

  private record Drawn(double draw, int person, PaidDays paid) {}

  public BuyerSample(int most) {
    this.most = most;
  }

  public void add(int person, PaidDays paid) {
    if (paid.purchases() > 0) {
      buyers++;
      offer(new Drawn(Draw.fraction(SALT, person), person, paid));
    }
  }

  private void offer(Drawn one) {
    if (drawn.size() < most) {
      drawn.add(one);
    } else if (LOWEST.compare(one, drawn.element()) < 0) {
      drawn.remove();
      drawn.add(one);
    }
  }

  public void add(BuyerSample other) {
    buyers += other.buyers;
    other.drawn.forEach(this::offer);
  }

  /// How many there were to draw from.
  public long buyers() {
    return buyers;
  }

  /// In the order of their draws.
  public List<PaidDays> paid() {
    var all = new ArrayList<>(drawn);
    all.sort(LOWEST);
    return all.stream().map(Drawn::paid).toList();
  }

  /// Fits models to what the sample did up to a day.
  ///
  /// @throws IllegalArgumentException when none of them had bought again
  public ValueModels fit(int day) {
    var purchases = new Purchases();
    for (PaidDays one : paid()) {
      Purchases.One done = one.upTo(day, 1);
      if (done != null) {
        purchases.add(done);
      }
    }
    return ValueModels.fit(purchases);
  }

  /// Fits to an earlier day and compares the days from it to `until`, over the sample.
  ///
  /// @throws IllegalArgumentException when none of them had bought again by then
  public Calibration calibrate(int day, int until) {
    var purchases = new Purchases();
    var later = new ArrayList<Integer>();
    for (PaidDays one : paid()) {
      Purchases.One done = one.upTo(day, 1);
      if (done != null) {
        purchases.add(done);
        later.add(one.between(day, until));
      }
    }
    ValueModels models = ValueModels.fit(purchases);
    return Calibration.of(
        purchases, later, models.often().model(), models.alive().model(), until - day);
  }
}
