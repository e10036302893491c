package io.huoshui.engine.columns;

import io.huoshui.engine.Bytes;
import io.huoshui.event.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/// The dictionaries all blocks share: event names, sources, property keys, and texts that come
/// again and again. A word's code is a dense number from 0 and stays the same for good, so a block
/// written long ago keeps its meaning.
///
/// Any thread may look up, without a lock, and learn.
public final class Words {
  /// A key whose texts keep being new (order ids) stops being put into the dictionary.
  static final int MOST_TEXTS_PER_KEY = 2_048;

  /// In characters.
  static final int LONGEST_TEXT = 64;

  private static final int FORMAT = 1;

  private final Dictionary names = new Dictionary();
  private final Dictionary sources = new Dictionary();
  private final Dictionary keys = new Dictionary();
  private final Dictionary texts = new Dictionary();
  private volatile int[] textsOfKey = new int[16];

  /// Dictionaries that forgot every key and text. Event names and sources keep their codes: they
  /// are a brand's, and nobody's personal data.
  public synchronized Words renewed() {
    var fresh = new Words();
    fresh.names.learn(names);
    fresh.sources.learn(sources);
    return fresh;
  }

  /// The code of an event name, learned when it is new.
  public int name(String name) {
    return names.learn(name);
  }

  /// @return -1 when nobody ever said it; so are all finds
  public int findName(String name) {
    return names.find(name);
  }

  public String nameOf(int code) {
    return names.value(code).text();
  }

  public int source(String source) {
    return sources.learn(source);
  }

  public int findSource(String source) {
    return sources.find(source);
  }

  public String sourceOf(int code) {
    return sources.value(code).text();
  }

  public int key(String key) {
    return keys.learn(key);
  }

  public int findKey(String key) {
    return keys.find(key);
  }

  public String keyOf(int code) {
    return keys.value(code).text();
  }

  /// The code of a text under a key; learned when it is new, short, and the key still learns.
  ///
  /// @return -1 when it is not to be learned
  public int text(int key, String text) {
    if (text.length() > LONGEST_TEXT) {
      return -1;
    }
    int known = texts.find(text);
    if (known >= 0) {
      return known;
    }
    int[] learned = textsOfKey;
    if (key < learned.length && learned[key] >= MOST_TEXTS_PER_KEY) {
      return -1;
    }
    return learn(key, text);
  }

  private synchronized int learn(int key, String text) {
    int known = texts.find(text);
    if (known >= 0) {
      return known;
    }
    int[] learned = textsOfKey;
    if (key >= learned.length) {
      learned = Arrays.copyOf(learned, Math.max(learned.length * 2, key + 1));
    }
    if (learned[key] >= MOST_TEXTS_PER_KEY) {
      return -1;
    }
    if (!survives(text)) {
      return -1;
    }
    learned[key]++;
    textsOfKey = learned;
    return texts.learn(text);
  }

  /// Half a surrogate pair is written as a question mark: two texts would come back as one.
  private static boolean survives(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  public int findText(String text) {
    return texts.find(text);
  }

  public Value.Text textOf(int code) {
    return texts.value(code);
  }

  public int names() {
    return names.size();
  }

  public int sources() {
    return sources.size();
  }

  public int keys() {
    return keys.size();
  }

  public int texts() {
    return texts.size();
  }

  /// Everything learned so far, for a checkpoint; texts may be personal, so it is to be sealed.
  public synchronized void write(Bytes out) {
    out.putWhole(FORMAT);
    names.write(out);
    sources.write(out);
    keys.write(out);
    texts.write(out);
    int[] learned = textsOfKey;
    out.putWhole(learned.length);
    for (int count : learned) {
      out.putWhole(count);
    }
  }

  /// Learns everything that was written, in the same order; nothing may have been learned before.
  ///
  /// @throws io.huoshui.engine.EngineException when another version wrote it
  public synchronized void restore(Bytes in) {
    int format = in.takeInt();
    if (format != FORMAT) {
      throw Block.damaged(
          "The dictionaries have format " + format + ", this version reads " + FORMAT, null);
    }
    names.read(in);
    sources.read(in);
    keys.read(in);
    texts.read(in);
    int[] learned = new int[in.takeInt()];
    for (int i = 0; i < learned.length; i++) {
      learned[i] = in.takeInt();
    }
    textsOfKey = learned;
  }

  private static final class Dictionary {
    private final ConcurrentHashMap<String, Integer> codes = new ConcurrentHashMap<>();
    private volatile Value.Text[] values = new Value.Text[16];
    private volatile int size;

    int find(String word) {
      return codes.getOrDefault(word, -1);
    }

    Value.Text value(int code) {
      return values[code];
    }

    int size() {
      return size;
    }

    int learn(String word) {
      Integer known = codes.get(word);
      return known != null ? known : add(word);
    }

    private synchronized int add(String word) {
      Integer known = codes.get(word);
      if (known != null) {
        return known;
      }
      int code = size;
      Value.Text[] room = values;
      if (code == room.length) {
        room = Arrays.copyOf(room, code * 2);
      }
      room[code] = new Value.Text(word);
      // The value before its code: whoever sees the code finds the value.
      values = room;
      size = code + 1;
      codes.put(word, code);
      return code;
    }

    void learn(Dictionary other) {
      int all = other.size;
      for (int code = 0; code < all; code++) {
        learn(other.values[code].text());
      }
    }

    synchronized void write(Bytes out) {
      out.putWhole(size);
      for (int code = 0; code < size; code++) {
        out.putText(values[code].text());
      }
    }

    /// By place, whatever was written: a code is what blocks hold.
    void read(Bytes in) {
      int count = in.takeInt();
      var read = new Value.Text[Math.max(16, count)];
      for (int code = 0; code < count; code++) {
        read[code] = new Value.Text(in.takeText());
        codes.putIfAbsent(read[code].text(), code);
      }
      values = read;
      size = count;
    }
  }
}
