package io.huoshui.insight.sheet;

import io.huoshui.profile.Buyers;
import io.huoshui.profile.Rfm;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a first look at everybody found: how often things are, when they were first, what people
/// amount to. Looks at different people add up.
public final class FirstLook {
  /// Of questions that look once.
  public static final FirstLook NOTHING = new FirstLook();

  private final Map<String, Long> counts = new HashMap<>();
  private final Map<String, Long> earliest = new HashMap<>();
  private final Buyers[] buyers = {new Buyers(), new Buyers()};
  private final Buyers.@Nullable Scale[] scales = new Buyers.Scale[2];
  private long[] amounts = new long[16];
  private int size;
  private boolean settled;
  private @Nullable Commonest commonest;

  public void count(String key) {
    counts.merge(key, 1L, Long::sum);
  }

  public void at(String key, long timeMs) {
    earliest.merge(key, timeMs, Math::min);
  }

  /// @param when 0 for now, 1 for then
  public void buyer(int when, Rfm rfm) {
    buyer(when, rfm.recencyDays(), rfm.frequency(), rfm.monetaryFen());
  }

  public void buyer(int when, int recencyDays, int frequency, long monetaryFen) {
    buyers[when].add(recencyDays, frequency, monetaryFen);
  }

  public void amount(long amount) {
    if (size == amounts.length) {
      amounts = Arrays.copyOf(amounts, size * 2);
    }
    amounts[size++] = amount;
  }

  public void add(FirstLook other) {
    other.counts.forEach((key, count) -> counts.merge(key, count, Long::sum));
    other.earliest.forEach((key, at) -> earliest.merge(key, at, Math::min));
    for (int when = 0; when < buyers.length; when++) {
      buyers[when].add(other.buyers[when]);
    }
    for (int i = 0; i < other.size; i++) {
      amount(other.amounts[i]);
    }
  }

  /// Ends the look: what is asked of it from now on does not change it, so threads may share it.
  public void settle() {
    Arrays.sort(amounts, 0, size);
    settled = true;
    for (int when = 0; when < buyers.length; when++) {
      scales[when] = buyers[when].scale();
    }
  }

  /// The commonest keys, of equally common ones the first in the order of text. Of a settled look
  /// they are found once, however many people are asked about.
  public Set<String> commonest(int most) {
    Commonest found = commonest;
    if (found == null || found.most() != most) {
      found = new Commonest(most, find(most));
      // Two threads may both look; they find the same.
      commonest = settled ? found : null;
    }
    return found.keys();
  }

  private record Commonest(int most, Set<String> keys) {}

  private Set<String> find(int most) {
    var found = new LinkedHashSet<String>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(most)
        .forEach(entry -> found.add(entry.getKey()));
    return Collections.unmodifiableSet(found);
  }

  public int kinds() {
    return counts.size();
  }

  public @Nullable Long earliest(String key) {
    return earliest.get(key);
  }

  /// The score of a buyer among all buyers.
  public Rfm.Cell scored(int when, Rfm rfm) {
    Buyers.Scale scale = scales[when];
    if (scale == null) {
      throw new IllegalStateException("Nobody is scored before everybody was looked at");
    }
    return scale.score(rfm);
  }

  public int amounts() {
    return size;
  }

  /// Amounts from the largest down, by rank from 0.
  public long largest(int rank) {
    if (!settled) {
      throw new IllegalStateException("Nothing is ranked before everybody was looked at");
    }
    return amounts[size - 1 - rank];
  }
}
