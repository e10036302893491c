package io.huoshui.server.audience;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Collected;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import io.huoshui.server.access.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// Several rules beside each other, and one rule taken apart. Every number is exact, all of one
/// answer belong to one instant, and every cell names the rule that picks exactly its people.
@RestController
@RequestMapping("/api/v1/segments")
class CompareResource {
  private static final int MOST_SEGMENTS = 10;
  private static final int MOST_CELLS = 50;
  private static final String BY = "lifecycle, rfm, source, tag, channel, trait:NAME";

  private final Engine engine;
  private final Rules rules;

  CompareResource(Engine engine, Rules rules) {
    this.engine = engine;
    this.rules = rules;
  }

  /// @param segments names of published segments, or rules in their text form
  record Several(@Nullable List<String> segments) {}

  /// @param people in both the row's and the column's
  /// @param share of the row's
  record Cell(long people, double share) {}

  record Row(String name, String text, long count, List<Cell> cells) {}

  record Overlap(List<Row> rows, Instant at, long record) {}

  /// How many people any two of some segments share.
  @PostMapping("/overlap")
  Overlap overlap(@RequestBody Several body) {
    List<String> names = body.segments() == null ? List.of() : body.segments();
    if (names.isEmpty() || names.size() > MOST_SEGMENTS) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_segments", "So many can not be compared.")
          .at("segments", names.size() + " segments", "1 to " + MOST_SEGMENTS)
          .thrown();
    }
    Set<String> published = rules.segments();
    List<Condition> asked =
        names.stream()
            .map(
                name ->
                    published.contains(name)
                        ? new Condition.InSegment(name)
                        : rules.read(name, null))
            .toList();
    Questions.Picked picked = engine.ask().pick(asked);
    var rows = new ArrayList<Row>();
    for (int i = 0; i < asked.size(); i++) {
      RoaringBitmap row = picked.members().get(i);
      long count = row.getLongCardinality();
      rows.add(
          new Row(
              names.get(i),
              RuleText.write(asked.get(i)),
              count,
              picked.members().stream()
                  .map(column -> (long) RoaringBitmap.andCardinality(row, column))
                  .map(people -> new Cell(people, Rules.share(people, count)))
                  .toList()));
    }
    return new Overlap(rows, picked.at(), picked.record());
  }

  /// @param text the text form; or
  /// @param rule the JSON form
  /// @param by `lifecycle`, `rfm`, `source`, `tag`, `channel`, `trait:NAME`
  record Parted(@Nullable String text, @Nullable JsonNode rule, @Nullable String by) {}

  /// @param text the rule that picks exactly these people
  record Slice(String value, long people, double share, String text) {}

  /// @param cells at most fifty, the largest first; somebody with two tags is in two
  /// @param rest who is in none of the cells
  record Breakdown(long count, List<Slice> cells, Slice rest, Instant at, long record) {}

  /// A value and the rule of whoever has it.
  private record Kind(String name, Condition rule) {}

  /// How many of a rule's people have each value of something.
  @PostMapping("/breakdown")
  Breakdown breakdown(@RequestBody Parted body) {
    Condition rule = rules.read(body.text(), body.rule());
    List<Kind> values = values(rule, String.valueOf(body.by()));
    var asked = new ArrayList<Condition>();
    asked.add(rule);
    values.forEach(value -> asked.add(value.rule()));
    Questions.Picked picked = engine.ask().pick(asked);
    RoaringBitmap members = picked.members().getFirst();
    long count = members.getLongCardinality();
    record Found(Kind value, RoaringBitmap people) {}
    var found = new ArrayList<Found>();
    for (int i = 0; i < values.size(); i++) {
      found.add(new Found(values.get(i), RoaringBitmap.and(members, picked.members().get(i + 1))));
    }
    found.removeIf(each -> each.people().isEmpty());
    found.sort(Comparator.comparingInt((Found each) -> -each.people().getCardinality()));
    List<Found> shown = found.subList(0, Math.min(MOST_CELLS, found.size()));
    RoaringBitmap rest = members.clone();
    shown.forEach(each -> rest.andNot(each.people()));
    Condition others =
        shown.isEmpty()
            ? rule
            : Rules.all(
                rule,
                new Condition.Not(
                    Rules.any(shown.stream().map(each -> each.value().rule()).toList())));
    return new Breakdown(
        count,
        shown.stream()
            .map(
                each ->
                    slice(
                        each.value().name(),
                        each.people(),
                        count,
                        Rules.all(rule, each.value().rule())))
            .toList(),
        slice("", rest, count, others),
        picked.at(),
        picked.record());
  }

  private static Slice slice(String value, RoaringBitmap people, long count, Condition rule) {
    long number = people.getLongCardinality();
    return new Slice(value, number, Rules.share(number, count), RuleText.write(rule));
  }

  private List<Kind> values(Condition rule, String by) {
    return switch (by) {
      case "lifecycle" ->
          Arrays.stream(Lifecycle.values())
              .map(state -> new Kind(state.wire(), new Condition.InLifecycle(state)))
              .toList();
      case "rfm" ->
          Arrays.stream(Rfm.Class8.values())
              .map(
                  known ->
                      new Kind(
                          known.wire(),
                          new Condition.InRfm(
                              known.scores().get(0), known.scores().get(1), known.scores().get(2))))
              .toList();
      case "channel" ->
          Arrays.stream(ChannelKind.values())
              .map(channel -> new Kind(channel.wire(), new Condition.Reachable(channel)))
              .toList();
      case "tag" ->
          commonest(rule, person -> person.tags().stream().map(Value::of).toList()).stream()
              .map(tag -> new Kind(tag.shown(), new Condition.HasTag(tag.shown())))
              .toList();
      case "source" -> {
        Collected collected = engine.ask().collected();
        yield collected.sources().stream()
            .map(source -> new Kind(source, from(source, collected.properties().keySet())))
            .toList();
      }
      default -> {
        if (!by.startsWith("trait:") || by.length() == 6) {
          throw Problem.of(
                  HttpStatus.UNPROCESSABLE_CONTENT, "bad_breakdown", "Nothing to take it apart by.")
              .at("by", by, BY)
              .thrown();
        }
        yield traits(rule, by.substring(6));
      }
    };
  }

  /// Anybody of whom a source ever sent anything.
  private static Condition from(String source, Set<String> events) {
    return Rules.any(
        events.stream()
            .<Condition>map(
                event ->
                    new Condition.Did(
                        EventPattern.of(
                            event,
                            new EventPattern.Where(
                                EventPattern.SOURCE, Operator.EQUAL, Value.of(source))),
                        Condition.Times.atLeast(1),
                        Window.ever()))
            .toList());
  }

  private List<Kind> traits(Condition rule, String trait) {
    var values = new ArrayList<Value>();
    for (Value value : commonest(rule, person -> values(person.trait(trait)))) {
      // 12 and "12" are one value to a rule.
      if (values.stream().noneMatch(known -> Operator.EQUAL.test(value, known))) {
        values.add(value);
      }
    }
    return values.stream()
        .map(value -> new Kind(value.shown(), new Condition.HasTrait(trait, Operator.EQUAL, value)))
        .toList();
  }

  private static Set<Value> values(@Nullable Value trait) {
    return switch (trait) {
      case null -> Set.of();
      case Value.Many(List<Value> many) -> new LinkedHashSet<>(many);
      case Value one -> Set.of(one);
    };
  }

  private List<Value> commonest(Condition rule, Function<Person, Collection<Value>> values) {
    return engine.ask().commonest(engine.ask().members(rule), values, MOST_CELLS);
  }
}
