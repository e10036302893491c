package io.huoshui.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An event's properties: immutable, keys sorted, so equal content means equal bytes.
public final class Properties {
  public static final Properties NONE = new Properties(new String[0], new Value[0]);

  private final String[] keys;
  private final Value[] values;

  private Properties(String[] keys, Value[] values) {
    this.keys = keys;
    this.values = values;
  }

  public static Properties of(Map<String, Value> entries) {
    if (entries.isEmpty()) {
      return NONE;
    }
    var sorted = new TreeMap<>(entries);
    return new Properties(
        sorted.keySet().toArray(String[]::new), sorted.values().toArray(Value[]::new));
  }

  /// Takes the first `count` keys and values in any order. A key that comes twice keeps its last
  /// value.
  public static Properties of(String[] keys, Value[] values, int count) {
    if (count == 0) {
      return NONE;
    }
    String[] sortedKeys = new String[count];
    Value[] sortedValues = new Value[count];
    int size = 0;
    for (int i = 0; i < count; i++) {
      int at = size;
      while (at > 0 && sortedKeys[at - 1].compareTo(keys[i]) > 0) {
        at--;
      }
      if (at > 0 && sortedKeys[at - 1].equals(keys[i])) {
        sortedValues[at - 1] = values[i];
        continue;
      }
      System.arraycopy(sortedKeys, at, sortedKeys, at + 1, size - at);
      System.arraycopy(sortedValues, at, sortedValues, at + 1, size - at);
      sortedKeys[at] = keys[i];
      sortedValues[at] = values[i];
      size++;
    }
    return size == count
        ? new Properties(sortedKeys, sortedValues)
        : new Properties(Arrays.copyOf(sortedKeys, size), Arrays.copyOf(sortedValues, size));
  }

  /// Takes `key, value, key, value…`; a value is a String, a whole number, a decimal, a boolean or
  /// a [Value].
  public static Properties of(Object... keysAndValues) {
    var entries = new TreeMap<String, Value>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.put((String) keysAndValues[i], value(keysAndValues[i + 1]));
    }
    return of(entries);
  }

  private static Value value(Object plain) {
    return switch (plain) {
      case Value value -> value;
      case String text -> Value.of(text);
      case Integer number -> Value.of(number.longValue());
      case Long number -> Value.of(number);
      case Double number -> Value.of(number);
      case Boolean on -> Value.of(on);
      default ->
          throw new IllegalArgumentException("No property value: " + plain.getClass().getName());
    };
  }

  public int size() {
    return keys.length;
  }

  public String key(int index) {
    return keys[index];
  }

  public Value value(int index) {
    return values[index];
  }

  public @Nullable Value get(String key) {
    int index = Arrays.binarySearch(keys, key);
    return index < 0 ? null : values[index];
  }

  /// The text under `key`, or empty when there is none.
  public String text(String key) {
    Value value = get(key);
    return value == null ? "" : value.shown();
  }

  /// The whole number under `key`, or 0 when there is none.
  public long whole(String key) {
    return get(key) instanceof Value.Whole(long number) ? number : 0;
  }

  public Properties with(String key, Value value) {
    var entries = new TreeMap<String, Value>();
    for (int i = 0; i < keys.length; i++) {
      entries.put(keys[i], values[i]);
    }
    entries.put(key, value);
    return of(entries);
  }

  public List<String> keys() {
    return List.of(keys);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Properties that
        && Arrays.equals(keys, that.keys)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(keys) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    var parts = new ArrayList<String>();
    for (int i = 0; i < keys.length; i++) {
      parts.add(keys[i] + "=" + values[i].shown());
    }
    return "{" + String.join(", ", parts) + "}";
  }
}
