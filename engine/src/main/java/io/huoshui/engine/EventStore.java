package io.huoshui.engine;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All events in order of arrival, as columns; an event is its number. Grows in chunks, so nothing
/// is copied.
///
/// ```
/// number │ time (8 B) │ name (2 B) │ source (2 B) │ node (4 B) │ where its properties begin (8 B)
/// arena  │ count, then per property: key, type, value; texts that repeat are numbers into `texts`
/// ```
final class EventStore {
  private static final int CHUNK_BITS = 15;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int ARENA_BITS = 20;
  private static final int ARENA = 1 << ARENA_BITS;

  /// A key whose texts keep being new (order ids) stops being put into the dictionary.
  private static final int MOST_TEXTS_PER_KEY = 2_048;

  private static final int TYPE_DICTIONARY = 6;

  private final Names names = new Names();
  private final Names sources = new Names();
  private final Names keys = new Names();
  private final List<long[]> times = new ArrayList<>();
  private final List<short[]> nameOf = new ArrayList<>();
  private final List<short[]> sourceOf = new ArrayList<>();
  private final List<int[]> nodeOf = new ArrayList<>();
  private final List<long[]> propertiesAt = new ArrayList<>();
  private final List<byte[]> arena = new ArrayList<>();
  private final Names texts = new Names();
  private final List<Value.Text> textValues = new ArrayList<>();
  private final List<int[]> textsPerKey = new ArrayList<>();
  private final Bytes scratch = new Bytes();
  private long arenaEnd;
  private int size;

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
    int slot = size & (CHUNK - 1);
    if (slot == 0) {
      times.add(new long[CHUNK]);
      nameOf.add(new short[CHUNK]);
      sourceOf.add(new short[CHUNK]);
      nodeOf.add(new int[CHUNK]);
      propertiesAt.add(new long[CHUNK]);
    }
    int chunk = size >>> CHUNK_BITS;
    times.get(chunk)[slot] = event.time().toEpochMilli();
    nameOf.get(chunk)[slot] = (short) names.number(event.name());
    sourceOf.get(chunk)[slot] = (short) sources.number(event.source());
    nodeOf.get(chunk)[slot] = node;
    propertiesAt.get(chunk)[slot] = store(event);
    return size++;
  }

  /// Weak identifiers are kept as properties under `$kind`: evidence for later, never a join.
  private long store(Event event) {
    Properties properties = event.properties();
    int hints = 0;
    for (Identifier identifier : event.identifiers()) {
      hints += identifier.kind().joins() ? 0 : 1;
    }
    scratch.clear();
    scratch.putWhole(properties.size() + hints);
    for (int i = 0; i < properties.size(); i++) {
      put(properties.key(i), properties.value(i));
    }
    if (hints > 0) {
      for (Identifier identifier : event.identifiers()) {
        if (!identifier.kind().joins()) {
          put("$" + identifier.kind().wire(), Value.of(identifier.value()));
        }
      }
    }
    int length = scratch.length();
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
        scratch.array(), 0, arena.get((int) (at >>> ARENA_BITS)), (int) (at & (ARENA - 1)), length);
    arenaEnd += length;
    return at;
  }

  private void put(String key, Value value) {
    int keyNumber = keys.number(key);
    scratch.putWhole(keyNumber);
    if (value instanceof Value.Text(String text) && text.length() <= 64) {
      int known = texts.find(text);
      if (known < 0 && mayLearn(keyNumber)) {
        known = texts.number(text);
        textValues.add(new Value.Text(text));
      }
      if (known >= 0) {
        scratch.putByte(TYPE_DICTIONARY);
        scratch.putWhole(known);
        return;
      }
    }
    EntryCodec.write(value, scratch);
  }

  private boolean mayLearn(int key) {
    while (textsPerKey.size() <= key) {
      textsPerKey.add(new int[1]);
    }
    return textsPerKey.get(key)[0]++ < MOST_TEXTS_PER_KEY;
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

  String name(int event) {
    return names.word(nameNumber(event));
  }

  int sourceNumber(int event) {
    return sourceOf.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
  }

  String source(int event) {
    return sources.word(sourceNumber(event));
  }

  int node(int event) {
    return nodeOf.get(event >>> CHUNK_BITS)[event & (CHUNK - 1)];
  }

  Names names() {
    return names;
  }

  Names sources() {
    return sources;
  }

  @Nullable Value property(int event, String key) {
    int wanted = keys.find(key);
    if (wanted < 0) {
      return null;
    }
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
      String key = keys.word(in.takeInt());
      found.put(key, take(in));
    }
    return Properties.of(found);
  }

  private Value take(Bytes in) {
    Bytes ahead = in;
    int type = ahead.takeByte();
    if (type == TYPE_DICTIONARY) {
      return textValues.get(ahead.takeInt());
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
