package io.huoshui.engine.columns;

import io.huoshui.event.Value;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a block's rows are made of, whoever they are of: which events there are, which properties
/// events of each name have, and which texts one property has under one name.
///
/// Rows that are void count until the block is written anew without them.
public final class Contents {
  private static final int ROWS = 4_096;

  private Contents() {}

  /// The property keys of each event name.
  public static Map<String, Set<String>> keysByName(Block block) {
    Words words = block.words();
    var keys = new TreeMap<Integer, BitSet>();
    for (int row = 0; row < block.rows(); row++) {
      keys.computeIfAbsent(block.name(row), _ -> new BitSet());
    }
    List<List<Column>> columns = block.columnsOfPresence();
    for (Presence presence : block.presences()) {
      BitSet names = names(block, presence);
      keys.forEach(
          (name, ofName) -> {
            if (names.get(name)) {
              add(ofName, columns.get(presence.number));
            }
          });
    }
    // Columns of all rows come last.
    keys.values().forEach(ofName -> add(ofName, columns.getLast()));
    var found = new TreeMap<String, Set<String>>();
    keys.forEach(
        (name, codes) -> {
          var texts = new TreeSet<String>();
          codes.stream().forEach(code -> texts.add(words.keyOf(code)));
          found.put(words.nameOf(name), texts);
        });
    return found;
  }

  private static void add(BitSet keys, List<Column> columns) {
    columns.forEach(column -> keys.set(column.key));
  }

  private static BitSet names(Block block, Presence presence) {
    var names = new BitSet();
    int[] out = new int[ROWS];
    for (int from = 0; from < block.rows(); from += ROWS) {
      int found = presence.rows(from, Math.min(from + ROWS, block.rows()), out);
      for (int i = 0; i < found; i++) {
        names.set(block.name(from + out[i]));
      }
    }
    return names;
  }

  /// The texts a property has in events of a name.
  public static Set<String> texts(Block block, String name, String property) {
    int wanted = block.words().findName(name);
    int key = block.words().findKey(property);
    var found = new TreeSet<String>();
    if (wanted < 0 || key < 0 || block.columns(key).length == 0) {
      return found;
    }
    for (int row = 0; row < block.rows(); row++) {
      if (block.name(row) == wanted && block.property(row, key) instanceof Value.Text(var text)) {
        found.add(text);
      }
    }
    return found;
  }
}
