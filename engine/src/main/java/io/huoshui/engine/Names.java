package io.huoshui.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers for words that come again and again: event names, sources, property keys.
final class Names {
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> words = new ArrayList<>();

  int number(String word) {
    Integer known = numbers.get(word);
    if (known != null) {
      return known;
    }
    int number = words.size();
    numbers.put(word, number);
    words.add(word);
    return number;
  }

  /// The number of a word, or -1 when it never came.
  int find(String word) {
    return numbers.getOrDefault(word, -1);
  }

  String word(int number) {
    return words.get(number);
  }

  int size() {
    return words.size();
  }

  List<String> all() {
    return List.copyOf(words);
  }
}
