package io.huoshui.server.profile;

import java.util.List;

/// Somebody was erased: whoever keeps rows about people forgets theirs now.
///
/// @param names all the person's profile was ever called
public record Forgotten(List<Integer> names) {
  public Forgotten {
    names = List.copyOf(names);
  }
}
