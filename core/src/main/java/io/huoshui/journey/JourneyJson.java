package io.huoshui.journey;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleException;
import io.huoshui.audience.RuleText;
import io.huoshui.journey.Journey.Arm;
import io.huoshui.journey.Journey.DateOf;
import io.huoshui.journey.Journey.Entry;
import io.huoshui.journey.Journey.Goal;
import io.huoshui.journey.Journey.Reentry;
import io.huoshui.journey.Journey.Share;
import io.huoshui.journey.Journey.Step;
import io.huoshui.json.Json;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Period;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a definition from the tree that YAML and JSON share. A step goes on to the step after it
/// in the list unless `next` names another; `next: end` ends.
///
/// ```yaml
/// journey: lapsed_recall
/// title: 沉睡召回
/// entry: {audience: lapsed}            # or {segment: name}, {leaving: name}, {call: true},
///                                      # {event: "card_scanned where [card = \"summer\"]"},
///                                      # {segment: name, at: "10:00", on: [mon, thu]},
///                                      # {before: {event: coupon_issued, property: expires, by: 3d}}
/// reentry: once                        # or {perKey: orderId} or {after: 30d}
/// holdOut: 10                          # percent
/// priority: 50                         # 0 to 100
/// exits: [{event: order_refunded}, {if: "has consent sms"}]
/// goal: {event: order_paid, within: 30d, exits: true}
/// autopilot: {first: 1000, grow: 2, every: 3d, line: 1.2, margin: 0.6, confidence: 0.9, most: all,
///             budgetFen: 500000, probes: 2, looks: 5}       # all but `first` may be left out
/// steps:
///   - {id: coupon, coupon: ten_off}
///   - {id: first, send: recall_sms}
///   - {id: pause, wait: 3d}
///   - {id: morning, waitUntil: "10:00"}
///   - {id: bought, waitFor: {event: order_paid, atMost: 48h, then: thanks, otherwise: again}}
///   - {id: again, branch: [{if: "has consent wecom", next: wecom}], otherwise: end}
///   - {id: remind, waitBefore: {event: coupon_issued, property: expires, by: 3d}, otherwise: end}
///   - {id: half, split: [{name: a, percent: 50, next: first}, {name: b, percent: 50, next: end}]}
///   - {id: best, adapt: {floor: 10, arms: [{name: a, next: first}, {name: b, next: again}]}}
///   - {id: monday, waitUntil: {at: "10:00", on: [mon]}}
///   - {id: later, waitAfter: {trait: registered, by: 30d}, otherwise: end}
///   - {id: mark, tag: recalled}
///   - {id: call, task: {title: "回访", script: "您好 {name}", within: 24h}}
///   - {id: give, points: {points: 100, why: "生日"}}
///   - {id: on, start: other_journey}
///   - {id: human, handOver: "想下单"}
///   - {id: tell, tell: crm}
///   - {id: done, exit: true}
/// ```
public final class JourneyJson {
  private static final String ACTIONS =
      "send, coupon, tag, task, points, start, handOver, tell, wait, waitUntil, waitFor,"
          + " waitBefore, waitAfter, branch, split, adapt, exit";

  /// The wait that an entry before a date begins with.
  private static final String BEFORE = "before";

  private static final Map<String, DayOfWeek> DAYS =
      Arrays.stream(DayOfWeek.values())
          .collect(
              Collectors.toMap(
                  day -> day.name().substring(0, 3).toLowerCase(Locale.ROOT), Function.identity()));

  private JourneyJson() {}

  /// @param version the number the publisher gives it
  /// @throws JourneyException naming the place, what was found and what is allowed
  public static Journey read(Json json, int version) {
    Json.Obj body = object(json, "journey");
    only(
        body,
        "journey",
        Set.of(
            "journey",
            "title",
            "entry",
            "reentry",
            "holdOut",
            "goal",
            "steps",
            "exits",
            "priority",
            "autopilot"));
    String name = text(body.get("journey"), "journey");
    var raw = array(body.get("steps"), "steps");
    var ids = new ArrayList<String>();
    for (int i = 0; i < raw.size(); i++) {
      Json.Obj step = object(raw.get(i), "steps[" + i + "]");
      ids.add(
          step.get("id") instanceof Json id ? text(id, "steps[" + i + "].id") : "step" + (i + 1));
    }
    var steps = new ArrayList<Step>();
    var lateness = new HashMap<String, Lateness>();
    Json.Obj entry = object(body.get("entry"), "entry");
    if (entry.get("before") instanceof Json before) {
      // Entered by what names the date; the first step waits for the time before it.
      Json.Obj date = object(before, "entry.before");
      if (ids.contains(BEFORE)) {
        throw new JourneyException("steps", "'" + BEFORE + "'", "another id: the entry needs this");
      }
      steps.add(
          new Step.WaitBefore(
              BEFORE,
              date(date, "entry.before"),
              period(date.get("by"), "entry.before.by"),
              ids.isEmpty() ? "" : ids.getFirst(),
              ""));
    }
    for (int i = 0; i < raw.size(); i++) {
      String following = i + 1 < ids.size() ? ids.get(i + 1) : "";
      Json.Obj step = object(raw.get(i), "steps[" + i + "]");
      steps.add(step(step, ids.get(i), following));
      if (step.get("late") instanceof Json late) {
        lateness.put(ids.get(i), lateness(steps.getLast(), late));
      }
    }
    try {
      return new Journey(
          name,
          version,
          body.get("title") instanceof Json title ? text(title, "title") : name,
          entry(entry),
          reentry(body.get("reentry")),
          body.get("holdOut") instanceof Json share ? percent(share, "holdOut") / 100.0 : 0,
          goal(body.get("goal")),
          steps,
          lateness,
          exits(body.get("exits")),
          body.get("priority") instanceof Json priority ? whole(priority, "priority") : 0,
          autopilot(body.get("autopilot")));
    } catch (IllegalArgumentException e) {
      throw new JourneyException(
          name, "a definition that does not hold together", String.valueOf(e.getMessage()));
    }
  }

  private static Entry entry(Json.Obj entry) {
    only(
        entry,
        "entry",
        Set.of("audience", "segment", "leaving", "event", "call", "at", "on", "before"));
    if (entry.get("audience") instanceof Json audience) {
      return new Entry.OfAudience(text(audience, "entry.audience"));
    }
    if (entry.get("leaving") instanceof Json segment) {
      return new Entry.OfLeaving(text(segment, "entry.leaving"));
    }
    if (entry.get("call") instanceof Json.Bool(boolean on) && on) {
      return new Entry.OfCall();
    }
    if (entry.get("before") instanceof Json before) {
      return new Entry.OfEvent(
          pattern(object(before, "entry.before").get("event"), "entry.before.event"));
    }
    if (entry.get("at") instanceof Json time) {
      return new Entry.OnSchedule(
          text(entry.get("segment"), "entry.segment"),
          time(time, "entry.at"),
          days(entry.get("on"), "entry.on"));
    }
    if (entry.get("segment") instanceof Json segment) {
      return new Entry.OfSegment(text(segment, "entry.segment"));
    }
    return new Entry.OfEvent(pattern(entry.get("event"), "entry.event"));
  }

  private static List<Journey.ExitRule> exits(@Nullable Json json) {
    if (json == null) {
      return List.of();
    }
    var rules = new ArrayList<Journey.ExitRule>();
    for (Json item : array(json, "exits")) {
      String at = "exits[" + rules.size() + "]";
      Json.Obj rule = object(item, at);
      only(rule, at, Set.of("event", "if"));
      rules.add(
          rule.get("if") instanceof Json when
              ? new Journey.ExitRule.When(rule(when, at + ".if"))
              : new Journey.ExitRule.OnEvent(pattern(rule.get("event"), at + ".event")));
    }
    return rules;
  }

  private static LocalTime time(@Nullable Json json, String at) {
    try {
      return LocalTime.parse(text(json, at));
    } catch (DateTimeException e) {
      throw new JourneyException(at, shown(json), "a time of day in quotes: \"10:00\"");
    }
  }

  private static Set<DayOfWeek> days(@Nullable Json json, String at) {
    if (json == null) {
      return Set.of();
    }
    var days = EnumSet.noneOf(DayOfWeek.class);
    for (Json item : array(json, at)) {
      DayOfWeek day = item instanceof Json.Str(String text) ? DAYS.get(text) : null;
      if (day == null) {
        throw new JourneyException(at, item.write(), "mon, tue, wed, thu, fri, sat, sun");
      }
      days.add(day);
    }
    return days;
  }

  private static int whole(@Nullable Json json, String at) {
    if (json instanceof Json.Num number
        && number.whole()
        && number.number().abs().compareTo(java.math.BigDecimal.valueOf(1_000_000_000)) <= 0) {
      return number.number().intValue();
    }
    throw new JourneyException(at, shown(json), "a whole number");
  }

  private static Reentry reentry(@Nullable Json json) {
    return switch (json) {
      case null -> new Reentry.Once();
      case Json.Str(String word) when word.equals("once") -> new Reentry.Once();
      case Json.Obj object when object.get("perKey") instanceof Json key ->
          new Reentry.PerKey(text(key, "reentry.perKey"));
      case Json.Obj object when object.get("after") instanceof Json pause ->
          new Reentry.After(period(pause, "reentry.after"));
      default ->
          throw new JourneyException(
              "reentry", json.write(), "once, {perKey: property}, {after: 30d}");
    };
  }

  private static @Nullable Goal goal(@Nullable Json json) {
    if (json == null) {
      return null;
    }
    Json.Obj goal = object(json, "goal");
    only(goal, "goal", Set.of("event", "within", "exits"));
    return new Goal(
        pattern(goal.get("event"), "goal.event"),
        period(goal.get("within"), "goal.within"),
        !(goal.get("exits") instanceof Json.Bool(boolean on)) || on);
  }

  private static @Nullable Autopilot autopilot(@Nullable Json json) {
    if (json == null) {
      return null;
    }
    Json.Obj pilot = object(json, "autopilot");
    only(
        pilot,
        "autopilot",
        Set.of(
            "first",
            "grow",
            "every",
            "line",
            "margin",
            "confidence",
            "most",
            "budgetFen",
            "probes",
            "looks"));
    boolean all = pilot.get("most") instanceof Json.Str(String word) && word.equals("all");
    try {
      return new Autopilot(
          whole(pilot.get("first"), "autopilot.first"),
          number(pilot.get("grow"), "autopilot.grow", 2),
          pilot.get("every") instanceof Json every
              ? period(every, "autopilot.every")
              : Period.parse("1d"),
          number(pilot.get("line"), "autopilot.line", 1),
          number(pilot.get("margin"), "autopilot.margin", 1),
          number(pilot.get("confidence"), "autopilot.confidence", 0.9),
          all ? 0 : (long) number(pilot.get("most"), "autopilot.most", 0),
          (long) number(pilot.get("budgetFen"), "autopilot.budgetFen", 0),
          (int) number(pilot.get("probes"), "autopilot.probes", 0),
          (int) number(pilot.get("looks"), "autopilot.looks", 5));
    } catch (IllegalArgumentException e) {
      throw new JourneyException("autopilot", json.write(), String.valueOf(e.getMessage()));
    }
  }

  private static double number(@Nullable Json json, String at, double otherwise) {
    if (json == null) {
      return otherwise;
    }
    if (json instanceof Json.Num(var number)) {
      return number.doubleValue();
    }
    throw new JourneyException(at, json.write(), "a number");
  }

  private static Step step(Json.Obj step, String id, String following) {
    String next = step.get("next") instanceof Json named ? target(named, id + ".next") : following;
    String otherwise =
        step.get("otherwise") instanceof Json named ? target(named, id + ".otherwise") : following;
    var actions =
        step.fields().entrySet().stream()
            .filter(field -> !Set.of("id", "next", "otherwise", "late").contains(field.getKey()))
            .toList();
    if (actions.size() != 1) {
      throw new JourneyException(
          "step '" + id + "'",
          actions.stream().map(Map.Entry::getKey).collect(Collectors.joining(", ", "[", "]")),
          "exactly one of " + ACTIONS);
    }
    Json body = actions.getFirst().getValue();
    String action = actions.getFirst().getKey();
    String at = "step '" + id + "'." + action;
    return switch (action) {
      case "send" -> new Step.Send(id, text(body, at), next);
      case "coupon" -> new Step.IssueCoupon(id, text(body, at), next);
      case "tag" -> new Step.Tag(id, text(body, at), next);
      case "wait" -> new Step.Wait(id, period(body, at), next);
      case "waitUntil" -> {
        if (body instanceof Json.Obj until) {
          only(until, at, Set.of("at", "on"));
          yield new Step.WaitUntil(
              id, time(until.get("at"), at + ".at"), days(until.get("on"), at + ".on"), next);
        }
        yield new Step.WaitUntil(id, time(body, at), next);
      }
      case "waitAfter" -> {
        Json.Obj wait = object(body, at);
        yield new Step.WaitBefore(
            id, date(wait, at), period(wait.get("by"), at + ".by"), true, next, otherwise);
      }
      case "task" -> {
        Json.Obj task = object(body, at);
        only(task, at, Set.of("title", "script", "within"));
        yield new Step.Task(
            id,
            text(task.get("title"), at + ".title"),
            task.get("script") instanceof Json script ? text(script, at + ".script") : "",
            task.get("within") instanceof Json within
                ? period(within, at + ".within")
                : Period.parse("24h"),
            next);
      }
      case "points" -> {
        Json.Obj points = object(body, at);
        only(points, at, Set.of("points", "why"));
        try {
          yield new Step.Points(
              id,
              whole(points.get("points"), at + ".points"),
              points.get("why") instanceof Json why ? text(why, at + ".why") : "",
              next);
        } catch (IllegalArgumentException e) {
          throw new JourneyException(at, body.write(), String.valueOf(e.getMessage()));
        }
      }
      case "start" -> new Step.Start(id, text(body, at), next);
      case "handOver" -> new Step.HandOver(id, text(body, at), next);
      case "tell" -> new Step.Tell(id, text(body, at), next);
      case "adapt" -> {
        Json.Obj adapt = object(body, at);
        only(adapt, at, Set.of("floor", "arms"));
        var arms = new ArrayList<Journey.AdaptArm>();
        for (Json item : array(adapt.get("arms"), at + ".arms")) {
          Json.Obj arm = object(item, at + ".arms");
          only(arm, at + ".arms", Set.of("name", "next"));
          arms.add(
              new Journey.AdaptArm(
                  text(arm.get("name"), at + ".arms.name"),
                  target(arm.get("next"), at + ".arms.next")));
        }
        try {
          yield new Step.Adapt(
              id, arms, adapt.get("floor") instanceof Json floor ? whole(floor, at + ".floor") : 5);
        } catch (IllegalArgumentException e) {
          throw new JourneyException(at, body.write(), String.valueOf(e.getMessage()));
        }
      }
      case "waitFor" -> {
        Json.Obj wait = object(body, at);
        only(wait, at, Set.of("event", "atMost", "then", "otherwise"));
        yield new Step.WaitFor(
            id,
            pattern(wait.get("event"), at + ".event"),
            period(wait.get("atMost"), at + ".atMost"),
            wait.get("then") instanceof Json named ? target(named, at + ".then") : next,
            wait.get("otherwise") instanceof Json named ? target(named, at + ".otherwise") : next);
      }
      case "waitBefore" -> {
        Json.Obj wait = object(body, at);
        yield new Step.WaitBefore(
            id, date(wait, at), period(wait.get("by"), at + ".by"), next, otherwise);
      }
      case "branch" -> {
        var arms = new ArrayList<Arm>();
        for (Json item : array(body, at)) {
          Json.Obj arm = object(item, at);
          only(arm, at, Set.of("if", "next"));
          arms.add(new Arm(rule(arm.get("if"), at + ".if"), target(arm.get("next"), at + ".next")));
        }
        yield new Step.Branch(id, arms, otherwise);
      }
      case "split" -> {
        var shares = new ArrayList<Share>();
        for (Json item : array(body, at)) {
          Json.Obj share = object(item, at);
          only(share, at, Set.of("name", "percent", "next"));
          shares.add(
              new Share(
                  text(share.get("name"), at + ".name"),
                  (int) percent(share.get("percent"), at + ".percent"),
                  target(share.get("next"), at + ".next")));
        }
        try {
          yield new Step.Split(id, shares);
        } catch (IllegalArgumentException e) {
          throw new JourneyException(at, body.write(), String.valueOf(e.getMessage()));
        }
      }
      case "exit" -> new Step.Exit(id);
      default -> throw new JourneyException("step '" + id + "'", "'" + action + "'", ACTIONS);
    };
  }

  private static Lateness lateness(Step step, Json late) {
    String at = "step '" + step.id() + "'.late";
    switch (step) {
      case Step.Wait _, Step.WaitUntil _, Step.WaitFor _, Step.WaitBefore _ -> {}
      default -> throw new JourneyException(at, late.write(), "only waits can be late");
    }
    String word = text(late, at);
    return switch (word) {
      case "run" -> new Lateness.Run();
      case "skip" -> new Lateness.Skip();
      default -> {
        try {
          yield new Lateness.RunIfYounger(Period.parse(word));
        } catch (IllegalArgumentException e) {
          throw new JourneyException(
              at, late.write(), "run, skip, or how late it may run: 2h, 30m, 1d");
        }
      }
    };
  }

  private static DateOf date(Json.Obj wait, String at) {
    only(wait, at, Set.of("event", "property", "anniversary", "trait", "date", "by"));
    if (wait.get("trait") instanceof Json trait) {
      return new DateOf.OfTrait(text(trait, at + ".trait"));
    }
    if (wait.get("anniversary") instanceof Json trait) {
      return new DateOf.Anniversary(text(trait, at + ".anniversary"));
    }
    if (wait.get("date") instanceof Json date) {
      try {
        return new DateOf.Fixed(LocalDate.parse(text(date, at + ".date")));
      } catch (DateTimeException e) {
        throw new JourneyException(at + ".date", date.write(), "a date in quotes: \"2026-11-11\"");
      }
    }
    return new DateOf.OfEvent(
        pattern(wait.get("event"), at + ".event"), text(wait.get("property"), at + ".property"));
  }

  /// An event, with tests in the text form of rules: `order_paid where [channel = "tmall"]`.
  private static EventPattern pattern(@Nullable Json json, String at) {
    try {
      return RuleText.event(text(json, at));
    } catch (RuleException e) {
      throw new JourneyException(at + ", " + e.where(), e.found(), e.allowed());
    }
  }

  private static Condition rule(@Nullable Json json, String at) {
    try {
      return RuleText.parse(text(json, at));
    } catch (RuleException e) {
      throw new JourneyException(at + ", " + e.where(), e.found(), e.allowed());
    }
  }

  private static String target(@Nullable Json json, String at) {
    String id = text(json, at);
    return id.equals("end") ? "" : id;
  }

  private static double percent(@Nullable Json json, String at) {
    if (json instanceof Json.Num(var number)) {
      double percent = number.doubleValue();
      if (percent >= 0 && percent <= 100) {
        return percent;
      }
    }
    throw new JourneyException(at, shown(json), "a number of percent, 0 to 100");
  }

  private static Period period(@Nullable Json json, String at) {
    try {
      return Period.parse(text(json, at));
    } catch (IllegalArgumentException e) {
      throw new JourneyException(at, shown(json), "30d, 48h, 15m");
    }
  }

  private static Json.Obj object(@Nullable Json json, String at) {
    if (json instanceof Json.Obj object) {
      return object;
    }
    throw new JourneyException(at, shown(json), "an object");
  }

  private static List<Json> array(@Nullable Json json, String at) {
    if (json instanceof Json.Arr(List<Json> items)) {
      return items;
    }
    throw new JourneyException(at, shown(json), "a list");
  }

  private static String text(@Nullable Json json, String at) {
    if (json instanceof Json.Str(String text) && !text.isBlank()) {
      return text;
    }
    throw new JourneyException(at, shown(json), "a text");
  }

  private static void only(Json.Obj object, String at, Set<String> allowed) {
    for (String key : object.fields().keySet()) {
      if (!allowed.contains(key)) {
        throw new JourneyException(
            at, "'" + key + "'", String.join(", ", allowed.stream().sorted().toList()));
      }
    }
  }

  private static String shown(@Nullable Json json) {
    String text = json == null ? "nothing" : json.write();
    return text.length() <= 80 ? text : text.substring(0, 77) + "…";
  }
}
