package io.huoshui.server.audience;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleJson;
import io.huoshui.audience.RuleText;
import io.huoshui.audience.Segment;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Questions;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
import tools.jackson.databind.JsonNode;

/// Rules, their counts and members.
@RestController
@RequestMapping("/api/v1")
class SegmentResource {
  private final Engine engine;
  private final Definitions definitions;
  private final Rules rules;
  private final Audit audit;

  SegmentResource(Engine engine, Definitions definitions, Rules rules, Audit audit) {
    this.engine = engine;
    this.rules = rules;
    this.definitions = definitions;
    this.audit = audit;
  }

  /// @param version grows with every publishing
  /// @param asOf its members are those of this instant: it is live
  record SegmentView(
      String name,
      int version,
      Rules.Rule rule,
      long count,
      long entered,
      long left,
      Instant asOf) {}

  /// @param rule the JSON form; or
  /// @param text the text form
  record NewSegment(@Nullable String name, @Nullable JsonNode rule, @Nullable String text) {}

  private Condition condition(NewSegment segment) {
    if (segment.text() != null) {
      return RuleText.parse(segment.text());
    }
    if (segment.rule() != null) {
      return RuleJson.read(Json.parse(segment.rule().toString()));
    }
    throw Problem.of(HttpStatus.BAD_REQUEST, "missing_field", "A segment has a rule.")
        .at("rule or text", "nothing", "the JSON form, or the text form")
        .thrown();
  }

  @GetMapping("/segments")
  List<SegmentView> all() {
    return engine.ask().segments().stream()
        .map(
            line ->
                new SegmentView(
                    line.segment().name(),
                    line.version(),
                    rules.show(line.segment().rule()),
                    line.count(),
                    line.entered(),
                    line.left(),
                    line.at()))
        .toList();
  }

  @PostMapping("/segments")
  SegmentView publish(@RequestBody NewSegment body) {
    var segment = new Segment(String.valueOf(body.name()), condition(body));
    definitions.publish(
        Entry.Definition.SEGMENT,
        segment.name(),
        Json.object("rule", Json.of(segment.text())).write(),
        segment.text());
    audit.record("segment_published", segment.name());
    return one(segment.name());
  }

  /// The JSON form of rules, as a JSON Schema.
  @GetMapping(value = "/segments/schema", produces = "application/schema+json")
  byte[] schema() throws IOException {
    try (InputStream file = RuleJson.class.getResourceAsStream("rule.schema.json")) {
      return Objects.requireNonNull(file, "rule.schema.json").readAllBytes();
    }
  }

  @GetMapping("/segments/{name}")
  SegmentView one(@PathVariable String name) {
    return all().stream()
        .filter(view -> view.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_segment", "No segment '" + name + "'.")
                    .thrown());
  }

  /// Takes a segment out of force; everybody in it leaves, and whoever follows changes sees it.
  /// Refused with the list of those that use it.
  @DeleteMapping("/segments/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void retire(@PathVariable String name) {
    SegmentView was = one(name);
    List<String> users = engine.ask().usersOf(name);
    if (!users.isEmpty()) {
      throw Problem.of(HttpStatus.CONFLICT, "in_use", "Segment '" + name + "' is used.")
          .at("name", String.join("; ", users), "a segment that nothing uses")
          .next("Change or delete what uses it first.")
          .thrown();
    }
    definitions.retireSegment(name);
    audit.record("segment_retired", name + ": " + was.rule().text());
  }

  record Counted(long count, Rules.Rule rule, double milliseconds) {}

  /// Counts a rule without publishing it. Exact.
  @PostMapping("/segments/count")
  Counted count(@RequestBody NewSegment body) {
    Condition condition = condition(body);
    long began = System.nanoTime();
    long count = engine.ask().count(condition);
    return new Counted(count, rules.show(condition), (System.nanoTime() - began) / 1e6);
  }

  record Change(long position, Instant at, String segment, String profile, String what) {}

  /// @param first the oldest position still kept; whoever stopped before it reads the members anew
  /// @param next where to go on
  record Changes(List<Change> items, long first, long next) {}

  /// Who entered and left segments, in order, from a position on. With `wait` the answer comes when
  /// there is something to say, or after so many seconds.
  @GetMapping("/segments/changes")
  Changes changes(
      @RequestParam(defaultValue = "0") long from,
      @RequestParam(required = false) @Nullable String segment,
      @RequestParam(defaultValue = "1000") int limit,
      @RequestParam(defaultValue = "0") int wait) {
    Questions.Changed found =
        engine
            .ask()
            .changes(
                segment,
                Math.max(0, from),
                Math.clamp(limit, 1, 10_000),
                Duration.ofSeconds(Math.clamp(wait, 0, 60)));
    return new Changes(
        found.changes().stream()
            .map(
                change ->
                    new Change(
                        change.position(),
                        change.at(),
                        change.segment(),
                        "p" + change.profile(),
                        change.entered() ? "entered" : "left"))
            .toList(),
        found.first(),
        found.next());
  }

  @GetMapping("/segments/{name}/members")
  Member.Page members(
      @PathVariable String name,
      @RequestParam(defaultValue = "-1") int cursor,
      @RequestParam(defaultValue = "50") int limit) {
    Questions.SegmentLine line =
        engine.ask().segments().stream()
            .filter(each -> each.segment().name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.of(
                            HttpStatus.NOT_FOUND, "unknown_segment", "No segment '" + name + "'.")
                        .thrown());
    return Member.page(engine, engine.ask().members(line.segment().rule()), cursor, limit);
  }
}
