package io.huoshui.insight.tree;

/// A formula that can not be read: where, what stood there, what may.
public final class FormulaException extends RuntimeException {
  private final int at;
  private final String found;
  private final String allowed;

  /// @param at the character, counted from 1
  FormulaException(int at, String found, String allowed) {
    super("At character " + at + ": found " + found + ", allowed: " + allowed + ".");
    this.at = at;
    this.found = found;
    this.allowed = allowed;
  }

  public int at() {
    return at;
  }

  public String found() {
    return found;
  }

  public String allowed() {
    return allowed;
  }
}
