package io.huoshui.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {
  /// Spring forward in St John's: 8 March 2026, 2:00 → 3:00; in Berlin: 29 March 2026; Lord Howe
  /// moves by half an hour on 5 April 2026. In Cairo midnight itself is skipped on 24 April 2026.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # period | zone               | now                  | begins
          0d       | Asia/Kathmandu     | 2026-03-10T12:00:00Z | 2026-03-09T18:15:00Z
          1d       | Asia/Kathmandu     | 2026-03-10T12:00:00Z | 2026-03-08T18:15:00Z
          7d       | Asia/Kathmandu     | 2026-03-10T18:14:59Z | 2026-03-02T18:15:00Z
          7d       | Asia/Kathmandu     | 2026-03-10T18:15:00Z | 2026-03-03T18:15:00Z
          1d       | America/St_Johns   | 2026-03-09T15:00:00Z | 2026-03-08T03:30:00Z
          0d       | America/St_Johns   | 2026-03-09T15:00:00Z | 2026-03-09T02:30:00Z
          1d       | Europe/Berlin      | 2026-03-30T10:00:00Z | 2026-03-28T23:00:00Z
          1d       | Australia/Lord_Howe | 2026-04-06T00:00:00Z | 2026-04-04T13:00:00Z
          0d       | Africa/Cairo       | 2026-04-24T12:00:00Z | 2026-04-23T22:00:00Z
          48h      | America/St_Johns   | 2026-03-09T15:00:00Z | 2026-03-07T15:00:00Z
          15m      | America/St_Johns   | 2026-03-09T15:00:00Z | 2026-03-09T14:45:00Z
          """)
  void aPeriodBackIsMidnightsForDaysAndExactForHours(
      String period, String zone, String now, String begins) {
    assertThat(Period.parse(period).before(Instant.parse(now), ZoneId.of(zone)))
        .isEqualTo(Instant.parse(begins));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # period | zone             | now                  | ends
          1d       | America/St_Johns | 2026-03-07T14:00:00Z | 2026-03-08T13:00:00Z
          24h      | America/St_Johns | 2026-03-07T14:00:00Z | 2026-03-08T14:00:00Z
          1d       | America/St_Johns | 2026-03-07T05:45:00Z | 2026-03-08T05:45:00Z
          3d       | Asia/Kathmandu   | 2026-03-07T14:00:00Z | 2026-03-10T14:00:00Z
          90m      | Asia/Kathmandu   | 2026-03-07T14:00:00Z | 2026-03-07T15:30:00Z
          """)
  void aWaitOfDaysKeepsTheWallClock(String period, String zone, String now, String ends) {
    assertThat(Period.parse(period).after(Instant.parse(now), ZoneId.of(zone)))
        .isEqualTo(Instant.parse(ends));
  }

  @ParameterizedTest
  @CsvSource({"30", "d", "30w", "-1d", "1.5h", "100000d", "' 3d'", "３d"})
  void whatIsNoPeriodIsRefusedWithExamples(String text) {
    assertThatThrownBy(() -> Period.parse(text))
        .hasMessage("'" + text + "' is no period. Allowed: 30d, 48h, 15m.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # window                        | from                     | to
          within 2d                       | 2026-03-07T03:30:00Z     | 2026-03-09T15:00:00.001Z
          within 3h                       | 2026-03-09T12:00:00Z     | 2026-03-09T15:00:00.001Z
          between 1d and 3d ago           | 2026-03-06T03:30:00Z     | 2026-03-08T03:30:00Z
          from 2026-03-07 to 2026-03-08   | 2026-03-07T03:30:00Z     | 2026-03-09T02:30:00Z
          from 2026-03-08 to 2026-03-20   | 2026-03-08T03:30:00Z     | 2026-03-09T15:00:00.001Z
          """)
  void aWindowIsASpanThatBeginsInAndEndsOut(String window, String from, String to) {
    Window.Span span =
        window(window).at(Instant.parse("2026-03-09T15:00:00Z"), ZoneId.of("America/St_Johns"));

    assertThat(Instant.ofEpochMilli(span.fromMs())).isEqualTo(Instant.parse(from));
    assertThat(Instant.ofEpochMilli(span.toMs())).isEqualTo(Instant.parse(to));
  }

  @Test
  void everAndBeforeReachBackToTheBeginning() {
    Instant now = Instant.parse("2026-03-09T15:00:00Z");
    ZoneId zone = ZoneId.of("America/St_Johns");

    assertThat(Window.ever().at(now, zone))
        .isEqualTo(new Window.Span(Long.MIN_VALUE, now.toEpochMilli() + 1));
    assertThat(window("before 1d ago").at(now, zone))
        .isEqualTo(
            new Window.Span(Long.MIN_VALUE, Instant.parse("2026-03-08T03:30:00Z").toEpochMilli()));
  }

  private static Window window(String text) {
    return ((Condition.Did) RuleText.parse("did order_paid " + text)).window();
  }

  @Test
  void emptyWindowsAreRefused() {
    assertThatThrownBy(() -> new Window.Ago(Period.parse("24h"), Period.parse("1d")))
        .hasMessage("between 24h and 1d ago is empty: the nearer one comes first");
    assertThatThrownBy(() -> new Window.Dates(LocalDate.of(2026, 3, 2), LocalDate.of(2026, 3, 1)))
        .hasMessage("from 2026-03-02 to 2026-03-01 is empty");
    assertThatThrownBy(() -> new Period(-1, Period.Unit.DAY))
        .hasMessage("A period is not negative, got -1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # period | zone             | happened                 | first instant at which it is longer ago
          0d       | Asia/Kathmandu   | 2026-03-09T18:14:59.999Z | 2026-03-09T18:15:00Z
          0d       | Asia/Kathmandu   | 2026-03-09T18:15:00Z     | 2026-03-10T18:15:00Z
          7d       | Asia/Kathmandu   | 2026-03-01T00:00:00Z     | 2026-03-08T18:15:00Z
          0d       | America/St_Johns | 2026-03-08T12:00:00Z     | 2026-03-09T02:30:00Z
          0d       | Africa/Cairo     | 2026-04-23T12:00:00Z     | 2026-04-23T22:00:00Z
          48h      | Asia/Kathmandu   | 2026-03-07T18:15:00Z     | 2026-03-09T18:15:00.001Z
          15m      | Asia/Kathmandu   | 2026-03-09T18:00:00Z     | 2026-03-09T18:15:00.001Z
          """)
  void somethingOutlivesAPeriodAtOneInstant(
      String period, String zone, String happened, String outlives) {
    var calendar = new Calendar(ZoneId.of(zone));
    long timeMs = Instant.parse(happened).toEpochMilli();
    Period length = Period.parse(period);
    long at = length.outlives(timeMs, calendar);

    assertThat(Instant.ofEpochMilli(at)).isEqualTo(Instant.parse(outlives));
    assertThat(length.before(at, calendar)).isGreaterThan(timeMs);
    assertThat(length.before(at - 1, calendar)).isLessThanOrEqualTo(timeMs);
  }

  @Test
  void theCalendarKnowsTheDaysOfEveryZone() {
    // Samoa had no 30 December 2011; Cairo's clocks change at midnight.
    for (String zone :
        List.of("Pacific/Apia", "Africa/Cairo", "America/St_Johns", "Asia/Shanghai")) {
      var calendar = new Calendar(ZoneId.of(zone));
      long from = Instant.parse("2011-12-25T00:00:00Z").toEpochMilli();
      for (long at = from; at < from + 86_400_000L * 400; at += 1_799_999) {
        LocalDate day = Instant.ofEpochMilli(at).atZone(ZoneId.of(zone)).toLocalDate();
        assertThat(calendar.day(at)).as("%s at %s", zone, at).isEqualTo((int) day.toEpochDay());
        assertThat(calendar.start(calendar.day(at)))
            .isEqualTo(day.atStartOfDay(ZoneId.of(zone)).toInstant().toEpochMilli());
      }
    }
  }
}
