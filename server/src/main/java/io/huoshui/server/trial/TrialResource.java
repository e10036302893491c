package io.huoshui.server.trial;

import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.journey.Journey;
import io.huoshui.journey.JourneyJson;
import io.huoshui.journey.Review;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Freezing;
import io.huoshui.server.journey.Reviews;
import io.huoshui.trial.Trial;
import io.huoshui.trial.TrialJson;
import io.huoshui.trial.TrialPreview;
import io.huoshui.trial.TrialTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// 要素碰撞: trials previewed, published as the journeys that carry them out, read as a table, and
/// winners scaled.
@RestController
@RequestMapping("/api/v1/trials")
class TrialResource {
  private static final String YAML = "application/yaml";
  private static final String X_YAML = "application/x-yaml";
  private static final String TEXT_YAML = "text/yaml";

  private final Engine engine;
  private final Definitions definitions;
  private final Reviews reviews;
  private final Freezing freezing;
  private final Audit audit;

  TrialResource(
      Engine engine, Definitions definitions, Reviews reviews, Freezing freezing, Audit audit) {
    this.engine = engine;
    this.definitions = definitions;
    this.reviews = reviews;
    this.freezing = freezing;
    this.audit = audit;
  }

  /// @param plan `full`, `fraction`, `bandit`
  record View(
      String name,
      int version,
      String title,
      String plan,
      double holdOut,
      double fdr,
      long least,
      List<String> blocks,
      List<String> cells) {}

  private View view(Trial trial) {
    return new View(
        trial.name(),
        engine.ask().version(Entry.Definition.TRIAL, trial.name()),
        trial.title(),
        switch (trial.plan()) {
          case Trial.Plan.Full() -> "full";
          case Trial.Plan.Fraction() -> "fraction";
          case Trial.Plan.Bandit _ -> "bandit";
        },
        trial.holdOutShare(),
        trial.fdr(),
        trial.least().each(),
        trial.blocks().stream().map(Trial.Block::name).toList(),
        trial.cells().stream().map(Trial.Cell::name).toList());
  }

  @GetMapping
  List<View> all() {
    return engine.ask().trials().stream().map(this::view).toList();
  }

  private Trial find(String name) {
    return engine.ask().trials().stream()
        .filter(trial -> trial.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_trial", "No trial '" + name + "'.")
                    .next("GET /api/v1/trials shows all.")
                    .thrown());
  }

  @GetMapping("/{name}")
  View one(@PathVariable String name) {
    return view(find(name));
  }

  @GetMapping("/{name}/versions")
  List<Definitions.Version> versions(@PathVariable String name) {
    return definitions.versions(Entry.Definition.TRIAL, name);
  }

  /// @param kind `merge_levels`, `fraction`, `more_people`, `longer`, `hold_out`, `empty`
  record Advice(String kind, String block, long number, String zh, String en) {}

  /// @param cells that are tried, of `all`
  /// @param least people a cell needs
  /// @param aliases by factor, what its main effect can not be told from
  /// @param findings of the journey it is compiled to, what refuses first
  /// @param journey that journey, as it would be published
  record Previewed(
      String name,
      List<TrialPreview.Line> blocks,
      List<String> cells,
      long all,
      long least,
      Map<String, List<String>> aliases,
      List<Advice> advice,
      List<Review.Finding> findings,
      JsonNode journey) {}

  /// How large blocks and cells would be, what to do about small ones, and what a review says of
  /// its journey. Nothing is published.
  @PostMapping(
      value = "/preview",
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        YAML,
        X_YAML,
        TEXT_YAML,
        MediaType.TEXT_PLAIN_VALUE
      })
  Previewed preview(@RequestBody String written) {
    return previewed(TrialJson.read(Json.parse(definitions.asJson(written))));
  }

  private Previewed previewed(Trial trial) {
    var people = new LinkedHashMap<String, Long>();
    for (Trial.Block block : trial.blocks()) {
      people.put(block.name(), engine.ask().count(RuleText.parse(trial.people(block, true))));
    }
    TrialPreview preview = TrialPreview.of(trial, people);
    return new Previewed(
        trial.name(),
        preview.blocks(),
        preview.cells(),
        preview.all(),
        preview.least(),
        preview.aliases(),
        preview.advice().stream()
            .map(
                one -> new Advice(one.kind().wire(), one.block(), one.number(), one.zh(), one.en()))
            .toList(),
        reviews.of(JourneyJson.read(trial.journey(), 1)),
        definitions.tree(trial.journey().write()));
  }

  /// Publishes a trial, and the journey of the same name that carries it out. What can not work is
  /// refused; that cells are small is said, and refuses nothing.
  @PostMapping(
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        YAML,
        X_YAML,
        TEXT_YAML,
        MediaType.TEXT_PLAIN_VALUE
      })
  Previewed publish(@RequestBody String written) {
    String body = definitions.asJson(written);
    Trial trial = TrialJson.read(Json.parse(body));
    refuse(JourneyJson.read(trial.journey(), 1));
    String journey = trial.journey().write();
    // The journey first: a trial that is there is carried out.
    definitions.publish(Entry.Definition.JOURNEY, trial.name(), journey, journey);
    definitions.publish(Entry.Definition.TRIAL, trial.name(), body, written);
    audit.record("trial_published", trial.name());
    return previewed(trial);
  }

  private void refuse(Journey journey) {
    reviews
        .of(journey)
        .forEach(
            finding -> {
              if (finding.refuses()) {
                throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, finding.code(), finding.why())
                    .at(
                        finding.step().isEmpty()
                            ? finding.field()
                            : "step '" + finding.step() + "'." + finding.field(),
                        finding.value(),
                        finding.cure())
                    .next("POST /api/v1/trials/preview shows all findings.")
                    .thrown();
              }
            });
  }

  /// @param effects main effect per level, with what it can not be told from
  /// @param adaptive whether better cells got more people: p and q are what they would be had they
  ///   not
  record Table(
      String name, boolean adaptive, List<TrialTable.Row> rows, List<TrialTable.Effect> effects) {}

  /// Cell by cell.
  ///
  /// @param sort a column, `-` before it for the largest first
  /// @param discoveries true for those only
  @GetMapping("/{name}/results")
  Table results(
      @PathVariable String name,
      @RequestParam(defaultValue = "-uplift") String sort,
      @RequestParam(defaultValue = "") String block,
      @RequestParam(defaultValue = "") String window,
      @RequestParam(defaultValue = "") String incentive,
      @RequestParam(defaultValue = "") String message,
      @RequestParam(defaultValue = "false") boolean discoveries) {
    Trial trial = find(name);
    TrialTable.Results results = engine.ask().results(trial);
    return new Table(
        name,
        trial.plan() instanceof Trial.Plan.Bandit,
        sorted(
            results.rows(),
            sort,
            row ->
                among(block, row.block())
                    && among(window, row.window())
                    && among(incentive, row.incentive())
                    && among(message, row.message())
                    && (!discoveries || row.discovery())),
        results.effects());
  }

  private static boolean among(String wanted, String found) {
    return wanted.isEmpty() || List.of(wanted.split(",", -1)).contains(found);
  }

  private static List<TrialTable.Row> sorted(
      List<TrialTable.Row> rows, String sort, Predicate<TrialTable.Row> wanted) {
    boolean falling = sort.startsWith("-");
    TrialTable.Column by = TrialTable.Column.ofWire(falling ? sort.substring(1) : sort);
    if (by == null) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_sort", "There is no such column to sort by.")
          .at(
              "sort",
              sort,
              Stream.of(TrialTable.Column.values())
                      .map(TrialTable.Column::wire)
                      .collect(Collectors.joining(", "))
                  + "; `-` before it for the largest first")
          .thrown();
    }
    return TrialTable.sorted(rows, by, falling, wanted);
  }

  /// The same as CSV.
  @GetMapping(value = "/{name}/results.csv", produces = "text/csv;charset=UTF-8")
  String csv(@PathVariable String name, @RequestParam(defaultValue = "-uplift") String sort) {
    var out =
        new StringBuilder(
            "block,cell,window,incentive,message,entered,people,messaged,converted,rate,heldOut,heldOutRate,uplift,low,high,costFen,incrementalFen,roi,p,q,tooFew,discovery\r\n");
    for (TrialTable.Row row : sorted(engine.ask().results(find(name)).rows(), sort, _ -> true)) {
      // No field has a comma or a quote: names are letters, digits, '_' and '-'.
      out.append(
          Stream.<@Nullable Object>of(
                  row.block(),
                  row.cell(),
                  row.window(),
                  row.incentive(),
                  row.message(),
                  row.entered(),
                  row.people(),
                  row.messaged(),
                  row.converted(),
                  row.rate(),
                  row.heldOut(),
                  row.heldOutRate(),
                  row.uplift(),
                  row.low(),
                  row.high(),
                  row.costFen(),
                  row.incrementalFen(),
                  row.roi(),
                  row.p(),
                  row.q(),
                  row.tooFew(),
                  row.discovery())
              .map(field -> field == null ? "" : field.toString())
              .collect(Collectors.joining(",")));
      out.append("\r\n");
    }
    return out.toString();
  }

  /// @param name of the journey and its audience; made of trial, block and cell when left out
  /// @param holdOut percent; 10 when left out
  /// @param autopilot how they are let in, as journeys have it; all at once when left out
  /// @param carryOut false only shows what would be published
  /// @param launch whether it is launched, too
  record Scaling(
      @Nullable String block,
      @Nullable String cell,
      @Nullable String name,
      @Nullable Double holdOut,
      @Nullable JsonNode autopilot,
      @Nullable Boolean carryOut,
      @Nullable Boolean launch) {}

  /// @param rule whoever of the block the trial did not reach; they become the audience
  record Scaled(
      String journey,
      String audience,
      String rule,
      long people,
      JsonNode definition,
      List<Review.Finding> findings,
      boolean carriedOut,
      boolean launched) {}

  /// Does a cell to the rest of its block.
  @PostMapping("/{name}/scale")
  Scaled scale(@PathVariable String name, @RequestBody Scaling body) {
    Trial trial = find(name);
    Trial.Block block = trial.block(String.valueOf(body.block()));
    if (block == null) {
      throw unknown("block", body.block(), trial.blocks().stream().map(Trial.Block::name).toList());
    }
    Trial.Cell cell = trial.cell(String.valueOf(body.cell()));
    if (cell == null) {
      throw unknown("cell", body.cell(), trial.cells().stream().map(Trial.Cell::name).toList());
    }
    String wanted = body.name() == null ? trial.scaledName(block, cell) : body.name();
    String rule = trial.people(block, false);
    JsonNode autopilot = body.autopilot();
    String definition =
        trial
            .scaled(
                block,
                cell,
                wanted,
                wanted,
                body.holdOut() == null ? 10 : body.holdOut(),
                autopilot == null || autopilot.isNull() ? null : Json.parse(autopilot.toString()))
            .write();
    Journey journey = JourneyJson.read(Json.parse(definition), 1);
    boolean carryOut = Boolean.TRUE.equals(body.carryOut());
    boolean launch = carryOut && Boolean.TRUE.equals(body.launch());
    long people = engine.ask().count(RuleText.parse(rule));
    if (carryOut) {
      refuse(journey);
      freezing.freeze(wanted, "", rule, audit.who(), true);
      definitions.publish(Entry.Definition.JOURNEY, wanted, definition, definition);
      audit.record("trial_scaled", name + " " + block.name() + " " + cell.name() + " → " + wanted);
      if (launch) {
        engine.launch(wanted);
        audit.record("journey_launched", wanted);
      }
    }
    return new Scaled(
        wanted,
        wanted,
        rule,
        people,
        definitions.tree(definition),
        reviews.of(journey),
        carryOut,
        launch);
  }

  private static RuntimeException unknown(
      String what, @Nullable String found, List<String> allowed) {
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "unknown_" + what,
            "The trial has no such " + what + ".")
        .at(what, String.valueOf(found), String.join(", ", allowed))
        .thrown();
  }
}
