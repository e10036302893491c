package io.huoshui.server.acquisition;

import io.huoshui.server.acquisition.SeatStore.Ask;
import io.huoshui.server.acquisition.SeatStore.Reserved;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Places for people who open one code's page at the same time: whoever comes while a transaction
/// is under way is served by the next one, all together. A crowd before one code is so no queue of
/// transactions, each of which would wait for the lock of the day.
@Component
class Reservations {
  private static final int MOST_TOGETHER = 500;

  private final SeatStore seats;
  private final Map<String, Line> lines = new ConcurrentHashMap<>();

  Reservations(SeatStore seats) {
    this.seats = seats;
  }

  private static final class Turn {
    private final Ask ask;
    private @Nullable Reserved reserved;
    private @Nullable RuntimeException failed;

    Turn(Ask ask) {
      this.ask = ask;
    }

    boolean over() {
      return reserved != null || failed != null;
    }
  }

  private static final class Line {
    private final Queue<Turn> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock one = new ReentrantLock();
  }

  /// As [SeatStore#reserve], for one.
  Reserved reserve(Ask ask, Duration lease, ZoneId zone) {
    Line line = lines.computeIfAbsent(ask.code().about().name(), _ -> new Line());
    var own = new Turn(ask);
    line.waiting.add(own);
    line.one.lock();
    try {
      while (!own.over()) {
        serve(line, lease, zone);
      }
    } finally {
      line.one.unlock();
    }
    if (own.failed != null) {
      throw own.failed;
    }
    if (own.reserved == null) {
      throw new IllegalStateException("Served, and nothing came of it");
    }
    return own.reserved;
  }

  private void serve(Line line, Duration lease, ZoneId zone) {
    var together = new ArrayList<Turn>();
    for (Turn turn = line.waiting.poll(); turn != null; turn = line.waiting.poll()) {
      together.add(turn);
      if (together.size() == MOST_TOGETHER) {
        break;
      }
    }
    serve(together, lease, zone);
  }

  private void serve(List<Turn> together, Duration lease, ZoneId zone) {
    try {
      List<Reserved> came =
          seats.reserve(together.stream().map(turn -> turn.ask).toList(), lease, zone);
      for (int i = 0; i < together.size(); i++) {
        together.get(i).reserved = came.get(i);
      }
    } catch (RuntimeException e) {
      if (together.size() == 1) {
        together.getFirst().failed = e;
      } else {
        // What is wrong with one of them takes no other's place.
        together.forEach(turn -> serve(List.of(turn), lease, zone));
      }
    }
  }
}
