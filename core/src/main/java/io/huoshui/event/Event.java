package io.huoshui.event;

import java.time.Instant;
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

  private static List<Identifier> strongestFirst(List<Identifier> identifiers) {
    return identifiers.size() == 1
        ? List.copyOf(identifiers)
        : identifiers.stream()
            .distinct()
            .sorted(
                (a, b) -> {
                  int byKind = a.kind().compareTo(b.kind());
                  int byScope = byKind != 0 ? byKind : a.scope().compareTo(b.scope());
                  return byScope != 0 ? byScope : a.value().compareTo(b.value());
                })
            .toList();
  }
}
