package io.huoshui.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How large each block of a trial would be, and what to do where cells are too small: before
/// anybody is written to.
///
/// @param least people a cell needs
/// @param all cells there would be without a fraction
/// @param aliases by factor, what its main effect can not be told from
public record TrialPreview(
    List<Line> blocks,
    List<String> cells,
    long all,
    long least,
    Map<String, List<String>> aliases,
    List<Advice> advice) {

  /// @param people who would enter
  /// @param perCell of the smallest cell
  /// @param enough whether cells and hold-out have as many as they need
  public record Line(String block, long people, long heldOut, long perCell, boolean enough) {}

  /// What to do.
  ///
  /// @param block empty for all
  /// @param number how many: cells, people
  public record Advice(Kind kind, String block, long number, String zh, String en) {}

  public enum Kind {
    /// Fewer levels: so many cells would be large enough.
    MERGE_LEVELS,
    /// Try a fraction of the cells.
    FRACTION,
    /// So many people more are needed.
    MORE_PEOPLE,
    /// More people come while it goes on.
    LONGER,
    /// So many percent have to be held out.
    HOLD_OUT,
    /// Nobody is in the block.
    EMPTY;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param people by block, how many would enter
  public static TrialPreview of(Trial trial, Map<String, Long> people) {
    List<Trial.Cell> cells = trial.cells();
    long least = trial.least().each();
    var lines = new ArrayList<Line>();
    var advice = new ArrayList<Advice>();
    int percent = trial.percents().values().stream().mapToInt(Integer::intValue).min().orElse(0);
    if (trial.plan() instanceof Trial.Plan.Bandit(int floor)) {
      percent = floor;
    }
    int apart =
        Fraction.apart(trial.windows().size(), trial.incentives().size(), trial.messages().size());
    boolean small = false;
    for (Trial.Block block : trial.blocks()) {
      long of = people.getOrDefault(block.name(), 0L);
      long heldOut = Math.round(of * trial.holdOutShare());
      long treated = of - heldOut;
      long perCell = treated * percent / 100;
      boolean enough = perCell >= least && heldOut >= least;
      lines.add(new Line(block.name(), of, heldOut, perCell, enough));
      if (of == 0) {
        advice.add(
            new Advice(
                Kind.EMPTY,
                block.name(),
                0,
                "没有人，去掉这个块或改规则",
                "Nobody is in it: leave it out, or change its rule."));
        continue;
      }
      if (perCell < least) {
        small = true;
        long fit = treated / least;
        if (fit >= 2) {
          advice.add(
              new Advice(
                  Kind.MERGE_LEVELS,
                  block.name(),
                  fit,
                  "合并水平，最多 " + fit + " 个单元够人",
                  "Merge levels: " + fit + " cells at most would be large enough."));
        }
        long needed = (long) Math.ceil(least * 100.0 / percent / (1 - trial.holdOutShare())) - of;
        advice.add(
            new Advice(
                Kind.MORE_PEOPLE,
                block.name(),
                needed,
                "还差 " + needed + " 人",
                needed + " people more are needed."));
      }
      if (heldOut < least) {
        long needed = (long) Math.ceil(100.0 * least / of);
        if (needed <= 50) {
          advice.add(
              new Advice(
                  Kind.HOLD_OUT,
                  block.name(),
                  needed,
                  "对照组至少 " + needed + " %",
                  "Hold out " + needed + " percent at least."));
        } else {
          small = true;
          advice.add(
              new Advice(
                  Kind.MORE_PEOPLE,
                  block.name(),
                  2 * least - of,
                  "对照组还差人",
                  "Even half of it is too small a hold-out: "
                      + (2 * least - of)
                      + " people more are needed."));
        }
      }
    }
    if (small && trial.plan() instanceof Trial.Plan.Full && apart > 1) {
      advice.addFirst(
          new Advice(
              Kind.FRACTION,
              "",
              cells.size() / apart,
              "用部分因子设计，只要 " + cells.size() / apart + " 个单元",
              "Try a fraction: " + cells.size() / apart + " cells tell the main effects."));
    }
    if (small && trial.base() instanceof Trial.Base.OfSegment) {
      advice.add(
          new Advice(
              Kind.LONGER, "", 0, "跑久一点，每天有人进来", "Let it run longer: people come every day."));
    }
    return new TrialPreview(
        lines,
        cells.stream().map(Trial.Cell::name).toList(),
        (long) trial.windows().size() * trial.incentives().size() * trial.messages().size(),
        least,
        TrialTable.aliases(trial),
        advice);
  }
}
