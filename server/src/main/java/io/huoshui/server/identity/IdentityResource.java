package io.huoshui.server.identity;

import io.huoshui.engine.Engine;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.identity.Link;
import io.huoshui.identity.Pairwise;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Decisions about who is who, and how good the graph is.
@RestController
@RequestMapping("/api/v1/identity")
class IdentityResource {
  private final Engine engine;
  private final Audit audit;

  IdentityResource(Engine engine, Audit audit) {
    this.engine = engine;
    this.audit = audit;
  }

  record Name(String kind, String scope, String value) {
    Identifier identifier() {
      IdentifierKind known = IdentifierKind.ofWire(String.valueOf(kind));
      if (known == null) {
        throw Problem.of(HttpStatus.BAD_REQUEST, "unknown_kind", "No such kind of identifier.")
            .at("kind", String.valueOf(kind), String.join(", ", IdentifierKind.wires()))
            .thrown();
      }
      return Identifier.of(known, scope == null ? "" : scope, String.valueOf(value));
    }
  }

  record Decision(Name one, Name other, String reason) {}

  record Joined(String profile) {}

  /// Joins two customers. Undone by severing the link it makes.
  @PostMapping("/join")
  Joined join(@RequestBody Decision decision) {
    if (decision.one() == null || decision.other() == null || decision.reason() == null) {
      throw Problem.of(
              HttpStatus.BAD_REQUEST,
              "missing_field",
              "A decision names two identifiers and its reason.")
          .at("one, other, reason", "", "{kind, scope?, value} twice, and a text")
          .thrown();
    }
    Identifier one = decision.one().identifier();
    Identifier other = decision.other().identifier();
    engine.join(one, other, decision.reason(), audit.who());
    audit.record("identity_joined", one + " + " + other);
    int profile = engine.ask().find(one);
    if (profile != engine.ask().find(other)) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "vetoed",
              "These are two customers: they have different union ids or member numbers. The"
                  + " decision is kept as evidence.")
          .thrown();
    }
    return new Joined("p" + profile);
  }

  record Severed(int link, String standing, String a, String b) {}

  /// Takes a link back: both customers get back exactly the events they had.
  @PostMapping("/links/{link}/sever")
  Severed sever(@PathVariable int link) {
    Link now = engine.sever(link, audit.who());
    audit.record("identity_severed", "link " + link);
    return new Severed(
        link,
        now.standing().name().toLowerCase(java.util.Locale.ROOT),
        "p" + engine.ask().profileOf(now.a()),
        "p" + engine.ask().profileOf(now.b()));
  }

  /// @param pairs over pairs of identifiers
  record Score(double precision, double recall, double f1, Pairwise pairs) {}

  /// Scores the graph against a known truth: NDJSON of `{"person": n, "identifiers": [{kind,
  /// scope?, value}]}`.
  @PostMapping("/score")
  Score score(HttpServletRequest request) throws IOException {
    var tally = new Pairwise.Tally();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(request.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && Json.parse(line) instanceof Json.Obj truth) {
          engine.ask().tally(identifiers(truth), person(truth), tally);
        }
      }
    }
    Pairwise pairs = tally.score();
    return new Score(pairs.precision(), pairs.recall(), pairs.f1(), pairs);
  }

  private static int person(Json.Obj truth) {
    return truth.get("person") instanceof Json.Num(var number) ? number.intValue() : -1;
  }

  private static List<Identifier> identifiers(Json.Obj truth) {
    var identifiers = new ArrayList<Identifier>();
    if (truth.get("identifiers") instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        if (item instanceof Json.Obj object
            && !(object.get("shared") instanceof Json.Bool(boolean on) && on)) {
          identifiers.add(
              new Name(text(object, "kind"), text(object, "scope"), text(object, "value"))
                  .identifier());
        }
      }
    }
    return identifiers;
  }

  private static String text(Json.Obj object, String key) {
    return object.get(key) instanceof Json.Str(String text) ? text : "";
  }
}
