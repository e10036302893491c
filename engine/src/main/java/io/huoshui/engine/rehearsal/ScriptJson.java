package io.huoshui.engine.rehearsal;

import io.huoshui.engine.Entry;
import io.huoshui.event.Value;
import io.huoshui.journey.JourneyException;
import io.huoshui.journey.Steering;
import io.huoshui.json.Json;
import io.huoshui.profile.Period;
import io.huoshui.trial.Trial;
import io.huoshui.trial.TrialJson;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a script from the tree that YAML and JSON share.
///
/// ```yaml
/// scenario: recall
/// title: 沉睡召回
/// brand: {people: 20000, seed: 7, start: "2026-07-01T00:00:00+08:00", zone: Asia/Shanghai}
/// days: 30
/// pace: 5m                              # how far the clock goes at once; 1m to 1h
/// heroSku: trial-59                     # for layered contribution
/// gatePolicy: {quietFrom: "21:00", quietTo: "09:00", caps: [{most: 1, period: 1d}]}
/// coupons: [{name: back, valueFen: 1500, validDays: 14}]
/// templates: [{name: back_sms, channel: sms, sender: 活水, costFen: 5, text: "… {coupon} {link}"}]
/// tagGroups: [{name: …}]                # after the segments
/// segments: [{name: lapsed, rule: "did order_paid between 180d and 360d ago"}]
/// audiences: [{name: lapsed, segment: lapsed}]        # or {name: x, rule: "…"}
/// journeys: [{journey: recall, entry: {audience: lapsed}, steps: […]}]
/// trials: [{trial: spring, base: {audience: lapsed}, …}]    # each with the journey it is compiled to
/// launch: [{journey: recall, day: 0, at: "10:00"}]    # what is not named is launched on day 0
/// calls: [{journey: x, segment: vip, key: a, day: 3, at: "10:00"}]
/// steer: [{journey: recall, to: paused, day: 4, at: "12:00"}]
/// rates: {smsCouponVisit: 0.084, templates: {back_sms: {smsPlainVisit: 0.01}}}
/// reactions: measured                   # from former messages, where there are 200; or {atLeast: 50}
/// answers: [{message: back_wecom, events: [{event: address_confirmed, share: 0.9, after: 2h}]},
///           {task: 回访, events: [{event: call_answered, share: 0.62, then: [{event: order}]}]}]
/// arrivals: [{name: card, perDay: 40, from: 0, days: 14, ordersPer30Days: 0.3, basketFen: 6800,
///             events: [{event: contact_added, after: 10m, properties: {liveCode: [a, b]}}]}]
/// crowds: [{segment: vip, share: 0.2, day: 3, at: "20:00", spread: 2h, events: […]}]
/// expect: ["journeys.recall.verdicts.sent > 0", "gate.sentInQuietHours = 0"]
/// ```
public final class ScriptJson {
  private static final Set<String> KEYS =
      Set.of(
          "scenario",
          "title",
          "brand",
          "days",
          "pace",
          "heroSku",
          "gatePolicy",
          "coupons",
          "templates",
          "tagGroups",
          "segments",
          "audiences",
          "journeys",
          "trials",
          "launch",
          "calls",
          "steer",
          "rates",
          "reactions",
          "answers",
          "arrivals",
          "crowds",
          "expect");
  private static final LocalTime MORNING = LocalTime.of(10, 0);
  private static final Map<String, Rate> RATES =
      Arrays.stream(Rate.values()).collect(Collectors.toMap(Rate::wire, rate -> rate));

  private ScriptJson() {}

  /// @throws ScriptException naming the place, what was found and what is allowed
  public static Script read(Json json) {
    Json.Obj body = object(json, "the scenario");
    only(body, "the scenario", KEYS);
    var definitions = new ArrayList<Script.Definition>();
    if (body.get("gatePolicy") instanceof Json policy) {
      definitions.add(
          new Script.Definition(Entry.Definition.GATE_POLICY, "gatePolicy", policy.write()));
    }
    define(body, "coupons", "name", Entry.Definition.COUPON_TEMPLATE, definitions);
    define(body, "templates", "name", Entry.Definition.TEMPLATE, definitions);
    define(body, "segments", "name", Entry.Definition.SEGMENT, definitions);
    define(body, "tagGroups", "name", Entry.Definition.TAG_GROUP, definitions);
    define(body, "journeys", "journey", Entry.Definition.JOURNEY, definitions);
    for (Trial trial : trials(body)) {
      definitions.add(
          new Script.Definition(Entry.Definition.JOURNEY, trial.name(), trial.journey().write()));
    }
    define(body, "trials", "trial", Entry.Definition.TRIAL, definitions);
    String name = text(body, "the scenario", "scenario");
    return new Script(
        name,
        body.get("title") instanceof Json.Str(String title) ? title : name,
        brand(body.get("brand")),
        whole(body, "the scenario", "days", 30, 1, 3_660),
        duration(body, "the scenario", "pace", Duration.ofMinutes(5)),
        definitions,
        audiences(body),
        deeds(body),
        rates(body.get("rates")),
        reactions(body.get("reactions")),
        answers(body),
        arrivals(body),
        crowds(body),
        body.get("heroSku") instanceof Json.Str(String sku) ? sku : "",
        expect(body));
  }

  private static Script.Brand brand(@Nullable Json json) {
    Json.Obj brand = json == null ? Json.object() : object(json, "brand");
    only(brand, "brand", Set.of("people", "seed", "start", "zone"));
    String start =
        brand.get("start") instanceof Json.Str(String given) ? given : "2026-07-01T00:00:00+08:00";
    String zone = brand.get("zone") instanceof Json.Str(String given) ? given : "Asia/Shanghai";
    try {
      return new Script.Brand(
          whole(brand, "brand", "people", 10_000, 0, 1 << 24),
          whole(brand, "brand", "seed", 1, 0, Integer.MAX_VALUE),
          OffsetDateTime.parse(start).toInstant(),
          ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new ScriptException(
          "brand",
          "'" + start + "' and '" + zone + "'",
          "an instant with its offset, and a zone's name: \"2026-07-01T00:00:00+08:00\","
              + " Asia/Shanghai");
    }
  }

  private static void define(
      Json.Obj body,
      String list,
      String named,
      Entry.Definition kind,
      List<Script.Definition> into) {
    int number = 0;
    for (Json item : list(body, list)) {
      String at = list + "[" + number++ + "]";
      Json.Obj definition = object(item, at);
      into.add(new Script.Definition(kind, text(definition, at, named), definition.write()));
    }
  }

  private static List<Trial> trials(Json.Obj body) {
    var trials = new ArrayList<Trial>();
    for (Json item : list(body, "trials")) {
      try {
        trials.add(TrialJson.read(item));
      } catch (JourneyException e) {
        throw new ScriptException("trials[" + trials.size() + "]", e);
      }
    }
    return trials;
  }

  private static List<Script.Audience> audiences(Json.Obj body) {
    var audiences = new ArrayList<Script.Audience>();
    for (Json item : list(body, "audiences")) {
      String at = "audiences[" + audiences.size() + "]";
      Json.Obj audience = object(item, at);
      only(audience, at, Set.of("name", "segment", "rule"));
      boolean byRule = audience.get("rule") != null;
      audiences.add(
          new Script.Audience(
              text(audience, at, "name"),
              byRule ? "" : text(audience, at, "segment"),
              byRule ? text(audience, at, "rule") : ""));
    }
    return audiences;
  }

  private static List<Script.Deed> deeds(Json.Obj body) {
    var deeds = new ArrayList<Script.Deed>();
    var launched = new TreeSet<String>();
    for (Json item : list(body, "launch")) {
      Json.Obj deed = object(item, "launch");
      only(deed, "launch", Set.of("journey", "day", "at"));
      String journey = text(deed, "launch", "journey");
      launched.add(journey);
      deeds.add(new Script.Deed.Launch(journey, day(deed, "launch"), time(deed, "launch")));
    }
    for (Json item : list(body, "journeys")) {
      if (item instanceof Json.Obj journey
          && journey.get("journey") instanceof Json.Str(String name)
          && journey.get("entry") instanceof Json.Obj entry
          && entry.get("audience") != null
          && !launched.contains(name)) {
        deeds.add(new Script.Deed.Launch(name, 0, MORNING));
      }
    }
    for (Trial trial : trials(body)) {
      if (trial.base() instanceof Trial.Base.OfAudience && !launched.contains(trial.name())) {
        deeds.add(new Script.Deed.Launch(trial.name(), 0, MORNING));
      }
    }
    for (Json item : list(body, "calls")) {
      Json.Obj deed = object(item, "calls");
      only(deed, "calls", Set.of("journey", "segment", "key", "day", "at"));
      deeds.add(
          new Script.Deed.Call(
              text(deed, "calls", "journey"),
              text(deed, "calls", "segment"),
              deed.get("key") instanceof Json.Str(String key) ? key : "",
              day(deed, "calls"),
              time(deed, "calls")));
    }
    for (Json item : list(body, "steer")) {
      Json.Obj deed = object(item, "steer");
      only(deed, "steer", Set.of("journey", "to", "day", "at"));
      String to = text(deed, "steer", "to").toUpperCase(Locale.ROOT);
      Steering steering =
          Arrays.stream(Steering.values())
              .filter(each -> each.name().equals(to))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ScriptException(
                          "steer.to",
                          "'" + to.toLowerCase(Locale.ROOT) + "'",
                          "running, paused, draining"));
      deeds.add(
          new Script.Deed.Steer(
              text(deed, "steer", "journey"), steering, day(deed, "steer"), time(deed, "steer")));
    }
    return deeds;
  }

  private static Rates rates(@Nullable Json json) {
    if (json == null) {
      return Rates.DEFAULT;
    }
    var byTemplate = new HashMap<String, Map<Rate, Double>>();
    Json.Obj rates = object(json, "rates");
    if (rates.get("templates") instanceof Json templates) {
      object(templates, "rates.templates")
          .fields()
          .forEach(
              (template, own) ->
                  byTemplate.put(
                      template,
                      table(
                          object(own, "rates.templates." + template),
                          "rates.templates." + template)));
    }
    var all = new java.util.LinkedHashMap<>(rates.fields());
    all.remove("templates");
    return new Rates(table(new Json.Obj(all), "rates"), byTemplate);
  }

  private static Script.Reactions reactions(@Nullable Json json) {
    return switch (json) {
      case null -> Script.Reactions.GIVEN;
      case Json.Str(String text) when text.equals("given") -> Script.Reactions.GIVEN;
      case Json.Str(String text) when text.equals("measured") ->
          new Script.Reactions(true, Script.Reactions.ENOUGH);
      case Json.Obj object -> {
        only(object, "reactions", Set.of("atLeast"));
        yield new Script.Reactions(
            true, whole(object, "reactions", "atLeast", Script.Reactions.ENOUGH, 1, 1_000_000_000));
      }
      default ->
          throw new ScriptException("reactions", json.write(), "given, measured, {atLeast: 50}");
    };
  }

  private static Map<Rate, Double> table(Json.Obj rates, String at) {
    var table = new EnumMap<Rate, Double>(Rate.class);
    rates
        .fields()
        .forEach(
            (name, value) -> {
              Rate rate = RATES.get(name);
              if (rate == null) {
                throw new ScriptException(
                    at, "'" + name + "'", String.join(", ", new TreeSet<>(RATES.keySet())));
              }
              double number =
                  value instanceof Json.Num(var decimal) ? decimal.doubleValue() : Double.NaN;
              if (!(number >= 0 && number <= (rate.share() ? 1 : 1e6))) {
                throw new ScriptException(
                    at + "." + name,
                    value.write(),
                    rate.share() ? "a share from 0 to 1" : "a number from 0 to 1000000");
              }
              table.put(rate, number);
            });
    return table;
  }

  private static List<Script.Answer> answers(Json.Obj body) {
    var answers = new ArrayList<Script.Answer>();
    for (Json item : list(body, "answers")) {
      String at = "answers[" + answers.size() + "]";
      Json.Obj answer = object(item, at);
      only(answer, at, Set.of("message", "task", "events"));
      boolean task = answer.get("task") != null;
      answers.add(
          new Script.Answer(
              text(answer, at, task ? "task" : "message"),
              task,
              happenings(answer.get("events"), at + ".events")));
    }
    return answers;
  }

  private static List<Script.Arrival> arrivals(Json.Obj body) {
    var arrivals = new ArrayList<Script.Arrival>();
    for (Json item : list(body, "arrivals")) {
      String at = "arrivals[" + arrivals.size() + "]";
      Json.Obj arrival = object(item, at);
      only(
          arrival,
          at,
          Set.of("name", "perDay", "from", "days", "ordersPer30Days", "basketFen", "events"));
      arrivals.add(
          new Script.Arrival(
              text(arrival, at, "name"),
              whole(arrival, at, "perDay", 10, 0, 1_000_000),
              whole(arrival, at, "from", 0, 0, 3_660),
              whole(arrival, at, "days", 3_660, 0, 3_660),
              share(arrival, at, "ordersPer30Days", 0, 1_000),
              whole(arrival, at, "basketFen", 6_000, 1, 1_000_000_000),
              happenings(arrival.get("events"), at + ".events")));
    }
    return arrivals;
  }

  private static List<Script.Crowd> crowds(Json.Obj body) {
    var crowds = new ArrayList<Script.Crowd>();
    for (Json item : list(body, "crowds")) {
      String at = "crowds[" + crowds.size() + "]";
      Json.Obj crowd = object(item, at);
      only(crowd, at, Set.of("segment", "share", "day", "at", "spread", "events"));
      crowds.add(
          new Script.Crowd(
              text(crowd, at, "segment"),
              share(crowd, at, "share", 1, 1),
              day(crowd, at),
              time(crowd, at),
              duration(crowd, at, "spread", Duration.ofHours(1)),
              happenings(crowd.get("events"), at + ".events")));
    }
    return crowds;
  }

  private static List<Happening> happenings(@Nullable Json json, String at) {
    if (json == null) {
      return List.of();
    }
    if (!(json instanceof Json.Arr(List<Json> items))) {
      throw new ScriptException(at, json.write(), "a list of {event, share, after, …}");
    }
    var found = new ArrayList<Happening>();
    for (Json item : items) {
      String here = at + "[" + found.size() + "]";
      Json.Obj happening = object(item, here);
      only(happening, here, Set.of("event", "share", "after", "properties", "then"));
      var properties = new HashMap<String, List<Value>>();
      if (happening.get("properties") instanceof Json given) {
        object(given, here + ".properties")
            .fields()
            .forEach(
                (key, value) ->
                    properties.put(
                        key,
                        value instanceof Json.Arr(List<Json> several)
                            ? several.stream().map(each -> value(each, here)).toList()
                            : List.of(value(value, here))));
      }
      found.add(
          new Happening(
              text(happening, here, "event"),
              share(happening, here, "share", 1, 1),
              duration(happening, here, "after", Duration.ZERO),
              properties,
              happenings(happening.get("then"), here + ".then")));
    }
    return found;
  }

  private static Value value(Json json, String at) {
    return switch (json) {
      case Json.Str(String text) -> Value.of(text);
      case Json.Bool(boolean on) -> new Value.Flag(on);
      case Json.Num number when number.whole() -> new Value.Whole(number.number().longValue());
      case Json.Num number -> new Value.Decimal(number.number().doubleValue());
      default ->
          throw new ScriptException(
              at + ".properties", json.write(), "texts, numbers, true, false");
    };
  }

  private static List<Expectation> expect(Json.Obj body) {
    var expect = new ArrayList<Expectation>();
    for (Json item : list(body, "expect")) {
      if (!(item instanceof Json.Str(String text))) {
        throw new ScriptException("expect", item.write(), "texts: \"journeys.x.entered > 0\"");
      }
      expect.add(Expectation.parse(text));
    }
    return expect;
  }

  // Small things.

  private static Json.Obj object(Json json, String at) {
    if (json instanceof Json.Obj object) {
      return object;
    }
    throw new ScriptException(at, json.write(), "an object");
  }

  private static List<Json> list(Json.Obj body, String key) {
    Json json = body.get(key);
    if (json == null) {
      return List.of();
    }
    if (json instanceof Json.Arr(List<Json> items)) {
      return items;
    }
    throw new ScriptException(key, json.write(), "a list");
  }

  private static void only(Json.Obj body, String at, Set<String> allowed) {
    for (String key : body.fields().keySet()) {
      if (!allowed.contains(key)) {
        throw new ScriptException(at, "'" + key + "'", String.join(", ", new TreeSet<>(allowed)));
      }
    }
  }

  private static String text(Json.Obj body, String at, String key) {
    if (body.get(key) instanceof Json.Str(String text) && !text.isBlank()) {
      return text;
    }
    throw new ScriptException(at + "." + key, shown(body.get(key)), "a text");
  }

  private static int whole(Json.Obj body, String at, String key, int otherwise, int from, int to) {
    Json json = body.get(key);
    if (json == null) {
      return otherwise;
    }
    if (json instanceof Json.Num number
        && number.whole()
        && number.number().doubleValue() >= from
        && number.number().doubleValue() <= to) {
      return number.number().intValue();
    }
    throw new ScriptException(
        at + "." + key, json.write(), "a whole number, " + from + " to " + to);
  }

  private static double share(Json.Obj body, String at, String key, double otherwise, double most) {
    Json json = body.get(key);
    if (json == null) {
      return otherwise;
    }
    if (json instanceof Json.Num(var number)
        && number.doubleValue() >= 0
        && number.doubleValue() <= most) {
      return number.doubleValue();
    }
    throw new ScriptException(at + "." + key, json.write(), "a number from 0 to " + most);
  }

  private static int day(Json.Obj body, String at) {
    return whole(body, at, "day", 0, 0, 3_660);
  }

  private static LocalTime time(Json.Obj body, String at) {
    if (body.get("at") == null) {
      return MORNING;
    }
    String text = text(body, at, "at");
    try {
      return LocalTime.parse(text);
    } catch (DateTimeException e) {
      throw new ScriptException(at + ".at", "'" + text + "'", "a time of day in quotes: \"10:00\"");
    }
  }

  private static Duration duration(Json.Obj body, String at, String key, Duration otherwise) {
    if (body.get(key) == null) {
      return otherwise;
    }
    String text = text(body, at, key);
    try {
      Duration found = Period.parse(text).exact();
      if (!key.equals("pace")
          || (found.compareTo(Duration.ofMinutes(1)) >= 0
              && found.compareTo(Duration.ofHours(1)) <= 0)) {
        return found;
      }
    } catch (IllegalArgumentException e) {
      throw new ScriptException(at + "." + key, e);
    }
    throw new ScriptException(at + "." + key, "'" + text + "'", "1m to 1h");
  }

  private static String shown(@Nullable Json json) {
    return json == null ? "nothing" : json.write();
  }
}
