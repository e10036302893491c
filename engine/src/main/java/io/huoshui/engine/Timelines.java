package io.huoshui.engine;

import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.BlockWriter;
import io.huoshui.engine.columns.Words;
import io.huoshui.event.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whose events are whose, in one lane: per local its events in order of (time, identifier,
/// arrival). The identifier stands between so that the order is the same however events of merged
/// people lie in storage.
///
/// ```
/// blocks   columns, one block per 16,384 locals, immutable, mapped        older
/// frozen   what is being written into the next blocks, or nothing
/// fresh    what came since                                                newer
/// ```
///
/// What a merge, an unmerge or an erasure takes away from a local is void in the blocks and in what
/// is frozen, and left out when blocks are written next.
final class Timelines {
  static final int RANGE_BITS = 14;
  static final int RANGE = 1 << RANGE_BITS;

  private Words words;
  private final int lane;
  private @Nullable Block[] blocks = new Block[0];
  private BitSet voidInBlocks = new BitSet();
  private @Nullable Delta frozen;
  private BitSet voidInFrozen = new BitSet();
  private Delta fresh;
  private int locals;
  private long size;
  private long changes;

  Timelines(Words words, int lane) {
    this(words, lane, new Delta(words));
  }

  private Timelines(Words words, int lane, Delta fresh) {
    this.words = words;
    this.lane = lane;
    this.fresh = fresh;
  }

  /// Puts an event into a timeline.
  ///
  /// @return the event's number, for [View#indexOf]
  int insert(int local, Event event, int node) {
    int number = fresh.store.add(event, node);
    fresh.place(local, number);
    grew(local, 1);
    return number;
  }

  private void grew(int local, int by) {
    locals = Math.max(locals, local + 1);
    size += by;
    changes++;
  }

  /// How many events the lane's timelines have together.
  long size() {
    return size;
  }

  /// How many events are in no block yet.
  int freshEvents() {
    return fresh.store.size();
  }

  /// Counts what changed: a view that saw the same count sees the same timelines.
  long changes() {
    return changes;
  }

  private @Nullable Block block(int local) {
    int range = local >>> RANGE_BITS;
    Block block = range < blocks.length ? blocks[range] : null;
    return block == null || (local & (RANGE - 1)) >= block.span() || voidInBlocks.get(local)
        ? null
        : block;
  }

  private @Nullable Delta frozen(int local) {
    Delta found = frozen;
    return found == null || found.count(local) == 0 || voidInFrozen.get(local) ? null : found;
  }

  /// Shows one timeline to a view.
  void show(int local, View view) {
    view.begin();
    Block block = block(local);
    if (block != null) {
      int of = local & (RANGE - 1);
      view.rows(block, of, block.rowsFrom(of), block.rowsTo(of));
    }
    Delta found = frozen(local);
    if (found != null) {
      view.events(found.store, found.events(local), found.count(local), false);
    }
    if (fresh.count(local) > 0) {
      view.events(fresh.store, fresh.events(local), fresh.count(local), true);
    }
    view.end();
  }

  /// Where an event goes that hangs on an identifier.
  interface Home {
    Timelines timelines(int node);

    int local(int node);
  }

  /// Moves all events of a timeline to where they belong; the order within each identifier stays.
  ///
  /// @param view to read with
  void move(int local, View view, Home home) {
    show(local, view);
    int count = view.size();
    if (count == 0) {
      return;
    }
    View.Parts parts = view.parts();
    empty(local, count);
    for (int i = 0; i < count; i++) {
      int node = parts.node(i);
      home.timelines(node).adopt(home.local(node), parts, i);
    }
  }

  private void adopt(int local, View.Parts parts, int index) {
    fresh.place(local, parts.copy(index, fresh.store));
    grew(local, 1);
  }

  private void empty(int local, int count) {
    voidInBlocks.set(local);
    if (frozen != null) {
      voidInFrozen.set(local);
    }
    fresh.clear(local);
    size -= count;
    changes++;
  }

  /// Forgets a timeline.
  ///
  /// @param view to count with
  void erase(int local, View view) {
    show(local, view);
    if (view.size() > 0) {
      empty(local, view.size());
    }
  }

  /// Whether a local's events are all in its block: then the block alone answers for it.
  boolean inBlock(int local) {
    return fresh.count(local) == 0 && frozen(local) == null && !voidInBlocks.get(local);
  }

  /// The timelines as they are now, for a reader while these go on changing. Only to be read.
  Timelines still() {
    var still = new Timelines(words, lane, fresh.still());
    still.blocks = blocks;
    still.voidInBlocks = copy(voidInBlocks);
    still.frozen = frozen;
    still.voidInFrozen = copy(voidInFrozen);
    still.locals = locals;
    still.size = size;
    return still;
  }

  /// Other readers may be at it: cloning a set would trim the one they read.
  private static BitSet copy(BitSet set) {
    return BitSet.valueOf(set.toLongArray());
  }

  /// How many locals there are at most.
  int locals() {
    return locals;
  }

  /// Whether a local has events that are in no block.
  boolean beside(int local) {
    return fresh.count(local) > 0 || frozen(local) != null;
  }

  /// Of a range, the locals the block does not answer for: those with events that are in no block,
  /// and those whose rows are void. A bit per local.
  ///
  /// @param range number of the block
  /// @return null when there are none
  long @Nullable [] besideBlock(int range) {
    int from = range << RANGE_BITS;
    var marks = new long[RANGE / 64];
    Delta found = frozen;
    if (found != null) {
      found.mark(from, marks);
      clear(voidInFrozen, from, marks);
    }
    fresh.mark(from, marks);
    for (int local = voidInBlocks.nextSetBit(from);
        local >= 0 && local < from + RANGE;
        local = voidInBlocks.nextSetBit(local + 1)) {
      marks[(local - from) >>> 6] |= 1L << local;
    }
    for (long word : marks) {
      if (word != 0) {
        return marks;
      }
    }
    return null;
  }

  /// Of a range, the locals whose rows in the block are void; null when there are none.
  long @Nullable [] voids(int range) {
    int from = range << RANGE_BITS;
    int local = voidInBlocks.nextSetBit(from);
    if (local < 0 || local >= from + RANGE) {
      return null;
    }
    var voids = new long[RANGE / 64];
    for (; local >= 0 && local < from + RANGE; local = voidInBlocks.nextSetBit(local + 1)) {
      voids[(local - from) >>> 6] |= 1L << local;
    }
    return voids;
  }

  /// The names of a local's events that are in no block, by [Delta#bit].
  ///
  /// @param numbered by these the names are numbered; who counts otherwise may have any
  long freshNames(int local, Words numbered) {
    Delta aside = frozen(local);
    return (fresh.store.words() == numbered || fresh.count(local) == 0 ? fresh.names(local) : -1L)
        | (aside == null ? 0 : aside.store.words() == numbered ? aside.names(local) : -1L);
  }

  private static void clear(BitSet set, int from, long[] marks) {
    for (int local = set.nextSetBit(from);
        local >= 0 && local < from + RANGE;
        local = set.nextSetBit(local + 1)) {
      marks[(local - from) >>> 6] &= ~(1L << local);
    }
  }

  // Blocks.

  /// What is to be written into blocks: as it was when it was frozen, whatever changes meanwhile.
  static final class Rewrite {
    private final Words words;
    private final int lane;
    private final @Nullable Block[] blocks;
    private final BitSet voids;
    private final Delta frozen;
    private final int locals;

    private Rewrite(Timelines of, Delta frozen) {
      this.words = of.words;
      this.lane = of.lane;
      this.blocks = of.blocks.clone();
      this.voids = (BitSet) of.voidInBlocks.clone();
      this.frozen = frozen;
      this.locals = of.locals;
    }

    int lane() {
      return lane;
    }

    int ranges() {
      return (locals + RANGE - 1) >>> RANGE_BITS;
    }

    /// The block a range has now, or null.
    @Nullable Block block(int range) {
      return range < blocks.length ? blocks[range] : null;
    }

    /// Whether a range's block has to be written anew.
    boolean stale(int range) {
      Block old = block(range);
      if (old != null && old.words() != words) {
        return true;
      }
      int from = range << RANGE_BITS;
      int to = Math.min(locals, from + RANGE);
      int gone = voids.nextSetBit(from);
      if (gone >= 0 && gone < to) {
        return true;
      }
      for (int local = from; local < to; local++) {
        if (frozen.count(local) > 0) {
          return true;
        }
      }
      return false;
    }

    /// Writes a range: rows that are not void and frozen events, in one order.
    BlockWriter write(int range) {
      int from = range << RANGE_BITS;
      int span = Math.min(locals - from, RANGE);
      var writer = new BlockWriter(words, from * Lane.COUNT + lane, Lane.COUNT, span);
      Block old = block(range);
      int copied = 0;
      for (int local = 0; local < span; local++) {
        boolean gone = voids.get(from + local);
        int count = frozen.count(from + local);
        if (count == 0 && !gone) {
          continue;
        }
        copy(old, writer, copied, local);
        copied = local + 1;
        writer.local(local);
        Block rows = gone || old == null || local >= old.span() ? null : old;
        merge(rows, local, writer, frozen.events(from + local), count);
      }
      copy(old, writer, copied, span);
      return writer;
    }

    private static void copy(@Nullable Block old, BlockWriter writer, int from, int to) {
      if (old != null && from < Math.min(to, old.span())) {
        writer.copyLocals(old, from, Math.min(to, old.span()), 0);
      }
    }

    private void merge(
        @Nullable Block rows, int local, BlockWriter writer, int[] events, int count) {
      EventStore store = frozen.store;
      int row = rows == null ? 0 : rows.rowsFrom(local);
      int end = rows == null ? 0 : rows.rowsTo(local);
      int next = 0;
      while (row < end || next < count) {
        int until = row;
        while (rows != null
            && until < end
            && (next == count || first(rows, local, until, store, events[next]))) {
          until++;
        }
        if (rows != null && until > row) {
          writer.copy(rows, row, until);
          row = until;
        } else {
          store.write(events[next++], writer);
        }
      }
    }

    /// A row came before every frozen event.
    private static boolean first(Block rows, int local, int row, EventStore store, int event) {
      long time = rows.timeMs(row);
      long other = store.timeMs(event);
      return time < other || (time == other && rows.node(local, row) <= store.node(event));
    }
  }

  /// From the next [#freeze] on, everything is written with other words. What is frozen and in
  /// blocks keeps its own until it is written anew.
  void renew(Words renewed) {
    words = renewed;
  }

  /// Puts what is fresh aside, to be written into blocks. Ends with [#thaw] or [#take].
  Rewrite freeze() {
    Delta aside = fresh;
    frozen = aside;
    voidInFrozen = new BitSet();
    fresh = new Delta(words);
    changes++;
    return new Rewrite(this, aside);
  }

  /// Takes the blocks that hold everything that was frozen.
  void take(@Nullable Block[] written) {
    blocks = written;
    voidInBlocks = voidInFrozen;
    voidInFrozen = new BitSet();
    frozen = null;
    locals = Math.max(locals, span(written));
    changes++;
  }

  private static int span(@Nullable Block[] blocks) {
    for (int range = blocks.length - 1; range >= 0; range--) {
      Block block = blocks[range];
      if (block != null) {
        return (range << RANGE_BITS) + block.span();
      }
    }
    return 0;
  }

  /// Restores the blocks of a checkpoint into a lane that is empty.
  void restore(@Nullable Block[] written) {
    take(written);
    for (Block block : written) {
      size += block == null ? 0 : block.rows();
    }
  }

  /// The blocks could not be written: what was frozen is fresh again.
  void thaw() {
    Delta aside = frozen;
    if (aside == null) {
      return;
    }
    var both = new Delta(words);
    for (int local = 0; local < locals; local++) {
      if (!voidInFrozen.get(local)) {
        both.append(local, aside);
      }
      both.append(local, fresh);
    }
    frozen = null;
    voidInFrozen = new BitSet();
    fresh = both;
    changes++;
  }

  /// The blocks there are.
  List<Block> blocks() {
    var there = new ArrayList<Block>();
    for (Block block : blocks) {
      if (block != null) {
        there.add(block);
      }
    }
    return there;
  }

  /// Where events lie that are in no block yet, oldest first.
  List<EventStore> stores() {
    Delta aside = frozen;
    return aside == null ? List.of(fresh.store) : List.of(aside.store, fresh.store);
  }

  /// Per range its block, or null.
  @Nullable Block[] ranges() {
    return Arrays.copyOf(blocks, blocks.length);
  }

  long memoryBytes() {
    Delta aside = frozen;
    return fresh.store.memoryBytes() + (aside == null ? 0 : aside.store.memoryBytes());
  }
}
