package io.huoshui.platforms.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallLimitsTest {
  private static final String API = "externalcontact/mark_tag";

  /// A virtual clock that is moved by an hour has lived through a ban of a minute, although no time
  /// passed for whoever moved it.
  @Test
  void aBanIsOverWhenItsTimePassedOnTheClockThatIsGiven() throws Exception {
    var clock = new AtomicLong();
    var limits = new CallLimits(Allowances.of(Platform.WECOM), clock::get);
    Verdict tooOften = Answers.table().of(Platform.WECOM, "45009");
    limits.enter(API).answered(tooOften);
    assertThat(limits.may(API)).isEqualTo(Duration.ofSeconds(tooOften.amount()));
    assertThatThrownBy(() -> limits.enter(API))
        .isInstanceOfSatisfying(
            NotNow.class, e -> assertThat(e.getMessage()).contains("too often"));
    clock.addAndGet(Duration.ofSeconds(tooOften.amount()).toNanos());
    assertThat(limits.may(API)).isZero();
    limits.enter(API).wentWell();
  }
}
