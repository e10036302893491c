package io.huoshui.acquisition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.acquisition.LiveCode.Grouped;
import io.huoshui.acquisition.LiveCode.Staffed;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveCodeTest {
  private static final String WHOLE =
      """
      {"code":"card-milk","title":"牛奶包裹卡","source":"package_card","labels":{"campaign":618},
       "members":[{"guide":"zhang","weight":3,"dailyCap":100,
                   "shifts":[{"days":["mon","fri"],"from":"22:00","to":"02:00"}],
                   "dates":[{"day":"2026-10-01"}]},"li"],
       "fallback":["wang"],"dailyCap":500,"remark":"{name}-卡","tags":["包裹卡"],
       "welcome":{"text":"{name|您}好,我是{guide}","coupon":"new10",
                  "attachments":[{"link":{"title":"t","url":"https://e.cn"}}]},
       "variants":[{"variant":"a","benefit":"送酸奶","welcome":"送您酸奶"}],
       "oncePerOrder":true,"expires":"2026-12-31T00:00:00+08:00"}
      """;

  @Test
  void aDefinitionIsReadWhole() {
    var code = (Staffed) LiveCodeJson.read(Json.parse(WHOLE));
    assertThat(LiveCodeReview.of(code)).isEmpty();
    assertThat(code.about().labels()).containsEntry("campaign", "618");
    assertThat(code.about().expires()).isEqualTo(Instant.parse("2026-12-30T16:00:00Z"));
    assertThat(code.members().getFirst().shifts().getFirst().hours().overMidnight()).isTrue();
    assertThat(code.members().get(1).weight()).isEqualTo(1);
    assertThat(code.welcomeOf("a").text()).isEqualTo("送您酸奶");
    assertThat(code.welcomeOf("").fill(word -> word.equals("guide") ? "小张" : null).text())
        .isEqualTo("您好,我是小张");
    assertThat(code.cards()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "members":["li"],"colour":1                                    | liveCode                              | colour
          "members":[{"guide":"li","weight":0}]                          | liveCode.members[0].weight            | 1 to 100
          "members":[{"guide":"li","shifts":[{"from":"9","to":"18:00"}]}]| liveCode.members[0].shifts[0].from    | 09:00
          "members":[{"guide":"li","shifts":[{"days":["mo"]}]}]          | liveCode.members[0].shifts[0].days[0] | mon
          "members":[{"guide":"li","dates":[{"day":"1 Oct"}]}]           | liveCode.members[0].dates[0].day      | 2026-10-01
          "members":["li"],"dailyCap":1.5                                | liveCode.dailyCap                     | whole number
          "members":["li"],"welcome":{"attachments":[{"link":{"url":"u"}}]} | liveCode.welcome.attachments[0]    | title
          "members":["li"],"welcome":{"attachments":[{"image":{"mediaId":"M"},"link":{"title":"t","url":"u"}}]} | liveCode.welcome.attachments[0] | an attachment of its own
          "members":["li"],"expires":"soon"                              | liveCode.expires                      | 2026-12-31
          """)
  void whatCanNotBeReadIsNamedWithItsPath(String fields, String path, String allowed) {
    assertThatThrownBy(
            () ->
                LiveCodeJson.read(Json.parse("{\"code\":\"c\",\"source\":\"ad\"," + fields + "}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining(path)
        .hasMessageContaining(allowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"code":"C1","source":"ad","members":["li"]}                                        | bad_name
          {"code":"c","source":"a/b","members":["li"]}                                        | bad_source
          {"code":"c","source":"ad"}                                                          | nobody
          {"code":"c","source":"ad","members":["li"],"fallback":["LI"]}                       | twice
          {"code":"c","source":"ad","members":["li"],"welcome":"{phone} hi"}                  | unknown_word
          {"code":"abcdefghijklmnopqrst","source":"ad","members":["li"],"variants":[{"variant":"abcdefgh"}]} | long_state
          {"code":"c","source":"ad","members":["li"],"variants":[{"variant":"A"}]}            | bad_name
          {"code":"g","source":"ad","kind":"group"}                                           | nobody
          {"code":"g","source":"ad","kind":"group","groups":["a","a"]}                        | twice
          """)
  void whatCanNotWorkIsRefused(String json, String code) {
    assertThat(LiveCodeReview.of(LiveCodeJson.read(Json.parse(json))))
        .filteredOn(LiveCodeReview.Finding::refuses)
        .extracting(LiveCodeReview.Finding::code)
        .containsExactly(code);
  }

  @Test
  void moreThanAHundredMembersAreRefusedBeforeThePlatformDoes() {
    var members = new StringBuilder();
    for (int i = 0; i <= 100; i++) {
      members.append(i == 0 ? "" : ",").append("\"g").append(i).append('"');
    }
    assertThat(
            LiveCodeReview.of(
                LiveCodeJson.read(
                    Json.parse(
                        "{\"code\":\"c\",\"source\":\"ad\",\"members\":[" + members + "]}"))))
        .extracting(LiveCodeReview.Finding::code)
        .contains("too_many_members");
  }

  @Test
  void aStateSaysCodeVariantAndSlotAndFitsThePlatform() {
    for (var state :
        List.of(
            new LiveState("card-milk", "", 0),
            new LiveState("card-milk", "a", 0),
            new LiveState("abcdefghijklmnopqrst", "abcde", 46_655),
            new LiveState("c", "", 7))) {
      assertThat(LiveState.of(state.write())).isEqualTo(state);
      assertThat(state.write().length()).isLessThanOrEqualTo(LiveState.MOST);
    }
    assertThat(LiveState.of("somebody's own")).isEqualTo(new LiveState("somebody's own", "", 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0           | -1 | 1 | 10  | Sent
          41050       | -1 | 1 | 10  | Lost expired_code
          41051       | -1 | 1 | 10  | Lost already_chatting
          41051       | -1 | 2 | 10  | Sent
          40096       | -1 | 1 | 10  | Lost refused_40096
          -1          | 1  | 1 | 10  | Again 10.150
          45009       | 60 | 3 | 10  | Again 10.600
          unknown     | 0  | 9 | 10  | Again 12
          unreachable | 2  | 1 | 19  | Again 19.150
          503         | 1  | 1 | 10  | Again 10.150
          -1          | 1  | 9 | 19  | Lost too_late
          """)
  void aWelcomeIsTriedAgainOnlyWhereThatMayHelpAndThereIsTime(
      String code, int again, int tries, int second, String expected) {
    Instant start = Instant.EPOCH;
    String said =
        switch (WelcomeTry.after(
            code,
            again,
            tries,
            tries == 2,
            start.plusSeconds(second),
            start.plus(WelcomeTry.WINDOW))) {
          case WelcomeTry.Sent() -> "Sent";
          case WelcomeTry.Again(Instant at) ->
              "Again "
                  + java.math.BigDecimal.valueOf(at.toEpochMilli(), 3)
                      .stripTrailingZeros()
                      .setScale(at.toEpochMilli() % 1000 == 0 ? 0 : 3, java.math.RoundingMode.DOWN)
                      .toPlainString();
          case WelcomeTry.Lost(String reason) -> "Lost " + reason;
        };
    assertThat(said).isEqualTo(expected);
  }

  @Test
  void aGroupCodeRollsOverToTheFirstGroupsThatAreNotFull() {
    var code =
        (Grouped)
            LiveCodeJson.read(
                Json.parse(
                    "{\"code\":\"g\",\"kind\":\"group\",\"source\":\"ad\",\"full\":3,"
                        + "\"groups\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\"]}"));
    assertThat(GroupChoice.of(code, Map.of())).containsExactly("a", "b", "c", "d", "e");
    assertThat(GroupChoice.of(code, Map.of("a", 3, "c", 4)))
        .containsExactly("b", "d", "e", "f", "g");
    var full = new HashMap<String, Integer>();
    code.groups().forEach(group -> full.put(group, 3));
    assertThat(GroupChoice.of(code, full)).containsExactly("g");
    Dice.overSeeds(
        50,
        seed -> {
          var dice = new Dice(seed);
          var people = new HashMap<String, Integer>();
          code.groups().forEach(group -> people.put(group, dice.roll(5)));
          assertThat(GroupChoice.of(code, people))
              .hasSizeBetween(1, GroupChoice.MOST)
              .doesNotHaveDuplicates();
        });
  }
}
