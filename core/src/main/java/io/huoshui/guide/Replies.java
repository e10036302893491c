package io.huoshui.guide;

import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import java.time.Duration;
import java.util.HashMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// Which lines got an answer, by guide: each message that was delivered, and each task that was
/// done, is answered when the customer writes within some hours. What is too young to say counts as
/// early, and in no rate.
///
/// A line is a template's name; of tasks `task:` and their title.
public final class Replies implements Total<Replies> {
  /// @param guide who had it delivered: as the event says, else who had added the customer by then
  public record Key(String guide, String line) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byGuide = guide.compareTo(other.guide);
      return byGuide != 0 ? byGuide : line.compareTo(other.line);
    }
  }

  /// @param said whose time is over
  /// @param answered of `said`
  /// @param early whose time is not over
  /// @param people whom they were said to
  public record Row(long said, long answered, long early, long people) {
    static final Row NONE = new Row(0, 0, 0, 0);

    public Row plus(Row more) {
      return new Row(
          said + more.said, answered + more.answered, early + more.early, people + more.people);
    }
  }

  private final long fromMs;
  private final long toMs;
  private final long nowMs;
  private final long withinMs;
  private final SortedMap<Key, Row> rows = new TreeMap<>();
  private long people;

  /// @param fromMs of messages, inclusive
  /// @param toMs exclusive
  public Replies(long fromMs, long toMs, long nowMs, Duration within) {
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.nowMs = nowMs;
    this.withinMs = within.toMillis();
  }

  @Override
  public void add(Timeline timeline) {
    people++;
    one(timeline).forEach((key, row) -> rows.merge(key, row, Row::plus));
  }

  /// One person's.
  private SortedMap<Key, Row> one(Timeline timeline) {
    var own = new TreeMap<Key, Row>();
    int end = timeline.from(toMs);
    int begin = timeline.from(fromMs);
    for (int i = begin; i < end; i++) {
      String name = timeline.name(i);
      boolean message = name.equals("message_delivered");
      if (!message && !name.equals("task_done")) {
        continue;
      }
      String line = message ? Bindings.text(timeline, i, "template") : title(timeline, i);
      long ms = timeline.timeMs(i);
      boolean answered = answered(timeline, i, ms + withinMs);
      boolean early = ms + withinMs > nowMs;
      own.merge(
          new Key(guide(timeline, i), line),
          early ? new Row(0, 0, 1, 0) : new Row(1, answered ? 1 : 0, 0, 0),
          Row::plus);
    }
    own.replaceAll((_, row) -> row.plus(new Row(0, 0, 0, 1)));
    return own;
  }

  private static boolean answered(Timeline timeline, int after, long untilMs) {
    for (int i = after + 1; i < timeline.size() && timeline.timeMs(i) <= untilMs; i++) {
      if (timeline.name(i).equals("message_replied")) {
        return true;
      }
    }
    return false;
  }

  private static String guide(Timeline timeline, int at) {
    String said = Bindings.text(timeline, at, "guide");
    for (int i = at; said.isEmpty() && i >= 0; i--) {
      if (timeline.name(i).equals("contact_added")) {
        return Bindings.text(timeline, i, "guide");
      }
    }
    return said;
  }

  private static String title(Timeline timeline, int done) {
    String task = Bindings.text(timeline, done, "task");
    for (int i = done - 1; i >= 0; i--) {
      if (timeline.name(i).equals("task_assigned")
          && Bindings.text(timeline, i, "task").equals(task)) {
        return "task:" + Bindings.text(timeline, i, "title");
      }
    }
    return "task:";
  }

  /// Who is behind a number of a row.
  public enum Behind {
    SAID,
    ANSWERED,
    UNANSWERED,
    EARLY
  }

  /// Whether one person is behind a number; an empty guide or line stands for any.
  public boolean among(Timeline timeline, String guide, String line, Behind behind) {
    Row sum = Row.NONE;
    for (var each : one(timeline).entrySet()) {
      if ((guide.isEmpty() || guide.equals(each.getKey().guide()))
          && (line.isEmpty() || line.equals(each.getKey().line()))) {
        sum = sum.plus(each.getValue());
      }
    }
    return switch (behind) {
      case SAID -> sum.said() > 0;
      case ANSWERED -> sum.answered() > 0;
      case UNANSWERED -> sum.said() > sum.answered();
      case EARLY -> sum.early() > 0;
    };
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
  }

  @Override
  public void add(Replies other) {
    people += other.people;
    other.rows.forEach((key, row) -> rows.merge(key, row, Row::plus));
  }

  @Override
  public long people() {
    return people;
  }

  public SortedMap<Key, Row> rows() {
    return new TreeMap<>(rows);
  }

  /// Rows of one guide, or of one line, together. People who were told several lines count for
  /// each.
  public static SortedMap<String, Row> by(SortedMap<Key, Row> rows, Function<Key, String> of) {
    var sums = new HashMap<String, Row>();
    rows.forEach((key, row) -> sums.merge(of.apply(key), row, Row::plus));
    return new TreeMap<>(sums);
  }
}
