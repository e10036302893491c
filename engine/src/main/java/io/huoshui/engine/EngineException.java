package io.huoshui.engine;

import org.jspecify.annotations.Nullable;

/// What the engine can not do now, and why. Nothing acked is lost by any of these.
public final class EngineException extends RuntimeException {
  /// One word per cause, for programs.
  public enum Code {
    /// The queue is full; come again in a moment.
    BUSY,
    /// The log could not be written: disk full or fsync failed. Nothing more is taken until a
    /// restart.
    LOG_UNWRITABLE,
    LOG_DAMAGED,
    /// The base that the log goes on from is not what was written. As serious as a damaged log,
    /// unless there is a good checkpoint: then a cleaning makes a new one of it.
    BASE_DAMAGED,
    /// A block of columns is not what was written. It is derived: delete it and it is made again.
    COLUMNS_DAMAGED,
    /// A checkpoint is not what was written. It is derived: the log is read instead.
    CHECKPOINT_DAMAGED,
    /// The data can not be read with this key.
    WRONG_KEY,
    /// Another process has the folder.
    LOCKED,
    /// The request names something that is not there.
    UNKNOWN_NAME,
    /// Others stand on what was to be taken away; the message names them.
    IN_USE,
    /// The request does not hold together.
    REFUSED,
    CLOSED
  }

  private final Code code;

  public EngineException(Code code, String message) {
    this(code, message, null);
  }

  public EngineException(Code code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
