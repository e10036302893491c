package io.huoshui.engine;

import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.Contents;
import io.huoshui.engine.columns.Words;
import io.huoshui.event.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;

/// Finds out what was collected, without reading anything twice: a block never changes, so it is
/// looked through once; a store of fresh events only grows, so it is gone on with.
final class Vocabulary {
  private final Map<Block, Part> blocks = new WeakHashMap<>();
  private final Map<EventStore, Part> stores = new WeakHashMap<>();

  /// Where a state's events lay at one moment.
  ///
  /// @param version of the state
  record Sources(long version, List<Block> blocks, List<Store> stores, List<String> sources) {}

  /// @param of to be known by
  /// @param still what was in it
  record Store(EventStore of, EventStore still) {}

  private static final class Part {
    final Map<String, Set<String>> keys = new TreeMap<>();
    final Set<String> tags = new TreeSet<>();
    int read;
  }

  private Collected known = new Collected(Map.of(), Set.of(), Set.of(), Set.of());
  private long knownVersion = -1;

  /// The state must not change meanwhile.
  static Sources sources(State at) {
    var blocks = new ArrayList<Block>();
    var stores = new ArrayList<Store>();
    for (Lane lane : at.lanes) {
      blocks.addAll(lane.timelines.blocks());
      lane.timelines.stores().forEach(store -> stores.add(new Store(store, store.still())));
    }
    var sources = new ArrayList<String>();
    for (int source = 0; source < at.words().sources(); source++) {
      sources.add(at.words().sourceOf(source));
    }
    return new Sources(at.version(), blocks, stores, sources);
  }

  /// Events may be taken meanwhile; the answer knows nothing of them.
  synchronized Collected of(Sources sources) {
    if (sources.version() > knownVersion) {
      var properties = new TreeMap<String, Set<String>>();
      var tags = new TreeSet<String>();
      for (Block block : sources.blocks()) {
        add(blocks.computeIfAbsent(block, Vocabulary::read), properties, tags);
      }
      for (Store store : sources.stores()) {
        Part part = stores.computeIfAbsent(store.of(), _ -> new Part());
        read(store.still(), part);
        add(part, properties, tags);
      }
      known =
          new Collected(
              properties,
              properties.getOrDefault(Collected.TRAITS, Set.of()),
              tags,
              Set.copyOf(sources.sources()));
      knownVersion = sources.version();
    }
    return known;
  }

  private static void add(Part part, Map<String, Set<String>> properties, Set<String> tags) {
    part.keys.forEach(
        (name, keys) -> properties.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(keys));
    tags.addAll(part.tags);
  }

  private static Part read(Block block) {
    var part = new Part();
    Contents.keysByName(block).forEach((name, keys) -> part.keys.put(name, proper(keys)));
    part.tags.addAll(Contents.texts(block, Collected.TAGS, Collected.TAG));
    return part;
  }

  /// Weak identifiers are kept under `$kind`, and are nothing that was said of an event.
  private static Set<String> proper(Set<String> keys) {
    var proper = new TreeSet<String>();
    keys.stream().filter(key -> !key.startsWith("$")).forEach(proper::add);
    return proper;
  }

  private static void read(EventStore store, Part part) {
    Words words = store.words();
    int tagged = words.findName(Collected.TAGS);
    int tag = words.findKey(Collected.TAG);
    var keys = new TreeMap<Integer, BitSet>();
    for (; part.read < store.size(); part.read++) {
      int name = store.nameNumber(part.read);
      store.eachKey(part.read, keys.computeIfAbsent(name, _ -> new BitSet())::set);
      if (name == tagged
          && tag >= 0
          && store.property(part.read, tag) instanceof Value.Text(String text)) {
        part.tags.add(text);
      }
    }
    keys.forEach(
        (name, codes) -> {
          var texts = new TreeSet<String>();
          codes.stream().forEach(code -> texts.add(words.keyOf(code)));
          part.keys.computeIfAbsent(words.nameOf(name), _ -> new TreeSet<>()).addAll(proper(texts));
        });
  }
}
