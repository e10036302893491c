package io.huoshui.insight.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.Grain;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaysTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-07-01             | 2026-07-01 | 2026-07-01 | day        | 2026-06-30             | 2025-07-01
          2024-02-29             | 2024-02-29 | 2024-02-29 | day        | 2024-02-28             | 2023-02-28
          2026-W01               | 2025-12-29 | 2026-01-04 | week       | 2025-W52               | 2025-W01
          2026-W53               | 2026-12-28 | 2027-01-03 | week       | 2026-W52               | 2025-W52
          2026-02-H1             | 2026-02-01 | 2026-02-15 | half_month | 2026-01-H2             | 2025-02-H1
          2026-02-H2             | 2026-02-16 | 2026-02-28 | half_month | 2026-02-H1             | 2025-02-H2
          2024-02-H2             | 2024-02-16 | 2024-02-29 | half_month | 2024-02-H1             | 2023-02-H2
          2026-03-H1             | 2026-03-01 | 2026-03-15 | half_month | 2026-02-H2             | 2025-03-H1
          2026-01-H1             | 2026-01-01 | 2026-01-15 | half_month | 2025-12-H2             | 2025-01-H1
          2026-07                | 2026-07-01 | 2026-07-31 | month      | 2026-06                | 2025-07
          2026-01                | 2026-01-01 | 2026-01-31 | month      | 2025-12                | 2025-01
          2026-Q1                | 2026-01-01 | 2026-03-31 | quarter    | 2025-Q4                | 2025-Q1
          2026-07-03..2026-07-09 | 2026-07-03 | 2026-07-09 |            | 2026-06-26..2026-07-02 | 2025-07-03..2025-07-09
          """)
  void daysAreReadAndHaveABefore(
      String text, LocalDate from, LocalDate to, String grain, String before, String year) {
    Days days = Days.parse(text);
    assertThat(days).isEqualTo(new Days(from, to)).hasToString(text);
    assertThat(days.grain() == null ? null : days.grain().wire()).isEqualTo(grain);
    assertThat(days.before()).hasToString(before);
    assertThat(days.yearBefore()).hasToString(year);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-7",
    "2026-13",
    "2026-W54",
    "2025-W53",
    "2026-W00",
    "2026-07-H3",
    "2026-Q5",
    "today",
    "''",
    "2026-07-02..2026-07-01",
    "2026-02-30",
    "2020-01-01..2026-01-01",
    "2026-13-H1"
  })
  void whatNamesNoDaysIsRefusedWithExamples(String text) {
    assertThatThrownBy(() -> Days.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).*(Allowed: 2026-07-01|is empty|longer than).*");
  }

  /// The half-month begins at the brand's midnight, also where the clocks change in it.
  @Test
  void aHalfMonthBeginsAtTheBrandsMidnight() {
    var kathmandu = new Calendar(ZoneId.of("Asia/Kathmandu"));
    assertThat(Days.parse("2026-07-H2").span(kathmandu))
        .isEqualTo(new Window.Span(ms("2026-07-15T18:15:00Z"), ms("2026-07-31T18:15:00Z")));
    var berlin = new Calendar(ZoneId.of("Europe/Berlin"));
    assertThat(Days.parse("2026-03-H2").span(berlin))
        .isEqualTo(new Window.Span(ms("2026-03-15T23:00:00Z"), ms("2026-03-31T22:00:00Z")));
  }

  private static long ms(String text) {
    return Instant.parse(text).toEpochMilli();
  }

  /// Of every grain each day is in exactly one, the next begins where one ends, and the one before
  /// the next is the same again.
  @Test
  void daysOfAGrainTileTheCalendar() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          LocalDate day = LocalDate.of(2020, 1, 1).plusDays(dice.roll(4_000));
          for (Grain grain : Grain.values()) {
            Days around = Days.of(grain, day);
            assertThat(around.contains(day)).isTrue();
            Days next = Days.of(grain, around.to().plusDays(1));
            assertThat(next.from()).isEqualTo(around.to().plusDays(1));
            assertThat(next.before()).isEqualTo(around);
            assertThat(Days.parse(around.toString())).isEqualTo(around);
            assertThat(around.whole(grain)).isTrue();
            assertThat(new Days(around.from(), next.to()).whole(grain)).isTrue();
            assertThat(around.whole(Grain.DAY)).isTrue();
          }
          assertThat(Days.of(Grain.MONTH, day).whole(Grain.HALF_MONTH)).isTrue();
          assertThat(Days.of(Grain.WEEK, day).whole(Grain.MONTH)).isFalse();
        });
  }
}
