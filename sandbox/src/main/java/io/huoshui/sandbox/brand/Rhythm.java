package io.huoshui.sandbox.brand;

import io.huoshui.sandbox.draw.Dice;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Month;

/// When people buy: weekends, the two great promotions (618, 双11), 12.12, the days before new year,
/// and the hours of a day. Shares follow the shape every Chinese marketplace reports; the figures
/// are ours.
final class Rhythm {
  static final long SECOND = 1_000L;
  static final long MINUTE = 60 * SECOND;
  static final long HOUR = 60 * MINUTE;
  static final long DAY = 24 * HOUR;

  /// The brand's zone is +08:00 all year.
  static final long ZONE_OFFSET = 8 * HOUR;

  /// No day is busier than this, against 1 on a plain weekday.
  static final double BUSIEST = 3.5;

  private static final double[] HOURS = {
    0.4, 0.2, 0.1, 0.1, 0.1, 0.3, 0.8, 1.4, 1.9, 2.2, 2.4, 2.3, 2.2, 1.9, 1.8, 1.9, 2.0, 2.1, 2.4,
    3.0, 3.6, 3.5, 2.4, 1.1
  };
  private static final double[] UNTIL_HOUR = cumulative(HOURS);

  private static final int TABLE_FROM = Math.toIntExact(LocalDate.of(2020, 1, 1).toEpochDay());
  private static final float[] TABLE = table();

  private Rhythm() {}

  private static double[] cumulative(double[] weights) {
    var sums = new double[weights.length];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      sums[i] = sum;
    }
    return sums;
  }

  private static float[] table() {
    var table = new float[20 * 366];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) factor(LocalDate.ofEpochDay(TABLE_FROM + i));
    }
    return table;
  }

  /// How busy a local day is.
  static double factor(long epochDay) {
    int index = (int) (epochDay - TABLE_FROM);
    return index >= 0 && index < TABLE.length
        ? TABLE[index]
        : factor(LocalDate.ofEpochDay(epochDay));
  }

  private static double factor(LocalDate day) {
    DayOfWeek weekday = day.getDayOfWeek();
    double week = weekday == DayOfWeek.SATURDAY || weekday == DayOfWeek.SUNDAY ? 1.25 : 1;
    return Math.min(BUSIEST, week * season(day.getMonth(), day.getDayOfMonth()));
  }

  private static double season(Month month, int day) {
    return switch (month) {
      case JUNE -> day >= 16 && day <= 18 ? 2.6 : day <= 20 ? 1.6 : 1;
      case NOVEMBER -> day == 11 ? 3.4 : day <= 12 ? 1.7 : 1;
      case DECEMBER -> day >= 11 && day <= 12 ? 1.6 : 1;
      case JANUARY -> day >= 15 ? 1.3 : 1;
      case SEPTEMBER, OCTOBER -> 1.05;
      case FEBRUARY, MARCH, APRIL, MAY, JULY, AUGUST -> 1;
    };
  }

  static long localDay(long epochMs) {
    return Math.floorDiv(epochMs + ZONE_OFFSET, DAY);
  }

  /// A moment of the local day, at a likely hour, to the second.
  static long momentOf(long localDay, Dice dice) {
    double at = dice.uniform() * UNTIL_HOUR[23];
    int hour = 0;
    while (UNTIL_HOUR[hour] < at) {
      hour++;
    }
    return localDay * DAY - ZONE_OFFSET + hour * HOUR + dice.below(3600) * SECOND;
  }
}
