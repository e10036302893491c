package io.huoshui.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A list that one lane appends to while others may replace what stands in it: elements never move.
final class Shelf<T> {
  private static final int BITS = 10;
  private static final int CHUNK = 1 << BITS;

  private volatile Object[][] chunks = new Object[0][];
  private int size;

  /// @return the element's index
  int add(T element) {
    int slot = size & (CHUNK - 1);
    if (slot == 0) {
      Object[][] longer = Arrays.copyOf(chunks, chunks.length + 1);
      longer[chunks.length] = new Object[CHUNK];
      chunks = longer;
    }
    chunks[size >>> BITS][slot] = element;
    return size++;
  }

  @SuppressWarnings("unchecked")
  T get(int index) {
    return (T) chunks[index >>> BITS][index & (CHUNK - 1)];
  }

  void set(int index, T element) {
    chunks[index >>> BITS][index & (CHUNK - 1)] = element;
  }

  int size() {
    return size;
  }

  /// What stands in it now, in order.
  List<T> copy() {
    var all = new ArrayList<T>(size);
    for (int i = 0; i < size; i++) {
      all.add(get(i));
    }
    return all;
  }
}
