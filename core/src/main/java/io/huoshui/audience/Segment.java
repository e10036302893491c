package io.huoshui.audience;

/// A rule under a name. Its text form is the one people write and read.
public record Segment(String name, Condition rule) {
  public Segment {
    if (!name.matches("[a-z][a-z0-9_]{0,63}")) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is no segment name. Allowed: a small letter, then letters, digits, '_', at most"
              + " 64.");
    }
  }

  /// @throws RuleException when the text is no rule
  public static Segment parse(String name, String text) {
    return new Segment(name, RuleText.parse(text));
  }

  public String text() {
    return RuleText.write(rule);
  }
}
