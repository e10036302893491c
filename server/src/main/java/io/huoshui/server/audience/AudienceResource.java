package io.huoshui.server.audience;

import io.huoshui.audience.Audience;
import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.profile.Period;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.AudienceStore.Refresh;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// Frozen audiences: made, frozen again, accounted for, exported.
@RestController
@RequestMapping("/api/v1/audiences")
class AudienceResource {
  private static final int EXPORTED_AT_A_TIME = 1_000;
  private static final int MOST_HISTORY = 200;
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  private final Engine engine;
  private final Rules rules;
  private final Freezing freezing;
  private final AudienceStore store;
  private final Audit audit;

  AudienceResource(
      Engine engine, Rules rules, Freezing freezing, AudienceStore store, Audit audit) {
    this.engine = engine;
    this.rules = rules;
    this.freezing = freezing;
    this.store = store;
    this.audit = audit;
  }

  /// @param every `6h`, `30m`, `1d`; or
  /// @param daily `06:00` in the brand's zone
  record Schedule(@Nullable String every, @Nullable String daily) {}

  /// @param segment whose rule; or
  /// @param text a rule; or
  /// @param rule the same in JSON
  /// @param again whether it takes the place of one of this name
  /// @param refresh when it is frozen again by itself
  record NewAudience(
      @Nullable String name,
      @Nullable String segment,
      @Nullable String text,
      @Nullable JsonNode rule,
      @Nullable Boolean again,
      @Nullable Schedule refresh) {}

  private AudienceView view(Audience audience) {
    return AudienceView.of(audience, store.refresh(audience.name()).orElse(null), engine.now());
  }

  /// Freezes who satisfies a segment or a rule now. The same name again answers with what was
  /// frozen first, unless `again` says otherwise.
  @PostMapping
  AudienceView freeze(@RequestBody NewAudience body) {
    String name = AudienceView.name(body.name());
    if (Stream.of(body.segment(), body.text(), body.rule()).filter(Objects::nonNull).count() != 1) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_audience", "An audience has a rule.")
          .at("segment, text, rule", "none, or more than one", "one of them")
          .thrown();
    }
    String segment = body.segment() == null ? "" : body.segment();
    Condition rule = segment.isEmpty() ? rules.read(body.text(), body.rule()) : null;
    String text = rule == null ? "" : RuleText.write(rule);
    Refresh plan = body.refresh() == null ? null : plan(name, segment, text, body.refresh());
    boolean again = Boolean.TRUE.equals(body.again());
    Audience audience = freezing.freeze(name, segment, text, audit.who(), again);
    if (plan != null) {
      store.plan(plan);
    }
    audit.record("audience_frozen", said(audience));
    return view(audience);
  }

  private static String said(Audience audience) {
    return audience.name()
        + ": "
        + audience.size()
        + " people, "
        + audience.sha256()
        + ", "
        + (audience.segment().isEmpty()
            ? audience.text()
            : audience.segment() + " version " + audience.version());
  }

  private Refresh plan(String audience, String segment, String rule, Schedule schedule) {
    Duration every = null;
    LocalTime daily = null;
    if ((schedule.every() == null) == (schedule.daily() == null)) {
      throw badSchedule("refresh", "every and daily are both given, or neither");
    }
    if (schedule.every() != null) {
      try {
        every = Period.parse(schedule.every()).exact();
      } catch (IllegalArgumentException e) {
        throw badSchedule("refresh.every", schedule.every());
      }
      if (every.compareTo(SHORTEST) < 0) {
        throw badSchedule("refresh.every", schedule.every());
      }
    }
    if (schedule.daily() != null) {
      try {
        daily = LocalTime.parse(schedule.daily());
      } catch (DateTimeException e) {
        throw badSchedule("refresh.daily", schedule.daily());
      }
    }
    return new Refresh(
        audience,
        segment,
        rule,
        every,
        daily,
        freezing.next(every, daily, null, engine.now()),
        null,
        null,
        null,
        audit.who());
  }

  private static Problem.Refusal badSchedule(String where, String found) {
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT, "bad_schedule", "It does not say when to refresh.")
        .at(where, found, "{\"every\": \"6h\"}, 1m at least, or {\"daily\": \"06:00\"}")
        .thrown();
  }

  @GetMapping
  List<AudienceView> all() {
    Map<String, Refresh> plans =
        store.refreshes().stream()
            .collect(Collectors.toMap(Refresh::audience, Function.identity()));
    return engine.ask().audiences().stream()
        .map(audience -> AudienceView.of(audience, plans.get(audience.name()), engine.now()))
        .toList();
  }

  @GetMapping("/{name}")
  AudienceView one(@PathVariable String name) {
    return view(Picks.find(engine, name));
  }

  /// Takes an audience away. What was frozen under its name stays in the history. Refused while
  /// segments or journeys use it.
  @DeleteMapping("/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable String name) {
    Audience audience = Picks.find(engine, name);
    List<String> users = engine.ask().usersOfAudience(name);
    if (!users.isEmpty()) {
      throw Problem.of(HttpStatus.CONFLICT, "in_use", "Audience '" + name + "' is used.")
          .at("name", String.join("; ", users), "an audience that nothing uses")
          .next("Change or delete what uses it first.")
          .thrown();
    }
    engine.retireAudience(name);
    store.forget(name);
    audit.record("audience_deleted", said(audience));
  }

  /// Has an audience frozen again by itself.
  @PutMapping("/{name}/refresh")
  AudienceView schedule(@PathVariable String name, @RequestBody Schedule schedule) {
    Audience audience = Picks.find(engine, name);
    store.plan(
        plan(
            name,
            audience.segment(),
            audience.segment().isEmpty() ? ofRule(audience) : "",
            schedule));
    audit.record("audience_scheduled", name);
    return view(audience);
  }

  /// The rule an audience was frozen of, for those that can be asked again.
  private static String ofRule(Audience audience) {
    try {
      return RuleText.write(RuleText.parse(audience.text()));
    } catch (io.huoshui.audience.RuleException e) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "not_by_rule",
              "Audience '" + audience.name() + "' was not frozen of a rule.")
          .at("name", audience.text(), "an audience of a segment or of a rule")
          .thrown();
    }
  }

  /// Lets it stay as it is.
  @DeleteMapping("/{name}/refresh")
  AudienceView unschedule(@PathVariable String name) {
    Audience audience = Picks.find(engine, name);
    store.unplan(name);
    audit.record("audience_unscheduled", name);
    return view(audience);
  }

  /// Freezes it again now, by the rule it was frozen of.
  @PostMapping("/{name}/refresh")
  AudienceView refresh(@PathVariable String name) {
    Audience audience = Picks.find(engine, name);
    Refresh plan = store.refresh(name).orElse(null);
    if (plan != null) {
      String failure = freezing.refresh(plan, engine.now());
      if (failure != null) {
        throw Problem.of(HttpStatus.CONFLICT, "not_refreshed", failure)
            .next("Correct what it names, or freeze it of another rule.")
            .thrown();
      }
    } else {
      freezing.freeze(
          name,
          audience.segment(),
          audience.segment().isEmpty() ? ofRule(audience) : "",
          audit.who(),
          true);
    }
    Audience now = Picks.find(engine, name);
    audit.record("audience_frozen", said(now));
    return view(now);
  }

  /// Every freezing there was, the newest first.
  @GetMapping("/{name}/history")
  List<AudienceStore.Freeze> history(@PathVariable String name) {
    List<AudienceStore.Freeze> found = store.freezes(name, MOST_HISTORY);
    if (found.isEmpty()) {
      Picks.find(engine, name);
    }
    return found;
  }

  /// All members as CSV: the customer, and one line per identifier. Masked; `reveal=true` shows
  /// identifiers in full, and either way it stands in the audit who took how many.
  @GetMapping(value = "/{name}/export", produces = "text/csv;charset=UTF-8")
  void export(
      @PathVariable String name,
      @RequestParam(defaultValue = "false") boolean reveal,
      HttpServletResponse response)
      throws IOException {
    Audience audience = Picks.find(engine, name);
    audit.record(
        reveal ? "audience_exported_in_full" : "audience_exported",
        name + ": " + audience.size() + " members, " + audience.sha256());
    response.setContentType("text/csv;charset=UTF-8");
    response.setHeader("Content-Disposition", "attachment; filename=\"" + name + ".csv\"");
    PrintWriter out = response.getWriter();
    out.print("customer,kind,scope,value\r\n");
    int after = -1;
    List<Questions.Line> lines = engine.ask().lines(audience.members(), after, EXPORTED_AT_A_TIME);
    while (!lines.isEmpty()) {
      lines.forEach(line -> AudienceCsv.write(line, reveal, out));
      after = AudienceCsv.last(audience.members(), after, lines.size());
      lines = engine.ask().lines(audience.members(), after, EXPORTED_AT_A_TIME);
    }
  }

  @GetMapping("/{name}/members")
  Member.Page members(
      @PathVariable String name,
      @RequestParam(defaultValue = "-1") int cursor,
      @RequestParam(defaultValue = "50") int limit) {
    return Member.page(engine, Picks.find(engine, name).members(), cursor, limit);
  }
}
