package io.huoshui.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A place in a JSON value that is being read: what stands there, and how to say where it is. Every
/// refusal names the path, what was found and what is allowed.
///
/// @param json null where nothing stands
/// @param at the path, `tagGroup.tags[2].segment`
public record Place(@Nullable Json json, String at) {
  /// What stands under a key; the place itself has to be an object.
  public Place get(String key) {
    return new Place(object().get(key), at + "." + key);
  }

  public boolean absent() {
    return json == null || json instanceof Json.Null;
  }

  public Json.Obj object() {
    if (json instanceof Json.Obj object) {
      return object;
    }
    throw refused("an object");
  }

  /// Refuses keys beside these.
  public void only(String... allowed) {
    Set<String> known = Set.of(allowed);
    for (String key : object().fields().keySet()) {
      if (!known.contains(key)) {
        throw new UnreadableException(at, "'" + key + "'", String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  /// A text that says something.
  public String text() {
    if (json instanceof Json.Str(String text) && !text.isBlank()) {
      return text;
    }
    throw refused("a text");
  }

  public String text(String otherwise) {
    return absent() ? otherwise : text();
  }

  /// The places of a list; none where nothing stands.
  public List<Place> list() {
    if (absent()) {
      return List.of();
    }
    if (!(json instanceof Json.Arr(List<Json> items))) {
      throw refused("a list");
    }
    var places = new ArrayList<Place>(items.size());
    for (int i = 0; i < items.size(); i++) {
      places.add(new Place(items.get(i), at + "[" + i + "]"));
    }
    return places;
  }

  /// One of some words.
  public String oneOf(String... words) {
    String text = text();
    if (!List.of(words).contains(text)) {
      throw refused(String.join(", ", words));
    }
    return text;
  }

  public UnreadableException refused(String allowed) {
    String found = json == null ? "nothing" : json.write();
    return new UnreadableException(
        at, found.length() <= 80 ? found : found.substring(0, 77) + "…", allowed);
  }
}
