package io.huoshui.engine.rehearsal;

import io.huoshui.engine.Engine.Reading;
import io.huoshui.engine.Replica;
import io.huoshui.engine.Seal;
import io.huoshui.engine.SegmentLog;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.profile.Timeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The people of a data folder as they were at an instant, and what they really did afterwards.
/// Their messages of then are not told again, nor what the engine did: the rehearsal's own take
/// their place. What they bought because of those messages can not be told from what they bought
/// anyway, and stays in.
public final class HistoryPeople implements People {
  /// Whoever ordered nothing for so long has stopped.
  static final Duration SILENT = Duration.ofDays(180);

  private static final long AVERAGE_FEN = 6_000;

  /// What only says what became of messages and coupons of then.
  private static final Set<String> OF_MESSAGES =
      Set.of(
          "message_delivered",
          "message_failed",
          "message_replied",
          "link_clicked",
          "coupon_redeemed",
          "coupon_expired",
          "task_done");

  private final Opening opening;
  private final Deque<Event> afterwards = new ArrayDeque<>();
  private @Nullable Replica replica;

  /// How a replica is made of a folder.
  private interface Opening {
    Replica open(Consumer<Event> afterwards);
  }

  private HistoryPeople(Opening opening) {
    this.opening = opening;
  }

  /// Of a folder that no engine has.
  ///
  /// @param at when the rehearsal begins; [Instant#MAX] for where the log ends
  public HistoryPeople(Path folder, Seal seal, Instant at, Consumer<Reading> progress) {
    this(afterwards -> Replica.of(folder, seal, at, afterwards, progress));
  }

  /// Of a folder whose engine goes on: see [Replica#beside].
  public static HistoryPeople beside(
      Path folder, Seal seal, SegmentLog.Extent extent, Instant at, Consumer<Reading> progress) {
    return new HistoryPeople(
        afterwards -> Replica.beside(folder, seal, extent, at, afterwards, progress));
  }

  @Override
  public Replica open() {
    var after = new ArrayList<Event>();
    Replica opened = opening.open(after::add);
    after.removeIf(event -> OF_MESSAGES.contains(event.name()));
    after.sort(Comparator.comparing(Event::time));
    afterwards.addAll(after);
    replica = opened;
    return opened;
  }

  @Override
  public List<Event> until(long toMs) {
    var events = new ArrayList<Event>();
    for (Event next = afterwards.peek();
        next != null && next.time().toEpochMilli() <= toMs;
        next = afterwards.peek()) {
      events.add(afterwards.remove());
    }
    return events;
  }

  private Timeline timeline(Identifier who) {
    if (replica == null) {
      throw new IllegalStateException("Nobody is there before open()");
    }
    return replica.timeline(replica.find(who));
  }

  @Override
  public List<Event> order(Wish wish) {
    Timeline timeline = timeline(wish.who());
    long sum = 0;
    int orders = 0;
    for (int i = 0; i < timeline.size(); i++) {
      if (timeline.name(i).equals("order_paid")) {
        sum += timeline.whole(i, "amountFen");
        orders++;
      }
    }
    return Basket.of(
        wish.key(),
        List.of(wish.who()),
        orders == 0 ? AVERAGE_FEN : Math.max(1, sum / orders),
        Draw.of(1, wish.key(), 0),
        Map.of(),
        wish.coupon(),
        wish.discountFen(),
        wish.atMs());
  }

  @Override
  public double willing(Identifier who, long atMs, double silent) {
    Timeline timeline = timeline(who);
    for (int i = timeline.size() - 1; i >= 0; i--) {
      if (timeline.name(i).equals("order_paid")) {
        return timeline.timeMs(i) >= atMs - SILENT.toMillis() ? 1 : silent;
      }
    }
    return silent;
  }

  @Override
  public String source() {
    return "history";
  }
}
