package io.huoshui.profile;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Recency, frequency, monetary value of one buyer.
///
/// @param recencyDays calendar days of the brand since the last order
/// @param frequency paid orders
/// @param monetaryFen what they came to, in the smallest unit, at most what a long holds
public record Rfm(int recencyDays, int frequency, long monetaryFen) {

  /// @return null for somebody who never ordered in the window
  public static @Nullable Rfm of(Timeline timeline, Window window, Instant now, ZoneId zone) {
    var span = window.at(now, zone);
    int end = timeline.from(span.toMs());
    int frequency = 0;
    long monetary = 0;
    long last = 0;
    for (int i = timeline.from(span.fromMs()); i < end; i++) {
      if (timeline.name(i).equals("order_paid")) {
        frequency++;
        long paid = timeline.whole(i, "amountFen");
        monetary = add(monetary, paid);
        last = timeline.timeMs(i);
      }
    }
    if (frequency == 0) {
      return null;
    }
    long days =
        ChronoUnit.DAYS.between(
            Instant.ofEpochMilli(last).atZone(zone).toLocalDate(), now.atZone(zone).toLocalDate());
    return new Rfm((int) days, frequency, monetary);
  }

  /// A sum of money stops at what a long holds.
  public static long add(long monetaryFen, long paidFen) {
    return paidFen > Long.MAX_VALUE - monetaryFen ? Long.MAX_VALUE : monetaryFen + paidFen;
  }

  /// Scores 1 (worst) to 5 (best).
  public record Cell(int r, int f, int m) {
    public String code() {
      return "" + r + f + m;
    }

    /// The eight classic classes; high means 4 or 5.
    public Class8 class8() {
      return Class8.values()[(m >= 4 ? 0 : 4) + (r >= 4 ? 0 : 2) + (f >= 4 ? 0 : 1)];
    }
  }

  /// Scores from one to another, both included.
  public record Scores(int from, int to) {
    public static final Scores ANY = new Scores(1, 5);
    static final Scores HIGH = new Scores(4, 5);
    static final Scores LOW = new Scores(1, 3);

    public Scores {
      if (from < 1 || to > 5 || from > to) {
        throw new IllegalArgumentException(
            "Scores go from 1 to 5, the lower first; got " + from + "-" + to);
      }
    }

    public boolean has(int score) {
      return from <= score && score <= to;
    }

    @Override
    public String toString() {
      return from == to ? Integer.toString(from) : from + "-" + to;
    }
  }

  /// In the order of (monetary, recency, frequency), high before low.
  public enum Class8 {
    IMPORTANT_VALUE("重要价值"),
    IMPORTANT_DEVELOP("重要发展"),
    IMPORTANT_KEEP("重要保持"),
    IMPORTANT_WIN_BACK("重要挽留"),
    GENERAL_VALUE("一般价值"),
    GENERAL_DEVELOP("一般发展"),
    GENERAL_KEEP("一般保持"),
    GENERAL_WIN_BACK("一般挽留");

    private final String zh;

    Class8(String zh) {
      this.zh = zh;
    }

    public String zh() {
      return zh;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable Class8 ofWire(String wire) {
      for (Class8 known : values()) {
        if (known.wire().equals(wire)) {
          return known;
        }
      }
      return null;
    }

    /// The scores of its people, in the order recency, frequency, monetary.
    public List<Scores> scores() {
      return List.of(
          (ordinal() & 2) == 0 ? Scores.HIGH : Scores.LOW,
          (ordinal() & 1) == 0 ? Scores.HIGH : Scores.LOW,
          ordinal() < 4 ? Scores.HIGH : Scores.LOW);
    }
  }

  /// Scores everybody against everybody: the score is the fifth of the ranking in which the value
  /// falls; equal values get equal scores.
  public static List<Cell> quintiles(List<Rfm> people) {
    var buyers = new Buyers();
    people.forEach(rfm -> buyers.add(rfm.recencyDays, rfm.frequency, rfm.monetaryFen));
    return List.of(buyers.ranked());
  }

  /// Scores one person against bounds the brand set, so that a score means the same next month.
  ///
  /// @param recencyDays four bounds, growing: within the first is a 5
  /// @param frequency four bounds, growing: at least the last is a 5
  /// @param monetaryFen the same for money
  public record Rules(List<Integer> recencyDays, List<Integer> frequency, List<Long> monetaryFen) {
    public static final Rules STANDARD =
        new Rules(
            List.of(30, 90, 180, 360),
            List.of(2, 3, 5, 8),
            List.of(10_000L, 20_000L, 50_000L, 100_000L));

    public Rules {
      recencyDays = List.copyOf(recencyDays);
      frequency = List.copyOf(frequency);
      monetaryFen = List.copyOf(monetaryFen);
      if (recencyDays.size() != 4 || frequency.size() != 4 || monetaryFen.size() != 4) {
        throw new IllegalArgumentException("RFM rules need four bounds each");
      }
    }

    /// The ages at which an order's score for recency falls by nothing but time.
    public List<Period> edges() {
      return recencyDays.stream().map(days -> new Period(days - 1, Period.Unit.DAY)).toList();
    }

    public Cell score(Rfm rfm) {
      int r = 5;
      for (int bound : recencyDays) {
        r -= rfm.recencyDays() >= bound ? 1 : 0;
      }
      int f = 1;
      for (int bound : frequency) {
        f += rfm.frequency() >= bound ? 1 : 0;
      }
      int m = 1;
      for (long bound : monetaryFen) {
        m += rfm.monetaryFen() >= bound ? 1 : 0;
      }
      return new Cell(r, f, m);
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%dd/%d/%d", recencyDays, frequency, monetaryFen);
  }
}
