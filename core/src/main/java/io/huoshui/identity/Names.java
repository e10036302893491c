package io.huoshui.identity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Few names that come again and again, numbered in the order in which they came.
final class Names {
  /// So many are looked through before the map is asked: in most brands there are no more.
  private static final int FEW = 8;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  /// The number of a name, new when it never came.
  int number(String name) {
    int found = find(name);
    if (found < 0) {
      found = names.size();
      names.add(name);
      numbers.put(name, found);
    }
    return found;
  }

  /// -1 when it never came.
  int find(String name) {
    for (int i = 0; i < Math.min(names.size(), FEW); i++) {
      if (names.get(i).equals(name)) {
        return i;
      }
    }
    return names.size() <= FEW ? -1 : numbers.getOrDefault(name, -1);
  }

  String get(int number) {
    return names.get(number);
  }

  List<String> all() {
    return List.copyOf(names);
  }
}
