package io.huoshui.community;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// At which place of its life a group stands on each day, and why.
///
/// `A` is how many people were active in the window that ends with the day, `P` the most there were
/// in this life of the group: one that was silent begins another when `A` is above twice the line
/// of silence, so that chance around that line is no revival. The first of these that holds is the
/// stage:
///
/// ```
/// BIRTH    the group is younger than birthDays
/// SILENCE  A ≤ max(silentPeople, silentShare × P)
/// DECLINE  A ≤ declining × P
/// GROWTH   A > (1 + rising) × A of lookBackDays ago, and at least risingPeople more
/// PEAK     else: near its most, and not rising
/// ```
public final class LifeCurve {
  private LifeCurve() {}

  /// @param birthDays how long a group is new
  /// @param windowDays what [Point#active] counts
  /// @param lookBackDays how far back growth looks
  /// @param rising by how much more is growth, 0.1 is ten per cent
  /// @param risingPeople and at least so many people more
  /// @param declining at or below this share of the most it declines
  /// @param silentShare at or below this share of the most it is silent
  /// @param silentPeople so many or fewer active people are silence anyhow
  public record Rule(
      int birthDays,
      int windowDays,
      int lookBackDays,
      double rising,
      int risingPeople,
      double declining,
      double silentShare,
      int silentPeople) {
    /// Chosen on drawn lives with a known truth (docs/communities.md), not on real groups.
    public static final Rule DEFAULT = new Rule(7, 7, 5, 0.30, 2, 0.70, 0.15, 1);

    public Rule {
      if (birthDays < 0
          || windowDays < 1
          || lookBackDays < 1
          || risingPeople < 0
          || silentPeople < 0) {
        throw new IllegalArgumentException("Days and people of the rule are not negative");
      }
      if (!(rising >= 0 && 0 <= silentShare && silentShare <= declining && declining <= 1)) {
        throw new IllegalArgumentException(
            "rising is at least 0, and 0 ≤ silentShare ≤ declining ≤ 1");
      }
    }
  }

  /// The stage of one day.
  ///
  /// @param ageDays how old the group is, 0 on its first day
  /// @param before active people `lookBackDays` ago; null when the group is younger
  /// @param peak the most in this life of the group, this day included
  /// @param peakDay the first day with so many
  public record Reading(
      int day,
      Stage stage,
      int ageDays,
      int members,
      int active,
      int speaking,
      @Nullable Integer before,
      int peak,
      int peakDay,
      int windowDays,
      int lookBackDays) {
    /// `0.4`: what is left of the most; null when there never was anything.
    public @Nullable Double ofPeak() {
      return peak == 0 ? null : (double) active / peak;
    }

    public String reason(boolean zh) {
      String now =
          zh
              ? windowDays + " 天活跃 " + active + " 人(共 " + members + " 人,发言 " + speaking + " 人)"
              : windowDays
                  + "-day active "
                  + active
                  + " of "
                  + members
                  + ", "
                  + speaking
                  + " of them spoke";
      String share =
          peak == 0
              ? (zh ? ",从未有人活跃" : "; nobody ever was active")
              : String.format(
                  Locale.ROOT,
                  zh ? ",为 %d 天前高点 %d 人的 %d%%" : "; %3$d %% of the %2$d of %1$d days ago",
                  day - peakDay,
                  peak,
                  Math.round(100.0 * active / peak));
      String trend =
          before == null
              ? ""
              : zh
                  ? "," + lookBackDays + " 天前 " + before + " 人"
                  : "; " + before + " " + lookBackDays + " days ago";
      return switch (stage) {
        case BIRTH -> (zh ? "建群第 " + ageDays + " 天," : "day " + ageDays + " of the group; ") + now;
        case SILENCE, DECLINE -> now + share;
        case PEAK, GROWTH -> now + share + trend;
      };
    }

    public LocalDate date() {
      return LocalDate.ofEpochDay(day);
    }
  }

  /// The stage of each day.
  ///
  /// @param days without a gap, counted with the rule's window
  public static List<Reading> over(List<Point> days, Rule rule) {
    var readings = new ArrayList<Reading>(days.size());
    int peak = 0;
    int peakDay = days.isEmpty() ? 0 : days.getFirst().day();
    boolean asleep = false;
    for (int i = 0; i < days.size(); i++) {
      Point point = days.get(i);
      int active = point.active();
      if (asleep && active > 2 * line(rule, peak)) {
        // It woke up: what was before is another life.
        peak = active;
        peakDay = point.day();
        asleep = false;
      }
      if (active > peak) {
        peak = active;
        peakDay = point.day();
      }
      Integer before = i < rule.lookBackDays() ? null : days.get(i - rule.lookBackDays()).active();
      Stage stage = stage(rule, i, active, before, peak);
      asleep = asleep || stage == Stage.SILENCE;
      readings.add(
          new Reading(
              point.day(),
              stage,
              i,
              point.members(),
              active,
              point.speaking(),
              before,
              peak,
              peakDay,
              rule.windowDays(),
              rule.lookBackDays()));
    }
    return readings;
  }

  private static double line(Rule rule, int peak) {
    return Math.max(rule.silentPeople(), rule.silentShare() * peak);
  }

  private static Stage stage(Rule rule, int age, int active, @Nullable Integer before, int peak) {
    if (age < rule.birthDays()) {
      return Stage.BIRTH;
    }
    if (active <= line(rule, peak)) {
      return Stage.SILENCE;
    }
    if (active <= rule.declining() * peak) {
      return Stage.DECLINE;
    }
    if (before != null
        && active - before >= rule.risingPeople()
        && active > before * (1 + rule.rising())) {
      return Stage.GROWTH;
    }
    return Stage.PEAK;
  }

  /// The stages as they look afterwards: from a curve that is smoothed over the days before and
  /// after, which nobody has on the day itself. For reviews, and to see how far off [#over] is.
  ///
  /// @param reach so many days to each side count, the near ones more
  public static List<Stage> inHindsight(List<Point> days, Rule rule, int reach) {
    double[] smooth = smooth(days, reach);
    double peak = 0;
    int top = 0;
    for (int i = 0; i < smooth.length; i++) {
      if (smooth[i] > peak) {
        peak = smooth[i];
        top = i;
      }
    }
    var stages = new ArrayList<Stage>(smooth.length);
    for (int i = 0; i < smooth.length; i++) {
      double high = peak * (1 - rule.rising());
      stages.add(
          i < rule.birthDays()
              ? Stage.BIRTH
              : smooth[i] <= Math.max(rule.silentPeople(), rule.silentShare() * peak)
                  ? Stage.SILENCE
                  : smooth[i] >= high
                      ? Stage.PEAK
                      : i < top
                          ? Stage.GROWTH
                          : smooth[i] <= rule.declining() * peak ? Stage.DECLINE : Stage.PEAK);
    }
    return stages;
  }

  /// Each day's mean over its neighbours, weighted by a triangle.
  private static double[] smooth(List<Point> days, int reach) {
    double[] smooth = new double[days.size()];
    for (int i = 0; i < smooth.length; i++) {
      double sum = 0;
      double weights = 0;
      for (int j = Math.max(0, i - reach); j <= Math.min(smooth.length - 1, i + reach); j++) {
        double weight = reach + 1 - Math.abs(i - j);
        sum += weight * days.get(j).active();
        weights += weight;
      }
      smooth[i] = sum / weights;
    }
    return smooth;
  }
}
