package io.huoshui.engine;

import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.BlockWriter;
import io.huoshui.engine.columns.Words;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Fresh events in order of arrival, as columns; an event is its number. Grows in chunks, so
/// nothing is copied.
///
/// ```
/// number │ time (8 B) │ name (2 B) │ source (2 B) │ node (4 B) │ where its properties begin (8 B)
/// arena  │ count, then per property: key, type, value; texts that repeat are numbers into `texts`
/// ```
final class EventStore {
  private static final int CHUNK_BITS = 12;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int ARENA_BITS = 20;
  private static final int ARENA = 1 << ARENA_BITS;

  private static final int TYPE_DICTIONARY = 6;

  private final Words words;
  private final List<long[]> times;
  private final List<short[]> nameOf;
  private final List<short[]> sourceOf;
  private final List<int[]> nodeOf;
  private final List<long[]> propertiesAt;
  private final List<byte[]> arena;
  private final Bytes scratch = new Bytes();
  private long arenaEnd;
  private int size;

  EventStore(Words words) {
    this.words = words;
    this.times = new ArrayList<>();
    this.nameOf = new ArrayList<>();
    this.sourceOf = new ArrayList<>();
    this.nodeOf = new ArrayList<>();
    this.propertiesAt = new ArrayList<>();
    this.arena = new ArrayList<>();
  }

  /// The same chunks: what is in them stays, and what is added later is not seen.
  private EventStore(EventStore of) {
    this.words = of.words;
    this.times = List.copyOf(of.times);
    this.nameOf = List.copyOf(of.nameOf);
    this.sourceOf = List.copyOf(of.sourceOf);
    this.nodeOf = List.copyOf(of.nodeOf);
    this.propertiesAt = List.copyOf(of.propertiesAt);
    this.arena = List.copyOf(of.arena);
    this.arenaEnd = of.arenaEnd;
    this.size = of.size;
  }

  /// The events there are now, for a reader while this goes on growing. Takes no more.
  EventStore still() {
    return new EventStore(this);
  }

  /// Whether an event surely fits into one arena block.
  static boolean holds(Event event) {
    long bytes = 5;
    Properties properties = event.properties();
    for (int i = 0; i < properties.size(); i++) {
      bytes += 5 + most(properties.value(i));
    }
    for (Identifier identifier : event.identifiers()) {
      bytes += 15 + 3L * identifier.value().length();
    }
    return bytes <= ARENA;
  }

  /// The most bytes a value can take: a character takes three at most.
  private static long most(Value value) {
    return switch (value) {
      case Value.Text(String text) -> 6 + 3L * text.length();
      case Value.Whole _, Value.Decimal _ -> 11;
      case Value.Flag _ -> 1;
      case Value.Many(List<Value> values) -> {
        long bytes = 6;
        for (Value one : values) {
          bytes += most(one);
        }
        yield bytes;
      }
    };
  }

  /// @param node the identifier the event is anchored to
  /// @return the event's number
  int add(Event event, int node) {
    encode(event);
    return add(
        event.time().toEpochMilli(),
        words.name(event.name()),
        words.source(event.source()),
        node,
        scratch.array(),
        0,
        scratch.length());
  }

  Words words() {
    return words;
  }

  /// Takes over an event of another store.
  ///
  /// @return the event's number here
  int copy(EventStore from, int event) {
    if (from.words != words) {
      encode(from.properties(event));
      return add(
          from.timeMs(event),
          from.nameNumber(event),
          from.sourceNumber(event),
          from.node(event),
          scratch.array(),
          0,
          scratch.length());
    }
    long at = from.propertiesAt.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
    byte[] block = from.arena.get((int) (at >>> ARENA_BITS));
    int begin = (int) (at & (ARENA - 1));
    Bytes in = Bytes.reading(block, begin, ARENA);
    for (int left = in.takeInt(); left > 0; left--) {
      in.takeInt();
      skip(in);
    }
    return add(
        from.timeMs(event),
        from.nameNumber(event),
        from.sourceNumber(event),
        from.node(event),
        block,
        begin,
        in.length() - begin);
  }

  /// Takes over a row of a block.
  int copy(Block from, int local, int row) {
    encode(from.properties(row));
    return add(
        from.timeMs(row),
        from.name(row),
        from.source(row),
        from.node(local, row),
        scratch.array(),
        0,
        scratch.length());
  }

  /// Gives an event to a block that is being written.
  void write(int event, BlockWriter into) {
    into.event(timeMs(event), nameNumber(event), sourceNumber(event), node(event));
    if (into.words() != words) {
      Properties properties = properties(event);
      for (int i = 0; i < properties.size(); i++) {
        into.property(into.words().key(properties.key(i)), properties.value(i));
      }
      return;
    }
    long at = propertiesAt.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
    Bytes in = Bytes.reading(arena.get((int) (at >>> ARENA_BITS)), (int) (at & (ARENA - 1)), ARENA);
    for (int left = in.takeInt(); left > 0; left--) {
      int key = in.takeInt();
      int type = in.takeByte();
      if (type == TYPE_DICTIONARY) {
        into.text(key, in.takeInt());
      } else if (type == 1) {
        into.whole(key, in.takeSigned());
      } else {
        in.skip(-1);
        into.property(key, take(in));
      }
    }
  }

  private int add(
      long timeMs, int name, int source, int node, byte[] properties, int from, int length) {
    int slot = size & (CHUNK - 1);
    if (slot == 0) {
      times.add(new long[CHUNK]);
      nameOf.add(new short[CHUNK]);
      sourceOf.add(new short[CHUNK]);
      nodeOf.add(new int[CHUNK]);
      propertiesAt.add(new long[CHUNK]);
    }
    int chunk = size >>> CHUNK_BITS;
    times.get(chunk)[slot] = timeMs;
    nameOf.get(chunk)[slot] = (short) name;
    sourceOf.get(chunk)[slot] = (short) source;
    nodeOf.get(chunk)[slot] = node;
    propertiesAt.get(chunk)[slot] = store(properties, from, length);
    return size++;
  }

  /// Weak identifiers are kept as properties under `$kind`: evidence for later, never a join.
  /// Several of one kind are a list.
  private void encode(Event event) {
    Properties properties = event.properties();
    Map<String, Value> hints = hints(event.identifiers());
    scratch.clear();
    scratch.putWhole(properties.size() + hints.size());
    for (int i = 0; i < properties.size(); i++) {
      put(properties.key(i), properties.value(i));
    }
    hints.forEach(this::put);
  }

  private void encode(Properties properties) {
    scratch.clear();
    scratch.putWhole(properties.size());
    for (int i = 0; i < properties.size(); i++) {
      put(properties.key(i), properties.value(i));
    }
  }

  private static Map<String, Value> hints(List<Identifier> identifiers) {
    Map<String, Value> hints = Map.of();
    for (Identifier identifier : identifiers) {
      if (!identifier.kind().joins()) {
        if (hints.isEmpty()) {
          hints = new TreeMap<>();
        }
        hints.merge(
            "$" + identifier.kind().wire(),
            Value.of(identifier.value()),
            (one, other) -> {
              var both =
                  new ArrayList<>(one instanceof Value.Many(List<Value> all) ? all : List.of(one));
              both.add(other);
              return new Value.Many(both);
            });
      }
    }
    return hints;
  }

  private long store(byte[] properties, int from, int length) {
    if (length > ARENA) {
      throw new IllegalStateException(
          "An event of " + length + " bytes passed the intake's limits");
    }
    // A record never crosses from one arena block into the next.
    if (arenaEnd >>> ARENA_BITS == arena.size() || (arenaEnd & (ARENA - 1)) + length > ARENA) {
      arenaEnd = (long) arena.size() << ARENA_BITS;
      arena.add(new byte[ARENA]);
    }
    long at = arenaEnd;
    System.arraycopy(
        properties, from, arena.get((int) (at >>> ARENA_BITS)), (int) (at & (ARENA - 1)), length);
    arenaEnd += length;
    return at;
  }

  private void put(String key, Value value) {
    int code = words.key(key);
    scratch.putWhole(code);
    if (value instanceof Value.Text(String text)) {
      int known = words.text(code, text);
      if (known >= 0) {
        scratch.putByte(TYPE_DICTIONARY);
        scratch.putWhole(known);
        return;
      }
    }
    EntryCodec.write(value, scratch);
  }

  int size() {
    return size;
  }

  long timeMs(int event) {
    return times.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
  }

  int nameNumber(int event) {
    return nameOf.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
  }

  int sourceNumber(int event) {
    return sourceOf.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
  }

  int node(int event) {
    return nodeOf.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
  }

  /// @param wanted the key's code
  @Nullable Value property(int event, int wanted) {
    long at = propertiesAt.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
    byte[] block = arena.get((int) (at >>> ARENA_BITS));
    Bytes in = Bytes.reading(block, (int) (at & (ARENA - 1)), ARENA);
    for (int left = in.takeInt(); left > 0; left--) {
      if (in.takeInt() == wanted) {
        return take(in);
      }
      skip(in);
    }
    return null;
  }

  /// All properties of an event, weak identifiers under their `$kind` included.
  Properties properties(int event) {
    long at = propertiesAt.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
    Bytes in = Bytes.reading(arena.get((int) (at >>> ARENA_BITS)), (int) (at & (ARENA - 1)), ARENA);
    var found = new TreeMap<String, Value>();
    for (int left = in.takeInt(); left > 0; left--) {
      String key = words.keyOf(in.takeInt());
      found.put(key, take(in));
    }
    return Properties.of(found);
  }

  /// Gives the code of each property of an event; values are not read.
  void eachKey(int event, IntConsumer reader) {
    long at = propertiesAt.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
    Bytes in = Bytes.reading(arena.get((int) (at >>> ARENA_BITS)), (int) (at & (ARENA - 1)), ARENA);
    for (int left = in.takeInt(); left > 0; left--) {
      reader.accept(in.takeInt());
      skip(in);
    }
  }

  private Value take(Bytes in) {
    Bytes ahead = in;
    int type = ahead.takeByte();
    if (type == TYPE_DICTIONARY) {
      return words.textOf(ahead.takeInt());
    }
    ahead.skip(-1);
    return EntryCodec.value(ahead);
  }

  private static void skip(Bytes in) {
    int type = in.takeByte();
    switch (type) {
      case 0 -> in.skip(in.takeInt());
      case 1, TYPE_DICTIONARY -> in.takeWhole();
      case 2 -> in.skip(8);
      case 5 -> {
        for (int left = in.takeInt(); left > 0; left--) {
          skip(in);
        }
      }
      default -> {}
    }
  }

  /// What the columns and the arena take, in bytes.
  long memoryBytes() {
    return (long) times.size() * CHUNK * (8 + 2 + 2 + 4 + 8) + (long) arena.size() * ARENA;
  }
}
