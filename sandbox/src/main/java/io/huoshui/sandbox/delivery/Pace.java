package io.huoshui.sandbox.delivery;

import io.huoshui.sandbox.world.World;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Steps the clock and empties the agenda; one step at a time.
public final class Pace {
  /// Where the clock is now, and what was delivered by this step.
  public record Progress(Instant clock, Map<String, Long> delivered) {}

  private final World world;
  private final @Nullable Courier courier;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Also> also = new CopyOnWriteArrayList<>();

  /// What else happens when the clock has moved.
  public interface Also {
    /// @return how many of each kind
    Map<String, Long> at(Instant clock) throws InterruptedException;
  }

  /// @param courier null when nobody is to be told: then time passes and what people do is only to
  ///   be seen on their phones
  public Pace(World world, @Nullable Courier courier) {
    this.world = world;
    this.courier = courier;
  }

  public void also(Also more) {
    also.add(more);
  }

  /// Moves the clock to a moment and returns when the server has durably answered everything due by
  /// then. The same or an earlier moment only delivers what a broken-off step left.
  public Progress to(Instant moment) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Instant clock = world.step(moment);
      var delivered = new TreeMap<String, Long>();
      for (World.Chunk chunk = world.next(); chunk != null; chunk = world.next()) {
        if (courier != null) {
          courier
              .deliver(chunk.dues())
              .forEach((kind, count) -> delivered.merge(kind, count, Long::sum));
        }
        world.delivered(chunk);
      }
      for (Also more : also) {
        more.at(clock).forEach((kind, count) -> delivered.merge(kind, count, Long::sum));
      }
      return new Progress(clock, delivered);
    } finally {
      lock.unlock();
    }
  }
}
