package io.huoshui.bench;

import io.huoshui.engine.Bytes;
import io.huoshui.engine.Seal;
import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.BlockWriter;
import io.huoshui.engine.columns.Words;
import io.huoshui.json.Json;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What people cost as columns: twenty events each, one of them an update of twenty traits. The
/// identifiers are the host's and not in these figures. On the way, how fast blocks are written,
/// opened, and written again with fresh events merged in.
final class MemoryBench {
  /// Bytes per profile a host with identifiers may take (G10's first bar, less the identifiers).
  private static final double BAR = 200;

  private final int people;

  MemoryBench(int people) {
    this.people = people;
  }

  void run() {
    var words = new Words();
    var keys = new Shoppers.Keys(words);
    var seal = new Seal(new byte[32]);
    var sizes = new LinkedHashMap<String, Long>();
    List<MemorySegment> images = new ArrayList<>();
    long rows = 0;
    long began = System.nanoTime();
    long[] seconds = new long[20];
    for (int first = 0; first < people; first += Block.MOST_LOCALS) {
      int span = Math.min(Block.MOST_LOCALS, people - first);
      var writer = new BlockWriter(words, first, 1, span);
      for (int local = 0; local < span; local++) {
        writer.local(local);
        new Shoppers(first + local).life(writer, keys, (first + local) * 3, seconds);
      }
      rows += writer.rows();
      images.add(writer.finish(seal, first));
    }
    double written = (System.nanoTime() - began) / 1e9;
    began = System.nanoTime();
    List<Block> blocks = new ArrayList<>();
    for (MemorySegment image : images) {
      blocks.add(Block.read(image, words, seal));
    }
    double opened = (System.nanoTime() - began) / 1e9;
    long bytes = 0;
    for (Block block : blocks) {
      bytes += block.size();
      block.sizes().forEach((name, size) -> sizes.merge(name, size, Long::sum));
    }
    double merged = merge(blocks, words, keys, seal);
    var dictionaries = new Bytes();
    words.write(dictionaries);
    System.err.printf(
        Locale.ROOT,
        "memory: %,d people, %,d events, %,d blocks of %,.1f MB%n"
            + "  made up and written %,.2f M rows/s, opened and verified %,.0f MB/s,"
            + " merged with fresh rows %,.2f M rows/s, one thread%n",
        people,
        rows,
        blocks.size(),
        bytes / 1e6 / blocks.size(),
        rows / written / 1e6,
        bytes / 1e6 / opened,
        merged / 1e6);
    sizes.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            entry ->
                System.err.printf(
                    Locale.ROOT,
                    "  %-28s %8.2f B/profile%n",
                    entry.getKey(),
                    entry.getValue() / (double) people));
    var perColumn = new LinkedHashMap<String, Json>();
    sizes.forEach(
        (name, size) ->
            perColumn.put(
                name, new Json.Num(java.math.BigDecimal.valueOf(size * 100 / people, 2))));
    Figures.line(
        "memory",
        Figures.of("columns", "bytes/profile", bytes / (double) people),
        new Figures[] {},
        Double.NaN,
        "firstBar",
        BAR,
        "dictionaries",
        dictionaries.length() / (double) people,
        "mergedRowsPerSecond",
        merged,
        "columns",
        new Json.Obj(perColumn));
  }

  /// Every thirtieth person has two fresh events, the rest is copied; rows/s over all blocks.
  private static double merge(List<Block> blocks, Words words, Shoppers.Keys keys, Seal seal) {
    long rows = 0;
    long began = System.nanoTime();
    for (Block old : blocks) {
      var writer = new BlockWriter(words, old.first(), old.stride(), old.span());
      int copied = 0;
      for (int local = 7; local < old.span(); local += 30) {
        writer.copyLocals(old, copied, local, 0);
        writer.local(local);
        int end = old.rowsTo(local);
        int from = old.rowsFrom(local);
        int middle = (from + end) >>> 1;
        writer.copy(old, from, middle);
        writer.event(old.timeMs(middle), keys.names[0], keys.sources[0], old.node(local, middle));
        writer.copy(old, middle, end);
        writer.event(old.timeMs(end - 1), keys.names[3], keys.sources[0], old.node(local, middle));
        writer.whole(keys.amountFen, 9_900);
        copied = local + 1;
      }
      writer.copyLocals(old, copied, old.span(), 0);
      rows += writer.rows();
      Block again = Block.read(writer.finish(seal, old.number()), words, seal);
      if (again.rows() != writer.rows()) {
        throw new IllegalStateException("Rows were lost in merging " + old);
      }
      old.release();
    }
    return rows / ((System.nanoTime() - began) / 1e9);
  }
}
