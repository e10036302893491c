package io.huoshui.sandbox.customers;

import io.huoshui.sandbox.draw.Dice;
import java.util.ArrayList;
import java.util.List;

/// How a group lives: people come in waves, speak more until its best days and less after them, and
/// leave a few at a time. Drawn from the seed and the group, so it is the same in every run.
public final class GroupLife {
  private static final long DAY_MS = 86_400_000L;

  /// Nothing is drawn further ahead.
  private static final int DAYS = 90;

  /// When waves begin, in days, and which share of the people comes with them.
  private static final int[] WAVES = {0, 7, 21};

  private static final double[] SHARES = {0.5, 0.3, 0.2};

  private static final List<String> TEXTS =
      List.of("多少钱?", "好喝", "什么时候发货", "有优惠吗", "收到了", "哈哈", "求链接", "谢谢", "已拍", "早");

  private GroupLife() {}

  /// One person in the group.
  ///
  /// @param toMs `Long.MAX_VALUE` for who stays
  /// @param byCode whether they scanned the group's code; else the owner invited them
  public record Life(String member, long fromMs, long toMs, boolean byCode, List<Long> saidMs) {
    public Life {
      saidMs = List.copyOf(saidMs);
    }
  }

  public static List<Life> draw(
      long seed, String chat, long openedMs, List<String> people, Habits habits) {
    var lives = new ArrayList<Life>();
    for (int i = 0; i < people.size(); i++) {
      var dice = Dice.of(Dice.hash(Dice.hash(seed, chat), people.get(i)), "group");
      double place = (i + 0.5) / people.size();
      int wave = place < SHARES[0] ? 0 : place < SHARES[0] + SHARES[1] ? 1 : 2;
      long from =
          openedMs
              + WAVES[wave] * DAY_MS
              + second(Math.min(3.0 * DAY_MS, dice.exponential(DAY_MS * 0.8)));
      boolean leaves = dice.chance(1 - Math.pow(1 - habits.get(Habit.GROUP_LEAVES_IN_30D), 3));
      long to = leaves ? from + second(dice.exponential(30.0 * DAY_MS)) + 1000 : Long.MAX_VALUE;
      to = to > openedMs + DAYS * DAY_MS ? Long.MAX_VALUE : to;
      var said = new ArrayList<Long>();
      for (int day = 0; day < DAYS; day++) {
        long at = openedMs + day * DAY_MS + second(dice.exponential(DAY_MS * 0.3) % DAY_MS);
        boolean speaks =
            dice.chance(
                habits.get(Habit.GROUP_SPEAKS_AT_PEAK)
                    * liveliness(
                        day,
                        habits.get(Habit.GROUP_PEAK_DAY),
                        habits.get(Habit.GROUP_HALF_LIFE_DAYS)));
        if (speaks && at > from && at < to) {
          said.add(at);
        }
      }
      lives.add(new Life(people.get(i), from, to, dice.chance(0.7), said));
    }
    return lives;
  }

  /// From a third to 1 on the best day, and half of it after each half-life.
  static double liveliness(int day, double peakDay, double halfLifeDays) {
    return day <= peakDay
        ? 1.0 / 3 + 2.0 / 3 * day / peakDay
        : Math.pow(0.5, (day - peakDay) / halfLifeDays);
  }

  private static long second(double ms) {
    return (long) ms / 1000 * 1000;
  }

  public static String text(long seed, String chat, long atMs) {
    long hash = Dice.hash(Dice.hash(seed, chat), atMs);
    return TEXTS.get((int) Long.remainderUnsigned(hash, TEXTS.size()));
  }
}
