package io.huoshui.engine.rehearsal;

/// A script that can not be played: where, what was found, what is allowed.
public final class ScriptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ScriptException(String where, String found, String allowed) {
    super("At " + where + ": found " + found + ", allowed: " + allowed + ".");
  }

  /// @param cause whose message says the rest
  public ScriptException(String where, RuntimeException cause) {
    super("At " + where + ": " + cause.getMessage(), cause);
  }
}
