package io.huoshui.engine.rehearsal;

import io.huoshui.reach.GatePolicy;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What is asked of each guide in each hour, and when they come to it: so many an hour, none in the
/// quiet hours; the rest waits.
final class Guides {
  static final long HOUR = 3_600_000;

  private final long startMs;
  private final int hours;
  private final int perHour;
  private final boolean[] awake;
  private final Map<String, Load> loads = new TreeMap<>();

  private static final class Load {
    final int[] wanted;
    final int[] placed;
    int messages;
    int tasks;
    int left;
    long longestWaitMs;

    Load(int hours) {
      wanted = new int[hours];
      placed = new int[hours];
    }
  }

  Guides(long startMs, long endMs, int perHour, GatePolicy policy, ZoneId zone) {
    this.startMs = startMs;
    this.hours = (int) ((endMs - startMs + HOUR - 1) / HOUR) + 1;
    this.perHour = Math.max(1, perHour);
    this.awake = new boolean[hours];
    for (int hour = 0; hour < hours; hour++) {
      Instant at = Instant.ofEpochMilli(startMs + hour * HOUR);
      awake[hour] = !policy.quietAt(at.atZone(zone).toLocalTime());
    }
  }

  int perHour() {
    return perHour;
  }

  /// Asks a guide for something.
  ///
  /// @param wantedMs when it is asked
  /// @param turnsMs when the guide would turn to it
  /// @return when they come to it; [Long#MAX_VALUE] when that is after the end
  long ask(String guide, boolean task, long wantedMs, long turnsMs) {
    Load load = loads.computeIfAbsent(guide, _ -> new Load(hours));
    load.wanted[hour(wantedMs)]++;
    if (task) {
      load.tasks++;
    } else {
      load.messages++;
    }
    for (int hour = hour(turnsMs); hour < hours; hour++) {
      if (awake[hour] && load.placed[hour] < perHour) {
        long at = Math.max(turnsMs, startMs + hour * HOUR + load.placed[hour] * (HOUR / perHour));
        load.placed[hour]++;
        load.longestWaitMs = Math.max(load.longestWaitMs, at - wantedMs);
        return at;
      }
    }
    load.left++;
    return Long.MAX_VALUE;
  }

  private int hour(long atMs) {
    return (int) Math.clamp((atMs - startMs) / HOUR, 0L, hours - 1L);
  }

  /// An hour in which more was asked of a guide than they can do.
  record Over(String guide, Instant hour, int wanted) {}

  /// @param over the fullest first, at most ten
  record Found(
      int guides,
      int perHour,
      long messages,
      long tasks,
      int most,
      int p95,
      long overCapacity,
      List<Over> over,
      long longestWaitMs,
      long left) {}

  Found found() {
    long messages = 0;
    long tasks = 0;
    long left = 0;
    long longest = 0;
    var all = new ArrayList<Integer>();
    var over = new ArrayList<Over>();
    for (Map.Entry<String, Load> each : loads.entrySet()) {
      Load load = each.getValue();
      messages += load.messages;
      tasks += load.tasks;
      left += load.left;
      longest = Math.max(longest, load.longestWaitMs);
      for (int hour = 0; hour < hours; hour++) {
        if (load.wanted[hour] > 0) {
          all.add(load.wanted[hour]);
        }
        if (load.wanted[hour] > perHour) {
          over.add(
              new Over(
                  each.getKey(), Instant.ofEpochMilli(startMs + hour * HOUR), load.wanted[hour]));
        }
      }
    }
    int[] sorted = all.stream().mapToInt(Integer::intValue).sorted().toArray();
    int[] none = {0};
    int[] loads_ = sorted.length == 0 ? none : sorted;
    over.sort(
        (one, other) ->
            one.wanted() != other.wanted()
                ? Integer.compare(other.wanted(), one.wanted())
                : one.hour().compareTo(other.hour()));
    return new Found(
        loads.size(),
        perHour,
        messages,
        tasks,
        Arrays.stream(loads_).max().orElse(0),
        loads_[(int) Math.ceil(loads_.length * 0.95) - 1],
        over.size(),
        List.copyOf(over.subList(0, Math.min(10, over.size()))),
        longest,
        left);
  }
}
