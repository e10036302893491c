package io.huoshui.server.journey;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.insight.CampaignReport;
import io.huoshui.journey.Journey;
import io.huoshui.journey.JourneyJson;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Journeys: published from YAML or JSON, launched on their audience.
@RestController
@RequestMapping("/api/v1/journeys")
class JourneyResource {
  private final Engine engine;
  private final Definitions definitions;
  private final Audit audit;

  JourneyResource(Engine engine, Definitions definitions, Audit audit) {
    this.engine = engine;
    this.definitions = definitions;
    this.audit = audit;
  }

  record View(String name, int version, String title, double holdOutShare, List<String> steps) {
    static View of(Journey journey) {
      return new View(
          journey.name(),
          journey.version(),
          journey.title(),
          journey.holdOutShare(),
          journey.steps().stream().map(Journey.Step::id).toList());
    }
  }

  @GetMapping
  List<View> all() {
    return engine.ask().journeys().stream().map(View::of).toList();
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
    definitions.publish(Entry.Definition.JOURNEY, journey.name(), body, written);
    audit.record("journey_published", journey.name());
    return one(journey.name());
  }

  @GetMapping("/{name}")
  View one(@PathVariable String name) {
    return engine.ask().journeys().stream()
        .filter(journey -> journey.name().equals(name))
        .findFirst()
        .map(View::of)
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
}
