package io.huoshui.engine;

import java.util.Arrays;

/// The dense numbers of profiles: what columns, bit sets and lanes count by. A profile is named by
/// its smallest identifier node; the first time a node stands for a profile it gets an ordinal, and
/// keeps it: a profile that is merged away leaves its ordinal unused, and an unmerge uses it again.
final class Ordinals {
  private static final int NONE = -1;

  private int[] ofNode = new int[1024];
  private int[] nodeOf = new int[1024];
  private int size;

  Ordinals() {
    Arrays.fill(ofNode, NONE);
  }

  /// The ordinal of a profile, or -1 when the node never stood for one.
  int of(int profile) {
    return profile < ofNode.length ? ofNode[profile] : NONE;
  }

  /// The ordinal of a profile, a new one when the node never stood for one.
  int give(int profile) {
    int known = of(profile);
    if (known != NONE) {
      return known;
    }
    if (profile >= ofNode.length) {
      int before = ofNode.length;
      ofNode = Arrays.copyOf(ofNode, Math.max(before * 2, profile + 1));
      Arrays.fill(ofNode, before, ofNode.length, NONE);
    }
    if (size == nodeOf.length) {
      nodeOf = Arrays.copyOf(nodeOf, size * 2);
    }
    ofNode[profile] = size;
    nodeOf[size] = profile;
    return size++;
  }

  /// The node an ordinal was given for.
  int node(int ordinal) {
    return nodeOf[ordinal];
  }

  /// Per node the ordinal it has or -1, up to the last that has one or further.
  int[] ofNodes() {
    return ofNode.clone();
  }

  int size() {
    return size;
  }

  /// The node of every ordinal given so far, for a reader while more are given. Not to be changed.
  int[] shared() {
    return nodeOf;
  }

  /// The node of every ordinal, in order.
  int[] nodes() {
    return Arrays.copyOf(nodeOf, size);
  }
}
