package io.huoshui.audience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.json.Json;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The text form and the JSON form of rules: what is written reads back as the same rule.
class RuleFormsTest {
  @Test
  void theTextOfEveryRuleReadsBackAsTheRule() {
    var kinds = new HashSet<Class<?>>();
    Dice.overSeeds(
        3_000,
        seed -> {
          Condition rule = RandomRules.rule(new Dice(seed), 3);
          kinds.add(rule.getClass());
          String text = RuleText.write(rule);
          assertThat(RuleText.parse(text)).as(text).isEqualTo(rule);
        });
    assertThat(kinds).hasSameSizeAs(Condition.class.getPermittedSubclasses());
  }

  @Test
  void theJsonOfEveryRuleReadsBackAsTheRule() {
    Dice.overSeeds(
        3_000,
        seed -> {
          Condition rule = RandomRules.rule(new Dice(seed), 3);
          String json = RuleJson.write(rule).write();
          assertThat(RuleJson.read(Json.parse(json))).as(json).isEqualTo(rule);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # text                                      | where         | found   | allowed
          ~~                                          | character 0   | the end | has, reachable, lifecycle, rfm, date, did, first, last, count, sum, average, min, max, distinct, top, bottom, sequence, in, journey, near, share, not, '('
          bought milk                                 | character 0   | 'bought' | has, reachable, lifecycle, rfm, date, did, first, last, count, sum, average, min, max, distinct, top, bottom, sequence, in, journey, near, share, not, '('
          did                                         | character 3   | the end | an event name
          did order_paid and                          | character 18  | the end | has, reachable, lifecycle, rfm, date, did, first, last, count, sum, average, min, max, distinct, top, bottom, sequence, in, journey, near, share, not, '('
          did order_paid did page_viewed              | character 15  | 'did'   | 'and', 'or', or the end
          did order_paid within                       | character 21  | the end | a period
          did order_paid within 30                    | character 22  | '30'    | a period: 30d, 48h, 15m
          did order_paid within 30w                   | character 22  | '30w'   | a period: 30d, 48h, 15m
          did order_paid between 30d and 7d ago       | character 34  | 'ago'   | between 30d and 7d ago is empty: the nearer one comes first
          did order_paid between 7d and 30d           | character 33  | the end | 'ago'
          did order_paid from 2026-02-30 to 2026-03-01 | character 20 | '2026-02-30' | a date of the calendar: 2026-06-18
          did order_paid from 2026-03-02 to 2026-03-01 | character 34 | '2026-03-01' | from 2026-03-02 to 2026-03-01 is empty
          did order_paid at least x times             | character 24  | 'x'     | a whole number
          did order_paid at 3 times                   | character 18  | '3'     | 'most'
          did order_paid at least 0 times             | character 26  | 'times' | a number of times that can be both true and false; for never, 'did not'
          did order_paid where amountFen > 3          | character 21  | 'amountFen' | '['
          did order_paid where [amountFen 3]          | character 32  | '3'     | = != < <= > >= contains in
          did order_paid where [amountFen > ]         | character 34  | ']'     | a number, true, false, a word, or a text in quotes
          did order_paid where [amountFen > 3         | character 35  | the end | ']'
          has city in 上海                            | character 12  | '上海'  | '('
          has city = "上海                            | character 11  | a text that does not end | a closing '"'
          has identifier phoneNumber                  | character 15  | 'phoneNumber' | unionid, memberNumber, phone, externalUserid, openid, buyerId, customerId, email, device, maskedPhone, nameRegion, receiverCode
          lifecycle asleep                            | character 10  | 'asleep' | registered, just_ordered, repurchase_window, existing, at_risk, just_lost, lapsed, dormant, silent
          sequence page_viewed each within 3d         | character 21  | 'each'  | 'then' or 'without' and a second event
          sequence page_viewed then order_paid within 3d | character 37 | 'within' | 'each'
          in spring                                   | character 3   | 'spring' | audience, segment, group, any group
          sum(order_paid) > 3                         | character 4   | 'order_paid' | event.property
          count(order_paid.amountFen) > 3             | character 6   | 'order_paid.amountFen' | an event without a property
          count(order_paid) > many                    | character 20  | 'many'  | a number
          count(order_paid) near 3                    | character 18  | 'near'  | = != < <= > >= contains in
          (did order_paid                             | character 15  | the end | ')'
          did order_paid)                             | character 14  | ')'     | 'and', 'or', or the end
          reachable fax                               | character 10  | 'fax'   | sms, wecom, call, official_account, official_template, subscribe
          rfm best                                    | character 4   | 'best'  | r, f, m with scores, important_value, important_develop, important_keep, important_win_back, general_value, general_develop, general_keep, general_win_back
          rfm r 4-6                                   | character 6   | '4-6'   | scores from 1 to 5: 4-5, or 3
          rfm r 5-4                                   | character 6   | '5-4'   | Scores go from 1 to 5, the lower first; got 5-4
          date birthday in 3                          | character 18  | the end | 'days'
          date birthday in 3 to 1 days                | character 24  | 'days'  | in 3 to 1 days: the nearer one comes first, and a hundred years are the farthest
          date birthday each month in 3 days          | character 19  | 'month' | 'year'
          first(order_paid) = 3                       | character 6   | 'order_paid' | event.property
          top 20 by sum(order_paid.amountFen)         | character 4   | '20'    | a share: 20%, 0.5%
          top 0% by sum(order_paid.amountFen)         | character 34  | ')'     | A share of those ranked is 0.1 % to 100 %, got 0.0 %
          top 20% by spend                            | character 11  | 'spend' | count, sum, average, min, max, distinct
          sequence order_paid without product_viewed  | character 42  | the end | 'within'
          journey spring bought                       | character 15  | 'bought' | entered, active, held_out, sent, delivered, clicked, converted, finished
          near 31.2                                   | character 9   | the end | ','
          near 91, 121 within 3km                     | character 20  | '3km'   | A place is -90 to 90 degrees north and -180 to 180 east, and a distance is more than nothing
          near 31, 121 within 3 km                    | character 20  | '3'     | a distance: 500m, 3km
          share 20% to 10% of a                       | character 20  | 'a'     | A share goes from 0 % to 100 %, the lower first; got 20.0 % to 10.0 %
          has age = 9223372036854775808               | character 10  | '9223372036854775808' | a whole number of at most 19 digits
          """)
  void aTextThatIsNoRuleSaysWhereAndWhatMayStandThere(
      String text, String where, String found, String allowed) {
    assertThatThrownBy(() -> RuleText.parse(text))
        .isInstanceOfSatisfying(
            RuleException.class,
            e -> {
              assertThat(e.where()).isEqualTo(where);
              assertThat(e.found()).isEqualTo(found);
              assertThat(e.allowed()).isEqualTo(allowed);
            })
        .hasMessage("At " + where + ": found " + found + ", allowed: " + allowed + ".");
  }

  @Test
  void nestingIsBounded() {
    String inside = "did order_paid";
    assertThat(RuleText.parse("(".repeat(60) + inside + ")".repeat(60)))
        .isEqualTo(RuleText.parse(inside));
    assertThat(RuleText.parse("not ".repeat(60) + inside)).isInstanceOf(Condition.Not.class);

    for (String level : new String[] {"(", "not ", "not ("}) {
      assertThatThrownBy(() -> RuleText.parse(level.repeat(100_000) + inside))
          .isInstanceOf(RuleException.class)
          .hasMessageContaining("allowed: at most 64 levels");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # JSON                                          | where                   | found        | allowed
          3                                               | rule                    | 3            | an object
          {}                                              | rule                    | []           | an object with exactly one of all, any, not, has, reachable, lifecycle, rfm, date, did, didNot, first, last, measure, top, bottom, sequence, unfollowed, inAudience, inSegment, inGroup, inAnyGroup, journey, near, share
          {'all':[],'any':[]}                             | rule                    | [all, any]   | an object with exactly one of all, any, not, has, reachable, lifecycle, rfm, date, did, didNot, first, last, measure, top, bottom, sequence, unfollowed, inAudience, inSegment, inGroup, inAnyGroup, journey, near, share
          {'bought':{}}                                   | rule                    | 'bought'     | all, any, not, has, reachable, lifecycle, rfm, date, did, didNot, first, last, measure, top, bottom, sequence, unfollowed, inAudience, inSegment, inGroup, inAnyGroup, journey, near, share
          {'all':[]}                                      | rule.all                | an empty list | one condition or more
          {'all':[{'did':{}}]}                            | rule.all[0].did.event   | nothing      | a text
          {'did':{'event':'order_paid','time':3}}         | rule.did                | 'time'       | event, times, where, window
          {'did':{'event':'order_paid','times':3}}        | rule.did.times          | 3            | an object
          {'did':{'event':'order_paid','times':{'atLeast':0}}} | rule.did.times     | {"atLeast":0} | 'AT_LEAST 0 times' is always true or never
          {'did':{'event':'order_paid','times':{'atLeast':1.5}}} | rule.did.times   | {"atLeast":1.5} | {"atLeast": n}, {"atMost": n}, {"exactly": n}
          {'did':{'event':'order_paid','times':{'atLeast':4294967297}}} | rule.did.times | {"atLeast":4294967297} | {"atLeast": n}, {"atMost": n}, {"exactly": n}
          {'did':{'event':'order_paid','window':{'last':'30'}}} | rule.did.window.last | "30"       | 30d, 48h, 15m
          {'did':{'event':'order_paid','window':{}}}      | rule.did.window         | {}           | {"last": "30d"}, {"newer": "180d", "older": "360d"}, {"before": "30d"}, {"from": date, "to": date}
          {'did':{'event':'order_paid','where':[{'property':'a','op':'~','value':1}]}} | rule.did.where[0].op | "~" | = != < <= > >= contains in
          {'has':{'trait':'city','op':'=','value':null}}  | rule.has.value          | null         | a text, number, true or false
          {'has':{'trait':'city','op':'=','value':['a']}} | rule.has.value          | ["a"]        | one value; a list goes with "in"
          {'has':{'trait':'city','op':'in','value':'a'}}  | rule.has.value          | "a"          | a list of values, one or more
          {'has':{'trait':'city','op':'in','value':[]}}   | rule.has.value          | []           | a list of values, one or more
          {'has':{'trait':'city','op':'in','value':[[1]]}} | rule.has.value         | [1]          | a text, number, true or false
          {'has':{'identifier':'tel'}}                    | rule.has.identifier     | "tel"        | unionid, memberNumber, phone, externalUserid, openid, buyerId, customerId, email, device, maskedPhone, nameRegion, receiverCode
          {'measure':{'fold':'median','event':'a'}}       | rule.measure.fold       | 'median'     | count, sum, average, min, max, distinct
          {'measure':{'fold':'sum','event':'a'}}          | rule.measure.property   | ''           | a property
          {'sequence':{'steps':[{'event':'a'}],'within':'3d'}} | rule.sequence.steps | 1 steps     | two or more
          {'reachable':'fax'}                             | rule.reachable          | "fax"        | sms, wecom, call, official_account, official_template, subscribe
          {'rfm':{'r':[4,6]}}                             | rule.rfm.r              | [4,6]        | Scores go from 1 to 5, the lower first; got 4-6
          {'rfm':{'class':'best'}}                        | rule.rfm.class          | "best"       | important_value, important_develop, important_keep, important_win_back, general_value, general_develop, general_keep, general_win_back
          {'date':{'trait':'birthday','from':1}}          | rule.date.to            | nothing      | a whole number
          {'top':{'percent':120,'fold':'count','event':'a'}} | rule.top.percent     | 120          | percent: 20, 0.5
          {'top':{'percent':0,'fold':'count','event':'a'}} | rule.top.percent       | 0            | A share of those ranked is 0.1 % to 100 %, got 0.0 %
          {'inAnyGroup':false}                            | rule.inAnyGroup         | false        | true
          {'journey':{'name':'a','standing':'b'}}         | rule.journey.standing   | "b"          | entered, active, held_out, sent, delivered, clicked, converted, finished
          {'near':{'lat':91,'lon':0,'metres':5}}          | rule.near               | {"lat":91,"lon":0,"metres":5} | A place is -90 to 90 degrees north and -180 to 180 east, and a distance is more than nothing
          {'share':{'salt':'a','from':0.001,'to':5}}      | rule.share.from         | 0.001        | percent: 20, 0.5
          {'lifecycle':'asleep'}                          | rule.lifecycle          | "asleep"     | registered, just_ordered, repurchase_window, existing, at_risk, just_lost, lapsed, dormant, silent
          """)
  void jsonThatIsNoRuleSaysWhereAndWhatMayStandThere(
      String json, String where, String found, String allowed) {
    assertThatThrownBy(() -> RuleJson.read(Json.parse(json.replace('\'', '"'))))
        .isInstanceOfSatisfying(
            RuleException.class,
            e -> {
              assertThat(e.where()).isEqualTo(where);
              assertThat(e.found()).isEqualTo(found);
              assertThat(e.allowed()).isEqualTo(allowed);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          did order_paid at least 1 time            | did order_paid
          not not did order_paid                    | not not did order_paid
          did a_b or did c_d and did e_f            | did a_b or did c_d and did e_f
          (did a_b or did c_d) and did e_f          | (did a_b or did c_d) and did e_f
          ((did a_b))                               | did a_b
          has city=上海                             | has city = "上海"
          has "tag" = 1                             | has "tag" = 1
          has age >= 30.0                           | has age >= 30.0
          rfm r 4-5 f 4-5 m 4-5                     | rfm important_value
          rfm m 5                                   | rfm r 1-5 f 1-5 m 5
          date birthday in 0 to 0 days              | date birthday in 0 days
          near 31, 121.4737 within 3km              | near 31.0, 121.4737 within 3000m
          top 20.0% by count(order_paid)            | top 20% by count(order_paid)
          """)
  void theTextIsWrittenInOneForm(String read, String written) {
    assertThat(RuleText.write(RuleText.parse(read))).isEqualTo(written);
  }
}
