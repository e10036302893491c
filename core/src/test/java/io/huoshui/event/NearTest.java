package io.huoshui.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearTest {
  private static final List<String> KNOWN =
      List.of("order_paid", "order_refunded", "cart_added", "vip", "within", "vip");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          order_payd | [order_paid]
          ordr_paid  | [order_paid]
          vipp       | [vip]
          withn      | [within]
          zzz        | []
          order_paid | [order_paid]
          """)
  void onlyWhatMayHaveBeenMeantIsOffered(String name, String near) {
    assertThat(Near.misspelt(name, KNOWN)).hasToString(near);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          vi | [vip, within, order_paid]
          """)
  void theNearestComeFirstWhateverTheyAre(String name, String near) {
    assertThat(Near.to(name, KNOWN)).hasToString(near);
  }
}
