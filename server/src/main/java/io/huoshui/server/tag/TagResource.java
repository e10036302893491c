package io.huoshui.server.tag;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Questions;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.profile.EventPattern;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.PeopleLists;
import io.huoshui.server.audience.Picks;
import io.huoshui.server.audience.Whom;
import io.huoshui.server.job.Jobs;
import io.huoshui.tag.Tag;
import io.huoshui.tag.TagBook;
import io.huoshui.tag.TagGroup;
import io.huoshui.tag.TagGroupJson;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// Tag groups, tags and who carries them.
@RestController
@RequestMapping("/api/v1")
class TagResource {
  /// One page of a tag's history is read from this many carriers' timelines at most.
  private static final int MOST_HISTORY = 200;

  private static final String MANUAL = "manual";

  private final Engine engine;
  private final Definitions definitions;
  private final Picks picks;
  private final PeopleLists lists;
  private final Jobs jobs;
  private final Audit audit;

  TagResource(
      Engine engine,
      Definitions definitions,
      Picks picks,
      PeopleLists lists,
      Jobs jobs,
      Audit audit) {
    this.lists = lists;
    this.engine = engine;
    this.definitions = definitions;
    this.picks = picks;
    this.jobs = jobs;
    this.audit = audit;
  }

  /// @param people who carry it now
  /// @param segment that it follows; or
  /// @param on the event that puts it on, and `off` the one that takes it off
  /// @param text the rule that picks its carriers
  record TagView(
      String tag,
      int people,
      @Nullable String segment,
      @Nullable String on,
      @Nullable String off,
      String text) {}

  record AnswerView(String event, String property) {}

  /// @param several how many people carry more than one tag of a single-choice group: from before
  ///   it was one
  record GroupView(
      String name,
      String title,
      String choice,
      int version,
      List<TagView> tags,
      List<AnswerView> answers,
      int several) {}

  /// @param loose tags that are on people and in no group
  record TagsView(List<GroupView> groups, List<TagView> loose, Instant at, long record) {}

  /// All groups with how many people carry each tag, all of one instant.
  @GetMapping("/tags")
  TagsView tags() {
    TagBook book = engine.ask().tags();
    var names = new ArrayList<String>();
    book.groups().forEach(group -> group.tags().forEach(tag -> names.add(tag.name())));
    var loose = new TreeSet<>(engine.ask().collected().tags());
    names.forEach(loose::remove);
    int grouped = names.size();
    names.addAll(loose);
    Questions.Picked picked =
        engine.ask().pick(names.stream().<Condition>map(Condition.HasTag::new).toList());
    var groups = new ArrayList<GroupView>();
    int at = 0;
    for (TagGroup group : book.groups()) {
      var views = new ArrayList<TagView>();
      var any = new RoaringBitmap();
      var several = new RoaringBitmap();
      for (Tag tag : group.tags()) {
        RoaringBitmap carriers = picked.members().get(at++);
        several.or(RoaringBitmap.and(any, carriers));
        any.or(carriers);
        views.add(view(tag, carriers.getCardinality()));
      }
      groups.add(
          new GroupView(
              group.name(),
              group.title(),
              group.choice() == TagGroup.Choice.SINGLE ? "single" : "many",
              engine.ask().version(Entry.Definition.TAG_GROUP, group.name()),
              views,
              group.answers().stream()
                  .map(answer -> new AnswerView(RuleText.write(answer.event()), answer.property()))
                  .toList(),
              group.choice() == TagGroup.Choice.SINGLE ? several.getCardinality() : 0));
    }
    var others = new ArrayList<TagView>();
    for (String tag : names.subList(grouped, names.size())) {
      int people = picked.members().get(at++).getCardinality();
      if (people > 0) {
        others.add(view(new Tag(tag, new Tag.By.Hand()), people));
      }
    }
    return new TagsView(groups, others, picked.at(), picked.record());
  }

  private static TagView view(Tag tag, int people) {
    String text = RuleText.write(new Condition.HasTag(tag.name()));
    return switch (tag.by()) {
      case Tag.By.Hand() -> new TagView(tag.name(), people, null, null, null, text);
      case Tag.By.Membership(String segment) ->
          new TagView(tag.name(), people, segment, null, null, text);
      case Tag.By.Happening(EventPattern on, EventPattern off) ->
          new TagView(
              tag.name(),
              people,
              null,
              RuleText.write(on),
              off == null ? null : RuleText.write(off),
              text);
    };
  }

  @GetMapping("/tag-groups/{name}")
  JsonNode group(@PathVariable String name) {
    TagGroup group = engine.ask().tags().group(name);
    if (group == null) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_tag_group", "No tag group '" + name + "'.")
          .thrown();
    }
    return definitions.tree(TagGroupJson.write(group).write());
  }

  /// Publishes a group, or takes the place of its former version.
  @PostMapping("/tag-groups")
  JsonNode publish(@RequestBody JsonNode body) {
    TagGroup group = TagGroupJson.read(Json.parse(body.toString()));
    String json = TagGroupJson.write(group).write();
    definitions.publish(Entry.Definition.TAG_GROUP, group.name(), json, json);
    audit.record("tag_group_published", json);
    return group(group.name());
  }

  /// Takes a group out of force. What hands put on stays on people; what followed segments is taken
  /// off.
  @DeleteMapping("/tag-groups/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void retire(@PathVariable String name) {
    definitions.retireTagGroup(name);
    audit.record("tag_group_retired", name);
  }

  /// @param action `put` or `take`
  /// @param why in words, for the history
  record NewBatch(
      @Nullable String tag, @Nullable String action, @Nullable Whom people, @Nullable String why) {}

  /// @param job its number: `GET /api/v1/jobs/{job}` shows how far it is
  record Begun(long job, int people, String said) {}

  /// Tags many people, or takes the tag off.
  @PostMapping("/tags/batches")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Begun batch(@RequestBody NewBatch body) {
    String tag = tag(body.tag());
    boolean on = puts(body.action());
    Picks.Picked picked = picks.of(body.people(), "people");
    String why = body.why() == null ? "" : body.why();
    long job =
        TagBatch.begin(
            jobs, new TagBatch.Wish(tag, on, MANUAL, why), picked.members(), audit.who());
    audit.record(
        on ? "tagged" : "untagged",
        tag + ": " + picked.members().getCardinality() + " people, " + picked.said());
    return new Begun(job, picked.members().getCardinality(), picked.said());
  }

  record Imported(PeopleLists.Report report, long job) {}

  /// Tags everybody on a list, or takes the tag off. The body is the file itself: CSV (also gzip)
  /// or XLSX.
  ///
  /// @param file what it is called
  /// @param kind what a list without a header holds: `phone`, `openid@APP`
  @PostMapping("/tags/import")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Imported imported(
      @RequestParam String tag,
      @RequestParam(defaultValue = "put") String action,
      @RequestParam(defaultValue = "list.csv") String file,
      @RequestParam(defaultValue = "") String kind,
      HttpServletRequest request)
      throws IOException {
    String name = tag(tag);
    boolean on = puts(action);
    PeopleLists.Matched matched = lists.match(request.getInputStream(), file, kind);
    long job =
        TagBatch.begin(
            jobs,
            new TagBatch.Wish(name, on, "import", matched.report().said()),
            matched.members(),
            audit.who());
    audit.record(on ? "tagged" : "untagged", name + ": " + matched.report().said());
    return new Imported(matched.report(), job);
  }

  private static boolean puts(@Nullable String action) {
    if ("put".equals(action) || "take".equals(action)) {
      return "put".equals(action);
    }
    throw Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT, "bad_action", "A tag is put on or taken off.")
        .at("action", String.valueOf(action), "put, take")
        .thrown();
  }

  private String tag(@Nullable String name) {
    return HandTag.named(engine, name);
  }

  /// @param by who put it on; empty when a system did
  /// @param cause `segment x`, `event x`, `journey x`, or empty
  record CarriedView(
      String tag,
      @Nullable String group,
      Instant since,
      String source,
      String by,
      String why,
      String cause) {}

  /// @param what `put` or `taken`
  record Moment(
      String tag, String what, Instant at, String source, String by, String why, String cause) {}

  record OfPerson(List<CarriedView> carried, List<Moment> history) {}

  /// What somebody carries, and every tagging there was: who, what, when, why.
  @GetMapping("/profiles/{id}/tags")
  OfPerson ofPerson(@PathVariable String id) {
    int profile = profile(id);
    TagBook book = engine.ask().tags();
    List<CarriedView> carried =
        engine.ask().carried(profile).stream()
            .map(
                one -> {
                  TagGroup group = book.groupOf(one.tag());
                  return new CarriedView(
                      one.tag(),
                      group == null ? null : group.name(),
                      one.since(),
                      one.source(),
                      one.properties().text("by"),
                      one.properties().text("why"),
                      cause(one.properties()));
                })
            .toList();
    var history = new ArrayList<Moment>();
    int before = Integer.MAX_VALUE;
    List<Questions.Happening> page = engine.ask().timeline(profile, before, MOST_HISTORY);
    while (!page.isEmpty() && history.size() < MOST_HISTORY) {
      for (Questions.Happening event : page) {
        if (event.name().equals("tag_added") || event.name().equals("tag_removed")) {
          history.add(
              new Moment(
                  event.properties().text("tag"),
                  event.name().equals("tag_added") ? "put" : "taken",
                  event.time(),
                  event.source(),
                  event.properties().text("by"),
                  event.properties().text("why"),
                  cause(event.properties())));
        }
      }
      page = engine.ask().timeline(profile, page.getLast().index(), MOST_HISTORY);
    }
    return new OfPerson(carried, history);
  }

  private static String cause(Properties properties) {
    for (String key : List.of("segment", "event", "journey")) {
      if (properties.get(key) != null) {
        return key + " " + properties.text(key);
      }
    }
    return "";
  }

  /// @param put tags to put on
  /// @param take tags to take off
  record Change(@Nullable List<String> put, @Nullable List<String> take, @Nullable String why) {}

  /// Tags one person by hand.
  @PostMapping("/profiles/{id}/tags")
  OfPerson change(@PathVariable String id, @RequestBody Change body) {
    int profile = profile(id);
    var members = RoaringBitmap.bitmapOf(profile);
    List<String> put = body.put() == null ? List.of() : body.put().stream().map(this::tag).toList();
    List<String> take =
        body.take() == null ? List.of() : body.take().stream().map(this::tag).toList();
    String why = body.why() == null ? "" : body.why();
    take.forEach(tag -> engine.tag(tag, false, MANUAL, audit.who(), why, members));
    put.forEach(tag -> engine.tag(tag, true, MANUAL, audit.who(), why, members));
    audit.record("tagged_one", "p" + profile + ": put " + put + ", taken " + take);
    return ofPerson(id);
  }

  private int profile(String id) {
    int profile =
        id.matches("p\\d{1,9}") ? engine.ask().named(Integer.parseInt(id.substring(1))) : -1;
    if (profile < 0) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_profile", "No customer '" + id + "'.")
          .at("id", id, "p and the number of a customer")
          .thrown();
    }
    return profile;
  }
}
