package io.huoshui.trial;

import io.huoshui.insight.Roi;
import io.huoshui.insight.Uplift;
import io.huoshui.insight.Uplift.Arm;
import io.huoshui.insight.experiment.Rates;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What came of a trial, cell by cell and factor by factor. Everybody who was given a cell counts
/// as its, reached or not: that is what keeps cells and hold-out alike.
public final class TrialTable {
  private static final double Z_95 = 1.959963984540054;

  private TrialTable() {}

  /// What was counted of a cell, or of a block's hold-out.
  ///
  /// @param entered everybody in it
  /// @param converted of those whose goal's time is over
  /// @param revenue of those, within the goal's time, in fen; its people are how many they are
  /// @param messaged of those, to whom a message left
  /// @param costFen of their messages
  public record Counted(long entered, long converted, Arm revenue, long messaged, long costFen) {
    public static final Counted NOBODY = new Counted(0, 0, Arm.EMPTY, 0, 0);

    /// Somebody whose goal's time is not over.
    public Counted early() {
      return new Counted(entered + 1, converted, revenue, messaged, costFen);
    }

    /// Somebody whose goal's time is over.
    public Counted plus(boolean reached, double revenueFen, long sentFen, boolean sent) {
      return new Counted(
          entered + 1,
          converted + (reached ? 1 : 0),
          revenue.plus(revenueFen),
          messaged + (sent ? 1 : 0),
          costFen + sentFen);
    }

    public long people() {
      return revenue.people();
    }

    double rate() {
      return people() == 0 ? 0 : (double) converted / people();
    }
  }

  /// @param cells by their names
  public record BlockCounted(Counted heldOut, Map<String, Counted> cells) {}

  /// @param people whose goal's time is over; of nobody else is anything said
  /// @param uplift how far the rate lies above the hold-out's, with its 95 % interval
  /// @param incrementalFen revenue that would not have come without it
  /// @param roi of the cost; null when nothing was spent
  /// @param p how likely such a difference is by chance
  /// @param q the share of false discoveries at which this is one; null where too few people are
  /// @param tooFew whether the cell, or the hold-out, has fewer people than it needs
  /// @param discovery whether q is not above the trial's
  public record Row(
      String block,
      String cell,
      String window,
      String incentive,
      String message,
      long entered,
      long people,
      long messaged,
      long converted,
      double rate,
      long heldOut,
      double heldOutRate,
      double uplift,
      double low,
      double high,
      long costFen,
      long incrementalFen,
      @Nullable Double roi,
      double p,
      @Nullable Double q,
      boolean tooFew,
      boolean discovery) {}

  /// What a level does by itself.
  ///
  /// @param effect how far its rate lies from the mean of its factor's levels, with a 95 % interval
  /// @param aliases what it can not be told from
  public record Effect(
      String factor, String level, double effect, double low, double high, List<String> aliases) {}

  /// @param rows in the order of blocks and cells
  public record Results(List<Row> rows, List<Effect> effects) {}

  public static Results of(Trial trial, Map<String, BlockCounted> counted) {
    var rows = new ArrayList<Row>();
    var points = new ArrayList<MainEffects.Point>();
    List<Trial.Block> blocks = trial.blocks();
    for (int number = 0; number < blocks.size(); number++) {
      BlockCounted block =
          counted.getOrDefault(
              blocks.get(number).name(), new BlockCounted(Counted.NOBODY, Map.of()));
      for (Trial.Cell cell : trial.cells()) {
        Counted of = block.cells().getOrDefault(cell.name(), Counted.NOBODY);
        rows.add(row(trial, blocks.get(number), cell, of, block.heldOut()));
        points.add(
            new MainEffects.Point(
                number,
                List.of(
                    trial.windows().indexOf(cell.window()),
                    trial.incentives().indexOf(cell.incentive()),
                    trial.messages().indexOf(cell.message())),
                of.people(),
                of.rate()));
      }
    }
    return new Results(discovered(trial, rows), effects(trial, points));
  }

  private static Row row(
      Trial trial, Trial.Block block, Trial.Cell cell, Counted of, Counted heldOut) {
    boolean nobody = of.people() == 0 || heldOut.people() == 0;
    Rates.Interval interval =
        nobody
            ? new Rates.Interval(-1, 1)
            : Rates.difference(of.converted(), of.people(), heldOut.converted(), heldOut.people());
    double incremental = Uplift.of(of.revenue(), heldOut.revenue()).estimate();
    return new Row(
        block.name(),
        cell.name(),
        cell.window().name(),
        cell.incentive().name(),
        cell.message().name(),
        of.entered(),
        of.people(),
        of.messaged(),
        of.converted(),
        of.rate(),
        heldOut.people(),
        heldOut.rate(),
        nobody ? 0 : of.rate() - heldOut.rate(),
        interval.low(),
        interval.high(),
        of.costFen(),
        Math.round(incremental),
        nobody ? null : Roi.of(incremental, of.costFen()),
        nobody ? 1 : Rates.p(of.converted(), of.people(), heldOut.converted(), heldOut.people()),
        null,
        of.people() < trial.least().each() || heldOut.people() < trial.least().each(),
        false);
  }

  /// Cells with too few people are no tests: what they say is shown, and counts for nothing.
  private static List<Row> discovered(Trial trial, List<Row> rows) {
    List<Row> tests = rows.stream().filter(row -> !row.tooFew()).toList();
    double[] q = Discoveries.q(tests.stream().mapToDouble(Row::p).toArray());
    var found = new HashMap<Row, Double>();
    for (int i = 0; i < q.length; i++) {
      found.put(tests.get(i), q[i]);
    }
    return rows.stream().map(row -> with(row, found.get(row), trial.fdr())).toList();
  }

  private static Row with(Row row, @Nullable Double q, double fdr) {
    return new Row(
        row.block(),
        row.cell(),
        row.window(),
        row.incentive(),
        row.message(),
        row.entered(),
        row.people(),
        row.messaged(),
        row.converted(),
        row.rate(),
        row.heldOut(),
        row.heldOutRate(),
        row.uplift(),
        row.low(),
        row.high(),
        row.costFen(),
        row.incrementalFen(),
        row.roi(),
        row.p(),
        q,
        row.tooFew(),
        q != null && q <= fdr);
  }

  private static List<Effect> effects(Trial trial, List<MainEffects.Point> points) {
    List<List<String>> levels =
        List.of(
            trial.windows().stream().map(Trial.Window::name).toList(),
            trial.incentives().stream().map(Trial.Incentive::name).toList(),
            trial.messages().stream().map(Trial.Message::name).toList());
    Map<String, List<String>> aliases = aliases(trial);
    return MainEffects.of(points, levels.stream().mapToInt(List::size).toArray()).stream()
        .map(
            one ->
                new Effect(
                    FACTORS.get(one.factor()),
                    levels.get(one.factor()).get(one.level()),
                    one.effect(),
                    one.effect() - Z_95 * one.error(),
                    one.effect() + Z_95 * one.error(),
                    aliases.getOrDefault(FACTORS.get(one.factor()), List.of())))
        .toList();
  }

  private static final List<String> FACTORS = List.of("window", "incentive", "message");

  static Map<String, List<String>> aliases(Trial trial) {
    int apart =
        trial.plan() instanceof Trial.Plan.Fraction
            ? Fraction.apart(
                trial.windows().size(), trial.incentives().size(), trial.messages().size())
            : 1;
    var aliases = new LinkedHashMap<String, List<String>>();
    FACTORS.forEach(factor -> aliases.put(factor, Fraction.aliases(factor, apart)));
    return aliases;
  }

  /// What the table is sorted by. Whoever says nothing comes last.
  public enum Column {
    BLOCK,
    CELL,
    PEOPLE,
    MESSAGED,
    CONVERTED,
    RATE,
    UPLIFT,
    LOW,
    COST_FEN,
    INCREMENTAL_FEN,
    ROI,
    P,
    Q;

    public String wire() {
      String name = name().toLowerCase(Locale.ROOT);
      return name.replace("_fen", "Fen");
    }

    public static @Nullable Column ofWire(String wire) {
      for (Column each : values()) {
        if (each.wire().equals(wire)) {
          return each;
        }
      }
      return null;
    }

    private @Nullable Double number(Row row) {
      return switch (this) {
        case BLOCK, CELL -> null;
        case PEOPLE -> (double) row.people();
        case MESSAGED -> (double) row.messaged();
        case CONVERTED -> (double) row.converted();
        case RATE -> row.rate();
        case UPLIFT -> row.uplift();
        case LOW -> row.low();
        case COST_FEN -> (double) row.costFen();
        case INCREMENTAL_FEN -> (double) row.incrementalFen();
        case ROI -> row.roi();
        case P -> row.p();
        case Q -> row.q();
      };
    }
  }

  /// @param falling the largest first
  public static List<Row> sorted(
      List<Row> rows, Column by, boolean falling, Predicate<Row> wanted) {
    Comparator<Row> order =
        switch (by) {
          case BLOCK -> text(Row::block, falling);
          case CELL -> text(Row::cell, falling);
          default -> {
            Comparator<Double> number = Comparator.naturalOrder();
            yield Comparator.comparing(
                by::number, Comparator.nullsLast(falling ? number.reversed() : number));
          }
        };
    return rows.stream()
        .filter(wanted)
        .sorted(order.thenComparing(Row::block).thenComparing(Row::cell))
        .toList();
  }

  private static Comparator<Row> text(
      java.util.function.Function<Row, String> of, boolean falling) {
    Comparator<Row> order = Comparator.comparing(of);
    return falling ? order.reversed() : order;
  }
}
