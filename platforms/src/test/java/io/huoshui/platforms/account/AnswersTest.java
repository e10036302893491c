package io.huoshui.platforms.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersTest {
  @Test
  void codesWithANameAreInTheTable() throws ReflectiveOperationException {
    for (var each : Codes.class.getFields()) {
      String code = String.valueOf(each.get(null));
      assertThat(Answers.table().all())
          .as(each.getName())
          .anySatisfy(verdict -> assertThat(verdict.code()).isEqualTo(code));
    }
  }

  private static final String HEAD =
      "platform\twhere\tcode\tabout\taction\tamount\tzh\ten\tsource\tasOf\n";

  private static Answers read(String line) {
    return Answers.read("t.tsv", HEAD + line.replace('|', '\t'));
  }

  /// PLATFORMS 5.5, line by line.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          wecom      | call  | -1     | retry            | call
          wecom      | call  | 40001  | refresh          | account
          wecom      | token | 40001  | stopChannel      | account
          wecom      | call  | 40014  | refresh          | account
          wecom      | call  | 42001  | refresh          | account
          wecom      | call  | 45009  | backOff          | call
          wecom      | call  | 45033  | lowerConcurrency | call
          wecom      | call  | 40058  | human            | call
          wecom      | call  | 40096  | skip             | person
          wecom      | call  | 41041  | human            | thing
          wecom      | call  | 41045  | human            | thing
          wecom      | call  | 41048  | skip             | everybody
          wecom      | call  | 41050  | never            | person
          wecom      | call  | 41051  | never            | person
          wecom      | call  | 41053  | skip             | person
          wecom      | call  | 41054  | reassign         | person
          wecom      | call  | 41055  | human            | thing
          wecom      | call  | 41063  | later            | call
          wecom      | call  | 48002  | stopChannel      | account
          wecom      | call  | 60020  | stopChannel      | account
          wecom      | call  | 84061  | dropRelation     | person
          wecom      | call  | 84074  | dropRelation     | person
          wecom      | call  | 90500  | later            | person
          wecom      | call  | 90502  | later            | person
          wecom      | call  | 90507  | later            | person
          wecom      | call  | 90508  | later            | person
          wechat     | call  | 43101  | otherChannel     | person
          wechat     | call  | 45015  | otherChannel     | person
          wechat     | call  | 45047  | otherChannel     | person
          wechat     | token | 40164  | stopChannel      | account
          aliyunSms  | call  | Throttling.User | backOff | account
          aliyunSms  | call  | isv.SMS_TEMPLATE_ILLEGAL | human | thing
          aliyunCall | call  | ConcurrencyLimit           | backOff     | account
          aliyunCall | call  | OutOfWorkingTime           | later       | account
          aliyunCall | call  | SignatureDoesNotMatch      | stopChannel | account
          aliyunCall | call  | InvalidInstanceId.NotFound | stopChannel | account
          aliyunCall | call  | ScriptNotPublished         | human       | thing
          aliyunCall | call  | Parameter.Invalid.PhoneNumber | skip     | person
          aliyunCall | call  | Parameter.Missing.JobGroupId  | human    | call
          tencentSms | call  | AuthFailure.SecretIdNotFound | stopChannel | account
          tencentSms | call  | LimitExceeded.PhoneNumberDailyLimit | skip | person
          """)
  void everyCodeAsksForWhatIsWritten(
      String platform, String where, String code, String action, String about) {
    Verdict verdict =
        Answers.table()
            .of(
                java.util.Arrays.stream(Platform.values())
                    .filter(each -> each.wire().equals(platform))
                    .findFirst()
                    .orElseThrow(),
                where.equals("call") ? Verdict.Where.CALL : Verdict.Where.TOKEN,
                code);
    assertThat(verdict.known()).isTrue();
    assertThat(verdict.action().wire()).isEqualTo(action);
    assertThat(verdict.about().wire()).isEqualTo(about);
  }

  @Test
  void everyLineSaysWhereItIsFromAndSoDoesEveryAllowance() {
    var actions = new HashSet<Action>();
    for (Verdict line : Answers.table().all()) {
      actions.add(line.action());
      assertThat(line.source()).isNotBlank();
      assertThat(line.asOf().getYear()).as(line.code()).isBetween(2025, 2030);
      assertThat(line.zh()).as(line.code()).matches("(?s).*\\p{IsHan}.*");
    }
    assertThat(actions).containsExactlyInAnyOrder(Action.values());
    for (Platform platform : Platform.values()) {
      assertThat(Allowances.of(platform).all()).allMatch(line -> !line.source().isBlank());
      for (Allowances.What what : Allowances.What.values()) {
        assertThat(Allowances.of(platform).value("any/api", what)).isPositive();
      }
    }
    for (String api :
        new String[] {"externalcontact/mark_tag", "externalcontact/remark", "kf/sync_msg"}) {
      assertThat(Allowances.of(Platform.WECOM).value(api, Allowances.What.AT_ONCE)).isEqualTo(5);
    }
  }

  @Test
  void whatIsNotInTheTableAsksForSomebodyAndIsCounted() {
    Answers answers = read("wecom|call|-1|call|retry|3|忙|busy|page|2025-11-17");
    assertThat(answers.of(Platform.WECOM, "49999").action()).isEqualTo(Action.HUMAN);
    assertThat(answers.of(Platform.WECOM, "49999").known()).isFalse();
    answers.of(Platform.ALIYUN_SMS, "isv.NEW");
    answers.of(Platform.WECOM, "-1");
    assertThat(answers.unknown())
        .containsEntry("wecom 49999", 2L)
        .containsEntry("aliyunSms isv.NEW", 1L)
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          wecom|call|1|call|again|3|忙|busy|page|2025-11-17 ; action is 'again', allowed: retry, refresh
          wecom|call|1|call|retry||忙|busy|page|2025-11-17 ; retry needs a number over 0
          wecom|call|1|call|never|3|忙|busy|page|2025-11-17 ; never has none
          wecom|call|1|all|never||忙|busy|page|2025-11-17 ; about is 'all', allowed: person
          qq|call|1|call|never||忙|busy|page|2025-11-17 ; platform is 'qq', allowed: wecom
          wecom|call|1|call|never||忙|busy||2025-11-17 ; column source is empty
          wecom|call|1|call|never||忙|busy|page|17.11.25 ; asOf is '17.11.25'
          wecom|call|1|call|never||忙|busy|page ; 9 columns, 10 are needed
          """)
  void aBrokenLineIsRefusedAndNamed(String line, String why) {
    assertThatThrownBy(() -> read(line))
        .hasMessageContaining("t.tsv line 2: ")
        .hasMessageContaining(why);
  }

  @Test
  void aCodeThatIsThereTwiceIsRefused() {
    String line = "wecom|call|1|call|never||忙|busy|page|2025-11-17\n";
    assertThatThrownBy(() -> read(line + line))
        .hasMessageContaining("line 3")
        .hasMessageContaining("code '1' of wecom is there twice");
  }
}
