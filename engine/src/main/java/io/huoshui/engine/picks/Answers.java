package io.huoshui.engine.picks;

import io.huoshui.audience.Condition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// What leaves said of blocks, kept while it is true: a block never changes, so only time can turn
/// what a leaf says of it, and the [Stamp] says under which times it was asked. For any thread.
public final class Answers {
  /// Shorter than the bits at four bytes a place.
  private static final int FEW = Plan.PEOPLE / 64;

  private static final Object NOBODY = new Object();

  private final long most;
  private final LongAdder bytes = new LongAdder();
  private final LongAdder found = new LongAdder();
  private final LongAdder missed = new LongAdder();

  /// By when they were asked for last.
  private final Map<Condition, Leaf> leaves = new LinkedHashMap<>(64, 0.75f, true);

  /// @param most how many bytes are kept
  public Answers(long most) {
    this.most = most;
  }

  /// The times a leaf was asked under, as far as they can make a difference to a block.
  public record Stamp(long one, long two, long three) {
    /// Whatever the time.
    public static final Stamp ALWAYS = new Stamp(0, 0, 0);
  }

  private record Kept(Stamp stamp, Object answer) {}

  /// What is kept of one leaf.
  public final class Leaf {
    private final Map<Long, Kept> byBlock = new ConcurrentHashMap<>();
    private final LongAdder people = new LongAdder();
    private final LongAdder asked = new LongAdder();

    /// Whether an answer is kept.
    public boolean has(long block, Stamp stamp) {
      Kept kept = byBlock.get(block);
      return kept != null && kept.stamp().equals(stamp);
    }

    /// What was said of a block, as [Plan.Asker] gives it.
    ///
    /// @param found set to true when it was kept
    public @Nullable Object get(long block, Stamp stamp, boolean[] found) {
      Kept kept = byBlock.get(block);
      found[0] = kept != null && kept.stamp().equals(stamp);
      if (kept == null || !found[0]) {
        missed.increment();
        return null;
      }
      Answers.this.found.increment();
      return kept.answer() == NOBODY ? null : kept.answer();
    }

    /// Keeps what was said.
    ///
    /// @param bits a bit per person; copied
    /// @return it as [Plan.Asker] gives it
    public @Nullable Object put(long block, Stamp stamp, long[] bits) {
      Object answer = packed(bits);
      Kept before = byBlock.put(block, new Kept(stamp, answer));
      bytes.add(size(answer) - (before == null ? 0 : size(before.answer())));
      people.add(count(answer) - (before == null ? 0 : count(before.answer())));
      asked.add(before == null ? 1 : 0);
      return answer == NOBODY ? null : answer;
    }

    /// Of how many people it held where it is known, or a guess.
    public double share(double guess) {
      long blocks = asked.sum();
      return blocks == 0 ? guess : people.sum() / ((double) blocks * Plan.PEOPLE);
    }
  }

  private static Object packed(long[] bits) {
    int count = 0;
    for (int i = 0; i < bits.length && i < Plan.WORDS; i++) {
      count += Long.bitCount(bits[i]);
    }
    if (count == 0) {
      return NOBODY;
    }
    if (count > FEW) {
      var copy = new long[Plan.WORDS];
      System.arraycopy(bits, 0, copy, 0, Math.min(bits.length, Plan.WORDS));
      return copy;
    }
    var few = new char[count];
    int at = 0;
    for (int i = 0; at < count; i++) {
      for (long word = bits[i]; word != 0; word &= word - 1) {
        few[at++] = (char) (i << 6 | Long.numberOfTrailingZeros(word));
      }
    }
    return few;
  }

  private static long size(Object answer) {
    return 96
        + switch (answer) {
          case long[] bits -> 8L * bits.length;
          case char[] few -> 2L * few.length;
          default -> 0;
        };
  }

  private static long count(Object answer) {
    return switch (answer) {
      case long[] bits -> {
        long count = 0;
        for (long word : bits) {
          count += Long.bitCount(word);
        }
        yield count;
      }
      case char[] few -> few.length;
      default -> 0;
    };
  }

  /// What is kept of a leaf, perhaps nothing yet. Makes room by forgetting what was not asked for
  /// longest.
  public Leaf of(Condition leaf) {
    synchronized (leaves) {
      if (bytes.sum() > most) {
        var eldest = leaves.entrySet().iterator();
        while (eldest.hasNext() && bytes.sum() > most / 2) {
          Leaf gone = eldest.next().getValue();
          eldest.remove();
          gone.byBlock.values().forEach(kept -> bytes.add(-size(kept.answer())));
        }
      }
      return leaves.computeIfAbsent(leaf, _ -> new Leaf());
    }
  }

  /// Forgets what was said of blocks that are no more.
  public void keepOnly(LongPredicate there) {
    synchronized (leaves) {
      for (Leaf leaf : leaves.values()) {
        leaf.byBlock
            .entrySet()
            .removeIf(
                entry -> {
                  if (there.test(entry.getKey())) {
                    return false;
                  }
                  bytes.add(-size(entry.getValue().answer()));
                  leaf.people.add(-count(entry.getValue().answer()));
                  leaf.asked.decrement();
                  return true;
                });
      }
    }
  }

  public long bytes() {
    return bytes.sum();
  }

  /// How often an answer was there.
  public long found() {
    return found.sum();
  }

  /// How often it was not.
  public long missed() {
    return missed.sum();
  }
}
