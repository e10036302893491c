package io.huoshui.insight.value;

import io.huoshui.event.Value;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.Timeline;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The days on which one customer bought, and for how much: what the models are told of them. A
/// purchase is a day with an order, however many orders it has.
public final class PaidDays {
  private final int[] days;
  private final double[] amounts;

  private PaidDays(int[] days, double[] amounts) {
    this.days = days;
    this.amounts = amounts;
  }

  /// @param paid what was paid on each day
  public static PaidDays of(SortedMap<LocalDate, Double> paid) {
    int[] days = new int[paid.size()];
    double[] amounts = new double[days.length];
    int next = 0;
    for (Map.Entry<LocalDate, Double> entry : paid.entrySet()) {
      days[next] = (int) entry.getKey().toEpochDay();
      amounts[next++] = entry.getValue();
    }
    return new PaidDays(days, amounts);
  }

  /// Of a timeline, in fen. An order that was cancelled is none; what was refunded is taken off its
  /// order; a day on which nothing is left is no purchase.
  public static PaidDays of(Timeline timeline, Calendar calendar, long untilMs) {
    var paid = new TreeMap<Integer, Double>();
    @Nullable Map<String, Long> back = null;
    int end = timeline.from(untilMs + 1);
    for (int i = 0; i < end; i++) {
      String name = timeline.name(i);
      if (name.equals("order_cancelled") || name.equals("order_refunded")) {
        back = back == null ? new HashMap<>() : back;
        long fen =
            name.equals("order_cancelled") ? Long.MAX_VALUE / 4 : timeline.whole(i, "amountFen");
        back.merge(order(timeline, i), fen, (a, b) -> Math.min(Long.MAX_VALUE / 4, a + b));
      }
    }
    for (int i = 0; i < end; i++) {
      if (timeline.name(i).equals("order_paid")) {
        long fen = timeline.whole(i, "amountFen");
        long gone = back == null ? 0 : Math.min(fen, back.getOrDefault(order(timeline, i), 0L));
        if (fen > gone) {
          paid.merge(calendar.day(timeline.timeMs(i)), (double) (fen - gone), Double::sum);
        }
      }
    }
    return new PaidDays(
        paid.keySet().stream().mapToInt(day -> day).toArray(),
        paid.values().stream().mapToDouble(fen -> fen).toArray());
  }

  private static String order(Timeline timeline, int index) {
    Value id = timeline.property(index, "orderId");
    return id == null ? "" : id.shown();
  }

  public int purchases() {
    return days.length;
  }

  /// What was done up to the end of a day.
  ///
  /// @param day since 1970-01-01
  /// @param unit days in a unit of time
  /// @return null for who had not begun
  public Purchases.@Nullable One upTo(int day, double unit) {
    if (days.length == 0 || days[0] > day) {
      return null;
    }
    int end = after(day);
    double sum = 0;
    for (int i = 1; i < end; i++) {
      sum += amounts[i];
    }
    int repeats = end - 1;
    return new Purchases.One(
        repeats,
        repeats == 0 ? 0 : (days[end - 1] - days[0]) / unit,
        (day - days[0]) / unit,
        repeats == 0 ? 0 : sum / repeats);
  }

  /// On how many days there was a purchase after one day, up to another.
  public int between(int day, int until) {
    return Math.max(0, after(until) - after(day));
  }

  /// What was paid on these days.
  public double paidBetween(int day, int until) {
    double sum = 0;
    for (int i = after(day); i < after(until); i++) {
      sum += amounts[i];
    }
    return sum;
  }

  private int after(int day) {
    int at = Arrays.binarySearch(days, day);
    return at >= 0 ? at + 1 : -at - 1;
  }
}
