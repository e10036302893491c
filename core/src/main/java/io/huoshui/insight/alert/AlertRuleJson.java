package io.huoshui.insight.alert;

import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Grain;
import io.huoshui.profile.Period;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rules of alerts as JSON:
///
/// ```
/// {"name": "friends-drop", "metric": "new_friends", "slice": {"store": "s1"}, "every": "day",
///  "check": {"change": {"deviations": 4, "worseOnly": true}}, "settle": "2h", "routes": ["duty"]}
/// {"name": "low", "metric": "scan_rate", "every": "week", "check": {"below": 0.05}}
/// {"name": "silent", "metric": "packages", "check": "missing"}
/// ```
public final class AlertRuleJson {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";

  private AlertRuleJson() {}

  /// @throws UnreadableException naming the path, what was found and what is allowed
  public static AlertRule read(Json json) {
    var at = new Place(json, "alert");
    at.only("name", "metric", "slice", "every", "check", "settle", "routes");
    String name = at.get("name").text();
    if (!name.matches(NAME)) {
      throw at.get("name").refused("letters, digits, _ and -, at most 64");
    }
    var slice = new LinkedHashMap<String, String>();
    if (!at.get("slice").absent()) {
      at.get("slice")
          .object()
          .fields()
          .keySet()
          .forEach(key -> slice.put(key, at.get("slice").get(key).text()));
    }
    Grain every = Grain.DAY;
    if (!at.get("every").absent()) {
      Grain found =
          Grain.ofWire(at.get("every").oneOf("day", "week", "half_month", "month", "quarter"));
      every = found == null ? Grain.DAY : found;
    }
    List<String> routes = at.get("routes").list().stream().map(Place::text).toList();
    try {
      return new AlertRule(
          name,
          at.get("metric").text(),
          slice,
          every,
          check(at.get("check")),
          Period.parse(at.get("settle").text("1h")).exact(),
          routes);
    } catch (IllegalArgumentException e) {
      throw at.get("settle").refused("30m, 2h, 1d");
    }
  }

  private static AlertRule.Check check(Place at) {
    if (at.json() instanceof Json.Str) {
      String _ = at.oneOf("missing");
      return new AlertRule.Check.Missing();
    }
    at.only("below", "above", "change");
    if (!at.get("change").absent()) {
      if (!at.get("below").absent() || !at.get("above").absent()) {
        throw at.refused("a line, or a change, not both");
      }
      Place change = at.get("change");
      change.only("deviations", "worseOnly");
      Double deviations = number(change.get("deviations"));
      if (deviations != null && !(deviations > 0)) {
        throw change.get("deviations").refused("more than 0");
      }
      Json worse = change.get("worseOnly").json();
      if (worse != null && !(worse instanceof Json.Bool)) {
        throw change.get("worseOnly").refused("true or false");
      }
      return new AlertRule.Check.Change(
          deviations == null ? AlertRule.Check.Change.USUAL : deviations,
          !(worse instanceof Json.Bool(boolean on)) || on);
    }
    Double below = number(at.get("below"));
    Double above = number(at.get("above"));
    if (below == null && above == null) {
      throw at.refused("\"missing\", {\"below\": 10}, {\"above\": 10} or {\"change\": {}}");
    }
    return new AlertRule.Check.Threshold(below, above);
  }

  private static @Nullable Double number(Place at) {
    if (at.absent()) {
      return null;
    }
    if (at.json() instanceof Json.Num number) {
      return number.number().doubleValue();
    }
    throw at.refused("a number");
  }
}
