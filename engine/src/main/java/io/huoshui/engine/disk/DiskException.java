package io.huoshui.engine.disk;

import org.jspecify.annotations.Nullable;

/// What a disk did not do, and why.
public final class DiskException extends RuntimeException {
  /// One word per cause, for programs.
  public enum Code {
    /// No room for more bytes. Some of what was to be written may be there.
    FULL,
    /// An input or output error, a name that is not there, a file that is closed. After a failed
    /// force nobody knows what is on the disk.
    FAILED,
    /// Somebody else holds the folder.
    LOCKED
  }

  private final Code code;

  public DiskException(Code code, String message) {
    this(code, message, null);
  }

  public DiskException(Code code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
