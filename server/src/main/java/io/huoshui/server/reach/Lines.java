package io.huoshui.server.reach;

import io.huoshui.dialog.Pacing;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/// A channel that hands over no more calls than its lines take; the others wait in the outbox.
final class Lines implements Channel {
  /// How long the channel rests when all lines are taken.
  private static final int REST_SECONDS = 5;

  private final Channel behind;
  private final Pacing pacing;
  private final IntSupplier underWay;

  /// @param underWay calls that ring, or are talks
  Lines(Channel behind, Pacing pacing, IntSupplier underWay) {
    this.behind = behind;
    this.pacing = pacing;
    this.underWay = underWay;
  }

  @Override
  public ChannelKind kind() {
    return behind.kind();
  }

  @Override
  public int largestBatch() {
    return Math.min(behind.largestBatch(), pacing.lines());
  }

  @Override
  public Optional<Outcome.Later> closed() {
    int now = underWay.getAsInt();
    return pacing.begin(now, 0, 0) > 0 ? behind.closed() : Optional.of(taken(now));
  }

  private Outcome.Later taken(int now) {
    return new Outcome.Later(
        "lines_taken", now + " calls are under way on " + pacing.lines() + " lines", REST_SECONDS);
  }

  @Override
  public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
    int now = underWay.getAsInt();
    // One call per line: nobody waits here for whoever answers beyond that.
    int free = pacing.begin(now, 0, 0);
    int taken = Math.min(free, envelopes.size());
    var outcomes = new ArrayList<Outcome>(envelopes.size());
    if (taken > 0) {
      outcomes.addAll(behind.handOver(batchId, envelopes.subList(0, taken)));
    }
    for (int i = taken; i < envelopes.size(); i++) {
      outcomes.add(taken(now));
    }
    return outcomes;
  }

  @Override
  public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
    return behind.reconcile(batchId, envelopes, handedOver);
  }
}
