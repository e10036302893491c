package io.huoshui.insight.value;

import io.huoshui.insight.value.ValueModels.ChurnRisk;
import io.huoshui.insight.value.ValueModels.Expected;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 预测价值分布: everybody by churn risk and by what they are expected to be worth in the next year.
public final class Predicted implements Total<Predicted> {
  /// Lower bounds of the classes of value, in fen; the first takes everything below the second.
  public static final List<Long> FROM_FEN = List.of(0L, 5_000L, 20_000L, 50_000L, 200_000L);

  private final ValueModels models;
  private final Calendar calendar;
  private final int day;
  private final long[][] people = new long[ChurnRisk.values().length][FROM_FEN.size()];
  private final double[][] valueFen = new double[ChurnRisk.values().length][FROM_FEN.size()];
  private final double[][] purchases = new double[ChurnRisk.values().length][FROM_FEN.size()];
  private long all;
  private long buyers;

  /// One cell of the table.
  ///
  /// @param value an index of [#FROM_FEN]
  public record Place(ChurnRisk risk, int value) {}

  /// @param toFen not included; null for no end
  /// @param purchases and
  /// @param valueFen to expect of these people together
  public record Cell(
      ChurnRisk risk,
      long fromFen,
      @Nullable Long toFen,
      long people,
      double purchases,
      double valueFen) {}

  /// @param people in all, buyers or not
  public record Answer(
      long people, long buyers, double purchases, double valueFen, List<Cell> cells) {}

  /// @param day what is known up to its end, since 1970-01-01 in the brand's zone
  public Predicted(ValueModels models, ZoneId zone, int day) {
    this.models = models;
    this.calendar = new Calendar(zone);
    this.day = day;
  }

  /// The cell a person is in; null for who never bought.
  public @Nullable Place place(Timeline timeline) {
    Expected expected = models.expected(timeline, calendar, day);
    return expected == null ? null : place(expected);
  }

  /// Whether a person is in a cell, a row or a column of the table.
  ///
  /// @param risk null for any
  /// @param value an index of [#FROM_FEN]; null for any
  public boolean belongs(Timeline timeline, @Nullable ChurnRisk risk, @Nullable Integer value) {
    Place place = place(timeline);
    return place != null
        && (risk == null || place.risk() == risk)
        && (value == null || place.value() == value);
  }

  private static Place place(Expected expected) {
    double fen = expected.valueFen() == null ? 0 : expected.valueFen();
    int value = 0;
    while (value + 1 < FROM_FEN.size() && fen >= FROM_FEN.get(value + 1)) {
      value++;
    }
    return new Place(expected.risk(), value);
  }

  @Override
  public void add(Timeline timeline) {
    all++;
    Expected expected = models.expected(timeline, calendar, day);
    if (expected != null) {
      buyers++;
      Place place = place(expected);
      int risk = place.risk().ordinal();
      people[risk][place.value()]++;
      purchases[risk][place.value()] += expected.purchases();
      valueFen[risk][place.value()] += expected.valueFen() == null ? 0 : expected.valueFen();
    }
  }

  @Override
  public void addWithoutEvents(long more) {
    all += more;
  }

  @Override
  public void add(Predicted other) {
    all += other.all;
    buyers += other.buyers;
    for (int risk = 0; risk < people.length; risk++) {
      for (int value = 0; value < FROM_FEN.size(); value++) {
        people[risk][value] += other.people[risk][value];
        purchases[risk][value] += other.purchases[risk][value];
        valueFen[risk][value] += other.valueFen[risk][value];
      }
    }
  }

  @Override
  public long people() {
    return all;
  }

  public Answer answer() {
    var cells = new ArrayList<Cell>();
    double allPurchases = 0;
    double allFen = 0;
    for (ChurnRisk risk : ChurnRisk.values()) {
      for (int value = 0; value < FROM_FEN.size(); value++) {
        cells.add(
            new Cell(
                risk,
                FROM_FEN.get(value),
                value + 1 < FROM_FEN.size() ? FROM_FEN.get(value + 1) : null,
                people[risk.ordinal()][value],
                purchases[risk.ordinal()][value],
                valueFen[risk.ordinal()][value]));
        allPurchases += purchases[risk.ordinal()][value];
        allFen += valueFen[risk.ordinal()][value];
      }
    }
    return new Answer(all, buyers, allPurchases, allFen, List.copyOf(cells));
  }
}
