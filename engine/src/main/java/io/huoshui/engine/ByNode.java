package io.huoshui.engine;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// By identifier node, a few indexes in an order that whoever adds one says. Mostly a node has one
/// or none, so one takes eight bytes at two thirds full, and nothing else.
///
/// The nodes of a lane are a sixteenth of all numbers, and alike in their low bits: they are spread
/// by their high ones after a multiplication.
final class ByNode {
  private static final int LEAST = 16;

  /// Says where among the indexes of a node another belongs.
  interface Order {
    /// @return how many of `there` come before `index`
    int place(int[] there, int index);
  }

  // Per slot the node and one more, 0 for none; and its index, or, negative, where its indexes are.
  private int[] nodes = new int[LEAST];
  private int[] values = new int[LEAST];
  private int size;

  private int[][] several = new int[4][];
  private int severals;

  // Places in `several` that are free again.
  private int[] free = new int[4];
  private int frees;

  boolean isEmpty() {
    return size == 0;
  }

  boolean has(int node) {
    return nodes[slot(node)] != 0;
  }

  /// The indexes of a node, none when it has none; not to be written to.
  int[] get(int node) {
    int slot = slot(node);
    if (nodes[slot] == 0) {
      return View.NONE;
    }
    int value = values[slot];
    return value >= 0 ? new int[] {value} : several[~value];
  }

  void add(int node, int index, Order order) {
    int slot = slot(node);
    if (nodes[slot] == 0) {
      put(node, index);
      return;
    }
    int[] there = get(node);
    int at = order.place(there, index);
    int[] more = Arrays.copyOf(there, there.length + 1);
    System.arraycopy(there, at, more, at + 1, there.length - at);
    more[at] = index;
    if (values[slot] >= 0) {
      values[slot] = ~keep(more);
    } else {
      several[~values[slot]] = more;
    }
  }

  /// Replaces what a node has.
  ///
  /// @param indexes one or more
  void put(int node, int[] indexes) {
    remove(node);
    put(node, indexes.length == 1 ? indexes[0] : ~keep(indexes));
  }

  private void put(int node, int value) {
    if ((size + 1) * 3L > nodes.length * 2L) {
      grow();
    }
    int slot = slot(node);
    nodes[slot] = node + 1;
    values[slot] = value;
    size++;
  }

  /// @return what the node had, null when it had nothing
  int @Nullable [] remove(int node) {
    int slot = slot(node);
    if (nodes[slot] == 0) {
      return null;
    }
    int[] had = get(node);
    if (values[slot] < 0) {
      release(~values[slot]);
    }
    size--;
    // Whoever came to a later slot because this one was taken moves up.
    int mask = nodes.length - 1;
    int hole = slot;
    for (int next = (slot + 1) & mask; nodes[next] != 0; next = (next + 1) & mask) {
      int home = home(nodes[next] - 1);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        nodes[hole] = nodes[next];
        values[hole] = values[next];
        hole = next;
      }
    }
    nodes[hole] = 0;
    return had;
  }

  private int keep(int[] indexes) {
    int at = frees > 0 ? free[--frees] : severals++;
    if (at == several.length) {
      several = Arrays.copyOf(several, at * 2);
    }
    several[at] = indexes;
    return at;
  }

  private void release(int at) {
    several[at] = View.NONE;
    if (frees == free.length) {
      free = Arrays.copyOf(free, frees * 2);
    }
    free[frees++] = at;
  }

  private int home(int node) {
    return (node * 0x9E3779B9) >>> Integer.numberOfLeadingZeros(nodes.length - 1);
  }

  private int slot(int node) {
    int mask = nodes.length - 1;
    int slot = home(node);
    while (nodes[slot] != 0 && nodes[slot] != node + 1) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    int[] oldNodes = nodes;
    int[] oldValues = values;
    nodes = new int[oldNodes.length * 2];
    values = new int[oldNodes.length * 2];
    for (int i = 0; i < oldNodes.length; i++) {
      if (oldNodes[i] != 0) {
        int slot = slot(oldNodes[i] - 1);
        nodes[slot] = oldNodes[i];
        values[slot] = oldValues[i];
      }
    }
  }

  /// Gives every node that has an index, in no order.
  void eachNode(IntConsumer node) {
    for (int one : nodes) {
      if (one != 0) {
        node.accept(one - 1);
      }
    }
  }

  /// Gives every index of every node, in no order.
  void each(IntConsumer index) {
    eachNode(
        node -> {
          for (int one : get(node)) {
            index.accept(one);
          }
        });
  }
}
