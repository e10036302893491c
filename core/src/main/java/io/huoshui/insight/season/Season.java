package io.huoshui.insight.season;

import io.huoshui.profile.Calendar;
import io.huoshui.profile.Window;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// 大促: what is planned for a promotion season.
///
/// @param stages one after the other without a gap, in whole days of the brand: at most one before,
///   exactly one during, at most one after
/// @param journeys whose messages and reports belong to it
/// @param heroSku the item that is pushed; empty where there is none
/// @param segments the layers of people it is meant for, by the names of segments
/// @param comparedWith the season it is compared with; empty for none
public record Season(
    String name,
    String title,
    List<Stage> stages,
    List<String> journeys,
    List<Target> targets,
    String heroSku,
    List<String> segments,
    String comparedWith) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

  /// A stage longer than this is a slip of the year.
  private static final int MOST_DAYS = 400;

  public Season {
    stages = List.copyOf(stages);
    journeys = List.copyOf(journeys);
    targets = List.copyOf(targets);
    segments = List.copyOf(segments);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "A season is named by up to 64 small letters, digits, '-' and '_', got '" + name + "'");
    }
    if (name.equals(comparedWith)) {
      throw new IllegalArgumentException("A season is not compared with itself");
    }
    check(stages);
    Set<Metric> seen = new HashSet<>();
    for (Target target : targets) {
      if (!seen.add(target.metric())) {
        throw new IllegalArgumentException("Two targets for " + target.metric().wire());
      }
    }
  }

  private static void check(List<Stage> stages) {
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      if (stage.days() > MOST_DAYS) {
        throw new IllegalArgumentException(
            "Stage " + stage.phase().wire() + " has " + stage.days() + " days, at most 400");
      }
      if (i > 0) {
        Stage before = stages.get(i - 1);
        if (stage.phase().ordinal() <= before.phase().ordinal()
            || !stage.from().equals(before.to().plusDays(1))) {
          throw new IllegalArgumentException(
              "Stage "
                  + stage.phase().wire()
                  + " begins on "
                  + stage.from()
                  + "; stages follow each other without a gap: "
                  + before.to().plusDays(1));
        }
      }
    }
    if (stages.stream().noneMatch(stage -> stage.phase() == Phase.DURING)) {
      throw new IllegalArgumentException("A season has a stage 'during'");
    }
  }

  public enum Phase {
    BEFORE("蓄水期", "before"),
    DURING("爆发期", "during"),
    AFTER("返场期", "after");

    private final String zh;
    private final String en;

    Phase(String zh, String en) {
      this.zh = zh;
      this.en = en;
    }

    public String wire() {
      return en;
    }

    public String zh() {
      return zh;
    }
  }

  /// @param from the first day
  /// @param to the last day
  public record Stage(Phase phase, LocalDate from, LocalDate to) {
    public Stage {
      if (to.isBefore(from)) {
        throw new IllegalArgumentException(
            "Stage " + phase.wire() + " from " + from + " to " + to + " has no day");
      }
    }

    public int days() {
      return (int) ChronoUnit.DAYS.between(from, to) + 1;
    }
  }

  /// What a target is about.
  public enum Metric {
    /// Paid, in fen.
    SALES("销售额", "sales", "sales", Unit.MONEY),
    ORDERS("订单数", "orders", "orders", Unit.COUNT),
    BUYERS("购买人数", "buyers", "buyers", Unit.COUNT),
    /// Who had never bought before the season.
    NEW_BUYERS("新客购买人数", "new buyers", "newBuyers", Unit.COUNT),
    /// Whose first WeCom contact or follow was within it.
    NEW_FRIENDS("新增好友", "new friends", "newFriends", Unit.COUNT),
    MEMBERS("新增会员", "new members", "members", Unit.COUNT),
    /// Buyers who had bought before, or on a second day of it, among buyers.
    REPURCHASE("复购率", "repurchase", "repurchase", Unit.SHARE),
    /// Who reached the goal among those its journeys treated.
    RESPONSE("触达转化率", "response", "response", Unit.SHARE);

    public enum Unit {
      COUNT,
      MONEY,
      SHARE
    }

    private final String zh;
    private final String en;
    private final String wire;
    private final Unit unit;

    Metric(String zh, String en, String wire, Unit unit) {
      this.zh = zh;
      this.en = en;
      this.wire = wire;
      this.unit = unit;
    }

    public String zh() {
      return zh;
    }

    public String en() {
      return en;
    }

    public String wire() {
      return wire;
    }

    public Unit unit() {
      return unit;
    }

    public static @Nullable Metric find(String wire) {
      for (Metric metric : values()) {
        if (metric.wire.equals(wire)) {
          return metric;
        }
      }
      return null;
    }
  }

  /// @param value fen, people or orders; a share of 1 where the metric is one
  public record Target(Metric metric, double value) {
    public Target {
      if (!(value > 0) || (metric.unit() == Metric.Unit.SHARE && value > 1)) {
        throw new IllegalArgumentException(
            "A target of "
                + value
                + " for "
                + metric.wire()
                + ": above 0"
                + (metric.unit() == Metric.Unit.SHARE ? ", at most 1" : ""));
      }
    }
  }

  public LocalDate from() {
    return stages.getFirst().from();
  }

  /// The last day.
  public LocalDate to() {
    return stages.getLast().to();
  }

  public int days() {
    return (int) ChronoUnit.DAYS.between(from(), to()) + 1;
  }

  public @Nullable Stage stage(Phase phase) {
    return stages.stream().filter(stage -> stage.phase() == phase).findFirst().orElse(null);
  }

  /// Each stage as `[from, to)` in milliseconds.
  public List<Window.Span> spans(ZoneId zone) {
    var calendar = new Calendar(zone);
    var spans = new ArrayList<Window.Span>();
    for (Stage stage : stages) {
      spans.add(
          new Window.Span(
              calendar.start((int) stage.from().toEpochDay()),
              calendar.start((int) stage.to().toEpochDay() + 1)));
    }
    return spans;
  }

  /// All of it as `[from, to)` in milliseconds.
  public Window.Span span(ZoneId zone) {
    List<Window.Span> spans = spans(zone);
    return new Window.Span(spans.getFirst().fromMs(), spans.getLast().toMs());
  }

  /// The window as a rule says it: ` from 2026-06-01 to 2026-06-20`.
  public String window() {
    return " from " + from() + " to " + to();
  }

  @Override
  public String toString() {
    return name + String.format(Locale.ROOT, " (%s to %s)", from(), to());
  }
}
