package io.huoshui.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.profile.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
  /// `channel journey sender category @ms`, one after the other, with `-` for nothing.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # paces                        | messages                                       | turns
          sms - all 120/1m               | sms a 活水 M @0, sms a 活水 M @0, sms b 活水 M @0 | 0 500 1000
          sms - all 120/1m               | sms a 活水 M @0, wecom a 王 M @0, sms a 活水 M @9 | 0 0 500
          sms - all 120/1m               | sms a 活水 M @0, sms a 活水 M @9000             | 0 9000
          wecom - sender 1/1m            | wecom a 王 M @0, wecom a 李 M @0, wecom a 王 M @0 | 0 0 60000
          - a all 60/1m                   | sms a 活水 M @0, sms b 活水 M @0, wecom a 王 M @0 | 0 0 1000
          sms - all 60/1m, - a all 15/1m   | sms a 活水 M @0, sms a 活水 M @0, sms b 活水 M @4100 | 0 4000 5000
          sms - all 60/1m                 | sms a 活水 M @0, sms a 活水 T @0, sms a 活水 S @0 | 0 0 2000
          sms - all 180/1m                 | sms a 活水 M @0, sms a 活水 M @0, sms a 活水 M @0 | 0 334 667
          """)
  void turnsAreGivenEvenlyAndInOrder(String paces, String messages, String turns) {
    List<Pace> all = Arrays.stream(paces.split(", ")).map(PaceTest::pace).toList();
    var given = new ArrayList<String>();
    var queue = new Turns();
    for (String message : messages.split(", ")) {
      String[] of = message.split(" ");
      given.add(
          String.valueOf(
              last(
                  queue,
                  all,
                  ChannelKind.valueOf(of[0].toUpperCase(java.util.Locale.ROOT)),
                  of[1],
                  of[2],
                  switch (of[3]) {
                    case "T" -> Category.TRANSACTION;
                    case "S" -> Category.SERVICE;
                    default -> Category.MARKETING;
                  },
                  Long.parseLong(of[4].substring(1)))));
    }
    assertThat(String.join(" ", given)).isEqualTo(turns);
  }

  /// Through one queue after the other, alone.
  private static long last(
      Turns queue,
      List<Pace> paces,
      ChannelKind channel,
      String journey,
      String sender,
      Category category,
      long atMs) {
    long now = atMs;
    int passed = 0;
    while (true) {
      Turns.Turn turn = queue.take(paces, channel, journey, sender, category, now, passed);
      if (turn.atMs() == now) {
        return now;
      }
      now = turn.atMs();
      passed = turn.passed();
    }
  }

  private static Pace pace(String text) {
    String[] of = text.split(" ");
    String[] rate = of[3].split("/");
    return new Pace(
        ChannelKind.ofWire(of[0]),
        of[1].equals("-") ? "" : of[1],
        of[2].equals("sender"),
        Integer.parseInt(rate[0]),
        Period.parse(rate[1]));
  }

  /// A thousand messages of a slow journey wait for their journey, not for the channel.
  @Test
  void aSlowJourneyKeepsNobodyElseWaiting() {
    List<Pace> paces = List.of(pace("sms - all 600/1m"), pace("- slow all 1/1m"));
    var turns = new Turns();
    for (int i = 0; i < 1_000; i++) {
      turns.take(paces, ChannelKind.SMS, "slow", "", Category.MARKETING, 0, 0);
    }
    assertThat(turns.take(paces, ChannelKind.SMS, "other", "", Category.MARKETING, 0, 0).atMs())
        .isEqualTo(100);
  }

  /// Whatever comes when: no window of the pace's length has more than the pace allows, and one
  /// more for its edge; and nobody goes before they came.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noWindowHoldsMoreThanThePace(long seed) {
    var random = new Random(seed);
    int most = 1 + random.nextInt(50);
    var pace = new Pace(null, "", false, most, Period.parse("1m"));
    var turns = new Turns();
    long now = 0;
    var given = new ArrayList<Long>();
    for (int i = 0; i < 2_000; i++) {
      now += random.nextInt(10) == 0 ? random.nextInt(9_000) : 0;
      long turn = last(turns, List.of(pace), ChannelKind.SMS, "j", "", Category.MARKETING, now);
      assertThat(turn).isGreaterThanOrEqualTo(now);
      given.add(turn);
    }
    for (long from : given) {
      assertThat(given.stream().filter(turn -> turn >= from && turn < from + 60_000).count())
          .isLessThanOrEqualTo(most + 1L);
    }
  }

  @Test
  void whatWasKeptGoesOnWhereItStood() {
    var pace = List.of(new Pace(ChannelKind.SMS, "", false, 600, Period.parse("1m")));
    var whole = new Turns();
    IntStream.range(0, 5)
        .forEach(_ -> whole.take(pace, ChannelKind.SMS, "j", "", Category.MARKETING, 0, 0));
    var kept = new Turns();
    whole.freeUs().forEach(kept::restore);

    assertThat(kept.take(pace, ChannelKind.SMS, "j", "", Category.MARKETING, 0, 0))
        .isEqualTo(whole.take(pace, ChannelKind.SMS, "j", "", Category.MARKETING, 0, 0))
        .isEqualTo(new Turns.Turn(1, 500));
  }

  @Test
  void aPaceThatLetsNothingOutIsRefused() {
    assertThatThrownBy(() -> new Pace(null, "", false, 0, Period.parse("1m")))
        .hasMessage("A pace of 0 in 1m lets nothing out; allowed is 1 or more in a time");
  }
}
