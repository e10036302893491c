package io.huoshui.server.audience;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// One of the people picked, masked.
public record Member(String id, @Nullable String name, int events, String lifecycle) {
  public static List<Member> of(List<Questions.Line> lines) {
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

  /// Masked names by id (`p12`), for lists that show people among other things; who has none is not
  /// in it.
  public static Map<String, String> names(Engine engine, RoaringBitmap people) {
    var names = new HashMap<String, String>();
    for (Questions.Line line : engine.ask().lines(people, -1, people.getCardinality())) {
      String name = masked(line.name());
      if (name != null && !name.isEmpty()) {
        names.put("p" + line.profile(), name);
      }
    }
    return names;
  }

  /// @param next the cursor of the next page, null on the last
  record Page(long count, List<Member> items, @Nullable String next) {}

  static Page page(Engine engine, RoaringBitmap members, int cursor, int limit) {
    int most = Math.clamp(limit, 1, 1000);
    List<Questions.Line> lines = engine.ask().lines(members, cursor, most);
    return new Page(
        members.getLongCardinality(),
        of(lines),
        lines.size() < most
            ? null
            : String.valueOf(AudienceCsv.last(members, cursor, lines.size())));
  }

  private static @Nullable String masked(@Nullable String name) {
    return name == null || name.isEmpty()
        ? name
        : name.substring(0, name.offsetByCodePoints(0, 1)) + "**";
  }
}
