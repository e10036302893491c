package io.huoshui.community;

import io.huoshui.profile.Calendar;
import io.huoshui.profile.Timeline;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Counts the activity of groups, one person after the other, in whatever order they come.
///
/// A message counts for the group it names (`message_in_group`), a click for the one its link was
/// posted in (`link_clicked` with `group`). An order counts for every group the person is in at
/// that time. What happens after `now` does not count. Not thread-safe.
public final class Tally {
  private final Calendar calendar;
  private final long nowMs;
  private final int today;
  private final int window;
  private final Map<String, Books> books = new HashMap<>();

  /// @param windowDays how many days [Point#active] looks back, its own included
  public Tally(ZoneId zone, Instant now, int windowDays) {
    if (windowDays < 1 || windowDays > 60) {
      throw new IllegalArgumentException("A window has 1 to 60 days, got " + windowDays);
    }
    this.calendar = new Calendar(zone);
    this.nowMs = now.toEpochMilli();
    this.today = calendar.day(nowMs);
    this.window = windowDays;
  }

  private static final class Day {
    private int joined;
    private int left;
    private int speakers;
    private int messages;
    private int clickers;
    private int buyers;
    private long revenueFen;
    private int active;
    private int speaking;
  }

  private static final class Books {
    private final TreeMap<Integer, Day> days = new TreeMap<>();
    private final List<Ledger.Member> members = new ArrayList<>();

    Day day(int day) {
      return days.computeIfAbsent(day, _ -> new Day());
    }
  }

  /// What one person did in one group.
  private static final class Doings {
    private final TreeMap<Integer, Integer> messages = new TreeMap<>();
    private final TreeSet<Integer> clicks = new TreeSet<>();
    private final TreeMap<Integer, Long> orders = new TreeMap<>();
    private int count;
    private @Nullable Instant first;
  }

  public void add(int person, Timeline timeline) {
    SortedMap<String, List<Stay>> stays = Stays.of(timeline);
    var did = new HashMap<String, Doings>();
    for (int i = 0; i < timeline.size() && timeline.timeMs(i) <= nowMs; i++) {
      switch (timeline.name(i)) {
        case "message_in_group" -> {
          String group = Stays.text(timeline, i, "group");
          if (!group.isEmpty()) {
            doings(did, group).messages.merge(day(timeline, i), 1, Integer::sum);
          }
        }
        case "link_clicked" -> {
          String group = Stays.text(timeline, i, "group");
          if (!group.isEmpty()) {
            doings(did, group).clicks.add(day(timeline, i));
          }
        }
        case "order_paid" -> order(timeline, i, stays, did);
        default -> {}
      }
    }
    stays.forEach(
        (group, each) -> {
          List<Stay> begun =
              each.stream().filter(stay -> stay.from().toEpochMilli() <= nowMs).toList();
          if (!begun.isEmpty()) {
            enter(
                books.computeIfAbsent(group, _ -> new Books()),
                person,
                begun,
                did.getOrDefault(group, new Doings()));
          }
        });
  }

  private static Doings doings(Map<String, Doings> did, String group) {
    return did.computeIfAbsent(group, _ -> new Doings());
  }

  private int day(Timeline timeline, int index) {
    return calendar.day(timeline.timeMs(index));
  }

  private void order(
      Timeline timeline, int index, SortedMap<String, List<Stay>> stays, Map<String, Doings> did) {
    Instant at = Instant.ofEpochMilli(timeline.timeMs(index));
    stays.forEach(
        (group, each) -> {
          if (each.stream().anyMatch(stay -> stay.covers(at))) {
            Doings doings = doings(did, group);
            doings.orders.merge(
                calendar.day(at.toEpochMilli()), timeline.whole(index, "amountFen"), Long::sum);
            doings.count++;
            doings.first = doings.first == null ? at : doings.first;
          }
        });
  }

  private void enter(Books into, int person, List<Stay> stays, Doings did) {
    presence(into, stays);
    var active = new TreeSet<Integer>();
    did.messages.forEach(
        (day, messages) -> {
          into.day(day).speakers++;
          into.day(day).messages += messages;
        });
    did.clicks.forEach(day -> into.day(day).clickers++);
    did.orders.forEach(
        (day, fen) -> {
          into.day(day).buyers++;
          into.day(day).revenueFen += fen;
        });
    active.addAll(did.messages.keySet());
    active.addAll(did.clicks);
    active.addAll(did.orders.keySet());
    for (int day : windows(active)) {
      into.day(day).active++;
    }
    for (int day : windows(did.messages.keySet())) {
      into.day(day).speaking++;
    }
    into.members.add(
        new Ledger.Member(
            person,
            stays,
            List.copyOf(active),
            did.messages.values().stream().mapToInt(Integer::intValue).sum(),
            did.count,
            did.orders.values().stream().mapToLong(Long::longValue).sum(),
            did.first));
  }

  /// Counts coming and going: what ends in the instant in which the next begins is one presence.
  private void presence(Books into, List<Stay> stays) {
    long fromMs = Long.MIN_VALUE;
    long toMs = Long.MIN_VALUE;
    for (Stay stay : stays) {
      long from = stay.from().toEpochMilli();
      Instant end = stay.to();
      long to = end == null || end.toEpochMilli() > nowMs ? Long.MAX_VALUE : end.toEpochMilli();
      if (fromMs == Long.MIN_VALUE || from > toMs) {
        close(into, fromMs, toMs);
        fromMs = from;
        toMs = to;
      } else {
        toMs = Math.max(toMs, to);
      }
    }
    close(into, fromMs, toMs);
  }

  private void close(Books into, long fromMs, long toMs) {
    if (fromMs != Long.MIN_VALUE) {
      into.day(calendar.day(fromMs)).joined++;
      if (toMs != Long.MAX_VALUE) {
        into.day(calendar.day(toMs)).left++;
      }
    }
  }

  /// The days whose window has one of these days in it, up to today.
  private Set<Integer> windows(Iterable<Integer> days) {
    var all = new TreeSet<Integer>();
    for (int day : days) {
      for (int end = day; end < day + window && end <= today; end++) {
        all.add(end);
      }
    }
    return all;
  }

  /// By group.
  public SortedMap<String, Ledger> ledgers() {
    var ledgers = new TreeMap<String, Ledger>();
    books.forEach(
        (group, of) -> {
          var points = new ArrayList<Point>();
          int members = 0;
          for (int day = of.days.firstKey(); day <= today; day++) {
            Day each = of.days.getOrDefault(day, new Day());
            members += each.joined - each.left;
            points.add(
                new Point(
                    day,
                    members,
                    each.joined,
                    each.left,
                    each.speakers,
                    each.messages,
                    each.clickers,
                    each.buyers,
                    each.revenueFen,
                    each.active,
                    each.speaking));
          }
          of.members.sort(Comparator.comparingInt(Ledger.Member::person));
          ledgers.put(group, new Ledger(group, points, of.members));
        });
    return ledgers;
  }
}
