package io.huoshui.tag;

import io.huoshui.audience.Condition;
import io.huoshui.event.Event;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import io.huoshui.tag.Tag.By;
import io.huoshui.tag.TagGroup.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All tag groups of a brand, and what events mean for tags by them. Immutable.
public final class TagBook {
  public static final TagBook EMPTY = new TagBook(Map.of());

  private final Map<String, TagGroup> groups;
  private final Map<String, TagGroup> groupOf = new HashMap<>();
  private final Map<String, List<Tag>> bySegment = new HashMap<>();
  private final Set<String> heard = new HashSet<>();
  private final boolean anySingle;

  private TagBook(Map<String, TagGroup> groups) {
    this.groups = groups;
    boolean single = false;
    for (TagGroup group : groups.values()) {
      single |= group.choice() == Choice.SINGLE;
      for (Tag tag : group.tags()) {
        groupOf.put(tag.name(), group);
        switch (tag.by()) {
          case By.Hand() -> {}
          case By.Membership(String segment) ->
              bySegment.computeIfAbsent(segment, _ -> new ArrayList<>()).add(tag);
          case By.Happening(EventPattern on, EventPattern off) -> {
            heard.add(on.event());
            if (off != null) {
              heard.add(off.event());
            }
          }
        }
      }
      group.answers().forEach(answer -> heard.add(answer.event().event()));
    }
    anySingle = single;
  }

  /// A tag that an event puts on or takes off.
  public record Put(String tag, boolean on) {}

  public TagBook with(TagGroup group) {
    var more = new LinkedHashMap<>(groups);
    more.put(group.name(), group);
    return new TagBook(more);
  }

  public TagBook without(String group) {
    var fewer = new LinkedHashMap<>(groups);
    fewer.remove(group);
    return new TagBook(fewer);
  }

  /// In the order in which they were first published.
  public List<TagGroup> groups() {
    return List.copyOf(groups.values());
  }

  public @Nullable TagGroup group(String name) {
    return groups.get(name);
  }

  public @Nullable TagGroup groupOf(String tag) {
    return groupOf.get(tag);
  }

  /// The tags that follow a segment.
  public List<Tag> bySegment(String segment) {
    return bySegment.getOrDefault(segment, List.of());
  }

  /// Whether events of a name may put tags on or take them off.
  public boolean hears(String event) {
    return heard.contains(event);
  }

  /// The event with the choice it makes: a tag of a single-choice group is put on as the one of its
  /// group, whoever sends it. Other events stay as they are.
  public Event said(Event event) {
    if (!anySingle || !event.name().equals("tag_added")) {
      return event;
    }
    Properties said = chosen(event.properties());
    return said.equals(event.properties())
        ? event
        : new Event(
            event.id(), event.name(), event.time(), event.source(), event.identifiers(), said);
  }

  /// Properties of a `tag_added` with the choice it makes.
  public Properties chosen(Properties properties) {
    TagGroup group = groupOf.get(properties.text("tag"));
    return group == null || group.choice() != Choice.SINGLE
        ? properties
        : properties.with(Person.CHOICE, Value.of(group.name()));
  }

  /// What one event puts on and takes off, in the order of the groups and their tags.
  public List<Put> puts(Timeline timeline, int index) {
    var puts = new ArrayList<Put>();
    for (TagGroup group : groups.values()) {
      for (Tag tag : group.tags()) {
        if (tag.by() instanceof By.Happening(EventPattern on, EventPattern off)) {
          if (off != null && off.matches(timeline, index)) {
            puts.add(new Put(tag.name(), false));
          }
          if (on.matches(timeline, index)) {
            puts.add(new Put(tag.name(), true));
          }
        }
      }
      for (TagGroup.Answer answer : group.answers()) {
        if (answer.event().matches(timeline, index)) {
          answers(timeline.property(index, answer.property()), group, puts);
        }
      }
    }
    return puts;
  }

  private static void answers(@Nullable Value value, TagGroup group, List<Put> puts) {
    switch (value) {
      case null -> {}
      case Value.Many(List<Value> many) -> many.forEach(one -> answers(one, group, puts));
      case Value one -> {
        if (group.find(one.shown()) != null) {
          puts.add(new Put(one.shown(), true));
        }
      }
    }
  }

  /// A tag that would follow itself: it follows a segment whose rule asks for it, or for another
  /// tag that does, or for one that it takes away. Such tags would be put on and taken off for
  /// ever.
  ///
  /// @param rules a segment's rule, made whole; null when there is none
  /// @return the way back, tag after tag and the first again; empty when there is none
  public List<String> circle(Function<String, @Nullable Condition> rules) {
    var asks = new HashMap<String, Set<String>>();
    bySegment.forEach(
        (segment, tags) -> {
          Condition rule = rules.apply(segment);
          if (rule != null) {
            Set<String> moved = follows(rule);
            tags.forEach(tag -> asks.put(tag.name(), moved));
          }
        });
    for (String tag : new TreeSet<>(asks.keySet())) {
      var way = new ArrayList<String>();
      if (leads(tag, tag, asks, new HashSet<>(), way)) {
        way.addFirst(tag);
        return way;
      }
    }
    return List.of();
  }

  private static boolean leads(
      String from, String to, Map<String, Set<String>> asks, Set<String> seen, List<String> way) {
    for (String next : asks.getOrDefault(from, Set.of())) {
      if (next.equals(to) || (seen.add(next) && leads(next, to, asks, seen, way))) {
        way.addFirst(next);
        return true;
      }
    }
    return false;
  }

  /// The segment-following tags whose coming or going can change what a rule says.
  private Set<String> follows(Condition rule) {
    var asked = new HashSet<String>();
    boolean[] any = new boolean[1];
    rule.each(
        part -> {
          if (part instanceof Condition.HasTag tag) {
            asked.add(tag.tag());
          } else if (part.parts().isEmpty()
              && part.listensTo().stream().anyMatch(name -> name.startsWith("tag_"))) {
            any[0] = true;
          }
        });
    var follows = new TreeSet<String>();
    for (List<Tag> tags : bySegment.values()) {
      for (Tag tag : tags) {
        TagGroup group = groupOf.get(tag.name());
        boolean takesAway =
            group != null
                && group.choice() == Choice.SINGLE
                && group.tags().stream().anyMatch(other -> asked.contains(other.name()));
        if (any[0] || asked.contains(tag.name()) || takesAway) {
          follows.add(tag.name());
        }
      }
    }
    return follows;
  }
}
