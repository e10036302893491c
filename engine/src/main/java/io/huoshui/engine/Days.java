package io.huoshui.engine;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/// Who has an event on which day of the brand: the people a new day can change are those whose
/// events cross the edge of a window that night, and nobody else has to be asked.
final class Days {
  private final ZoneId zone;
  private final Map<Integer, int[]> nodesOf = new HashMap<>();
  private final Map<Integer, Integer> countOf = new HashMap<>();

  // Events come in order of time more often than not: the day of the last one is mostly the day of
  // the next.
  private long dayBeginsMs = 1;
  private long dayEndsMs;
  private int day;

  Days(ZoneId zone) {
    this.zone = zone;
  }

  void add(long timeMs, int node) {
    if (timeMs < dayBeginsMs || timeMs >= dayEndsMs) {
      LocalDate date = Instant.ofEpochMilli(timeMs).atZone(zone).toLocalDate();
      day = (int) date.toEpochDay();
      dayBeginsMs = date.atStartOfDay(zone).toInstant().toEpochMilli();
      dayEndsMs = date.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli();
    }
    int count = countOf.merge(day, 1, Integer::sum);
    int[] nodes = nodesOf.get(day);
    if (nodes == null) {
      nodes = new int[8];
      nodesOf.put(day, nodes);
    } else if (count > nodes.length) {
      nodes = Arrays.copyOf(nodes, nodes.length * 2);
      nodesOf.put(day, nodes);
    }
    nodes[count - 1] = node;
  }

  /// The identifiers with an event on the day `age` days before `today`, once per event.
  void of(LocalDate today, int age, IntConsumer node) {
    int wanted = (int) today.toEpochDay() - age;
    int[] nodes = nodesOf.get(wanted);
    if (nodes != null) {
      int count = countOf.getOrDefault(wanted, 0);
      for (int i = 0; i < count; i++) {
        node.accept(nodes[i]);
      }
    }
  }
}
