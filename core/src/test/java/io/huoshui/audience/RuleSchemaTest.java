package io.huoshui.audience;

import io.huoshui.Dice;
import io.huoshui.Published;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The published schema allows what rules are written as, and refuses what can not be read.
class RuleSchemaTest {
  private static final Published RULES =
      Published.of(RuleJson.class, "rule.schema.json", RuleJson::read, RuleException.class);

  @Test
  void everyRuleIsWrittenAsTheSchemaAllows() {
    Dice.overSeeds(
        3_000, seed -> RULES.allows(RuleJson.write(RandomRules.rule(new Dice(seed), 3))));
  }

  /// One thing broken, anywhere: a key renamed, taken away, or its value made nothing.
  @Test
  void whatIsBrokenIsAllowedExactlyWhenItCanBeRead() {
    RULES.agreesAboutWhatIsBroken(3_000, dice -> RuleJson.write(RandomRules.rule(dice, 2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {}
          []
          "did order_paid"
          {"all":[]}
          {"lifecycle":"lost"}
          {"reachable":"fax"}
          {"has":{"identifier":"fax"}}
          {"has":{"trait":"city","op":"in","value":"上海"}}
          {"has":{"trait":"city","op":"=","value":["上海"]}}
          {"has":{"trait":"city","op":"~~","value":1}}
          {"has":{"tag":""}}
          {"did":{"event":"order_paid","times":{"atLeast":0}}}
          {"did":{"event":"order_paid","times":{"exactly":1.5}}}
          {"did":{"event":"order_paid","times":{"atLeast":1,"atMost":2}}}
          {"did":{"event":"order_paid","window":{"last":"3 weeks"}}}
          {"did":{"event":"order_paid","window":{"last":"30w"}}}
          {"did":{"event":"order_paid","extra":1}}
          {"didNot":{"event":"order_paid","times":{"atLeast":1}}}
          {"measure":{"fold":"count","property":"sku","event":"order_paid","op":">","value":1}}
          {"measure":{"fold":"sum","event":"order_paid","op":">","value":1}}
          {"measure":{"fold":"sum","property":"amountFen","event":"order_paid","op":">","value":"1"}}
          {"top":{"percent":20.55,"fold":"count","event":"order_paid"}}
          {"top":{"percent":0,"fold":"count","event":"order_paid"}}
          {"first":{"event":"order_paid","op":"=","value":1}}
          {"sequence":{"steps":[{"event":"a"}],"within":"3d"}}
          {"rfm":{"r":[0,5]}}
          {"rfm":{"r":[1]}}
          {"rfm":{"class":"good"}}
          {"inAnyGroup":false}
          {"near":{"lat":91,"lon":0,"metres":5}}
          {"near":{"lat":1,"lon":0,"metres":0}}
          {"share":{"salt":"a","from":0,"to":100.001}}
          {"journey":{"name":"a","standing":"gone"}}
          """)
  void whatCanNotBeReadIsRefused(String json) {
    RULES.refuses(json);
  }
}
