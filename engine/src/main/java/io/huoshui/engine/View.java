package io.huoshui.engine;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One person at a time, without allocation: moved from person to person; one per thread.
final class View implements Person, Timeline {
  static final int[] NONE = new int[0];

  private final State state;
  private int profile;
  private EventStore fresh;
  private int[] events = NONE;
  private int count;

  View(State state) {
    this.state = state;
    this.fresh = new EventStore(state.words);
  }

  /// Looks at a profile, by its name.
  View of(int ofProfile) {
    profile = ofProfile;
    int ordinal = state.ordinals.of(ofProfile);
    if (ordinal < 0) {
      events = NONE;
      count = 0;
    } else {
      state.lanes[Lane.of(ordinal)].timelines.show(Lane.local(ordinal), this);
    }
    return this;
  }

  void shown(EventStore store, int[] numbers, int size) {
    fresh = store;
    events = numbers;
    count = size;
  }

  @Override
  public int profile() {
    return profile;
  }

  @Override
  public Timeline timeline() {
    return this;
  }

  @Override
  public boolean has(IdentifierKind kind) {
    return identifier(kind) != null;
  }

  /// The first known identifier of a kind, or null.
  @Nullable Identifier identifier(IdentifierKind kind) {
    for (int node : state.graph.members(profile)) {
      if (state.graph.identifier(node).kind() == kind) {
        return state.graph.identifier(node);
      }
    }
    return null;
  }

  @Override
  public boolean inAudience(String audience) {
    for (int node : state.graph.members(profile)) {
      if (state.audienceHas(audience, node)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public List<String> traitNames() {
    var found = new TreeSet<String>();
    for (int i = 0; i < count; i++) {
      if (name(i).equals("profile_updated")) {
        properties(i).keys().stream().filter(key -> !key.startsWith("$")).forEach(found::add);
      }
    }
    return List.copyOf(found);
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public String name(int index) {
    return state.words.nameOf(nameNumber(index));
  }

  int nameNumber(int index) {
    return fresh.nameNumber(events[index]);
  }

  @Override
  public long timeMs(int index) {
    return fresh.timeMs(events[index]);
  }

  @Override
  public String source(int index) {
    return state.words.sourceOf(sourceNumber(index));
  }

  int sourceNumber(int index) {
    return fresh.sourceNumber(events[index]);
  }

  /// The identifier the event hangs on.
  int node(int index) {
    return fresh.node(events[index]);
  }

  @Override
  public @Nullable Value property(int index, String key) {
    int code = state.words.findKey(key);
    return code < 0 ? null : fresh.property(events[index], code);
  }

  /// All properties of an event, weak identifiers under their `$kind` included.
  Properties properties(int index) {
    return fresh.properties(events[index]);
  }
}
