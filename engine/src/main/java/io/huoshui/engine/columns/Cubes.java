package io.huoshui.engine.columns;

import io.huoshui.insight.tree.Cube;
import io.huoshui.insight.tree.Metric;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What [Cube#add] counts, over blocks: the events of a leaf are found as bits, and only of these
/// members and values are looked up; members by the codes of their texts, once for all leaves. For
/// one thread, block after block.
public final class Cubes implements Loop<Cube> {
  private static final int UNKNOWN = -2;

  private static final Window.Span ALL_TIME = new Window.Span(Long.MIN_VALUE, Long.MAX_VALUE);

  private final Leaf[] leaves;
  private final List<Key> keys = new ArrayList<>();
  private final List<Members> members = new ArrayList<>();
  private @Nullable Run run;

  /// What the leaves' groups are of.
  private @Nullable Cube into;

  /// Per row of the stretch of rows its stretch of time.
  private int[] stretches = {};

  public Cubes(Cube.Asked asked) {
    this.leaves = new Leaf[asked.leaves().size()];
    for (int leaf = 0; leaf < leaves.length; leaf++) {
      leaves[leaf] =
          new Leaf(leaf, asked.leaves().get(leaf).fold(), members(asked.keys(leaf)), asked.span());
    }
  }

  /// Leaves with the same keys look members up together.
  private Members members(List<String> wanted) {
    for (Members known : members) {
      if (known.keys.stream().map(key -> key.name).toList().equals(wanted)) {
        return known;
      }
    }
    var made = new Members(wanted.stream().map(this::key).toList());
    members.add(made);
    return made;
  }

  private Key key(String wanted) {
    for (Key known : keys) {
      if (known.name.equals(wanted)) {
        return known;
      }
    }
    var made = new Key(wanted);
    keys.add(made);
    return made;
  }

  /// The members one property says, numbered as they are met.
  private static final class Key {
    final String name;
    final List<String> called = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private @Nullable Words words;

    /// Per code of a source, or of a text of the dictionary, the number.
    private int[] ofCode = {};

    private Column[] columns = {};

    Key(String name) {
      this.name = name;
    }

    void bind(Block block) {
      if (words != block.words()) {
        words = block.words();
        Arrays.fill(ofCode, UNKNOWN);
      }
      columns =
          name.equals(EventPattern.SOURCE)
              ? new Column[0]
              : block.columns(block.words().findKey(name));
    }

    int number(Block block, int row) {
      if (name.equals(EventPattern.SOURCE)) {
        int code = block.source(row);
        int known = ofCode(code);
        return known == UNKNOWN ? ofCode(code, block.words().sourceOf(code)) : known;
      }
      for (Column column : columns) {
        int index = column.index(row);
        if (index >= 0) {
          if (column.type != Column.Type.TEXT) {
            return number(Cube.member(column.value(index)));
          }
          int code = (int) column.values.get(index);
          int known = ofCode(code);
          return known == UNKNOWN ? ofCode(code, Cube.member(column.value(index))) : known;
        }
      }
      return number(Cube.member(null));
    }

    private int ofCode(int code) {
      return code < ofCode.length ? ofCode[code] : UNKNOWN;
    }

    private int ofCode(int code, String member) {
      if (code >= ofCode.length) {
        int before = ofCode.length;
        ofCode = Arrays.copyOf(ofCode, Math.max(code + 1, 2 * before));
        Arrays.fill(ofCode, before, ofCode.length, UNKNOWN);
      }
      ofCode[code] = number(member);
      return ofCode[code];
    }

    private int number(String member) {
      Integer known = numbers.putIfAbsent(member, called.size());
      if (known == null) {
        called.add(member);
        return called.size() - 1;
      }
      return known;
    }
  }

  /// The members several keys say together, numbered as they are met.
  private static final class Members {
    final List<Key> keys;

    /// Per key the number of the members before it with that of its own, to that of all these.
    private final List<Map<Long, Integer>> pairs = new ArrayList<>();

    /// Per row of the stretch.
    private int[] numbers = {};

    Members(List<Key> keys) {
      this.keys = keys;
      keys.forEach(_ -> pairs.add(new HashMap<>()));
    }

    void begin(int rows) {
      if (numbers.length < rows) {
        numbers = new int[rows];
      }
      Arrays.fill(numbers, 0, rows, UNKNOWN);
    }

    int number(Run run, int row) {
      int known = numbers[row];
      if (known == UNKNOWN) {
        known = number(run.block, run.firstRow + row);
        numbers[row] = known;
      }
      return known;
    }

    private int number(Block block, int row) {
      if (keys.size() == 1) {
        return keys.getFirst().number(block, row);
      }
      int all = 0;
      for (int i = 0; i < keys.size(); i++) {
        int one = keys.get(i).number(block, row);
        Map<Long, Integer> known = pairs.get(i);
        Integer number = known.putIfAbsent((long) all << 32 | one, known.size());
        all = number == null ? known.size() - 1 : number;
      }
      return all;
    }

    /// Of a row, which has this number.
    List<@Nullable String> called(Block block, int row) {
      List<@Nullable String> called = new ArrayList<>(keys.size());
      for (Key key : keys) {
        called.add(key.called.get(key.number(block, row)));
      }
      return called;
    }
  }

  /// One leaf, bound to block after block.
  private static final class Leaf {
    final Metric.Which which;
    private final Matcher[] matchers;

    /// Of what has to come after; none when nothing has to.
    private final Matcher[] followers;

    final long withinMs;
    private final int number;
    private final Metric.Measure measure;
    private final Members members;
    private final String property;
    private Column[] columns = {};
    private long[] bits = {};

    /// Per number of members.
    private Cube.@Nullable Group[] groups = {};

    Leaf(int number, Metric.Origin.Folded fold, Members members, Window.Span span) {
      this.number = number;
      this.measure = fold.measure();
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
      this.members = members;
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
      columns = property.isEmpty() ? new Column[0] : block.columns(block.words().findKey(property));
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

    /// Forgets groups of another cube.
    void begin() {
      groups = new Cube.Group[0];
    }

    private Cube.Group group(Run run, int row, Cube into) {
      int place = members.number(run, row);
      if (place >= groups.length) {
        groups = Arrays.copyOf(groups, Math.max(place + 1, 2 * groups.length));
      }
      Cube.Group group = groups[place];
      if (group == null) {
        group = into.group(number, members.called(run.block, run.firstRow + row));
        groups[place] = group;
      }
      return group;
    }

    void happened(Run run, int row, int stretch, Cube into) {
      for (Column column : columns) {
        int index = column.index(run.firstRow + row);
        if (index >= 0) {
          Cube.Group group = group(run, row, into);
          if (measure == Metric.Measure.SUM && column.type == Column.Type.WHOLE) {
            into.summed(group, stretch, column.values.get(index));
          } else {
            into.happened(group, stretch, column.value(index));
          }
          return;
        }
      }
      if (measure.countsWithoutValue()) {
        into.happened(group(run, row, into), stretch, null);
      }
    }
  }

  @Override
  public void over(Block block, long @Nullable [] skip, Cube total) {
    Run here = run;
    if (here == null) {
      here = new Run(block);
      run = here;
    }
    if (into != total) {
      into = total;
      for (Leaf leaf : leaves) {
        leaf.begin();
      }
    }
    here.begin(block);
    keys.forEach(key -> key.bind(block));
    boolean[] occurs = new boolean[leaves.length];
    for (int leaf = 0; leaf < leaves.length; leaf++) {
      occurs[leaf] = leaves[leaf].bind(block);
    }
    long[][] bits = new long[leaves.length][];
    while (here.next()) {
      begin(here.rows);
      for (int leaf = 0; leaf < leaves.length; leaf++) {
        bits[leaf] = occurs[leaf] ? leaves[leaf].bits(here) : new long[0];
      }
      for (int local = 0; local < here.locals; local++) {
        int from = here.starts[local];
        int to = here.starts[local + 1];
        if (from == to || (skip != null && Bits.get(skip, here.firstLocal + local))) {
          continue;
        }
        total.person();
        for (int leaf = 0; leaf < leaves.length; leaf++) {
          if (occurs[leaf]) {
            events(here, leaves[leaf], bits[leaf], from, to, total);
          }
        }
      }
    }
  }

  private void begin(int rows) {
    if (stretches.length < rows) {
      stretches = new int[rows];
    }
    Arrays.fill(stretches, 0, rows, UNKNOWN);
    for (Members each : members) {
      each.begin(rows);
    }
  }

  private int stretch(Run run, int row, Cube total) {
    int known = stretches[row];
    if (known == UNKNOWN) {
      known = total.stretch(run.timeMs(row));
      stretches[row] = known;
    }
    return known;
  }

  private void events(Run run, Leaf leaf, long[] bits, int from, int to, Cube total) {
    boolean first = true;
    for (int row = Bits.first(bits, from, to); row >= 0; row = Bits.first(bits, row + 1, to)) {
      if (Cube.counts(leaf.which, first)) {
        int stretch = stretch(run, row, total);
        if (stretch >= 0 && leaf.followed(run, row, to)) {
          leaf.happened(run, row, stretch, total);
        }
      }
      if (leaf.which == Metric.Which.FIRST) {
        return;
      }
      first = false;
    }
  }
}
