package io.huoshui.server.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.dialog.Pacing;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinesTest {
  /// Takes everything, and remembers it.
  private static final class Takes implements Channel {
    final List<String> taken = new ArrayList<>();

    @Override
    public ChannelKind kind() {
      return ChannelKind.CALL;
    }

    @Override
    public int largestBatch() {
      return 25;
    }

    @Override
    public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
      envelopes.forEach(envelope -> taken.add(envelope.key()));
      return envelopes.stream().<Outcome>map(one -> new Outcome.Accepted(one.key())).toList();
    }

    @Override
    public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
      return envelopes.stream().<Outcome>map(_ -> new Outcome.Absent()).toList();
    }
  }

  private static List<Channel.Envelope> envelopes(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Channel.Envelope("k" + i, "+86139", "t", "", "flow"))
        .toList();
  }

  @Test
  void noMoreCallsThanLines() {
    var behind = new Takes();
    var underWay = new AtomicInteger(7);
    var lines = new Lines(behind, new Pacing(10, 1), underWay::get);
    assertThat(lines.largestBatch()).isEqualTo(10);
    List<Channel.Outcome> outcomes = lines.handOver("b", envelopes(5));
    assertThat(outcomes).hasSize(5);
    assertThat(behind.taken).containsExactly("k0", "k1", "k2");
    assertThat(outcomes.subList(3, 5))
        .allSatisfy(
            outcome ->
                assertThat(outcome)
                    .isInstanceOfSatisfying(
                        Channel.Outcome.Later.class,
                        later -> assertThat(later.code()).isEqualTo("lines_taken")));
    underWay.set(12);
    assertThat(lines.handOver("b", envelopes(2)))
        .allMatch(outcome -> outcome instanceof Channel.Outcome.Later);
    assertThat(behind.taken).hasSize(3);
  }
}
