package io.huoshui.event;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Something that happened to a person.
///
/// @param id the sender's own id; a second event with the same id is the same event
/// @param name `object_verb`, one of the [EventCatalogue]
/// @param time when it happened, to the millisecond
/// @param source who says so: `tmall`, `pos`, `wecom`…
/// @param identifiers the names of the person it happened to, at least one, strongest first
public record Event(
    String id,
    String name,
    Instant time,
    String source,
    List<Identifier> identifiers,
    Properties properties) {
  public Event {
    if (identifiers.isEmpty()) {
      throw new IllegalArgumentException("Event " + id + " names nobody");
    }
    identifiers = strongestFirst(identifiers);
  }

  /// Insertion into a handful: this runs for every event, and most name one or two, in order.
  private static List<Identifier> strongestFirst(List<Identifier> named) {
    if (named.size() == 1) {
      return List.copyOf(named);
    }
    var sorted = new ArrayList<Identifier>(named.size());
    for (Identifier identifier : named) {
      int at = sorted.size();
      while (at > 0 && compare(sorted.get(at - 1), identifier) > 0) {
        at--;
      }
      if (at == 0 || !sorted.get(at - 1).equals(identifier)) {
        sorted.add(at, identifier);
      }
    }
    return List.copyOf(sorted);
  }

  private static int compare(Identifier a, Identifier b) {
    int byKind = a.kind().compareTo(b.kind());
    int byScope = byKind != 0 ? byKind : a.scope().compareTo(b.scope());
    return byScope != 0 ? byScope : a.value().compareTo(b.value());
  }
}
