package io.huoshui.community;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepliesTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");

  /// A Sunday, 12:00 in Kathmandu.
  private static final Instant NOON = Instant.parse("2026-03-01T06:15:00Z");

  private static final List<Replies.Rule> RULES =
      CommunityJson.keywords(
          Json.parse(
              """
              {"keywords": [
                {"rule": "price", "priority": 5, "contains": ["价格", "多少钱"], "not": ["退款"],
                 "perGroup": "10m", "perPerson": "1d", "text": "{name},{group}今日价见菜单({keyword})"},
                {"rule": "hours", "exact": ["营业时间"], "text": "现在 {time}"},
                {"rule": "angry", "priority": 9, "regex": ["投诉|举报"], "human": true},
                {"rule": "night", "contains": ["价格"], "from": "22:00", "to": "06:00", "days": ["sun"],
                 "text": "明早答复"},
                {"rule": "elsewhere", "groups": ["h"], "contains": ["你好"], "text": "好"},
                {"rule": "evil", "regex": ["(a+)+$"], "text": "a"}
              ]}
              """));

  private static Replies.Message message(String id, String text) {
    return new Replies.Message(id, "g", "wm1", "王语嫣", text, NOON);
  }

  private static String answer(String text, Instant now, Replies.Answered... history) {
    return switch (Replies.answer(RULES, message("m", text), "老友群", List.of(history), ZONE, now)) {
      case Replies.Answer.Say say -> say.rule() + ": " + say.text();
      case Replies.Answer.Human human -> human.rule() + ": human";
      case Replies.Answer.Quiet quiet -> "quiet: " + String.join("; ", quiet.why());
    };
  }

  private static Replies.Answered answered(
      String message, String rule, String group, String person, Instant at) {
    return new Replies.Answered(message, rule, group, person, at);
  }

  @Test
  void theFirstRuleThatHoldsAnswers() {
    String none = "quiet: No rule waits for what it says.";
    String[][] table = {
      {"多少钱一斤", "price: 王语嫣,老友群今日价见菜单(多少钱)"},
      {"价格太高,我要投诉", "angry: human"},
      {"退款的价格", "quiet: night: not at this hour"},
      {"营业时间", "hours: 现在 12:00"},
      {" 营业时间 ", "hours: 现在 12:00"},
      {"营业时间?", none},
      {"你好", none},
      {"", none},
    };
    for (String[] line : table) {
      assertThat(answer(line[0], NOON)).as(line[0]).isEqualTo(line[1]);
    }
  }

  @Test
  void widthAndCaseDoNotMatter() {
    List<Replies.Rule> rules =
        CommunityJson.keywords(
            Json.parse("{\"keywords\":[{\"rule\":\"v\",\"contains\":[\"VIP\"],\"text\":\"x\"}]}"));
    assertThat(Replies.answer(rules, message("m", "ｖｉｐ吗"), "", List.of(), ZONE, NOON))
        .isInstanceOf(Replies.Answer.Say.class);
  }

  @Test
  void aMessageIsAnsweredOnce() {
    assertThat(answer("多少钱", NOON, answered("m", "hours", "x", "y", NOON.minusSeconds(90_000))))
        .isEqualTo("quiet: This message was answered already.");
  }

  @Test
  void coolDownsHoldPerGroupAndPerPerson() {
    var inGroup = answered("m0", "price", "g", "other", NOON.minusSeconds(599));
    assertThat(answer("多少钱", NOON, inGroup)).contains("price: answered in this group");
    assertThat(answer("多少钱", NOON.plusSeconds(1), inGroup)).startsWith("price: 王");
    var person = answered("m0", "price", "h", "wm1", NOON.minusSeconds(86_399));
    assertThat(answer("多少钱", NOON, person)).contains("answered this person");
    assertThat(answer("多少钱", NOON.plusSeconds(1), person)).startsWith("price: 王");
    // Another rule's answer holds nothing back.
    assertThat(answer("多少钱", NOON, answered("m0", "hours", "g", "wm1", NOON))).startsWith("price");
  }

  @Test
  void aRuleThatHasToWaitLetsTheNextOneAnswer() {
    Instant night = Instant.parse("2026-03-01T17:00:00Z");
    assertThat(answer("价格", night)).startsWith("price:");
    assertThat(answer("价格", night, answered("m0", "price", "g", "x", night)))
        .isEqualTo("night: 明早答复");
  }

  @Test
  void theSmallHoursBelongToTheDayBefore() {
    Instant mondayAtThree = Instant.parse("2026-03-01T21:15:00Z");
    Instant sundayAtThree = Instant.parse("2026-02-28T21:15:00Z");
    assertThat(answer("价格", mondayAtThree, answered("m0", "price", "g", "x", mondayAtThree)))
        .isEqualTo("night: 明早答复");
    assertThat(answer("价格", sundayAtThree, answered("m0", "price", "g", "x", sundayAtThree)))
        .contains("night: not at this hour");
  }

  @Test
  void anExpressionThatWouldTakeForEverDoesNotHold() {
    assertThat(answer("a".repeat(1_500) + "!", NOON)).startsWith("quiet");
    assertThat(answer("aaa", NOON)).isEqualTo("evil: a");
  }

  @Test
  void whatCanNotBeAskedIsRefusedWithItsPlace() {
    String[][] table = {
      {"{\"rule\":\"r\",\"text\":\"x\"}", "rules.keywords[0]"},
      {"{\"rule\":\"r\",\"contains\":[\"a\"]}", "rules.keywords[0]"},
      {"{\"rule\":\"r\",\"regex\":[\"(\"],\"text\":\"x\"}", "rules.keywords[0].regex[0]"},
      {
        "{\"rule\":\"r\",\"contains\":[\"a\"],\"text\":\"x\",\"from\":\"25:00\"}",
        "rules.keywords[0].from"
      },
      {
        "{\"rule\":\"r\",\"contains\":[\"a\"],\"text\":\"x\",\"perGroup\":\"soon\"}",
        "rules.keywords[0].perGroup"
      },
      {"{\"rule\":\"r\",\"contains\":[\"a\"],\"text\":\"x\",\"word\":1}", "rules.keywords[0]"},
      {
        "{\"rule\":\"r\",\"contains\":[\"a\"],\"text\":\"x\",\"priority\":1.5}",
        "rules.keywords[0].priority"
      },
    };
    for (String[] line : table) {
      assertThatThrownBy(
              () -> CommunityJson.keywords(Json.parse("{\"keywords\":[" + line[0] + "]}")))
          .as(line[0])
          .isInstanceOfSatisfying(
              UnreadableException.class, e -> assertThat(e.where()).isEqualTo(line[1]));
    }
  }
}
