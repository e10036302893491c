package io.huoshui.json;

/// A definition that can not be read: where, what stood there, what may.
public final class UnreadableException extends RuntimeException {
  private final String where;
  private final String found;
  private final String allowed;

  public UnreadableException(String where, String found, String allowed) {
    super("At " + where + ": found " + found + ", allowed: " + allowed + ".");
    this.where = where;
    this.found = found;
    this.allowed = allowed;
  }

  public String where() {
    return where;
  }

  public String found() {
    return found;
  }

  public String allowed() {
    return allowed;
  }
}
