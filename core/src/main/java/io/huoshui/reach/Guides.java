package io.huoshui.reach;

import io.huoshui.event.Value;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.util.Collections;
import java.util.HashSet;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who speaks for the brand to whom: a person's guide is who added them last, or who took over from
/// them.
///
/// @param left by guide who is no more with the brand, who took over; empty when nobody did
public record Guides(SortedMap<String, String> left) {
  public static final Guides ALL_HERE = new Guides(new TreeMap<>());

  /// In a template: each person's message comes from their own guide.
  public static final String OWN = "{guide}";

  public Guides {
    left = Collections.unmodifiableSortedMap(new TreeMap<>(left));
  }

  public Guides without(String guide, String successor) {
    var next = new TreeMap<>(left);
    next.put(guide, successor);
    return new Guides(next);
  }

  public Guides with(String guide) {
    var next = new TreeMap<>(left);
    next.remove(guide);
    return new Guides(next);
  }

  /// Who stands in a guide's place today.
  ///
  /// @return the guide, or who took over in the end; empty when nobody did
  public String today(String guide) {
    if (!left.containsKey(guide)) {
      return guide;
    }
    String now = guide;
    var seen = new HashSet<String>();
    while (left.containsKey(now) && seen.add(now)) {
      now = left.getOrDefault(now, "");
    }
    return left.containsKey(now) ? "" : now;
  }

  /// Everybody in whose place a guide stands today, and the guide.
  public SortedSet<String> behind(String guide) {
    var all = new TreeSet<String>();
    all.add(guide);
    left.keySet().stream().filter(gone -> today(gone).equals(guide)).forEach(all::add);
    return all;
  }

  /// A person's guide today; empty when nobody added them, or the guide left and nobody took over.
  public String of(Person person) {
    Timeline timeline = person.timeline();
    for (int i = timeline.size() - 1; i >= 0; i--) {
      if (timeline.name(i).equals("contact_added")) {
        Value guide = timeline.property(i, "guide");
        return guide == null ? "" : today(guide.shown());
      }
    }
    return "";
  }

  /// Who sends a message to a person.
  ///
  /// @param sender as the template names it: a guide, a sign name, [#OWN], or empty where the
  ///   platform chooses
  /// @return null when there is nobody to send it
  public @Nullable String sender(String sender, Person person) {
    if (sender.isEmpty()) {
      return "";
    }
    String who = sender.equals(OWN) ? of(person) : today(sender);
    return who.isEmpty() ? null : who;
  }
}
