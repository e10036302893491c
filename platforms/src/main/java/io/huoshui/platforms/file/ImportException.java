package io.huoshui.platforms.file;

import org.jspecify.annotations.Nullable;

/// The import can not go on. The message says what, where and which value; `next` what to do.
public final class ImportException extends RuntimeException {
  /// Who can mend it.
  public enum Kind {
    /// Whoever wrote the map or the command.
    USER,
    /// The makers of Huoshui.
    INTERNAL,
    /// The server at the other end.
    EXTERNAL,
    /// Disk and memory.
    RESOURCES
  }

  private final String code;
  private final Kind kind;
  private final String next;

  ImportException(String code, Kind kind, String message, String next, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.kind = kind;
    this.next = next;
  }

  ImportException(String code, Kind kind, String message, String next) {
    this(code, kind, message, next, null);
  }

  /// A mistake in the map, at its line.
  static ImportException inMap(String where, int line, String message, String next) {
    return new ImportException(
        "import.bad_map", Kind.USER, where + " line " + line + ": " + message, next);
  }

  public String code() {
    return code;
  }

  public Kind kind() {
    return kind;
  }

  public String next() {
    return next;
  }
}
