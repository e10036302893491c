package io.huoshui.engine.picks;

import io.huoshui.audience.Condition;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
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

  private record Kept(long block, Stamp stamp, Object answer) {}

  /// What is kept of one leaf.
  public final class Leaf {
    /// By place: where a block lies among all; its successor takes its place.
    private volatile @Nullable Kept[] byPlace = new @Nullable Kept[0];

    private long people;
    private int asked;
    private boolean forgotten;

    private @Nullable Kept at(int place, long block, Stamp stamp) {
      @Nullable Kept[] all = byPlace;
      Kept kept = place < all.length ? all[place] : null;
      return kept != null && kept.block == block && kept.stamp.equals(stamp) ? kept : null;
    }

    /// Whether an answer is kept.
    ///
    /// @param place where the block lies among all
    public boolean has(int place, long block, Stamp stamp) {
      return at(place, block, stamp) != null;
    }

    /// What was said of a block, as [Plan.Asker] gives it.
    ///
    /// @param found set to true when it was kept
    public @Nullable Object get(int place, long block, Stamp stamp, boolean[] found) {
      Kept kept = at(place, block, stamp);
      found[0] = kept != null;
      return kept == null || kept.answer == NOBODY ? null : kept.answer;
    }

    /// Keeps what was said.
    ///
    /// @param bits a bit per person; copied
    /// @return it as [Plan.Asker] gives it
    public synchronized @Nullable Object put(int place, long block, Stamp stamp, long[] bits) {
      Object answer = packed(bits);
      if (!forgotten) {
        @Nullable Kept[] all = byPlace;
        if (place >= all.length) {
          all = Arrays.copyOf(all, Math.max(place + 1, all.length * 2));
          byPlace = all;
        }
        forget(all, place);
        // What is read without the lock is whole, or not there yet: a record's fields are final.
        all[place] = new Kept(block, stamp, answer);
        bytes.add(size(answer));
        people += count(answer);
        asked++;
      }
      return answer == NOBODY ? null : answer;
    }

    private void forget(@Nullable Kept[] all, int place) {
      Kept before = all[place];
      if (before != null) {
        all[place] = null;
        bytes.add(-size(before.answer));
        people -= count(before.answer);
        asked--;
      }
    }

    private synchronized void keepOnly(LongPredicate there) {
      @Nullable Kept[] all = byPlace;
      for (int place = 0; place < all.length; place++) {
        Kept kept = all[place];
        if (kept != null && !there.test(kept.block)) {
          forget(all, place);
        }
      }
    }

    /// Whoever still asks with it keeps nothing more.
    private synchronized void forget() {
      keepOnly(_ -> false);
      forgotten = true;
    }

    /// Of how many people it held where it is known, or a guess.
    public synchronized double share(double guess) {
      return asked == 0 ? guess : people / ((double) asked * Plan.PEOPLE);
    }
  }

  /// Counts what askers found, and what they did not.
  public void counted(long there, long asked) {
    found.add(there);
    missed.add(asked - there);
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
          gone.forget();
        }
      }
      return leaves.computeIfAbsent(leaf, _ -> new Leaf());
    }
  }

  /// Forgets what was said of blocks that are no more.
  public void keepOnly(LongPredicate there) {
    synchronized (leaves) {
      for (Leaf leaf : leaves.values()) {
        leaf.keepOnly(there);
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
