package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.reach.Attachment;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OutgoingTest {
  /// As looking through everything that waits says it.
  @Test
  void theNextBatchIsWhatLookingThroughAllWouldFind() {
    Dice.overSeeds(
        40,
        seed -> {
          var dice = new Dice(seed);
          List<Touchpoint> messages = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            messages.add(message(i, dice));
          }
          int[] atMost = new int[200];
          for (int i = 0; i < 200; i++) {
            atMost[i] = dice.chance(70) ? Integer.MAX_VALUE : dice.of(1, 4);
          }
          Set<String> halted = dice.chance(50) ? Set.of() : Set.of("t1");
          var found = new Outgoing(messages::get, index -> atMost[index]);
          var plain = new TreeSet<Integer>();
          for (int i = 0; i < 600; i++) {
            int index = dice.roll(messages.size());
            if (dice.chance(60)) {
              assertThat(found.add(index)).isEqualTo(plain.add(index));
            } else {
              assertThat(found.take(index)).isEqualTo(plain.remove(index));
            }
            ChannelKind channel = dice.of(List.of(ChannelKind.values()));
            int most = dice.between(1, 20);
            assertThat(found.next(channel, most, halted))
                .isEqualTo(next(plain, messages, atMost, channel, most, halted));
            assertThat(found.waiting("t1"))
                .isEqualTo(
                    (int)
                        plain.stream()
                            .filter(m -> messages.get(m).template().equals("t1"))
                            .count());
            assertThat(found.waiting(channel))
                .isEqualTo(
                    (int) plain.stream().filter(m -> messages.get(m).channel() == channel).count());
            assertThat(found).containsExactlyElementsOf(plain);
            assertThat(found.size()).isEqualTo(plain.size());
          }
        });
  }

  private static List<Integer> next(
      SortedSet<Integer> waiting,
      List<Touchpoint> messages,
      int[] atMost,
      ChannelKind channel,
      int most,
      Set<String> halted) {
    var chosen = new ArrayList<Integer>();
    for (int index : waiting) {
      Touchpoint message = messages.get(index);
      int first = chosen.isEmpty() ? index : chosen.getFirst();
      if (message.channel() == channel
          && !halted.contains(message.template())
          && chosen.size() < Math.min(most, atMost[first])
          && atMost[first] == atMost[index]
          && together(messages.get(first), message)) {
        chosen.add(index);
      }
    }
    return chosen;
  }

  private static boolean together(Touchpoint one, Touchpoint other) {
    return one.template().equals(other.template())
        && one.sender().equals(other.sender())
        && one.attachments().equals(other.attachments())
        && (one.channel() != ChannelKind.WECOM || one.text().equals(other.text()));
  }

  private static Touchpoint message(int index, Dice dice) {
    String template = "t" + dice.roll(3);
    return new Touchpoint(
        "key" + index,
        "journey",
        index,
        template,
        dice.of(List.of(ChannelKind.values())),
        Reason.SENT,
        Instant.EPOCH,
        "+8613800000000",
        "text " + dice.roll(4),
        "sender" + dice.roll(2),
        5,
        Definitions.linkCode("key" + index),
        Touchpoint.Delivery.NONE,
        dice.chance(80) ? List.of() : List.of(new Attachment.Image("m", "")));
  }
}
