package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.insight.CampaignReport;
import io.huoshui.journey.Position;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Journeys on a running engine: who gets what, when, and why not. The brand lives in Kathmandu,
/// 5:45 ahead; it is 10:00 there when a test begins.
class JourneysTest {
  private static final String TEN = "2026-03-05T04:15:00Z";

  @TempDir Path folder;
  private Brand brand;

  @BeforeEach
  void begin() {
    brand = new Brand(folder, "Asia/Kathmandu", TEN);
    brand.sms("hello", "Hello");
    brand.sms("again", "Again");
  }

  @AfterEach
  void end() {
    brand.close();
  }

  private static Identifier phone(int number) {
    return Identifier.of(IdentifierKind.PHONE, "1380000%04d".formatted(number));
  }

  /// Somebody with a phone who agreed to SMS.
  private Identifier reachable(int number) {
    brand.happens("consent_given", phone(number), "channel", "sms");
    return phone(number);
  }

  private Position position(Identifier who) {
    return positions(who).getLast();
  }

  private List<Position> positions(Identifier who) {
    return Objects.requireNonNull(brand.ask().profile(brand.ask().find(who))).positions();
  }

  private List<Reason> reasons(String journey) {
    return brand.touchpoints(journey).stream().map(Touchpoint::reason).toList();
  }

  private void launch(String journey, String rule) {
    brand.segment("everyone", rule);
    brand.engine().freeze("all", "everyone");
    brand.engine().launch(journey);
  }

  @Test
  void everyPersonAndMessageHasOneTouchpointWithItsReason() {
    brand.unrestrained();
    var expected = new HashMap<Identifier, Reason>();
    for (int i = 0; i < 200; i++) {
      Identifier phone = phone(i);
      switch (i % 5) {
        case 0 -> expected.put(reachable(i), Reason.SENT);
        case 1 -> {
          brand.happens("page_viewed", phone);
          expected.put(phone, Reason.NO_CONSENT);
        }
        case 2 -> {
          reachable(i);
          brand.drifts(Duration.ofMillis(1));
          brand.happens("consent_withdrawn", phone, "channel", "sms");
          expected.put(phone, Reason.WITHDRAWN);
        }
        case 3 -> {
          Identifier member = Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + i);
          brand.happens("page_viewed", member);
          expected.put(member, Reason.NO_ADDRESS);
        }
        default -> {
          brand.happens("consent_given", phone, "channel", "wecom");
          expected.put(phone, Reason.NO_CONSENT);
        }
      }
    }
    brand.journey(
        "j",
        "'entry':{'audience':'all'},'holdOut':25,"
            + "'steps':[{'send':'hello'},{'wait':'2d'},{'send':'again'}]");
    launch("j", "not did order_paid");
    brand.engine().launch("j");
    brand.passes(Duration.ofDays(3));

    Map<Integer, List<Touchpoint>> byProfile = new HashMap<>();
    for (Touchpoint touchpoint : brand.touchpoints("j")) {
      byProfile.computeIfAbsent(touchpoint.profile(), _ -> new ArrayList<>()).add(touchpoint);
    }
    int heldOut = 0;
    for (Map.Entry<Identifier, Reason> each : expected.entrySet()) {
      List<Touchpoint> own = Objects.requireNonNull(byProfile.get(brand.ask().find(each.getKey())));
      assertThat(own).extracting(Touchpoint::template).containsExactly("hello", "again");
      boolean held = position(each.getKey()).heldOut();
      heldOut += held ? 1 : 0;
      assertThat(own)
          .extracting(Touchpoint::reason)
          .as("%s", each.getKey())
          .containsOnly(held ? Reason.HOLD_OUT : each.getValue());
    }
    assertThat(heldOut).isBetween(25, 75);
    CampaignReport report = brand.ask().campaigns().getFirst();
    assertThat(report.people()).isEqualTo(200);
    assertThat(report.holdOut().people()).isEqualTo(heldOut);
    assertThat(report.verdicts().values().stream().mapToLong(n -> n).sum()).isEqualTo(400);
    assertThat(brand.touchpoints("j")).extracting(Touchpoint::key).doesNotHaveDuplicates();
  }

  @Test
  void aTimerIsKeptOverARestart() {
    brand.unrestrained();
    Identifier ann = reachable(1);
    brand.journey("j", "'entry':{'audience':'all'},'steps':[{'wait':'3d'},{'send':'hello'}]");
    launch("j", "has identifier phone");
    Instant due = brand.now().plus(Duration.ofDays(3));
    assertThat(position(ann).due()).isEqualTo(due);

    brand.reopen();
    brand.reaches(due.minusMillis(1));
    assertThat(brand.touchpoints("j")).isEmpty();
    brand.reopen();
    brand.reaches(due);

    assertThat(reasons("j")).containsExactly(Reason.SENT);
    assertThat(brand.touchpoints("j").getFirst().due()).isEqualTo(due);
    assertThat(position(ann).exit()).isEqualTo(Position.Exit.COMPLETED);
  }

  @Test
  void timersFireEachAtItsOwnInstantHoweverFarTheClockLeaps() {
    brand.unrestrained();
    reachable(1);
    brand.journey(
        "j",
        "'entry':{'audience':'all'},'steps':[{'wait':'1h'},{'send':'hello'},"
            + "{'waitUntil':'18:30'},{'send':'again'}]");
    launch("j", "has identifier phone");

    brand.passes(Duration.ofDays(10));

    assertThat(brand.touchpoints("j"))
        .extracting(Touchpoint::template, Touchpoint::due)
        .containsExactly(
            tuple("hello", Instant.parse("2026-03-05T05:15:00Z")),
            tuple("again", Instant.parse("2026-03-05T12:45:00Z")));
  }

  @Test
  void afterADowntimeEachWaitSaysWhetherItIsTooLate() {
    brand.unrestrained();
    reachable(1);
    for (String late : List.of("run", "skip", "3h", "9h")) {
      brand.journey(
          "j" + late,
          "'entry':{'audience':'all'},'steps':[{'wait':'1h','late':'"
              + late
              + "'},{'send':'hello'},{'wait':'1h'},{'send':'again'}]");
      launch("j" + late, "has identifier phone");
    }

    brand.isDown(Duration.ofHours(6));

    // An hour of these six was waiting; whatever goes out goes out now, and not as if it were then.
    assertThat(brand.touchpoints("jrun"))
        .extracting(Touchpoint::reason, Touchpoint::due)
        .containsExactly(tuple(Reason.SENT, brand.now()));
    assertThat(reasons("jskip")).containsExactly(Reason.LATE);
    assertThat(reasons("j3h")).containsExactly(Reason.LATE);
    assertThat(reasons("j9h")).containsExactly(Reason.SENT);

    brand.passes(Duration.ofHours(1));
    assertThat(reasons("jskip")).containsExactly(Reason.LATE, Reason.SENT);
    brand.reopen();
    assertThat(reasons("jskip")).containsExactly(Reason.LATE, Reason.SENT);
  }

  @Test
  void whatComesAtItsTimeIsNotLateHoweverLongTheTickTook() {
    brand.unrestrained();
    reachable(1);
    brand.journey(
        "j", "'entry':{'audience':'all'},'steps':[{'wait':'1h','late':'skip'},{'send':'hello'}]");
    launch("j", "has identifier phone");

    brand.drifts(Duration.ofHours(1).plusSeconds(30));
    brand.engine().tick(brand.now());

    assertThat(reasons("j")).containsExactly(Reason.SENT);
  }

  @Test
  void quietHoursDeferAndTheGateIsAskedAgainInTheMorning() {
    Identifier stays = reachable(1);
    Identifier leaves = reachable(2);
    Identifier buys = reachable(3);
    brand.journey(
        "j",
        "'entry':{'audience':'all'},'goal':{'event':'order_paid','within':'5d'},"
            + "'steps':[{'send':'hello'},{'wait':'9d'}]");
    brand.reaches(Instant.parse("2026-03-05T15:15:00Z"));
    launch("j", "has identifier phone");
    assertThat(reasons("j")).containsOnly(Reason.QUIET_HOURS).hasSize(3);

    brand.drifts(Duration.ofMinutes(5));
    brand.happens("consent_withdrawn", leaves, "channel", "sms");
    brand.happens("order_paid", buys, "orderId", "o-1", "amountFen", 100);
    // Nine in the morning.
    brand.reaches(Instant.parse("2026-03-06T03:14:59.999Z"));
    assertThat(reasons("j")).containsOnly(Reason.QUIET_HOURS);
    brand.reopen();
    brand.reaches(Instant.parse("2026-03-06T03:15:00Z"));

    assertThat(reasons("j")).containsExactly(Reason.SENT, Reason.WITHDRAWN, Reason.OVERTAKEN);
    assertThat(position(stays).over()).isFalse();
    assertThat(position(buys).exit()).isEqualTo(Position.Exit.GOAL);
  }

  @Test
  void theSecondMessageOfADayMeetsTheCapOverAllJourneys() {
    reachable(1);
    brand.journey("one", "'entry':{'event':'checked_in'},'steps':[{'send':'hello'}]");
    brand.journey(
        "two",
        "'entry':{'event':'checked_in'},'steps':[{'send':'hello'},{'wait':'1d'},{'send':'again'}]");
    brand.happens("checked_in", phone(1));

    brand.passes(Duration.ofDays(1));

    assertThat(reasons("one")).containsExactly(Reason.SENT);
    assertThat(reasons("two")).containsExactly(Reason.FREQUENCY_CAP, Reason.SENT);
  }

  @Test
  void couponsAndTagsComeOntoTheTimelineOfTheTreatedOnly() {
    brand.unrestrained();
    brand.coupon("ten_off");
    brand.sms("gift", "{name|friend}: {coupon} at {link}");
    for (int i = 0; i < 30; i++) {
      brand.happens("profile_updated", reachable(i), "name", "N" + i);
    }
    brand.journey(
        "j",
        "'entry':{'audience':'all'},'holdOut':40,"
            + "'steps':[{'coupon':'ten_off'},{'tag':'gifted'},{'send':'gift'}]");
    brand.segment("gifted", "has tag gifted and did coupon_issued");
    launch("j", "has identifier phone");

    int treated = 0;
    for (int i = 0; i < 30; i++) {
      Questions.Profile profile =
          Objects.requireNonNull(brand.ask().profile(brand.ask().find(phone(i))));
      Position position = profile.positions().getFirst();
      Touchpoint touchpoint = profile.touchpoints().getFirst();
      List<Questions.Happening> caused =
          brand.ask().timeline(profile.profile(), 100, 100).stream()
              .filter(happening -> happening.source().equals("huoshui"))
              .toList();
      if (position.heldOut()) {
        assertThat(caused).isEmpty();
        assertThat(profile.tags()).isEmpty();
        assertThat(touchpoint.reason()).isEqualTo(Reason.HOLD_OUT);
        assertThat(touchpoint.text()).isEmpty();
      } else {
        treated++;
        assertThat(caused)
            .extracting(Questions.Happening::name)
            .containsExactlyInAnyOrder("coupon_issued", "tag_added");
        assertThat(profile.tags()).containsExactly("gifted");
        assertThat(profile.segments()).contains("gifted");
        assertThat(touchpoint.text())
            .isEqualTo(
                "N"
                    + i
                    + ": "
                    + position.coupon()
                    + " at https://b.example/r/"
                    + touchpoint.code());
        Properties issued =
            caused.stream()
                .filter(happening -> happening.name().equals("coupon_issued"))
                .findFirst()
                .orElseThrow()
                .properties();
        assertThat(issued.text("coupon")).isEqualTo(position.coupon()).startsWith("HS-");
        // Thirty days after 5 March, to the midnight of Kathmandu after it.
        assertThat(issued.text("expires")).isEqualTo("2026-04-04T18:15:00Z");
      }
    }
    assertThat(treated).isBetween(5, 29);
  }

  @Test
  void theGoalCountsWithinItsTimeAlsoAfterTheLastStepAndInTheHoldOut() {
    brand.unrestrained();
    Identifier soon = reachable(1);
    Identifier late = reachable(2);
    brand.journey(
        "j",
        "'entry':{'audience':'all'},'goal':{'event':'order_paid where [amountFen >="
            + " 500]','within':'3d'},'steps':[{'send':'hello'}]");
    launch("j", "has identifier phone");
    Instant entered = brand.now();
    brand.passes(Duration.ofDays(1));
    brand.happens("order_paid", soon, "orderId", "o-1", "amountFen", 499);
    assertThat(position(soon).goalAt()).isNull();
    brand.happens("order_paid", soon, "orderId", "o-2", "amountFen", 500);
    Instant first = brand.now();
    brand.reaches(entered.plus(Duration.ofDays(3)));
    brand.happens("order_paid", soon, "orderId", "o-3", "amountFen", 900);
    brand.drifts(Duration.ofMillis(1));
    brand.happens("order_paid", late, "orderId", "o-4", "amountFen", 900);

    assertThat(position(soon).goalAt()).as("the first time counts").isEqualTo(first);
    assertThat(position(late).goalAt()).as("a millisecond late").isNull();
    CampaignReport report = brand.ask().campaigns().getFirst();
    assertThat(report.converted()).isEqualTo(1);
    assertThat(report.revenueFen()).isEqualTo(499 + 500 + 900);
  }

  @Test
  void reachingTheGoalEndsTheWayUnlessTheJourneySaysOtherwise() {
    Identifier ann = reachable(1);
    for (String exits : List.of("true", "false")) {
      brand.journey(
          "exits_" + exits,
          "'entry':{'event':'checked_in'},"
              + "'goal':{'event':'order_paid','within':'3d','exits':"
              + exits
              + "},'steps':[{'wait':'2d'}]");
    }
    brand.happens("checked_in", ann);
    brand.happens("order_paid", ann, "orderId", "o-1", "amountFen", 1);

    assertThat(positions(ann))
        .extracting(Position::journey, Position::exit)
        .containsExactly(tuple("exits_true", Position.Exit.GOAL), tuple("exits_false", null));
    assertThat(positions(ann)).extracting(Position::goalAt).containsOnly(brand.now());
  }

  @Test
  void waitForTakesItsTwoWays() {
    brand.unrestrained();
    Identifier comes = reachable(1);
    Identifier stays = reachable(2);
    brand.journey(
        "j",
        "'entry':{'audience':'all'},'steps':["
            + "{'waitFor':{'event':'message_replied','atMost':'1d','then':'yes','otherwise':'no'}},"
            + "{'id':'yes','send':'hello','next':'end'},{'id':'no','send':'again'}]");
    launch("j", "has identifier phone");
    brand.passes(Duration.ofHours(23));
    brand.happens("message_replied", comes, "text", "ok");
    brand.passes(Duration.ofHours(1));

    assertThat(brand.touchpoints("j"))
        .extracting(Touchpoint::profile, Touchpoint::template)
        .containsExactly(
            tuple(brand.ask().find(comes), "hello"), tuple(brand.ask().find(stays), "again"));
  }

  @Test
  void entryHappensOncePerKeyOrAfterAPauseAsTheJourneySays() {
    Identifier ann = reachable(1);
    brand.journey("once", "'entry':{'event':'order_paid'},'steps':[{'exit':true}]");
    brand.journey(
        "each",
        "'entry':{'event':'order_paid'},'reentry':{'perKey':'orderId'},'steps':[{'wait':'9d'}]");
    brand.journey(
        "again", "'entry':{'event':'order_paid'},'reentry':{'after':'2d'},'steps':[{'exit':true}]");
    for (String order : List.of("o-1", "o-2", "o-1", "o-3")) {
      brand.happens("order_paid", ann, "orderId", order, "amountFen", 1);
      brand.passes(Duration.ofDays(1));
    }

    assertThat(positions(ann))
        .extracting(Position::journey, Position::entry)
        .containsExactlyInAnyOrder(
            tuple("once", ""),
            tuple("each", "o-1"),
            tuple("each", "o-2"),
            tuple("each", "o-3"),
            tuple("again", "0"),
            tuple("again", "1"));
  }

  @Test
  void aStepIsTakenAlsoWhenItLeadsBackToTheSameWaitInTheSameInstant() {
    Identifier ann = reachable(1);
    brand.journey(
        "loop",
        "'entry':{'event':'checked_in'},'steps':["
            + "{'id':'w','waitFor':{'event':'order_paid','atMost':'1d','then':'s',"
            + "'otherwise':'end'}},{'id':'s','send':'hello','next':'w'}]");
    brand.happens("checked_in", ann);
    brand.happens("order_paid", ann, "orderId", "o-1", "amountFen", 1);

    assertThat(brand.touchpoints("loop")).hasSize(1);
  }

  @Test
  void aJourneyThatCausesWhatItIsEnteredByIsEnteredOncePerInstant() {
    Identifier ann = reachable(1);
    brand.journey(
        "echo", "'entry':{'event':'tag_added'},'reentry':{'after':'0d'},'steps':[{'tag':'echo'}]");
    brand.happens("tag_added", ann, "tag", "vip");
    brand.passes(Duration.ofMillis(1));
    brand.happens("tag_added", ann, "tag", "vip");

    assertThat(positions(ann)).extracting(Position::entry).containsExactlyInAnyOrder("0", "1");
  }

  @Test
  void whoeverComesToSatisfyASegmentEntersAndWhoDidBeforeDoesNot() {
    brand.happens("order_paid", phone(1), "orderId", "o-1", "amountFen", 1);
    brand.segment("buyers", "did order_paid");
    brand.journey("j", "'entry':{'segment':'buyers'},'steps':[{'wait':'1d'}]");
    brand.happens("order_paid", phone(2), "orderId", "o-2", "amountFen", 1);

    assertThat(positions(phone(1))).isEmpty();
    assertThat(position(phone(2)).step()).isEqualTo("step1");
  }

  @Test
  void historyBuildsTheTimelineAndStartsNothing() {
    brand.journey("j", "'entry':{'event':'order_paid'},'steps':[{'wait':'1d'}]");
    brand.take(
        new Event(
            "old",
            "order_paid",
            brand.now().minus(Duration.ofDays(2)).minusMillis(1),
            "pos",
            List.of(phone(1)),
            Properties.of("orderId", "o-1", "amountFen", 1)),
        new Event(
            "news",
            "order_paid",
            brand.now().minus(Duration.ofDays(2)),
            "pos",
            List.of(phone(2)),
            Properties.of("orderId", "o-2", "amountFen", 1)));

    assertThat(positions(phone(1))).isEmpty();
    assertThat(positions(phone(2))).hasSize(1);
  }

  @Test
  void whoIsUnderWayKeepsTheVersionTheyEntered() {
    brand.unrestrained();
    reachable(1);
    reachable(2);
    brand.journey("j", "'entry':{'event':'checked_in'},'steps':[{'wait':'1d'},{'send':'hello'}]");
    brand.happens("checked_in", phone(1));
    assertThat(
            brand.journey(
                "j", "'entry':{'event':'checked_in'},'steps':[{'wait':'1d'},{'send':'again'}]"))
        .isEqualTo(2);
    brand.happens("checked_in", phone(2));
    brand.passes(Duration.ofDays(1));

    assertThat(brand.touchpoints("j"))
        .extracting(Touchpoint::template)
        .containsExactly("hello", "again");
  }

  // Merged on the way.

  @Test
  void ofTwoIdentitiesOnOneJourneyTheFirstGoesOn() {
    brand.unrestrained();
    Identifier one = reachable(1);
    Identifier two = reachable(2);
    brand.journey("j", "'entry':{'event':'checked_in'},'steps':[{'wait':'1d'},{'send':'hello'}]");
    brand.happens("checked_in", one);
    brand.happens("checked_in", two);
    brand.engine().join(one, two, "d-1", "ops");
    brand.passes(Duration.ofDays(1));

    assertThat(reasons("j")).containsExactly(Reason.SENT);
    assertThat(positions(one))
        .extracting(Position::exit)
        .containsExactly(Position.Exit.COMPLETED, Position.Exit.MERGED);
  }

  @Test
  void ofTwoIdentitiesThatWaitForTheSameEventTheFirstGoesOn() {
    brand.unrestrained();
    Identifier one = reachable(1);
    Identifier two = reachable(2);
    brand.journey(
        "j",
        "'entry':{'event':'checked_in'},"
            + "'steps':[{'waitFor':{'event':'message_replied','atMost':'2d'}},{'send':'hello'}]");
    brand.happens("checked_in", one);
    brand.happens("checked_in", two);
    brand.engine().join(one, two, "d-1", "ops");
    brand.happens("message_replied", two, "text", "ok");

    assertThat(reasons("j")).containsExactly(Reason.SENT);
    assertThat(positions(one))
        .extracting(Position::exit)
        .containsExactly(Position.Exit.COMPLETED, Position.Exit.MERGED);
  }

  @Test
  void ofTwoIdentitiesMergedOvernightOneGetsTheMessage() {
    Identifier one = reachable(1);
    Identifier two = reachable(2);
    brand.journey("j", "'entry':{'event':'checked_in'},'steps':[{'send':'hello'}]");
    brand.reaches(Instant.parse("2026-03-05T15:15:00Z"));
    brand.happens("checked_in", one);
    brand.happens("checked_in", two);
    brand.engine().join(one, two, "d-1", "ops");
    brand.passes(Duration.ofDays(1));

    assertThat(reasons("j")).containsExactly(Reason.SENT, Reason.MERGED);
  }

  @Test
  void anEventOfAClockAheadMovesEverybodyWhoWaitsForIt() {
    brand.unrestrained();
    Identifier ann = reachable(1);
    for (String name : List.of("one", "two")) {
      brand.journey(
          name,
          "'entry':{'event':'checked_in'},'steps':[{'waitFor':{'event':'order_paid','atMost':'3d'}},"
              + "{'tag':'"
              + name
              + "'}]");
    }
    brand.happens("checked_in", ann);
    brand.take(
        new Event(
            "ahead",
            "order_paid",
            brand.now().plus(Duration.ofHours(3)),
            "pos",
            List.of(ann),
            Properties.of("orderId", "o-1", "amountFen", 1)));

    assertThat(positions(ann)).extracting(Position::exit).containsOnly(Position.Exit.COMPLETED);
  }

  @Test
  void theReportCountsWhatLeftAndWhatArrived() {
    brand.unrestrained();
    reachable(1);
    reachable(2);
    brand.journey("j", "'entry':{'audience':'all'},'steps':[{'send':'hello'}]");
    launch("j", "has identifier phone");
    brand.passes(Duration.ofMinutes(1));
    List<String> keys = brand.deliver(ChannelKind.SMS);
    brand.happens("message_delivered", phone(1), "touchpoint", keys.getFirst());
    brand.happens("message_failed", phone(2), "touchpoint", keys.getLast(), "code", "MK:0001");
    brand.happens("link_clicked", phone(1), "link", "l", "touchpoint", keys.getFirst());

    CampaignReport report = brand.ask().campaigns().getFirst();
    assertThat(report.sent()).isEqualTo(2);
    assertThat(report.delivered()).isEqualTo(1);
    assertThat(report.clicked()).isEqualTo(1);
    assertThat(report.costFen()).isEqualTo(10);
    assertThat(report.incremental()).as("without a hold-out nothing is known").isNull();
  }
}
