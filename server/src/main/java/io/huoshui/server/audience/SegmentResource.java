package io.huoshui.server.audience;

import io.huoshui.audience.Audience;
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
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
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

/// Rules, their counts and members, and frozen audiences.
@RestController
@RequestMapping("/api/v1")
class SegmentResource {
  private static final int EXPORTED_AT_A_TIME = 1_000;

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

  record SegmentView(String name, Rules.Rule rule, long count, long entered, long left) {}

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
                    rules.show(line.segment().rule()),
                    line.count(),
                    line.entered(),
                    line.left()))
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

  record Members(long count, List<Member> items, @Nullable String next) {}

  @GetMapping("/segments/{name}/members")
  Members members(
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
    return members(engine.ask().members(line.segment().rule()), cursor, limit);
  }

  private Members members(RoaringBitmap members, int cursor, int limit) {
    int most = Math.clamp(limit, 1, 1000);
    List<Questions.Line> lines = engine.ask().lines(members, cursor, most);
    return new Members(
        members.getLongCardinality(),
        Member.of(lines),
        lines.size() < most ? null : String.valueOf(lines.getLast().profile()));
  }

  record NewAudience(String name, String segment) {}

  /// @param sha256 of the members' names: the same people, the same hash
  record AudienceView(
      String name, String segment, String text, Instant frozenAt, int count, String sha256) {
    static AudienceView of(Audience audience) {
      return new AudienceView(
          audience.name(),
          audience.segment(),
          audience.text(),
          audience.frozenAt(),
          audience.size(),
          audience.sha256());
    }
  }

  /// Freezes who is in a segment now. The same name again answers with what was frozen first.
  @PostMapping("/audiences")
  AudienceView freeze(@RequestBody NewAudience body) {
    if (body.name() == null
        || body.segment() == null
        || !body.name().matches("[a-z][a-z0-9_]{0,63}")) {
      throw Problem.of(
              HttpStatus.BAD_REQUEST, "bad_audience", "An audience has a name and a segment.")
          .at("name, segment", body.name() + ", " + body.segment(), "small letters, digits, '_'")
          .thrown();
    }
    engine.freeze(body.name(), body.segment());
    audit.record("audience_frozen", body.name());
    return audience(body.name());
  }

  @GetMapping("/audiences")
  List<AudienceView> audiences() {
    return engine.ask().audiences().stream().map(AudienceView::of).toList();
  }

  private Audience find(String name) {
    return engine.ask().audiences().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_audience", "No audience '" + name + "'.")
                    .thrown());
  }

  @GetMapping("/audiences/{name}")
  AudienceView audience(@PathVariable String name) {
    return AudienceView.of(find(name));
  }

  /// All members as CSV: the customer, and one line per identifier. Masked; `reveal=true` shows
  /// identifiers in full, and either way it stands in the audit who took how many.
  @GetMapping(value = "/audiences/{name}/export", produces = "text/csv;charset=UTF-8")
  void export(
      @PathVariable String name,
      @RequestParam(defaultValue = "false") boolean reveal,
      HttpServletResponse response)
      throws IOException {
    Audience audience = find(name);
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

  @GetMapping("/audiences/{name}/members")
  Members audienceMembers(
      @PathVariable String name,
      @RequestParam(defaultValue = "-1") int cursor,
      @RequestParam(defaultValue = "50") int limit) {
    return members(find(name).members(), cursor, limit);
  }
}
