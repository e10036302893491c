package io.huoshui.engine.rehearsal;

import io.huoshui.engine.Flight;
import io.huoshui.engine.Replica;
import io.huoshui.insight.Layers;
import io.huoshui.insight.Response;
import io.huoshui.insight.Roi;
import io.huoshui.insight.Uplift;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Path;
import io.huoshui.journey.Position;
import io.huoshui.json.Json;
import io.huoshui.profile.Timeline;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import io.huoshui.trial.Pilot;
import io.huoshui.trial.Trial;
import io.huoshui.trial.TrialTable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Counts a rehearsal that is over.
final class Tally {
  private static final long DAY_MS = 24 * Guides.HOUR;

  private final Script script;
  private final String source;
  private final Replica replica;
  private final Outside outside;
  private final long startMs;
  private final long before;
  private final Measured measured;
  private final Map<String, Course> courses = new LinkedHashMap<>();
  private long steps;

  /// What was counted of one journey.
  private static final class Course {
    final Map<Integer, Long> versions = new TreeMap<>();
    final Map<String, long[]> steps = new LinkedHashMap<>();
    final Map<String, Map<String, Arm>> arms = new LinkedHashMap<>();
    final Map<String, Long> exits = new TreeMap<>();
    final Map<String, Long> verdicts = new LinkedHashMap<>();
    final BitSet people = new BitSet();
    long entries;
    long sent;
    long delivered;
    long cost;
    Side treated = new Side();
    Side heldOut = new Side();
  }

  /// People, goals, orders and revenue of one side.
  private static final class Side {
    Uplift.Arm revenue = Uplift.Arm.EMPTY;
    long converted;
    long orders;

    Json json() {
      return Json.object(
          "people", Json.of(revenue.people()),
          "converted", Json.of(converted),
          "conversion", share(converted, revenue.people()),
          "orders", Json.of(orders),
          "revenueFen", Json.of((long) revenue.sum()));
    }
  }

  private static final class Arm {
    long people;
    long converted;
    double revenue;
  }

  /// The rehearsal that is over.
  ///
  /// @param before events on all timelines when it began
  record Over(Script script, String source, long startMs, long before) {}

  Tally(Over over, Replica replica, Outside outside, Measured measured) {
    this.script = over.script();
    this.source = over.source();
    this.replica = replica;
    this.outside = outside;
    this.startMs = over.startMs();
    this.before = over.before();
    this.measured = measured;
  }

  Report report(Rehearsal.Wanted wanted) {
    for (String name : replica.journeys()) {
      var course = new Course();
      for (Reason reason : Reason.values()) {
        course.verdicts.put(reason.wire(), 0L);
      }
      courses.put(name, course);
    }
    replica.positions().forEach(this::count);
    List<Touchpoint> touchpoints =
        replica.touchpoints().stream()
            .filter(each -> each.due().toEpochMilli() >= startMs)
            .sorted(Comparator.comparing(Touchpoint::due).thenComparing(Touchpoint::key))
            .toList();
    touchpoints.forEach(this::count);

    var journeys = new LinkedHashMap<String, Json>();
    long cost = 0;
    for (Map.Entry<String, Course> each : courses.entrySet()) {
      if (each.getValue().entries > 0) {
        journeys.put(each.getKey(), json(each.getKey(), each.getValue()));
        cost += each.getValue().cost;
      } else if (mine(each.getKey())) {
        journeys.put(each.getKey(), json(each.getKey(), each.getValue()));
      }
    }
    var body = new LinkedHashMap<String, Json>();
    body.put("scenario", Json.of(script.name()));
    body.put("title", Json.of(script.title()));
    body.put("source", Json.of(source));
    body.put("seed", Json.of(script.brand().seed()));
    body.put("people", Json.of(replica.people()));
    body.put("newcomers", Json.of(outside.newcomers()));
    body.put("from", Json.of(Instant.ofEpochMilli(startMs).toString()));
    body.put("to", Json.of(replica.now().toString()));
    body.put("days", Json.of(script.days()));
    body.put("zone", Json.of(replica.zone().getId()));
    body.put("paceMinutes", Json.of(script.pace().toMinutes()));
    if (script.reactions().measured()) {
      body.put("reactions", measured.json());
    }
    body.put("journeys", new Json.Obj(journeys));
    var trials = new LinkedHashMap<String, Json>();
    for (Trial trial : replica.trials()) {
      trials.put(trial.name(), trial(trial));
    }
    if (!trials.isEmpty()) {
      body.put("trials", new Json.Obj(trials));
    }
    body.put("verdicts", verdicts(touchpoints));
    body.put("gate", gate(touchpoints));
    body.put("collisions", collisions(touchpoints));
    body.put("guides", guides());
    body.put("quotas", quotas(touchpoints));
    body.put("hooks", counts(outside.hooks));
    body.put("happened", counts(outside.happened));
    body.put("costFen", Json.of(cost));
    var segments = new LinkedHashMap<String, Json>();
    for (String segment : replica.segments()) {
      segments.put(segment, Json.of(replica.members(segment).getCardinality()));
    }
    body.put("segments", new Json.Obj(segments));
    if (!script.heroSku().isEmpty()) {
      body.put("layers", layers());
    }
    return new Report(
        new Json.Obj(body),
        wanted.sends() ? touchpoints.stream().map(this::row).toList() : List.of(),
        wanted.persons().stream().map(name -> person(name, touchpoints)).toList(),
        replica.events() - before,
        steps);
  }

  private boolean mine(String journey) {
    return script.definitions().stream().anyMatch(each -> each.name().equals(journey));
  }

  // Journeys.

  private void count(Position position) {
    if (position.enteredAt().toEpochMilli() < startMs) {
      return;
    }
    Course course = courses.get(position.journey());
    Journey journey = replica.journey(position.journey(), position.version());
    if (course == null || journey == null) {
      return;
    }
    course.entries++;
    course.versions.merge(position.version(), 1L, Long::sum);
    List<String> way = Path.steps(journey, position.path());
    steps += way.size();
    if (!position.heldOut()) {
      for (String step : way) {
        counted(course, step)[0]++;
      }
      if (!position.over()) {
        counted(course, position.step())[1]++;
      } else if (!way.isEmpty()) {
        counted(course, way.getLast())[2]++;
      }
    }
    course.exits.merge(
        position.exit() == null ? "under_way" : position.exit().wire(), 1L, Long::sum);
    int profile = replica.profileOf(position.profile());
    if (course.people.get(profile)) {
      return;
    }
    course.people.set(profile);
    measure(course, journey, position, way, profile);
  }

  private void measure(
      Course course, Journey journey, Position position, List<String> way, int profile) {
    Journey.Goal goal = journey.goal();
    long fromMs = position.enteredAt().toEpochMilli();
    long toMs = goal == null ? Long.MAX_VALUE : fromMs + goal.within().exact().toMillis();
    Timeline timeline = replica.timeline(profile);
    double revenue = Response.revenue(timeline, fromMs, toMs);
    long orders = 0;
    for (int i = timeline.from(fromMs); i < timeline.size() && timeline.timeMs(i) <= toMs; i++) {
      orders += timeline.name(i).equals("order_paid") ? 1 : 0;
    }
    Side side = position.heldOut() ? course.heldOut : course.treated;
    side.revenue = side.revenue.plus(revenue);
    side.orders += orders;
    boolean converted = position.goalAt() != null;
    side.converted += converted ? 1 : 0;
    if (!position.heldOut()) {
      arms(course, journey, way, converted, revenue);
    }
  }

  private static void arms(
      Course course, Journey journey, List<String> way, boolean converted, double revenue) {
    for (int i = 0; i + 1 < way.size(); i++) {
      String arm = arm(journey.step(way.get(i)), way.get(i + 1));
      if (arm != null) {
        Arm counted =
            course
                .arms
                .computeIfAbsent(way.get(i), _ -> new TreeMap<>())
                .computeIfAbsent(arm, _ -> new Arm());
        counted.people++;
        counted.converted += converted ? 1 : 0;
        counted.revenue += revenue;
      }
    }
  }

  private static @Nullable String arm(Journey.@Nullable Step step, String next) {
    return switch (step) {
      case Journey.Step.Split split ->
          split.shares().stream()
              .filter(share -> share.next().equals(next))
              .map(Journey.Share::name)
              .findFirst()
              .orElse(null);
      case Journey.Step.Adapt adapt ->
          adapt.arms().stream()
              .filter(share -> share.next().equals(next))
              .map(Journey.AdaptArm::name)
              .findFirst()
              .orElse(null);
      case null, default -> null;
    };
  }

  private static long[] counted(Course course, String step) {
    return course.steps.computeIfAbsent(step, _ -> new long[3]);
  }

  private void count(Touchpoint touchpoint) {
    Course course = courses.get(touchpoint.journey());
    if (course == null) {
      return;
    }
    course.verdicts.merge(touchpoint.reason().wire(), 1L, Long::sum);
    if (touchpoint.reason() == Reason.SENT) {
      switch (touchpoint.delivery().stage()) {
        case ACCEPTED, DELIVERED, FAILED -> {
          course.sent++;
          course.cost += touchpoint.costFen();
        }
        case WAITING, HANDED -> {}
      }
      course.delivered += touchpoint.delivered() ? 1 : 0;
    }
  }

  private Json json(String name, Course course) {
    Journey journey = replica.latest(name);
    var byStep = new LinkedHashMap<String, Json>();
    if (journey != null) {
      for (Journey.Step step : journey.steps()) {
        long[] of = course.steps.getOrDefault(step.id(), new long[3]);
        byStep.put(
            step.id(),
            Json.object(
                "kind", Json.of(kind(step)),
                "passed", Json.of(of[0]),
                "waiting", Json.of(of[1]),
                "left", Json.of(of[2])));
      }
    }
    var arms = new LinkedHashMap<String, Json>();
    course.arms.forEach(
        (step, of) -> {
          var each = new LinkedHashMap<String, Json>();
          of.forEach(
              (arm, counted) ->
                  each.put(
                      arm,
                      Json.object(
                          "people", Json.of(counted.people),
                          "converted", Json.of(counted.converted),
                          "conversion", share(counted.converted, counted.people),
                          "revenueFen", Json.of((long) counted.revenue))));
          arms.put(step, new Json.Obj(each));
        });
    var versions = new LinkedHashMap<String, Json>();
    course.versions.forEach(
        (version, entered) -> versions.put(String.valueOf(version), Json.of(entered)));
    Uplift uplift = Uplift.of(course.treated.revenue, course.heldOut.revenue);
    boolean measured = !Double.isNaN(uplift.low());
    Flight flight = replica.flight(name);
    Json.Obj counted =
        Json.object(
            "title", Json.of(journey == null ? name : journey.title()),
            "versions", new Json.Obj(versions),
            "entered", Json.of(course.entries),
            "people", Json.of(course.people.cardinality()),
            "heldOut", Json.of(course.heldOut.revenue.people()),
            "steps", new Json.Obj(byStep),
            "arms", new Json.Obj(arms),
            "exits", counts(course.exits),
            "verdicts", counts(course.verdicts),
            "sent", Json.of(course.sent),
            "delivered", Json.of(course.delivered),
            "clicked", Json.of(outside.clicks.getOrDefault(name, 0L)),
            "costFen", Json.of(course.cost),
            "treated", course.treated.json(),
            "holdOut", course.heldOut.json(),
            "incremental",
                measured
                    ? Json.object(
                        "estimateFen", Json.of(Math.round(uplift.estimate())),
                        "lowFen", Json.of(Math.round(uplift.low())),
                        "highFen", Json.of(Math.round(uplift.high())),
                        "roi", finite(roi(uplift, course.cost)))
                    : new Json.Null());
    if (flight == null) {
      return counted;
    }
    var with = new LinkedHashMap<>(counted.fields());
    with.put("autopilot", autopilot(flight));
    return new Json.Obj(with);
  }

  /// What it decided: `why` counts the reasons, all of them.
  private static Json autopilot(Flight flight) {
    var why = new LinkedHashMap<String, Long>();
    for (Pilot.Why each : Pilot.Why.values()) {
      why.put(each.wire(), 0L);
    }
    flight.story().forEach(one -> why.merge(one.why().wire(), 1L, Long::sum));
    Pilot.Act last = flight.story().isEmpty() ? null : flight.story().getLast().act();
    return Json.object(
        "released", Json.of(Pilot.released(flight.story())),
        "left", Json.of(flight.left()),
        "stopped", Json.of(last == Pilot.Act.STOP),
        "done", Json.of(last == Pilot.Act.DONE),
        "why", counts(why),
        "decisions",
            Json.of(
                flight.story().stream()
                    .map(
                        one ->
                            Json.object(
                                "at", Json.of(one.at().toString()),
                                "act", Json.of(one.act().wire()),
                                "why", Json.of(one.why().wire()),
                                "zh", Json.of(one.why().zh()),
                                "en", Json.of(one.why().en()),
                                "people", Json.of(one.people()),
                                "treated", Json.of(one.measured().treated().people()),
                                "heldOut", Json.of(one.measured().heldOut().people()),
                                "costFen", Json.of(one.measured().costFen()),
                                "low", finite(one.roi() == null ? Double.NaN : one.roi().low()),
                                "high", finite(one.roi() == null ? Double.NaN : one.roi().high()),
                                "who", Json.of(one.who())))
                    .toList()));
  }

  /// `rank` counts a block's cells from the largest uplift on.
  private Json trial(Trial trial) {
    TrialTable.Results results = replica.results(trial);
    var blocks = new LinkedHashMap<String, Json>();
    for (Trial.Block block : trial.blocks()) {
      var cells = new LinkedHashMap<String, Json>();
      for (TrialTable.Row row :
          TrialTable.sorted(
              results.rows(),
              TrialTable.Column.UPLIFT,
              true,
              one -> one.block().equals(block.name()))) {
        cells.put(
            row.cell(),
            Json.object(
                "rank", Json.of(cells.size() + 1),
                "entered", Json.of(row.entered()),
                "people", Json.of(row.people()),
                "messaged", Json.of(row.messaged()),
                "converted", Json.of(row.converted()),
                "rate", rounded(row.rate()),
                "heldOut", Json.of(row.heldOut()),
                "heldOutRate", rounded(row.heldOutRate()),
                "uplift", rounded(row.uplift()),
                "low", rounded(row.low()),
                "high", rounded(row.high()),
                "costFen", Json.of(row.costFen()),
                "incrementalFen", Json.of(row.incrementalFen()),
                "roi", finite(row.roi() == null ? Double.NaN : row.roi()),
                "p", rounded(row.p()),
                "q", finite(row.q() == null ? Double.NaN : row.q()),
                "tooFew", Json.of(row.tooFew()),
                "discovery", Json.of(row.discovery())));
      }
      blocks.put(block.name(), new Json.Obj(cells));
    }
    var effects = new LinkedHashMap<String, Map<String, Json>>();
    for (TrialTable.Effect one : results.effects()) {
      effects
          .computeIfAbsent(one.factor(), _ -> new LinkedHashMap<>())
          .put(
              one.level(),
              Json.object(
                  "effect", rounded(one.effect()),
                  "low", rounded(one.low()),
                  "high", rounded(one.high()),
                  "aliases", Json.of(one.aliases().stream().map(Json::of).toList())));
    }
    var byFactor = new LinkedHashMap<String, Json>();
    effects.forEach((factor, levels) -> byFactor.put(factor, new Json.Obj(levels)));
    return Json.object(
        "title",
        Json.of(trial.title()),
        "discoveries",
        Json.of(results.rows().stream().filter(TrialTable.Row::discovery).count()),
        "blocks",
        new Json.Obj(blocks),
        "effects",
        new Json.Obj(byFactor));
  }

  private static Json finite(double number) {
    return Double.isFinite(number) ? rounded(number) : new Json.Null();
  }

  private static String kind(Journey.Step step) {
    return switch (step) {
      case Journey.Step.Wait _ -> "wait";
      case Journey.Step.WaitUntil _ -> "waitUntil";
      case Journey.Step.WaitFor _ -> "waitFor";
      case Journey.Step.WaitBefore wait -> wait.after() ? "waitAfter" : "waitBefore";
      case Journey.Step.Branch _ -> "branch";
      case Journey.Step.Split _ -> "split";
      case Journey.Step.Adapt _ -> "adapt";
      case Journey.Step.Send _ -> "send";
      case Journey.Step.IssueCoupon _ -> "coupon";
      case Journey.Step.Tag _ -> "tag";
      case Journey.Step.Task _ -> "task";
      case Journey.Step.Points _ -> "points";
      case Journey.Step.Start _ -> "start";
      case Journey.Step.HandOver _ -> "handOver";
      case Journey.Step.Tell _ -> "tell";
      case Journey.Step.Exit _ -> "exit";
    };
  }

  private static Json verdicts(List<Touchpoint> touchpoints) {
    var all = new LinkedHashMap<String, Long>();
    for (Reason reason : Reason.values()) {
      all.put(reason.wire(), 0L);
    }
    touchpoints.forEach(each -> all.merge(each.reason().wire(), 1L, Long::sum));
    return counts(all);
  }

  // What must not be.

  /// Looks at what was let out, and not at how the gate decides.
  private Json gate(List<Touchpoint> touchpoints) {
    GatePolicy policy = replica.gatePolicy();
    long quiet = 0;
    long twice = 0;
    Set<String> seen = new HashSet<>();
    for (Touchpoint touchpoint : touchpoints) {
      if (touchpoint.reason() == Reason.SENT) {
        quiet += policy.quietAt(touchpoint.due().atZone(replica.zone()).toLocalTime()) ? 1 : 0;
        twice += seen.add(touchpoint.key()) ? 0 : 1;
      }
    }
    return Json.object(
        "sentInQuietHours", Json.of(quiet),
        "deliveredInQuietHours", Json.of(outside.deliveredInQuietHours),
        "capsExceeded", Json.of(outside.capsExceeded),
        "sameStepTwice", Json.of(twice));
  }

  /// People whom two journeys wanted to reach within a day, whatever became of it.
  private Json collisions(List<Touchpoint> touchpoints) {
    var wanted = new HashMap<Integer, List<Touchpoint>>();
    for (Touchpoint touchpoint : touchpoints) {
      if (touchpoint.reason() != Reason.HOLD_OUT) {
        wanted
            .computeIfAbsent(replica.profileOf(touchpoint.profile()), _ -> new ArrayList<>(2))
            .add(touchpoint);
      }
    }
    var pairs = new TreeMap<String, long[]>();
    long people = 0;
    for (List<Touchpoint> of : wanted.values()) {
      Set<String> met = new TreeSet<>();
      for (int i = 0; i < of.size(); i++) {
        for (int j = i + 1; j < of.size(); j++) {
          Touchpoint one = of.get(i);
          Touchpoint other = of.get(j);
          if (other.due().toEpochMilli() - one.due().toEpochMilli() >= DAY_MS) {
            break;
          }
          if (!one.journey().equals(other.journey())) {
            String pair =
                one.journey().compareTo(other.journey()) < 0
                    ? one.journey() + " + " + other.journey()
                    : other.journey() + " + " + one.journey();
            long[] counted = pairs.computeIfAbsent(pair, _ -> new long[2]);
            counted[1]++;
            counted[0] += met.add(pair) ? 1 : 0;
          }
        }
      }
      people += met.isEmpty() ? 0 : 1;
    }
    var byPair = new LinkedHashMap<String, Json>();
    pairs.forEach(
        (pair, counted) ->
            byPair.put(
                pair, Json.object("people", Json.of(counted[0]), "messages", Json.of(counted[1]))));
    return Json.object("people", Json.of(people), "pairs", new Json.Obj(byPair));
  }

  private Json guides() {
    Guides.Found found = outside.guides();
    return Json.object(
        "guides", Json.of(found.guides()),
        "perHour", Json.of(found.perHour()),
        "messages", Json.of(found.messages()),
        "tasks", Json.of(found.tasks()),
        "tasksDone", Json.of(outside.tasksDone),
        "mostInAnHour", Json.of(found.most()),
        "p95InAnHour", Json.of(found.p95()),
        "overCapacity", Json.of(found.overCapacity()),
        "worst",
            Json.of(
                found.over().stream()
                    .map(
                        over ->
                            Json.object(
                                "guide", Json.of(over.guide()),
                                "hour", Json.of(over.hour().toString()),
                                "asked", Json.of(over.wanted())))
                    .toList()),
        "longestWaitHours", rounded(found.longestWaitMs() / (double) Guides.HOUR),
        "leftUndone", Json.of(found.left()),
        "neverConfirmed", Json.of(outside.unconfirmed));
  }

  /// Messages that the platform took beyond what one person may get, counted after the fact.
  private long violations(ChannelKind channel, int limit, List<Touchpoint> touchpoints) {
    var taken = new HashMap<String, Integer>();
    long violations = 0;
    for (Touchpoint touchpoint : touchpoints) {
      Instant at = touchpoint.due();
      if (touchpoint.channel() == channel && touchpoint.reason() == Reason.SENT) {
        LocalDate day = at.atZone(replica.zone()).toLocalDate();
        boolean monthly = channel == ChannelKind.WECOM;
        int most = monthly ? day.lengthOfMonth() : limit;
        String share =
            replica.profileOf(touchpoint.profile()) + "|" + (monthly ? day.withDayOfMonth(1) : day);
        violations += taken.merge(share, 1, Integer::sum) > most ? 1 : 0;
      }
    }
    return violations;
  }

  private Json quotas(List<Touchpoint> touchpoints) {
    var quotas = new LinkedHashMap<String, Json>();
    outside.quotas.forEach(
        (ChannelKind channel, Outside.Quota quota) ->
            quotas.put(
                channel.wire(),
                Json.object(
                    "per", Json.of(quota.period),
                    "limit", Json.of(quota.limit),
                    "mostUsed", Json.of(quota.most),
                    "refused", Json.of(quota.refused),
                    "exhaustedFirst",
                        quota.exhausted == null
                            ? new Json.Null()
                            : Json.of(quota.exhausted.toString()),
                    "violations", Json.of(violations(channel, quota.limit, touchpoints)))));
    return new Json.Obj(quotas);
  }

  private Json layers() {
    var layers = new LinkedHashMap<String, Json>();
    for (Layers.Share share :
        replica.layers(script.heroSku(), startMs, replica.now().toEpochMilli() + 1)) {
      layers.put(
          share.layer().wire(),
          Json.object(
              "people", Json.of(share.people()),
              "salesFen", Json.of(share.salesFen()),
              "peopleShare", rounded(share.peopleShare()),
              "salesShare", rounded(share.salesShare())));
    }
    return new Json.Obj(layers);
  }

  // Who gets what when.

  private Report.Row row(Touchpoint touchpoint) {
    // journey/version/profile/entry/step
    String[] key = touchpoint.key().split("/", -1);
    return new Report.Row(
        touchpoint.due().toString(),
        "p" + replica.profileOf(touchpoint.profile()),
        touchpoint.journey(),
        Integer.parseInt(key[1]),
        key[key.length - 1],
        touchpoint.channel().wire(),
        touchpoint.template(),
        touchpoint.reason().wire(),
        touchpoint.reason() == Reason.SENT
            ? touchpoint.delivery().stage().name().toLowerCase(java.util.Locale.ROOT)
            : "");
  }

  private Report.Person person(String name, List<Touchpoint> touchpoints) {
    int node = name.matches("p\\d{1,9}") ? Integer.parseInt(name.substring(1)) : Integer.MAX_VALUE;
    if (node >= replica.nodes()) {
      throw new ScriptException("--person", "'" + name + "'", "p0 to p" + (replica.nodes() - 1));
    }
    record Line(long atMs, String text) {}
    var lines = new ArrayList<Line>();
    int profile = replica.profileOf(node);
    Timeline timeline = replica.timeline(profile);
    for (int i = timeline.from(startMs); i < timeline.size(); i++) {
      String more =
          timeline.name(i).equals("order_paid") ? " " + timeline.whole(i, "amountFen") : "";
      lines.add(new Line(timeline.timeMs(i), timeline.name(i) + more));
    }
    for (Touchpoint touchpoint : touchpoints) {
      if (replica.profileOf(touchpoint.profile()) == profile) {
        lines.add(
            new Line(
                touchpoint.due().toEpochMilli(),
                "→ "
                    + touchpoint.journey()
                    + " "
                    + touchpoint.template()
                    + " "
                    + touchpoint.reason().wire()
                    + (touchpoint.text().isEmpty() ? "" : ": " + touchpoint.text())));
      }
    }
    lines.sort(Comparator.comparingLong(Line::atMs));
    return new Report.Person(
        "p" + profile,
        lines.stream()
            .map(
                line ->
                    Instant.ofEpochMilli(line.atMs()).atZone(replica.zone()).toLocalDateTime()
                        + "  "
                        + line.text())
            .toList());
  }

  // Numbers.

  private static Json counts(Map<String, Long> counts) {
    var json = new LinkedHashMap<String, Json>();
    counts.forEach((key, count) -> json.put(key, Json.of(count)));
    return new Json.Obj(json);
  }

  private static Json share(long of, long all) {
    return rounded(all == 0 ? 0 : (double) of / all);
  }

  private static double roi(Uplift uplift, long costFen) {
    Double roi = Roi.of(uplift.estimate(), costFen);
    return roi == null ? Double.NaN : roi;
  }

  static Json rounded(double number) {
    return new Json.Num(BigDecimal.valueOf(number).setScale(4, RoundingMode.HALF_UP));
  }
}
