package io.huoshui.insight.sheet;

import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A tally per group of people. One per thread; they add up.
public final class Grouped implements Total<Grouped> {
  /// Whoever is in none of the groups that are shown.
  public static final String OTHERS = "…";

  private final By by;
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private long people;

  /// @param groups that are shown; the others are put together
  /// @param scene of one thread
  public Grouped(Question question, By by, List<String> groups, FirstLook first, Scene scene) {
    this.by = by;
    if (by instanceof By.Nothing) {
      tallies.put("", new Tally(question, first, scene));
    } else {
      groups.forEach(group -> tallies.put(group, new Tally(question, first, scene)));
      tallies.put(OTHERS, new Tally(question, first, scene));
    }
  }

  @Override
  public void add(Timeline timeline) {
    people++;
    Tally tally = tallies.get(by.of(timeline));
    if (tally == null) {
      tally = tallies.get(OTHERS);
    }
    if (tally == null) {
      throw new IllegalStateException("Nobody is outside of everybody");
    }
    tally.add(timeline);
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
    Tally all = tallies.get("");
    if (all != null) {
      all.addWithoutEvents(more);
    }
  }

  @Override
  public void add(Grouped other) {
    people += other.people;
    other.tallies.forEach(
        (group, theirs) -> {
          Tally ours = tallies.get(group);
          if (ours == null) {
            throw new IllegalArgumentException("'" + group + "' is no group here");
          }
          ours.add(theirs);
        });
  }

  /// The one tally of those who are not told apart, for a host that counts by itself.
  public Tally all() {
    Tally all = tallies.get("");
    if (all == null) {
      throw new IllegalStateException("These people are told apart");
    }
    return all;
  }

  /// Counts people whom a host put into [#all] by itself.
  public void counted(long more) {
    people += more;
    all().counted(more);
  }

  @Override
  public long people() {
    return people;
  }

  public Map<String, Tally> tallies() {
    return tallies;
  }
}
