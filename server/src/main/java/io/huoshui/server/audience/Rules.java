package io.huoshui.server.audience;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Explanation;
import io.huoshui.audience.Explanation.Language;
import io.huoshui.audience.RuleException;
import io.huoshui.audience.RuleJson;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.Near;
import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Reads and shows rules. What can not be read, or names what is not there, is refused with what
/// was perhaps meant.
@Component
class Rules {
  private static final int MOST_NAMES = 20;

  private final Engine engine;
  private final Definitions definitions;

  Rules(Engine engine, Definitions definitions) {
    this.engine = engine;
    this.definitions = definitions;
  }

  /// A rule in every form.
  record Rule(String text, JsonNode json, String zh, String en) {}

  Rule show(Condition condition) {
    EventCatalogue events = engine.catalogue();
    return new Rule(
        RuleText.write(condition),
        definitions.tree(RuleJson.write(condition).write()),
        Explanation.of(condition, events, Language.ZH),
        Explanation.of(condition, events, Language.EN));
  }

  /// A rule that may be asked: everything it names is there.
  ///
  /// @param text the text form; or
  /// @param json the JSON form
  Condition read(@Nullable String text, @Nullable JsonNode json) {
    Condition rule = parse(text, json);
    check(rule, "rule");
    return rule;
  }

  private static Condition parse(@Nullable String text, @Nullable JsonNode json) {
    if (text == null && json == null) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "missing_field", "There is no rule.")
          .at("rule or text", "nothing", "the JSON form, or the text form")
          .thrown();
    }
    try {
      return text != null ? RuleText.parse(text) : RuleJson.read(Json.parse(String.valueOf(json)));
    } catch (RuleException e) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_rule", String.valueOf(e.getMessage()))
          .at(e.where(), e.found(), e.allowed())
          .near(Near.misspelt(bare(e.found()), words(e.allowed())))
          .next("Correct the rule and send it again.")
          .thrown();
    } catch (JsonException e) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "malformed_json", String.valueOf(e.getMessage()))
          .at(e.where(), "", "JSON as in RFC 8259")
          .thrown();
    }
  }

  private static String bare(String found) {
    return found.replaceAll("^['\"\\[]+|['\"\\]]+$", "");
  }

  /// The words among what is allowed at a place.
  private static Collection<String> words(String allowed) {
    var words = new TreeSet<String>();
    Arrays.stream(allowed.split("[^A-Za-z0-9_]+", -1))
        .filter(word -> word.length() > 1)
        .forEach(words::add);
    return words;
  }

  private void check(Condition rule, String path) {
    switch (rule) {
      case Condition.All(List<Condition> parts) -> check(parts, path + ".all");
      case Condition.Any(List<Condition> parts) -> check(parts, path + ".any");
      case Condition.Not(Condition part) -> check(part, path + ".not");
      case Condition.InSegment(String name) -> there("segment", name, path, segments());
      case Condition.InAudience(String name) -> there("audience", name, path, audiences());
      case Condition.OnJourney(String name, var _) -> there("journey", name, path, journeys());
      default -> {}
    }
  }

  private void check(List<Condition> parts, String path) {
    for (int i = 0; i < parts.size(); i++) {
      check(parts.get(i), path + "[" + i + "]");
    }
  }

  private static void there(String what, String name, String path, Set<String> known) {
    if (!known.contains(name)) {
      List<String> shown = known.stream().limit(MOST_NAMES).toList();
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT,
              "unknown_" + what,
              "No " + what + " '" + name + "'.")
          .at(
              path,
              "'" + name + "'",
              shown.isEmpty()
                  ? "there is no " + what + " yet"
                  : String.join(", ", shown) + (known.size() > shown.size() ? ", …" : ""))
          .near(Near.misspelt(name, known))
          .next("Correct the rule and send it again.")
          .thrown();
    }
  }

  Set<String> segments() {
    return names(engine.ask().segments().stream().map(line -> line.segment().name()).toList());
  }

  private Set<String> audiences() {
    return names(engine.ask().audiences().stream().map(audience -> audience.name()).toList());
  }

  private Set<String> journeys() {
    return names(engine.ask().journeys().stream().map(journey -> journey.name()).toList());
  }

  private static Set<String> names(List<String> names) {
    return new TreeSet<>(names);
  }

  static double share(long part, long of) {
    return of == 0 ? 0 : (double) part / of;
  }

  /// Rules that all have to hold, without lists in lists.
  static Condition all(Condition... rules) {
    var parts = new ArrayList<Condition>();
    for (Condition rule : rules) {
      if (rule instanceof Condition.All(List<Condition> inner)) {
        parts.addAll(inner);
      } else {
        parts.add(rule);
      }
    }
    return parts.size() == 1 ? parts.getFirst() : new Condition.All(parts);
  }

  static Condition any(List<Condition> rules) {
    return rules.size() == 1 ? rules.getFirst() : new Condition.Any(rules);
  }
}
