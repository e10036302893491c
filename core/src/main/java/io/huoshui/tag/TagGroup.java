package io.huoshui.tag;

import io.huoshui.profile.EventPattern;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tags that belong together: intent (high, middle, low), tastes (milk, yogurt, cheese).
///
/// @param name a small letter, then letters, digits, `_`
/// @param title as people read it
/// @param answers events whose property is the answer: its value, when it is one of the tags, is
///   put on
public record TagGroup(
    String name, String title, Choice choice, List<Tag> tags, List<Answer> answers) {
  public static final int MOST_TAGS = 1_000;

  public TagGroup {
    if (!name.matches("[a-z][a-z0-9_]{0,63}")) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is no name of a tag group. Allowed: a small letter, then letters, digits, '_',"
              + " at most 64.");
    }
    tags = List.copyOf(tags);
    answers = List.copyOf(answers);
    var names = new HashSet<String>();
    for (Tag tag : tags) {
      if (!names.add(tag.name())) {
        throw new IllegalArgumentException("Tag '" + tag.name() + "' stands twice in " + name);
      }
    }
    if (tags.isEmpty() || tags.size() > MOST_TAGS) {
      throw new IllegalArgumentException(
          "A group has 1 to " + MOST_TAGS + " tags, " + name + " has " + tags.size());
    }
  }

  /// How many of a group's tags one person may carry.
  public enum Choice {
    /// At most one: the later takes the earlier away.
    SINGLE,
    MANY
  }

  /// @param property of a matching event, whose text, or each text of a list, may name a tag
  public record Answer(EventPattern event, String property) {}

  public @Nullable Tag find(String tag) {
    for (Tag one : tags) {
      if (one.name().equals(tag)) {
        return one;
      }
    }
    return null;
  }
}
