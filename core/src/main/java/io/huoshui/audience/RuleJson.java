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
import io.huoshui.profile.Window;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  private static final String KINDS =
      "all, any, not, has, lifecycle, did, didNot, measure, sequence, inAudience";

  /// As many digits as the text form takes.
  private static final int MOST_TIMES = 999_999;

  private RuleJson() {}

  public static Condition read(Json json) {
    return condition(json, "rule");
  }

  private static Condition condition(Json json, String at) {
    Json.Obj object = object(json, at);
    if (object.fields().size() != 1) {
      throw new RuleException(
          at, object.fields().keySet().toString(), "an object with exactly one of " + KINDS);
    }
    Map.Entry<String, Json> only = object.fields().entrySet().iterator().next();
    String inner = at + "." + only.getKey();
    Json body = only.getValue();
    return switch (only.getKey()) {
      case "all" -> new Condition.All(conditions(body, inner));
      case "any" -> new Condition.Any(conditions(body, inner));
      case "not" -> new Condition.Not(condition(body, inner));
      case "has" -> has(object(body, inner), inner);
      case "lifecycle" -> {
        Lifecycle state = Lifecycle.ofWire(text(body, inner));
        if (state == null) {
          throw new RuleException(
              inner,
              shown(body),
              String.join(", ", Arrays.stream(Lifecycle.values()).map(Lifecycle::wire).toList()));
        }
        yield new Condition.InLifecycle(state);
      }
      case "did" -> {
        Json.Obj did =
            only(object(body, inner), inner, Set.of("event", "where", "times", "window"));
        yield new Condition.Did(
            event(did, inner), times(did.get("times"), inner), window(did, inner));
      }
      case "didNot" -> {
        Json.Obj did = only(object(body, inner), inner, Set.of("event", "where", "window"));
        yield new Condition.DidNot(event(did, inner), window(did, inner));
      }
      case "measure" -> measure(object(body, inner), inner);
      case "sequence" -> {
        Json.Obj sequence = only(object(body, inner), inner, Set.of("steps", "within", "window"));
        var steps = new ArrayList<EventPattern>();
        int index = 0;
        for (Json step : array(sequence.get("steps"), inner + ".steps")) {
          String where = inner + ".steps[" + index++ + "]";
          steps.add(event(only(object(step, where), where, Set.of("event", "where")), where));
        }
        if (steps.size() < 2) {
          throw new RuleException(inner + ".steps", steps.size() + " steps", "two or more");
        }
        yield new Condition.Sequence(
            steps, period(sequence.get("within"), inner + ".within"), window(sequence, inner));
      }
      case "inAudience" -> new Condition.InAudience(text(body, inner));
      default -> throw new RuleException(at, "'" + only.getKey() + "'", KINDS);
    };
  }

  private static List<Condition> conditions(Json json, String at) {
    var parts = new ArrayList<Condition>();
    List<Json> items = array(json, at);
    if (items.isEmpty()) {
      throw new RuleException(at, "an empty list", "one condition or more");
    }
    for (int i = 0; i < items.size(); i++) {
      parts.add(condition(items.get(i), at + "[" + i + "]"));
    }
    return parts;
  }

  private static Condition has(Json.Obj has, String at) {
    if (has.get("tag") instanceof Json tag) {
      return new Condition.HasTag(text(tag, at + ".tag"));
    }
    if (has.get("consent") instanceof Json channel) {
      return new Condition.HasConsent(text(channel, at + ".consent"));
    }
    if (has.get("identifier") instanceof Json kind) {
      IdentifierKind found = IdentifierKind.ofWire(text(kind, at + ".identifier"));
      if (found == null) {
        throw new RuleException(
            at + ".identifier", shown(kind), String.join(", ", IdentifierKind.wires()));
      }
      return new Condition.HasIdentifier(found);
    }
    only(has, at, Set.of("trait", "op", "value"));
    Operator operator = operator(has.get("op"), at + ".op");
    return new Condition.HasTrait(
        text(has.get("trait"), at + ".trait"),
        operator,
        value(has.get("value"), operator, at + ".value"));
  }

  private static Condition measure(Json.Obj measure, String at) {
    only(measure, at, Set.of("fold", "event", "property", "where", "window", "op", "value"));
    String name = text(measure.get("fold"), at + ".fold");
    Fold.Kind kind = null;
    for (Fold.Kind known : Fold.Kind.values()) {
      if (known.wire().equals(name) && known.numeric()) {
        kind = known;
      }
    }
    if (kind == null) {
      throw new RuleException(
          at + ".fold", "'" + name + "'", "count, sum, average, min, max, distinct");
    }
    String property =
        measure.get("property") instanceof Json json ? text(json, at + ".property") : "";
    if (property.isEmpty() != (kind == Fold.Kind.COUNT)) {
      throw new RuleException(
          at + ".property",
          "'" + property + "'",
          kind == Fold.Kind.COUNT ? "none for count" : "a property");
    }
    Operator operator = operator(measure.get("op"), at + ".op");
    Value value = value(measure.get("value"), operator, at + ".value");
    if (Double.isNaN(value.asNumber())) {
      throw new RuleException(at + ".value", value.shown(), "a number");
    }
    return new Condition.Measured(
        new Fold(kind, property),
        event(measure, at),
        window(measure, at),
        operator,
        value.asNumber());
  }

  private static EventPattern event(Json.Obj json, String at) {
    var where = new ArrayList<EventPattern.Where>();
    if (json.get("where") instanceof Json tests) {
      int index = 0;
      for (Json test : array(tests, at + ".where")) {
        String inner = at + ".where[" + index++ + "]";
        Json.Obj one = only(object(test, inner), inner, Set.of("property", "op", "value"));
        Operator operator = operator(one.get("op"), inner + ".op");
        where.add(
            new EventPattern.Where(
                text(one.get("property"), inner + ".property"),
                operator,
                value(one.get("value"), operator, inner + ".value")));
      }
    }
    return new EventPattern(text(json.get("event"), at + ".event"), where);
  }

  private static Times times(@Nullable Json json, String at) {
    if (json == null) {
      return Times.atLeast(1);
    }
    Json.Obj times = object(json, at + ".times");
    for (Map.Entry<String, Json> entry : times.fields().entrySet()) {
      if (times.fields().size() == 1
          && entry.getValue() instanceof Json.Num number
          && number.whole()
          && number.number().abs().compareTo(BigDecimal.valueOf(MOST_TIMES)) <= 0) {
        int count = number.number().intValue();
        try {
          switch (entry.getKey()) {
            case "atLeast":
              return new Times(Times.Bound.AT_LEAST, count);
            case "atMost":
              return new Times(Times.Bound.AT_MOST, count);
            case "exactly":
              return new Times(Times.Bound.EXACTLY, count);
            default:
          }
        } catch (IllegalArgumentException e) {
          throw new RuleException(at + ".times", shown(json), String.valueOf(e.getMessage()));
        }
      }
    }
    throw new RuleException(
        at + ".times", shown(json), "{\"atLeast\": n}, {\"atMost\": n}, {\"exactly\": n}");
  }

  private static Window window(Json.Obj holder, String at) {
    Json json = holder.get("window");
    if (json == null) {
      return Window.ever();
    }
    String inner = at + ".window";
    Json.Obj window = object(json, inner);
    try {
      if (window.get("last") instanceof Json length) {
        return new Window.Last(period(length, inner + ".last"));
      }
      if (window.get("newer") instanceof Json newer) {
        return new Window.Ago(
            period(newer, inner + ".newer"), period(window.get("older"), inner + ".older"));
      }
      if (window.get("before") instanceof Json length) {
        return new Window.Before(period(length, inner + ".before"));
      }
      if (window.get("from") instanceof Json from) {
        return new Window.Dates(date(from, inner + ".from"), date(window.get("to"), inner + ".to"));
      }
    } catch (IllegalArgumentException e) {
      throw new RuleException(inner, shown(json), String.valueOf(e.getMessage()));
    }
    throw new RuleException(
        inner,
        shown(json),
        "{\"last\": \"30d\"}, {\"newer\": \"180d\", \"older\": \"360d\"}, {\"before\": \"30d\"},"
            + " {\"from\": date, \"to\": date}");
  }

  private static LocalDate date(@Nullable Json json, String at) {
    try {
      return LocalDate.parse(text(json, at));
    } catch (DateTimeParseException e) {
      throw new RuleException(at, shown(json), "a date of the calendar: 2026-06-18");
    }
  }

  private static Period period(@Nullable Json json, String at) {
    try {
      return Period.parse(text(json, at));
    } catch (IllegalArgumentException e) {
      throw new RuleException(at, shown(json), "30d, 48h, 15m");
    }
  }

  private static Operator operator(@Nullable Json json, String at) {
    Operator operator = Operator.ofSign(text(json, at));
    if (operator == null) {
      throw new RuleException(at, shown(json), "= != < <= > >= contains in");
    }
    return operator;
  }

  /// As in the text form: a list goes with `in`, and `in` with a list.
  private static Value value(@Nullable Json json, Operator operator, String at) {
    if (operator == Operator.ONE_OF) {
      if (json instanceof Json.Arr(List<Json> items) && !items.isEmpty()) {
        return new Value.Many(items.stream().map(item -> single(item, at)).toList());
      }
      throw new RuleException(at, shown(json), "a list of values, one or more");
    }
    if (json instanceof Json.Arr) {
      throw new RuleException(at, shown(json), "one value; a list goes with \"in\"");
    }
    return single(json, at);
  }

  private static Value single(@Nullable Json json, String at) {
    switch (json) {
      case Json.Str(String text) -> {
        return Value.of(text);
      }
      case Json.Bool(boolean on) -> {
        return Value.of(on);
      }
      case Json.Num number -> {
        if (number.whole()
            && number.number().compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) >= 0
            && number.number().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
          return Value.of(number.number().longValue());
        }
        double decimal = number.number().doubleValue();
        if (Double.isFinite(decimal)) {
          return Value.of(decimal);
        }
      }
      case null, default -> {}
    }
    throw new RuleException(at, shown(json), "a text, number, true or false");
  }

  private static Json.Obj object(@Nullable Json json, String at) {
    if (json instanceof Json.Obj object) {
      return object;
    }
    throw new RuleException(at, shown(json), "an object");
  }

  private static List<Json> array(@Nullable Json json, String at) {
    if (json instanceof Json.Arr(List<Json> items)) {
      return items;
    }
    throw new RuleException(at, shown(json), "a list");
  }

  private static String text(@Nullable Json json, String at) {
    if (json instanceof Json.Str(String text) && !text.isEmpty()) {
      return text;
    }
    throw new RuleException(at, shown(json), "a text");
  }

  private static Json.Obj only(Json.Obj object, String at, Set<String> allowed) {
    for (String key : object.fields().keySet()) {
      if (!allowed.contains(key)) {
        throw new RuleException(
            at, "'" + key + "'", String.join(", ", allowed.stream().sorted().toList()));
      }
    }
    return object;
  }

  private static String shown(@Nullable Json json) {
    String text = json == null ? "nothing" : json.write();
    return text.length() <= 80 ? text : text.substring(0, 77) + "…";
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
      case Condition.HasTag(String tag) -> Json.object("has", Json.object("tag", Json.of(tag)));
      case Condition.HasConsent(String channel) ->
          Json.object("has", Json.object("consent", Json.of(channel)));
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
