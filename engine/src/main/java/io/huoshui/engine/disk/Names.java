package io.huoshui.engine.disk;

import java.util.regex.Pattern;

/// The names both disks take.
final class Names {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  private Names() {}

  static String file(String name) {
    int slash = name.indexOf('/');
    if (!(slash < 0
        ? PART.matcher(name).matches()
        : PART.matcher(name.substring(0, slash)).matches()
            && PART.matcher(name.substring(slash + 1)).matches())) {
      throw new IllegalArgumentException(
          "'" + name + "' is no file name here. Allowed: log/7.seg, at most one folder.");
    }
    return name;
  }

  static String folder(String name) {
    if (!name.isEmpty() && !PART.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'" + name + "' is no folder name here. Allowed: log, or nothing for the outermost.");
    }
    return name;
  }

  static String folderOf(String file) {
    int slash = file.indexOf('/');
    return slash < 0 ? "" : file.substring(0, slash);
  }
}
