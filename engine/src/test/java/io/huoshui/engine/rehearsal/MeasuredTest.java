package io.huoshui.engine.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.engine.Entry;
import io.huoshui.engine.Replica;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.reach.ChannelKind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasuredTest {
  private static final Instant START = Instant.parse("2026-06-30T16:00:00Z");

  /// A town in which everybody can be reached, bought a month ago, and buys nothing unasked.
  private static final class Town implements People {
    private final int size;
    private final Replica replica;

    Town(int size) {
      this.size = size;
      this.replica = Replica.empty(ZoneId.of("Asia/Shanghai"), START, "https://t.example");
    }

    @Override
    public Replica open() {
      if (replica.events() == 0) {
        var events = new ArrayList<Event>();
        for (int i = 0; i < size; i++) {
          var who =
              List.of(
                  Identifier.of(IdentifierKind.PHONE, String.format(Locale.ROOT, "+86138%08d", i)),
                  Identifier.of(IdentifierKind.EXTERNAL_USERID, "ww", "wm" + i));
          Instant then = START.minus(Duration.ofDays(30));
          events.add(
              event("c" + i, "contact_added", then, who, Properties.of("guide", "g" + i % 97)));
          events.add(event("k" + i, "consent_given", then, who, Properties.of("channel", "sms")));
          events.add(event("w" + i, "consent_given", then, who, Properties.of("channel", "wecom")));
          events.add(
              event(
                  "o" + i,
                  "order_paid",
                  then,
                  who,
                  Properties.of("orderId", "o" + i, "amountFen", 100)));
        }
        replica.apply(new Entry.Events(START.toEpochMilli(), events));
      }
      return replica;
    }

    private static Event event(
        String id, String name, Instant at, List<Identifier> who, Properties properties) {
      return new Event(id, name, at, "pos", who, properties);
    }

    @Override
    public List<Event> until(long toMs) {
      return List.of();
    }

    @Override
    public List<Event> order(Wish wish) {
      return Basket.of(
          wish.key(),
          List.of(wish.who()),
          5_000,
          Draw.of(1, wish.key(), 0),
          Map.of(),
          wish.coupon(),
          wish.discountFen(),
          wish.atMs());
    }

    @Override
    public double willing(Identifier who, long atMs, double silent) {
      return 1;
    }

    @Override
    public String source() {
      return "town";
    }
  }

  private static final String CAMPAIGN =
      """
      {"scenario": "campaign", "brand": {"people": 0, "seed": SEED}, "days": 45,
       "coupons": [{"name": "ten", "title": "ten", "valueFen": 1000, "thresholdFen": 0, "validDays": 60}],
       "templates": [
         {"name": "sms", "channel": "sms", "sender": "S", "costFen": 5, "text": "hello {link}"},
         {"name": "wecom", "channel": "wecom", "sender": "", "costFen": 2, "text": "hello {link}"}],
       "segments": [{"name": "all", "rule": "did order_paid"}],
       "audiences": [{"name": "everybody", "segment": "all"}],
       "journeys": [{"journey": "campaign", "title": "campaign", "entry": {"audience": "everybody"},
         "steps": [
           {"id": "plain", "send": "sms"}, {"id": "w1", "wait": "10d"},
           {"id": "friend", "send": "wecom"}, {"id": "w2", "wait": "10d"},
           {"id": "gift", "coupon": "ten"},
           {"id": "again", "send": "sms"}, {"id": "w3", "wait": "10d"},
           {"id": "last", "send": "wecom"}]}],
       "rates": {"smsDelivered": 0.9, "smsPlainVisit": 0.2, "smsCouponVisit": 0.4, "smsVisitBuys": 0.3,
         "smsReplies": 0.05, "smsOptsOut": 0.04, "wecomRead": 0.7, "wecomReadClicks": 0.3,
         "wecomReadReplies": 0.1, "wecomReadBuys": 0.15, "wecomReadBuysWithCoupon": 0.35,
         "wecomBlocks": 0.03, "wecomOptsOut": 0.02, "hoursUntilRead": 2.0, "guidePerHour": 1000},
       "reactions": {"atLeast": 200}}
      """;

  private static Script campaign(long seed) {
    return ScriptJson.read(Json.parse(CAMPAIGN.replace("SEED", Long.toString(seed))));
  }

  private static Rehearsal.Begun played(Script script, Town town) {
    var begun = Rehearsal.begin(script, town);
    while (begun.day()) {
      // Until nothing is left.
    }
    return begun;
  }

  /// What a rehearsal's people did gives back the rates that it was run with: each stands in its
  /// interval about nineteen times of twenty.
  @Test
  void whatARehearsalDidMeasuresTheRatesItWasRunWith() {
    var outside = new ArrayList<String>();
    int lines = 0;
    for (long seed = 1; seed <= 4; seed++) {
      try (var begun = played(campaign(seed), new Town(3_000))) {
        for (Measured.Line line : begun.seen(200).lines()) {
          double truth = campaign(seed).rates().get(line.rate());
          assertThat(line.from()).as("%s", line).isEqualTo(Measured.From.MEASURED);
          // Hours are told to the minute, and cut at forty.
          double slack = line.rate() == Rate.HOURS_UNTIL_READ ? 0.03 : 0;
          lines++;
          if (truth < line.low() - slack || truth > line.high() + slack) {
            outside.add(seed + " " + line);
          }
          assertThat(line.value()).as("%s", line).isCloseTo(truth, within(truth * 0.5));
        }
      }
    }
    assertThat(lines).isEqualTo(4 * 13);
    assertThat(outside).hasSizeLessThanOrEqualTo(6);
  }

  /// The second rehearsal of the same town goes by what the first one left behind.
  @Test
  void reactionsAreTakenFromFormerMessagesWhereThereAreEnough() {
    var town = new Town(1_000);
    try (var first = played(campaign(1), town)) {
      Script next =
          ScriptJson.read(
              Json.parse(
                  "{\"scenario\": \"next\", \"days\": 1, \"reactions\": \"measured\","
                      + " \"rates\": {\"smsVisitBuys\": 0.5, \"smsReplies\": 0.9}}"));

      Json.Obj reactions =
          object(played(next, town).report(Rehearsal.Wanted.NOTHING).body(), "reactions");

      // Eight hundred answered; of the visits there were not two hundred of each.
      assertThat(object(reactions, "smsReplies"))
          .isEqualTo(object(first.seen(200).json(), "smsReplies"));
      assertThat(object(reactions, "smsReplies").write()).contains("\"from\":\"measured\"");
      Script strict = next.with(new Script.Reactions(true, 1_000_000));
      Measured none = Measured.of(town.open(), strict);
      assertThat(none.lines())
          .allSatisfy(
              line -> {
                assertThat(line.from())
                    .isEqualTo(
                        line.rate() == Rate.SMS_VISIT_BUYS || line.rate() == Rate.SMS_REPLIES
                            ? Measured.From.GIVEN
                            : Measured.From.DEFAULT);
                assertThat(line.value()).isEqualTo(strict.rates().get(line.rate()));
              });
      assertThat(none.rates().get(Rate.SMS_REPLIES)).isEqualTo(0.9);
      assertThat(first.seen(200).rates().get(Rate.SMS_REPLIES)).isLessThan(0.2);
    }
  }

  private static Json.Obj object(Json of, String key) {
    if (of instanceof Json.Obj object && object.get(key) instanceof Json.Obj found) {
      return found;
    }
    throw new AssertionError("No " + key + " in " + of.write());
  }

  private static Sent sms(
      boolean rested, boolean active, double hours, boolean bought, boolean before) {
    return new Sent(
        ChannelKind.SMS, false, rested, active, true, hours, false, false, false, bought, before);
  }

  /// Of ten messages like it, and ninety rested ones to active people who did nothing.
  @ParameterizedTest
  @CsvSource({
    "true, true, 1, false, false, 100, 0.1, 10, 0",
    "true, true, 1, true, false, 100, 0.1, 10, 1",
    "true, true, 1, true, true, 100, 0.1, 10, 0",
    "true, false, 1, true, false, 90, 0, 10, 1",
    "false, true, 1, true, false, 90, 0, 0, 0",
    "true, true, NaN, true, false, 100, 0, 0, 0"
  })
  void onlyRestedMessagesToActivePeopleTellHowManyClick(
      boolean rested,
      boolean active,
      double hours,
      boolean bought,
      boolean before,
      long messages,
      double visit,
      long visits,
      double buys) {
    var sent = new ArrayList<Sent>();
    for (int i = 0; i < 100; i++) {
      sent.add(
          i < 10
              ? sms(rested, active, hours, bought, before)
              : sms(true, true, Double.NaN, false, false));
    }

    Measured measured = Measured.of(sent, Rates.DEFAULT, 0);

    assertThat(measured.lines())
        .filteredOn(line -> line.rate() == Rate.SMS_PLAIN_VISIT)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.messages()).isEqualTo(messages);
              assertThat(line.value()).isCloseTo(visit, within(1e-12));
              assertThat(line.low()).isLessThanOrEqualTo(visit + 1e-12);
              assertThat(line.high()).isGreaterThan(visit);
            });
    assertThat(measured.lines())
        .filteredOn(line -> line.rate() == Rate.SMS_VISIT_BUYS)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.messages()).isEqualTo(visits);
              assertThat(line.value()).isCloseTo(buys, within(1e-12));
            });
  }
}
