package io.huoshui.server.care;

import org.jspecify.annotations.Nullable;

/// A backup or a restore that can not go on. The message says what and where; then comes what to do
/// next.
final class CareException extends RuntimeException {
  private final String code;
  private final String next;

  /// @param code a stable name: `backup.disk_full`
  CareException(String code, String message, String next, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.next = next;
  }

  CareException(String code, String message, String next) {
    this(code, message, next, null);
  }

  String code() {
    return code;
  }

  String next() {
    return next;
  }
}
