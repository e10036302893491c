package io.huoshui.platforms.file;

/// Quoting.
final class Sql {
  private Sql() {}

  static String name(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  static String text(String literal) {
    return "'" + literal.replace("'", "''") + "'";
  }
}
