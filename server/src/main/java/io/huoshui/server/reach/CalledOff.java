package io.huoshui.server.reach;

import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/// Journeys of which nothing leaves any more. What still waits in the outbox is refused as
/// `cancelled` when its turn comes, without a call.
@Component
public class CalledOff {
  private static final String CODE = "cancelled";

  private final Set<String> journeys = ConcurrentHashMap.newKeySet();

  public void add(String journey) {
    journeys.add(journey);
  }

  boolean has(Channel.Envelope envelope) {
    // journey/version/profile/entry/step
    int end = envelope.key().indexOf('/');
    return end > 0 && journeys.contains(envelope.key().substring(0, end));
  }

  /// A channel that is not called for what was called off.
  Channel guard(Channel channel) {
    return new Channel() {
      @Override
      public ChannelKind kind() {
        return channel.kind();
      }

      @Override
      public int largestBatch() {
        return channel.largestBatch();
      }

      @Override
      public boolean asked() {
        return channel.asked();
      }

      @Override
      public List<Receipt> receipts(String platformId) {
        return channel.receipts(platformId);
      }

      @Override
      public Optional<Outcome.Later> closed() {
        return channel.closed();
      }

      @Override
      public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
        if (journeys.isEmpty()) {
          return channel.handOver(batchId, envelopes);
        }
        List<Envelope> rest = envelopes.stream().filter(each -> !has(each)).toList();
        List<Outcome> said = rest.isEmpty() ? List.of() : channel.handOver(batchId, rest);
        var outcomes = new ArrayList<Outcome>(envelopes.size());
        int next = 0;
        for (Envelope envelope : envelopes) {
          outcomes.add(
              has(envelope)
                  ? new Outcome.Refused(CODE, "The mass task was called off.")
                  : said.get(next++));
        }
        return outcomes;
      }

      @Override
      public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
        return channel.reconcile(batchId, envelopes, handedOver);
      }
    };
  }
}
