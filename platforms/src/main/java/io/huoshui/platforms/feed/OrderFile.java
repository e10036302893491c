package io.huoshui.platforms.feed;

import io.huoshui.platforms.file.TextRows;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file's rows, those of one order together wherever they stand.
///
/// The file is read twice: first how often each order occurs, then the rows. Only rows of orders
/// whose others are still to come are held. Groups come in the order in which they are complete,
/// the same each time, so that a count says where to go on.
public final class OrderFile implements AutoCloseable {
  /// @param rows of one order, in the file's order; empty for a line that can not be read
  /// @param bad that line, else null
  public record Group(List<TextRows.Good> rows, TextRows.@Nullable Bad bad) {
    public Group {
      rows = List.copyOf(rows);
    }
  }

  private final TextRows rows;
  private final List<String> keys;
  private final Map<String, Integer> left;
  private final Map<String, List<TextRows.Good>> held = new LinkedHashMap<>();
  private final Deque<Group> ready = new ArrayDeque<>();
  private final long total;

  private OrderFile(TextRows rows, List<String> keys, Map<String, Integer> left, long total) {
    this.rows = rows;
    this.keys = keys;
    this.left = left;
    this.total = total;
  }

  /// @param keys the columns of the order's number, the first that holds something counts; empty:
  ///   each row is a group
  public static OrderFile open(Path file, String fileName, List<String> keys) {
    var left = new HashMap<String, Integer>();
    long total = 0;
    try (TextRows first = TextRows.open(file, fileName)) {
      for (TextRows.Line line = first.next(); line != null; line = first.next()) {
        total++;
        if (line instanceof TextRows.Good good) {
          String key = key(good, keys);
          if (!key.isEmpty()) {
            left.merge(key, 1, Integer::sum);
          }
        }
      }
    }
    left.values().removeIf(count -> count == 1);
    return new OrderFile(TextRows.open(file, fileName), keys, left, total);
  }

  private static String key(TextRows.Good row, List<String> keys) {
    for (String key : keys) {
      String text = row.cells().get(key);
      if (text != null && !text.isBlank()) {
        return text.strip();
      }
    }
    return "";
  }

  /// How many rows there are.
  public long total() {
    return total;
  }

  public List<String> columns() {
    return rows.columns();
  }

  /// The next group, or null after the last.
  public @Nullable Group next() {
    while (ready.isEmpty()) {
      switch (rows.next()) {
        case null -> {
          if (held.isEmpty()) {
            return null;
          }
          held.values().forEach(group -> ready.add(new Group(group, null)));
          held.clear();
        }
        case TextRows.Bad bad -> ready.add(new Group(List.of(), bad));
        case TextRows.Good good -> {
          String key = key(good, keys);
          Integer count = left.get(key);
          if (key.isEmpty() || count == null) {
            ready.add(new Group(List.of(good), null));
          } else {
            List<TextRows.Good> group = held.computeIfAbsent(key, _ -> new ArrayList<>());
            group.add(good);
            if (group.size() == count) {
              held.remove(key);
              ready.add(new Group(group, null));
            }
          }
        }
      }
    }
    return ready.poll();
  }

  @Override
  public void close() {
    rows.close();
  }
}
