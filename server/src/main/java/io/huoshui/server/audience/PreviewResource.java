package io.huoshui.server.audience;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Lint;
import io.huoshui.audience.Repair;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Collected;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.EventType;
import io.huoshui.event.Near;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// What a rule would do, while it is being written: nothing is published, and every number is exact
/// and of one instant.
@RestController
@RequestMapping("/api/v1/segments")
class PreviewResource {
  private static final int SAMPLE = 10;

  private final Engine engine;
  private final Rules rules;

  PreviewResource(Engine engine, Rules rules) {
    this.engine = engine;
    this.rules = rules;
  }

  /// @param text the text form; or
  /// @param rule the JSON form
  record Written(@Nullable String text, @Nullable JsonNode rule) {}

  /// A way to mend what is odd.
  ///
  /// @param name put in place of what was never seen; null when a part is left out
  /// @param text the whole rule then
  record Fix(@Nullable String name, String text) {}

  /// @param kind `always_empty`, `everybody`, `subsumed`, `no_data`
  /// @param path of the part, in the JSON form
  /// @param near names that were perhaps meant
  record Finding(
      String kind, String path, String zh, String en, List<String> near, List<Fix> fixes) {}

  /// Why so many are not reached.
  record Missed(String reason, String zh, String en, long people) {}

  /// @param reachable to whom a message could go out now
  /// @param missed the others, each under the first reason the gate would give; quiet hours only
  ///   delay, and hold-outs are a journey's, so neither is in it
  record Reach(String channel, long reachable, double share, List<Missed> missed) {}

  /// @param people in all
  /// @param share of them that the rule picks
  record Everybody(long people, double share) {}

  /// @param at the brand's clock when the answer was true
  /// @param record of the log it belongs to
  record Preview(
      Rules.Rule rule,
      List<Finding> findings,
      long count,
      Everybody of,
      List<Reach> reach,
      List<Member> sample,
      Instant at,
      long record,
      double milliseconds) {}

  @PostMapping("/preview")
  Preview preview(@RequestBody Written body) {
    long began = System.nanoTime();
    Condition rule = rules.read(body.text(), body.rule());
    Questions.Looked looked = engine.ask().look(rule);
    long count = looked.members().getLongCardinality();
    return new Preview(
        rules.show(rule),
        findings(rule),
        count,
        new Everybody(looked.everybody(), Rules.share(count, looked.everybody())),
        reach(count, looked.missed()),
        Member.of(engine.ask().lines(sample(looked.members()), -1, SAMPLE)),
        looked.at(),
        looked.record(),
        (System.nanoTime() - began) / 1e6);
  }

  private static List<Reach> reach(long count, Map<ChannelKind, Map<Reason, Long>> missed) {
    var reach = new ArrayList<Reach>();
    missed.forEach(
        (channel, reasons) -> {
          long reachable = count - reasons.values().stream().mapToLong(Long::longValue).sum();
          reach.add(
              new Reach(
                  channel.wire(),
                  reachable,
                  Rules.share(reachable, count),
                  reasons.entrySet().stream()
                      .map(each -> missed(each.getKey(), each.getValue()))
                      .toList()));
        });
    return reach;
  }

  private static Missed missed(Reason reason, long people) {
    return new Missed(reason.wire(), reason.zh(), reason.en(), people);
  }

  /// People from all over the rule's members, the same for the same members.
  private static RoaringBitmap sample(RoaringBitmap members) {
    int count = members.getCardinality();
    var some = new RoaringBitmap();
    for (int i = 0; i < Math.min(SAMPLE, count); i++) {
      some.add(members.select((int) ((long) i * count / Math.min(SAMPLE, count))));
    }
    return some;
  }

  private List<Finding> findings(Condition rule) {
    return Lint.of(rule, collected()).stream()
        .map(
            found ->
                new Finding(
                    found.kind().wire(),
                    found.path(),
                    found.zh(),
                    found.en(),
                    found.near(),
                    fixes(rule, found)))
        .toList();
  }

  private static List<Fix> fixes(Condition rule, Lint.Finding found) {
    return switch (found.kind()) {
      case NO_DATA -> {
        // A property is said with its event before it.
        String wrong = found.other().substring(found.other().indexOf('.') + 1);
        yield found.near().stream()
            .map(
                name ->
                    new Fix(name, RuleText.write(Repair.renamed(rule, found.path(), wrong, name))))
            .toList();
      }
      case SUBSUMED -> List.of(new Fix(null, RuleText.write(Repair.without(rule, found.path()))));
      case ALWAYS_EMPTY, EVERYBODY -> List.of();
    };
  }

  /// Event names that came; those of the catalogue are near, too, to one that did not.
  private Lint.Collected collected() {
    Collected collected = engine.ask().collected();
    return new Lint.Collected() {
      @Override
      public boolean event(String name) {
        return collected.event(name);
      }

      @Override
      public boolean property(String event, String property) {
        return collected.property(event, property);
      }

      @Override
      public boolean trait(String trait) {
        return collected.traits().contains(trait);
      }

      @Override
      public boolean tag(String tag) {
        return collected.tags().contains(tag);
      }

      @Override
      public List<String> near(String what, String name) {
        return switch (what) {
          case "event" -> {
            if (engine.catalogue().find(name) != null) {
              // Spelt as it should be: it just never came.
              yield List.of();
            }
            var known = new TreeSet<String>(collected.properties().keySet());
            engine.catalogue().all().stream().map(EventType::name).forEach(known::add);
            yield Near.misspelt(name, known);
          }
          case "property" -> {
            int dot = name.indexOf('.');
            yield Near.misspelt(
                name.substring(dot + 1),
                collected.properties().getOrDefault(name.substring(0, dot), Set.of()));
          }
          case "trait" -> Near.misspelt(name, collected.traits());
          default -> Near.misspelt(name, collected.tags());
        };
      }
    };
  }
}
