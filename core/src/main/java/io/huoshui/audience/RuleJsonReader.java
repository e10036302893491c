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
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads the JSON form of a rule, naming the path of whatever is wrong.
final class RuleJsonReader {
  private static final String KINDS =
      "all, any, not, has, reachable, lifecycle, rfm, date, did, didNot, first, last, measure, top,"
          + " bottom, sequence, unfollowed, inAudience, inSegment, inGroup, inAnyGroup, journey,"
          + " near, share";

  /// As many digits as the text form takes.
  private static final int MOST_TIMES = 999_999;

  private RuleJsonReader() {}

  static Condition read(Json json) {
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
          throw new RuleException(inner, shown(body), wires(Lifecycle.values(), Lifecycle::wire));
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
          steps.add(step(step, inner + ".steps[" + index++ + "]"));
        }
        if (steps.size() < 2) {
          throw new RuleException(inner + ".steps", steps.size() + " steps", "two or more");
        }
        yield new Condition.Sequence(
            steps, period(sequence.get("within"), inner + ".within"), window(sequence, inner));
      }
      case "inAudience" -> new Condition.InAudience(text(body, inner));
      case "inSegment" -> new Condition.InSegment(text(body, inner));
      case "inGroup" -> new Condition.InGroup(text(body, inner));
      case "inAnyGroup" -> {
        if (!body.equals(Json.of(true))) {
          throw new RuleException(inner, shown(body), "true");
        }
        yield new Condition.InGroup("");
      }
      case "reachable" -> {
        ChannelKind channel = ChannelKind.ofWire(text(body, inner));
        if (channel == null) {
          throw new RuleException(
              inner, shown(body), wires(ChannelKind.values(), ChannelKind::wire));
        }
        yield new Condition.Reachable(channel);
      }
      case "rfm" -> rfm(object(body, inner), inner);
      case "date" -> {
        Json.Obj date = only(object(body, inner), inner, Set.of("trait", "yearly", "from", "to"));
        String trait = text(date.get("trait"), inner + ".trait");
        boolean yearly =
            switch (date.get("yearly")) {
              case null -> false;
              case Json.Bool(boolean on) -> on;
              case Json other ->
                  throw new RuleException(inner + ".yearly", shown(other), "true or false");
            };
        int from = whole(date.get("from"), inner + ".from");
        int to = whole(date.get("to"), inner + ".to");
        yield built(inner, body, () -> new Condition.DateIn(trait, yearly, from, to));
      }
      case "first" -> edge(true, object(body, inner), inner);
      case "last" -> edge(false, object(body, inner), inner);
      case "top" -> top(true, object(body, inner), inner);
      case "bottom" -> top(false, object(body, inner), inner);
      case "unfollowed" -> {
        Json.Obj of = only(object(body, inner), inner, Set.of("event", "next", "within", "window"));
        yield new Condition.Unfollowed(
            step(of.get("event"), inner + ".event"),
            step(of.get("next"), inner + ".next"),
            period(of.get("within"), inner + ".within"),
            window(of, inner));
      }
      case "journey" -> {
        Json.Obj of = only(object(body, inner), inner, Set.of("name", "standing"));
        Person.Standing standing =
            Person.Standing.ofWire(text(of.get("standing"), inner + ".standing"));
        if (standing == null) {
          throw new RuleException(
              inner + ".standing",
              shown(of.get("standing")),
              wires(Person.Standing.values(), Person.Standing::wire));
        }
        yield new Condition.OnJourney(text(of.get("name"), inner + ".name"), standing);
      }
      case "near" -> {
        Json.Obj of = only(object(body, inner), inner, Set.of("lat", "lon", "metres"));
        double lat = number(of.get("lat"), inner + ".lat");
        double lon = number(of.get("lon"), inner + ".lon");
        int metres = whole(of.get("metres"), inner + ".metres");
        yield built(inner, body, () -> new Condition.Near(lat, lon, metres));
      }
      case "share" -> {
        Json.Obj of = only(object(body, inner), inner, Set.of("salt", "from", "to"));
        String salt = text(of.get("salt"), inner + ".salt");
        int from = hundredths(of.get("from"), inner + ".from");
        int to = hundredths(of.get("to"), inner + ".to");
        yield built(inner, body, () -> new Condition.Share(salt, from, to));
      }
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
      only(has, at, Set.of("tag", "by", "window"));
      return new Condition.HasTag(
          text(tag, at + ".tag"),
          has.get("by") instanceof Json source ? text(source, at + ".by") : "",
          window(has, at));
    }
    for (Person.Consent said : Person.Consent.values()) {
      if (has.get(said.wire()) instanceof Json channel) {
        only(has, at, Set.of(said.wire()));
        return new Condition.HasConsent(text(channel, at + "." + said.wire()), said);
      }
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

  private static Condition rfm(Json.Obj rfm, String at) {
    if (rfm.get("class") instanceof Json json) {
      only(rfm, at, Set.of("class"));
      Rfm.Class8 known = Rfm.Class8.ofWire(text(json, at + ".class"));
      if (known == null) {
        throw new RuleException(
            at + ".class", shown(json), wires(Rfm.Class8.values(), Rfm.Class8::wire));
      }
      List<Rfm.Scores> scores = known.scores();
      return new Condition.InRfm(scores.get(0), scores.get(1), scores.get(2));
    }
    only(rfm, at, Set.of("r", "f", "m"));
    return new Condition.InRfm(
        scores(rfm.get("r"), at + ".r"),
        scores(rfm.get("f"), at + ".f"),
        scores(rfm.get("m"), at + ".m"));
  }

  private static Rfm.Scores scores(@Nullable Json json, String at) {
    if (json == null) {
      return Rfm.Scores.ANY;
    }
    if (json instanceof Json.Arr(List<Json> pair) && pair.size() == 2) {
      int from = whole(pair.get(0), at);
      int to = whole(pair.get(1), at);
      return built(at, json, () -> new Rfm.Scores(from, to));
    }
    throw new RuleException(at, shown(json), "[from, to] with scores from 1 to 5");
  }

  private static Condition edge(boolean first, Json.Obj edge, String at) {
    if (edge.get("property") == null) {
      only(edge, at, Set.of("event", "where", "window"));
      return new Condition.Edge(first, event(edge, at), window(edge, at));
    }
    only(edge, at, Set.of("event", "property", "where", "window", "op", "value"));
    Operator operator = operator(edge.get("op"), at + ".op");
    return new Condition.EdgeValue(
        first,
        event(edge, at),
        text(edge.get("property"), at + ".property"),
        window(edge, at),
        operator,
        value(edge.get("value"), operator, at + ".value"));
  }

  private static Condition measure(Json.Obj measure, String at) {
    only(measure, at, Set.of("fold", "event", "property", "where", "window", "op", "value"));
    Fold fold = fold(measure, at);
    Operator operator = operator(measure.get("op"), at + ".op");
    Value value = value(measure.get("value"), operator, at + ".value");
    if (Double.isNaN(value.asNumber())) {
      throw new RuleException(at + ".value", value.shown(), "a number");
    }
    return new Condition.Measured(
        fold, event(measure, at), window(measure, at), operator, value.asNumber());
  }

  private static Condition top(boolean most, Json.Obj top, String at) {
    only(top, at, Set.of("percent", "fold", "event", "property", "where", "window"));
    int hundredths = hundredths(top.get("percent"), at + ".percent");
    if (hundredths % 10 != 0) {
      throw new RuleException(
          at + ".percent", shown(top.get("percent")), "one digit behind the point at most");
    }
    Fold fold = fold(top, at);
    EventPattern event = event(top, at);
    Window window = window(top, at);
    return built(
        at + ".percent",
        top.get("percent"),
        () -> new Condition.Top(most, hundredths / 10, fold, event, window));
  }

  private static Fold fold(Json.Obj of, String at) {
    String name = text(of.get("fold"), at + ".fold");
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
    String property = of.get("property") instanceof Json json ? text(json, at + ".property") : "";
    if (property.isEmpty() != (kind == Fold.Kind.COUNT)) {
      throw new RuleException(
          at + ".property",
          "'" + property + "'",
          kind == Fold.Kind.COUNT ? "none for count" : "a property");
    }
    return new Fold(kind, property);
  }

  private static EventPattern step(@Nullable Json json, String at) {
    return event(only(object(json, at), at, Set.of("event", "where")), at);
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

  private static double number(@Nullable Json json, String at) {
    if (json instanceof Json.Num number && Double.isFinite(number.number().doubleValue())) {
      return number.number().doubleValue();
    }
    throw new RuleException(at, shown(json), "a number");
  }

  private static int whole(@Nullable Json json, String at) {
    if (json instanceof Json.Num number
        && number.whole()
        && number.number().abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0) {
      return number.number().intValue();
    }
    throw new RuleException(at, shown(json), "a whole number");
  }

  /// A share in percent, as hundredths of one.
  private static int hundredths(@Nullable Json json, String at) {
    if (json instanceof Json.Num number
        && number.number().signum() >= 0
        && number.number().compareTo(BigDecimal.valueOf(100)) <= 0
        && number.number().stripTrailingZeros().scale() <= 2) {
      return number.number().movePointRight(2).intValueExact();
    }
    throw new RuleException(at, shown(json), "percent: 20, 0.5");
  }

  /// What is built of what was read, or where it stands when it can not be.
  private static <T> T built(String at, @Nullable Json json, Supplier<T> making) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      throw new RuleException(at, shown(json), String.valueOf(e.getMessage()));
    }
  }

  private static <T> String wires(T[] values, Function<T, String> wire) {
    return String.join(", ", Arrays.stream(values).map(wire).toList());
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
}
