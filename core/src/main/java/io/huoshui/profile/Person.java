package io.huoshui.profile;

import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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

  /// The same within a scope; an empty one is any.
  default boolean has(IdentifierKind kind, String scope) {
    return has(kind);
  }

  /// Whether the person is in the audience frozen under this name.
  boolean inAudience(String audience);

  /// Whether the person satisfies the rule published under this name at an instant.
  boolean inSegment(String segment, Instant now);

  /// Whether the person ever stood so on a journey.
  boolean onJourney(String journey, Standing standing);

  /// How far somebody came on a journey. What holds once holds for ever, but [#ACTIVE].
  enum Standing {
    ENTERED,
    /// On it now.
    ACTIVE,
    HELD_OUT,
    /// A message was let out to them.
    SENT,
    DELIVERED,
    CLICKED,
    /// Reached its goal.
    CONVERTED,
    FINISHED;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable Standing ofWire(String wire) {
      for (Standing known : values()) {
        if (known.wire().equals(wire)) {
          return known;
        }
      }
      return null;
    }
  }

  /// Whether somebody clicked a link that a journey sent.
  static boolean clicked(Timeline timeline, String journey) {
    for (int i = timeline.size() - 1; i >= 0; i--) {
      if (timeline.name(i).equals("link_clicked")
          && timeline.property(i, "touchpoint") instanceof Value.Text(String key)
          && key.startsWith(journey + "/")) {
        return true;
      }
    }
    return false;
  }

  /// The events that may say where somebody is, by `lat` and `lon` in degrees.
  List<String> LOCATED =
      List.of("checked_in", "location_reported", "profile_updated", "store_visited");

  /// Whether two numbers are degrees north and east.
  static boolean isPlace(double lat, double lon) {
    return Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  }

  /// Where the person was last, as latitude and longitude in degrees; null when nobody said.
  default double @Nullable [] location() {
    Timeline timeline = timeline();
    for (int i = timeline.size() - 1; i >= 0; i--) {
      if (LOCATED.contains(timeline.name(i))) {
        Value lat = timeline.property(i, "lat");
        Value lon = timeline.property(i, "lon");
        if (lat != null && lon != null && isPlace(lat.asNumber(), lon.asNumber())) {
          return new double[] {lat.asNumber(), lon.asNumber()};
        }
      }
    }
    return null;
  }

  /// Whether the person is in a group now; the empty name is any.
  default boolean inGroup(String group) {
    Timeline timeline = timeline();
    var left = new TreeSet<String>();
    for (int i = timeline.size() - 1; i >= 0; i--) {
      String name = timeline.name(i);
      boolean joined = name.equals("group_joined");
      if ((joined || name.equals("group_left"))
          && timeline.property(i, "group") instanceof Value.Text(String text)
          && (group.isEmpty() || group.equals(text))) {
        if (!joined) {
          left.add(text);
        } else if (!left.contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

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

  /// The property by which a `tag_added` says of which single-choice group its tag is the one: it
  /// takes the group's other tags away.
  String CHOICE = "choice";

  default boolean tagged(String tag) {
    return taggedBy(tag) >= 0;
  }

  /// The event by which the person carries a tag now, as its index; -1 when they do not.
  default int taggedBy(String tag) {
    Timeline timeline = timeline();
    Set<Value> chosenSince = Set.of();
    for (int i = timeline.size() - 1; i >= 0; i--) {
      String name = timeline.name(i);
      boolean added = name.equals("tag_added");
      if (!added && !name.equals("tag_removed")) {
        continue;
      }
      Value choice = added ? timeline.property(i, CHOICE) : null;
      if (timeline.property(i, "tag") instanceof Value.Text(String text) && text.equals(tag)) {
        return added && (choice == null || !chosenSince.contains(choice)) ? i : -1;
      }
      if (choice != null) {
        chosenSince = chosenSince.isEmpty() ? new HashSet<>() : chosenSince;
        chosenSince.add(choice);
      }
    }
    return -1;
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
    GIVEN("consent"),
    WITHDRAWN("withdrawn"),
    UNKNOWN("unasked");

    private final String wire;

    Consent(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }
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
