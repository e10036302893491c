package io.huoshui.audience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.huoshui.Breakage;
import io.huoshui.Dice;
import io.huoshui.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The published schema allows what rules are written as, and refuses what can not be read.
class RuleSchemaTest {
  private static Schema schema;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream file = RuleJson.class.getResourceAsStream("rule.schema.json")) {
      schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(
                  new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8),
                  InputFormat.JSON);
    }
  }

  private static boolean allowed(String json) {
    return schema.validate(json, InputFormat.JSON).isEmpty();
  }

  private static boolean readable(Json json) {
    try {
      RuleJson.read(json);
      return true;
    } catch (RuleException e) {
      return false;
    }
  }

  @Test
  void everyRuleIsWrittenAsTheSchemaAllows() {
    Dice.overSeeds(
        3_000,
        seed -> {
          String json = RuleJson.write(RandomRules.rule(new Dice(seed), 3)).write();
          assertThat(schema.validate(json, InputFormat.JSON)).as(json).isEmpty();
        });
  }

  /// One thing broken, anywhere: a key renamed, taken away, or its value made nothing.
  @Test
  void whatIsBrokenIsAllowedExactlyWhenItCanBeRead() {
    var verdicts = new int[2];
    Dice.overSeeds(
        3_000,
        seed -> {
          var dice = new Dice(seed);
          Json whole = RuleJson.write(RandomRules.rule(dice, 2));
          Json broken = Breakage.one(whole, dice);
          boolean readable = readable(broken);
          assertThat(allowed(broken.write())).as(broken.write()).isEqualTo(readable);
          verdicts[readable ? 1 : 0]++;
        });
    assertThat(verdicts[0]).isPositive();
    assertThat(verdicts[1]).isPositive();
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
    assertThat(allowed(json)).isFalse();
    assertThatThrownBy(() -> RuleJson.read(Json.parse(json))).isInstanceOf(RuleException.class);
  }
}
