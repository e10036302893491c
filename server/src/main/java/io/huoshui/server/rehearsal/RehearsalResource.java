package io.huoshui.server.rehearsal;

import io.huoshui.audience.Audience;
import io.huoshui.audience.RuleException;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.engine.rehearsal.Comparison;
import io.huoshui.engine.rehearsal.Report;
import io.huoshui.engine.rehearsal.Script;
import io.huoshui.journey.Journey;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.Jobs;
import io.huoshui.tag.TagGroup;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Rehearsals over this server's own people or the synthetic brand: begun here, played as a job.
///
/// ```yaml
/// journey: recall                  # the name of a published one, or a whole definition; and/or
/// scenario: {templates: […], …}    # any key that a scenario has (docs/rehearsal.md)
/// variants: [{name: b, journey: …, scenario: …}]    # what differs from the above
/// people: own                      # or brand, or {brand: 20000}
/// at: 2026-06-01T00:00:00+08:00    # own people as they were then; as they are now without it
/// days: 30
/// seed: 7
/// reactions: measured              # or given, or {atLeast: 50}
/// ```
@RestController
@RequestMapping("/api/v1/rehearsals")
class RehearsalResource {
  private static final Set<String> KEYS =
      Set.of("journey", "scenario", "variants", "people", "at", "days", "seed", "reactions");
  private static final Set<String> VARIANT_KEYS = Set.of("name", "journey", "scenario");
  private static final int MOST_VARIANTS = 8;
  private static final int MOST = 200;

  private final Engine engine;
  private final Jobs jobs;
  private final RehearsalJob rehearsals;
  private final RehearsalStore store;
  private final Definitions definitions;
  private final Audit audit;
  private final ReentrantLock one = new ReentrantLock();

  RehearsalResource(
      Engine engine,
      Jobs jobs,
      RehearsalJob rehearsals,
      RehearsalStore store,
      Definitions definitions,
      Audit audit) {
    this.engine = engine;
    this.jobs = jobs;
    this.rehearsals = rehearsals;
    this.store = store;
    this.definitions = definitions;
    this.audit = audit;
  }

  /// @param id also the job's: `GET /api/v1/jobs/{id}`, `DELETE` to cancel
  /// @param memory in MB of heap, as expected and as free
  record Begun(long id, String name, List<String> variants, int days, Memory memory) {}

  @PostMapping(
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  @ResponseStatus(HttpStatus.ACCEPTED)
  Begun begin(@RequestBody String written) {
    Asked asked = asked(object(Json.parse(definitions.asJson(written)), "body"));
    List<Script> scripts = asked.scripts();
    Memory memory = rehearsals.memory(asked, scripts).now();
    if (!memory.enough()) {
      throw Problem.of(
              HttpStatus.SERVICE_UNAVAILABLE,
              "too_little_memory",
              "A rehearsal has everybody in memory once more, and there is too little left for it.")
          .at(
              "people",
              "about " + memory.neededMb() + " MB of heap",
              "at most the " + memory.freeMb() + " MB that are free")
          .next(
              "Give the server more (HUOSHUI_JAVA_OPTS=-Xmx…), or restore a backup elsewhere and"
                  + " run ./huoshui rehearse --data-dir there.")
          .thrown();
    }
    Script first = scripts.getFirst();
    int days = scripts.stream().mapToInt(Script::days).sum();
    one.lock();
    try {
      long open =
          jobs.list(RehearsalJob.KIND, Long.MAX_VALUE, MOST).stream()
              .filter(job -> !job.state().over())
              .count();
      if (open >= RehearsalJob.AT_ONCE) {
        throw Problem.of(
                HttpStatus.CONFLICT,
                "too_many_rehearsals",
                open + " rehearsals are under way already.")
            .at(
                "rehearsals",
                Long.toString(open + 1),
                "at most " + RehearsalJob.AT_ONCE + " at once")
            .next("Wait for one, or cancel it: DELETE /api/v1/jobs/{id}.")
            .thrown();
      }
      long id = jobs.begin(RehearsalJob.KIND, first.name(), asked.spec(), days, audit.who());
      audit.record("rehearsed", first.name());
      return new Begun(
          id, first.name(), scripts.stream().map(Script::name).toList(), first.days(), memory);
    } finally {
      one.unlock();
    }
  }

  // What is asked.

  private Asked asked(Json.Obj body) {
    only(body, "body", KEYS);
    boolean own = own(body);
    Instant at = at(body, own);
    if (own && engine.ask().pulse().events() == 0) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "nobody", "Nobody is here yet.")
          .at("people", "own", "own, once there are events; brand")
          .thrown();
    }
    var standing = new ArrayList<Script.Definition>();
    var audiences = new ArrayList<Script.Audience>();
    Map<String, Json> common = common(body);
    Map<String, Json> base = new LinkedHashMap<>(fields(body, "scenario"));
    var scenarios = new ArrayList<String>();
    scenarios.add(scenario(body, "", base, common, body.get("journey"), own, standing));
    for (Json each : variants(body)) {
      Json.Obj variant = object(each, "variants");
      only(variant, "variants", VARIANT_KEYS);
      Json journey = variant.get("journey") == null ? body.get("journey") : variant.get("journey");
      String name =
          variant.get("name") instanceof Json.Str(String given)
              ? given
              : fields(variant, "scenario").get("scenario") instanceof Json.Str(String its)
                  ? its
                  : "variant_" + scenarios.size();
      scenarios.add(
          scenario(
              variant,
              name,
              Asked.merged(base, fields(variant, "scenario")),
              common,
              journey,
              own,
              standing));
    }
    if (!own && !standing.isEmpty()) {
      engine.ask().audiences().forEach(audience -> again(audience).ifPresent(audiences::add));
    }
    return new Asked(
        own,
        at,
        scenarios,
        standing.stream().distinct().map(Asked::definition).toList(),
        audiences.stream().map(Asked::audience).toList());
  }

  /// What the request says of all variants.
  private static Map<String, Json> common(Json.Obj body) {
    var common = new LinkedHashMap<String, Json>();
    for (String key : List.of("days", "reactions")) {
      if (body.get(key) instanceof Json value) {
        common.put(key, value);
      }
    }
    return common;
  }

  private String scenario(
      Json.Obj of,
      String name,
      Map<String, Json> scenario,
      Map<String, Json> common,
      @Nullable Json journey,
      boolean own,
      List<Script.Definition> standing) {
    Map<String, Json> whole = Asked.merged(scenario, common);
    if (journey == null && of.get("scenario") == null) {
      throw Problem.of(
              HttpStatus.BAD_REQUEST, "bad_rehearsal", "It does not say what is rehearsed.")
          .at("journey", "", "the name of a published journey, or a definition; or a \"scenario\"")
          .thrown();
    }
    String called = journey instanceof Json draft ? journey(draft, whole, own, standing) : "";
    if (!name.isEmpty()) {
      whole.put("scenario", Json.of(name));
    } else if (!whole.containsKey("scenario")) {
      whole.put("scenario", Json.of(called.isEmpty() ? "rehearsal" : called));
    }
    return new Json.Obj(whole).write();
  }

  /// Adds a journey to a scenario.
  ///
  /// @return its name
  private String journey(
      Json journey, Map<String, Json> into, boolean own, List<Script.Definition> standing) {
    if (!own) {
      inForce(standing);
    }
    if (journey instanceof Json.Obj draft) {
      var drafts = new ArrayList<>(Asked.list(new Json.Obj(into), "journeys"));
      drafts.add(draft);
      into.put("journeys", Json.of(drafts));
      return Asked.text(draft, "journey");
    }
    String name = journey instanceof Json.Str(String text) ? text : journey.write();
    Journey published =
        engine.ask().journeys().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.of(
                            HttpStatus.NOT_FOUND, "unknown_journey", "No journey '" + name + "'.")
                        .at(
                            "journey",
                            name,
                            "a whole definition, or one of "
                                + engine.ask().journeys().stream()
                                    .map(Journey::name)
                                    .collect(Collectors.joining(", ")))
                        .thrown());
    if (!own) {
      newest(Entry.Definition.JOURNEY).stream()
          .filter(each -> each.name().equals(name))
          .forEach(standing::add);
    }
    List<Json> launches = Asked.list(new Json.Obj(into), "launch");
    boolean planned =
        launches.stream()
            .anyMatch(
                each -> each instanceof Json.Obj one && Asked.text(one, "journey").equals(name));
    if (published.entry() instanceof Journey.Entry.OfAudience && !planned) {
      var more = new ArrayList<>(launches);
      more.add(Json.object("journey", Json.of(name)));
      into.put("launch", Json.of(more));
    }
    return name;
  }

  /// What journeys of this server stand on, for people who are not this server's.
  private void inForce(List<Script.Definition> into) {
    if (!into.isEmpty()) {
      return;
    }
    Set<String> segments =
        engine.ask().segments().stream()
            .map(line -> line.segment().name())
            .collect(Collectors.toSet());
    Set<String> groups =
        engine.ask().tags().groups().stream().map(TagGroup::name).collect(Collectors.toSet());
    into.addAll(newest(Entry.Definition.EVENT_TYPE));
    into.addAll(newest(Entry.Definition.GATE_POLICY));
    into.addAll(newest(Entry.Definition.COUPON_TEMPLATE));
    into.addAll(newest(Entry.Definition.TEMPLATE));
    newest(Entry.Definition.SEGMENT).stream()
        .filter(each -> segments.contains(each.name()))
        .forEach(into::add);
    newest(Entry.Definition.TAG_GROUP).stream()
        .filter(each -> groups.contains(each.name()))
        .forEach(into::add);
  }

  private List<Script.Definition> newest(Entry.Definition kind) {
    var newest = new LinkedHashMap<String, Script.Definition>();
    for (Entry.Published each : engine.ask().definitions()) {
      if (each.kind() == kind) {
        // In the order of their last publication: what it stands on was there by then.
        newest.remove(each.name());
        newest.put(each.name(), new Script.Definition(kind, each.name(), each.json()));
      }
    }
    return List.copyOf(newest.values());
  }

  /// How an audience is frozen again among other people; one that was picked in another way than by
  /// a rule can not be.
  private static Optional<Script.Audience> again(Audience audience) {
    if (!audience.segment().isEmpty()) {
      return Optional.of(new Script.Audience(audience.name(), audience.segment(), ""));
    }
    try {
      RuleText.parse(audience.text());
      return Optional.of(new Script.Audience(audience.name(), "", audience.text()));
    } catch (RuleException e) {
      return Optional.empty();
    }
  }

  private static boolean own(Json.Obj body) {
    boolean own =
        switch (body.get("people")) {
          case null -> true;
          case Json.Str(String text) when text.equals("own") -> true;
          case Json.Str(String text) when text.equals("brand") -> false;
          case Json.Obj object when object.fields().keySet().equals(Set.of("brand")) -> false;
          case Json other ->
              throw Problem.of(HttpStatus.BAD_REQUEST, "bad_people", "Nobody has such people.")
                  .at("people", other.write(), "own, brand, {\"brand\": 20000}")
                  .thrown();
        };
    if (!own && RehearsalJob.brands().isEmpty()) {
      throw Problem.of(
              HttpStatus.SERVICE_UNAVAILABLE,
              "no_brand",
              "The synthetic brand is not beside this server.")
          .at("people", "brand", "own")
          .next("Start it by ./huoshui serve, or run ./huoshui rehearse.")
          .thrown();
    }
    return own;
  }

  private Instant at(Json.Obj body, boolean own) {
    if (body.get("at") == null) {
      return Instant.MAX;
    }
    String text = Asked.text(body, "at");
    Instant at = instant(text);
    if (own && !at.isAfter(engine.now())) {
      return at;
    }
    throw Problem.of(HttpStatus.BAD_REQUEST, "bad_instant", "A rehearsal can not begin then.")
        .at("at", text, "for own people an instant until now: 2026-06-01T00:00:00+08:00")
        .thrown();
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_instant", "'" + text + "' is no instant.")
          .at("at", text, "an instant in quotes: 2026-06-01T00:00:00+08:00")
          .thrown();
    }
  }

  private static List<Json> variants(Json.Obj body) {
    List<Json> variants = Asked.list(body, "variants");
    if (body.get("variants") != null && (variants.isEmpty() || variants.size() > MOST_VARIANTS)) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_variants", "Variants can not be compared so.")
          .at("variants", variants.size() + " of them", "a list of 1 to " + MOST_VARIANTS)
          .thrown();
    }
    return variants;
  }

  /// The scenario's keys, with the brand as the request wants it.
  private static Map<String, Json> fields(Json.Obj of, String key) {
    Map<String, Json> fields =
        of.get(key) == null
            ? new LinkedHashMap<>()
            : new LinkedHashMap<>(object(of.get(key), key).fields());
    var brand =
        new LinkedHashMap<>(
            fields.get("brand") instanceof Json.Obj given
                ? given.fields()
                : Map.<String, Json>of());
    if (of.get("seed") instanceof Json seed) {
      brand.put("seed", seed);
    }
    if (of.get("people") instanceof Json.Obj people && people.get("brand") instanceof Json size) {
      brand.put("people", size);
    }
    if (!brand.isEmpty()) {
      fields.put("brand", new Json.Obj(brand));
    }
    return fields;
  }

  private static Json.Obj object(@Nullable Json json, String field) {
    if (json instanceof Json.Obj object) {
      return object;
    }
    throw Problem.of(HttpStatus.BAD_REQUEST, "bad_rehearsal", "The request can not be read.")
        .at(field, json == null ? "" : json.write(), "an object")
        .thrown();
  }

  private static void only(Json.Obj object, String field, Set<String> allowed) {
    for (String key : object.fields().keySet()) {
      if (!allowed.contains(key)) {
        throw Problem.of(HttpStatus.BAD_REQUEST, "bad_rehearsal", "The request can not be read.")
            .at(field, key, String.join(", ", new TreeSet<>(allowed)))
            .thrown();
      }
    }
  }

  // What came of it.

  /// The newest first, without their reports.
  @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  String all(
      @RequestParam(required = false) @Nullable Long before,
      @RequestParam(defaultValue = "50") int limit) {
    return Json.of(
            jobs
                .list(
                    RehearsalJob.KIND,
                    before == null ? Long.MAX_VALUE : before,
                    Math.clamp(limit, 1, MOST))
                .stream()
                .map(job -> (Json) new Json.Obj(shown(job)))
                .toList())
        .write();
  }

  /// How far it is; the reports of the variants that are over, each as `./huoshui rehearse --json`
  /// writes it and as text in Chinese and English; once there are two, every number in which they
  /// differ.
  @GetMapping(value = "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  String one(@PathVariable long id) {
    Map<String, Json> shown = shown(find(id));
    List<RehearsalStore.Kept> kept = store.of(id);
    shown.put("reports", Json.of(kept.stream().map(RehearsalResource::report).toList()));
    if (kept.size() > 1) {
      shown.put(
          "differences",
          Comparison.of(
                  kept.stream()
                      .map(each -> new Report(body(each), List.of(), List.of(), 0, 0))
                      .toList())
              .json());
    }
    return new Json.Obj(shown).write();
  }

  /// Who gets what when: a line per message and reason, the first 200,000 of them.
  ///
  /// @param variant counted from 0
  @GetMapping(value = "/{id}/sends", produces = "text/csv;charset=UTF-8")
  String sends(@PathVariable long id, @RequestParam(defaultValue = "0") int variant) {
    find(id);
    return store
        .sends(id, variant)
        .orElseThrow(
            () ->
                Problem.of(
                        HttpStatus.NOT_FOUND,
                        "no_report",
                        "Rehearsal " + id + " has no report of variant " + variant + " yet.")
                    .next("GET /api/v1/rehearsals/" + id + " says how far it is.")
                    .thrown());
  }

  private Job find(long id) {
    Job job = jobs.find(id);
    if (!job.kind().equals(RehearsalJob.KIND)) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_rehearsal", "No rehearsal " + id + ".")
          .thrown();
    }
    return job;
  }

  private static Json.Obj body(RehearsalStore.Kept kept) {
    return object(Json.parse(kept.body()), "report");
  }

  private static Json report(RehearsalStore.Kept kept) {
    return Json.object(
        "variant", Json.of((long) kept.variant()),
        "name", Json.of(kept.name()),
        "outcomes", Json.parse(kept.outcomes()),
        "messages", Json.of(kept.messages()),
        "report", body(kept),
        "zh", Json.of(kept.zh()),
        "en", Json.of(kept.en()));
  }

  private static Map<String, Json> shown(Job job) {
    var shown = new LinkedHashMap<String, Json>();
    shown.put("id", Json.of(job.id()));
    shown.put("name", Json.of(job.about()));
    shown.put("state", Json.of(job.state().wire()));
    shown.put("failure", job.failure() == null ? new Json.Null() : Json.of(job.failure()));
    shown.put("own", job.spec().get("own") instanceof Json own ? own : new Json.Null());
    shown.put("variants", Json.of((long) Asked.list(job.spec(), "scenarios").size()));
    shown.put("done", Json.of(job.done()));
    shown.put("days", Json.of(job.total()));
    shown.put("progress", job.at());
    shown.put("who", Json.of(job.who()));
    shown.put("createdAt", Json.of(job.createdAt().toString()));
    shown.put(
        "endedAt", job.endedAt() == null ? new Json.Null() : Json.of(job.endedAt().toString()));
    return shown;
  }
}
