package io.huoshui.platforms.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.platforms.account.Allowances.What;
import org.junit.jupiter.api.Test;

class ApiGateTest {
  private static final long SECOND = 1_000_000_000L;

  private static ApiGate gate(int atOnce) {
    return new ApiGate(
        Allowances.of(Platform.WECOM)
            .with(What.AT_ONCE, atOnce)
            .with(What.PER_MINUTE, 1_000_000)
            .with(What.SECOND_BAN_SECONDS, 3_600)
            .with(What.THIRD_BAN_SECONDS, 86_400),
        "user/get");
  }

  private static boolean goes(ApiGate gate, long now) {
    return gate.enter(now, Long.MAX_VALUE) instanceof ApiGate.May.Go;
  }

  private static int fill(ApiGate gate, long now) {
    int count = 0;
    while (goes(gate, now)) {
      count++;
    }
    return count;
  }

  @Test
  void noMoreAreUnderWayThanMayBe() {
    ApiGate gate = gate(5);
    assertThat(fill(gate, 0)).isEqualTo(5);
    assertThat(gate.enter(0, Long.MAX_VALUE)).isInstanceOf(ApiGate.May.Queue.class);
    assertThat(gate.ask(0)).isInstanceOf(ApiGate.May.Queue.class);
    gate.wentWell();
    assertThat(fill(gate, 0)).isEqualTo(1);
  }

  @Test
  void tooManyHalvesThemAndRoundsThatGoWellBringThemBack() {
    ApiGate gate = gate(16);
    fill(gate, 0);
    gate.tooMany();
    assertThat(gate.ceiling()).isEqualTo(8);
    gate.tooMany();
    assertThat(gate.ceiling()).isEqualTo(4);
    // Nothing leaves before as many are back as are too many.
    for (int i = 0; i < 11; i++) {
      assertThat(goes(gate, 0)).isFalse();
      gate.back();
    }
    assertThat(goes(gate, 0)).isTrue();
    // Four well done make it five, five more six.
    int well = 0;
    while (gate.ceiling() < 16) {
      fill(gate, 0);
      gate.wentWell();
      well++;
    }
    assertThat(well).isEqualTo(4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15);
    fill(gate, 0);
    gate.wentWell();
    assertThat(gate.ceiling()).as("never over what the platform takes").isEqualTo(16);
  }

  @Test
  void oneIsAlwaysAllowed() {
    ApiGate gate = gate(1);
    for (int i = 0; i < 5; i++) {
      assertThat(goes(gate, 0)).isTrue();
      gate.tooMany();
    }
    assertThat(gate.ceiling()).isEqualTo(1);
  }

  @Test
  void aBanClosesForItsTimeAndBansInARowGrow() {
    ApiGate gate = gate(5);
    fill(gate, 0);
    gate.tooOften(0, 60);
    gate.tooOften(0, 60);
    gate.back();
    gate.back();
    gate.back();
    assertThat(gate.enter(59 * SECOND, Long.MAX_VALUE))
        .isEqualTo(new ApiGate.May.Wait(SECOND, ApiGate.Why.BAN));
    assertThat(goes(gate, 60 * SECOND)).isTrue();
    gate.tooOften(60 * SECOND, 60);
    assertThat(goes(gate, 3_659 * SECOND)).isFalse();
    assertThat(goes(gate, 3_660 * SECOND)).isTrue();
    gate.tooOften(3_660 * SECOND, 60);
    assertThat(goes(gate, 90_000 * SECOND)).isFalse();
    assertThat(goes(gate, 90_060 * SECOND)).isTrue();
    // One that goes well begins anew.
    gate.wentWell();
    assertThat(goes(gate, 90_060 * SECOND)).isTrue();
    gate.tooOften(90_060 * SECOND, 60);
    assertThat(goes(gate, 90_120 * SECOND)).isTrue();
  }

  @Test
  void whoWouldWaitTooLongIsNotCounted() {
    ApiGate gate =
        new ApiGate(
            Allowances.of(Platform.WECOM).with(What.PER_MINUTE, 4).with(What.PER_HOUR, 5), "x");
    assertThat(goes(gate, 0)).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(gate.enter(0, SECOND))
          .isEqualTo(new ApiGate.May.Wait(15 * SECOND, ApiGate.Why.PACE));
    }
    assertThat(gate.underWay()).isEqualTo(1);
    for (int i = 1; i < 5; i++) {
      assertThat(goes(gate, i * 15L * SECOND)).isTrue();
    }
    assertThat(gate.enter(100 * SECOND, Long.MAX_VALUE))
        .isInstanceOfSatisfying(
            ApiGate.May.Wait.class, wait -> assertThat(wait.nanos()).isGreaterThan(3_400 * SECOND));
  }
}
