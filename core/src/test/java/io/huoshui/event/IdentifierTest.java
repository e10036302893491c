package io.huoshui.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class IdentifierTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # as sent              | as known
          13800000001            | +8613800000001
          138 0000 0001          | +8613800000001
          138-0000-0001          | +8613800000001
          (138) 0000-0001        | +8613800000001
          ~ 13800000001 ~        | +8613800000001
          8613800000001          | +8613800000001
          +8613800000001         | +8613800000001
          +86 138 0000 0001      | +8613800000001
          008613800000001        | +8613800000001
          １３８０００００００１ | +8613800000001
          ＋８６１３８０００００００１ | +8613800000001
          +85261234567           | +85261234567
          0085261234567          | +85261234567
          +44 20 7946 0018       | +442079460018
          +12025550143           | +12025550143
          +12345678              | +12345678
          +123456789012345       | +123456789012345
          """)
  void phonesOfAllShapesBecomeE164(String sent, String known) {
    assertThat(Identifier.of(IdentifierKind.PHONE, sent).value()).isEqualTo(known);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # as sent           | why not
          1380000000          | phone of 10 digits is neither a mainland mobile nor E.164
          138000000011        | phone of 12 digits is neither a mainland mobile nor E.164
          23800000001         | phone of 11 digits is neither a mainland mobile nor E.164
          02088886666         | phone of 11 digits is neither a mainland mobile nor E.164
          ~~                  | phone of 0 digits is neither a mainland mobile nor E.164
          +                   | phone has 0 digits, E.164 has 8-15
          +1234567            | phone has 7 digits, E.164 has 8-15
          +1234567890123456   | phone has 16 digits, E.164 has 8-15
          +862088886666       | +86 is followed by 11 digits starting with 1
          +8623800000001      | +86 is followed by 11 digits starting with 1
          138****0001         | phone has '*' in it
          138.0000.0001       | phone has '.' in it
          13800000001x        | phone has 'x' in it
          138+00000001        | phone has '+' in it
          一三八              | phone has '一' in it
          """)
  void aPhoneThatIsNoneSaysWhy(String sent, String why) {
    assertThatThrownBy(() -> Identifier.of(IdentifierKind.PHONE, sent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # kind          | scope | as sent          | as known
          UNIONID         |       | oAbC             | oAbC
          UNIONID         |       | ~ ｏＡｂＣ ~      | oAbC
          MEMBER_NUMBER   |       | Ｍ００１          | M001
          OPENID          | wx1   | oXyZ             | oXyZ
          EMAIL           |       | Ann@Example.COM  | ann@example.com
          EMAIL           |       | ＡＮＮ＠ｂ．ｃｎ   | ann@b.cn
          DEVICE          |       | AB-CD            | ab-cd
          MASKED_PHONE    |       | 138＊＊＊＊0001   | 138****0001
          NAME_REGION     |       | 王芳，上海         | 王芳,上海
          """)
  void widthAndCaseAreOneForm(IdentifierKind kind, String scope, String sent, String known) {
    assertThat(Identifier.of(kind, scope == null ? "" : scope, sent).value()).isEqualTo(known);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PHONE           |       | 13800000001    | +86138****0001
          PHONE           |       | +12345678      | +****5678
          UNIONID         |       | oAbCdEf        | oA****Ef
          UNIONID         |       | oAbC           | ****
          OPENID          | wx1   | oAbCd          | oA****Cd
          EXTERNAL_USERID | corp  | wmAbCd         | wm****Cd
          BUYER_ID        | shop  | tb123          | tb****23
          EMAIL           |       | ann@b.cn       | an****cn
          DEVICE          |       | d-1            | ****
          NAME_REGION     |       | 王芳           | ****
          MASKED_PHONE    |       | 138****0001    | 138****0001
          MEMBER_NUMBER   |       | M001           | M001
          CUSTOMER_ID     | crm   | 17850          | 17850
          """)
  void aListShowsEnoughToRecogniseAndNotEnoughToUse(
      IdentifierKind kind, String scope, String value, String shown) {
    Identifier identifier = Identifier.of(kind, scope == null ? "" : scope, value);

    assertThat(identifier.masked()).isEqualTo(shown);
    assertThat(identifier.toString())
        .isEqualTo(kind.wire() + (scope == null ? "" : "@" + scope) + ":" + shown);
  }

  @ParameterizedTest
  @EnumSource(IdentifierKind.class)
  void aScopeIsThereExactlyWhereTheKindNeedsOne(IdentifierKind kind) {
    String value = kind == IdentifierKind.PHONE ? "13800000001" : "v1234567";
    String wrong = kind.scoped() ? "" : "shop";

    assertThat(Identifier.of(kind, kind.scoped() ? "shop" : "", value).kind()).isEqualTo(kind);
    assertThatThrownBy(() -> Identifier.of(kind, wrong, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            kind.scoped() ? kind.wire() + " needs a scope" : kind.wire() + " takes no scope");
    assertThat(IdentifierKind.ofWire(kind.wire())).isEqualTo(kind);
  }

  @Test
  void nothingIsNoIdentifier() {
    assertThatThrownBy(() -> Identifier.of(IdentifierKind.UNIONID, "  "))
        .hasMessage("unionid is empty");
    assertThat(IdentifierKind.ofWire("phoneNumber")).isNull();
    assertThat(new HashSet<>(IdentifierKind.wires())).hasSize(IdentifierKind.values().length);
  }

  @Test
  void theSameValueInAnotherScopeIsAnotherPerson() {
    assertThat(Identifier.of(IdentifierKind.OPENID, "wx1", "o1"))
        .isNotEqualTo(Identifier.of(IdentifierKind.OPENID, "wx2", "o1"))
        .isEqualTo(Identifier.of(IdentifierKind.OPENID, "wx1", "o1"));
  }
}
