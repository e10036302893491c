package io.huoshui.server.callback;

import io.huoshui.platforms.callback.CallbackAccount;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.account.NotSetUp;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.Jobs;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What came in by callbacks: kinds, what was refused and why, replay and reconciliation. Callbacks
/// themselves come in by [CallbackDoor].
@RestController
@RequestMapping("/api/v1/callbacks")
class CallbackResource {
  private static final Set<String> STATES =
      Set.of("taken", "done", "waiting", "unknown", "refused", "erased");
  private static final int MOST = 200;

  private final CallbackAccounts accounts;
  private final InboxStore store;
  private final Desk desk;
  private final Jobs jobs;
  private final Audit audit;
  private final ReconcileJob reconcile;

  CallbackResource(
      CallbackAccounts accounts,
      InboxStore store,
      Desk desk,
      Jobs jobs,
      Audit audit,
      ReconcileJob reconcile) {
    this.accounts = accounts;
    this.store = store;
    this.desk = desk;
    this.jobs = jobs;
    this.audit = audit;
    this.reconcile = reconcile;
  }

  /// Puts the door where every request passes first.
  @Bean
  static WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> doorOfCallbacks(
      CallbackDoor door) {
    return factory -> factory.addEngineValves(door);
  }

  /// @param path where it calls back
  /// @param keys how many tokens count now, those that were replaced included
  record AccountView(
      String name, String platform, String path, List<String> agents, int keys, boolean pulls) {}

  record RefusalView(String account, String reason, long count, Instant lastAt) {}

  /// @param behind rows that are written down and not worked on yet
  /// @param waiting rows that wait for somebody outside
  /// @param reconciled the last reconciliation, null before the first
  record Overview(
      List<AccountView> accounts,
      long behind,
      long waiting,
      List<RefusalView> refusals,
      @Nullable Reconciled reconciled) {}

  record Reconciled(long job, String state, JsonNode result, @Nullable Instant endedAt) {}

  @GetMapping
  Overview overview() {
    desk.count();
    List<Job> last = jobs.list(ReconcileJob.KIND, Long.MAX_VALUE, 1);
    return new Overview(
        accounts.all().stream().map(this::view).toList(),
        Math.max(0, store.newest() - store.mark()),
        store.waiting(),
        store.refusals().stream()
            .map(r -> new RefusalView(r.account(), r.reason(), r.count(), r.lastAt()))
            .toList(),
        last.isEmpty()
            ? null
            : new Reconciled(
                last.getFirst().id(),
                last.getFirst().state().wire(),
                JsonMapper.shared().readTree(ReconcileJob.shown(last.getFirst()).write()),
                last.getFirst().endedAt()));
  }

  private AccountView view(CallbackAccount account) {
    return new AccountView(
        account.name(),
        account.platform().wire(),
        CallbackAccounts.path(account),
        account.agents().stream().sorted().toList(),
        account.keys(Instant.now()).size(),
        reconcile.reaches(account.name()));
  }

  /// @param known whether the table of kinds has it; others are kept
  /// @param names which fields one of them had, for kinds that are not known: no values
  record KindView(
      String platform,
      String account,
      String kind,
      boolean known,
      long taken,
      long repeated,
      long refused,
      Instant lastAt,
      List<String> names) {}

  @GetMapping("/kinds")
  List<KindView> kinds() {
    return store.kinds().stream()
        .map(
            k ->
                new KindView(
                    k.platform(),
                    k.account(),
                    k.kind(),
                    k.known(),
                    k.taken(),
                    k.repeated(),
                    k.refused(),
                    k.lastAt(),
                    k.names()))
        .toList();
  }

  /// Rows, the newest first, without what they say.
  ///
  /// @param state null for all; taken, done, waiting, unknown, refused, erased
  @GetMapping("/rows")
  List<InboxStore.Line> rows(
      @RequestParam(required = false) @Nullable String state,
      @RequestParam(required = false) @Nullable Long before,
      @RequestParam(required = false) @Nullable Integer limit) {
    if (state != null && !STATES.contains(state)) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_state", "Rows stand in no such way.")
          .at("state", state, String.join(", ", STATES.stream().sorted().toList()))
          .thrown();
    }
    return store.lines(
        state,
        before == null ? Long.MAX_VALUE : before,
        Math.clamp(limit == null ? 50 : limit, 1, MOST));
  }

  /// Which rows to work on again; null for all.
  ///
  /// @param from, to when it happened, RFC 3339
  record ReplayWish(
      @Nullable String account,
      @Nullable String kind,
      @Nullable String state,
      @Nullable String from,
      @Nullable String to) {}

  record Begun(long job, long rows) {}

  /// Works on rows again, for kinds the table has learned since. Events have the same ids as
  /// before, so nothing counts twice; nobody else is told again.
  @PostMapping("/replay")
  Begun replay(@RequestBody ReplayWish wish) {
    var wanted =
        new InboxStore.Wanted(
            wish.account(),
            wish.kind(),
            wish.state(),
            instant("from", wish.from()),
            instant("to", wish.to()));
    long upTo = store.newest();
    long rows = store.howMany(wanted, upTo);
    long job = ReplayJob.begin(jobs, wanted, upTo, rows, audit.who());
    audit.record("callbacks_replayed", rows + " rows, job " + job);
    return new Begun(job, rows);
  }

  private static @Nullable Instant instant(String field, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_time", "This is no instant.")
          .at(field, text, "RFC 3339: 2026-07-01T00:00:00+08:00")
          .thrown();
    }
  }

  record ReconcileWish(@Nullable String account) {}

  record Reconciling(long job) {}

  /// Compares what WeCom says of contacts and groups with what timelines say, and mends timelines.
  @PostMapping("/reconcile")
  Reconciling reconcile(@RequestBody ReconcileWish wish) {
    String account = wish.account() == null ? "wecom" : wish.account();
    if (!reconcile.reaches(account)) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "not_set_up",
              "This account can not be asked: no secret is set up for it.")
          .at("account", account, "an account of WeCom with a secret")
          .next(NotSetUp.NEXT)
          .thrown();
    }
    long job = reconcile.begin(jobs, account, audit.who());
    audit.record("callbacks_reconciled", account + ", job " + job);
    return new Reconciling(job);
  }
}
