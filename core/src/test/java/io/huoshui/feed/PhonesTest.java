package io.huoshui.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhonesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          13800001234            | Phone
          +86 138-0000-1234      | Phone
          138****1234            | Masked
          1********35            | Masked
          ＋86138＊＊＊＊1234    | Masked
          13800001234-5678       | Lent
          13800001234_5678       | Lent
          13800001234,1234#      | Lent
          13800001234转1234      | Lent
          18400001234 转 12      | Lent
          ~AgAAAAKqX0x9Yz+/==~1~ | Sealed
          $AgAAABBBBccccdddd==$0$ | Sealed
          #OdfQ5MRY8CwIUcAc4ZWx# | Sealed
          QmFzZTY0VGV4dFRoYXRJc0xvbmdFbm91Z2g= | Sealed
          021-62345678           | Unusable
          400-800-1234           | Unusable
          *******1035            | Unusable
          ''                     | Nothing
          """)
  void aPhoneColumnHolds(String cell, String what) {
    assertThat(Phones.of(cell, false).getClass().getSimpleName()).as(cell).isEqualTo(what);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          13800001234      | Lent
          138****1234      | Masked
          13800001234-5678 | Lent
          """)
  void whereNumbersAreLentNoneIsAPhone(String cell, String what) {
    assertThat(Phones.of(cell, true).getClass().getSimpleName()).as(cell).isEqualTo(what);
  }
}
