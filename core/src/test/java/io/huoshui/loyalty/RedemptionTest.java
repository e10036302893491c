package io.huoshui.loyalty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedemptionTest {
  private static final ZoneId KATHMANDU = ZoneId.of("Asia/Kathmandu");
  private static final Instant ISSUED = Instant.parse("2026-07-01T10:00:00+05:45");

  private static Coupon coupon(long threshold, Instant expires, String usedBy) {
    return new Coupon("C", "t", 1, "j", 1_500, threshold, ISSUED, expires, usedBy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # threshold | used by | cart | at                        | answer
          0           |         | 5900 | 2026-07-01T10:00:00+05:45 | Redeemed[discountFen=1500]
          3900        |         | 3900 | 2026-07-01T10:00:00+05:45 | Redeemed[discountFen=1500]
          3900        |         | 3899 | 2026-07-01T10:00:00+05:45 | BelowThreshold[thresholdFen=3900, cartFen=3899]
          0           |         | 1499 | 2026-07-01T10:00:00+05:45 | Redeemed[discountFen=1499]
          0           |         | 0    | 2026-07-01T10:00:00+05:45 | Redeemed[discountFen=0]
          0           |         | 5900 | 2026-07-15T23:59:59+05:45 | Redeemed[discountFen=1500]
          0           |         | 5900 | 2026-07-16T00:00:00+05:45 | Expired[since=2026-07-15T18:15:00Z]
          3900        |         | 100  | 2026-07-16T00:00:00+05:45 | Expired[since=2026-07-15T18:15:00Z]
          0           | o-1     | 5900 | 2026-07-01T10:00:00+05:45 | AlreadyUsed[orderId=o-1]
          0           | o-1     | 5900 | 2026-07-16T00:00:00+05:45 | AlreadyUsed[orderId=o-1]
          3900        | o-1     | 100  | 2026-07-16T00:00:00+05:45 | AlreadyUsed[orderId=o-1]
          """)
  void theTillIsTold(long threshold, String usedBy, long cart, String at, String answer) {
    Instant expires = new CouponTemplate("t", "t", 1_500, threshold, 14).expiry(ISSUED, KATHMANDU);
    var coupon = coupon(threshold, expires, usedBy == null ? "" : usedBy);
    assertThat(Redemption.of(coupon, cart, java.time.OffsetDateTime.parse(at).toInstant()))
        .hasToString(answer);
  }

  @Test
  void aCartOwesNothing() {
    assertThatThrownBy(() -> Redemption.of(coupon(0, ISSUED, ""), -1, ISSUED))
        .hasMessageContaining("cartFen is -1");
  }
}
