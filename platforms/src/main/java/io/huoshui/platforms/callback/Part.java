package io.huoshui.platforms.callback;

import java.util.List;

/// One element of a message: a text, or parts of its own.
///
/// @param text empty where there are parts
public record Part(String name, String text, List<Part> parts) {
  public Part {
    parts = List.copyOf(parts);
  }

  /// Everything at a path of names, `MemChangeList.Item`, in order.
  void find(String path, List<Part> into) {
    int dot = path.indexOf('.');
    String first = dot < 0 ? path : path.substring(0, dot);
    for (Part part : parts) {
      if (part.name.equals(first)) {
        if (dot < 0) {
          into.add(part);
        } else {
          part.find(path.substring(dot + 1), into);
        }
      }
    }
  }
}
