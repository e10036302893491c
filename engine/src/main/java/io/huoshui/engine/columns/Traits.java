package io.huoshui.engine.columns;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongPredicate;

/// The traits that rules asked for, sliced, by trait and block. Derived: what is not there is read
/// from the block. For any thread.
public final class Traits {
  private final long most;
  private final LongAdder bytes = new LongAdder();

  /// By when they were asked for last.
  private final Map<String, Map<Long, Slices>> byTrait = new LinkedHashMap<>(16, 0.75f, true);

  /// @param most how many bytes are kept
  public Traits(long most) {
    this.most = most;
  }

  /// A trait of a block's people.
  public Slices of(Block block, String trait) {
    return blocks(trait)
        .computeIfAbsent(
            block.number(),
            _ -> {
              Slices slices = Slices.of(block, trait);
              bytes.add(slices.bytes());
              return slices;
            });
  }

  /// Whether it is there already.
  public boolean has(Block block, String trait) {
    return blocks(trait).containsKey(block.number());
  }

  private Map<Long, Slices> blocks(String trait) {
    synchronized (byTrait) {
      Map<Long, Slices> found = byTrait.computeIfAbsent(trait, _ -> new ConcurrentHashMap<>());
      var eldest = byTrait.values().iterator();
      while (bytes.sum() > most && eldest.hasNext()) {
        Map<Long, Slices> gone = eldest.next();
        // The one asked for now is the latest.
        if (eldest.hasNext()) {
          eldest.remove();
          gone.values().forEach(slices -> bytes.add(-slices.bytes()));
        }
      }
      return found;
    }
  }

  /// Forgets blocks that are no more.
  public void keepOnly(LongPredicate there) {
    synchronized (byTrait) {
      for (Map<Long, Slices> blocks : byTrait.values()) {
        blocks
            .entrySet()
            .removeIf(
                entry -> {
                  boolean gone = !there.test(entry.getKey());
                  if (gone) {
                    bytes.add(-entry.getValue().bytes());
                  }
                  return gone;
                });
      }
    }
  }

  public long bytes() {
    return bytes.sum();
  }
}
