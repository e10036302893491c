package io.huoshui.engine;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a brand has collected so far.
///
/// @param properties per event name that came the keys its events had
/// @param traits the keys of `profile_updated`
/// @param tags that were ever put on
/// @param sources from which any event came
public record Collected(
    Map<String, Set<String>> properties,
    Set<String> traits,
    Set<String> tags,
    Set<String> sources) {
  static final String TRAITS = "profile_updated";
  static final String TAGS = "tag_added";
  static final String TAG = "tag";

  public Collected {
    var sorted = new TreeMap<String, Set<String>>();
    properties.forEach((name, keys) -> sorted.put(name, new TreeSet<>(keys)));
    properties = sorted;
    traits = new TreeSet<>(traits);
    tags = new TreeSet<>(tags);
    sources = new TreeSet<>(sources);
  }

  /// Whether an event of a name came.
  public boolean event(String name) {
    return properties.containsKey(name);
  }

  public boolean property(String event, String property) {
    return properties.getOrDefault(event, Set.of()).contains(property);
  }
}
