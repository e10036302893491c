package io.huoshui.dialog;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.dialog.Redial.Attempt;
import io.huoshui.dialog.Redial.Decision;
import io.huoshui.dialog.Redial.Why;
import io.huoshui.reach.Dialling;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RedialTest {
  /// An awkward one: half an hour off, no daylight saving.
  private static final ZoneId ZONE = ZoneId.of("Asia/Kolkata");

  private static Instant at(String local) {
    return LocalDateTime.parse("2026-07-" + local.replace(' ', 'T')).atZone(ZONE).toInstant();
  }

  @Test
  void theMatrix() {
    String table =
        """
        15 09:30 | busy         | 1 | 15 09:45
        15 09:30 | busy         | 3 | never attempts
        15 11:50 | busy         | 1 | 15 14:00
        15 19:50 | busy         | 1 | 16 09:00
        15 09:30 | no_answer    | 1 | 15 14:00
        15 14:30 | no_answer    | 1 | 15 17:30
        15 18:00 | no_answer    | 1 | 16 09:00
        15 09:30 | rejected     | 1 | 16 09:00
        15 09:30 | off          | 2 | 15 14:00
        15 09:30 | voicemail    | 1 | 15 14:00
        15 09:30 | voicemail    | 2 | never attempts
        15 09:30 | blocked      | 1 | never blocked
        15 09:30 | suspended    | 1 | never suspended
        15 09:30 | empty_number | 1 | never empty_number, bad number
        15 09:30 | line         | 1 | 15 09:35
        """;
    for (String line : table.strip().split("\n")) {
      String[] cells = line.split("\\|");
      Instant last = at(cells[0].strip());
      int made = Integer.parseInt(cells[2].strip());
      Why why = Why.valueOf(cells[1].strip().toUpperCase(Locale.ROOT));
      var attempts = new ArrayList<Attempt>();
      for (int i = made - 1; i >= 0; i--) {
        attempts.add(new Attempt(last.minus(Duration.ofDays(2L * i)), why));
      }
      Decision decision = Redial.USUAL.decide(attempts, made, last, ZONE);
      assertThat(shown(decision)).as(line).isEqualTo(cells[3].strip());
    }
  }

  private static String shown(Decision decision) {
    return switch (decision) {
      case Decision.Never(String reason, boolean bad) ->
          "never " + reason + (bad ? ", bad number" : "");
      case Decision.At(Instant when) ->
          LocalDateTime.ofInstant(when, ZONE).toString().substring(8).replace('T', ' ');
    };
  }

  @Test
  void whoWasSpokenWithIsNotCalledAgain() {
    assertThat(
            Redial.USUAL.decide(
                List.of(new Attempt(at("15 10:00"), null)), 1, at("15 10:05"), ZONE))
        .isEqualTo(new Decision.Never("talked", false));
  }

  /// Calls of other sends count for the callee's limits: five a day are five a day.
  @Test
  void fiveCallsADayWhateverTheyWereFor() {
    var attempts = new ArrayList<Attempt>();
    for (String time : List.of("09:00", "09:20", "09:40", "10:00", "10:20")) {
      attempts.add(new Attempt(at("15 " + time), Why.BUSY));
    }
    assertThat(shown(Redial.USUAL.decide(attempts, 1, at("15 10:20"), ZONE))).isEqualTo("16 09:00");
  }

  /// Whatever happened: the next call lies in a window, after its wait, and within every limit.
  @Test
  void noLimitIsEverBroken() {
    Dice.overSeeds(
        400,
        seed -> {
          var dice = new Dice(seed);
          var attempts = new ArrayList<Attempt>();
          Instant now = at("15 09:00").plusSeconds(dice.roll(11 * 3_600));
          for (int i = 0; i < 60; i++) {
            Why why = dice.of(Why.BUSY, Why.NO_ANSWER, Why.OFF, Why.LINE, Why.VOICEMAIL);
            attempts.add(new Attempt(now, why));
            Decision decision = Redial.USUAL.decide(attempts, 1, now, ZONE);
            assertThat(decision).isInstanceOf(Decision.At.class);
            Instant next = ((Decision.At) decision).when();
            Redial.Rule rule = Objects.requireNonNull(Redial.USUAL.rules().get(why));
            assertThat(next).isAfterOrEqualTo(now.plus(rule.pause()));
            LocalTime time = LocalTime.ofInstant(next, ZONE);
            assertThat(Redial.USUAL.windows()).anyMatch(window -> window.holds(time));
            for (Dialling.CalleeLimit limit : Redial.USUAL.limits()) {
              assertThat(
                      attempts.stream()
                          .filter(one -> one.at().isAfter(next.minus(limit.within().exact())))
                          .count())
                  .as("%s", limit)
                  .isLessThan(limit.most());
            }
            now = next;
          }
        });
  }

  @Test
  void linesAreNeverOverfilled() {
    String table =
        """
        10 | 1   | 0  | 0   | 0  | 10
        10 | 1   | 7  | 100 | 55 | 3
        10 | 1   | 10 | 100 | 55 | 0
        10 | 2   | 0  | 100 | 50 | 20
        10 | 2   | 0  | 100 | 20 | 20
        10 | 2   | 0  | 20  | 2  | 10
        10 | 3   | 12 | 100 | 80 | 0
        """;
    for (String line : table.strip().split("\n")) {
      String[] cells = line.replace(" ", "").split("\\|");
      assertThat(
              new Pacing(Integer.parseInt(cells[0]), Double.parseDouble(cells[1]))
                  .begin(
                      Integer.parseInt(cells[2]),
                      Long.parseLong(cells[3]),
                      Long.parseLong(cells[4])))
          .as(line)
          .isEqualTo(Integer.parseInt(cells[5]));
    }
  }
}
