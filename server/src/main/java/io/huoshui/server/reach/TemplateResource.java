package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Questions;
import io.huoshui.json.Json;
import io.huoshui.reach.Attachment;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Reason;
import io.huoshui.reach.SmsLength;
import io.huoshui.reach.Template;
import io.huoshui.reach.TemplateReview;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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

  /// @param findings what costs more or may not be said
  record Published(
      String name,
      String channel,
      String category,
      String text,
      String sender,
      long costFen,
      List<TemplateReview.Finding> findings) {}

  @PostMapping("/templates")
  Published publish(@RequestBody String body) {
    Template template = io.huoshui.engine.Definitions.template(Json.parse(body));
    List<TemplateReview.Finding> findings =
        TemplateReview.of(template, engine.ask().gatePolicy().forbidden());
    for (TemplateReview.Finding finding : findings) {
      if (finding.refuses()) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                finding.code(),
                "Template '" + template.name() + "': " + finding.why())
            .at("text", finding.value(), "at most " + TemplateReview.WECOM_BYTES)
            .thrown();
      }
    }
    definitions.publish(Entry.Definition.TEMPLATE, template.name(), body, body);
    audit.record("template_published", template.name());
    return new Published(
        template.name(),
        template.channel().wire(),
        template.category().wire(),
        template.text(),
        template.sender(),
        template.costFen(),
        findings);
  }

  /// @param channel the one that reaches this person
  /// @param otherWords placeholders this person has no word for
  /// @param characters septets or UTF-16 units with the sign name on SMS, bytes in WeCom
  /// @param messages how many SMS are paid for; 1 in WeCom
  record Preview(
      String channel,
      String text,
      List<Attachment> attachments,
      List<String> otherWords,
      int characters,
      int messages) {}

  /// What a template says to one customer.
  @GetMapping("/templates/{name}/preview")
  Preview preview(@PathVariable String name, @RequestParam String customer) {
    Template template =
        engine.ask().templates().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.of(
                            HttpStatus.NOT_FOUND, "unknown_template", "No template '" + name + "'.")
                        .thrown());
    Questions.Preview preview =
        customer.matches("p[0-9]{1,9}")
            ? engine.ask().preview(name, Integer.parseInt(customer.substring(1)))
            : null;
    if (preview == null) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_profile", "Nobody is " + customer + ".")
          .at("customer", customer, "a customer's name: p12")
          .thrown();
    }
    Template said = Objects.requireNonNull(template.on(preview.channel()));
    SmsLength length = SmsLength.of(TemplateReview.sms(said, preview.text()));
    boolean sms = preview.channel() == ChannelKind.SMS;
    return new Preview(
        preview.channel().wire(),
        preview.text(),
        preview.attachments(),
        preview.otherWords(),
        sms ? length.units() : preview.text().getBytes(StandardCharsets.UTF_8).length,
        sms ? length.segments() : 1);
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
