package io.huoshui.insight.season;

import io.huoshui.insight.season.Season.Metric;
import io.huoshui.insight.season.Season.Phase;
import io.huoshui.insight.season.Season.Stage;
import io.huoshui.insight.season.Season.Target;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A season as it is written.
///
/// ```yaml
/// season: 618-2026
/// title: 618 大促
/// before: {from: 2026-05-20, to: 2026-06-15}   # may be left out, as may after
/// during: {from: 2026-06-16, to: 2026-06-18}
/// after:  {from: 2026-06-19, to: 2026-06-30}
/// journeys: [lock_core, coupon_618]
/// targets: {sales: 30000000, newFriends: 2000, repurchase: 0.4}   # sales in fen, shares of 1
/// heroSku: MILK-12
/// segments: [vip, lapsed]
/// comparedWith: 618-2025
/// ```
public final class SeasonJson {
  private SeasonJson() {}

  /// @throws UnreadableException naming the place, what was found and what is allowed
  public static Season read(Json json) {
    var at = new Place(json, "season");
    at.only(
        "season",
        "title",
        "before",
        "during",
        "after",
        "journeys",
        "targets",
        "heroSku",
        "segments",
        "comparedWith");
    String name = at.get("season").text();
    var stages = new ArrayList<Stage>();
    for (Phase phase : Phase.values()) {
      Place stage = at.get(phase.wire());
      if (!stage.absent()) {
        stage.only("from", "to");
        LocalDate from = day(stage.get("from"));
        LocalDate to = day(stage.get("to"));
        if (to.isBefore(from)) {
          throw stage.get("to").refused("a day not before " + from);
        }
        stages.add(new Stage(phase, from, to));
      }
    }
    if (at.get("during").absent()) {
      throw at.get("during").refused("{from: 2026-06-16, to: 2026-06-18}");
    }
    try {
      return new Season(
          name,
          at.get("title").text(name),
          stages,
          names(at.get("journeys")),
          targets(at.get("targets")),
          at.get("heroSku").text(""),
          names(at.get("segments")),
          at.get("comparedWith").text(""));
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("season", "'" + name + "'", String.valueOf(e.getMessage()));
    }
  }

  private static LocalDate day(Place at) {
    try {
      return LocalDate.parse(at.text());
    } catch (DateTimeException e) {
      throw at.refused("a day: \"2026-06-18\"");
    }
  }

  private static List<String> names(Place at) {
    return at.list().stream().map(Place::text).distinct().toList();
  }

  private static List<Target> targets(Place at) {
    var targets = new ArrayList<Target>();
    if (at.absent()) {
      return targets;
    }
    for (String key : at.object().fields().keySet()) {
      Place place = at.get(key);
      Metric metric = Metric.find(key);
      if (metric == null) {
        throw new UnreadableException(
            at.at(),
            "'" + key + "'",
            Arrays.stream(Metric.values()).map(Metric::wire).collect(Collectors.joining(", ")));
      }
      if (!(place.json() instanceof Json.Num number)) {
        throw place.refused("a number");
      }
      try {
        targets.add(new Target(metric, number.number().doubleValue()));
      } catch (IllegalArgumentException e) {
        throw place.refused(
            metric.unit() == Metric.Unit.SHARE
                ? "a share above 0, at most 1: 0.4"
                : "a number above 0" + (metric.unit() == Metric.Unit.MONEY ? ", in fen" : ""));
      }
    }
    return targets;
  }

  public static Json write(Season season) {
    Map<String, Json> fields = new LinkedHashMap<>();
    fields.put("season", Json.of(season.name()));
    fields.put("title", Json.of(season.title()));
    for (Stage stage : season.stages()) {
      fields.put(
          stage.phase().wire(),
          Json.object(
              "from", Json.of(stage.from().toString()), "to", Json.of(stage.to().toString())));
    }
    fields.put("journeys", Json.of(season.journeys().stream().map(Json::of).toList()));
    Map<String, Json> targets = new LinkedHashMap<>();
    season
        .targets()
        .forEach(target -> targets.put(target.metric().wire(), Json.of(target.value())));
    fields.put("targets", new Json.Obj(targets));
    if (!season.heroSku().isEmpty()) {
      fields.put("heroSku", Json.of(season.heroSku()));
    }
    fields.put("segments", Json.of(season.segments().stream().map(Json::of).toList()));
    if (!season.comparedWith().isEmpty()) {
      fields.put("comparedWith", Json.of(season.comparedWith()));
    }
    return new Json.Obj(fields);
  }
}
