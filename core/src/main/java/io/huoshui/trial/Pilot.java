package io.huoshui.trial;

import io.huoshui.insight.Uplift.Arm;
import io.huoshui.insight.experiment.ConfidenceSequence;
import io.huoshui.journey.Autopilot;
import io.huoshui.journey.Journey;
import io.huoshui.profile.Draw;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Decides for a journey with an autopilot: the next cohort enters, or it waits, or it stops.
///
/// A journey's story is the list of what was decided, each with the numbers it was decided on. What
/// was decided follows from the story, the numbers and the definition alone.
public final class Pilot {
  private Pilot() {}

  public enum Act {
    /// A cohort enters.
    RELEASE,
    WAIT,
    STOP,
    /// Whoever was to enter has entered.
    DONE,
    /// Somebody lets it go on after a stop.
    RESUME;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Why it was decided so. Values are appended.
  public enum Why {
    LAUNCHED("首批放量", "the first cohort"),
    ABOVE_LINE("下限高于线，放大一批", "the lower bound is above the line"),
    PROBING("尚不能判断，再放一批小的", "nobody knows yet: another small cohort"),
    NOT_KNOWN("尚不能判断，等待", "nobody knows yet"),
    TOO_FEW("到期的人太少，等待", "too few people whose time is over"),
    BELOW_LINE("上限低于线，停止", "the upper bound is below the line"),
    BUDGET_USED("预算已用完，停止", "the budget is used"),
    NEVER_KNOWN("多次仍不能判断，停止", "it was looked at often enough, and nobody knows"),
    EVERYBODY("全部放完", "everybody entered"),
    BY_HAND("人工决定", "somebody decided it");

    private final String zh;
    private final String en;

    Why(String zh, String en) {
      this.zh = zh;
      this.en = en;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public String zh() {
      return zh;
    }

    public String en() {
      return en;
    }
  }

  /// What is known of those whose goal's time is over.
  ///
  /// @param treated their revenue within the goal's time, in fen
  /// @param heldOut the same of whoever got nothing
  /// @param costFen what the messages cost that left for the treated among them. Coupons are not in
  ///   it, because orders are counted as paid, net of them
  /// @param spentFen what the journey's messages cost until now, of everybody
  public record Measured(Arm treated, Arm heldOut, long costFen, long spentFen) {
    public static final Measured NOTHING = new Measured(Arm.EMPTY, Arm.EMPTY, 0, 0);
  }

  /// Incremental margin per fen of cost.
  ///
  /// @param estimate what it is taken for
  /// @param low it is at least this, with the confidence asked for, at all looks together
  /// @param high it is at most this, likewise. All three are infinite where nothing was spent
  public record Roi(double estimate, double low, double high) {}

  /// One decision, as it happened.
  ///
  /// @param people how many entered
  /// @param roi null when too few people said anything
  /// @param who decided; empty when it was the autopilot
  public record Decided(
      Instant at,
      Act act,
      Why why,
      long people,
      Measured measured,
      @Nullable Roi roi,
      String who) {}

  /// What to do now.
  public sealed interface Decision {
    Act act();

    Why why();

    /// @param people how many enter at most
    record Release(long people, Why why) implements Decision {
      @Override
      public Act act() {
        return Act.RELEASE;
      }
    }

    record Wait(Why why) implements Decision {
      @Override
      public Act act() {
        return Act.WAIT;
      }
    }

    record Stop(Why why) implements Decision {
      @Override
      public Act act() {
        return Act.STOP;
      }
    }

    record Done() implements Decision {
      @Override
      public Act act() {
        return Act.DONE;
      }

      @Override
      public Why why() {
        return Why.EVERYBODY;
      }
    }
  }

  /// @param left people of the audience who have not entered
  public static Decision decide(Autopilot plan, List<Decided> story, Measured measured, long left) {
    long remaining = remaining(plan, story, left);
    if (remaining <= 0) {
      return new Decision.Done();
    }
    long affordable = affordable(plan, story, measured);
    if (affordable < 1) {
      return new Decision.Stop(Why.BUDGET_USED);
    }
    remaining = Math.min(remaining, affordable);
    Sides sides = sides(plan, measured);
    if (sides != null && sides.high() < 0) {
      return new Decision.Stop(Why.BELOW_LINE);
    }
    if (sides != null && sides.low() > 0) {
      long next = (long) Math.ceil(cohort(plan, story) * plan.grow());
      return new Decision.Release(Math.min(next, remaining), Why.ABOVE_LINE);
    }
    if (story.stream().filter(one -> one.why() == Why.PROBING).count() < plan.probes()) {
      return new Decision.Release(Math.min(plan.first(), remaining), Why.PROBING);
    }
    if (unknown(story) + 1 >= plan.looks()) {
      return new Decision.Stop(Why.NEVER_KNOWN);
    }
    // Where enough people are there and nobody paid, they are not too few: nothing is known of
    // them.
    boolean few =
        Math.min(measured.treated().people(), measured.heldOut().people())
            < ConfidenceSequence.LEAST;
    return new Decision.Wait(few ? Why.TOO_FEW : Why.NOT_KNOWN);
  }

  /// How many may enter when somebody lets the next cohort in by hand; 0 when nobody is left.
  public static long byHand(Autopilot plan, List<Decided> story, long left) {
    long next =
        story.isEmpty() ? plan.first() : (long) Math.ceil(cohort(plan, story) * plan.grow());
    return Math.max(0, Math.min(next, remaining(plan, story, left)));
  }

  private static long remaining(Autopilot plan, List<Decided> story, long left) {
    return plan.most() == 0 ? left : Math.min(left, plan.most() - released(story));
  }

  /// People who entered by cohorts.
  public static long released(List<Decided> story) {
    return story.stream().mapToLong(Decided::people).sum();
  }

  /// How many people more the budget is enough for, at what a person cost so far.
  private static long affordable(Autopilot plan, List<Decided> story, Measured measured) {
    if (plan.budgetFen() == 0) {
      return Long.MAX_VALUE;
    }
    long over = plan.budgetFen() - measured.spentFen();
    long released = released(story);
    if (over <= 0) {
      return 0;
    }
    return measured.spentFen() == 0 || released == 0
        ? Long.MAX_VALUE
        : (long) ((double) over * released / measured.spentFen());
  }

  /// The size of the cohort from which the next one grows: those that only were to learn more do
  /// not count.
  private static long cohort(Autopilot plan, List<Decided> story) {
    long last = plan.first();
    for (Decided one : story) {
      if (one.act() == Act.RELEASE && one.why() != Why.PROBING) {
        last = Math.max(1, one.people());
      }
    }
    return last;
  }

  /// How often in a row it was waited.
  private static long unknown(List<Decided> story) {
    long count = 0;
    for (Decided one : story) {
      count = one.act() == Act.WAIT ? count + 1 : 0;
    }
    return count;
  }

  /// How far what comes in lies above what it has to: bounds in fen of all treated people.
  private record Sides(double low, double high) {}

  private static @Nullable Sides sides(Autopilot plan, Measured measured) {
    ConfidenceSequence.Bounds bounds = bounds(plan, measured);
    if (bounds == null) {
      return null;
    }
    double per = plan.margin() * measured.treated().people();
    double due = plan.line() * measured.costFen();
    return new Sides(per * bounds.low() - due, per * bounds.high() - due);
  }

  private static ConfidenceSequence.@Nullable Bounds bounds(Autopilot plan, Measured measured) {
    return ConfidenceSequence.of(
        measured.treated(),
        measured.heldOut(),
        1 - plan.confidence(),
        plan.first() * (1 + plan.grow()));
  }

  /// What is known of the return; null when too few people said anything.
  public static @Nullable Roi roi(Autopilot plan, Measured measured) {
    ConfidenceSequence.Bounds bounds = bounds(plan, measured);
    if (bounds == null) {
      return null;
    }
    double per = plan.margin() * measured.treated().people();
    return new Roi(
        over(per * bounds.estimate(), measured.costFen()),
        over(per * bounds.low(), measured.costFen()),
        over(per * bounds.high(), measured.costFen()));
  }

  private static double over(double fen, long costFen) {
    @Nullable Double roi = io.huoshui.insight.Roi.of(fen, costFen);
    return roi != null ? roi : fen < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /// When it is decided next; null when it stopped, is done, or never began.
  ///
  /// After a cohort not before its goal's time is over: whoever is counted had all of it, so arms
  /// are compared over the same time. What was known before the cohort says nothing new meanwhile.
  public static @Nullable Instant next(Journey journey, List<Decided> story) {
    Autopilot plan = journey.pilot();
    Journey.Goal goal = journey.goal();
    if (plan == null || goal == null || story.isEmpty()) {
      return null;
    }
    Decided last = story.getLast();
    Instant byClock = last.at().plus(plan.every().exact());
    return switch (last.act()) {
      case STOP, DONE -> null;
      case WAIT -> byClock;
      case RELEASE, RESUME -> {
        Instant over = last.at();
        for (Decided one : story) {
          if (one.act() == Act.RELEASE) {
            over = one.at().plus(goal.within().exact());
          }
        }
        Instant least = last.act() == Act.RESUME ? last.at() : byClock;
        yield over.isAfter(least) ? over : least;
      }
    };
  }

  /// The next so many of some people, in the order of a draw: the same people, journey and number,
  /// the same cohort. The draw is another than that of the hold-out.
  public static RoaringBitmap cohort(String journey, RoaringBitmap people, long most) {
    if (people.getLongCardinality() <= most) {
      return people.clone();
    }
    record Drawn(double at, int profile) {}
    String salt = journey + "/cohort";
    var cohort = new RoaringBitmap();
    people.stream()
        .mapToObj(profile -> new Drawn(Draw.fraction(salt, profile), profile))
        .sorted(Comparator.comparingDouble(Drawn::at).thenComparingInt(Drawn::profile))
        .limit(most)
        .forEach(drawn -> cohort.add(drawn.profile()));
    cohort.runOptimize();
    return cohort;
  }
}
