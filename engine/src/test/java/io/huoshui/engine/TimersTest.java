package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

class TimersTest {
  private record Plain(long due, int kind, long payload) {
    static final Comparator<Plain> ORDER =
        Comparator.comparingLong(Plain::due)
            .thenComparingInt(Plain::kind)
            .thenComparingLong(Plain::payload);
  }

  /// As a queue of plain timers would: under random scheduling, far and near, in the past and while
  /// a bucket is being walked.
  @Test
  void timersFireInOrder() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          var timers = new Timers();
          var plain = new PriorityQueue<>(Plain.ORDER);
          long now = dice.of(0L, -5_000_000L, 1_790_000_000_000L);
          for (int step = 0; step < 400; step++) {
            if (dice.chance(60)) {
              long due =
                  now
                      + switch (dice.roll(5)) {
                        case 0 -> dice.roll(50);
                        case 1 -> -dice.roll(5_000_000);
                        case 2 -> dice.roll(1 << 20);
                        case 3 -> dice.roll(90) * 86_400_000L;
                        default -> dice.roll(2_000_000_000);
                      };
              long payload = dice.chance(20) ? (1L << 42) - 1 : dice.roll(1_000);
              int kind = dice.roll(4);
              timers.schedule(due, kind, payload);
              plain.add(new Plain(due, kind, payload));
            } else {
              long until = now + dice.roll(dice.of(3, 2_000_000, 2_000_000_000));
              for (int left = dice.roll(20); left > 0; left--) {
                Plain next = plain.peek();
                assertThat(timers.nextDue()).isEqualTo(next == null ? Long.MAX_VALUE : next.due());
                boolean due = next != null && next.due() <= until;
                assertThat(timers.next(until)).isEqualTo(due);
                if (!due || next == null) {
                  now = until;
                  break;
                }
                plain.remove();
                now = Math.max(now, next.due());
                assertThat(new Plain(timers.dueMs(), timers.kind(), timers.payload()))
                    .isEqualTo(next);
              }
            }
            assertThat(timers.size()).isEqualTo(plain.size());
          }
          List<Plain> shown = new ArrayList<>();
          timers.forEach((due, kind, payload) -> shown.add(new Plain(due, kind, payload)));
          assertThat(shown).containsExactlyInAnyOrderElementsOf(plain);
        });
  }

  @Test
  void aTimerTakesLessThan24Bytes() {
    var timers = new Timers();
    var dice = new Dice(1);
    long now = 1_790_000_000_000L;
    for (int i = 0; i < 300_000; i++) {
      timers.schedule(now + dice.roll(30 * 86_400) * 1_000L, 1, i);
    }
    assertThat(timers.memoryBytes()).isLessThan(24L * timers.size());
  }

  @Test
  void aPayloadThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> new Timers().schedule(0, 0, 1L << 42))
        .hasMessage("A timer carries 42 bits, not 4398046511104");
  }
}
