package io.huoshui.community;

import io.huoshui.journey.Lateness;
import io.huoshui.profile.Period;
import io.huoshui.reach.Attachment;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// 社群 SOP: what is posted in groups, by their age, the week, dates, and the stage of their life.
///
/// A plan is compiled to dated [Post]s; each has a key, and a host posts each key once at most.
/// Nothing looks whether "now" is a minute of the plan: whatever fell due since the host last
/// looked is there, however long that was, and [Lateness] says whether it still goes.
///
/// @param groups chat ids; empty for every group that has one of the labels
/// @param labels of groups; empty with empty groups for all
/// @param holidays days of the brand for [OnHoliday]
/// @param pauseWhenSilent whether a silent group is left alone
public record GroupPlan(
    String name,
    List<String> groups,
    List<String> labels,
    Lateness lateness,
    Set<LocalDate> holidays,
    boolean pauseWhenSilent,
    List<Line> lines) {
  public GroupPlan {
    groups = List.copyOf(groups);
    labels = List.copyOf(labels);
    holidays = Set.copyOf(holidays);
    lines = List.copyOf(lines);
    var ids = new HashSet<String>();
    for (Line line : lines) {
      if (!ids.add(line.id())) {
        throw new IllegalArgumentException("Two lines have the id '" + line.id() + "'");
      }
    }
  }

  /// When a line is posted.
  public sealed interface When {
    /// On a day of the group's life; 0 is the day on which it was opened.
    record Age(int day) implements When {
      public Age {
        if (day < 0 || day > 3_650) {
          throw new IllegalArgumentException("A day of a group's life is 0 to 3650, got " + day);
        }
      }
    }

    /// So long after it was opened.
    record After(Period period) implements When {}

    /// On these days of every week.
    record Weekly(Set<DayOfWeek> days) implements When {
      public Weekly {
        days = Set.copyOf(days);
        if (days.isEmpty()) {
          throw new IllegalArgumentException("A weekly line has at least one weekday");
        }
      }
    }

    record On(LocalDate date) implements When {}
  }

  public enum OnHoliday {
    POST,
    SKIP,
    /// On holidays and no other days.
    ONLY;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param at the time of day; means nothing to [When.After]
  /// @param stages in which it is posted; empty for all
  public record Line(
      String id,
      When when,
      LocalTime at,
      Set<Stage> stages,
      OnHoliday holiday,
      String text,
      List<Attachment> attachments) {
    public Line {
      stages = Set.copyOf(stages);
      attachments = List.copyOf(attachments);
      if (text.isBlank() && attachments.isEmpty()) {
        throw new IllegalArgumentException("Line '" + id + "' says nothing");
      }
    }
  }

  /// One dated post of one group.
  public record Post(String plan, Line line, String chat, LocalDate occurrence, Instant at) {
    /// The same occurrence, the same key.
    public String key() {
      return plan + "/" + line.id() + "/" + chat + "/" + occurrence;
    }
  }

  /// What becomes of a post that is due.
  public sealed interface Verdict {
    record Go() implements Verdict {}

    /// Not posted, now or later; the reason is written down.
    ///
    /// @param why `late`, `silent`, `stage`, `dissolved`
    record Not(String why) implements Verdict {}
  }

  /// Whether it is meant for a group.
  public boolean means(String chat, Set<String> labelsOfGroup) {
    return groups.contains(chat)
        || (groups.isEmpty()
            && (labels.isEmpty() || labels.stream().anyMatch(labelsOfGroup::contains)));
  }

  /// The posts of one group with `after < at ≤ until`, in order. What would have been before the
  /// group was opened is none.
  public List<Post> posts(String chat, Instant opened, Instant after, Instant until, ZoneId zone) {
    var posts = new ArrayList<Post>();
    if (!until.isAfter(after)) {
      return posts;
    }
    LocalDate first = opened.atZone(zone).toLocalDate();
    // A clock change moves a time of day by less than a day.
    LocalDate from = after.atZone(zone).toLocalDate().minusDays(1);
    from = from.isBefore(first) ? first : from;
    LocalDate to = until.atZone(zone).toLocalDate().plusDays(1);
    for (Line line : lines) {
      switch (line.when()) {
        case When.Age(int day) -> add(posts, line, chat, first.plusDays(day), null, zone);
        case When.On(LocalDate date) -> add(posts, line, chat, date, null, zone);
        case When.After(Period period) -> {
          Instant at = period.after(opened, zone);
          add(posts, line, chat, at.atZone(zone).toLocalDate(), at, zone);
        }
        case When.Weekly(Set<DayOfWeek> days) -> {
          for (LocalDate date = from; !date.isAfter(to); date = date.plusDays(1)) {
            if (days.contains(date.getDayOfWeek())) {
              add(posts, line, chat, date, null, zone);
            }
          }
        }
      }
    }
    posts.removeIf(
        post ->
            post.at().isBefore(opened) || !post.at().isAfter(after) || post.at().isAfter(until));
    posts.sort(Comparator.comparing(Post::at).thenComparing(post -> post.line().id()));
    return posts;
  }

  private void add(
      List<Post> posts, Line line, String chat, LocalDate date, @Nullable Instant at, ZoneId zone) {
    boolean holiday = holidays.contains(date);
    boolean kept =
        switch (line.holiday()) {
          case POST -> true;
          case SKIP -> !holiday;
          case ONLY -> holiday;
        };
    if (kept) {
      posts.add(
          new Post(
              name,
              line,
              chat,
              date,
              at == null ? date.atTime(line.at()).atZone(zone).toInstant() : at));
    }
  }

  /// When the next post of a group is due after an instant; null when there is none within the
  /// horizon.
  public @Nullable Instant next(
      String chat, Instant opened, Instant after, Duration horizon, ZoneId zone) {
    List<Post> posts = posts(chat, opened, after, after.plus(horizon), zone);
    return posts.isEmpty() ? null : posts.getFirst().at();
  }

  /// Whether a post that is due goes now.
  ///
  /// @param stage of the group; null when it has none yet, which keeps nothing back
  public Verdict verdict(Post post, @Nullable Stage stage, boolean dissolved, Instant now) {
    if (dissolved) {
      return new Verdict.Not("dissolved");
    }
    if (lateness.skips(Duration.between(post.at(), now))) {
      return new Verdict.Not("late");
    }
    if (pauseWhenSilent && stage == Stage.SILENCE) {
      return new Verdict.Not("silent");
    }
    if (stage != null && !post.line().stages().isEmpty() && !post.line().stages().contains(stage)) {
      return new Verdict.Not("stage");
    }
    return new Verdict.Go();
  }
}
