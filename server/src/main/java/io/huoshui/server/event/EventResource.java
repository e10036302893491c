package io.huoshui.server.event;

import io.huoshui.engine.Engine;
import io.huoshui.event.EventType;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// The names events may have. Events themselves come in by [EventDoor].
@RestController
class EventResource {
  private final Engine engine;
  private final Definitions definitions;

  EventResource(Engine engine, Definitions definitions) {
    this.engine = engine;
    this.definitions = definitions;
  }

  /// Puts the door where every request passes first.
  @Bean
  static WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> door(EventDoor door) {
    return factory -> factory.addEngineValves(door);
  }

  /// The door is no controller, so the API's description is told about it.
  @Bean
  static OpenApiCustomizer describe() {
    return api ->
        api.path(
            EventDoor.PATH,
            new PathItem()
                .post(
                    new Operation()
                        .operationId("takeEvents")
                        .summary("Takes one event, an array, or NDJSON; answers per item")
                        .addParametersItem(
                            new Parameter()
                                .in("header")
                                .name("Prefer")
                                .description("return=minimal: only the refused items")
                                .schema(new StringSchema()))
                        .requestBody(
                            new RequestBody()
                                .required(true)
                                .content(
                                    new Content()
                                        .addMediaType("application/json", new MediaType())
                                        .addMediaType("application/x-ndjson", new MediaType())))
                        .responses(
                            new ApiResponses()
                                .addApiResponse(
                                    "200",
                                    new ApiResponse()
                                        .description(
                                            "What became of each item; all taken is on disk"))
                                .addApiResponse(
                                    "401", new ApiResponse().description("No source's write key"))
                                .addApiResponse(
                                    "429",
                                    new ApiResponse()
                                        .description("Too much waits; see Retry-After")))));
  }

  /// The names an event may have.
  @GetMapping("/api/v1/event-types")
  List<EventType> types() {
    return engine.catalogue().all();
  }

  /// A brand's own event.
  record NewType(String name, String zh, String en) {}

  @PostMapping("/api/v1/event-types")
  EventType add(@org.springframework.web.bind.annotation.RequestBody NewType type) {
    if (type.name() == null
        || !type.name().matches("[a-z][a-z0-9]*(_[a-z0-9]+)+")
        || type.name().length() > 64) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_name", "An event is named object_verb.")
          .at("name", String.valueOf(type.name()), "small letters and '_': card_scanned")
          .thrown();
    }
    String body =
        io.huoshui.json.Json.object(
                "zh", io.huoshui.json.Json.of(type.zh() == null ? type.name() : type.zh()),
                "en", io.huoshui.json.Json.of(type.en() == null ? type.name() : type.en()))
            .write();
    definitions.publish(io.huoshui.engine.Entry.Definition.EVENT_TYPE, type.name(), body, body);
    EventType known = engine.catalogue().find(type.name());
    if (known == null) {
      throw new IllegalStateException("The event type was published but is not known");
    }
    return known;
  }
}
