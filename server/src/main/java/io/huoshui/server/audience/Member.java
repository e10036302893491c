package io.huoshui.server.audience;

import io.huoshui.engine.Questions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One of the people picked, masked.
record Member(String id, @Nullable String name, int events, String lifecycle) {
  static List<Member> of(List<Questions.Line> lines) {
    return lines.stream()
        .map(
            line ->
                new Member(
                    "p" + line.profile(),
                    masked(line.name()),
                    line.events(),
                    line.lifecycle().wire()))
        .toList();
  }

  private static @Nullable String masked(@Nullable String name) {
    return name == null || name.isEmpty()
        ? name
        : name.substring(0, name.offsetByCodePoints(0, 1)) + "**";
  }
}
