package io.huoshui.server.records;

import org.jspecify.annotations.Nullable;

/// The records can not be opened. The message says what, where, which value and what to do next.
public final class RecordsException extends RuntimeException {
  /// Who can mend it.
  public enum Kind {
    /// Whoever started the command: a wrong setting, a folder in use, a closed folder.
    USER,
    /// The makers of Huoshui.
    INTERNAL,
    /// Whoever runs the database outside.
    EXTERNAL,
    /// Whoever gives the machine its disk and memory.
    RESOURCES
  }

  private final String code;
  private final Kind kind;

  RecordsException(String code, Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.kind = kind;
  }

  RecordsException(String code, Kind kind, String message) {
    this(code, kind, message, null);
  }

  /// A stable name: `records.folder_in_use`, `records.disk_full`…
  public String code() {
    return code;
  }

  public Kind kind() {
    return kind;
  }
}
