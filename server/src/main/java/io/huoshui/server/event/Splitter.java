package io.huoshui.server.event;

import java.util.ArrayList;
import java.util.List;

/// Cuts a body into its items without understanding them, so that one broken item can not take its
/// neighbours along.
final class Splitter {
  private Splitter() {}

  /// The bytes `[from, to)` of the body.
  record Slice(int from, int to) {}

  /// One item per line that is not blank.
  static List<Slice> lines(byte[] body, int length) {
    var slices = new ArrayList<Slice>();
    int from = 0;
    for (int i = 0; i <= length; i++) {
      if (i == length || body[i] == '\n') {
        add(body, from, i, slices);
        from = i + 1;
      }
    }
    return slices;
  }

  /// The elements of one JSON array: commas at depth one part them. Brackets are only counted, so
  /// any depth is fine. Where the brackets do not close, the rest is one item, which the reader
  /// then refuses.
  ///
  /// @param open the index of the `[`
  static List<Slice> elements(byte[] body, int length, int open) {
    var slices = new ArrayList<Slice>();
    int depth = 0;
    boolean text = false;
    int from = open + 1;
    for (int i = open; i < length; i++) {
      byte c = body[i];
      if (text) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          text = false;
        }
        continue;
      }
      switch (c) {
        case '"' -> text = true;
        case '[', '{' -> depth++;
        case ']', '}' -> {
          depth--;
          if (depth == 0) {
            add(body, from, i, slices);
            return slices;
          }
        }
        case ',' -> {
          if (depth == 1) {
            add(body, from, i, slices);
            from = i + 1;
          }
        }
        default -> {}
      }
    }
    add(body, from, length, slices);
    return slices;
  }

  private static void add(byte[] body, int from, int to, List<Slice> slices) {
    int start = from;
    int end = to;
    while (start < end && blank(body[start])) {
      start++;
    }
    while (end > start && blank(body[end - 1])) {
      end--;
    }
    if (end > start) {
      slices.add(new Slice(start, end));
    }
  }

  static boolean blank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
