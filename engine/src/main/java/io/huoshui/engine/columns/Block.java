package io.huoshui.engine.columns;

import io.huoshui.engine.EngineException;
import io.huoshui.engine.Seal;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// The timelines of up to 16,384 consecutive locals, immutable, read where its bytes lie. A local
/// stands for the profile ordinal `first + local × stride`; its rows are its events in order of
/// (time, arrival). A row's number counts through the whole block.
///
/// ```
/// header 128 B │ directory, 80 B per section │ sections, each at a multiple of 8
///
/// rows         per local its first row                      ┐
/// times        ms                                           │ packed: base + factor × q,
/// names        code                                         │ or a place in a palette
/// sources      code                                         │ (Packed)
/// nodes        place in the profile's list of nodes         │
/// presences    which rows have a value (Presence), shared   ┘
/// values       one column per (key, type)
/// heap         own texts and lists, deflated, then sealed (AES-256-GCM)
/// ```
///
/// Header, directory and every section have a CRC32C that is verified on opening. Numbers are
/// little-endian. Any number of threads may read.
public final class Block {
  /// The most locals of one block.
  public static final int MOST_LOCALS = 16_384;

  static final long MAGIC = 0x314B_4C42_4955_4853L; // "SHUIBLK1" as bytes
  static final int VERSION = 1;
  static final int HEADER = 128;
  static final int CHECKED_HEADER = 92;

  private final MemorySegment image;
  private final Words words;
  private final Seal seal;
  private final long number;
  private final int first;
  private final int stride;
  private final int span;
  private final int rows;
  private final long firstMs;
  private final long lastMs;
  private final Packed starts;
  private final Packed times;
  private final Packed names;
  private final Packed sources;
  private final Packed nodes;
  private final Packed nodeLists;
  private final Packed nodeStarts;
  private final List<Presence> presences;

  /// The columns of each presence; those of all rows come last.
  private final List<List<Column>> columnsOfPresence;

  private final Column[][] columnsOfKey;
  private final @Nullable Section heapSection;
  private final List<Section> sections;
  private volatile SoftReference<byte[]> heap = new SoftReference<>(null);

  private static final Column[] NONE = {};

  /// Opens a block where its bytes lie; nothing is copied.
  ///
  /// @param image as [BlockWriter#finish] made it; it has to stay as it is while the block is used,
  ///   and a mapped one needs an arena that all readers may use
  /// @param words the dictionaries it was written with, or the same having learned more
  /// @throws EngineException COLUMNS_DAMAGED, naming the section, when a byte is not what was
  ///   written
  public static Block read(MemorySegment image, Words words, Seal seal) {
    try {
      return new Block(image, words, seal);
    } catch (IndexOutOfBoundsException | ClassCastException | NullPointerException e) {
      throw damaged("A block of " + image.byteSize() + " bytes does not hold together", e);
    }
  }

  static EngineException damaged(String message, @Nullable Exception cause) {
    return new EngineException(EngineException.Code.COLUMNS_DAMAGED, message, cause);
  }

  private Block(MemorySegment image, Words words, Seal seal) {
    this.image = image;
    this.words = words;
    this.seal = seal;
    if (image.byteSize() < HEADER || image.get(Packed.LONG, 0) != MAGIC) {
      throw damaged("These " + image.byteSize() + " bytes are no block of columns", null);
    }
    if (image.get(Packed.INT, CHECKED_HEADER) != crc(image, 0, CHECKED_HEADER)) {
      throw damaged("A block's header was changed on disk", null);
    }
    int version = image.get(Packed.INT, 8);
    if (version != VERSION) {
      throw damaged("A block has format " + version + ", this version reads " + VERSION, null);
    }
    this.first = image.get(Packed.INT, 12);
    this.stride = image.get(Packed.INT, 16);
    this.span = image.get(Packed.INT, 20);
    this.rows = image.get(Packed.INT, 24);
    this.number = image.get(Packed.LONG, 48);
    this.firstMs = image.get(Packed.LONG, 64);
    this.lastMs = image.get(Packed.LONG, 72);
    if (image.get(Packed.LONG, 56) != image.byteSize()) {
      throw damaged(
          this + " has " + image.byteSize() + " of " + image.get(Packed.LONG, 56) + " bytes", null);
    }
    needs("names", image.get(Packed.INT, 32), words.names());
    needs("sources", image.get(Packed.INT, 36), words.sources());
    needs("keys", image.get(Packed.INT, 40), words.keys());
    needs("texts", image.get(Packed.INT, 44), words.texts());
    this.sections = directory();
    var packed = new Packed[sections.size()];
    var byNumber = new Presence[sections.size()];
    var foundPresences = new ArrayList<Presence>();
    var single = new EnumMap<Section.Kind, Packed>(Section.Kind.class);
    var all = new ArrayList<Column>();
    Section foundHeap = null;
    // A section stands only on those before it.
    for (int i = 0; i < packed.length; i++) {
      Section section = sections.get(i);
      switch (section.kind()) {
        case HEAP -> foundHeap = section;
        case DENSE -> {
          byNumber[i] =
              new Presence.Dense(foundPresences.size(), section.count(), image, section.at(), rows);
          foundPresences.add(byNumber[i]);
        }
        case SPARSE -> {
          byNumber[i] = new Presence.Sparse(foundPresences.size(), packed(section, packed));
          foundPresences.add(byNumber[i]);
        }
        case WITHIN -> {
          byNumber[i] =
              new Presence.Within(
                  foundPresences.size(),
                  section.count(),
                  Objects.requireNonNull(byNumber[section.link()]),
                  image,
                  section.at());
          foundPresences.add(byNumber[i]);
        }
        case VALUES -> {
          Packed values =
              section.starts() < 0
                  ? packed(section, packed)
                  : Objects.requireNonNull(packed[section.starts()]);
          Presence presence =
              section.link() < 0 ? null : Objects.requireNonNull(byNumber[section.link()]);
          all.add(new Column(this, section, presence, values));
        }
        case ROWS, TIMES, NAMES, SOURCES, NODES, NODE_LISTS, NODE_STARTS -> {
          packed[i] = packed(section, packed);
          single.put(section.kind(), packed[i]);
        }
        case PALETTE, STARTS -> packed[i] = packed(section, packed);
      }
    }
    this.starts = Objects.requireNonNull(single.get(Section.Kind.ROWS));
    this.times = Objects.requireNonNull(single.get(Section.Kind.TIMES));
    this.names = Objects.requireNonNull(single.get(Section.Kind.NAMES));
    this.sources = Objects.requireNonNull(single.get(Section.Kind.SOURCES));
    this.nodes = Objects.requireNonNull(single.get(Section.Kind.NODES));
    this.nodeLists = Objects.requireNonNull(single.get(Section.Kind.NODE_LISTS));
    this.nodeStarts = Objects.requireNonNull(single.get(Section.Kind.NODE_STARTS));
    this.heapSection = foundHeap;
    this.presences = List.copyOf(foundPresences);
    this.columnsOfKey = byKey(all);
    this.columnsOfPresence = byPresence(all);
  }

  private void needs(String dictionary, int needed, int there) {
    if (needed > there) {
      throw damaged(
          this + " needs " + needed + " " + dictionary + ", the dictionaries have " + there, null);
    }
  }

  private List<Section> directory() {
    int count = image.get(Packed.INT, 28);
    if (image.get(Packed.INT, 88) != crc(image, HEADER, (long) count * Section.SIZE)) {
      throw damaged(this + ": its directory was changed on disk", null);
    }
    var found = new Section[count];
    for (int i = 0; i < count; i++) {
      Section section = Section.read(image, HEADER + (long) i * Section.SIZE);
      if (section.crc() != crc(image, section.at(), section.length())) {
        throw damaged(this + ": " + title(section) + " was changed on disk", null);
      }
      found[i] = section;
    }
    return List.of(found);
  }

  private String title(Section section) {
    String kind = section.kind().name().toLowerCase(Locale.ROOT);
    return section.key() < 0 ? kind : kind + " of " + words.keyOf(section.key());
  }

  private Packed packed(Section section, Packed[] packed) {
    return new Packed(
        image,
        section.at(),
        section.width(),
        section.base(),
        section.factor(),
        section.count(),
        section.palette() < 0 ? null : Objects.requireNonNull(packed[section.palette()]));
  }

  private static Column[][] byKey(List<Column> all) {
    int most = all.stream().mapToInt(column -> column.key).max().orElse(-1);
    var found = new Column[most + 1][];
    Arrays.fill(found, NONE);
    for (Column column : all) {
      Column[] others = found[column.key];
      found[column.key] = Arrays.copyOf(others, others.length + 1);
      found[column.key][others.length] = column;
    }
    return found;
  }

  private List<List<Column>> byPresence(List<Column> all) {
    var lists = new ArrayList<List<Column>>();
    for (int i = 0; i <= presences.size(); i++) {
      lists.add(new ArrayList<>());
    }
    for (Column column : all) {
      lists.get(column.presence == null ? presences.size() : column.presence.number).add(column);
    }
    return lists.stream().map(List::copyOf).toList();
  }

  static int crc(MemorySegment image, long at, long length) {
    var crc = new CRC32C();
    long end = at + length;
    for (long from = at; from < end; from += 1 << 30) {
      crc.update(image.asSlice(from, Math.min(1 << 30, end - from)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  // What the block is.

  /// What the writer was given: the number its personal texts are sealed under.
  public long number() {
    return number;
  }

  public int first() {
    return first;
  }

  public int stride() {
    return stride;
  }

  /// How many locals, with and without events.
  public int span() {
    return span;
  }

  /// The profile ordinal of a local.
  public int ordinal(int local) {
    return first + local * stride;
  }

  public int rows() {
    return rows;
  }

  /// The time of the earliest event; of an empty block a large number.
  public long firstMs() {
    return firstMs;
  }

  public long lastMs() {
    return lastMs;
  }

  /// In bytes.
  public long size() {
    return image.byteSize();
  }

  public Words words() {
    return words;
  }

  /// Bytes by what they hold: `times`, `names`, `values city`, `dense`, `heap`…
  public Map<String, Long> sizes() {
    var sizes = new LinkedHashMap<String, Long>();
    sizes.put("header", (long) HEADER + (long) sections.size() * Section.SIZE);
    for (Section section : sections) {
      sizes.merge(title(section), section.length(), Long::sum);
    }
    return sizes;
  }

  @Override
  public String toString() {
    return "Block " + number + " (profiles from " + first + ")";
  }

  // Rows.

  /// The first row of a local; of `span` the number of rows.
  public int rowsFrom(int local) {
    Objects.checkIndex(local, span + 1);
    return (int) starts.get(local);
  }

  /// The row after the local's last.
  public int rowsTo(int local) {
    Objects.checkIndex(local, span);
    return (int) starts.get(local + 1);
  }

  /// The local a row is of.
  public int localOf(int row) {
    Objects.checkIndex(row, rows);
    int low = 0;
    int high = span - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (starts.get(middle + 1) <= row) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  public long timeMs(int row) {
    Objects.checkIndex(row, rows);
    return times.get(row);
  }

  /// The code of the event's name.
  public int name(int row) {
    Objects.checkIndex(row, rows);
    return (int) names.get(row);
  }

  public int source(int row) {
    Objects.checkIndex(row, rows);
    return (int) sources.get(row);
  }

  /// The identifier the event hangs on. Where the local is known, [#node(int, int)] is cheaper.
  public int node(int row) {
    return node(localOf(row), row);
  }

  public int node(int local, int row) {
    Objects.checkIndex(row, rows);
    return (int) nodeLists.get((int) (nodeStarts.get(local) + nodes.get(row)));
  }

  /// The value under a key, or null.
  ///
  /// @throws EngineException when the sealed texts do not open
  public @Nullable Value property(int row, int key) {
    Objects.checkIndex(row, rows);
    for (Column column : columns(key)) {
      int index = column.index(row);
      if (index >= 0) {
        return column.value(index);
      }
    }
    return null;
  }

  /// The whole number under a key, 0 when there is none; allocates nothing.
  public long whole(int row, int key) {
    Objects.checkIndex(row, rows);
    for (Column column : columns(key)) {
      if (column.type == Column.Type.WHOLE) {
        int index = column.index(row);
        return index < 0 ? 0 : column.values.get(index);
      }
    }
    return 0;
  }

  /// All properties of a row.
  public Properties properties(int row) {
    Objects.checkIndex(row, rows);
    var keys = new ArrayList<String>();
    var values = new ArrayList<Value>();
    for (int i = 0; i <= presences.size(); i++) {
      List<Column> together = columnsOfPresence.get(i);
      int index = together.isEmpty() ? -1 : together.getFirst().index(row);
      if (index >= 0) {
        for (Column column : together) {
          keys.add(words.keyOf(column.key));
          values.add(column.value(index));
        }
      }
    }
    return Properties.of(keys.toArray(String[]::new), values.toArray(Value[]::new), keys.size());
  }

  /// The columns of a key, one per type that occurs.
  Column[] columns(int key) {
    return key < 0 || key >= columnsOfKey.length ? NONE : columnsOfKey[key];
  }

  List<Presence> presences() {
    return presences;
  }

  /// Of each presence, and last of all rows.
  List<List<Column>> columnsOfPresence() {
    return columnsOfPresence;
  }

  Packed starts() {
    return starts;
  }

  Packed times() {
    return times;
  }

  Packed names() {
    return names;
  }

  Packed sources() {
    return sources;
  }

  // The sealed heap.

  /// The own texts and lists, opened on first use and kept while memory allows.
  byte[] heap() {
    byte[] known = heap.get();
    return known != null ? known : open();
  }

  private synchronized byte[] open() {
    byte[] known = heap.get();
    if (known != null) {
      return known;
    }
    Section section = heapSection;
    byte[] plain;
    if (section == null) {
      plain = new byte[0];
    } else {
      byte[] packed =
          seal.open(
              number, image.asSlice(section.at(), section.length()).toArray(ValueLayout.JAVA_BYTE));
      plain = inflated(packed, (int) section.base());
    }
    heap = new SoftReference<>(plain);
    return plain;
  }

  private byte[] inflated(byte[] packed, int length) {
    byte[] plain = new byte[length];
    var inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      int at = 0;
      while (at < length) {
        int more = inflater.inflate(plain, at, length - at);
        if (more == 0) {
          throw damaged(this + ": its texts end after " + at + " of " + length + " bytes", null);
        }
        at += more;
      }
      return plain;
    } catch (DataFormatException e) {
      throw damaged(this + ": its texts do not unpack", e);
    } finally {
      inflater.end();
    }
  }

  /// Forgets the opened texts; they open again when asked for.
  public void release() {
    heap = new SoftReference<>(null);
  }
}
