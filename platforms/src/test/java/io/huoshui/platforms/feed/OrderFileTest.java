package io.huoshui.platforms.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.platforms.file.TextRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows of one order are one group wherever they stand, and groups come in the same order each
/// time, so a count says where to go on.
class OrderFileTest {
  @TempDir Path folder;

  private static List<String> groups(Path file, long skipped) {
    var groups = new ArrayList<String>();
    try (OrderFile rows = OrderFile.open(file, "x.csv", List.of("o"))) {
      for (long i = 0; i < skipped; i++) {
        rows.next();
      }
      for (OrderFile.Group group = rows.next(); group != null; group = rows.next()) {
        groups.add(
            group.rows().isEmpty()
                ? "bad"
                : String.valueOf(group.rows().stream().map(TextRows.Good::line).toList()));
      }
    }
    return groups;
  }

  @Test
  void shuffledRowsAreWholeOrdersAndResumable() throws Exception {
    var chance = new Random(7);
    for (int round = 0; round < 30; round++) {
      int count = chance.nextInt(60);
      var text = new StringBuilder("o,x\n");
      var wanted = new TreeMap<String, List<Long>>();
      for (int i = 0; i < count; i++) {
        String order = chance.nextInt(6) == 0 ? "" : "o" + chance.nextInt(20);
        text.append(order).append(",v\n");
        wanted
            .computeIfAbsent(order.isEmpty() ? "alone" + i : order, _ -> new ArrayList<>())
            .add(i + 2L);
      }
      Path file = Files.writeString(folder.resolve("f" + round), text);
      List<String> all = groups(file, 0);
      assertThat(all)
          .containsExactlyInAnyOrderElementsOf(
              wanted.values().stream().map(String::valueOf).toList());
      int skipped = all.isEmpty() ? 0 : chance.nextInt(all.size());
      assertThat(groups(file, skipped)).isEqualTo(all.subList(skipped, all.size()));
    }
  }
}
