package io.huoshui.audience;

import io.huoshui.audience.Condition.Times;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.json.Json;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The JSON form of a rule. Each condition is an object with one key that says what it is.
///
/// ```json
/// {"all": [
///   {"did":    {"event": "product_purchased", "where": [{"property": "category", "op": "=", "value": "yogurt"}],
///               "times": {"atLeast": 2}, "window": {"last": "90d"}}},
///   {"didNot": {"event": "product_purchased", "where": [{"property": "category", "op": "=", "value": "milk"}]}},
///   {"has":    {"consent": "sms"}}]}
/// ```
public final class RuleJson {
  private RuleJson() {}

  /// @throws RuleException naming the path, what was found and what is allowed
  public static Condition read(Json json) {
    return RuleJsonReader.read(json);
  }

  public static Json write(Condition rule) {
    return switch (rule) {
      case Condition.All(List<Condition> parts) ->
          Json.object("all", Json.of(parts.stream().map(RuleJson::write).toList()));
      case Condition.Any(List<Condition> parts) ->
          Json.object("any", Json.of(parts.stream().map(RuleJson::write).toList()));
      case Condition.Not(Condition part) -> Json.object("not", write(part));
      case Condition.HasTrait(String trait, Operator operator, Value value) ->
          Json.object(
              "has",
              Json.object(
                  "trait", Json.of(trait), "op", Json.of(operator.sign()), "value", write(value)));
      case Condition.HasTag(String tag, String source, Window window) -> {
        var fields = new LinkedHashMap<String, Json>();
        fields.put("tag", Json.of(tag));
        if (!source.isEmpty()) {
          fields.put("by", Json.of(source));
        }
        put(fields, window);
        yield Json.object("has", new Json.Obj(fields));
      }
      case Condition.HasConsent(String channel, Person.Consent said) ->
          Json.object("has", Json.object(said.wire(), Json.of(channel)));
      case Condition.Reachable(ChannelKind channel) ->
          Json.object("reachable", Json.of(channel.wire()));
      case Condition.InRfm(Rfm.Scores r, Rfm.Scores f, Rfm.Scores m) ->
          Json.object("rfm", Json.object("r", scores(r), "f", scores(f), "m", scores(m)));
      case Condition.DateIn(String trait, boolean yearly, int fromDay, int toDay) ->
          Json.object(
              "date",
              Json.object(
                  "trait",
                  Json.of(trait),
                  "yearly",
                  Json.of(yearly),
                  "from",
                  Json.of(fromDay),
                  "to",
                  Json.of(toDay)));
      case Condition.HasIdentifier(IdentifierKind kind) ->
          Json.object("has", Json.object("identifier", Json.of(kind.wire())));
      case Condition.InLifecycle(Lifecycle state) ->
          Json.object("lifecycle", Json.of(state.wire()));
      case Condition.Did(EventPattern event, Times times, Window window) -> {
        var fields = fields(event, window);
        if (!times.equals(Times.atLeast(1))) {
          String key =
              switch (times.bound()) {
                case AT_LEAST -> "atLeast";
                case AT_MOST -> "atMost";
                case EXACTLY -> "exactly";
              };
          fields.put("times", Json.object(key, Json.of(times.count())));
        }
        yield Json.object("did", new Json.Obj(fields));
      }
      case Condition.DidNot(EventPattern event, Window window) ->
          Json.object("didNot", new Json.Obj(fields(event, window)));
      case Condition.Measured(
              Fold fold,
              EventPattern event,
              Window window,
              Operator operator,
              double value) -> {
        var fields = new LinkedHashMap<String, Json>();
        fields.put("fold", Json.of(fold.kind().wire()));
        if (!fold.property().isEmpty()) {
          fields.put("property", Json.of(fold.property()));
        }
        fields.putAll(fields(event, window));
        fields.put("op", Json.of(operator.sign()));
        fields.put("value", new Json.Num(new BigDecimal(RuleText.number(value))));
        yield Json.object("measure", new Json.Obj(fields));
      }
      case Condition.Edge(boolean first, EventPattern event, Window window) ->
          Json.object(first ? "first" : "last", new Json.Obj(fields(event, window)));
      case Condition.EdgeValue edge -> {
        var fields = fields(edge.event(), edge.window());
        fields.put("property", Json.of(edge.property()));
        fields.put("op", Json.of(edge.operator().sign()));
        fields.put("value", write(edge.value()));
        yield Json.object(edge.first() ? "first" : "last", new Json.Obj(fields));
      }
      case Condition.Top top -> {
        var fields = fields(top.event(), top.window());
        fields.put("percent", new Json.Num(BigDecimal.valueOf(top.permille(), 1)));
        fields.put("fold", Json.of(top.fold().kind().wire()));
        if (!top.fold().property().isEmpty()) {
          fields.put("property", Json.of(top.fold().property()));
        }
        yield Json.object(top.most() ? "top" : "bottom", new Json.Obj(fields));
      }
      case Condition.Unfollowed unfollowed -> {
        var fields = new LinkedHashMap<String, Json>();
        fields.put("event", new Json.Obj(fields(unfollowed.event(), Window.ever())));
        fields.put("next", new Json.Obj(fields(unfollowed.next(), Window.ever())));
        fields.put("within", Json.of(unfollowed.within().toString()));
        put(fields, unfollowed.window());
        yield Json.object("unfollowed", new Json.Obj(fields));
      }
      case Condition.InGroup(String group) ->
          group.isEmpty()
              ? Json.object("inAnyGroup", Json.of(true))
              : Json.object("inGroup", Json.of(group));
      case Condition.OnJourney(String journey, Person.Standing standing) ->
          Json.object(
              "journey",
              Json.object("name", Json.of(journey), "standing", Json.of(standing.wire())));
      case Condition.Near(double lat, double lon, int metres) ->
          Json.object(
              "near",
              Json.object(
                  "lat",
                  new Json.Num(BigDecimal.valueOf(lat)),
                  "lon",
                  new Json.Num(BigDecimal.valueOf(lon)),
                  "metres",
                  Json.of(metres)));
      case Condition.Share(String salt, int from, int to) ->
          Json.object(
              "share",
              Json.object(
                  "salt",
                  Json.of(salt),
                  "from",
                  new Json.Num(BigDecimal.valueOf(from, 2)),
                  "to",
                  new Json.Num(BigDecimal.valueOf(to, 2))));
      case Condition.InSegment(String segment) -> Json.object("inSegment", Json.of(segment));
      case Condition.Sequence(List<EventPattern> steps, Period within, Window window) -> {
        var fields = new LinkedHashMap<String, Json>();
        fields.put(
            "steps",
            Json.of(
                steps.stream().map(step -> new Json.Obj(fields(step, Window.ever()))).toList()));
        fields.put("within", Json.of(within.toString()));
        put(fields, window);
        yield Json.object("sequence", new Json.Obj(fields));
      }
      case Condition.InAudience(String audience) -> Json.object("inAudience", Json.of(audience));
    };
  }

  private static Json scores(Rfm.Scores scores) {
    return Json.of(List.of(Json.of(scores.from()), Json.of(scores.to())));
  }

  private static Map<String, Json> fields(EventPattern event, Window window) {
    var fields = new LinkedHashMap<String, Json>();
    fields.put("event", Json.of(event.event()));
    if (!event.where().isEmpty()) {
      fields.put(
          "where",
          Json.of(
              event.where().stream()
                  .map(
                      w ->
                          Json.object(
                              "property",
                              Json.of(w.property()),
                              "op",
                              Json.of(w.operator().sign()),
                              "value",
                              write(w.value())))
                  .toList()));
    }
    put(fields, window);
    return fields;
  }

  private static void put(Map<String, Json> fields, Window window) {
    switch (window) {
      case Window.Ever() -> {}
      case Window.Last(Period length) ->
          fields.put("window", Json.object("last", Json.of(length.toString())));
      case Window.Ago(Period newer, Period older) ->
          fields.put(
              "window",
              Json.object("newer", Json.of(newer.toString()), "older", Json.of(older.toString())));
      case Window.Before(Period length) ->
          fields.put("window", Json.object("before", Json.of(length.toString())));
      case Window.Dates(LocalDate from, LocalDate to) ->
          fields.put(
              "window",
              Json.object("from", Json.of(from.toString()), "to", Json.of(to.toString())));
    }
  }

  private static Json write(Value value) {
    return switch (value) {
      case Value.Text(String text) -> Json.of(text);
      case Value.Whole(long number) -> Json.of(number);
      case Value.Decimal(double number) ->
          new Json.Num(new BigDecimal(String.format(Locale.ROOT, "%s", number)));
      case Value.Flag(boolean on) -> Json.of(on);
      case Value.Many(List<Value> values) -> Json.of(values.stream().map(RuleJson::write).toList());
    };
  }
}
