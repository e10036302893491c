package io.huoshui.server.tag;

import io.huoshui.engine.Engine;
import io.huoshui.server.access.Problem;
import io.huoshui.tag.Tag;
import io.huoshui.tag.TagGroup;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/// A tag that hands may put on: what follows a segment is the segment's to say.
public final class HandTag {
  private HandTag() {}

  /// @return its name
  /// @throws Problem.Refusal for no tag, and for one that follows
  public static String named(Engine engine, @Nullable String name) {
    Tag tag;
    try {
      tag = new Tag(name == null ? "" : name, new Tag.By.Hand());
    } catch (IllegalArgumentException e) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_tag", String.valueOf(e.getMessage()))
          .at("tag", String.valueOf(name), "1 to " + Tag.LONGEST + " characters, no space around")
          .thrown();
    }
    TagGroup group = engine.ask().tags().groupOf(tag.name());
    Tag known = group == null ? null : group.find(tag.name());
    if (known != null && known.by() instanceof Tag.By.Membership(String segment)) {
      throw Problem.of(HttpStatus.CONFLICT, "tag_follows", "Tag '" + name + "' follows a segment.")
          .at("tag", tag.name(), "a tag that no segment puts on")
          .next("Change segment '" + segment + "', or let the tag follow it no more.")
          .thrown();
    }
    return tag.name();
  }
}
