package io.huoshui.trial;

import io.huoshui.audience.RuleException;
import io.huoshui.audience.RuleText;
import io.huoshui.journey.JourneyException;
import io.huoshui.journey.JourneyJson;
import io.huoshui.json.Json;
import io.huoshui.trial.Trial.Base;
import io.huoshui.trial.Trial.Group;
import io.huoshui.trial.Trial.Incentive;
import io.huoshui.trial.Trial.Least;
import io.huoshui.trial.Trial.Message;
import io.huoshui.trial.Trial.Plan;
import io.huoshui.trial.Trial.Window;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads a trial from the tree that YAML and JSON share.
///
/// ```yaml
/// trial: spring
/// title: 要素碰撞 · 春季
/// base: {segment: quiet_friends, at: "10:00"}       # or {audience: name}, tried when launched
/// states:                                            # observed; the first that holds. May be left out
///   - {name: lapsed, if: "did not order_paid within 90d"}
///   - {name: recent}                                 # everybody else
/// attributes:                                        # likewise
///   - {name: milk, if: "has tag \"milk\""}
///   - {name: other}
/// windows: [{name: morning, waitUntil: "10:00"}, {name: evening, waitUntil: "19:30"}, {name: now}]
/// incentives: [{name: none}, {name: eight, coupon: eight}]
/// messages: [{name: warm, send: warm_words, withCoupon: warm_coupon}]
/// holdOut: 20
/// goal: {event: order_paid, within: 10d, exits: false}
/// plan: full                                         # or fraction, or {bandit: {floor: 5}}
/// least: {effect: 0.03, base: 0.05, power: 0.8}      # or a number of people per cell
/// fdr: 0.1
/// ```
public final class TrialJson {
  private TrialJson() {}

  /// @throws JourneyException naming the place, what was found and what is allowed
  public static Trial read(Json json) {
    Json.Obj body = object(json, "trial");
    only(
        body,
        "trial",
        Set.of(
            "trial",
            "title",
            "base",
            "states",
            "attributes",
            "windows",
            "incentives",
            "messages",
            "holdOut",
            "goal",
            "plan",
            "least",
            "fdr"));
    String name = text(body.get("trial"), "trial");
    if (!(body.get("goal") instanceof Json goal)) {
      throw new JourneyException("goal", "nothing", "{event: order_paid, within: 10d}");
    }
    Trial trial;
    try {
      trial =
          new Trial(
              name,
              body.get("title") instanceof Json title ? text(title, "title") : name,
              base(body.get("base")),
              groups(body.get("states"), "states"),
              groups(body.get("attributes"), "attributes"),
              windows(body.get("windows")),
              incentives(body.get("incentives")),
              messages(body.get("messages")),
              number(body.get("holdOut"), "holdOut", 20) / 100,
              goal,
              plan(body.get("plan")),
              least(body.get("least")),
              number(body.get("fdr"), "fdr", 0.1));
    } catch (IllegalArgumentException e) {
      throw new JourneyException("trial", "'" + name + "'", String.valueOf(e.getMessage()));
    }
    for (Trial.Cell cell : trial.cells()) {
      if (cell.template().isEmpty()) {
        throw new JourneyException(
            "messages." + cell.message().name(),
            "no withCoupon",
            "the template for whoever has a coupon of incentive '"
                + cell.incentive().name()
                + "'; the same as `send` if it says nothing of it");
      }
    }
    // What it is compiled to has to be a journey: waits and the goal are read there.
    JourneyJson.read(trial.journey(), 1);
    return trial;
  }

  private static Base base(@Nullable Json json) {
    Json.Obj base = object(json, "base");
    only(base, "base", Set.of("audience", "segment", "at"));
    if (base.get("audience") instanceof Json audience) {
      return new Base.OfAudience(text(audience, "base.audience"));
    }
    String at = base.get("at") instanceof Json time ? text(time, "base.at") : "10:00";
    try {
      return new Base.OfSegment(text(base.get("segment"), "base.segment"), LocalTime.parse(at));
    } catch (DateTimeException e) {
      throw new JourneyException("base.at", "'" + at + "'", "a time of day in quotes: \"10:00\"");
    }
  }

  private static List<Group> groups(@Nullable Json json, String at) {
    if (json == null) {
      return List.of(Group.ALL);
    }
    var groups = new ArrayList<Group>();
    List<Json> items = array(json, at);
    for (Json item : items) {
      String here = at + "[" + groups.size() + "]";
      Json.Obj group = object(item, here);
      only(group, here, Set.of("name", "if"));
      Json rule = group.get("if");
      if (rule == null && groups.size() + 1 < items.size()) {
        throw new JourneyException(
            here + ".if", "nothing", "a rule; only the last is everybody else");
      }
      try {
        groups.add(
            new Group(
                name(group, here), rule == null ? null : RuleText.parse(text(rule, here + ".if"))));
      } catch (RuleException e) {
        throw new JourneyException(here + ".if, " + e.where(), e.found(), e.allowed());
      }
    }
    distinct(groups.stream().map(Group::name).toList(), at);
    return groups;
  }

  private static List<Window> windows(@Nullable Json json) {
    if (json == null) {
      return List.of(new Window("now", "", new Json.Null()));
    }
    var windows = new ArrayList<Window>();
    for (Json item : array(json, "windows")) {
      String at = "windows[" + windows.size() + "]";
      Json.Obj window = object(item, at);
      only(window, at, Set.of("name", "wait", "waitUntil"));
      String action = "";
      Json body = new Json.Null();
      for (Map.Entry<String, Json> field : window.fields().entrySet()) {
        if (!field.getKey().equals("name")) {
          if (!action.isEmpty()) {
            throw new JourneyException(at, "wait and waitUntil", "one of them, or none");
          }
          action = field.getKey();
          body = field.getValue();
        }
      }
      windows.add(new Window(name(window, at), action, body));
    }
    distinct(windows.stream().map(Window::name).toList(), "windows");
    return windows;
  }

  private static List<Incentive> incentives(@Nullable Json json) {
    if (json == null) {
      return List.of(new Incentive("none", ""));
    }
    var incentives = new ArrayList<Incentive>();
    for (Json item : array(json, "incentives")) {
      String at = "incentives[" + incentives.size() + "]";
      Json.Obj incentive = object(item, at);
      only(incentive, at, Set.of("name", "coupon"));
      incentives.add(
          new Incentive(
              name(incentive, at),
              incentive.get("coupon") instanceof Json coupon ? text(coupon, at + ".coupon") : ""));
    }
    distinct(incentives.stream().map(Incentive::name).toList(), "incentives");
    return incentives;
  }

  private static List<Message> messages(@Nullable Json json) {
    var messages = new ArrayList<Message>();
    for (Json item : array(json, "messages")) {
      String at = "messages[" + messages.size() + "]";
      Json.Obj message = object(item, at);
      only(message, at, Set.of("name", "send", "withCoupon"));
      messages.add(
          new Message(
              name(message, at),
              text(message.get("send"), at + ".send"),
              message.get("withCoupon") instanceof Json with
                  ? text(with, at + ".withCoupon")
                  : ""));
    }
    distinct(messages.stream().map(Message::name).toList(), "messages");
    return messages;
  }

  private static Plan plan(@Nullable Json json) {
    return switch (json) {
      case null -> new Plan.Full();
      case Json.Str(String word) when word.equals("full") -> new Plan.Full();
      case Json.Str(String word) when word.equals("fraction") -> new Plan.Fraction();
      case Json.Str(String word) when word.equals("bandit") -> new Plan.Bandit(5);
      case Json.Obj body when body.get("bandit") instanceof Json.Obj bandit -> {
        only(bandit, "plan.bandit", Set.of("floor"));
        yield new Plan.Bandit((int) number(bandit.get("floor"), "plan.bandit.floor", 5));
      }
      default ->
          throw new JourneyException("plan", json.write(), "full, fraction, {bandit: {floor: 5}}");
    };
  }

  private static Least least(@Nullable Json json) {
    if (json == null) {
      return new Least(100, 0, 0, 0);
    }
    if (json instanceof Json.Obj body) {
      only(body, "least", Set.of("effect", "base", "power"));
      var least =
          new Least(
              0,
              number(body.get("effect"), "least.effect", 0),
              number(body.get("base"), "least.base", 0.05),
              number(body.get("power"), "least.power", 0.8));
      if (!(least.effect() > 0 && least.effect() < 1)
          || !(least.base() >= 0 && least.base() < 1)
          || !(least.power() >= 0.5 && least.power() <= 0.999)) {
        throw new JourneyException(
            "least", json.write(), "effect above 0, below 1; base 0 to 1; power 0.5 to 0.999");
      }
      return least;
    }
    double people = number(json, "least", 0);
    if (people < 1 || people > 1e9) {
      throw new JourneyException("least", json.write(), "1 or more people, or {effect: 0.03, …}");
    }
    return new Least((long) people, 0, 0, 0);
  }

  // Small things.

  private static String name(Json.Obj of, String at) {
    String name = text(of.get("name"), at + ".name");
    if (!name.matches("[a-z][a-z0-9_]{0,31}")) {
      throw new JourneyException(
          at + ".name", "'" + name + "'", "a small letter, then letters, digits, '_'; at most 32");
    }
    return name;
  }

  private static void distinct(List<String> names, String at) {
    if (names.isEmpty()) {
      throw new JourneyException(at, "[]", "one or more");
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw new JourneyException(at, names.toString(), "each name once");
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

  private static double number(@Nullable Json json, String at, double otherwise) {
    if (json == null) {
      return otherwise;
    }
    if (json instanceof Json.Num(var number)) {
      return number.doubleValue();
    }
    throw new JourneyException(at, json.write(), "a number");
  }

  private static void only(Json.Obj object, String at, Set<String> allowed) {
    for (String key : object.fields().keySet()) {
      if (!allowed.contains(key)) {
        throw new JourneyException(at, "'" + key + "'", String.join(", ", new TreeSet<>(allowed)));
      }
    }
  }

  private static String shown(@Nullable Json json) {
    String text = json == null ? "nothing" : json.write();
    return text.length() <= 80 ? text : text.substring(0, 77) + "…";
  }
}
