package io.huoshui.platforms.parquet;

/// An export can not be written or read: disk, memory, or a damaged file.
public final class ExportException extends RuntimeException {
  ExportException(String message, Throwable cause) {
    super(message, cause);
  }
}
