package io.huoshui.community;

import io.huoshui.community.GroupPlan.Line;
import io.huoshui.community.GroupPlan.OnHoliday;
import io.huoshui.community.GroupPlan.When;
import io.huoshui.journey.Lateness;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Period;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Plans and keyword rules as JSON (YAML says the same):
///
/// ```
/// groupPlan: first_month
/// labels: [new]                      # or groups: [wrOgAAA]; neither means every group
/// late: 2h                           # run, skip, or how late a post may be; skip when left out
/// pauseWhenSilent: true
/// holidays: [2026-10-01]
/// lines:
///   - {id: hello, after: 10m, text: 欢迎加入 {group}}
///   - {id: rules, day: 0, at: "20:00", text: 群规…}
///   - {id: monday, weekly: [mon, thu], at: "09:30", stages: [growth, peak], holiday: skip, text: …}
///   - {id: wake, weekly: [sat], at: "10:00", stages: [decline], text: …}
///   - {id: double11, on: 2026-11-11, at: "08:00", text: …}
///
/// keywords:
///   - {rule: price, priority: 5, contains: [价格, 多少钱], not: [退款], from: "09:00", to: "21:00",
///      perGroup: 10m, perPerson: 1d, text: "{name} 您好,…"}
///   - {rule: angry, regex: ["投诉|举报"], human: true}
/// ```
public final class CommunityJson {
  private CommunityJson() {}

  /// @throws UnreadableException naming the path, what was found and what is allowed
  public static GroupPlan plan(Json json) {
    var at = new Place(json, "groupPlan");
    at.only("groupPlan", "groups", "labels", "late", "pauseWhenSilent", "holidays", "lines");
    String name = at.get("groupPlan").text();
    if (!name.matches("[a-z][a-z0-9_]{0,63}")) {
      throw at.get("groupPlan").refused("a small letter, then letters, digits, '_', at most 64");
    }
    var lines = new ArrayList<Line>();
    for (Place line : at.get("lines").list()) {
      lines.add(line(line));
    }
    var holidays = new HashSet<LocalDate>();
    for (Place each : at.get("holidays").list()) {
      holidays.add(date(each));
    }
    return made(
        at,
        () ->
            new GroupPlan(
                name,
                texts(at.get("groups")),
                texts(at.get("labels")),
                late(at.get("late")),
                holidays,
                flag(at.get("pauseWhenSilent"), true),
                lines));
  }

  private static Line line(Place at) {
    at.only("id", "day", "after", "weekly", "on", "at", "stages", "holiday", "text");
    var whens = new ArrayList<When>();
    if (!at.get("day").absent()) {
      whens.add(made(at.get("day"), () -> new When.Age(whole(at.get("day"), 0))));
    }
    if (!at.get("after").absent()) {
      whens.add(new When.After(period(at.get("after"))));
    }
    if (!at.get("weekly").absent()) {
      whens.add(made(at.get("weekly"), () -> new When.Weekly(weekdays(at.get("weekly")))));
    }
    if (!at.get("on").absent()) {
      whens.add(new When.On(date(at.get("on"))));
    }
    if (whens.size() != 1) {
      throw at.refused("exactly one of day, after, weekly, on");
    }
    boolean elapsed = whens.getFirst() instanceof When.After;
    Set<Stage> stages = EnumSet.noneOf(Stage.class);
    for (Place each : at.get("stages").list()) {
      stages.add(named(each, Stage.values(), Stage::wire));
    }
    return made(
        at,
        () ->
            new Line(
                at.get("id").text(),
                whens.getFirst(),
                elapsed ? LocalTime.MIDNIGHT : time(at.get("at"), null),
                stages,
                at.get("holiday").absent()
                    ? OnHoliday.POST
                    : named(at.get("holiday"), OnHoliday.values(), OnHoliday::wire),
                at.get("text").text(),
                List.of()));
  }

  /// @throws UnreadableException naming the path, what was found and what is allowed
  public static List<Replies.Rule> keywords(Json json) {
    var at = new Place(json, "rules");
    at.only("keywords");
    var rules = new ArrayList<Replies.Rule>();
    var names = new HashSet<String>();
    for (Place each : at.get("keywords").list()) {
      Replies.Rule rule = rule(each);
      if (!names.add(rule.name())) {
        throw each.get("rule").refused("a name no other rule has");
      }
      rules.add(rule);
    }
    return rules;
  }

  private static Replies.Rule rule(Place at) {
    at.only(
        "rule",
        "priority",
        "groups",
        "exact",
        "contains",
        "regex",
        "not",
        "days",
        "from",
        "to",
        "perGroup",
        "perPerson",
        "text",
        "human");
    var words = new ArrayList<Replies.Word>();
    texts(at.get("exact")).forEach(text -> words.add(new Replies.Word.Exact(text)));
    texts(at.get("contains")).forEach(text -> words.add(new Replies.Word.Contains(text)));
    for (Place each : at.get("regex").list()) {
      words.add(made(each, () -> new Replies.Word.Regex(each.text())));
    }
    Set<DayOfWeek> days = at.get("days").absent() ? Set.of() : weekdays(at.get("days"));
    return made(
        at,
        () ->
            new Replies.Rule(
                at.get("rule").text(),
                whole(at.get("priority"), 0),
                texts(at.get("groups")),
                words,
                texts(at.get("not")),
                new Replies.Hours(
                    days,
                    time(at.get("from"), LocalTime.MIDNIGHT),
                    time(at.get("to"), LocalTime.MIDNIGHT)),
                at.get("perGroup").absent() ? null : period(at.get("perGroup")),
                at.get("perPerson").absent() ? null : period(at.get("perPerson")),
                at.get("text").text(""),
                flag(at.get("human"), false)));
  }

  /// What a constructor refuses is refused with its place.
  private static <T> T made(Place at, Supplier<T> make) {
    try {
      return make.get();
    } catch (UnreadableException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw at.refused(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> texts(Place at) {
    return at.list().stream().map(Place::text).toList();
  }

  private static <E> E named(Place at, E[] values, Function<E, String> wire) {
    String word = at.oneOf(Stream.of(values).map(wire).toArray(String[]::new));
    return Stream.of(values)
        .filter(each -> wire.apply(each).equals(word))
        .findFirst()
        .orElseThrow();
  }

  private static Set<DayOfWeek> weekdays(Place at) {
    var days = EnumSet.noneOf(DayOfWeek.class);
    for (Place each : at.list()) {
      days.add(
          named(
              each,
              DayOfWeek.values(),
              day -> day.name().substring(0, 3).toLowerCase(Locale.ROOT)));
    }
    return days;
  }

  private static Lateness late(Place at) {
    if (at.absent()) {
      return new Lateness.Skip();
    }
    return switch (at.text()) {
      case "run" -> new Lateness.Run();
      case "skip" -> new Lateness.Skip();
      default -> new Lateness.RunIfYounger(period(at));
    };
  }

  private static Period period(Place at) {
    return made(at, () -> Period.parse(at.text()));
  }

  private static LocalDate date(Place at) {
    try {
      return LocalDate.parse(at.text());
    } catch (DateTimeException e) {
      throw at.refused("a day: 2026-11-11");
    }
  }

  private static LocalTime time(Place at, @Nullable LocalTime otherwise) {
    if (at.absent() && otherwise != null) {
      return otherwise;
    }
    try {
      return LocalTime.parse(at.text());
    } catch (DateTimeException e) {
      throw at.refused("a time of day: 09:30");
    }
  }

  private static int whole(Place at, int otherwise) {
    if (at.absent()) {
      return otherwise;
    }
    if (at.json() instanceof Json.Num number
        && number.whole()
        && number.number().abs().intValue() <= 1_000_000) {
      return number.number().intValue();
    }
    throw at.refused("a whole number up to 1000000");
  }

  private static boolean flag(Place at, boolean otherwise) {
    if (at.absent()) {
      return otherwise;
    }
    if (at.json() instanceof Json.Bool(boolean on)) {
      return on;
    }
    throw at.refused("true or false");
  }
}
