package io.huoshui.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.insight.sheet.Scene;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrainTest {
  private static int day(String date) {
    return (int) LocalDate.parse(date).toEpochDay();
  }

  @ParameterizedTest
  @CsvSource({
    "DAY,2026-02-28,2026-02-28",
    "WEEK,2026-11-23,2026-W48",
    "WEEK,2026-11-29,2026-W48",
    "WEEK,2026-11-30,2026-W49",
    "WEEK,2027-01-01,2026-W53",
    "WEEK,1969-12-31,1970-W01",
    "HALF_MONTH,2026-02-15,2026-02-H1",
    "HALF_MONTH,2026-02-16,2026-02-H2",
    "HALF_MONTH,2026-02-28,2026-02-H2",
    "HALF_MONTH,2026-03-01,2026-03-H1",
    "MONTH,2026-12-31,2026-12",
    "QUARTER,2026-09-30,2026-Q3",
    "QUARTER,2026-10-01,2026-Q4",
    "YEAR,2026-12-31,2026",
  })
  void aDayLiesInAPeriod(Grain grain, String date, String label) {
    assertThat(grain.label(grain.period(day(date)))).isEqualTo(label);
  }

  /// Over forty years: each day lies in exactly one period, periods follow without a gap, and begin
  /// on their first day.
  @ParameterizedTest
  @EnumSource
  void periodsAreDaysWithoutAGap(Grain grain) {
    int before = grain.period(day("1990-01-01"));
    var labels = new ArrayList<String>();
    for (int day = day("1990-01-02"); day < day("2030-01-01"); day++) {
      int period = grain.period(day);
      assertThat(period - before).isBetween(0, 1);
      if (period > before) {
        assertThat(grain.firstDay(period)).isEqualTo(day);
        labels.add(grain.label(period));
      }
      before = period;
    }
    assertThat(labels).isSorted().doesNotHaveDuplicates();
  }

  /// The brand's midnight decides, not that of UTC: 23:59 on the 15th in Shanghai is the first
  /// half.
  @Test
  void theBrandsMidnightDecides() {
    var scene = new Scene(Instant.parse("2026-11-28T00:00:00Z"), ZoneId.of("Asia/Shanghai"));
    assertThat(half(scene, "2026-11-15T15:59:59.999Z")).isEqualTo("2026-11-H1");
    assertThat(half(scene, "2026-11-15T16:00:00Z")).isEqualTo("2026-11-H2");
    // Clocks went forward that night in New York: its day has 23 hours and is a day all the same.
    var york = new Scene(Instant.parse("2026-11-28T00:00:00Z"), ZoneId.of("America/New_York"));
    assertThat(york.day(Instant.parse("2026-03-08T04:59:59Z").toEpochMilli()))
        .isEqualTo(day("2026-03-07"));
    assertThat(york.day(Instant.parse("2026-03-09T03:59:59Z").toEpochMilli()))
        .isEqualTo(day("2026-03-08"));
    assertThat(york.day(Instant.parse("2026-03-09T04:00:00Z").toEpochMilli()))
        .isEqualTo(day("2026-03-09"));
  }

  private static String half(Scene scene, String at) {
    long ms = Instant.parse(at).toEpochMilli();
    return scene.label(Grain.HALF_MONTH, scene.period(Grain.HALF_MONTH, ms));
  }
}
