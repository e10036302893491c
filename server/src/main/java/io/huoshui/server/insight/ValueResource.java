package io.huoshui.server.insight;

import io.huoshui.engine.Engine;
import io.huoshui.insight.value.Calibration;
import io.huoshui.insight.value.Cost;
import io.huoshui.insight.value.Predicted;
import io.huoshui.insight.value.Realised;
import io.huoshui.insight.value.ValueModels;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// 客户价值: what customers brought against what winning them cost, and what they are expected to
/// bring.
@RestController
@RequestMapping("/api/v1")
public class ValueResource {
  private static final int MOST_COSTS = 10_000;

  private final Engine engine;
  private final CostStore costs;
  private final FittedModels models;
  private final Settings settings;
  private final OpenedCells cells;
  private final Audit audit;

  ValueResource(
      Engine engine,
      CostStore costs,
      FittedModels models,
      Settings settings,
      OpenedCells cells,
      Audit audit) {
    this.engine = engine;
    this.costs = costs;
    this.models = models;
    this.settings = settings;
    this.cells = cells;
    this.audit = audit;
  }

  /// @param month of acquisition as `2026-05`; null for all together
  record RowView(
      @Nullable String source,
      @Nullable String month,
      long people,
      List<Realised.Within> within,
      @Nullable Long costFen,
      long wonAtCost,
      @Nullable Double cacFen,
      @Nullable Integer paybackDay,
      long paybackOf) {
    static RowView of(Realised.Row row) {
      return new RowView(
          row.source(),
          row.month() == null ? null : row.month().toString(),
          row.people(),
          row.within(),
          row.costFen(),
          row.wonAtCost(),
          row.cacFen(),
          row.paybackDay(),
          row.paybackOf());
    }
  }

  record RealisedView(
      String currency,
      String zone,
      Instant now,
      String by,
      RowView all,
      List<RowView> sources,
      List<RowView> cohorts,
      long nobody,
      List<Cost> unmatchedCosts) {}

  /// Realised value by source and month of acquisition, against cost.
  ///
  /// @param by a property of the event of acquisition that parts sources further: `liveCode`
  @GetMapping("/insight/value")
  RealisedView realised(@RequestParam(defaultValue = "") String by) {
    Realised.Answer answer = realised(engine, by, costs.all());
    return new RealisedView(
        settings.currency(),
        settings.zone().getId(),
        engine.now(),
        by,
        RowView.of(answer.all()),
        answer.sources().stream().map(RowView::of).toList(),
        answer.cohorts().stream().map(RowView::of).toList(),
        answer.nobody(),
        answer.unmatched());
  }

  public static Realised.Answer realised(Engine engine, String by, List<Cost> costs) {
    record Asked(String by, List<Cost> costs) {}
    return engine
        .ask()
        .counted(new Asked(by, costs), (now, zone) -> new Realised(now, zone, by, costs))
        .answer();
  }

  record CostsView(List<Cost> costs) {}

  @GetMapping("/insight/costs")
  CostsView costs() {
    return new CostsView(costs.all());
  }

  record CostWritten(
      @Nullable String source,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      @Nullable Long fen) {}

  record CostsWritten(@Nullable List<CostWritten> costs) {}

  /// Replaces the list of costs by another.
  @PutMapping("/insight/costs")
  CostsView put(@RequestBody CostsWritten written) {
    List<CostWritten> lines = written.costs();
    if (lines == null || lines.size() > MOST_COSTS) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_cost", "The list of costs is not one.")
          .at(
              "costs",
              lines == null ? "nothing" : lines.size() + " lines",
              "at most " + MOST_COSTS + " of {source, from, to, fen}; [] for none")
          .thrown();
    }
    var read = new ArrayList<Cost>();
    for (CostWritten line : lines) {
      String at = "costs[" + read.size() + "]";
      if (line.source() == null || line.from() == null || line.to() == null || line.fen() == null) {
        throw Problem.of(HttpStatus.BAD_REQUEST, "bad_cost", "A cost is not whole.")
            .at(at, line.toString(), "{source, from, to, fen}: days as 2026-06-01, money in fen")
            .thrown();
      }
      try {
        read.add(new Cost(line.source(), line.from(), line.to(), line.fen()));
      } catch (IllegalArgumentException e) {
        throw Problem.of(HttpStatus.BAD_REQUEST, "bad_cost", String.valueOf(e.getMessage()))
            .at(at, line.toString(), "from not after to, fen not below 0, a source")
            .thrown();
      }
    }
    costs.replace(read);
    audit.record("costs_replaced", read.size() + " lines");
    return costs();
  }

  record Parameters(
      double r,
      double alpha,
      double a,
      double b,
      double paretoR,
      double paretoAlpha,
      double paretoS,
      double paretoBeta,
      double spendP,
      double spendQ,
      double spendV,
      boolean converged) {
    static Parameters of(ValueModels models) {
      var often = models.often().model();
      var alive = models.alive().model();
      var spend = models.spend().model();
      return new Parameters(
          often.r(),
          often.alpha(),
          often.a(),
          often.b(),
          alive.r(),
          alive.alpha(),
          alive.s(),
          alive.beta(),
          spend.p(),
          spend.q(),
          spend.v(),
          models.converged());
    }
  }

  record CellView(
      String risk,
      String riskZh,
      double aliveFrom,
      long fromFen,
      @Nullable Long toFen,
      long people,
      double purchases,
      long valueFen) {}

  /// @param fittedUpTo the last day of which the models know
  /// @param fittedTo customers they were fitted to, drawn from `buyers`
  /// @param boughtAgain of these
  /// @param calibration null where the brand is too young for one
  record PredictedView(
      String currency,
      LocalDate fittedUpTo,
      int fittedTo,
      long buyersKnown,
      int boughtAgain,
      int aheadDays,
      Parameters parameters,
      @Nullable Calibration calibration,
      long people,
      long buyers,
      double purchases,
      long valueFen,
      List<CellView> cells) {}

  /// A number of people of either answer: `source`, `month`, `days` and `atCost` of the realised
  /// one, `risk` and `fromFen` of the predicted one; what is left out is all together.
  ///
  /// @param month of acquisition as `2026-05`
  /// @param days since the acquisition that have to be over; whoever was won when left out
  /// @param atCost only those who were won on days whose cost is known
  /// @param fromFen the lower bound of a class of value
  record At(
      @Nullable String source,
      @Nullable String month,
      @Nullable Integer days,
      @Nullable Boolean atCost,
      @Nullable String risk,
      @Nullable Long fromFen) {
    boolean predicted() {
      return risk != null || fromFen != null;
    }

    boolean realised() {
      return source != null || month != null || days != null || atCost != null;
    }
  }

  /// @param by as the answer was asked with
  /// @param name of the audience they are kept in; nothing is kept without
  /// @param again whether it takes the place of one of this name
  record Opening(
      @Nullable String by, @Nullable At cell, @Nullable String name, @Nullable Boolean again) {}

  /// Who is behind a number of people of the realised or the predicted value.
  @PostMapping("/insight/value/open")
  OpenedCells.Opened open(@RequestBody Opening opening) {
    At at = opening.cell();
    if (at == null || (at.predicted() && at.realised())) {
      throw OpenedCells.noCell(
          "cell", at, "of {source, month, days, atCost}, or of {risk, fromFen}");
    }
    return at.predicted() ? openPredicted(opening, at) : openRealised(opening, at);
  }

  private OpenedCells.Opened openRealised(Opening opening, At at) {
    String by = opening.by() == null ? "" : opening.by();
    int days = at.days() == null ? 0 : at.days();
    if (days < 0 || days > Realised.WINDOWS.getLast()) {
      throw OpenedCells.noCell("cell.days", days, "0 to " + Realised.WINDOWS.getLast());
    }
    YearMonth month;
    try {
      month = at.month() == null ? null : YearMonth.parse(at.month());
    } catch (DateTimeException e) {
      throw OpenedCells.noCell("cell.month", at.month(), "a month: 2026-05");
    }
    var cell = new Realised.Cell(at.source(), month, days, Boolean.TRUE.equals(at.atCost()));
    List<Cost> known = costs.all();
    return cells.open(
        () ->
            engine
                .ask()
                .whose(
                    List.of("value", by, cell, known),
                    (now, zone) -> {
                      var realised = new Realised(now, zone, by, known);
                      return timeline -> realised.belongs(timeline, cell);
                    }),
        "value: "
            + (at.source() == null ? "all" : at.source())
            + (at.month() == null ? "" : " / " + at.month())
            + (days == 0 ? "" : " / " + days + " days over")
            + (cell.atCost() ? " / at a cost" : ""),
        opening.name(),
        opening.again());
  }

  private OpenedCells.Opened openPredicted(Opening opening, At at) {
    String wire = at.risk();
    ValueModels.@Nullable ChurnRisk risk =
        wire == null
            ? null
            : Stream.of(ValueModels.ChurnRisk.values())
                .filter(one -> one.wire().equals(wire))
                .findFirst()
                .orElseThrow(
                    () -> OpenedCells.noCell("cell.risk", wire, "low, medium, high, lost"));
    @Nullable Integer value =
        at.fromFen() == null ? null : Predicted.FROM_FEN.indexOf(at.fromFen());
    if (value != null && value < 0) {
      throw OpenedCells.noCell(
          "cell.fromFen", at.fromFen(), "one of " + Predicted.FROM_FEN + ", in fen");
    }
    FittedModels.Fitted fitted = models.today();
    record Asked(ValueModels models, int day, String cell) {}
    String said =
        "predicted value: "
            + (wire == null ? "any risk" : wire + " risk")
            + (at.fromFen() == null ? "" : " / from " + at.fromFen() + " fen");
    return cells.open(
        () ->
            engine
                .ask()
                .whose(
                    new Asked(fitted.models(), fitted.day(), said),
                    (_, zone) -> {
                      var predicted = new Predicted(fitted.models(), zone, fitted.day());
                      return timeline -> predicted.belongs(timeline, risk, value);
                    }),
        said,
        opening.name(),
        opening.again());
  }

  /// Predicted value of everybody by churn risk and class of value.
  @GetMapping("/insight/value/predicted")
  PredictedView predicted() {
    FittedModels.Fitted fitted = models.today();
    Predicted.Answer answer = predicted(engine, fitted);
    var cells = new ArrayList<CellView>();
    for (Predicted.Cell cell : answer.cells()) {
      cells.add(
          new CellView(
              cell.risk().wire(),
              cell.risk().zh(),
              cell.risk().from(),
              cell.fromFen(),
              cell.toFen(),
              cell.people(),
              cell.purchases(),
              Math.round(cell.valueFen())));
    }
    return new PredictedView(
        settings.currency(),
        LocalDate.ofEpochDay(fitted.day()),
        fitted.models().customers(),
        fitted.buyers(),
        fitted.models().again(),
        ValueModels.AHEAD_DAYS,
        Parameters.of(fitted.models()),
        fitted.calibration(),
        answer.people(),
        answer.buyers(),
        answer.purchases(),
        Math.round(answer.valueFen()),
        List.copyOf(cells));
  }

  public static Predicted.Answer predicted(Engine engine, FittedModels.Fitted fitted) {
    record Asked(ValueModels models, int day) {}
    return engine
        .ask()
        .counted(
            new Asked(fitted.models(), fitted.day()),
            (_, zone) -> new Predicted(fitted.models(), zone, fitted.day()))
        .answer();
  }

  /// @param nextPurchase the median day of the next purchase, if the customer still buys; one in
  ///   ten comes before `soon`, nine in ten before `late`
  record OneView(
      String currency,
      LocalDate fittedUpTo,
      int fittedTo,
      double alive,
      String risk,
      String riskZh,
      LocalDate nextPurchase,
      LocalDate soon,
      LocalDate late,
      double purchases,
      @Nullable Long purchaseFen,
      @Nullable Long valueFen,
      int aheadDays) {}

  /// What is expected of one customer.
  @GetMapping("/profiles/{id}/value")
  OneView one(@PathVariable String id) {
    int node = id.matches("p\\d{1,9}") ? Integer.parseInt(id.substring(1)) : -1;
    if (node < 0 || engine.ask().profile(node) == null) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_profile", "No profile '" + id + "'.")
          .next("GET /api/v1/profiles?query=… finds people.")
          .thrown();
    }
    FittedModels.Fitted fitted = models.today();
    ValueModels.Expected expected = engine.ask().expected(fitted.models(), node, fitted.day());
    if (expected == null) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "never_bought",
              "Profile '" + id + "' had not bought by " + LocalDate.ofEpochDay(fitted.day()) + ".")
          .next("Value is expected of customers who bought.")
          .thrown();
    }
    LocalDate known = LocalDate.ofEpochDay(fitted.day());
    Double each = expected.purchaseFen();
    Double value = expected.valueFen();
    return new OneView(
        settings.currency(),
        known,
        fitted.models().customers(),
        expected.alive(),
        expected.risk().wire(),
        expected.risk().zh(),
        after(known, expected.nextDays()),
        after(known, expected.soonDays()),
        after(known, expected.lateDays()),
        expected.purchases(),
        each == null ? null : Math.round(each),
        value == null ? null : Math.round(value),
        ValueModels.AHEAD_DAYS);
  }

  /// Further than a hundred years ahead nobody plans.
  private static LocalDate after(LocalDate day, double days) {
    return day.plusDays((long) Math.clamp(Math.ceil(days), 1, 36_525));
  }
}
