package io.huoshui.insight.experiment;

import io.huoshui.insight.Share;
import io.huoshui.insight.experiment.Reading.Comparison;
import io.huoshui.insight.experiment.Reading.Estimate;
import io.huoshui.insight.experiment.Reading.Interval;
import io.huoshui.insight.experiment.Reading.OfArm;
import io.huoshui.insight.experiment.Reading.OfMeasure;
import io.huoshui.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an experiment says, on the wire: the same on the command line and over HTTP. What there is
/// no base for is null.
public final class ExperimentJson {
  private ExperimentJson() {}

  /// Numbers that are none become null.
  private static Json number(@Nullable Double value) {
    return value == null || !Double.isFinite(value) ? new Json.Null() : Json.of((double) value);
  }

  private static Json whole(@Nullable Long value) {
    return value == null ? new Json.Null() : Json.of((long) value);
  }

  /// The fields of a reading, to be put beside others.
  public static Map<String, Json> write(Reading reading) {
    Design design = reading.design();
    var fields = new LinkedHashMap<String, Json>();
    fields.put("control", Json.of(design.control()));
    fields.put("alpha", Json.of(design.alpha()));
    fields.put("look", Json.of(design.look() == Design.Look.LAST ? "last" : "any"));
    fields.put("correction", Json.of("holm"));
    fields.put("verdict", verdict(reading.verdict()));
    fields.put("srm", srm(reading.srm()));
    fields.put(
        "variants",
        Json.of(
            reading.arms().stream()
                .map(
                    arm ->
                        Json.object(
                            "variant", Json.of(arm.variant()),
                            "n", Json.of(arm.people()),
                            "planned", number(arm.planned())))
                .toList()));
    fields.put(
        "metrics",
        Json.of(reading.measures().stream().map(of -> measure(of, design, null)).toList()));
    fields.put(
        "guardrails",
        Json.of(
            reading.guardrails().stream()
                .map(guardrail -> measure(guardrail.measure(), design, guardrail))
                .toList()));
    return fields;
  }

  private static Json verdict(Verdict verdict) {
    return Json.object(
        "code", Json.of(verdict.code().wire()),
        "variant", verdict.variant() == null ? new Json.Null() : Json.of(verdict.variant()),
        "needed", whole(verdict.needed()),
        "zh", Json.of(verdict.zh()),
        "en", Json.of(verdict.en()));
  }

  private static Json srm(@Nullable Srm srm) {
    return srm == null
        ? Json.object(
            "p", new Json.Null(),
            "alarm", Json.of(false),
            "note", Json.of("No shares were planned, or they changed on the way."))
        : Json.object(
            "chiSquare", number(srm.chiSquare()),
            "degrees", Json.of(srm.degrees()),
            "p", Json.of(srm.p()),
            "alarm", Json.of(srm.alarm()),
            "alarmBelow", Json.of(Srm.ALARM));
  }

  private static Json measure(
      OfMeasure of, Design design, Reading.@Nullable OfGuardrail guardrail) {
    var rows = new ArrayList<Json>();
    for (OfArm arm : of.arms()) {
      var row = new LinkedHashMap<String, Json>();
      row.put("variant", Json.of(arm.variant()));
      row.put("n", Json.of(arm.people()));
      Interval mean = arm.mean();
      row.put("mean", mean == null ? new Json.Null() : number(mean.value()));
      row.put("meanLow", mean == null ? new Json.Null() : number(mean.low()));
      row.put("meanHigh", mean == null ? new Json.Null() : number(mean.high()));
      for (int i = 0; i < of.comparisons().size(); i++) {
        Comparison comparison = of.comparisons().get(i);
        if (comparison.variant().equals(arm.variant())) {
          compared(row, comparison, design);
          if (guardrail != null) {
            row.put("verdict", Json.of(guardrail.verdicts().get(i).wire()));
          }
        }
      }
      rows.add(new Json.Obj(row));
    }
    var fields = new LinkedHashMap<String, Json>();
    fields.put("metric", Json.of(of.measure().name()));
    if (guardrail != null) {
      fields.put("better", Json.of(guardrail.guardrail().up() ? "up" : "down"));
    }
    fields.put("variants", Json.of(rows));
    return new Json.Obj(fields);
  }

  private static void compared(Map<String, Json> row, Comparison comparison, Design design) {
    estimate(row, comparison.decisive());
    row.put("pHolm", comparison.tooSmall() ? new Json.Null() : number(comparison.pHolm()));
    row.put("finding", Json.of(comparison.finding(design.look()).wire()));
    row.put("tooSmall", Json.of(comparison.tooSmall()));
    row.put("underpowered", Json.of(comparison.underpowered()));
    row.put("needed", whole(comparison.needed()));
    row.put("detectable", number(comparison.detectable()));
    Reading.Sequential sequential = comparison.sequential();
    row.put(
        "sequential",
        sequential == null
            ? Json.object(
                "verdict", Json.of(Reading.Finding.TOO_SMALL.wire()),
                "low", new Json.Null(),
                "high", new Json.Null(),
                "p", new Json.Null())
            : Json.object(
                "verdict",
                Json.of(
                    comparison.tooSmall()
                        ? Reading.Finding.TOO_SMALL.wire()
                        : sequential.finding().wire()),
                "low",
                number(sequential.low()),
                "high",
                number(sequential.high()),
                "p",
                number(sequential.p())));
    Reading.Cuped cuped = comparison.cuped();
    if (cuped != null) {
      var plain = new LinkedHashMap<String, Json>();
      estimate(plain, comparison.plain());
      row.put("theta", number(cuped.theta()));
      row.put("varianceReduction", number(cuped.varianceReduction()));
      row.put("unadjusted", new Json.Obj(plain));
    }
  }

  private static void estimate(Map<String, Json> row, Estimate estimate) {
    Interval lift = estimate.lift();
    row.put("method", Json.of(estimate.method().wire()));
    row.put("difference", number(estimate.difference().value()));
    row.put("low", number(estimate.difference().low()));
    row.put("high", number(estimate.difference().high()));
    row.put("lift", lift == null ? new Json.Null() : number(lift.value()));
    row.put("liftLow", lift == null ? new Json.Null() : number(lift.low()));
    row.put("liftHigh", lift == null ? new Json.Null() : number(lift.high()));
    row.put("p", number(estimate.p()));
  }

  public static Json write(Reading.Segments segments) {
    return Json.object(
        "correction",
        Json.of("holm"),
        "effects",
        Json.of(
            segments.effects().stream()
                .map(
                    one -> {
                      var row = new LinkedHashMap<String, Json>();
                      row.put("feature", Json.of(one.feature()));
                      row.put("value", Json.of(one.value()));
                      row.put("variant", Json.of(one.variant()));
                      row.put("n", Json.of(one.people()));
                      row.put("nControl", Json.of(one.controlPeople()));
                      row.put("tooSmall", Json.of(one.tooSmall()));
                      Estimate estimate = one.estimate();
                      if (estimate != null) {
                        estimate(row, estimate);
                      }
                      row.put("pHolm", number(one.pHolm()));
                      return new Json.Obj(row);
                    })
                .toList()),
        "heterogeneity",
        Json.of(
            segments.heterogeneity().stream()
                .map(
                    one ->
                        Json.object(
                            "feature", Json.of(one.feature()),
                            "variant", Json.of(one.variant()),
                            "q", number(one.q()),
                            "degrees", Json.of(one.degrees()),
                            "p", number(one.p())))
                .toList()));
  }

  public static Json write(UpliftModel model) {
    return Json.object(
        "model",
        Json.of("two ridge regressions over levels, cross-fitted in five parts"),
        "treated",
        Json.of(model.treated()),
        "untreated",
        Json.of(model.untreated()),
        "effect",
        bounded(model.qini().effect()),
        "qini",
        bounded(model.qini().qini()),
        "auuc",
        bounded(model.qini().auuc()),
        "curve",
        Json.of(
            model.qini().curve().stream()
                .map(
                    point ->
                        Json.object(
                            "share", number(point.share()),
                            "qini", number(point.qini()),
                            "uplift", number(point.uplift())))
                .toList()),
        "tenths",
        Json.of(
            model.tenths().stream()
                .map(
                    tenth ->
                        Json.object(
                            "tenth", Json.of((long) tenth.number()),
                            "n", Json.of(tenth.people()),
                            "expected", number(tenth.expected()),
                            "seen", number(tenth.seen().difference()),
                            "low", number(tenth.seen().low()),
                            "high", number(tenth.seen().high())))
                .toList()),
        "levels",
        Json.of(
            model.levels().stream()
                .map(
                    level ->
                        Json.object(
                            "feature", Json.of(level.feature()),
                            "level", Json.of(level.level()),
                            "n", Json.of(level.people()),
                            "adds", number(level.adds()),
                            "seen", number(level.seen().difference()),
                            "low", number(level.seen().low()),
                            "high", number(level.seen().high())))
                .toList()));
  }

  private static Json bounded(Qini.Bounded bounded) {
    return Json.object(
        "value", number(bounded.value()),
        "low", number(bounded.low()),
        "high", number(bounded.high()));
  }

  public static Json write(Aa aa) {
    return Json.object(
        "runs", Json.of((long) aa.runs()),
        "looks", Json.of((long) aa.looks()),
        "lastLook", share(aa.last()),
        "peeking", share(aa.peeking()),
        "sequential", share(aa.sequential()));
  }

  private static Json share(Share share) {
    return Json.object(
        "falseAlarms", number(share.value()),
        "low", number(share.low()),
        "high", number(share.high()));
  }

  public static Json write(Planner.Plan plan) {
    return Json.object(
        "effect", number(plan.effect()),
        "lift", number(plan.lift()),
        "each", Json.of(plan.each().stream().map(Json::of).toList()),
        "people", Json.of(plan.people()),
        "anyTime", Json.of(plan.anyTime()),
        "days", whole(plan.days()),
        "weeks", whole(plan.weeks()));
  }
}
