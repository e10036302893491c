package io.huoshui.tag;

import io.huoshui.audience.RuleException;
import io.huoshui.audience.RuleText;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.EventPattern;
import io.huoshui.tag.Tag.By;
import io.huoshui.tag.TagGroup.Choice;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// Tag groups as JSON:
///
/// ```
/// {"name": "intent", "title": "购买意向", "choice": "single",
///  "tags": [{"tag": "高意向", "segment": "hot"},
///           {"tag": "问过价格", "on": "message_replied where [text contains \"价格\"]", "off": "order_paid"},
///           "低意向"],
///  "answers": [{"event": "form_submitted where [form = \"welcome\"]", "property": "intent"}]}
/// ```
public final class TagGroupJson {
  private TagGroupJson() {}

  /// @throws UnreadableException naming the path, what was found and what is allowed
  public static TagGroup read(Json json) {
    var at = new Place(json, "tagGroup");
    at.only("name", "title", "choice", "tags", "answers");
    String name = at.get("name").text();
    Choice choice =
        at.get("choice").absent() || at.get("choice").oneOf("single", "many").equals("many")
            ? Choice.MANY
            : Choice.SINGLE;
    var tags = new ArrayList<Tag>();
    for (Place tag : at.get("tags").list()) {
      tags.add(tag(tag));
    }
    var answers = new ArrayList<TagGroup.Answer>();
    for (Place answer : at.get("answers").list()) {
      answer.only("event", "property");
      answers.add(new TagGroup.Answer(event(answer.get("event")), answer.get("property").text()));
    }
    try {
      return new TagGroup(name, at.get("title").text(name), choice, tags, answers);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(
          "tagGroup", name, String.valueOf(e.getMessage()).replaceAll("\\.$", ""));
    }
  }

  private static Tag tag(Place at) {
    if (at.json() instanceof Json.Str) {
      return tag(at, at.text(), new By.Hand());
    }
    at.only("tag", "segment", "on", "off");
    String name = at.get("tag").text();
    if (!at.get("segment").absent()) {
      if (!at.get("on").absent() || !at.get("off").absent()) {
        throw at.refused("a segment, or on and off, not both");
      }
      return tag(at, name, new By.Membership(at.get("segment").text()));
    }
    if (at.get("on").absent()) {
      if (!at.get("off").absent()) {
        throw at.refused("off beside on");
      }
      return tag(at, name, new By.Hand());
    }
    return tag(
        at,
        name,
        new By.Happening(
            event(at.get("on")), at.get("off").absent() ? null : event(at.get("off"))));
  }

  private static Tag tag(Place at, String name, By by) {
    try {
      return new Tag(name, by);
    } catch (IllegalArgumentException e) {
      throw at.refused("1 to " + Tag.LONGEST + " characters, no space around");
    }
  }

  private static EventPattern event(Place at) {
    try {
      EventPattern event = RuleText.event(at.text());
      if (event.event().startsWith("tag_")) {
        throw at.refused("an event that is no tagging: tags that follow tags follow a segment");
      }
      return event;
    } catch (RuleException e) {
      throw new UnreadableException(at.at() + ", " + e.where(), e.found(), e.allowed());
    }
  }

  public static Json write(TagGroup group) {
    var fields = new LinkedHashMap<String, Json>();
    fields.put("name", Json.of(group.name()));
    fields.put("title", Json.of(group.title()));
    fields.put("choice", Json.of(group.choice() == Choice.SINGLE ? "single" : "many"));
    fields.put("tags", Json.of(group.tags().stream().map(TagGroupJson::write).toList()));
    if (!group.answers().isEmpty()) {
      fields.put(
          "answers",
          Json.of(
              group.answers().stream()
                  .map(
                      answer ->
                          Json.object(
                              "event", Json.of(RuleText.write(answer.event())),
                              "property", Json.of(answer.property())))
                  .toList()));
    }
    return new Json.Obj(fields);
  }

  private static Json write(Tag tag) {
    return switch (tag.by()) {
      case By.Hand() -> Json.of(tag.name());
      case By.Membership(String segment) ->
          Json.object("tag", Json.of(tag.name()), "segment", Json.of(segment));
      case By.Happening(EventPattern on, EventPattern off) ->
          off == null
              ? Json.object("tag", Json.of(tag.name()), "on", Json.of(RuleText.write(on)))
              : Json.object(
                  "tag", Json.of(tag.name()),
                  "on", Json.of(RuleText.write(on)),
                  "off", Json.of(RuleText.write(off)));
    };
  }
}
