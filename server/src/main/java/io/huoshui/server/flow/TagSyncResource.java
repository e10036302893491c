package io.huoshui.server.flow;

import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.event.Near;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.account.NotSetUp;
import io.huoshui.server.flow.TagSyncStore.Platform;
import io.huoshui.server.flow.TagSyncStore.State;
import io.huoshui.server.flow.TagSyncStore.Sync;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Tags on platforms: which, for whom, how far.
@RestController
@RequestMapping("/api/v1/tag-syncs")
class TagSyncResource {
  private static final int DAY_SECONDS = 86_400;

  private final TagSync tags;
  private final TagSyncStore store;
  private final Engine engine;
  private final Audit audit;

  TagSyncResource(TagSync tags, TagSyncStore store, Engine engine, Audit audit) {
    this.tags = tags;
    this.store = store;
    this.engine = engine;
    this.audit = audit;
  }

  /// @param audience whose members are to carry the tag; or
  /// @param text the rule that says who is
  record Source(@Nullable String audience, @Nullable String text) {}

  /// @param group of the tag, where the platform has groups
  /// @param mode `out`, or `both`: changes made there come in too
  /// @param everySeconds how often it runs by itself; null for only when asked
  /// @param lookEverySeconds how often a run looks over all customers of the platform first; a day
  ///   unless said
  record NewSync(
      @Nullable String name,
      @Nullable String platform,
      @Nullable String group,
      @Nullable String tag,
      @Nullable Source source,
      @Nullable String mode,
      @Nullable Integer everySeconds,
      @Nullable Integer lookEverySeconds) {}

  /// @param wanted customers of the platform who are to carry the tag, as of the last run
  /// @param carried customers who are known to carry it
  /// @param left calls the run still has to make
  /// @param refused customers by the platform's code
  /// @param lookedAt as of when all customers of the platform were seen
  /// @param failure why it stands still until somebody asks for a run
  /// @param trouble what the platform said last when it could not
  /// @param restUntil the platform asked to be left alone until then
  record View(
      String name,
      String platform,
      String group,
      String tag,
      @Nullable String tagId,
      Source source,
      String mode,
      @Nullable Integer everySeconds,
      int lookEverySeconds,
      String state,
      int wanted,
      int carried,
      int putOn,
      int takenOff,
      int left,
      Map<String, Integer> refused,
      @Nullable Instant begunAt,
      @Nullable Instant endedAt,
      @Nullable Instant lookedAt,
      @Nullable String failure,
      @Nullable Instant failedAt,
      @Nullable String trouble,
      @Nullable Instant restUntil) {}

  private View view(Sync sync) {
    Platform platform = store.platform(sync.platform());
    return new View(
        sync.name(),
        sync.platform(),
        sync.group(),
        sync.tag(),
        sync.tagId(),
        new Source(sync.audience(), sync.rule()),
        sync.both() ? "both" : "out",
        sync.everySeconds(),
        sync.lookSeconds(),
        sync.state().name().toLowerCase(Locale.ROOT),
        sync.wanted(),
        store.carrying(sync.name()),
        sync.putOn(),
        sync.takenOff(),
        store.left(sync.name()),
        store.refusedByCode(sync.name()),
        sync.begunAt(),
        sync.endedAt(),
        sync.lookedAt(),
        sync.failure(),
        sync.failedAt(),
        platform.trouble(),
        platform.restUntil());
  }

  private Sync sync(String name) {
    return store
        .find(name)
        .orElseThrow(
            () ->
                Problem.of(
                        HttpStatus.NOT_FOUND,
                        "unknown_name",
                        "There is no tag sync '" + name + "'.")
                    .near(Near.misspelt(name, store.all().stream().map(Sync::name).toList()))
                    .thrown());
  }

  @GetMapping
  List<View> all() {
    return store.all().stream().map(this::view).toList();
  }

  @GetMapping("/{name}")
  View one(@PathVariable String name) {
    return view(sync(name));
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  View create(@RequestBody NewSync wanted) {
    Sync sync = checked(wanted);
    try {
      store.insert(sync);
    } catch (DuplicateKeyException e) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "name_taken",
              "There is a tag sync of this name, or of this tag, already.")
          .at("name, or platform, group and tag", sync.name(), "a name, and a tag, of its own")
          .thrown();
    }
    audit.record("tag sync", sync.name());
    return view(sync(sync.name()));
  }

  private Sync checked(NewSync wanted) {
    String name = text("name", wanted.name(), "[a-z0-9_-]{1,32}", "1 to 32 of a-z, 0-9, _ and -");
    String platform = text("platform", wanted.platform(), "wecom|wechat", "wecom or wechat");
    if (!tags.platforms().contains(platform)) {
      throw NotSetUp.of(platform)
          .at("platform", "'" + platform + "'", String.join(", ", tags.platforms()))
          .thrown();
    }
    boolean grouped = platform.equals("wecom");
    String group =
        grouped ? text("group", wanted.group(), "(?s).{1,30}", "1 to 30 characters") : "";
    String tag = text("tag", wanted.tag(), "(?s).{1,30}", "1 to 30 characters");
    String mode = text("mode", wanted.mode(), "out|both", "out or both");
    Source source = wanted.source();
    if (source == null || (source.audience() == null) == (source.text() == null)) {
      throw bad("source", "nothing", "{\"audience\": NAME} or {\"text\": RULE}");
    }
    String audience = source.audience();
    if (audience != null) {
      var known = new TreeSet<String>();
      engine.ask().audiences().forEach(each -> known.add(each.name()));
      if (!known.contains(audience)) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "unknown_audience",
                "No audience '" + audience + "'.")
            .at("source.audience", "'" + audience + "'", String.join(", ", known))
            .near(Near.misspelt(audience, known))
            .thrown();
      }
    }
    String rule = source.text();
    return new Sync(
        name,
        platform,
        group,
        tag,
        null,
        audience,
        rule == null ? null : RuleText.write(RuleText.parse(rule)),
        mode.equals("both"),
        seconds("everySeconds", wanted.everySeconds()),
        wanted.lookEverySeconds() == null
            ? DAY_SECONDS
            : positive("lookEverySeconds", wanted.lookEverySeconds()),
        State.IDLE,
        true,
        false,
        engine.now(),
        null,
        null,
        null,
        0,
        0,
        0,
        null,
        null);
  }

  private static @Nullable Integer seconds(String field, @Nullable Integer value) {
    return value == null ? null : (Integer) positive(field, value);
  }

  private static int positive(String field, int value) {
    if (value < 1) {
      throw bad(field, String.valueOf(value), "1 or more");
    }
    return value;
  }

  private static String text(String field, @Nullable String value, String pattern, String allowed) {
    if (value == null || value.isBlank() || !value.matches(pattern)) {
      throw bad(field, value == null ? "nothing" : "'" + value + "'", allowed);
    }
    return value;
  }

  private static Problem.Refusal bad(String field, String found, String allowed) {
    return Problem.of(HttpStatus.BAD_REQUEST, "bad_value", "'" + field + "' is not as it may be.")
        .at(field, found, allowed)
        .thrown();
  }

  /// Forgets the sync; what is carried on the platform stays there.
  @DeleteMapping("/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable String name) {
    sync(name);
    store.delete(name);
    audit.record("tag sync deleted", name);
  }

  /// @param look whether to look over all customers of the platform first
  /// @param again whether to try again what was refused
  record Run(@Nullable Boolean look, @Nullable Boolean again) {
    boolean looks() {
      return look != null && look;
    }

    boolean tries() {
      return again != null && again;
    }
  }

  /// Runs it now; answered when it ended, or after `wait` seconds with how far it is.
  @PostMapping("/{name}/run")
  View run(
      @PathVariable String name,
      @RequestParam(defaultValue = "5") int wait,
      @RequestBody(required = false) @Nullable Run run) {
    Sync sync = sync(name);
    start(sync.platform(), List.of(name), wait, run);
    return view(sync(name));
  }

  /// Runs all syncs of a platform together: what they change of one customer is one call.
  @PostMapping("/run")
  List<View> runAll(
      @RequestParam String platform,
      @RequestParam(defaultValue = "5") int wait,
      @RequestBody(required = false) @Nullable Run run) {
    List<String> names = store.of(platform).stream().map(Sync::name).toList();
    if (!names.isEmpty()) {
      start(platform, names, wait, run);
    }
    return store.of(platform).stream().map(this::view).toList();
  }

  private void start(String platform, List<String> names, int wait, @Nullable Run run) {
    Run how = run == null ? new Run(null, null) : run;
    tags.run(
        platform,
        names,
        how.looks(),
        how.tries(),
        Duration.ofSeconds(Math.min(Math.max(0, wait), 300)));
  }

  /// @param id the customer
  record Refused(String id, String holder, String code, String why, Instant at) {}

  /// Who was refused, and why.
  @GetMapping("/{name}/refused")
  List<Refused> refused(@PathVariable String name, @RequestParam(defaultValue = "100") int limit) {
    sync(name);
    return store.refusals(name, Math.min(Math.max(1, limit), 10_000)).stream()
        .map(
            each ->
                new Refused(
                    "p" + each.customer(), each.holder(), each.code(), each.why(), each.at()))
        .toList();
  }
}
