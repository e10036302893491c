package io.huoshui.server.insight.alert;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.insight.alert.Alarm;
import io.huoshui.insight.alert.AlertRule;
import io.huoshui.insight.alert.AlertState;
import io.huoshui.insight.alert.Verdict;
import io.huoshui.insight.tree.Comparison;
import io.huoshui.insight.tree.Days;
import io.huoshui.insight.tree.Drill;
import io.huoshui.insight.tree.Grid;
import io.huoshui.insight.tree.Inquiry;
import io.huoshui.insight.tree.Metric;
import io.huoshui.insight.tree.Metrics;
import io.huoshui.insight.tree.Sheet;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Grain;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.flow.Round;
import io.huoshui.server.insight.tree.Trees;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/// Looks at what is watched when its days are over, and has told what is to be told.
///
/// Of days that were missed meanwhile only the newest are looked at.
@Service
public class Alerts implements Round {
  private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
  private static final int MOST_TRIES = 12;
  private static final int AT_A_TIME = 100;
  private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
  private static final Duration LONGEST_WAIT = Duration.ofHours(6);

  private final Engine engine;
  private final Trees trees;
  private final AlertStore store;
  private final Teller teller;
  private final Sealed sealed;

  /// Looks and tellings do not overlap.
  private final ReentrantLock lock = new ReentrantLock();

  Alerts(Engine engine, Trees trees, AlertStore store, Teller teller, Sealed sealed) {
    this.engine = engine;
    this.trees = trees;
    this.store = store;
    this.teller = teller;
    this.sealed = sealed;
  }

  /// Looks at whatever is due, and tells what may be told now.
  public void pass() {
    lock.lock();
    try {
      Instant now = engine.now();
      for (AlertStore.Watched watched : store.all()) {
        Days due = watched.rule().due(now, trees.zone());
        Days judged = watched.state().judged();
        if (judged == null || due.from().isAfter(judged.from()) || watched.state().owes(now)) {
          look(watched, due, now);
        }
      }
      store.due(AT_A_TIME).forEach(this::tell);
    } finally {
      lock.unlock();
    }
  }

  private void look(AlertStore.Watched watched, Days due, Instant now) {
    try {
      look(watched.rule(), watched.state(), due, now);
    } catch (UnreadableException | Problem.Refusal | EngineException e) {
      // A metric that is gone does not keep the others from being looked at; the rule shows why.
      String why = String.valueOf(e.getMessage());
      if (!why.equals(watched.trouble())) {
        LOG.warn("alert {} could not be looked at: {}", watched.rule().name(), why);
        store.trouble(watched.rule().name(), why);
      }
    }
  }

  /// What one look saw.
  record Seen(Verdict verdict, Metric metric, Days days) {}

  private void look(AlertRule rule, AlertState state, Days due, Instant now) {
    Seen seen = see(rule, due);
    AlertState.Step step = state.look(seen.verdict(), due, now);
    if (step.what() == AlertState.What.NOTHING && !step.tell()) {
      boolean _ = store.looked(rule.name(), state, step.state(), null, List.of());
      return;
    }
    boolean over = step.what() == AlertState.What.ENDED;
    Days since = over ? state.since() : step.state().since();
    Alarm alarm = alarm(rule, seen, since == null ? due : since, over);
    AlertStore.Happened happened =
        step.what() == AlertState.What.NOTHING
            ? null
            : new AlertStore.Happened(
                0,
                rule.name(),
                now,
                due.toString(),
                step.what().name().toLowerCase(Locale.ROOT),
                value(seen.verdict()),
                String.join("\n", alarm.lines(true)),
                String.join("\n", alarm.lines(false)));
    List<AlertStore.Telling> tell =
        step.tell()
            ? rule.routes().stream()
                .map(
                    route ->
                        new AlertStore.Telling(
                            route,
                            alarm.title(true) + " · " + alarm.title(false),
                            alarm.json().write()))
                .toList()
            : List.of();
    boolean _ = store.looked(rule.name(), state, step.state(), happened, tell);
  }

  private static @Nullable Double value(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Fine fine -> fine.value();
      case Verdict.Breached breached -> breached.value();
      case Verdict.Unknown _ -> null;
    };
  }

  /// Looks without remembering.
  Seen see(AlertRule rule, Days days) {
    Metrics metrics = trees.metrics();
    check(rule, metrics);
    List<Days> history = rule.history(days);
    Grid grid = trees.grid(rule.metric(), List.copyOf(rule.slice().keySet()), history);
    Sheet sheet = grid.sheet(rule.slice());
    List<@Nullable Double> series = new ArrayList<>();
    for (int column = 0; column < history.size(); column++) {
      series.add(sheet.value(rule.metric(), column));
    }
    Metric metric = metrics.find(rule.metric());
    if (metric == null) {
      throw new UnreadableException("alert.metric", rule.metric(), "the name of a metric");
    }
    return new Seen(
        rule.judge(series, sheet.events(rule.metric(), history.size() - 1), metric), metric, days);
  }

  /// @throws UnreadableException when the set in force can not say what the rule asks
  void check(AlertRule rule, Metrics metrics) {
    new Inquiry(
            rule.metric(),
            Days.of(rule.every(), trees.today()),
            Comparison.LAST_PERIOD,
            rule.slice(),
            "",
            List.of())
        .check(metrics);
  }

  /// With the branch that the change against a week before, or the days before, comes from, and who
  /// is behind it.
  Alarm alarm(AlertRule rule, Seen seen, Days since, boolean over) {
    Drill drill = null;
    Long people = null;
    if (!over && value(seen.verdict()) != null) {
      try {
        drill = branch(rule, seen.days());
        people = trees.people(drill.metric().name(), drill.slice(), seen.days());
      } catch (Problem.Refusal e) {
        // Too many members to say where it comes from: that it happened is told all the same.
        LOG.warn("alert {} is told without its branch: {}", rule.name(), e.getMessage());
      }
    }
    return new Alarm(
        rule,
        seen.metric(),
        seen.days(),
        since,
        over,
        seen.verdict(),
        drill,
        Alarm.members(drill),
        people);
  }

  private Drill branch(AlertRule rule, Days days) {
    Comparison compare = rule.every() == Grain.DAY ? Comparison.LAST_WEEK : Comparison.LAST_PERIOD;
    return trees
        .ask(new Inquiry(rule.metric(), days, compare, rule.slice(), "", List.of()))
        .drill();
  }

  // Telling.

  private void tell(AlertStore.Notice notice) {
    Teller.Outcome outcome =
        tell(notice.route(), "alert-" + notice.id(), notice.title(), notice.body());
    switch (outcome) {
      case Teller.Outcome.Taken() -> store.tried(notice.id(), "told", null, Duration.ZERO);
      case Teller.Outcome.Refused(String why) ->
          store.tried(notice.id(), "refused", why, Duration.ZERO);
      case Teller.Outcome.Later(String why, Duration after) -> {
        boolean last = notice.attempts() + 1 >= MOST_TRIES;
        store.tried(notice.id(), last ? "given_up" : "open", why, wait(notice.attempts(), after));
      }
    }
  }

  /// Twice as long each time, and never shorter than was asked for.
  private static Duration wait(int attempts, Duration asked) {
    Duration own = FIRST_WAIT.multipliedBy(1L << Math.min(attempts, 9));
    Duration wait = own.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : own;
    return asked.compareTo(wait) > 0 ? asked : wait;
  }

  Teller.Outcome tell(String route, String key, String title, String body) {
    AlertStore.Route to = store.route(route).orElse(null);
    return to == null
        ? new Teller.Outcome.Refused("there is no route '" + route + "'")
        : teller.tell(
            to.kind(), Json.parse(sealed.open(to.target())), new Teller.Told(key, title, body));
  }

  /// What a route is told to see whether it works.
  Teller.Outcome test(String route) {
    return tell(
        route,
        "alert-test-" + route,
        "活水预警测试 · Huoshui alert test",
        Json.object(
                "test", Json.of(true),
                "route", Json.of(route),
                "zh", Json.of("活水预警测试\n这条路由可用。"),
                "en", Json.of("Huoshui alert test\nThis route works."))
            .write());
  }

  @Override
  public Place place() {
    return new Place("alerts", Beat.WATCH, 100);
  }

  @Override
  public void pass(Instant before, Instant now) {
    pass();
  }
}
