package io.huoshui.insight.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.event.Event;
import io.huoshui.profile.EventList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributionTest {
  private static final long DAY = 86_400_000L;

  /// `sms@1 live@3 !5=100`: touches by day, conversions by day and fen.
  private static List<Step> steps(String text) {
    var steps = new ArrayList<Step>();
    for (String word : text.split(" ")) {
      if (word.startsWith("!")) {
        String[] of = word.substring(1).split("=", -1);
        steps.add(new Step.Conversion(Long.parseLong(of[0]) * DAY, Long.parseLong(of[1])));
      } else if (!word.isEmpty()) {
        String[] of = word.split("@", -1);
        steps.add(new Step.Touch(Long.parseLong(of[1]) * DAY, of[0]));
      }
    }
    return steps;
  }

  private static Credits.Table table(String... people) {
    var credits = new Credits(30 * DAY, 7 * DAY);
    for (String person : people) {
      credits.person(steps(person));
    }
    return credits.table();
  }

  private static long fen(Credits.Table table, String channel, Model model) {
    return table.rows().stream()
        .filter(row -> row.channel().equals(channel))
        .mapToLong(row -> row.by(model).amountFen())
        .findFirst()
        .orElseThrow();
  }

  /// One trail of four touches, 1,000 fen. Time decay: 2^(-14/7) : 2^(-7/7) : 2^(-7/7) : 1 = 1 : 2
  /// : 2 : 4 of 9.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # model    | sms | live | call | card
          LAST       | 0   | 0    | 0    | 1000
          FIRST      | 1000 | 0   | 0    | 0
          LINEAR     | 250 | 250  | 250  | 250
          POSITION   | 400 | 100  | 100  | 400
          TIME_DECAY | 111 | 222  | 222  | 445
          MARKOV     | 250 | 250  | 250  | 250
          """)
  void modelsByHand(Model model, long sms, long live, long call, long card) {
    Credits.Table table = table("sms@0 live@7 call@7 card@14 !14=1000");
    assertThat(
            List.of(
                fen(table, "sms", model),
                fen(table, "live", model),
                fen(table, "call", model),
                fen(table, "card", model)))
        .containsExactly(sms, live, call, card);
  }

  @Test
  void ofTwoTouchesThePositionsShareAndOneTakesAll() {
    Credits.Table table = table("sms@1 live@2 !3=101", "card@1 !2=7");
    // An odd fen goes to the first.
    assertThat(fen(table, "sms", Model.POSITION)).isEqualTo(51);
    assertThat(fen(table, "live", Model.POSITION)).isEqualTo(50);
    assertThat(fen(table, "card", Model.POSITION)).isEqualTo(7);
  }

  /// Bryl's example: c1 c2 c3 converts, c1 and c2 c3 do not. The chance to convert is 1/3; without
  /// c1 it is 1/6, without c2 or c3 nothing: removal effects ½, 1, 1, so of one conversion 0.2,
  /// 0.4, 0.4.
  @Test
  void removalEffectsOfAPublishedExample() {
    Credits.Table table = table("c1@1 c2@2 c3@3 !4=1000", "c1@1", "c2@1 c3@2");
    assertThat(table.rows().stream().map(Credits.Row::removal))
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1)
        .containsExactly(0.5, 1.0, 1.0);
    assertThat(table.rows().stream().map(row -> row.by(Model.MARKOV)))
        .containsExactly(
            new Credits.Given(200_000, 200),
            new Credits.Given(400_000, 400),
            new Credits.Given(400_000, 400));
  }

  /// Taking a channel away and solving the whole chain anew gives the same.
  @Test
  void removalEffectsAreThoseOfAChainWithoutTheChannel() {
    Dice.overSeeds(
        40,
        seed -> {
          var dice = new Dice(seed);
          var markov = new Markov();
          List<String> names = List.of("a", "b", "c", "d", "e");
          var trails = new ArrayList<Trail>();
          for (int i = 0; i < 60; i++) {
            List<String> channels = dice.list(1, 6, () -> dice.of(names));
            trails.add(
                new Trail(
                    channels, channels.stream().map(_ -> 0L).toList(), dice.chance(40), 0, 0));
          }
          trails.forEach(markov::add);
          double whole = converts(trails, "");
          Map<String, Double> effects = markov.removalEffects();
          for (String name : effects.keySet()) {
            double without = converts(trails, name);
            assertThat(effects.get(name))
                .isCloseTo(whole == 0 ? 0 : 1 - without / whole, within(1e-9));
          }
        });
  }

  /// The chance to convert, by walking the chain on until hardly anybody is on the way.
  private static double converts(List<Trail> trails, String without) {
    var counts = new java.util.TreeMap<String, java.util.TreeMap<String, Double>>();
    for (Trail trail : trails) {
      String at = "(start)";
      for (String channel : trail.channels()) {
        counts.computeIfAbsent(at, _ -> new java.util.TreeMap<>()).merge(channel, 1.0, Double::sum);
        at = channel;
      }
      counts
          .computeIfAbsent(at, _ -> new java.util.TreeMap<>())
          .merge(trail.converted() ? "(yes)" : "(no)", 1.0, Double::sum);
    }
    Map<String, Double> standing = new java.util.TreeMap<>(Map.of("(start)", 1.0));
    double converted = 0;
    for (int step = 0; step < 3_000; step++) {
      var next = new java.util.TreeMap<String, Double>();
      for (Map.Entry<String, Double> each : standing.entrySet()) {
        var tos = counts.getOrDefault(each.getKey(), new java.util.TreeMap<>());
        double all = tos.values().stream().mapToDouble(n -> n).sum();
        for (Map.Entry<String, Double> to : tos.entrySet()) {
          double share = each.getValue() * to.getValue() / all;
          if (to.getKey().equals("(yes)")) {
            converted += share;
          } else if (!to.getKey().equals("(no)") && !to.getKey().equals(without)) {
            next.merge(to.getKey(), share, Double::sum);
          }
        }
      }
      standing = next;
    }
    return converted;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # steps                                | trails (channels, and what they came to)
          sms@1 live@2 !3=5                      | sms,live=5
          sms@1 !3=5 live@4 !5=6                 | sms=5 live=6
          sms@1 !3=5 !4=6                        | sms=5 =6
          !3=5                                   | =5
          sms@1 live@2                           | sms,live
          sms@1 live@40 !41=5                    | sms live=5
          sms@1 !31=5                            | sms=5
          sms@1 !32=5                            | sms =5
          sms@1 !3=5 live@4                      | sms=5 live
          """)
  void aTouchLiesOnOneTrail(String steps, String trails) {
    assertThat(
            String.join(
                " ",
                Trails.of(steps(steps), 30 * DAY).stream()
                    .map(
                        trail ->
                            String.join(",", trail.channels())
                                + (trail.converted() ? "=" + trail.amountFen() : ""))
                    .toList()))
        .isEqualTo(trails);
  }

  /// By every model credit and fen add up exactly, in whatever parts people were counted.
  @Test
  void creditAddsUpToWhatThereWas() {
    Dice.overSeeds(
        60,
        seed -> {
          var dice = new Dice(seed);
          var whole = new Credits(30 * DAY, 7 * DAY);
          var parts = List.of(new Credits(30 * DAY, 7 * DAY), new Credits(30 * DAY, 7 * DAY));
          for (int person = 0; person < 80; person++) {
            long time = 0;
            var steps = new ArrayList<Step>();
            for (int i = dice.roll(9); i > 0; i--) {
              time += dice.between(0, 20) * DAY / 2;
              steps.add(
                  dice.chance(30)
                      ? new Step.Conversion(time, dice.between(-20, 99_999))
                      : new Step.Touch(time, dice.of("sms", "live", "card", "call")));
            }
            whole.person(steps);
            parts.get(dice.roll(2)).person(steps);
          }
          Credits.Table table = whole.table();
          for (Model model : Model.values()) {
            long credit = 0;
            long fen = 0;
            for (Credits.Row row : table.rows()) {
              credit += row.by(model).credit();
              fen += row.by(model).amountFen();
              assertThat(row.by(model).credit()).isNotNegative();
            }
            assertThat(credit + table.untouched() * Credits.WHOLE)
                .as(model.wire())
                .isEqualTo(table.conversions() * Credits.WHOLE);
            assertThat(fen + table.untouchedFen()).as(model.wire()).isEqualTo(table.amountFen());
          }
          var together = new Credits(30 * DAY, 7 * DAY);
          parts.reversed().forEach(together::add);
          assertThat(together.table()).isEqualTo(table);
        });
  }

  /// Behind every number of people are as many, and whom a model gives nothing of is not opened.
  @Test
  void everyNumberOfPeopleIsADoor() {
    Instant now = Instant.parse("2026-07-01T00:00:00Z");
    var touches =
        new Touches(
            now.minus(Duration.ofDays(40)).toEpochMilli(),
            now.toEpochMilli(),
            10 * DAY,
            Touches.By.CHANNEL);
    Dice.overSeeds(
        60,
        seed -> {
          var dice = new Dice(seed);
          var people = new ArrayList<EventList>();
          for (int person = 0; person < 40; person++) {
            people.add(
                Someone.who(
                        dice.list(
                                1,
                                9,
                                () -> step(dice, now.minus(Duration.ofMinutes(dice.roll(90_000)))))
                            .toArray(Event[]::new))
                    .timeline());
          }
          var credits = new Credits(10 * DAY, DAY);
          people.forEach(one -> credits.trails(touches.trails(one)));
          long untouched = behind(touches, people, new Touches.Cell.Untouched());
          assertThat(untouched).isLessThanOrEqualTo(credits.table().untouched());
          assertThat(untouched == 0).isEqualTo(credits.table().untouched() == 0);
          for (Credits.Row row : credits.table().rows()) {
            String channel = row.channel();
            assertThat(behind(touches, people, new Touches.Cell.Touched(channel)))
                .isEqualTo(row.people());
            assertThat(behind(touches, people, new Touches.Cell.Converted(channel)))
                .isEqualTo(row.converters());
            for (Model model : Model.values()) {
              var cell = new Touches.Cell.Given(channel, model, DAY);
              long given = behind(touches, people, cell);
              assertThat(given).isLessThanOrEqualTo(row.converters());
              if (model == Model.MARKOV) {
                // Its chain gives of others' conversions, too: who was touched and bought nothing
                // may have gone on to where they came from.
                assertThat(given).isEqualTo(row.converters());
                continue;
              }
              var alone = new Credits(10 * DAY, DAY);
              people.stream()
                  .filter(one -> !touches.belongs(one, cell))
                  .forEach(one -> alone.trails(touches.trails(one)));
              assertThat(
                      alone.table().rows().stream()
                          .filter(one -> one.channel().equals(channel))
                          .mapToLong(one -> one.by(model).credit())
                          .sum())
                  .as(model.wire())
                  .isZero();
            }
            assertThat(behind(touches, people, new Touches.Cell.Given(channel, Model.LINEAR, DAY)))
                .isEqualTo(row.converters());
          }
        });
  }

  private static Event step(Dice dice, Instant time) {
    return dice.chance(40)
        ? Someone.did("order_paid", time, "amountFen", dice.between(1, 999))
        : Someone.did("card_scanned", time, "channel", dice.of("sms", "live", "card"));
  }

  private static long behind(Touches touches, List<EventList> people, Touches.Cell cell) {
    return people.stream().filter(one -> touches.belongs(one, cell)).count();
  }

  /// A touch long before the conversion is not lost to rounding.
  @Test
  void decayHoldsForLongWays() {
    var credits = new Credits(36_500 * DAY, DAY);
    credits.person(steps("sms@0 live@1 !9000=100"));
    assertThat(fen(credits.table(), "live", Model.TIME_DECAY)).isEqualTo(67);
    assertThat(fen(credits.table(), "sms", Model.TIME_DECAY)).isEqualTo(33);
  }

  @Test
  void nothingConvertedIsNoCredit() {
    Credits.Table table = table("sms@1 live@2", "sms@4", "");
    assertThat(table.people()).isEqualTo(2);
    assertThat(table.conversions()).isZero();
    assertThat(table.rows().getFirst().removal()).isZero();
    assertThat(table.rows().getFirst().by(Model.MARKOV).credit()).isZero();
    assertThat(new Credits(DAY, DAY).table().rows()).isEmpty();
    assertThatThrownBy(() -> new Credits(0, DAY)).hasMessageContaining("above 0");
  }
}
