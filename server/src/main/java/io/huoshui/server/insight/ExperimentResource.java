package io.huoshui.server.insight;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.Roi;
import io.huoshui.insight.Uplift;
import io.huoshui.insight.attribution.AttributionJson;
import io.huoshui.insight.attribution.Model;
import io.huoshui.insight.attribution.Touches;
import io.huoshui.insight.experiment.ExperimentJson;
import io.huoshui.insight.experiment.Planner;
import io.huoshui.journey.Journey;
import io.huoshui.json.Json;
import io.huoshui.profile.Period;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Problem;
import io.huoshui.trial.SplitTest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Journeys' splits read as experiments, the planner of experiments, and attribution.
@RestController
@RequestMapping(value = "/api/v1/insight", produces = MediaType.APPLICATION_JSON_VALUE)
class ExperimentResource {
  private final Engine engine;
  private final Settings settings;
  private final OpenedCells cells;

  ExperimentResource(Engine engine, Settings settings, OpenedCells cells) {
    this.engine = engine;
    this.settings = settings;
    this.cells = cells;
  }

  /// Arms of a split against each other and the hold-out: revenue a person and conversion, with
  /// CUPED over what they paid before they entered.
  ///
  /// @param step a split; the first when left out
  /// @param metric what decides: `revenue` or `conversion`
  /// @param within of entering, what counts where the journey has no goal
  /// @param before of entering, what the covariate is of
  @GetMapping("/experiments/{journey}")
  String experiment(
      @PathVariable String journey,
      @RequestParam(defaultValue = "") String step,
      @RequestParam(defaultValue = "revenue") String metric,
      @RequestParam(defaultValue = "30d") String within,
      @RequestParam(defaultValue = "90d") String before) {
    if (!List.of("revenue", "conversion").contains(metric)) {
      throw bad("metric", metric, "revenue, conversion");
    }
    Journey known = journey(journey);
    List<String> splits = splits(known, step);
    Questions.Split split =
        engine
            .ask()
            .split(
                journey,
                step,
                period("within", within).exact(),
                period("before", before).exact(),
                metric.equals("revenue"));
    if (split == null) {
      throw nothingToCompare(journey);
    }
    var fields = new LinkedHashMap<String, Json>();
    fields.put("journey", Json.of(journey));
    fields.put(
        "step", split.test().step().isEmpty() ? new Json.Null() : Json.of(split.test().step()));
    fields.put("splits", Json.of(splits.stream().map(Json::of).toList()));
    fields.put("currency", Json.of(settings.currency()));
    Journey.Goal goal = known.goal();
    fields.put("within", Json.of(goal == null ? within : text(goal.within())));
    fields.put("before", Json.of(before));
    fields.put("at", Json.of(engine.now().toString()));
    fields.putAll(ExperimentJson.write(split.reading()));
    var early = new LinkedHashMap<String, Json>();
    split.early().forEach((variant, people) -> early.put(variant, Json.of(people)));
    fields.put("early", new Json.Obj(early));
    fields.put(
        "note",
        Json.of(
            split.goal()
                ? "Everybody who came to the split counts, reached or not, once the goal's time is"
                    + " over."
                : "The journey has no goal: nobody converts, and revenue counts within the time"
                    + " asked."));
    fields.put("actsBefore", Json.of(split.test().actsBefore()));
    return new Json.Obj(fields).write();
  }

  private Journey journey(String name) {
    return engine.ask().journeys().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_journey", "No journey '" + name + "'.")
                    .next("GET /api/v1/journeys shows all.")
                    .thrown());
  }

  private static List<String> splits(Journey journey, String step) {
    List<String> splits = SplitTest.splits(journey);
    if (!step.isEmpty() && !splits.contains(step)) {
      throw bad(
          "step", step, splits.isEmpty() ? "no step: it has no split" : String.join(", ", splits));
    }
    return splits;
  }

  private static RuntimeException nothingToCompare(String journey) {
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "nothing_to_compare",
            "Journey '"
                + journey
                + "' has neither a split whose arms lead to steps of their own nor a hold-out.")
        .next("Give it a hold-out, or a split with a step of its own for each arm.")
        .thrown();
  }

  /// @param step a split; the first when left out
  /// @param within as the reading was asked with
  /// @param converted only who reached the goal, or who did not
  /// @param early those whose time is not over, in the place of those whose time is
  /// @param name of the audience they are kept in; nothing is kept without
  /// @param again whether it takes the place of one of this name
  record ArmOpening(
      @Nullable String step,
      @Nullable String within,
      @Nullable String variant,
      @Nullable Boolean converted,
      @Nullable Boolean early,
      @Nullable String name,
      @Nullable Boolean again) {}

  /// Who is behind a number of an arm: its `n`, those of them who converted or did not, or its
  /// `early`.
  @PostMapping("/experiments/{journey}/open")
  OpenedCells.Opened openArm(@PathVariable String journey, @RequestBody ArmOpening opening) {
    Journey known = journey(journey);
    String step = opening.step() == null ? "" : opening.step();
    splits(known, step);
    SplitTest test = SplitTest.of(known, step);
    if (test == null) {
      throw nothingToCompare(journey);
    }
    var variants = new ArrayList<>(test.nexts().keySet());
    variants.addFirst(SplitTest.HOLD_OUT);
    String variant = opening.variant();
    if (variant == null || !variants.contains(variant)) {
      throw OpenedCells.noCell("variant", variant, String.join(", ", variants));
    }
    Duration within = period("within", opening.within() == null ? "30d" : opening.within()).exact();
    Boolean converted = opening.converted();
    boolean early = Boolean.TRUE.equals(opening.early());
    return cells.open(
        () -> engine.ask().openSplit(journey, step, within, variant, converted, early),
        "experiment: "
            + journey
            + (test.step().isEmpty() ? "" : " / " + test.step())
            + " / "
            + variant
            + (converted == null ? "" : converted ? " / converted" : " / not converted")
            + (early ? " / early" : ""),
        opening.name(),
        opening.again());
  }

  private static String text(Period period) {
    return period.amount() + period.unit().letter();
  }

  /// How many people an experiment takes, and how long; or, with `people`, what so many show.
  ///
  /// @param rate what share of people do it without treatment; or `mean` and `deviation`
  /// @param effect the difference to be seen; or `lift`, relative to the rate or mean
  /// @param shares of the variants in any unit, the control's first
  /// @param daily people who come in a day
  @GetMapping("/experiments/plan")
  String plan(
      @RequestParam(required = false) @Nullable Double rate,
      @RequestParam(required = false) @Nullable Double mean,
      @RequestParam(required = false) @Nullable Double deviation,
      @RequestParam(required = false) @Nullable Double effect,
      @RequestParam(required = false) @Nullable Double lift,
      @RequestParam(required = false) @Nullable Long people,
      @RequestParam(defaultValue = "0.05") double alpha,
      @RequestParam(defaultValue = "0.8") double power,
      @RequestParam(defaultValue = "1,1") String shares,
      @RequestParam(defaultValue = "0") double daily) {
    if (rate == null && (mean == null || deviation == null)) {
      throw bad("rate", "", "a share between 0 and 1; or mean and deviation");
    }
    if (Stream.of(effect, lift, people).filter(each -> each != null).count() != 1) {
      throw bad("effect", "", "one of effect, lift and people");
    }
    double base = rate != null ? rate : mean == null ? 0 : mean;
    try {
      var planner =
          new Planner(
              rate != null
                  ? new Planner.Baseline.Rate(rate)
                  : new Planner.Baseline.Amount(base, deviation == null ? 0 : deviation),
              parts(shares),
              alpha,
              power);
      return ExperimentJson.write(
              people != null
                  ? planner.with(people, daily)
                  : planner.toSee(
                      effect != null ? effect : base * (lift == null ? 0 : lift), daily))
          .write();
    } catch (IllegalArgumentException e) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_plan", String.valueOf(e.getMessage()))
          .next("For example ?rate=0.1&lift=0.2&shares=1,1&daily=500")
          .thrown();
    }
  }

  private static List<Double> parts(String shares) {
    String[] words = shares.split(",", -1);
    if (!Arrays.stream(words).allMatch(word -> word.strip().matches("\\d{1,9}(\\.\\d{1,9})?"))) {
      throw bad("shares", shares, "numbers above 0, the control's first: 1,1");
    }
    double[] numbers = Arrays.stream(words).mapToDouble(Double::parseDouble).toArray();
    double sum = Arrays.stream(numbers).sum();
    return Arrays.stream(numbers).mapToObj(number -> number / sum).toList();
  }

  /// What the hold-outs of campaigns say would not have come; below it, how models give out what
  /// came.
  ///
  /// @param from the first day of orders, in the brand's zone; 30 days before `to` when left out
  /// @param to the last; today when left out
  /// @param lookback how long before an order a touch may be
  /// @param by what channels are: `channel` (the source where an event names none), `source`,
  ///   `event`
  @GetMapping("/attribution")
  String attribution(
      @RequestParam(defaultValue = "") String from,
      @RequestParam(defaultValue = "") String to,
      @RequestParam(defaultValue = "30d") String lookback,
      @RequestParam(defaultValue = "7d") String halfLife,
      @RequestParam(defaultValue = "channel") String by) {
    Stretch stretch = stretch(from, to);
    Touches touches = touches(stretch, lookback, by);
    var fields = new LinkedHashMap<String, Json>();
    fields.put("from", Json.of(stretch.first().toString()));
    fields.put("to", Json.of(stretch.last().toString()));
    fields.put("lookback", Json.of(lookback));
    fields.put("halfLife", Json.of(halfLife));
    fields.put("by", Json.of(by));
    fields.put("currency", Json.of(settings.currency()));
    fields.put("incremental", incremental(begins(stretch), ends(stretch)));
    fields.putAll(
        AttributionJson.write(
            engine.ask().attribution(touches, period("halfLife", halfLife).exact().toMillis())));
    return new Json.Obj(fields).write();
  }

  private record Stretch(LocalDate first, LocalDate last) {}

  private Stretch stretch(String from, String to) {
    LocalDate last =
        to.isEmpty() ? engine.now().atZone(settings.zone()).toLocalDate() : day("to", to);
    LocalDate first = from.isEmpty() ? last.minusDays(30) : day("from", from);
    if (last.isBefore(first)) {
      throw bad("to", last.toString(), "a day not before " + first);
    }
    return new Stretch(first, last);
  }

  private Instant begins(Stretch stretch) {
    return stretch.first().atStartOfDay(settings.zone()).toInstant();
  }

  private Instant ends(Stretch stretch) {
    return stretch.last().plusDays(1).atStartOfDay(settings.zone()).toInstant().minusMillis(1);
  }

  private Touches touches(Stretch stretch, String lookback, String by) {
    Touches.By way =
        Stream.of(Touches.By.values())
            .filter(one -> one.wire().equals(by))
            .findFirst()
            .orElseThrow(
                () ->
                    bad(
                        "by",
                        by,
                        Stream.of(Touches.By.values())
                            .map(Touches.By::wire)
                            .collect(Collectors.joining(", "))));
    return new Touches(
        begins(stretch).toEpochMilli(),
        ends(stretch).toEpochMilli(),
        period("lookback", lookback).exact().toMillis(),
        way);
  }

  /// @param channel as the table calls it; left out with `untouched`
  /// @param people `touched` or `converted`; touched when left out
  /// @param model of whose conversions it gives the channel a part, in the place of `people`
  /// @param untouched those who converted without a touch
  record CreditCell(
      @Nullable String channel,
      @Nullable String people,
      @Nullable String model,
      @Nullable Boolean untouched) {}

  /// @param name of the audience they are kept in; nothing is kept without
  /// @param again whether it takes the place of one of this name
  record CreditOpening(
      @Nullable String from,
      @Nullable String to,
      @Nullable String lookback,
      @Nullable String halfLife,
      @Nullable String by,
      @Nullable CreditCell cell,
      @Nullable String name,
      @Nullable Boolean again) {}

  /// Who is behind a number of the table of attribution. A model gives parts of conversions, and
  /// one person may have several: its cell opens the people whose conversions it gave from.
  @PostMapping("/attribution/open")
  OpenedCells.Opened openCredit(@RequestBody CreditOpening opening) {
    Touches touches =
        touches(
            stretch(or(opening.from(), ""), or(opening.to(), "")),
            or(opening.lookback(), "30d"),
            or(opening.by(), "channel"));
    Touches.Cell cell = cell(opening.cell(), or(opening.halfLife(), "7d"));
    return cells.open(
        () ->
            engine
                .ask()
                .whose(
                    List.of("attribution", touches, cell),
                    (_, _) -> timeline -> touches.belongs(timeline, cell)),
        "attribution: " + said(cell),
        opening.name(),
        opening.again());
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null || text.isEmpty() ? otherwise : text;
  }

  private static Touches.Cell cell(@Nullable CreditCell cell, String halfLife) {
    if (cell != null && Boolean.TRUE.equals(cell.untouched())) {
      return new Touches.Cell.Untouched();
    }
    String channel = cell == null ? null : cell.channel();
    if (cell == null || channel == null || channel.isEmpty()) {
      throw OpenedCells.noCell(
          "cell", cell, "{\"channel\"} with \"people\" or \"model\"; or {\"untouched\": true}");
    }
    String model = cell.model();
    if (model != null) {
      return new Touches.Cell.Given(
          channel,
          Stream.of(Model.values())
              .filter(one -> one.wire().equals(model))
              .findFirst()
              .orElseThrow(
                  () ->
                      OpenedCells.noCell(
                          "cell.model",
                          model,
                          Stream.of(Model.values())
                              .map(Model::wire)
                              .collect(Collectors.joining(", ")))),
          period("halfLife", halfLife).exact().toMillis());
    }
    return switch (or(cell.people(), "touched")) {
      case "touched" -> new Touches.Cell.Touched(channel);
      case "converted" -> new Touches.Cell.Converted(channel);
      default -> throw OpenedCells.noCell("cell.people", cell.people(), "touched, converted");
    };
  }

  private static String said(Touches.Cell cell) {
    return switch (cell) {
      case Touches.Cell.Touched(String channel) -> channel + " / touched";
      case Touches.Cell.Converted(String channel) -> channel + " / converted";
      case Touches.Cell.Given given -> given.channel() + " / " + given.model().wire();
      case Touches.Cell.Untouched() -> "untouched";
    };
  }

  /// Of the journeys that somebody first entered in the stretch, and that have a hold-out.
  private Json incremental(Instant begins, Instant ends) {
    var rows = new ArrayList<Json>();
    Uplift all = null;
    long cost = 0;
    for (CampaignReport report : engine.ask().campaigns()) {
      Uplift uplift = report.incremental();
      Instant at = report.from();
      if (uplift == null
          || at == null
          || at.isBefore(begins)
          || at.isAfter(ends)
          || Double.isNaN(uplift.low())) {
        continue;
      }
      all = all == null ? uplift : all.plus(uplift);
      cost += report.costFen();
      var row = new LinkedHashMap<String, Json>();
      row.put("journey", Json.of(report.name()));
      row.put("people", Json.of(report.people() - report.holdOut().people()));
      row.put("heldOut", Json.of(report.holdOut().people()));
      row.putAll(uplift(uplift, report.costFen()));
      rows.add(new Json.Obj(row));
    }
    if (all == null) {
      return Json.object(
          "estimateFen", new Json.Null(),
          "journeys", Json.of(rows),
          "note", Json.of("No journey that began in this time has a hold-out."));
    }
    var fields = new LinkedHashMap<String, Json>(uplift(all, cost));
    fields.put("journeys", Json.of(rows));
    return new Json.Obj(fields);
  }

  private static Map<String, Json> uplift(Uplift uplift, long costFen) {
    var fields = new LinkedHashMap<String, Json>();
    fields.put("estimateFen", Json.of(Math.round(uplift.estimate())));
    fields.put("lowFen", Json.of(Math.round(uplift.low())));
    fields.put("highFen", Json.of(Math.round(uplift.high())));
    fields.put("costFen", Json.of(costFen));
    Double roi = Roi.of(uplift.estimate(), costFen);
    fields.put("roi", roi == null ? new Json.Null() : Json.of((double) roi));
    return fields;
  }

  private static LocalDate day(String field, String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw bad(field, text, "a day: 2026-06-18");
    }
  }

  private static Period period(String field, String text) {
    try {
      Period period = Period.parse(text);
      if (period.amount() > 0) {
        return period;
      }
    } catch (IllegalArgumentException e) {
      throw bad(field, text, "a time: 30d, 48h, 15m");
    }
    throw bad(field, text, "a time above nothing: 30d, 48h, 15m");
  }

  private static RuntimeException bad(String field, String value, String allowed) {
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "bad_" + field.toLowerCase(Locale.ROOT),
            "'" + field + "' can not be read so.")
        .at(field, value, allowed)
        .thrown();
  }
}
