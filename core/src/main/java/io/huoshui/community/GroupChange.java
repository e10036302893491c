package io.huoshui.community;

import java.time.Instant;
import java.util.List;

/// Something that happened to a group itself and to nobody in particular: a line of its own log.
public sealed interface GroupChange {
  Instant at();

  /// Somebody opened the group.
  record Created(Instant at, String name, String owner) implements GroupChange {}

  record Renamed(Instant at, String name) implements GroupChange {}

  record OwnerChanged(Instant at, String owner) implements GroupChange {}

  record AdminsChanged(Instant at, List<String> admins) implements GroupChange {
    public AdminsChanged {
      admins = List.copyOf(admins);
    }
  }

  record Noticed(Instant at, String notice) implements GroupChange {}

  record Dissolved(Instant at) implements GroupChange {}
}
