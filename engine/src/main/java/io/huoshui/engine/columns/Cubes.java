package io.huoshui.engine.columns;

import io.huoshui.event.Value;
import io.huoshui.insight.tree.Cube;
import io.huoshui.insight.tree.Metric;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What [Cube#add] counts, over blocks: the events of a leaf are found as bits, and only of these
/// members and values are looked up. For one thread, block after block.
public final class Cubes implements Loop<Cube> {
  private static final int NONE = -1;
  private static final int SOURCE = -2;

  private static final Window.Span ALL_TIME = new Window.Span(Long.MIN_VALUE, Long.MAX_VALUE);

  private final Leaf[] leaves;
  private @Nullable Run run;

  public Cubes(Cube.Asked asked) {
    this.leaves = new Leaf[asked.leaves().size()];
    for (int leaf = 0; leaf < leaves.length; leaf++) {
      leaves[leaf] = new Leaf(asked.leaves().get(leaf).fold(), asked.keys(leaf), asked.span());
    }
  }

  /// One leaf, bound to block after block.
  private static final class Leaf {
    final Metric.Which which;
    private final Matcher[] matchers;

    /// Of what has to come after; none when nothing has to.
    private final Matcher[] followers;

    final long withinMs;
    private final List<String> keys;
    private final int[] codes;
    private final String property;
    private int code = NONE;
    private long[] bits = {};

    Leaf(Metric.Origin.Folded fold, List<String> keys, Window.Span span) {
      this.which = fold.which();
      // Whether an event is the first its own days do not say.
      Window.Span looked =
          which == Metric.Which.EVERY ? span : new Window.Span(Long.MIN_VALUE, span.toMs());
      this.matchers =
          fold.events().stream()
              .map(pattern -> Matcher.of(pattern, looked))
              .toArray(Matcher[]::new);
      Metric.Follow follow = fold.follow();
      this.followers =
          follow == null
              ? new Matcher[0]
              : follow.events().stream()
                  .map(pattern -> Matcher.of(pattern, ALL_TIME))
                  .toArray(Matcher[]::new);
      this.withinMs = follow == null ? 0 : follow.within().toMillis();
      this.keys = keys;
      this.codes = new int[keys.size()];
      this.property = fold.property();
    }

    /// @return whether the block may have such events
    boolean bind(Block block) {
      boolean occurs = false;
      for (Matcher matcher : matchers) {
        matcher.bind(block);
        occurs |= matcher.occurs();
      }
      for (Matcher follower : followers) {
        follower.bind(block);
      }
      for (int i = 0; i < codes.length; i++) {
        codes[i] =
            keys.get(i).equals(EventPattern.SOURCE) ? SOURCE : block.words().findKey(keys.get(i));
      }
      code = property.isEmpty() ? NONE : block.words().findKey(property);
      return occurs;
    }

    long[] bits(Run run) {
      if (matchers.length == 1) {
        return matchers[0].bits(run);
      }
      int words = run.rowWords();
      if (bits.length < words) {
        bits = new long[words];
      }
      Arrays.fill(bits, 0, words, 0);
      for (Matcher matcher : matchers) {
        long[] more = matcher.bits(run);
        for (int word = 0; word < words; word++) {
          bits[word] |= more[word];
        }
      }
      return bits;
    }

    /// Whether what has to come after a row of a person came.
    boolean followed(Run run, int row, int to) {
      if (followers.length == 0) {
        return true;
      }
      long last = run.timeMs(row) + withinMs;
      for (Matcher follower : followers) {
        int next = Bits.first(follower.bits(run), row + 1, to);
        if (next >= 0 && run.timeMs(next) <= last) {
          return true;
        }
      }
      return false;
    }

    List<@Nullable String> members(Block block, int row) {
      List<@Nullable String> members = new ArrayList<>(codes.length);
      for (int key : codes) {
        members.add(
            key == SOURCE
                ? block.words().sourceOf(block.source(row))
                : Cube.member(key == NONE ? null : block.property(row, key)));
      }
      return members;
    }

    @Nullable Value value(Block block, int row) {
      return code == NONE ? null : block.property(row, code);
    }
  }

  @Override
  public void over(Block block, long @Nullable [] skip, Cube into) {
    Run here = run;
    if (here == null) {
      here = new Run(block);
      run = here;
    }
    here.begin(block);
    boolean[] occurs = new boolean[leaves.length];
    for (int leaf = 0; leaf < leaves.length; leaf++) {
      occurs[leaf] = leaves[leaf].bind(block);
    }
    long[][] bits = new long[leaves.length][];
    while (here.next()) {
      for (int leaf = 0; leaf < leaves.length; leaf++) {
        bits[leaf] = occurs[leaf] ? leaves[leaf].bits(here) : new long[0];
      }
      for (int local = 0; local < here.locals; local++) {
        int from = here.starts[local];
        int to = here.starts[local + 1];
        if (from == to || (skip != null && Bits.get(skip, here.firstLocal + local))) {
          continue;
        }
        into.person();
        for (int leaf = 0; leaf < leaves.length; leaf++) {
          if (occurs[leaf]) {
            events(here, leaf, bits[leaf], from, to, into);
          }
        }
      }
    }
  }

  private void events(Run run, int leaf, long[] bits, int from, int to, Cube into) {
    Leaf of = leaves[leaf];
    boolean first = true;
    for (int row = Bits.first(bits, from, to); row >= 0; row = Bits.first(bits, row + 1, to)) {
      if (Cube.counts(of.which, first)) {
        long timeMs = run.timeMs(row);
        if (into.spans(timeMs) && of.followed(run, row, to)) {
          int ofBlock = run.firstRow + row;
          into.happened(leaf, timeMs, of.members(run.block, ofBlock), of.value(run.block, ofBlock));
        }
      }
      first = false;
    }
  }
}
