package io.huoshui.platforms.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallRateTest {
  private static final long SECOND = 1_000_000_000L;

  /// When calls leave that are made as fast as they may be, for so many hours.
  private static List<Long> leaving(CallRate rate, long start, int hours) {
    var leaves = new ArrayList<Long>();
    long now = start;
    while (now < start + hours * 3_600L * SECOND) {
      long wait = rate.take(now);
      if (wait >= 0) {
        now += wait;
        leaves.add(now);
      } else {
        now -= wait;
      }
    }
    return leaves;
  }

  private static int mostWithin(List<Long> leaves, long nanos) {
    int most = 0;
    int from = 0;
    for (int to = 0; to < leaves.size(); to++) {
      while (leaves.get(to) - leaves.get(from) >= nanos) {
        from++;
      }
      most = Math.max(most, to - from + 1);
    }
    return most;
  }

  @Test
  void noMinuteAndNoHourHasMoreThanItMay() {
    for (long start : new long[] {0, 17, -5 * SECOND, 123_456_789_012_345L}) {
      List<Long> leaves = leaving(new CallRate(600, 9_000, 20), start, 3);
      assertThat(mostWithin(leaves, 60 * SECOND)).isLessThanOrEqualTo(600);
      assertThat(mostWithin(leaves, 3_600 * SECOND)).isLessThanOrEqualTo(9_000);
      // And hardly fewer than it may.
      assertThat(leaves.size()).isBetween(26_000, 27_000);
    }
  }

  @Test
  void whatCanNotWaitLeavesAtOnceAndStillNoMinuteHasMore() {
    for (long start : new long[] {0, 17, -5 * SECOND, 123_456_789_012_345L}) {
      List<Long> leaves = leaving(new CallRate(600, 9_000, 100), start, 3);
      assertThat(leaves.subList(0, 600)).containsOnly(start);
      assertThat(mostWithin(leaves, 60 * SECOND)).isEqualTo(600);
      assertThat(mostWithin(leaves, 3_600 * SECOND)).isLessThanOrEqualTo(9_000);
      assertThat(leaves.size()).isBetween(26_000, 27_000);
    }
    // Most of a minute's may be used up one by one as well.
    var rate = new CallRate(600, 9_000, 100);
    for (int second = 0; second < 600; second++) {
      for (int i = 0; i < 9; i++) {
        assertThat(rate.take(second * SECOND)).isZero();
      }
    }
    assertThat(rate.take(7_200 * SECOND)).as("after two idle hours").isZero();
  }

  @Test
  void anIdleHourMakesRoomAgain() {
    var rate = new CallRate(150, 100, 20);
    for (int i = 0; i < 100; i++) {
      // A fifth of 150 in one go, the others two in a second.
      assertThat(rate.ready(0)).isEqualTo(Math.max(0, i - 29) * SECOND / 2);
      assertThat(rate.take(0)).isEqualTo(Math.max(0, i - 29) * SECOND / 2);
    }
    assertThat(rate.take(40 * SECOND)).isNegative();
    assertThat(rate.take(3_700 * SECOND)).isZero();
    assertThat(rate.take(99_999 * SECOND)).isZero();
  }

  @Test
  void fewCallsAMinuteLeaveEvenly() {
    List<Long> leaves = leaving(new CallRate(4, 1_000, 20), 0, 1);
    assertThat(mostWithin(leaves, 60 * SECOND)).isEqualTo(4);
    assertThat(leaves).hasSize(241);
  }
}
