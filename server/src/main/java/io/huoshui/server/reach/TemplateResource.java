package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.json.Json;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Template;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What is said, under which restraint, and what became of each message.
@RestController
@RequestMapping("/api/v1")
class TemplateResource {
  private final Engine engine;
  private final Definitions definitions;
  private final Audit audit;

  TemplateResource(Engine engine, Definitions definitions, Audit audit) {
    this.engine = engine;
    this.definitions = definitions;
    this.audit = audit;
  }

  @GetMapping("/templates")
  List<Template> templates() {
    return engine.ask().templates();
  }

  @PostMapping("/templates")
  Template publish(@RequestBody String body) {
    Template template = io.huoshui.engine.Definitions.template(Json.parse(body));
    definitions.publish(Entry.Definition.TEMPLATE, template.name(), body, body);
    audit.record("template_published", template.name());
    return template;
  }

  @GetMapping("/gate-policy")
  GatePolicy policy() {
    return engine.ask().gatePolicy();
  }

  @PostMapping("/gate-policy")
  GatePolicy policy(@RequestBody String body) {
    io.huoshui.engine.Definitions.gatePolicy(Json.parse(body));
    definitions.publish(Entry.Definition.GATE_POLICY, "gate", body, body);
    audit.record("gate_policy_published", "gate");
    return policy();
  }

  record Row(
      String key,
      String profile,
      String template,
      String channel,
      String verdict,
      String zh,
      String en,
      Instant at,
      String stage) {}

  /// Each person and message of a journey with its verdict.
  @GetMapping("/journeys/{journey}/verdicts")
  List<Row> verdicts(
      @PathVariable String journey,
      @RequestParam(required = false) @Nullable String reason,
      @RequestParam(defaultValue = "1000") int limit) {
    Reason wanted = reason == null ? null : reason(reason);
    return engine.ask().touchpoints(journey, wanted, -1, Math.clamp(limit, 1, 10_000)).stream()
        .map(TemplateResource::row)
        .toList();
  }

  private static Reason reason(String wire) {
    for (Reason reason : Reason.values()) {
      if (reason.wire().equals(wire)) {
        return reason;
      }
    }
    throw Problem.of(HttpStatus.BAD_REQUEST, "unknown_reason", "No such verdict.")
        .at(
            "reason",
            wire,
            String.join(", ", Arrays.stream(Reason.values()).map(Reason::wire).toList()))
        .thrown();
  }

  private static Row row(Touchpoint touchpoint) {
    return new Row(
        touchpoint.key(),
        "p" + touchpoint.profile(),
        touchpoint.template(),
        touchpoint.channel().wire(),
        touchpoint.reason().wire(),
        touchpoint.reason().zh(),
        touchpoint.reason().en(),
        touchpoint.due(),
        touchpoint.delivery().stage().name().toLowerCase(Locale.ROOT));
  }
}
