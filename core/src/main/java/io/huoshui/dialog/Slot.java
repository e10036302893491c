package io.huoshui.dialog;

import java.util.List;

/// What a node asks for.
///
/// @param name under which it is kept, and which later lines may say
/// @param least of a number, or digits of keys
/// @param most of a number, or digits of keys
/// @param choices of a choice
public record Slot(String name, Kind kind, long least, long most, List<Choice> choices) {
  public Slot {
    choices = List.copyOf(choices);
  }

  public enum Kind {
    NUMBER("number"),
    DATE("date"),
    YES_NO("yesNo"),
    CHOICE("choice"),
    PHONE("phone"),
    DIGITS("digits");

    private final String wire;

    Kind(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }
  }

  /// @param words any of them means it
  public record Choice(String value, List<String> words) {
    public Choice {
      words = List.copyOf(words);
    }
  }
}
