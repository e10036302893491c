package io.huoshui.profile;

import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A person as rules see one. Traits, tags and consents are folds over the timeline: the latest
/// word counts.
public interface Person {
  /// The profile's name, its smallest identifier node.
  int profile();

  Timeline timeline();

  boolean has(IdentifierKind kind);

  /// Whether the person is in the audience frozen under this name.
  boolean inAudience(String audience);

  /// The trait's latest value, or null when nobody ever said.
  default @Nullable Value trait(String key) {
    Timeline timeline = timeline();
    for (int i = timeline.size() - 1; i >= 0; i--) {
      if (timeline.name(i).equals("profile_updated")) {
        Value value = timeline.property(i, key);
        if (value != null) {
          return value;
        }
      }
    }
    return null;
  }

  default boolean tagged(String tag) {
    Timeline timeline = timeline();
    for (int i = timeline.size() - 1; i >= 0; i--) {
      String name = timeline.name(i);
      boolean added = name.equals("tag_added");
      if ((added || name.equals("tag_removed"))
          && timeline.property(i, "tag") instanceof Value.Text(String text)
          && text.equals(tag)) {
        return added;
      }
    }
    return false;
  }

  default Consent consent(String channel) {
    Timeline timeline = timeline();
    for (int i = timeline.size() - 1; i >= 0; i--) {
      String name = timeline.name(i);
      boolean given = name.equals("consent_given");
      if ((given || name.equals("consent_withdrawn"))
          && timeline.property(i, "channel") instanceof Value.Text(String text)
          && text.equals(channel)) {
        return given ? Consent.GIVEN : Consent.WITHDRAWN;
      }
    }
    return Consent.UNKNOWN;
  }

  /// What the person said about a channel, last.
  enum Consent {
    GIVEN,
    WITHDRAWN,
    UNKNOWN
  }

  /// All traits, by name.
  default Map<String, Value> traits() {
    var traits = new TreeMap<String, Value>();
    for (String key : traitNames()) {
      Value value = trait(key);
      if (value != null) {
        traits.put(key, value);
      }
    }
    return traits;
  }

  /// The trait names anybody ever gave this person.
  List<String> traitNames();

  /// The tags the person carries now, by name.
  default List<String> tags() {
    Timeline timeline = timeline();
    var seen = new TreeSet<String>();
    for (int i = 0; i < timeline.size(); i++) {
      if (timeline.name(i).equals("tag_added")
          && timeline.property(i, "tag") instanceof Value.Text(String tag)) {
        seen.add(tag);
      }
    }
    var tags = new ArrayList<String>();
    for (String tag : seen) {
      if (tagged(tag)) {
        tags.add(tag);
      }
    }
    return tags;
  }
}
