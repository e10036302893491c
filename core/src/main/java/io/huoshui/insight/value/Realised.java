package io.huoshui.insight.value;

import io.huoshui.insight.Response;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// 已实现的客户价值: what people brought within 30, 90 and 365 days of being won, by source and month,
/// against what winning them cost.
///
/// ```
/// day         0      1      2  …  29 |         the day of acquisition is day 0, in the brand's zone
/// net fen    +800          -300      |  500    paid, less cancelled and refunded, on the day it was said
/// ```
///
/// Of a window only people count whose days are over; of the curve of days only days that are over.
/// Everybody who has an event is in exactly one source and month.
public final class Realised implements Total<Realised> {
  public static final List<Integer> WINDOWS = List.of(30, 90, 365);
  private static final int DAYS = 365;
  private static final double Z_95 = 1.959963984540054;

  private final String by;
  private final List<Cost> costs;
  private final long nowMs;
  private final Calendar calendar;
  private final int today;
  private final Map<Cohort, Counted> cohorts = new TreeMap<>(Cohort.ORDER);
  private long people;
  private long withoutEvents;

  /// Who was won at one source in one month.
  public record Cohort(String source, YearMonth month) {
    static final Comparator<Cohort> ORDER =
        Comparator.comparing(Cohort::source).thenComparing(Cohort::month);
  }

  /// One cohort, or several together.
  private static final class Counted {
    final Tally all = new Tally();

    /// Those who were won on days whose cost is known: what they brought is what stands against it.
    final Tally atCost = new Tally();

    void add(Counted other) {
      all.add(other.all);
      atCost.add(other.atCost);
    }
  }

  private static final class Tally {
    long people;
    final long[] complete = new long[WINDOWS.size()];
    final long[] revenueFen = new long[WINDOWS.size()];
    final double[] squares = new double[WINDOWS.size()];

    /// Per day since acquisition what was brought, of those for whom the day is over.
    final long[] dayFen = new long[DAYS];

    /// Per number of days that are over, how many people.
    final long[] over = new long[DAYS + 1];

    void add(Tally other) {
      people += other.people;
      for (int i = 0; i < complete.length; i++) {
        complete[i] += other.complete[i];
        revenueFen[i] += other.revenueFen[i];
        squares[i] += other.squares[i];
      }
      for (int day = 0; day < DAYS; day++) {
        dayFen[day] += other.dayFen[day];
      }
      for (int days = 0; days <= DAYS; days++) {
        over[days] += other.over[days];
      }
    }
  }

  /// @param by see [Acquisition#of]
  /// @param costs what is known of them
  public Realised(Instant now, ZoneId zone, String by, List<Cost> costs) {
    this.by = by;
    this.costs = List.copyOf(costs);
    this.nowMs = now.toEpochMilli();
    this.calendar = new Calendar(zone);
    this.today = calendar.day(nowMs);
  }

  /// Which cohort a person belongs to; null for who has no event up to now.
  public @Nullable Cohort cohort(Timeline timeline) {
    Acquisition won = Acquisition.of(timeline, by, nowMs);
    return won == null
        ? null
        : new Cohort(won.source(), YearMonth.from(LocalDate.ofEpochDay(calendar.day(won.atMs()))));
  }

  /// A number of people of a row.
  ///
  /// @param source null for all together
  /// @param month null for all together
  /// @param days since the acquisition that have to be over; 0 for whoever was won
  /// @param atCost only those who were won on days whose cost is known
  public record Cell(
      @Nullable String source, @Nullable YearMonth month, int days, boolean atCost) {}

  /// Whether a person is one of those a cell counts.
  public boolean belongs(Timeline timeline, Cell cell) {
    Acquisition won = Acquisition.of(timeline, by, nowMs);
    if (won == null || (cell.source() != null && !won.source().equals(cell.source()))) {
      return false;
    }
    int first = calendar.day(won.atMs());
    LocalDate day = LocalDate.ofEpochDay(first);
    return (cell.month() == null || cell.month().equals(YearMonth.from(day)))
        && over(first) >= cell.days()
        && (!cell.atCost() || costs.stream().anyMatch(cost -> covers(cost, won, day)));
  }

  private static boolean covers(Cost cost, Acquisition won, LocalDate day) {
    return cost.source().equals(won.source()) && cost.covers(day);
  }

  /// How many days of a person are over, up to [#DAYS].
  private int over(int first) {
    return Math.clamp(today - first, 0, DAYS);
  }

  @Override
  public void add(Timeline timeline) {
    people++;
    Acquisition won = Acquisition.of(timeline, by, nowMs);
    if (won == null) {
      withoutEvents++;
      return;
    }
    int first = calendar.day(won.atMs());
    LocalDate day = LocalDate.ofEpochDay(first);
    Counted into =
        cohorts.computeIfAbsent(new Cohort(won.source(), YearMonth.from(day)), _ -> new Counted());
    count(timeline, won.atMs(), first, into.all);
    for (Cost cost : costs) {
      if (covers(cost, won, day)) {
        count(timeline, won.atMs(), first, into.atCost);
        return;
      }
    }
  }

  private void count(Timeline timeline, long fromMs, int first, Tally into) {
    into.people++;
    int over = over(first);
    into.over[over]++;
    long[] within = new long[WINDOWS.size()];
    for (int i = timeline.from(fromMs); i < timeline.size() && timeline.timeMs(i) <= nowMs; i++) {
      long fen = Response.netFen(timeline, i);
      int since = fen == 0 ? 0 : calendar.day(timeline.timeMs(i)) - first;
      if (fen != 0 && since < over) {
        into.dayFen[since] += fen;
        for (int w = 0; w < within.length; w++) {
          within[w] += since < WINDOWS.get(w) ? fen : 0;
        }
      }
    }
    for (int w = 0; w < within.length; w++) {
      if (over >= WINDOWS.get(w)) {
        into.complete[w]++;
        into.revenueFen[w] += within[w];
        into.squares[w] += (double) within[w] * within[w];
      }
    }
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
    withoutEvents += more;
  }

  @Override
  public void add(Realised other) {
    people += other.people;
    withoutEvents += other.withoutEvents;
    other.cohorts.forEach(
        (cohort, counted) -> cohorts.computeIfAbsent(cohort, _ -> new Counted()).add(counted));
  }

  @Override
  public long people() {
    return people;
  }

  /// What people brought within so many days of being won.
  ///
  /// @param people those whose days are over
  /// @param revenueFen of these, net
  /// @param perPersonFen null where there is nobody yet
  /// @param lowFen of the 95 % interval of the mean; null for fewer than two people
  /// @param perCost LTV/CAC: what a person won at a cost brought, per fen of what winning one cost;
  ///   null without a cost
  /// @param perCostOf how many of those there are
  public record Within(
      int days,
      long people,
      long revenueFen,
      @Nullable Double perPersonFen,
      @Nullable Double lowFen,
      @Nullable Double highFen,
      @Nullable Double perCost,
      long perCostOf) {}

  /// @param source null for all together
  /// @param month null for all together
  /// @param costFen null where no cost is known
  /// @param wonAtCost people won on days whose cost is known
  /// @param cacFen what winning one of these cost; null where no cost is known, or nobody was won
  /// @param paybackDay the first day since acquisition (0 is its own) on which a person brought
  ///   what winning one cost, on average; null for not yet, or without a cost
  /// @param paybackOf for how many people that day is over; 0 where there is none
  public record Row(
      @Nullable String source,
      @Nullable YearMonth month,
      long people,
      List<Within> within,
      @Nullable Long costFen,
      long wonAtCost,
      @Nullable Double cacFen,
      @Nullable Integer paybackDay,
      long paybackOf) {}

  /// @param all everybody
  /// @param sources everybody by source; their sums are those of `all`
  /// @param cohorts everybody by source and month
  /// @param nobody people without any event up to now: in no cohort
  /// @param unmatched costs of sources at which nobody was ever won
  public record Answer(
      Row all, List<Row> sources, List<Row> cohorts, long nobody, List<Cost> unmatched) {}

  public Answer answer() {
    var rows = new ArrayList<Row>();
    var bySource = new TreeMap<String, Counted>();
    var all = new Counted();
    cohorts.forEach(
        (cohort, counted) -> {
          rows.add(
              row(
                  cohort.source(),
                  cohort.month(),
                  counted,
                  spent(
                      of(cohort.source()),
                      cohort.month().atDay(1),
                      cohort.month().atEndOfMonth())));
          bySource.computeIfAbsent(cohort.source(), _ -> new Counted()).add(counted);
          all.add(counted);
        });
    var sources = new ArrayList<Row>();
    @Nullable Long spent = null;
    for (Map.Entry<String, Counted> entry : bySource.entrySet()) {
      @Nullable Long cost = spent(of(entry.getKey()), LocalDate.MIN.plusDays(1), LocalDate.MAX);
      sources.add(row(entry.getKey(), null, entry.getValue(), cost));
      spent = cost == null ? spent : Long.valueOf((spent == null ? 0 : spent) + cost);
    }
    return new Answer(
        row(null, null, all, spent),
        List.copyOf(sources),
        List.copyOf(rows),
        withoutEvents,
        costs.stream().filter(cost -> !bySource.containsKey(cost.source())).toList());
  }

  private List<Cost> of(String source) {
    return costs.stream().filter(cost -> cost.source().equals(source)).toList();
  }

  /// Null where no cost touches the days.
  private static @Nullable Long spent(List<Cost> costs, LocalDate first, LocalDate last) {
    @Nullable Long sum = null;
    for (Cost cost : costs) {
      if (!cost.to().isBefore(first) && !cost.from().isAfter(last)) {
        LocalDate from = cost.from().isAfter(first) ? cost.from() : first;
        LocalDate to = cost.to().isBefore(last) ? cost.to() : last;
        sum = (sum == null ? 0 : sum) + cost.within(from, to);
      }
    }
    return sum;
  }

  private static Row row(
      @Nullable String source, @Nullable YearMonth month, Counted counted, @Nullable Long costFen) {
    Tally atCost = counted.atCost;
    @Nullable Double cac =
        costFen == null || atCost.people == 0 ? null : (double) costFen / atCost.people;
    var within = new ArrayList<Within>();
    for (int w = 0; w < WINDOWS.size(); w++) {
      within.add(within(counted, w, cac));
    }
    int payback = cac == null ? -1 : payback(atCost, cac);
    return new Row(
        source,
        month,
        counted.all.people,
        List.copyOf(within),
        costFen,
        atCost.people,
        cac,
        payback < 0 ? null : payback,
        payback < 0 ? 0 : overAfter(atCost, payback));
  }

  private static Within within(Counted counted, int w, @Nullable Double cac) {
    Tally tally = counted.all;
    long n = tally.complete[w];
    double sum = tally.revenueFen[w];
    @Nullable Double mean = n == 0 ? null : sum / n;
    @Nullable Double margin =
        n < 2
            ? null
            : Z_95 * Math.sqrt(Math.max(0, (tally.squares[w] - sum * sum / n) / (n - 1)) / n);
    long won = counted.atCost.complete[w];
    return new Within(
        WINDOWS.get(w),
        n,
        tally.revenueFen[w],
        mean,
        mean == null || margin == null ? null : mean - margin,
        mean == null || margin == null ? null : mean + margin,
        won == 0 || cac == null || cac == 0
            ? null
            : (double) counted.atCost.revenueFen[w] / won / cac,
        won);
  }

  /// Of those for whom each day is over, what a day brought on average; days add up.
  private static int payback(Tally tally, double cac) {
    double brought = 0;
    for (int day = 0; day < DAYS; day++) {
      long people = overAfter(tally, day);
      if (people == 0) {
        return -1;
      }
      brought += (double) tally.dayFen[day] / people;
      if (brought >= cac) {
        return day;
      }
    }
    return -1;
  }

  /// For how many people a day since acquisition is over.
  private static long overAfter(Tally tally, int day) {
    long people = 0;
    for (int days = day + 1; days <= DAYS; days++) {
      people += tally.over[days];
    }
    return people;
  }
}
