package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import io.huoshui.server.reach.Outbox;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A mass task over WxJava against the sandbox: what other systems get wrong (PEERS 3).
class MassSendTest {
  @TempDir Path folder;
  private MassSend town;

  @BeforeEach
  void begin() {
    town = MassSend.begin(folder, 3_000, 600);
    assertThat(town.people()).isGreaterThan(300);
    assertThat(town.plan()).isPositive();
    assertThat(town.progress().reasons()).isEqualTo(java.util.Map.of("sent", (long) town.people()));
  }

  @AfterEach
  void end() {
    town.close();
  }

  private void everybodyOnce() {
    assertThat(town.duplicates()).isZero();
    assertThat(town.taken()).isEqualTo(town.people());
    assertThat(town.violations()).isEqualTo("{}");
    assertThat(town.progress().stages())
        .isEqualTo(java.util.Map.of("accepted", (long) town.people()));
  }

  @Test
  void everybodyIsWrittenToOnceHoweverThePlatformFails() {
    town.faults("{\"busyShare\":0.2,\"timeoutShare\":0.2,\"codes\":{\"503\":0.2,\"45033\":0.05}}");
    Outbox.Drained drained = town.send(UnaryOperator.identity(), 60);
    town.faults("{\"busyShare\":0,\"timeoutShare\":0,\"codes\":{}}");

    assertThat(drained.empty()).as(drained.why()).isTrue();
    everybodyOnce();
    assertThat(town.progress().guides()).allMatch(guide -> guide.state().equals("created"));
  }

  /// LinkWeChat sets the whole task back when its loop breaks after some senders were served.
  @Test
  void anExceptionInTheMiddleAndARerunDuplicateNothing() {
    var calls = new AtomicInteger();
    var _ = town.send(channel -> breaking(channel, calls), 0);
    assertThat(calls.get()).isPositive();
    assertThat(town.taken()).isPositive();
    town.reopen();

    assertThat(town.send(UnaryOperator.identity(), 60).empty()).isTrue();
    everybodyOnce();
  }

  /// Takes a call, and loses itself before it says so.
  private static Channel breaking(Channel channel, AtomicInteger calls) {
    return new Channel() {
      @Override
      public ChannelKind kind() {
        return channel.kind();
      }

      @Override
      public int largestBatch() {
        return 50;
      }

      @Override
      public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
        var _ = channel.handOver(batchId, envelopes);
        if (calls.incrementAndGet() % 2 == 1) {
          throw new IllegalStateException("broke after the call");
        }
        return List.copyOf(
            channel.reconcile(batchId, envelopes, Instant.parse("2026-07-01T02:01:00Z")));
      }

      @Override
      public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
        return channel.reconcile(batchId, envelopes, handedOver);
      }
    };
  }

  /// easyink answers while the work is in a thread that may never run.
  @Test
  void aKillRightAfterTheAnswerLosesNothing() {
    assertThat(town.afterAKill(folder.resolve("killed")).reasons())
        .isEqualTo(java.util.Map.of("sent", (long) town.people()));
  }

  /// LinkWeChat looks at no errcode.
  @Test
  void anErrcodeThatIsNotZeroIsTheReasonOfThePerson() {
    town.faults("{\"codes\":{\"41048\":1}}");
    assertThat(town.send(UnaryOperator.identity(), 5).empty()).isTrue();

    assertThat(town.taken()).isZero();
    assertThat(town.progress().failures())
        .isEqualTo(java.util.Map.of("41048", (long) town.people()));
    assertThat(town.progress().reasons())
        .isEqualTo(java.util.Map.of("refused", (long) town.people()));
  }
}
