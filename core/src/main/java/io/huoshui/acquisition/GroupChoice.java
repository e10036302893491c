package io.huoshui.acquisition;

import io.huoshui.acquisition.LiveCode.Grouped;
import java.util.List;
import java.util.Map;

/// Which groups a group code leads to now.
public final class GroupChoice {
  /// chat_ids of one join way (path/92229, 2025-11).
  public static final int MOST = 5;

  private GroupChoice() {}

  /// The first groups that are not full, at most [#MOST]; when all are full, the last one, into
  /// which the platform lets nobody more and after which it founds another where that is wanted.
  ///
  /// @param people how many are in each group; a group of which nothing is known is empty
  public static List<String> of(Grouped code, Map<String, Integer> people) {
    List<String> open =
        code.groups().stream()
            .filter(group -> people.getOrDefault(group, 0) < code.full())
            .limit(MOST)
            .toList();
    return open.isEmpty() ? List.of(code.groups().getLast()) : open;
  }
}
