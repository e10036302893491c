package io.huoshui.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.guide.Replies.Behind;
import io.huoshui.profile.EventList;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Deadlines, moves and evidence of tasks, and who answered.
class TasksTest {
  private static final ZoneId KATHMANDU = ZoneId.of("Asia/Kathmandu");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # hours                              | from (Friday is 3 July)          | work  | end
          mon-fri 09:00-18:00                  | 2026-07-03T10:00:00+05:45        | PT4H  | 2026-07-03T14:00:00+05:45
          mon-fri 09:00-18:00                  | 2026-07-03T16:00:00+05:45        | PT4H  | 2026-07-06T11:00:00+05:45
          mon-fri 09:00-18:00; sat 10:00-12:00 | 2026-07-03T16:00:00+05:45        | PT4H  | 2026-07-04T12:00:00+05:45
          mon-fri 09:00-12:00,13:00-18:00      | 2026-07-03T11:30:00+05:45        | PT1H  | 2026-07-03T13:30:00+05:45
          mon-fri 09:00-18:00                  | 2026-07-04T03:00:00+05:45        | PT0S  | 2026-07-06T09:00:00+05:45
          mon-sun 00:00-24:00                  | 2026-07-03T23:00:00+05:45        | PT30H | 2026-07-05T05:00:00+05:45
          """)
  void deadlinesFollowOpeningHours(String hours, String from, String work, String end) {
    OpeningHours open = OpeningHours.parse(hours);
    assertThat(
            open.after(
                java.time.OffsetDateTime.parse(from).toInstant(), Duration.parse(work), KATHMANDU))
        .isEqualTo(java.time.OffsetDateTime.parse(end).toInstant());
    assertThat(OpeningHours.parse(open.written())).isEqualTo(open);
  }

  @Test
  void exactlyTheWorkLiesBeforeTheDeadlineAlsoWhereClocksChange() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          ZoneId zone = ZoneId.of(dice.of("Asia/Kathmandu", "America/New_York", "Europe/Berlin"));
          OpeningHours hours =
              OpeningHours.parse(
                  dice.of(
                      "mon-fri 09:00-18:00",
                      "sun 01:00-04:00",
                      "mon-sun 00:00-24:00",
                      "tue 08:00-09:00,22:00-24:00; wed 00:00-02:00"));
          Instant from =
              Instant.parse("2026-03-01T00:00:00Z").plus(Duration.ofMinutes(dice.roll(400_000)));
          Duration work = Duration.ofMinutes(dice.roll(3_000));
          Instant end = hours.after(from, work, zone);
          assertThat(hours.within(from, end, zone)).isEqualTo(work);
          assertThat(hours.after(from, work.plusMinutes(1), zone)).isAfter(end);
        });
  }

  @Test
  void hoursThatSayNothingAreRefused() {
    for (String wrong :
        new String[] {
          "",
          "mon",
          "mon 9-18",
          "fri-mon 09:00-10:00",
          "mon 10:00-09:00",
          "xyz 09:00-10:00",
          "mon 09:00-12:00,11:00-13:00"
        }) {
      assertThatThrownBy(() -> OpeningHours.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # from    | done | skip    | cancel    | reopen | reassign
          OPEN      | DONE | SKIPPED | CANCELLED |        | OPEN
          DONE      |      |         |           | OPEN   |
          SKIPPED   | DONE |         | CANCELLED | OPEN   |
          CANCELLED |      |         |           | OPEN   |
          """)
  void tasksMoveByTheTable(
      TaskState from,
      @Nullable TaskState done,
      @Nullable TaskState skip,
      @Nullable TaskState cancel,
      @Nullable TaskState reopen,
      @Nullable TaskState reassign) {
    assertThat(from.after(TaskState.Move.DONE)).isEqualTo(done);
    assertThat(from.after(TaskState.Move.SKIP)).isEqualTo(skip);
    assertThat(from.after(TaskState.Move.CANCEL)).isEqualTo(cancel);
    assertThat(from.after(TaskState.Move.REOPEN)).isEqualTo(reopen);
    assertThat(from.after(TaskState.Move.REASSIGN)).isEqualTo(reassign);
  }

  @Test
  void theListSortsByTheDayOfTheBrand() {
    Instant now = Instant.parse("2026-07-03T12:00:00Z");
    assertThat(TaskState.OPEN.when(now.minusSeconds(1), now, KATHMANDU))
        .isEqualTo(TaskState.When.OVERDUE);
    assertThat(TaskState.OPEN.when(now, now, KATHMANDU)).isEqualTo(TaskState.When.TODAY);
    // Six and a quarter hours later it is tomorrow in Kathmandu.
    assertThat(TaskState.OPEN.when(now.plusSeconds(374 * 60), now, KATHMANDU))
        .isEqualTo(TaskState.When.TODAY);
    assertThat(TaskState.OPEN.when(now.plusSeconds(375 * 60), now, KATHMANDU))
        .isEqualTo(TaskState.When.LATER);
    assertThat(TaskState.DONE.when(now.minusSeconds(1), now, KATHMANDU))
        .isEqualTo(TaskState.When.OVER);
  }

  @Test
  void evidenceShowsSomething() {
    assertThat(new Evidence(Evidence.Kind.TEXT, " ").wrong()).isNotNull();
    assertThat(new Evidence(Evidence.Kind.PHOTO, "javascript:alert(1)").wrong()).isNotNull();
    assertThat(new Evidence(Evidence.Kind.PHOTO, "https://pic/1.jpg").wrong()).isNull();
    assertThat(new Evidence(Evidence.Kind.MESSAGE, "").wrong()).isNull();
    assertThat(new Evidence(Evidence.Kind.TEXT, "x".repeat(2001)).wrong()).isNotNull();
  }

  @Test
  void answersAreCountedByGuideAndLine() {
    var life =
        EventList.of(
            Someone.did("contact_added", "2026-03-01T00:00:00Z", "guide", "li"),
            Someone.did("message_delivered", "2026-03-02T00:00:00Z", "template", "hello"),
            Someone.did("message_replied", "2026-03-03T23:00:00Z", "text", "好"),
            Someone.did("contact_added", "2026-03-05T00:00:00Z", "guide", "wu"),
            Someone.did(
                "message_delivered", "2026-03-06T00:00:00Z", "template", "hello", "guide", "li"),
            Someone.did("message_delivered", "2026-03-07T00:00:00Z", "template", "offer"),
            Someone.did("task_assigned", "2026-03-08T00:00:00Z", "task", "t1", "title", "回访"),
            Someone.did("task_done", "2026-03-08T01:00:00Z", "task", "t1"),
            Someone.did("message_replied", "2026-03-09T00:00:00Z", "text", "好"),
            Someone.did("message_delivered", "2026-03-20T00:00:00Z", "template", "late"));
    var replies =
        new Replies(
            0,
            Long.MAX_VALUE,
            Instant.parse("2026-03-21T00:00:00Z").toEpochMilli(),
            Duration.ofDays(2));
    replies.add(life);
    assertThat(replies.rows())
        .containsExactly(
            Map.entry(new Replies.Key("li", "hello"), new Replies.Row(2, 1, 0, 1)),
            Map.entry(new Replies.Key("wu", "late"), new Replies.Row(0, 0, 1, 1)),
            Map.entry(new Replies.Key("wu", "offer"), new Replies.Row(1, 1, 0, 1)),
            Map.entry(new Replies.Key("wu", "task:回访"), new Replies.Row(1, 1, 0, 1)));
    assertThat(replies.among(life, "li", "", Behind.UNANSWERED)).isTrue();
    assertThat(replies.among(life, "wu", "", Behind.UNANSWERED)).isFalse();
    assertThat(replies.among(life, "", "late", Behind.EARLY)).isTrue();
    assertThat(replies.among(life, "", "late", Behind.SAID)).isFalse();
  }
}
