package io.huoshui.acquisition;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.acquisition.LiveCode.About;
import io.huoshui.acquisition.LiveCode.DayPlan;
import io.huoshui.acquisition.LiveCode.Hours;
import io.huoshui.acquisition.LiveCode.Member;
import io.huoshui.acquisition.LiveCode.Shift;
import io.huoshui.acquisition.LiveCode.Staffed;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RosterTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");

  /// A Wednesday, ten in the morning of the brand.
  private static final Instant NOW = at("2026-07-01T10:00");

  private static Instant at(String local) {
    return java.time.LocalDateTime.parse(local).atZone(ZONE).toInstant();
  }

  static Member member(String guide, int weight, @Nullable Integer cap, Shift... shifts) {
    return new Member(guide, "", weight, cap, List.of(shifts), List.of());
  }

  private static Shift shift(DayOfWeek day, String from, String to) {
    return new Shift(Set.of(day), new Hours(LocalTime.parse(from), LocalTime.parse(to)));
  }

  static Staffed code(List<Member> members, List<Member> fallback, @Nullable Integer cap) {
    return new Staffed(
        new About("card", "card", "package_card", Map.of(), at("2026-09-01T00:00")),
        members,
        fallback,
        cap,
        5,
        true,
        "",
        List.of(),
        Welcome.NONE,
        List.of(),
        false);
  }

  private static String taker(Staffed code, Tally tally, Instant now) {
    return switch (Roster.at(code, tally, now, ZONE)) {
      case Roster.Takes(String guide, boolean fallback, Tally _) ->
          fallback ? guide + " (fallback)" : guide;
      case Roster.Nobody(Roster.Why why) -> why.wire();
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-07-01T10:00 | day              | Wednesday, on shift
          2026-07-01T08:59 | spare (fallback) | a minute early
          2026-07-01T09:00 | day              | the first minute
          2026-07-01T18:00 | spare (fallback) | a shift ends before its end
          2026-07-01T22:00 | night            | a night begins
          2026-07-02T01:59 | night            | and goes on after midnight
          2026-07-02T02:00 | spare (fallback) | until it ends
          2026-07-02T22:30 | spare (fallback) | it was Wednesday's
          2026-07-08T10:00 | spare (fallback) | a day off
          2026-07-08T22:00 | night            | of one of them only
          2026-07-09T06:30 | day              | a Thursday worked by exception
          2026-09-01T00:00 | expired          | the code is over
          """)
  void shiftsSayWhoTakesTheNextPerson(String local, String expected, String why) {
    var day =
        new Member(
            "day",
            "",
            1,
            null,
            List.of(shift(DayOfWeek.WEDNESDAY, "09:00", "18:00")),
            List.of(
                new DayPlan(LocalDate.parse("2026-07-08"), List.of()),
                new DayPlan(
                    LocalDate.parse("2026-07-09"),
                    List.of(new Hours(LocalTime.of(6, 0), LocalTime.of(7, 0))))));
    var code =
        code(
            List.of(day, member("night", 1, null, shift(DayOfWeek.WEDNESDAY, "22:00", "02:00"))),
            List.of(member("spare", 1, null)),
            null);
    assertThat(taker(code, Tally.NONE, at(local))).as(why).isEqualTo(expected);
  }

  /// `day` is on shift from nine to six and takes two, `spare` is the fallback and takes one.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # when           | day | spare | fallback | cap | then
          2026-07-01T10:00 | 0   | 0     | true     | 9   | members
          2026-07-01T10:00 | 2   | 0     | true     | 9   | fallback_full
          2026-07-01T19:00 | 0   | 0     | true     | 9   | fallback_off_shift
          2026-07-01T10:00 | 2   | 1     | true     | 9   | all_full
          2026-07-01T19:00 | 0   | 1     | true     | 9   | all_full
          2026-07-01T10:00 | 2   | 0     | false    | 9   | all_full
          2026-07-01T19:00 | 0   | 0     | false    | 9   | nobody_on_shift
          2026-07-01T10:00 | 1   | 0     | true     | 1   | code_full
          2026-09-01T00:00 | 0   | 0     | true     | 9   | over
          """)
  void howACodeStandsSaysWhyNobodyOfItsMembersTakesAnybody(
      String local, int day, int spare, boolean fallback, int cap, String then) {
    var code =
        code(
            List.of(member("day", 1, 2, shift(DayOfWeek.WEDNESDAY, "09:00", "18:00"))),
            fallback ? List.of(member("spare", 1, 1)) : List.of(),
            cap);
    Tally today = Tally.NONE.with("day", day).with("spare", spare);
    assertThat(Roster.standing(code, today, at(local), ZONE).wire()).isEqualTo(then);
  }

  @Test
  void aShiftOverTheHourThatIsSkippedInSpringStillBeginsAndEnds() {
    var newYork = ZoneId.of("America/New_York");
    var code =
        code(
            List.of(member("n", 1, null, shift(DayOfWeek.SUNDAY, "02:30", "04:00"))), List.of(), 9);
    Instant two = LocalDate.parse("2026-03-08").atTime(1, 59).atZone(newYork).toInstant();
    Instant next = Objects.requireNonNull(Roster.next(code, two, newYork));
    assertThat(next).isEqualTo(Instant.parse("2026-03-08T07:30:00Z"));
    assertThat(Roster.on(code.members().getFirst(), next, newYork)).isTrue();
    assertThat(Roster.next(code, next, newYork)).isEqualTo(Instant.parse("2026-03-08T08:00:00Z"));
  }

  @Test
  void capsOfMembersAndOfTheCodeAreNeverExceededAndTheFallbackTakesOnlyTheRest() {
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          var members = new ArrayList<Member>();
          for (int i = 0; i <= dice.roll(5); i++) {
            members.add(member("m" + i, 1 + dice.roll(9), dice.roll(3) == 0 ? null : dice.roll(9)));
          }
          boolean endless = members.stream().anyMatch(one -> one.dailyCap() == null);
          Integer cap = dice.roll(2) == 0 ? null : Integer.valueOf(dice.roll(30));
          var code = code(members, List.of(member("spare", 1, 4)), cap);
          Tally tally = Tally.NONE;
          for (int i = 0; i < 60; i++) {
            switch (Roster.at(code, tally, NOW, ZONE)) {
              case Roster.Takes(String guide, boolean fallback, Tally after) -> {
                Tally before = tally;
                assertThat(fallback).isEqualTo(guide.equals("spare"));
                if (fallback) {
                  assertThat(endless).isFalse();
                  assertThat(members)
                      .allSatisfy(
                          one -> assertThat(before.of(one.guide())).isEqualTo(one.dailyCap()));
                }
                tally = after;
              }
              case Roster.Nobody(Roster.Why why) -> {
                if (why == Roster.Why.CODE_FULL) {
                  assertThat(tally.total()).isEqualTo(cap);
                } else {
                  assertThat(why).isEqualTo(Roster.Why.ALL_FULL);
                  assertThat(tally.of("spare")).isEqualTo(4);
                }
              }
            }
            Tally now = tally;
            assertThat(cap == null || now.total() <= cap).isTrue();
            assertThat(members)
                .allSatisfy(
                    one ->
                        assertThat(one.dailyCap() == null || now.of(one.guide()) <= one.dailyCap())
                            .isTrue());
          }
        });
  }

  @Test
  void atAnyTimeEachHasTheirWeightsShareGiveOrTakeLessThanOne() {
    Dice.overSeeds(
        120,
        seed -> {
          var dice = new Dice(seed);
          var members = new ArrayList<Member>();
          for (int i = 0; i < 2 + dice.roll(seed % 10 == 0 ? 60 : 8); i++) {
            members.add(member("m" + i, 1 + dice.roll(seed % 3 == 0 ? 100 : 5), null));
          }
          long all = members.stream().mapToLong(Member::weight).sum();
          var code = code(members, List.of(), null);
          Tally tally = Tally.NONE;
          for (int n = 1; n <= 400; n++) {
            tally = ((Roster.Takes) Roster.at(code, tally, NOW, ZONE)).after();
            if (n % 25 == 0) {
              // As it is kept between two people.
              tally = Tally.read(tally.write());
            }
            for (Member one : members) {
              double share = (double) one.weight() * n / all;
              assertThat(Math.abs(tally.of(one.guide()) - share))
                  .as(one.guide() + " of " + n)
                  .isLessThan(1);
            }
          }
        });
  }

  @Test
  void whenShiftsChangeWhatIsOwedIsKeptAndStaysSmall() {
    Dice.overSeeds(
        100,
        seed -> {
          var dice = new Dice(seed);
          var shares = new HashMap<String, Double>();
          Tally tally = Tally.NONE;
          for (int stretch = 0; stretch < 12; stretch++) {
            var members = new ArrayList<Member>();
            for (int i = 0; i < 6; i++) {
              if (dice.roll(2) == 0) {
                members.add(member("m" + i, 1 + i, null));
              }
            }
            if (members.isEmpty()) {
              continue;
            }
            long all = members.stream().mapToLong(Member::weight).sum();
            var code = code(members, List.of(), null);
            for (int n = dice.roll(40); n > 0; n--) {
              tally = ((Roster.Takes) Roster.at(code, tally, NOW, ZONE)).after();
              for (Member one : members) {
                shares.merge(one.guide(), (double) one.weight() / all, Double::sum);
              }
            }
          }
          Tally end = tally;
          shares.forEach(
              (guide, share) ->
                  assertThat(Math.abs(end.of(guide) - share)).as(guide).isLessThan(2));
          assertThat(end.owed().values().stream().mapToLong(Long::longValue).sum()).isZero();
        });
  }

  @Test
  void nothingChangesByItselfBeforeTheInstantThatIsNext() {
    Dice.overSeeds(
        150,
        seed -> {
          var dice = new Dice(seed);
          var members = new ArrayList<Member>();
          for (int i = 0; i < 3; i++) {
            var shifts = new ArrayList<Shift>();
            for (int s = dice.roll(3); s > 0; s--) {
              var days = EnumSet.noneOf(DayOfWeek.class);
              days.add(DayOfWeek.of(1 + dice.roll(7)));
              days.add(DayOfWeek.of(1 + dice.roll(7)));
              shifts.add(
                  new Shift(
                      days,
                      new Hours(
                          LocalTime.of(dice.roll(24), dice.roll(60)),
                          LocalTime.of(dice.roll(24), dice.roll(60)))));
            }
            var dates = new ArrayList<DayPlan>();
            if (dice.roll(2) == 0) {
              dates.add(new DayPlan(LocalDate.parse("2026-07-02"), List.of()));
            }
            members.add(new Member("m" + i, "", 1, null, shifts, dates));
          }
          var code = code(members, List.of(), null);
          Instant now = NOW;
          for (int turn = 0; turn < 12; turn++) {
            Instant next = Objects.requireNonNull(Roster.next(code, now, ZONE));
            assertThat(next).isAfter(now);
            String who = on(code, now);
            for (Instant t = now; t.isBefore(next); t = t.plusSeconds(601)) {
              assertThat(on(code, t)).isEqualTo(who);
            }
            assertThat(on(code, next.minusMillis(1))).isEqualTo(who);
            now = next;
          }
        });
  }

  private static String on(Staffed code, Instant now) {
    return code.everybody().filter(one -> Roster.on(one, now, ZONE)).map(Member::guide).toList()
        + LocalDate.ofInstant(now, ZONE).toString();
  }

  @Test
  void aCodeOfThePlatformNamesWhoHasMoreRoomThanMayBeUnderWay() {
    var code =
        code(
            List.of(member("a", 1, 10), member("b", 1, 100)),
            List.of(member("spare", 1, null)),
            60);
    assertThat(Roster.named(code, Tally.NONE, 5, NOW, ZONE, 100)).containsExactly("a", "b");
    Tally near = new Tally(Map.of("a", 5), Map.of());
    assertThat(Roster.named(code, near, 5, NOW, ZONE, 100)).containsExactly("b");
    assertThat(Roster.named(code, near, 4, NOW, ZONE, 100)).containsExactly("a", "b");
    Tally full = new Tally(Map.of("a", 10, "b", 45), Map.of());
    assertThat(Roster.named(code, full, 5, NOW, ZONE, 100)).as("the code itself").isEmpty();
    var open = code(code.members(), code.fallback(), null);
    Tally both = new Tally(Map.of("a", 10, "b", 96), Map.of());
    assertThat(Roster.named(open, both, 5, NOW, ZONE, 100)).containsExactly("spare");
    Tally uneven = Tally.NONE;
    for (int i = 0; i < 13; i++) {
      uneven = Roster.came(open, uneven, "b", NOW, ZONE);
    }
    assertThat(Roster.named(open, uneven, 5, NOW, ZONE, 100))
        .as("whoever is ahead of their share waits")
        .containsExactly("a");
  }
}
