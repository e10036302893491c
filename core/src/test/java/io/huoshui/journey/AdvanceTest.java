package io.huoshui.journey;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.audience.Moment;
import io.huoshui.event.Event;
import io.huoshui.journey.Advance.Result;
import io.huoshui.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvanceTest {
  private static final ZoneId ZONE = ZoneId.of("America/St_Johns");
  // 11:30 in St John's, the day before its clocks go forward.
  private static final Instant NOW = Instant.parse("2026-03-07T15:00:00Z");

  private static Moment at(Instant now) {
    return new Moment(now, ZONE);
  }

  private static Journey journey(String rest) {
    return JourneyJson.read(
        Json.parse(("{'journey':'j','entry':{'audience':'a'}," + rest + "}").replace('\'', '"')),
        3);
  }

  private static Result enter(Journey journey, int profile, Event... events) {
    return Advance.enter(journey, profile, "", Someone.who(events), at(NOW));
  }

  private static Result enter(String steps, Event... events) {
    return enter(journey("'steps':[" + steps + "]"), 7, events);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      nullValues = "over",
      textBlock =
          """
          # steps                                              | waits in | due
          {'wait':'90m'}                                       | step1    | 2026-03-07T16:30:00Z
          {'wait':'1d'}                                        | step1    | 2026-03-08T14:00:00Z
          {'wait':'24h'}                                       | step1    | 2026-03-08T15:00:00Z
          {'waitUntil':'11:31'}                                | step1    | 2026-03-07T15:01:00Z
          {'waitUntil':'11:30'}                                | step1    | 2026-03-08T14:00:00Z
          {'waitUntil':'02:30'}                                | step1    | 2026-03-08T06:00:00Z
          {'waitFor':{'event':'order_paid','atMost':'48h'}}    | step1    | 2026-03-09T15:00:00Z
          {'waitBefore':{'date':'2026-03-20','by':'3d'}}       | step1    | 2026-03-17T02:30:00Z
          {'waitBefore':{'date':'2026-03-20','by':'12h'}}      | step1    | 2026-03-19T14:30:00Z
          {'waitBefore':{'date':'2026-03-10','by':'3d'}}       | over     | over
          {'waitBefore':{'event':'coupon_issued','property':'expires','by':'1d'}} | step1 | 2026-03-19T14:30:00Z
          {'waitBefore':{'event':'coupon_issued','property':'broken','by':'1d'}}  | over  | over
          {'waitBefore':{'event':'coupon_issued','property':'amount','by':'1d'}}  | over  | over
          {'waitBefore':{'event':'order_paid','property':'expires','by':'1d'}}    | over  | over
          {'waitBefore':{'anniversary':'birthday','by':'3d'}}  | step1    | 2027-02-25T03:30:00Z
          {'waitBefore':{'anniversary':'tomorrow','by':'0d'}}  | step1    | 2026-03-08T03:30:00Z
          {'waitBefore':{'anniversary':'tomorrow','by':'2d'}}  | step1    | 2027-03-06T03:30:00Z
          {'waitBefore':{'anniversary':'never','by':'2d'}}     | over     | over
          {'exit':true}                                        | over     | over
          {'send':'t'}                                         | over     | over
          {'tag':'t'},{'wait':'0m'}                            | step2    | 2026-03-07T15:00:00Z
          """)
  void everyWaitKnowsItsEnd(String steps, String step, String due) {
    Result result =
        enter(
            steps,
            did("profile_updated", NOW, "birthday", "1992-02-29", "tomorrow", "1980-03-08"),
            did(
                "coupon_issued",
                NOW,
                "expires",
                "2026-03-20T22:30:00+08:00",
                "broken",
                "2026-02-30",
                "amount",
                5));

    assertThat(result.position().step()).isEqualTo(step == null ? "" : step);
    assertThat(result.position().due()).isEqualTo(due == null ? null : Instant.parse(due));
    assertThat(result.position().over()).isEqualTo(step == null);
  }

  @Test
  void aBirthdayOf29FebruaryIsKeptIn28DaysAndOn29() {
    Person29 person = new Person29("1992-02-29");
    assertThat(person.due("2027-01-01T12:00:00Z")).isEqualTo("2027-02-28T03:30:00Z");
    assertThat(person.due("2028-01-01T12:00:00Z")).isEqualTo("2028-02-29T03:30:00Z");
    assertThat(person.due("2027-02-28T03:30:00Z")).isEqualTo("2028-02-29T03:30:00Z");
  }

  private record Person29(String birthday) {
    String due(String now) {
      Someone who =
          Someone.who(did("profile_updated", "2020-01-01T00:00:00Z", "birthday", birthday));
      Journey journey = journey("'steps':[{'waitBefore':{'anniversary':'birthday','by':'0d'}}]");
      Position position = Advance.enter(journey, 7, "", who, at(Instant.parse(now))).position();
      return String.valueOf(position.due());
    }
  }

  @Test
  void stepsAreTakenUntilOneWaitsAndTheirEffectsKeepTheirOrder() {
    Result result =
        enter(
            "{'id':'a','coupon':'ten'},{'id':'b','tag':'met'},{'id':'c','send':'hi'},"
                + "{'id':'w','wait':'1d'},{'id':'d','send':'late'}");

    assertThat(result.effects())
        .containsExactly(
            new Effect.IssueCoupon("j/3/7//a", "ten", result.position().coupon()),
            new Effect.AddTag("j/3/7//b", "met"),
            new Effect.Send("j/3/7//c", "hi", Effect.Withheld.NO));
    assertThat(result.position().coupon()).matches("HS-[A-HJ-NP-Z2-9]{12}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # said      | late by | does
          run         | PT0S    | true
          run         | PT900H  | true
          skip        | PT0S    | true
          skip        | PT0.001S | false
          2h          | PT2H    | true
          2h          | PT2H0.001S | false
          1d          | PT23H   | true
          """)
  void aWaitSaysWhatItDoesWhenItsEndWasMissed(String said, Duration late, boolean does) {
    Journey journey =
        journey(
            "'steps':[{'wait':'1d','late':'"
                + said
                + "'},{'coupon':'ten'},{'tag':'met'},{'send':'hi'},{'wait':'1h'},{'send':'hi'}]");
    Position waiting = enter(journey, 7).position();
    Result result =
        Advance.advance(
            journey,
            waiting,
            new Signal.Due(),
            Someone.who(),
            at(Objects.requireNonNull(waiting.due()).plus(late)));

    assertThat(result.position().step()).isEqualTo("step5");
    assertThat(result.position().coupon().isEmpty()).isEqualTo(!does);
    assertThat(result.effects()).hasSize(does ? 3 : 1);
    assertThat(result.effects().getLast())
        .isEqualTo(
            new Effect.Send(
                "j/3/7//step4", "hi", does ? Effect.Withheld.NO : Effect.Withheld.LATE));
  }

  @Test
  void theHoldOutWalksTheSameWayAndGetsNothing() {
    Journey journey =
        journey(
            "'holdOut':50,'steps':[{'coupon':'ten'},{'tag':'met'},{'send':'hi'},{'wait':'1d'}]");
    int profile = 0;
    while (!Advance.heldOut(journey, profile)) {
      profile++;
    }

    Result result = enter(journey, profile);

    assertThat(result.position().heldOut()).isTrue();
    assertThat(result.position().step()).isEqualTo("step4");
    assertThat(result.position().coupon()).isEmpty();
    assertThat(result.effects())
        .containsExactly(
            new Effect.Send("j/3/" + profile + "//step3", "hi", Effect.Withheld.HOLD_OUT));
  }

  @ParameterizedTest
  @CsvSource({"vip, gold", "plain, silver", "nobody, end"})
  void aBranchTakesTheFirstArmThatHolds(String tag, String way) {
    Result result =
        enter(
            "{'branch':[{'if':'has tag vip','next':'gold'},{'if':'has tag vip or has tag plain',"
                + "'next':'silver'}],'otherwise':'end'},"
                + "{'id':'gold','send':'gold','next':'end'},{'id':'silver','send':'silver'}",
            did("tag_added", NOW, "tag", tag));

    assertThat(result.effects().stream().map(effect -> ((Effect.Send) effect).template()))
        .isEqualTo(way.equals("end") ? List.of() : List.of(way));
  }

  @Test
  void dueMovesOnAtTheTimeAndNotBefore() {
    Journey journey = journey("'steps':[{'wait':'1h'},{'send':'hi'}]");
    Position waiting = enter(journey, 7).position();
    Instant due = Objects.requireNonNull(waiting.due());

    Result early =
        Advance.advance(journey, waiting, new Signal.Due(), Someone.who(), at(due.minusMillis(1)));
    Result onTime = Advance.advance(journey, waiting, new Signal.Due(), Someone.who(), at(due));
    Result again =
        Advance.advance(journey, onTime.position(), new Signal.Due(), Someone.who(), at(due));

    assertThat(early).isEqualTo(new Result(waiting, List.of()));
    assertThat(onTime.effects()).hasSize(1);
    assertThat(onTime.position().exit()).isEqualTo(Position.Exit.COMPLETED);
    assertThat(again).as("over is over").isEqualTo(new Result(onTime.position(), List.of()));
  }

  @Test
  void anEventFromBeforeTheEntryNeitherReachesTheGoalNorEndsAWait() {
    Journey journey =
        journey(
            "'goal':{'event':'order_paid','within':'3d'},"
                + "'steps':[{'waitFor':{'event':'message_replied','atMost':'2d'}},{'send':'hi'}]");
    Position waiting = enter(journey, 7).position();
    for (String name : List.of("order_paid", "message_replied")) {
      Someone before = Someone.who(did(name, NOW.minusMillis(1)));
      assertThat(
              Advance.advance(
                  journey, waiting, new Signal.Happened(before.timeline(), 0), before, at(NOW)))
          .isEqualTo(new Result(waiting, List.of()));
    }
    Someone replies = Someone.who(did("message_replied", NOW));
    assertThat(
            Advance.advance(
                    journey, waiting, new Signal.Happened(replies.timeline(), 0), replies, at(NOW))
                .effects())
        .hasSize(1);
  }

  // Chance.

  @ParameterizedTest
  @CsvSource({"5", "10", "33.3", "50"})
  void theHoldOutHasItsShareAndKeepsItsPeople(double percent) {
    Journey one = journey("'holdOut':" + percent + ",'steps':[{'exit':true}]");
    Journey next =
        JourneyJson.read(
            Json.parse(
                ("{'journey':'j','entry':{'segment':'s'},'holdOut':"
                        + percent
                        + ",'steps':[{'wait':'1d'}]}")
                    .replace('\'', '"')),
            4);
    int held = 0;
    for (int profile = 0; profile < 100_000; profile++) {
      held += Advance.heldOut(one, profile) ? 1 : 0;
      assertThat(Advance.heldOut(next, profile)).isEqualTo(Advance.heldOut(one, profile));
    }

    // Five standard deviations of 100,000 draws.
    double share = percent / 100;
    assertThat(held / 100_000.0)
        .isBetween(
            share - 5 * Math.sqrt(share * (1 - share) / 100_000),
            share + 5 * Math.sqrt(share * (1 - share) / 100_000));
  }

  @Test
  void aSplitGivesEachWayItsShareAndDoesNotFollowTheHoldOut() {
    Journey journey =
        journey(
            "'holdOut':50,'steps':[{'split':[{'name':'a','percent':20,'next':'a'},"
                + "{'name':'b','percent':80,'next':'b'}]},"
                + "{'id':'a','send':'a','next':'end'},{'id':'b','send':'b'}]");
    int a = 0;
    int heldA = 0;
    int held = 0;
    for (int profile = 0; profile < 50_000; profile++) {
      Effect.Send send = (Effect.Send) enter(journey, profile).effects().getFirst();
      boolean isA = send.template().equals("a");
      a += isA ? 1 : 0;
      boolean isHeld = send.withheld() == Effect.Withheld.HOLD_OUT;
      held += isHeld ? 1 : 0;
      heldA += isA && isHeld ? 1 : 0;
    }

    assertThat(a / 50_000.0).isBetween(0.19, 0.21);
    assertThat(heldA / (double) held).as("the same share in the hold-out").isBetween(0.19, 0.21);
  }

  @Test
  void couponsDoNotRepeat() {
    var codes = new HashSet<String>();
    for (int i = 0; i < 100_000; i++) {
      codes.add(CouponCode.of("j/1/" + i + "//coupon"));
    }
    assertThat(codes).hasSize(100_000);
  }

  /// Two hosts that get the same signals do the same; no effect has a key a second time.
  @Test
  void advancingIsDeterministicAndNeverRepeatsAKey() {
    Journey journey =
        journey(
            "'holdOut':20,'goal':{'event':'order_paid','within':'9d','exits':true},'steps':["
                + "{'id':'c','coupon':'ten'},{'id':'s','send':'hi'},"
                + "{'id':'f','waitFor':{'event':'message_replied','atMost':'30h','then':'y','otherwise':'n'}},"
                + "{'id':'y','tag':'talks'},{'id':'u','waitUntil':'09:30'},{'id':'ys','send':'yes','next':'h'},"
                + "{'id':'n','send':'no'},"
                + "{'id':'h','split':[{'name':'a','percent':50,'next':'w'},{'name':'b','percent':50,'next':'end'}]},"
                + "{'id':'w','wait':'2d'},{'id':'l','send':'last'}]");
    Dice.overSeeds(
        500,
        seed -> {
          var dice = new Dice(seed);
          int profile = dice.roll(1_000);
          var keys = new ArrayList<String>();
          Someone person = Someone.who();
          Instant now = NOW;
          Result last = Advance.enter(journey, profile, "", person, at(now));
          last.effects().forEach(effect -> keys.add(effect.key()));
          var events = new ArrayList<Event>();
          for (int i = 0; i < 25; i++) {
            now = now.plus(Duration.ofMinutes(dice.roll(900)));
            Signal signal = new Signal.Due();
            if (dice.chance(40)) {
              events.add(did(dice.of("message_replied", "page_viewed", "page_viewed"), now));
              if (dice.chance(5)) {
                events.add(did("order_paid", now));
              }
              person = Someone.who(events.toArray(Event[]::new));
              signal = new Signal.Happened(person.timeline(), events.size() - 1);
            }
            Result result = Advance.advance(journey, last.position(), signal, person, at(now));
            assertThat(Advance.advance(journey, last.position(), signal, person, at(now)))
                .isEqualTo(result);
            result.effects().forEach(effect -> keys.add(effect.key()));
            last = result;
          }
          assertThat(keys).doesNotHaveDuplicates();
        });
  }

  // Definitions that do not hold together.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # definition                                                 | where              | found                | allowed
          []                                                           | journey            | []                   | an object
          {'journey':'j','entry':{},'step':[]}                         | journey            | 'step'               | autopilot, entry, exits, goal, holdOut, journey, priority, reentry, steps, title
          {'journey':'j','entry':{'audience':'a'}}                     | steps              | nothing              | a list
          {'journey':'j','entry':{'people':'a'},'steps':[{'exit':true}]} | entry            | 'people'             | at, audience, before, call, event, leaving, on, segment
          {'journey':'j','entry':{'event':'order_paid within 3d'},'steps':[{'exit':true}]} | entry.event, character 11 | 'within' | 'where [', or the end
          {'journey':'j','entry':{'event':'a where [b ? 1]'},'steps':[{'exit':true}]} | entry.event, character 11 | '?' | = != < <= > >= contains in
          {'journey':'j','entry':{'audience':'a'},'reentry':'often','steps':[{'exit':true}]} | reentry | "often"   | once, {perKey: property}, {after: 30d}
          {'journey':'j','entry':{'audience':'a'},'holdOut':101,'steps':[{'exit':true}]} | holdOut | 101          | a number of percent, 0 to 100
          {'journey':'j','entry':{'audience':'a'},'holdOut':51,'steps':[{'exit':true}]} | j | a definition that does not hold together | Journey 'j': a hold-out of 0.51 is not between 0 and 0.5
          {'journey':'j','entry':{'audience':'a'},'steps':[{'send':'t','late':'skip'}]} | step 'step1'.late | "skip" | only waits can be late
          {'journey':'j','entry':{'audience':'a'},'steps':[{'wait':'1d','late':'never'}]} | step 'step1'.late | "never" | run, skip, or how late it may run: 2h, 30m, 1d
          {'journey':'J','entry':{'audience':'a'},'steps':[{'exit':true}]} | J              | a definition that does not hold together | 'J' is no journey name. Allowed: a small letter, then letters, digits, '_'.
          {'journey':'j','entry':{'audience':'a'},'steps':[]}          | j                  | a definition that does not hold together | Journey 'j' has no steps
          {'journey':'j','entry':{'audience':'a'},'goal':{'event':'order_paid'},'steps':[{'exit':true}]} | goal.within | nothing | a text
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a'}]} | step 'a'          | []                   | exactly one of send, coupon, tag, task, points, start, handOver, tell, wait, waitUntil, waitFor, waitBefore, waitAfter, branch, split, adapt, exit
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','send':'x','tag':'y'}]} | step 'a' | [send, tag] | exactly one of send, coupon, tag, task, points, start, handOver, tell, wait, waitUntil, waitFor, waitBefore, waitAfter, branch, split, adapt, exit
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','call':'x'}]} | step 'a' | 'call'             | send, coupon, tag, task, points, start, handOver, tell, wait, waitUntil, waitFor, waitBefore, waitAfter, branch, split, adapt, exit
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','wait':3}]} | step 'a'.wait | 3               | a text
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','waitUntil':'25:00'}]} | step 'a'.waitUntil | "25:00" | a time of day in quotes: "10:00"
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','waitFor':{'event':'order_paid'}}]} | step 'a'.waitFor.atMost | nothing | a text
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','waitBefore':{'date':'11.11.','by':'3d'}}]} | step 'a'.waitBefore.date | "11.11." | a date in quotes: "2026-11-11"
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','branch':[{'if':'bought','next':'end'}]}]} | step 'a'.branch.if, character 0 | 'bought' | has, reachable, lifecycle, rfm, date, did, first, last, count, sum, average, min, max, distinct, top, bottom, sequence, in, journey, near, share, not, '('
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','split':[{'name':'x','percent':99,'next':'end'}]}]} | step 'a'.split | [{"name":"x","percent":99,"next":"end"}] | Split 'a' gives out 99 %, not 100 %
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','exit':true},{'id':'a','exit':true}]} | j | a definition that does not hold together | Journey 'j' has two steps 'a'
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','send':'x','next':'b'}]} | j | a definition that does not hold together | Journey 'j', step 'a' goes to 'b'. Known: [a]
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','send':'x','next':'a'}]} | j | a definition that does not hold together | Journey 'j' loops through 'a' without a wait. Put a wait into the loop.
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','tag':'x'},{'id':'b','wait':'0m','next':'a'}]} | j | a definition that does not hold together | Journey 'j' loops through 'a' without a wait. Put a wait into the loop.
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','waitFor':{'event':'order_paid','atMost':'0d','then':'end','otherwise':'a'}}]} | j | a definition that does not hold together | Journey 'j' loops through 'a' without a wait. Put a wait into the loop.
          {'journey':'j','entry':{'audience':'a'},'steps':[{'id':'a','tag':'x'},{'id':'b','waitBefore':{'date':'2026-01-01','by':'1d'},'next':'end','otherwise':'a'}]} | j | a definition that does not hold together | Journey 'j' loops through 'a' without a wait. Put a wait into the loop.
          """)
  void aDefinitionThatDoesNotHoldTogetherSaysWhere(
      String definition, String where, String found, String allowed) {
    assertThatThrownBy(() -> JourneyJson.read(Json.parse(definition.replace('\'', '"')), 1))
        .isInstanceOfSatisfying(
            JourneyException.class,
            e -> {
              assertThat(e.where()).isEqualTo(where);
              assertThat(e.found()).isEqualTo(found);
              assertThat(e.allowed()).isEqualTo(allowed);
            });
  }

  @Test
  void aLoopWithAWaitIsAllowed() {
    Journey journey = journey("'steps':[{'id':'a','send':'x'},{'id':'b','wait':'1d','next':'a'}]");

    assertThat(enter(journey, 7).position().step()).isEqualTo("b");
  }

  /// The example at the head of JourneyJson, as the tree YAML makes of it.
  @Test
  void theWholeExampleReads() {
    Journey journey =
        JourneyJson.read(
            Json.parse(
                """
                {"journey": "lapsed_recall", "title": "沉睡召回",
                 "entry": {"event": "card_scanned where [card = \\"summer\\"]"},
                 "reentry": {"after": "30d"}, "holdOut": 10,
                 "goal": {"event": "order_paid", "within": "30d"},
                 "steps": [
                  {"id": "coupon", "coupon": "ten_off"},
                  {"id": "first", "send": "recall_sms"},
                  {"id": "pause", "wait": "3d"},
                  {"id": "morning", "waitUntil": "10:00"},
                  {"id": "bought", "waitFor": {"event": "order_paid", "atMost": "48h", "then": "mark", "otherwise": "again"}},
                  {"id": "again", "branch": [{"if": "has consent wecom", "next": "mark"}], "otherwise": "end"},
                  {"id": "remind", "waitBefore": {"event": "coupon_issued", "property": "expires", "by": "3d"}, "otherwise": "end"},
                  {"id": "half", "split": [{"name": "a", "percent": 50, "next": "pause"}, {"name": "b", "percent": 50, "next": "end"}]},
                  {"id": "mark", "tag": "recalled"},
                  {"id": "done", "exit": true}]}
                """),
            2);

    assertThat(journey.version()).isEqualTo(2);
    assertThat(journey.title()).isEqualTo("沉睡召回");
    assertThat(journey.holdOutShare()).isEqualTo(0.1);
    assertThat(journey.goal()).isNotNull().extracting(Journey.Goal::exits).isEqualTo(true);
    assertThat(journey.steps())
        .extracting(Journey.Step::id)
        .containsExactly(
            "coupon", "first", "pause", "morning", "bought", "again", "remind", "half", "mark",
            "done");
    assertThat(journey.steps().stream().map(Journey::nexts))
        .containsExactly(
            List.of("first"),
            List.of("pause"),
            List.of("morning"),
            List.of("bought"),
            List.of("mark", "again"),
            List.of("mark", ""),
            List.of("half", ""),
            List.of("pause", ""),
            List.of("done"),
            List.of());
  }
}
