package io.huoshui.engine.columns;

import io.huoshui.engine.Bytes;
import io.huoshui.engine.Seal;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/// Makes one [Block]: events in their final order in, one image out. Used once, by one thread.
///
/// ```java
/// writer.local(3);
/// writer.event(timeMs, name, source, node);
/// writer.property(key, value);      // of the event just written
/// writer.copy(old, row, rowTo);     // rows of an older block, into the same local
/// ```
public final class BlockWriter {
  private static final int[] NO_INTS = {};

  private final Words words;
  private final int first;
  private final int stride;
  private final int span;
  private final int[] starts;

  /// The local being written; its rows begin at `starts[local]`.
  private int local = -1;

  private int rows;
  private long[] times = new long[1024];
  private int[] names = new int[1024];
  private int[] sources = new int[1024];
  private int[] nodes = new int[1024];
  private final List<@Nullable Values[]> values = new ArrayList<>();
  private int[] lastRowOfKey = new int[0];
  private boolean finished;

  // Scratch of copying.
  private int[] copiedRows = NO_INTS;
  private long[] copiedBits = new long[0];

  /// @param first the profile ordinal of local 0
  /// @param stride ordinals from one local to the next
  /// @param span how many locals, 1 to [Block#MOST_LOCALS]
  public BlockWriter(Words words, int first, int stride, int span) {
    if (span < 1 || span > Block.MOST_LOCALS) {
      throw new IllegalArgumentException(
          "A block has 1 to " + Block.MOST_LOCALS + " locals, not " + span);
    }
    this.words = words;
    this.first = first;
    this.stride = stride;
    this.span = span;
    this.starts = new int[span + 1];
  }

  public int rows() {
    return rows;
  }

  /// What it is written with.
  public Words words() {
    return words;
  }

  /// Begins a local. They come in growing order; those left out have no events.
  public void local(int next) {
    if (next <= local || next >= span) {
      throw new IllegalArgumentException(
          "Local " + next + " can not follow local " + local + " of " + span);
    }
    Arrays.fill(starts, local + 1, next + 1, rows);
    local = next;
  }

  /// Appends an event to the local, not earlier than the one before it.
  ///
  /// @param name its code in the words; so is the source
  /// @param node the identifier it hangs on
  public void event(long timeMs, int name, int source, int node) {
    if (local < 0 || (rows > starts[local] && timeMs < times[rows - 1])) {
      throw new IllegalArgumentException(
          local < 0 ? "No local was begun" : "An event of local " + local + " comes after a later");
    }
    room(1);
    times[rows] = timeMs;
    names[rows] = name;
    sources[rows] = source;
    nodes[rows] = node;
    rows++;
  }

  /// Gives the event just written a property. A key given twice keeps its first value.
  public void property(int key, Value value) {
    if (fresh(key)) {
      switch (value) {
        case Value.Text(String text) -> {
          int code = words.text(key, text);
          if (code >= 0) {
            values(key, Column.Type.TEXT).add(rows - 1, code);
          } else {
            values(key, Column.Type.OWN).add(rows - 1, value);
          }
        }
        case Value.Whole(long number) -> values(key, Column.Type.WHOLE).add(rows - 1, number);
        case Value.Decimal(double number) ->
            values(key, Column.Type.DECIMAL).add(rows - 1, Double.doubleToRawLongBits(number));
        case Value.Flag(boolean on) -> values(key, Column.Type.FLAG).add(rows - 1, on ? 1 : 0);
        case Value.Many _ -> values(key, Column.Type.MANY).add(rows - 1, value);
      }
    }
  }

  /// The same for a whole number, without its box.
  public void whole(int key, long number) {
    if (fresh(key)) {
      values(key, Column.Type.WHOLE).add(rows - 1, number);
    }
  }

  /// The same for a text the words know.
  public void text(int key, int code) {
    if (fresh(key)) {
      values(key, Column.Type.TEXT).add(rows - 1, code);
    }
  }

  private boolean fresh(int key) {
    if (rows == 0) {
      throw new IllegalStateException("No event was written");
    }
    if (key >= lastRowOfKey.length) {
      int known = lastRowOfKey.length;
      lastRowOfKey = Arrays.copyOf(lastRowOfKey, Math.max(known * 2, key + 1));
      Arrays.fill(lastRowOfKey, known, lastRowOfKey.length, -1);
    }
    if (lastRowOfKey[key] == rows - 1) {
      return false;
    }
    lastRowOfKey[key] = rows - 1;
    return true;
  }

  private Values values(int key, Column.Type type) {
    while (values.size() <= key) {
      values.add(null);
    }
    Values[] ofKey = values.get(key);
    if (ofKey == null) {
      ofKey = new Values[Column.Type.values().length];
      values.set(key, ofKey);
    }
    Values found = ofKey[type.ordinal()];
    if (found == null) {
      found = new Values(key, type);
      ofKey[type.ordinal()] = found;
    }
    return found;
  }

  private void room(int more) {
    int needed = Math.addExact(rows, more);
    if (needed > times.length) {
      int room = (int) Math.min(Integer.MAX_VALUE - 16L, Math.max(times.length * 2L, needed));
      times = Arrays.copyOf(times, room);
      names = Arrays.copyOf(names, room);
      sources = Arrays.copyOf(sources, room);
      nodes = Arrays.copyOf(nodes, room);
    }
  }

  /// Appends the rows `[from, to)` of an older block, which are of one of its locals, to the local.
  /// With the same words, words are not looked up and values not made.
  ///
  /// @param old with the same words, or with those these were renewed from
  public void copy(Block old, int from, int to) {
    if (from >= to) {
      return;
    }
    int ofLocal = old.localOf(from);
    if (local < 0 || to > old.rowsTo(ofLocal)) {
      throw new IllegalArgumentException(
          "Rows " + from + " to " + to + " of " + old + " are not one local's");
    }
    if (rows > starts[local] && old.timeMs(from) < times[rows - 1]) {
      throw new IllegalArgumentException(
          "Rows from " + from + " of " + old + " come after a later event of local " + local);
    }
    append(old, ofLocal, ofLocal + 1, from, to);
  }

  /// Writes whole locals `[from, to)` of an older block, `local` of it becoming `local + shift`.
  /// All must come after the local being written.
  public void copyLocals(Block old, int from, int to, int shift) {
    if (from >= to) {
      return;
    }
    local(from + shift);
    int start = rows;
    int firstRow = old.rowsFrom(from);
    append(old, from, to, firstRow, old.rowsFrom(to));
    if (to + shift > span) {
      throw new IllegalArgumentException(
          "Local " + (to - 1 + shift) + " is beyond the " + span + " of the block");
    }
    for (int next = from + 1; next < to; next++) {
      local++;
      starts[local] = start + old.rowsFrom(next) - firstRow;
    }
  }

  /// Appends rows whose keys and texts have other codes here.
  private void anew(Block old, int fromLocal, int toLocal, int from, int to) {
    for (int ofLocal = fromLocal; ofLocal < toLocal; ofLocal++) {
      int end = Math.min(to, old.rowsTo(ofLocal));
      for (int row = Math.max(from, old.rowsFrom(ofLocal)); row < end; row++) {
        times[rows] = old.timeMs(row);
        names[rows] = old.name(row);
        sources[rows] = old.source(row);
        nodes[rows] = old.node(ofLocal, row);
        rows++;
        Properties properties = old.properties(row);
        for (int i = 0; i < properties.size(); i++) {
          property(words.key(properties.key(i)), properties.value(i));
        }
      }
    }
  }

  private void append(Block old, int fromLocal, int toLocal, int from, int to) {
    int size = to - from;
    room(size);
    if (old.words() != words) {
      anew(old, fromLocal, toLocal, from, to);
      return;
    }
    if (copiedRows.length < size) {
      copiedRows = new int[Math.max(size, 1024)];
      copiedBits = new long[copiedRows.length];
    }
    old.times().get(from, to, copiedBits);
    System.arraycopy(copiedBits, 0, times, rows, size);
    old.names().ints(from, to, copiedRows);
    System.arraycopy(copiedRows, 0, names, rows, size);
    old.sources().ints(from, to, copiedRows);
    System.arraycopy(copiedRows, 0, sources, rows, size);
    for (int ofLocal = fromLocal; ofLocal < toLocal; ofLocal++) {
      int end = Math.min(to, old.rowsTo(ofLocal));
      for (int row = Math.max(from, old.rowsFrom(ofLocal)); row < end; row++) {
        nodes[rows + row - from] = old.node(ofLocal, row);
      }
    }
    List<List<Column>> byPresence = old.columnsOfPresence();
    for (int i = 0; i < byPresence.size(); i++) {
      List<Column> together = byPresence.get(i);
      if (together.isEmpty()) {
        continue;
      }
      Presence presence = together.getFirst().presence;
      int begin = presence == null ? from : presence.before(from);
      int end = presence == null ? to : presence.before(to);
      if (begin == end) {
        continue;
      }
      if (presence == null) {
        for (int row = 0; row < size; row++) {
          copiedRows[row] = row;
        }
      } else {
        presence.rows(from, to, copiedRows);
      }
      for (Column column : together) {
        values(column.key, column.type).append(column, begin, end, copiedRows, rows, copiedBits);
      }
    }
    rows += size;
  }

  /// The values of one column so far.
  private static final class Values {
    final int key;
    final Column.Type type;
    int count;
    int[] rows = new int[16];

    /// Numbers, codes, the bytes of decimals; where in the texts each sixteenth begins.
    long[] bits = new long[16];

    final Bytes texts = new Bytes();

    Values(int key, Column.Type type) {
      this.key = key;
      this.type = type;
    }

    boolean inHeap() {
      return type == Column.Type.OWN || type == Column.Type.MANY;
    }

    private void room(int more) {
      int needed = Math.addExact(count, more);
      if (needed > rows.length) {
        rows = Arrays.copyOf(rows, Math.max(rows.length * 2, needed));
        bits = Arrays.copyOf(bits, rows.length);
      }
    }

    void add(int row, long number) {
      room(1);
      rows[count] = row;
      bits[count++] = number;
    }

    void add(int row, Value value) {
      room(1);
      start();
      if (value instanceof Value.Text(String text)) {
        texts.putText(text);
      } else {
        var one = new Bytes();
        one.putValue(value);
        texts.putWhole(one.length());
        texts.putBytes(one.array(), 0, one.length());
      }
      rows[count++] = row;
    }

    private void start() {
      if (count % Column.STARTS_EVERY == 0) {
        bits[count / Column.STARTS_EVERY] = texts.length();
      }
    }

    /// @param from the values `[from, to)` of the column
    /// @param ofRows their rows, less `rowsBefore`
    void append(Column column, int from, int to, int[] ofRows, int rowsBefore, long[] scratch) {
      int size = to - from;
      room(size);
      if (inHeap()) {
        byte[] heap = column.heap();
        int begin = column.place(from);
        int at = begin;
        int shift = texts.length() - begin;
        for (int i = 0; i < size; i++) {
          if (count % Column.STARTS_EVERY == 0) {
            bits[count / Column.STARTS_EVERY] = (long) at + shift;
          }
          rows[count++] = rowsBefore + ofRows[i];
          at = Column.after(heap, at);
        }
        texts.putBytes(heap, begin, at - begin);
        return;
      }
      column.bits(from, to, scratch);
      System.arraycopy(scratch, 0, bits, count, size);
      for (int i = 0; i < size; i++) {
        rows[count + i] = rowsBefore + ofRows[i];
      }
      count += size;
    }
  }

  // The image.

  /// What goes into the image, in order.
  private final List<Section> sections = new ArrayList<>();

  private final List<byte[]> parts = new ArrayList<>();

  /// @param seal for the personal texts
  /// @param number what they are bound to, different for every block ever written
  /// @return the image; on the heap up to 1 GB, beyond in memory that goes when nobody holds it
  public MemorySegment finish(Seal seal, long number) {
    if (finished) {
      throw new IllegalStateException("This block is finished");
    }
    finished = true;
    Arrays.fill(starts, local + 1, span + 1, rows);
    long[] offsets = new long[span + 1];
    Arrays.setAll(offsets, i -> starts[i]);
    add(Section.Kind.ROWS, Packing.framed(offsets, span + 1));
    add(Section.Kind.TIMES, Packing.framed(times, rows));
    add(Section.Kind.NAMES, Packing.withPalette(names, rows));
    add(Section.Kind.SOURCES, Packing.withPalette(sources, rows));
    nodes();
    columns(seal, number);
    return image(number);
  }

  private int add(Section.Kind kind, Packing packing) {
    return add(kind, packing, -1, 0, 0, -1);
  }

  private int add(Section.Kind kind, Packing packing, int key, int type, int scale, int link) {
    long @Nullable [] palette = packing.palette;
    int paletteAt =
        palette == null ? -1 : add(Section.Kind.PALETTE, Packing.framed(palette, palette.length));
    return add(
        new Section(
            kind,
            key,
            type,
            scale,
            0,
            packing.bytes.length,
            packing.base,
            packing.factor,
            packing.width,
            packing.count,
            link,
            paletteAt,
            -1,
            0,
            0),
        packing.bytes);
  }

  private int add(Section section, byte[] bytes) {
    sections.add(section);
    parts.add(bytes);
    return sections.size() - 1;
  }

  /// Each row's node as a place in its profile's list of the different ones.
  private void nodes() {
    long[] places = new long[rows];
    long[] lists = new long[64];
    long[] listStarts = new long[span + 1];
    int size = 0;
    var known = new HashMap<Integer, Integer>();
    for (int of = 0; of < span; of++) {
      listStarts[of] = size;
      int begin = size;
      known.clear();
      for (int row = starts[of]; row < starts[of + 1]; row++) {
        int node = nodes[row];
        int place = -1;
        if (row > starts[of] && nodes[row - 1] == node) {
          place = (int) places[row - 1];
        } else if (size - begin <= 16) {
          for (int i = begin; i < size && place < 0; i++) {
            place = lists[i] == node ? i - begin : -1;
          }
        } else {
          place = known.getOrDefault(node, -1);
        }
        if (place < 0) {
          place = size - begin;
          if (size == lists.length) {
            lists = Arrays.copyOf(lists, size * 2);
          }
          lists[size++] = node;
          known.put(node, place);
        }
        places[row] = place;
      }
    }
    listStarts[span] = size;
    add(Section.Kind.NODES, Packing.framed(places, rows));
    add(Section.Kind.NODE_LISTS, Packing.framed(lists, size));
    add(Section.Kind.NODE_STARTS, Packing.framed(listStarts, span + 1));
  }

  /// A set of rows, equal by content.
  private static final class Rows {
    final int[] rows;
    final int count;

    Rows(int[] rows, int count) {
      this.rows = rows;
      this.count = count;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Rows that && Arrays.equals(rows, 0, count, that.rows, 0, that.count);
    }

    @Override
    public int hashCode() {
      int hash = count;
      for (int i = 0; i < count; i += 1 + count / 64) {
        hash = 31 * hash + rows[i];
      }
      return hash;
    }
  }

  private void columns(Seal seal, long number) {
    var heap = new Bytes();
    Map<Rows, Integer> presences = new HashMap<>();
    Map<Integer, Rows> rowsOfName = new HashMap<>();
    for (@Nullable Values[] ofKey : values) {
      if (ofKey == null) {
        continue;
      }
      for (Values column : ofKey) {
        if (column == null) {
          continue;
        }
        int link = presence(new Rows(column.rows, column.count), presences, rowsOfName);
        write(column, link, heap);
      }
    }
    if (heap.length() > 0) {
      byte[] packed = seal.seal(number, deflated(heap));
      add(
          new Section(
              Section.Kind.HEAP,
              -1,
              0,
              0,
              0,
              packed.length,
              heap.length(),
              0,
              0,
              0,
              -1,
              -1,
              -1,
              0,
              0),
          packed);
    }
  }

  private void write(Values column, int link, Bytes heap) {
    int type = column.type.ordinal();
    if (column.inHeap()) {
      int startsAt =
          add(
              Section.Kind.STARTS,
              Packing.framed(
                  column.bits, (column.count + Column.STARTS_EVERY - 1) / Column.STARTS_EVERY));
      add(
          new Section(
              Section.Kind.VALUES,
              column.key,
              type,
              0,
              0,
              0,
              0,
              0,
              0,
              column.count,
              link,
              -1,
              startsAt,
              heap.length(),
              0),
          new byte[0]);
      heap.putBytes(column.texts.array(), 0, column.texts.length());
      return;
    }
    if (column.type == Column.Type.DECIMAL) {
      int scale = scale(column);
      if (scale >= 0) {
        for (int i = 0; i < column.count; i++) {
          column.bits[i] = Column.scaled(Double.longBitsToDouble(column.bits[i]), scale);
        }
      }
      add(
          Section.Kind.VALUES,
          Packing.of(column.bits, column.count),
          column.key,
          type,
          scale,
          link);
      return;
    }
    add(Section.Kind.VALUES, Packing.of(column.bits, column.count), column.key, type, 0, link);
  }

  /// The fewest digits after the point that hold every decimal exactly, or -1.
  private static int scale(Values column) {
    for (int scale = 0; scale <= Column.mostDigits(); scale++) {
      int held = 0;
      while (held < column.count
          && Column.scaled(Double.longBitsToDouble(column.bits[held]), scale) != Long.MIN_VALUE) {
        held++;
      }
      if (held == column.count) {
        return scale;
      }
    }
    return -1;
  }

  /// The section that says which rows have a value; -1 for all rows.
  private int presence(Rows of, Map<Rows, Integer> presences, Map<Integer, Rows> rowsOfName) {
    if (of.count == rows) {
      return -1;
    }
    Integer known = presences.get(of);
    if (known != null) {
      return known;
    }
    long dense = rows / 8L + rows / 128;
    long sparse = (long) of.count * Packing.width(rows) / 8;
    Rows parent = sameName(of, rowsOfName);
    long within = parent == null ? Long.MAX_VALUE : parent.count / 8L + parent.count / 128;
    int made;
    if (parent != null && !parent.equals(of) && within < Math.min(dense, sparse)) {
      made = within(of, parent, presence(parent, presences, rowsOfName));
    } else if (dense < sparse) {
      byte[] bytes = Packing.ranked(of.rows, of.count, rows);
      made = add(bits(Section.Kind.DENSE, bytes, of.count, -1), bytes);
    } else {
      long[] list = new long[of.count];
      Arrays.setAll(list, i -> of.rows[i]);
      made = add(Section.Kind.SPARSE, Packing.framed(list, of.count));
    }
    presences.put(of, made);
    return made;
  }

  private static Section bits(Section.Kind kind, byte[] bytes, int count, int link) {
    return new Section(kind, -1, 0, 0, 0, bytes.length, 0, 0, 0, count, link, -1, -1, 0, 0);
  }

  /// The rows of the one name all of these rows have; null when they have several, or all rows have
  /// that name.
  private @Nullable Rows sameName(Rows of, Map<Integer, Rows> rowsOfName) {
    int name = names[of.rows[0]];
    for (int i = 1; i < of.count; i++) {
      if (names[of.rows[i]] != name) {
        return null;
      }
    }
    Rows found =
        rowsOfName.computeIfAbsent(
            name,
            wanted -> {
              int[] list = new int[64];
              int size = 0;
              for (int row = 0; row < rows; row++) {
                if (names[row] == wanted) {
                  if (size == list.length) {
                    list = Arrays.copyOf(list, size * 2);
                  }
                  list[size++] = row;
                }
              }
              return new Rows(list, size);
            });
    return found.count == rows ? null : found;
  }

  private int within(Rows of, Rows parent, int parentAt) {
    int[] among = new int[of.count];
    int at = 0;
    for (int i = 0; i < of.count; i++) {
      while (parent.rows[at] != of.rows[i]) {
        at++;
      }
      among[i] = at;
    }
    byte[] bytes = Packing.ranked(among, of.count, parent.count);
    return add(bits(Section.Kind.WITHIN, bytes, of.count, parentAt), bytes);
  }

  private static byte[] deflated(Bytes heap) {
    var deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(heap.array(), 0, heap.length());
      deflater.finish();
      var out = new Bytes();
      byte[] piece = new byte[1 << 16];
      while (!deflater.finished()) {
        out.putBytes(piece, 0, deflater.deflate(piece));
      }
      return out.copy();
    } finally {
      deflater.end();
    }
  }

  private MemorySegment image(long number) {
    long directory = Block.HEADER + (long) sections.size() * Section.SIZE;
    long size = directory;
    for (byte[] part : parts) {
      size += (part.length + 7L) & ~7L;
    }
    MemorySegment image =
        size <= 1 << 30
            ? MemorySegment.ofArray(new byte[(int) size])
            : Arena.ofAuto().allocate(size, 8);
    long at = directory;
    for (int i = 0; i < parts.size(); i++) {
      byte[] part = parts.get(i);
      MemorySegment.copy(MemorySegment.ofArray(part), 0, image, at, part.length);
      sections
          .get(i)
          .placed(at, Block.crc(image, at, part.length))
          .write(image, Block.HEADER + (long) i * Section.SIZE);
      at += (part.length + 7L) & ~7L;
    }
    long firstMs = Long.MAX_VALUE;
    long lastMs = Long.MIN_VALUE;
    for (int row = 0; row < rows; row++) {
      firstMs = Math.min(firstMs, times[row]);
      lastMs = Math.max(lastMs, times[row]);
    }
    image.set(Packed.LONG, 0, Block.MAGIC);
    image.set(Packed.INT, 8, Block.VERSION);
    image.set(Packed.INT, 12, first);
    image.set(Packed.INT, 16, stride);
    image.set(Packed.INT, 20, span);
    image.set(Packed.INT, 24, rows);
    image.set(Packed.INT, 28, sections.size());
    image.set(Packed.INT, 32, words.names());
    image.set(Packed.INT, 36, words.sources());
    image.set(Packed.INT, 40, words.keys());
    image.set(Packed.INT, 44, words.texts());
    image.set(Packed.LONG, 48, number);
    image.set(Packed.LONG, 56, size);
    image.set(Packed.LONG, 64, firstMs);
    image.set(Packed.LONG, 72, lastMs);
    image.set(
        Packed.INT, 88, Block.crc(image, Block.HEADER, (long) sections.size() * Section.SIZE));
    image.set(Packed.INT, Block.CHECKED_HEADER, Block.crc(image, 0, Block.CHECKED_HEADER));
    return image;
  }
}
