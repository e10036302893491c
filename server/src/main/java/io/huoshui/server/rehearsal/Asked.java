package io.huoshui.server.rehearsal;

import io.huoshui.engine.Entry;
import io.huoshui.engine.rehearsal.Script;
import io.huoshui.engine.rehearsal.ScriptJson;
import io.huoshui.json.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is to be rehearsed, as it stays with the job: the scenarios of all variants as texts,
/// because the records keep no order of keys.
///
/// @param own this server's people; else the synthetic brand's
/// @param at when it begins; [Instant#MAX] for where the log ends
/// @param scenarios a variant each, the first is what the others are compared with
/// @param standing definitions and audiences that are there before the scenarios' own: over the
///   brand, those of this server
record Asked(
    boolean own, Instant at, List<String> scenarios, List<Json> standing, List<Json> audiences) {
  Asked {
    scenarios = List.copyOf(scenarios);
    standing = List.copyOf(standing);
    audiences = List.copyOf(audiences);
  }

  Json.Obj spec() {
    return Json.object(
        "own", new Json.Bool(own),
        "at", Json.of(at.equals(Instant.MAX) ? "" : at.toString()),
        "scenarios", Json.of(scenarios.stream().map(Json::of).toList()),
        "standing", Json.of(standing),
        "audiences", Json.of(audiences));
  }

  static Asked of(Json.Obj spec) {
    String at = text(spec, "at");
    return new Asked(
        spec.get("own") instanceof Json.Bool(boolean own) && own,
        at.isEmpty() ? Instant.MAX : Instant.parse(at),
        list(spec, "scenarios").stream()
            .map(each -> each instanceof Json.Str(String scenario) ? scenario : "{}")
            .toList(),
        list(spec, "standing"),
        list(spec, "audiences"));
  }

  /// Over the people of the first, as the command plays variants.
  ///
  /// @throws io.huoshui.engine.rehearsal.ScriptException when one can not be played
  List<Script> scripts() {
    var scripts = new ArrayList<Script>();
    for (String scenario : scenarios) {
      Script script = ScriptJson.read(Json.parse(scenario));
      scripts.add(
          script
              .over(scripts.isEmpty() ? script.brand() : scripts.getFirst().brand())
              .standingOn(
                  standing.stream().map(Asked::definition).toList(),
                  audiences.stream().map(Asked::audience).toList()));
    }
    return scripts;
  }

  static Json definition(Script.Definition definition) {
    return Json.object(
        "kind", Json.of(definition.kind().name()),
        "name", Json.of(definition.name()),
        "json", Json.of(definition.json()));
  }

  private static Script.Definition definition(Json json) {
    Json.Obj of = json instanceof Json.Obj object ? object : Json.object();
    return new Script.Definition(
        Entry.Definition.valueOf(text(of, "kind")), text(of, "name"), text(of, "json"));
  }

  static Json audience(Script.Audience audience) {
    return Json.object(
        "name", Json.of(audience.name()),
        "segment", Json.of(audience.segment()),
        "rule", Json.of(audience.rule()));
  }

  private static Script.Audience audience(Json json) {
    Json.Obj of = json instanceof Json.Obj object ? object : Json.object();
    return new Script.Audience(text(of, "name"), text(of, "segment"), text(of, "rule"));
  }

  /// A scenario with one more journey, and with what the request says of all variants.
  ///
  /// @param scenario whose keys it begins with
  /// @param over keys that take the place of those
  static Map<String, Json> merged(Map<String, Json> scenario, Map<String, Json> over) {
    var merged = new LinkedHashMap<>(scenario);
    merged.putAll(over);
    return merged;
  }

  static Json whole(long number) {
    return new Json.Num(BigDecimal.valueOf(number));
  }

  static String text(Json.Obj of, String key) {
    return of.get(key) instanceof Json.Str(String text) ? text : "";
  }

  static List<Json> list(Json.Obj of, String key) {
    return of.get(key) instanceof Json.Arr(List<Json> items) ? items : List.of();
  }
}
