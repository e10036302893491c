package io.huoshui.server.call;

import io.huoshui.audience.Audience;
import io.huoshui.audience.RuleText;
import io.huoshui.dialog.CallFlow;
import io.huoshui.dialog.CallFlowJson;
import io.huoshui.dialog.CallFlowReview;
import io.huoshui.dialog.Dialogue;
import io.huoshui.dialog.Ear;
import io.huoshui.dialog.IntentModel;
import io.huoshui.dialog.IntentTrial;
import io.huoshui.dialog.Talk;
import io.huoshui.engine.Engine;
import io.huoshui.insight.call.CallCell;
import io.huoshui.insight.call.CallReport;
import io.huoshui.insight.call.CallTally;
import io.huoshui.insight.call.MadeCall;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Freezing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Call flows: reviewed, published, tried out, evaluated, and what calls by them came to.
@RestController
@RequestMapping("/api/v1/call-flows")
class CallFlowResource {
  private static final int MOST_TURNS = 200;
  private static final int TALKED_SECONDS = 10;
  private static final int BOUGHT_DAYS = 7;

  private final Engine engine;
  private final CallFlowStore store;
  private final CallFlows flows;
  private final Definitions definitions;
  private final Freezing freezing;
  private final Audit audit;

  CallFlowResource(
      Engine engine,
      CallFlowStore store,
      CallFlows flows,
      Definitions definitions,
      Freezing freezing,
      Audit audit) {
    this.engine = engine;
    this.store = store;
    this.flows = flows;
    this.definitions = definitions;
    this.freezing = freezing;
    this.audit = audit;
  }

  /// @param meanings what its intents are called, by name
  /// @param written as its author wrote it
  /// @param inTemplates how a template calls by it
  record View(
      String name,
      int version,
      String title,
      int nodes,
      int lines,
      int intents,
      Map<String, String> meanings,
      int examples,
      String who,
      Instant publishedAt,
      String written,
      String inTemplates) {}

  private static View view(CallFlowStore.Published of) {
    CallFlow flow = of.flow();
    return new View(
        flow.name(),
        of.version(),
        flow.title(),
        flow.nodes().size(),
        flow.lines().size(),
        flow.intents().size(),
        flow.intents().stream()
            .collect(Collectors.toMap(CallFlow.Intent::name, CallFlow.Intent::title)),
        flow.intents().stream().mapToInt(intent -> intent.examples().size()).sum(),
        of.who(),
        of.publishedAt(),
        of.written(),
        "{\"channel\": \"call\", \"sender\": \"" + flow.name() + "\", \"text\": \"name={name}\"}");
  }

  @GetMapping
  List<View> all() {
    return store.all().stream().map(CallFlowResource::view).toList();
  }

  private CallFlowStore.Published find(String name) {
    return store
        .find(name)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_flow", "No call flow '" + name + "'.")
                    .next("GET /api/v1/call-flows lists all.")
                    .thrown());
  }

  @GetMapping("/{name}")
  View one(@PathVariable String name) {
    return view(find(name));
  }

  /// @param findings what refuses first
  record Reviewed(String name, List<CallFlowReview.Finding> findings, boolean refused) {}

  private static CallFlow read(String body) {
    return CallFlowJson.read(Json.parse(body));
  }

  /// What a review says. Nothing is published.
  @PostMapping(
      value = "/preview",
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  Reviewed preview(@RequestBody String written) {
    CallFlow flow = read(definitions.asJson(written));
    List<CallFlowReview.Finding> findings = CallFlowReview.of(flow);
    return new Reviewed(
        flow.name(), findings, findings.stream().anyMatch(CallFlowReview.Finding::refuses));
  }

  /// Publishes it, or a new version of it. What can not work is refused.
  @PostMapping(
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  View publish(@RequestBody String written) {
    String body = definitions.asJson(written);
    CallFlow flow = read(body);
    CallFlowReview.of(flow).stream()
        .filter(CallFlowReview.Finding::refuses)
        .findFirst()
        .ifPresent(
            finding -> {
              throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, finding.code(), finding.why())
                  .at(finding.at(), finding.value(), finding.cure())
                  .next("POST /api/v1/call-flows/preview shows all findings.")
                  .thrown();
            });
    int version = store.publish(flow.name(), body, written, audit.who());
    flows.changed(flow.name());
    audit.record("call_flow_published", flow.name() + " version " + version);
    return view(find(flow.name()));
  }

  /// How well it understands sentences that were held out.
  @GetMapping("/{name}/evaluation")
  Evaluated evaluate(@PathVariable String name) {
    CallFlow flow = find(name).flow();
    IntentTrial.Report asUsed = IntentTrial.of(flow);
    return new Evaluated(
        name,
        asUsed,
        IntentTrial.classifier(
            flow.intents().stream()
                .flatMap(
                    intent ->
                        intent.examples().stream()
                            .map(text -> new IntentModel.Example(intent.name(), text)))
                .toList()));
  }

  /// @param asUsed with rules and margin, as it is heard on the phone
  /// @param classifier alone, always the likeliest
  record Evaluated(String name, IntentTrial.Report asUsed, IntentTrial.Report classifier) {}

  /// One thing that is said or done in a try-out.
  ///
  /// @param kind `words`, `silence`, `keys`, `hangUp`, `machine`, `nobody`
  /// @param during whether the robot was still speaking
  record Input(@Nullable String kind, @Nullable String text, @Nullable Boolean during) {}

  /// @param words of the person, for placeholders
  record Trial(@Nullable Map<String, String> words, @Nullable List<Input> said) {}

  record Did(String kind, String line, String text) {}

  /// @param heard what was understood of the last words, and how surely
  record Tried(
      String node,
      List<Did> effects,
      Ear.@Nullable Heard heard,
      List<Talk.Said> transcript,
      Map<String, String> words,
      List<String> tags,
      Talk.@Nullable End end) {}

  /// Plays a talk from its beginning: the same inputs give the same talk, so nothing is kept.
  @PostMapping("/{name}/try")
  Tried attempt(@PathVariable String name, @RequestBody @Nullable Trial trial) {
    var _ = find(name);
    CallFlows.Trained by = flows.find(name);
    if (by == null) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_flow", "No call flow '" + name + "'.")
          .thrown();
    }
    List<Input> said = trial == null || trial.said() == null ? List.of() : trial.said();
    if (said.size() > MOST_TURNS) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "too_many", "No talk is so long.")
          .at("said", Integer.toString(said.size()), "at most " + MOST_TURNS)
          .thrown();
    }
    Instant now = engine.now();
    Talk talk =
        Talk.of(trial == null || trial.words() == null ? Map.of() : Map.copyOf(trial.words()));
    Dialogue.Step step = by.dialogue().advance(talk, new Dialogue.Heard.Answered(), now);
    Ear.Heard heard = null;
    for (Input input : said) {
      if ("words".equals(input.kind())) {
        var all = new HashSet<String>();
        by.published().flow().intents().forEach(intent -> all.add(intent.name()));
        heard = by.ear().hear(String.valueOf(input.text()), all);
      }
      step = by.dialogue().advance(step.talk(), heard(input), now);
    }
    return new Tried(
        step.talk().node(),
        step.effects().stream().map(CallFlowResource::did).toList(),
        heard,
        step.talk().said(),
        step.talk().words(),
        step.talk().tags(),
        step.talk().end());
  }

  private static Dialogue.Heard heard(Input input) {
    String text = input.text() == null ? "" : input.text();
    return switch (String.valueOf(input.kind())) {
      case "words" -> new Dialogue.Heard.Words(text, Boolean.TRUE.equals(input.during()));
      case "silence" -> new Dialogue.Heard.Silence();
      case "keys" -> new Dialogue.Heard.Keys(text);
      case "hangUp" -> new Dialogue.Heard.HungUp(text);
      case "machine" -> new Dialogue.Heard.Machine();
      case "nobody" -> new Dialogue.Heard.NobodyThere();
      default ->
          throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "unknown_kind", "Nobody hears that.")
              .at(
                  "said.kind",
                  String.valueOf(input.kind()),
                  "words, silence, keys, hangUp, machine, nobody")
              .thrown();
    };
  }

  private static Did did(Dialogue.Effect effect) {
    return switch (effect) {
      case Dialogue.Effect.Say(String line, String text, boolean _) -> new Did("say", line, text);
      case Dialogue.Effect.Wait(int digits) ->
          new Did("wait", "", digits == 0 ? "" : Integer.toString(digits));
      case Dialogue.Effect.Transfer(String queue) -> new Did("transfer", "", queue);
      case Dialogue.Effect.HangUp() -> new Did("hangUp", "", "");
      case Dialogue.Effect.Suppress(String why) -> new Did("suppress", "", why);
    };
  }

  // ---- what came of it

  /// @param texts what each line of the newest version says, by id
  record Reported(
      String name, int version, Instant at, CallReport report, Map<String, String> texts) {}

  /// @param seconds what lasted longer was a talk
  /// @param days how long after a talk an order counts for it
  @GetMapping("/{name}/report")
  Reported report(
      @PathVariable String name,
      @RequestParam(defaultValue = "" + TALKED_SECONDS) int seconds,
      @RequestParam(defaultValue = "" + BOUGHT_DAYS) int days) {
    CallFlowStore.Published published = find(name);
    var tally =
        new CallTally(
            published.flow().lines().stream().map(CallFlow.Line::id).toList(),
            Math.clamp(seconds, 0, 3_600));
    eachCalled(name, days, (_, calls) -> tally.add(calls));
    var texts = new LinkedHashMap<String, String>();
    published.flow().lines().forEach(line -> texts.put(line.id(), line.text()));
    return new Reported(name, published.version(), engine.now(), tally.report(), texts);
  }

  private void eachCalled(String flow, int days, BiConsumer<Integer, List<MadeCall>> reader) {
    String of = " where [flow = " + Json.of(flow).write() + "]";
    RoaringBitmap people =
        RoaringBitmap.or(
            engine.ask().members(RuleText.parse("did call_completed" + of)),
            engine.ask().members(RuleText.parse("did call_failed" + of)));
    Duration within = Duration.ofDays(Math.clamp(days, 0, 365));
    engine
        .ask()
        .each(
            people,
            (profile, person) ->
                reader.accept(profile, MadeCall.of(person.timeline(), flow, within)));
  }

  /// @param cell as the report names it
  /// @param name of the audience
  record Opening(String cell, String name, @Nullable Integer days) {}

  record Opened(String audience, int people) {}

  /// The people behind a number, as an audience.
  @PostMapping("/{name}/audience")
  Opened open(@PathVariable String name, @RequestBody Opening asked) {
    var _ = find(name);
    CallCell cell = asked.cell() == null ? null : CallCell.of(asked.cell());
    if (cell == null) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "unknown_cell", "No such number.")
          .at(
              "cell",
              String.valueOf(asked.cell()),
              "called, answered, talked:10, failed:busy, outcome:…, level:A, tag:…, bought,"
                  + " reached:LINE, replied:LINE, hungUpAt:LINE")
          .thrown();
    }
    String audience = String.valueOf(asked.name());
    freezing.free(audience);
    var members = new RoaringBitmap();
    eachCalled(
        name,
        asked.days() == null ? BOUGHT_DAYS : asked.days(),
        (profile, calls) -> {
          if (cell.holds(calls)) {
            members.add(profile);
          }
        });
    Audience kept =
        freezing.choose(
            audience, "calls of " + name + ", " + cell.wire(), audit.who(), false, members);
    audit.record("call_report_opened", name + " " + cell.wire() + " → " + audience);
    return new Opened(kept.name(), kept.size());
  }
}
