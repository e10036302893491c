package io.huoshui.json;

/// Text that is not JSON, or JSON that is not what was asked for. The message says where and what
/// is allowed.
public final class JsonException extends RuntimeException {
  private final String where;

  public JsonException(String where, String message) {
    super(message);
    this.where = where;
  }

  /// The path or the position, as a user can find it.
  public String where() {
    return where;
  }
}
