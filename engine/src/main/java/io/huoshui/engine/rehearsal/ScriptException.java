package io.huoshui.engine.rehearsal;

/// A script that can not be played: where, what was found, what is allowed.
public final class ScriptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String where;
  private final String found;
  private final String allowed;

  public ScriptException(String where, String found, String allowed) {
    super("At " + where + ": found " + found + ", allowed: " + allowed + ".");
    this.where = where;
    this.found = found;
    this.allowed = allowed;
  }

  /// @param cause whose message says the rest
  public ScriptException(String where, RuntimeException cause) {
    super("At " + where + ": " + cause.getMessage(), cause);
    this.where = where;
    this.found = String.valueOf(cause.getMessage());
    this.allowed = "";
  }

  public String where() {
    return where;
  }

  public String found() {
    return found;
  }

  /// Empty where the message says the rest.
  public String allowed() {
    return allowed;
  }
}
