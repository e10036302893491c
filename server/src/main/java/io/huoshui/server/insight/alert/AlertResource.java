package io.huoshui.server.insight.alert;

import io.huoshui.engine.Engine;
import io.huoshui.event.Near;
import io.huoshui.insight.alert.Alarm;
import io.huoshui.insight.alert.AlertRule;
import io.huoshui.insight.alert.AlertRuleJson;
import io.huoshui.insight.alert.AlertState;
import io.huoshui.insight.tree.Days;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Period;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.access.SignedPost;
import io.huoshui.server.insight.tree.Trees;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// 预警: what is watched, where it is told, what happened, and what became of each notice.
@RestController
@RequestMapping("/api/v1")
class AlertResource {
  private static final String YAML = "application/yaml";
  private static final String X_YAML = "application/x-yaml";
  private static final String TEXT_YAML = "text/yaml";
  private static final int MOST = 500;

  private final Alerts alerts;
  private final AlertStore store;
  private final Trees trees;
  private final Engine engine;
  private final Definitions definitions;
  private final Sealed sealed;
  private final Audit audit;

  AlertResource(
      Alerts alerts,
      AlertStore store,
      Trees trees,
      Engine engine,
      Definitions definitions,
      Sealed sealed,
      Audit audit) {
    this.alerts = alerts;
    this.store = store;
    this.trees = trees;
    this.engine = engine;
    this.definitions = definitions;
    this.sealed = sealed;
    this.audit = audit;
  }

  // Rules.

  /// @param body as it was posted
  /// @param state `quiet` or `raised`
  /// @param since the first days of what lasts
  /// @param judged the last days looked at
  /// @param trouble why the last look failed
  record RuleView(
      String name,
      String metric,
      JsonNode body,
      String state,
      @Nullable String since,
      boolean told,
      @Nullable Instant snoozedUntil,
      @Nullable String judged,
      @Nullable String trouble,
      String who,
      Instant createdAt) {}

  private RuleView view(AlertStore.Watched watched) {
    AlertState state = watched.state();
    return new RuleView(
        watched.rule().name(),
        watched.rule().metric(),
        definitions.tree(watched.body()),
        state.raised() ? "raised" : "quiet",
        text(state.since()),
        state.told(),
        state.snoozedUntil(),
        text(state.judged()),
        watched.trouble(),
        watched.who(),
        watched.createdAt());
  }

  private static @Nullable String text(@Nullable Days days) {
    return days == null ? null : days.toString();
  }

  @GetMapping("/alerts")
  List<RuleView> all() {
    return store.all().stream().map(this::view).toList();
  }

  private AlertStore.Watched find(String name) {
    return store.find(name).orElseThrow(() -> unknown("alert", name, names()));
  }

  private List<String> names() {
    return store.all().stream().map(each -> each.rule().name()).toList();
  }

  private static Problem.Refusal unknown(String what, String name, List<String> known) {
    return Problem.of(HttpStatus.NOT_FOUND, "unknown_" + what, "No " + what + " '" + name + "'.")
        .at(what, name, String.join(", ", known))
        .near(Near.to(name, known))
        .thrown();
  }

  @GetMapping("/alerts/{name}")
  RuleView one(@PathVariable String name) {
    return view(find(name));
  }

  private AlertRule read(String body) {
    AlertRule rule = AlertRuleJson.read(Json.parse(body));
    alerts.check(rule, trees.metrics());
    List<String> routes = store.routes().stream().map(AlertStore.Route::name).toList();
    for (String route : rule.routes()) {
      if (!routes.contains(route)) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT, "unknown_route", "There is no such route.")
            .at("alert.routes", route, String.join(", ", routes))
            .near(Near.to(route, routes))
            .next("POST /api/v1/alert-routes makes one.")
            .thrown();
      }
    }
    return rule;
  }

  /// Watches from now on. A rule of a name takes the place of the former, and begins anew.
  @PostMapping(
      value = "/alerts",
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        YAML,
        X_YAML,
        TEXT_YAML,
        MediaType.TEXT_PLAIN_VALUE
      })
  RuleView watch(@RequestBody String written) {
    String body = definitions.asJson(written);
    AlertRule rule = read(body);
    store.watch(rule.name(), body, audit.who());
    audit.record("alert_watched", rule.name());
    return one(rule.name());
  }

  @DeleteMapping("/alerts/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void forget(@PathVariable String name) {
    if (!store.forget(name)) {
      throw unknown("alert", name, names());
    }
    audit.record("alert_forgotten", name);
  }

  /// What a rule would say.
  ///
  /// @param verdict `fine`, `breached`, `unknown`
  /// @param alarm what would be told; null when nothing would
  record Tried(String days, String verdict, @Nullable String why, @Nullable JsonNode alarm) {}

  /// Looks by a rule without keeping it, or telling anybody.
  ///
  /// @param days those that were over last when left out
  @PostMapping(
      value = "/alerts/try",
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        YAML,
        X_YAML,
        TEXT_YAML,
        MediaType.TEXT_PLAIN_VALUE
      })
  Tried tryOut(@RequestBody String written, @RequestParam(defaultValue = "") String days) {
    AlertRule rule = read(definitions.asJson(written));
    Days of;
    try {
      of = days.isEmpty() ? rule.due(engine.now(), trees.zone()) : Days.parse(days);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("days", days, Days.ALLOWED);
    }
    if (!Days.of(rule.every(), of.from()).equals(of)) {
      throw new UnreadableException("days", of.toString(), "one " + rule.every().wire());
    }
    Alerts.Seen seen = alerts.see(rule, of);
    return switch (seen.verdict()) {
      case io.huoshui.insight.alert.Verdict.Fine _ -> new Tried(of.toString(), "fine", null, null);
      case io.huoshui.insight.alert.Verdict.Unknown(String why) ->
          new Tried(of.toString(), "unknown", why, null);
      case io.huoshui.insight.alert.Verdict.Breached _ -> {
        Alarm alarm = alerts.alarm(rule, seen, of, false);
        yield new Tried(of.toString(), "breached", null, definitions.tree(alarm.json().write()));
      }
    };
  }

  /// @param until an instant; or
  /// @param last a period from now on, as `3d`
  record Snooze(@Nullable String until, @Nullable String last) {}

  /// Has nobody told until then. Looks go on, and so does the history.
  @PostMapping("/alerts/{name}/snooze")
  RuleView snooze(@PathVariable String name, @RequestBody Snooze body) {
    find(name);
    Instant until;
    try {
      until =
          body.until() instanceof String text
              ? Instant.parse(text)
              : Period.parse(String.valueOf(body.last())).after(engine.now(), trees.zone());
    } catch (DateTimeException | IllegalArgumentException e) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_snooze", "Until when?")
          .at(
              body.until() == null ? "last" : "until",
              String.valueOf(body.until() == null ? body.last() : body.until()),
              "until: 2026-07-03T00:00:00Z, or last: 3d")
          .thrown();
    }
    store.snooze(name, until);
    audit.record("alert_snoozed", name + " until " + until);
    return one(name);
  }

  @DeleteMapping("/alerts/{name}/snooze")
  RuleView wake(@PathVariable String name) {
    find(name);
    store.snooze(name, null);
    audit.record("alert_woken", name);
    return one(name);
  }

  /// What happened, the newest first.
  ///
  /// @param before only what has a smaller id
  @GetMapping("/alert-history")
  List<AlertStore.Happened> history(
      @RequestParam(defaultValue = "") String rule,
      @RequestParam(defaultValue = "9223372036854775807") long before,
      @RequestParam(defaultValue = "50") int most) {
    return store.history(rule, before, Math.clamp(most, 1, MOST));
  }

  // Routes.

  /// @param to what may be shown of where it goes
  /// @param incidents whether incidents are told there, besides the alerts that name it
  record RouteView(String name, String kind, String to, boolean incidents, Instant createdAt) {}

  @GetMapping("/alert-routes")
  List<RouteView> routes() {
    return store.routes().stream()
        .map(
            route ->
                new RouteView(
                    route.name(),
                    route.kind(),
                    route.shown(),
                    route.incidents(),
                    route.createdAt()))
        .toList();
  }

  /// Makes a route, or puts it in the place of the one of its name:
  ///
  /// ```
  /// {"name": "duty", "webhook": {"url": "https://…", "secret": "…"}}
  /// {"name": "group", "wecomRobot": {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"}}
  /// {"name": "mail", "email": {"host": "smtp.…", "port": 587, "security": "starttls", "user": "…",
  ///  "password": "…", "from": "alerts@…", "to": ["ada@…"]}}
  /// ```
  @PostMapping("/alert-routes")
  RouteView route(@RequestBody String body) {
    var at = new Place(Json.parse(body), "route");
    at.only("name", "incidents", Teller.WEBHOOK, "wecomRobot", Teller.EMAIL);
    String name = at.get("name").text();
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,63}")) {
      throw at.get("name").refused("letters, digits, _ and -, at most 64");
    }
    boolean incidents = told(at.get("incidents"));
    if (!at.get(Teller.WEBHOOK).absent()) {
      Place webhook = at.get(Teller.WEBHOOK);
      webhook.only("url", "secret");
      URI url = SignedPost.url(webhook.get("url").text());
      SignedPost.secret(webhook.get("secret").text());
      keep(name, Teller.WEBHOOK, url.getScheme() + "://" + url.getAuthority(), webhook, incidents);
    } else if (!at.get("wecomRobot").absent()) {
      Place robot = at.get("wecomRobot");
      robot.only("url");
      URI url = SignedPost.url(robot.get("url").text());
      keep(name, Teller.ROBOT, url.getScheme() + "://" + url.getAuthority(), robot, incidents);
    } else if (!at.get(Teller.EMAIL).absent()) {
      keep(name, Teller.EMAIL, email(at.get(Teller.EMAIL)), at.get(Teller.EMAIL), incidents);
    } else {
      throw at.refused("one of webhook, wecomRobot, email");
    }
    audit.record("alert_route_made", name);
    return routes().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  private static boolean told(Place incidents) {
    if (incidents.absent()) {
      return true;
    }
    if (incidents.json() instanceof Json.Bool(boolean on)) {
      return on;
    }
    throw incidents.refused("true, false");
  }

  private void keep(String name, String kind, String shown, Place target, boolean incidents) {
    store.route(name, kind, shown, sealed.seal(target.object().write()), incidents);
  }

  private static String email(Place at) {
    at.only("host", "port", "security", "user", "password", "from", "to");
    at.get("host").text();
    if (!(at.get("port").json() instanceof Json.Num port)
        || !port.whole()
        || port.number().intValue() < 1
        || port.number().intValue() > 65_535) {
      throw at.get("port").refused("1 to 65535");
    }
    at.get("security").oneOf("tls", "starttls", "none");
    address(at.get("from"));
    var to = new ArrayList<String>();
    for (Place each : at.get("to").list()) {
      address(each);
      to.add(each.text());
    }
    if (to.isEmpty()) {
      throw at.get("to").refused("an address at least");
    }
    return String.join(", ", to);
  }

  private static void address(Place at) {
    try {
      new InternetAddress(at.text(), true).validate();
    } catch (AddressException e) {
      throw at.refused("a mail address");
    }
  }

  @DeleteMapping("/alert-routes/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void forgetRoute(@PathVariable String name) {
    List<String> rules =
        store.all().stream()
            .filter(each -> each.rule().routes().contains(name))
            .map(each -> each.rule().name())
            .toList();
    if (!rules.isEmpty()) {
      throw Problem.of(HttpStatus.CONFLICT, "route_in_use", "Alerts are told there.")
          .at("route", name, "a route of no alert; this one has " + String.join(", ", rules))
          .thrown();
    }
    if (!store.forgetRoute(name)) {
      throw unknown("route", name, store.routes().stream().map(AlertStore.Route::name).toList());
    }
    audit.record("alert_route_forgotten", name);
  }

  /// @param outcome `taken`, `refused`, `later`
  record Tested(String outcome, @Nullable String why) {}

  /// Tells a route that it works.
  @PostMapping("/alert-routes/{name}/test")
  Tested test(@PathVariable String name) {
    if (store.route(name).isEmpty()) {
      throw unknown("route", name, store.routes().stream().map(AlertStore.Route::name).toList());
    }
    return switch (alerts.test(name)) {
      case Teller.Outcome.Taken() -> new Tested("taken", null);
      case Teller.Outcome.Refused(String why) -> new Tested("refused", why);
      case Teller.Outcome.Later(String why, java.time.Duration _) -> new Tested("later", why);
    };
  }

  // Notices.

  /// @param state `open`, `told`, `refused`, `given_up`
  record NoticeView(
      long id,
      String rule,
      String route,
      String title,
      Instant createdAt,
      int attempts,
      @Nullable Instant nextTry,
      @Nullable String failure,
      String state) {}

  /// What was told, or is to be, the newest first.
  @GetMapping("/alert-notices")
  List<NoticeView> notices(
      @RequestParam(defaultValue = "9223372036854775807") long before,
      @RequestParam(defaultValue = "50") int most) {
    return store.notices(before, Math.clamp(most, 1, MOST)).stream()
        .map(
            each ->
                new NoticeView(
                    each.id(),
                    each.rule(),
                    each.route(),
                    each.title(),
                    each.createdAt(),
                    each.attempts(),
                    each.state().equals("open") ? each.notBefore() : null,
                    each.failure(),
                    each.state()))
        .toList();
  }

  /// Tries one again at once that failed, or waits.
  @PostMapping("/alert-notices/{id}/again")
  List<NoticeView> again(@PathVariable long id) {
    if (!store.again(id)) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_notice", "No such notice is untold.")
          .at("id", String.valueOf(id), "GET /api/v1/alert-notices shows them")
          .thrown();
    }
    alerts.pass();
    return notices(id + 1, 1);
  }
}
