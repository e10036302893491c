package io.huoshui.server.insight.table;

/// The question can not be answered.
final class Refused extends RuntimeException {
  private final String code;
  private final String next;
  private final int exit;

  /// @param exit 1 when the file does not allow it, 2 when the command is wrong
  Refused(String code, String why, String next, int exit) {
    super(why);
    this.code = code;
    this.next = next;
    this.exit = exit;
  }

  /// The command is wrong.
  static Refused command(String what, String allowed) {
    return new Refused("insight.bad_command", what, "allowed: " + allowed, 2);
  }

  String code() {
    return code;
  }

  String next() {
    return next;
  }

  int exit() {
    return exit;
  }
}
