package io.huoshui.insight.tree;

import io.huoshui.audience.RuleException;
import io.huoshui.audience.RuleText;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Grain;
import io.huoshui.profile.Period;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sets of metrics as JSON:
///
/// ```
/// {"dimensions": [{"name": "city", "zh": "城市", "en": "city"}],
///  "metrics": [
///    {"name": "packages", "zh": "包裹数", "en": "packages", "given": ["card", "region"]},
///    {"name": "card_scans", "zh": "扫码人数", "en": "people who scanned", "unit": "people",
///     "people": "card_scanned", "slices": ["card", "region"]},
///    {"name": "first_sales", "zh": "首单金额", "en": "first sales", "unit": "fen",
///     "sum": {"events": "order_paid", "property": "amountFen"}, "which": "first",
///     "slices": {"source": "$source"}},
///    {"name": "answered", "zh": "被回复的消息", "en": "messages answered", "count": "message_delivered",
///     "followedBy": {"events": "message_replied", "within": "48h"}, "slices": ["template"]},
///    {"name": "scan_rate", "zh": "扫码率", "en": "scan rate", "unit": "share",
///     "formula": "card_scans / packages", "owner": "ada", "better": "up",
///     "targets": [{"each": "month", "value": 0.06}, {"days": "2026-11", "value": 0.08}]}],
///  "trees": [{"name": "scans", "zh": "扫码", "en": "scans", "root": "scan_rate"}]}
/// ```
public final class MetricJson {
  private MetricJson() {}

  /// @throws UnreadableException naming the path, what was found and what is allowed
  public static MetricSet read(Json json) {
    var at = new Place(json, "set");
    at.only("dimensions", "metrics", "trees");
    var dimensions = new ArrayList<Dimension>();
    for (Place each : at.get("dimensions").list()) {
      each.only("name", "zh", "en");
      String name = each.get("name").text();
      dimensions.add(new Dimension(name, each.get("zh").text(name), each.get("en").text(name)));
    }
    var metrics = new ArrayList<Metric>();
    for (Place each : at.get("metrics").list()) {
      metrics.add(metric(each));
    }
    var trees = new ArrayList<MetricSet.Tree>();
    for (Place each : at.get("trees").list()) {
      each.only("name", "zh", "en", "root");
      String name = each.get("name").text();
      trees.add(
          new MetricSet.Tree(
              name, each.get("zh").text(name), each.get("en").text(name), each.get("root").text()));
    }
    return new MetricSet(dimensions, metrics, trees);
  }

  private static Metric metric(Place at) {
    at.only(
        "name",
        "zh",
        "en",
        "unit",
        "better",
        "owner",
        "grain",
        "count",
        "people",
        "sum",
        "distinct",
        "followedBy",
        "which",
        "slices",
        "given",
        "formula",
        "targets");
    String name = at.get("name").text();
    return new Metric(
        name,
        at.get("zh").text(name),
        at.get("en").text(name),
        unit(at),
        at.get("better").absent() || at.get("better").oneOf("up", "down").equals("up")
            ? Metric.Better.UP
            : Metric.Better.DOWN,
        at.get("owner").text(""),
        at.get("grain").absent() ? null : grain(at.get("grain")),
        origin(at),
        at.get("targets").list().stream().map(MetricJson::target).toList());
  }

  private static Metric.Unit unit(Place at) {
    if (at.get("unit").absent()) {
      return at.get("people").absent() ? Metric.Unit.COUNT : Metric.Unit.PEOPLE;
    }
    String unit = at.get("unit").oneOf("count", "people", "fen", "share", "number");
    return Metric.Unit.valueOf(unit.toUpperCase(Locale.ROOT));
  }

  private static Grain grain(Place at) {
    Grain grain = Grain.ofWire(at.oneOf("day", "week", "half_month", "month", "quarter"));
    if (grain == null) {
      throw at.refused("a grain");
    }
    return grain;
  }

  private static Metric.Origin origin(Place at) {
    var ways = new ArrayList<String>();
    for (String way : List.of("count", "people", "sum", "distinct", "given", "formula")) {
      if (!at.get(way).absent()) {
        ways.add(way);
      }
    }
    if (ways.size() != 1) {
      throw new UnreadableException(
          at.at(),
          ways.isEmpty() ? "none of them" : String.join(" and ", ways),
          "one of count, people, sum, distinct, given, formula");
    }
    String way = ways.getFirst();
    Place of = at.get(way);
    boolean folds = !way.equals("given") && !way.equals("formula");
    for (String only : List.of("which", "slices", "followedBy")) {
      if (!folds && !at.get(only).absent()) {
        throw at.get(only).refused("nothing beside " + way);
      }
    }
    if (way.equals("formula")) {
      return new Metric.Origin.Worked(of.text());
    }
    if (way.equals("given")) {
      return new Metric.Origin.Given(of.list().stream().map(Place::text).toList());
    }
    boolean ofProperty = way.equals("sum") || way.equals("distinct");
    if (ofProperty) {
      of.only("events", "property");
    }
    return new Metric.Origin.Folded(
        events(ofProperty ? of.get("events") : of),
        Metric.Measure.valueOf(way.toUpperCase(Locale.ROOT)),
        ofProperty ? of.get("property").text() : "",
        at.get("which").absent()
            ? Metric.Which.EVERY
            : Metric.Which.valueOf(
                at.get("which").oneOf("every", "first", "later").toUpperCase(Locale.ROOT)),
        slices(at.get("slices")),
        at.get("followedBy").absent() ? null : follow(at.get("followedBy")));
  }

  private static Metric.Follow follow(Place at) {
    at.only("events", "within");
    String within = at.get("within").text();
    try {
      return new Metric.Follow(events(at.get("events")), Period.parse(within).exact());
    } catch (IllegalArgumentException e) {
      throw at.get("within").refused("30m, 48h, 2d");
    }
  }

  private static List<EventPattern> events(Place at) {
    List<Place> all = at.json() instanceof Json.Arr ? at.list() : List.of(at);
    if (all.isEmpty()) {
      throw at.refused("an event at least");
    }
    var events = new ArrayList<EventPattern>();
    for (Place each : all) {
      try {
        events.add(RuleText.event(each.text()));
      } catch (RuleException e) {
        throw new UnreadableException(each.at() + ", " + e.where(), e.found(), e.allowed());
      }
    }
    return events;
  }

  private static Map<String, String> slices(Place at) {
    var slices = new LinkedHashMap<String, String>();
    if (at.absent()) {
      return slices;
    }
    if (at.json() instanceof Json.Arr) {
      at.list().forEach(each -> slices.put(each.text(), property(each.text())));
    } else {
      at.object().fields().keySet().forEach(name -> slices.put(name, at.get(name).text()));
    }
    return slices;
  }

  /// A dimension is the property of its name, but for the source.
  private static String property(String dimension) {
    return dimension.equals("source") ? EventPattern.SOURCE : dimension;
  }

  private static Metric.Target target(Place at) {
    at.only("days", "each", "value");
    if (!(at.get("value").json() instanceof Json.Num number)) {
      throw at.get("value").refused("a number");
    }
    @Nullable Days days = null;
    if (!at.get("days").absent()) {
      try {
        days = Days.parse(at.get("days").text());
      } catch (IllegalArgumentException e) {
        throw at.get("days").refused(Days.ALLOWED);
      }
    }
    if ((days == null) == at.get("each").absent()) {
      throw at.refused("either days or each");
    }
    return new Metric.Target(
        days,
        at.get("each").absent() ? null : grain(at.get("each")),
        number.number().doubleValue());
  }
}
