package io.huoshui.server.journey;

import io.huoshui.engine.Canvas;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.insight.CampaignReport;
import io.huoshui.journey.Journey;
import io.huoshui.journey.JourneyJson;
import io.huoshui.journey.Migration;
import io.huoshui.journey.Review;
import io.huoshui.journey.Steering;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Picks;
import io.huoshui.server.audience.Whom;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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

/// Journeys: published from YAML or JSON, launched on their audience.
@RestController
@RequestMapping("/api/v1/journeys")
class JourneyResource {
  private final Engine engine;
  private static final int MOST_STUCK = 100;

  private final Definitions definitions;
  private final Reviews reviews;
  private final Picks picks;
  private final Audit audit;

  JourneyResource(
      Engine engine, Definitions definitions, Reviews reviews, Picks picks, Audit audit) {
    this.reviews = reviews;
    this.picks = picks;
    this.engine = engine;
    this.definitions = definitions;
    this.audit = audit;
  }

  /// @param steering `running`, `paused`, `draining`
  record View(
      String name,
      int version,
      String title,
      double holdOutShare,
      int priority,
      String steering,
      List<String> steps) {}

  private View view(Journey journey) {
    return new View(
        journey.name(),
        journey.version(),
        journey.title(),
        journey.holdOutShare(),
        journey.priority(),
        engine.ask().steering(journey.name()).wire(),
        journey.steps().stream().map(Journey.Step::id).toList());
  }

  @GetMapping
  List<View> all() {
    return engine.ask().journeys().stream().map(this::view).toList();
  }

  /// @param findings what refuses it first, then what is odd
  /// @param underWay who would stay on which version, by wait, if it was published now
  record Reviewed(
      String name, List<Review.Finding> findings, Map<Integer, Map<String, Long>> underWay) {}

  /// Looks at a definition without publishing it.
  @PostMapping(
      value = "/review",
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  Reviewed review(@RequestBody String written) {
    Journey journey = JourneyJson.read(Json.parse(definitions.asJson(written)), 1);
    return new Reviewed(journey.name(), reviews.of(journey), engine.ask().underWay(journey.name()));
  }

  /// Publishes a new version. Whoever is under way keeps the version they entered.
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
    Journey journey = JourneyJson.read(Json.parse(body), 1);
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
                    .next("POST /api/v1/journeys/review shows all findings.")
                    .thrown();
              }
            });
    definitions.publish(Entry.Definition.JOURNEY, journey.name(), body, written);
    audit.record("journey_published", journey.name());
    return one(journey.name());
  }

  @GetMapping("/{name}")
  View one(@PathVariable String name) {
    return engine.ask().journeys().stream()
        .filter(journey -> journey.name().equals(name))
        .findFirst()
        .map(this::view)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_journey", "No journey '" + name + "'.")
                    .thrown());
  }

  @GetMapping("/{name}/versions")
  List<Definitions.Version> versions(@PathVariable String name) {
    return definitions.versions(Entry.Definition.JOURNEY, name);
  }

  record Launched(String journey, long people) {}

  /// Lets the journey's audience enter. Launching again lets nobody in twice.
  @PostMapping("/{name}/launch")
  Launched launch(@PathVariable String name) {
    engine.launch(name);
    audit.record("journey_launched", name);
    return new Launched(
        name,
        engine.ask().campaigns().stream()
            .filter(report -> report.name().equals(name))
            .mapToLong(CampaignReport::people)
            .sum());
  }

  /// @param to `running`, `paused`, `draining`
  record Steer(@Nullable String to) {}

  /// Pauses it (everybody stays where they are), lets it go on, or lets it run empty.
  @PostMapping("/{name}/steering")
  View steer(@PathVariable String name, @RequestBody Steer body) {
    Steering wanted = Steering.ofWire(String.valueOf(body.to()));
    if (wanted == null) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_steering", "It does not say where to.")
          .at("to", String.valueOf(body.to()), "running, paused, draining")
          .thrown();
    }
    engine.steer(name, wanted, audit.who());
    audit.record("journey_steered", name + " " + wanted.wire());
    return one(name);
  }

  /// @param from the version people are on
  /// @param map by the id of a wait of that version, the wait of the newest; empty to leave
  /// @param carryOut false only shows who would land where
  record Move(int from, @Nullable Map<String, String> map, @Nullable Boolean carryOut) {}

  /// @param to empty when they leave the journey
  record Landing(String from, String to, long people) {}

  record Moved(String name, int from, int to, List<Landing> landings, boolean carriedOut) {}

  /// Brings people from an earlier version to the newest, or shows who would land where.
  @PostMapping("/{name}/migrate")
  Moved migrate(@PathVariable String name, @RequestBody Move body) {
    int newest = one(name).version();
    Journey from = engine.ask().journey(name, body.from());
    Journey into = engine.ask().journey(name, newest);
    if (from == null || into == null || body.from() == newest) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT,
              "bad_version",
              "People come from an earlier version to the newest.")
          .at(
              "from",
              String.valueOf(body.from()),
              engine.ask().underWay(name).keySet() + ", but not " + newest)
          .thrown();
    }
    Map<String, String> map = body.map() == null ? Map.of() : body.map();
    Migration plan = Migration.between(from, into, map);
    Map<String, Long> standing = engine.ask().underWay(name).getOrDefault(body.from(), Map.of());
    List<Landing> landings =
        standing.entrySet().stream()
            .map(
                each ->
                    new Landing(
                        each.getKey(), plan.to().getOrDefault(each.getKey(), ""), each.getValue()))
            .toList();
    boolean carryOut = Boolean.TRUE.equals(body.carryOut());
    if (carryOut) {
      engine.migrate(name, body.from(), map, audit.who());
      audit.record("journey_migrated", name + " " + body.from() + " → " + newest + " " + map);
    }
    return new Moved(name, body.from(), newest, landings, carryOut);
  }

  /// @param key tells several entries of one person apart, where the journey has keys
  record Entering(@Nullable Whom people, @Nullable String key) {}

  record Entered(String journey, int people) {}

  /// Has people enter a journey whose entry is a call.
  @PostMapping("/{name}/enter")
  Entered enter(@PathVariable String name, @RequestBody Entering body) {
    Picks.Picked picked = picks.of(body.people(), "people");
    engine.call(name, body.key() == null ? "" : body.key(), picked.members());
    audit.record("journey_called", name + ": " + picked.said());
    return new Entered(name, picked.members().getCardinality());
  }

  /// @param kind `send`, `wait`, `branch`…
  /// @param waiting people who stand there now
  /// @param passed how many times it was taken
  record Node(String id, String kind, List<String> next, long waiting, long passed) {}

  record Tally(long took, long reached) {}

  record CanvasView(
      String name,
      int version,
      String title,
      String steering,
      long entered,
      long active,
      long heldOut,
      long converted,
      List<Node> nodes,
      List<Canvas.Way> ways,
      Map<String, Long> exits,
      Map<String, Map<String, Tally>> arms,
      Instant at) {}

  /// A version with the people in it, counted now.
  ///
  /// @param version 0 for the newest
  @GetMapping("/{name}/canvas")
  CanvasView canvas(@PathVariable String name, @RequestParam(defaultValue = "0") int version) {
    Canvas canvas = engine.ask().canvas(name, version);
    if (canvas == null) {
      throw Problem.of(
              HttpStatus.NOT_FOUND,
              "unknown_journey",
              "No journey '" + name + "'" + (version == 0 ? "." : " of version " + version + "."))
          .thrown();
    }
    Map<String, Map<String, Tally>> arms = new TreeMap<>();
    canvas
        .arms()
        .forEach(
            (step, tallies) -> {
              Map<String, Tally> views = new TreeMap<>();
              tallies.forEach(
                  (arm, tally) -> views.put(arm, new Tally(tally.took(), tally.reached())));
              arms.put(step, views);
            });
    return new CanvasView(
        name,
        canvas.journey().version(),
        canvas.journey().title(),
        canvas.steering().wire(),
        canvas.entered(),
        canvas.active(),
        canvas.heldOut(),
        canvas.converted(),
        canvas.journey().steps().stream()
            .map(
                step ->
                    new Node(
                        step.id(),
                        step.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                        step.nexts(),
                        canvas.waiting().getOrDefault(step.id(), 0L),
                        canvas.passed().getOrDefault(step.id(), 0L)))
            .toList(),
        canvas.ways(),
        canvas.exits(),
        arms,
        canvas.at());
  }

  record StuckView(String journey, int version, String customer, String step, String why) {}

  /// Everybody whom nothing will ever move on. Has to be empty.
  @GetMapping("/stuck")
  List<StuckView> stuck() {
    return engine.ask().stuck(MOST_STUCK).stream()
        .map(
            stuck ->
                new StuckView(
                    stuck.position().journey(),
                    stuck.position().version(),
                    "p" + stuck.position().profile(),
                    stuck.position().step(),
                    stuck.why()))
        .toList();
  }
}
