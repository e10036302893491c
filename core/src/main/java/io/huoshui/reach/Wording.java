package io.huoshui.reach;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A text with placeholders, read once and said to many: `{name}`, or `{name|word to say when
/// unknown}`. What is no placeholder is said as it stands.
public final class Wording {
  /// @param before what is said before it
  /// @param otherwise the word for who has none, null when there is none
  private record Hole(String before, String name, @Nullable String otherwise) {}

  private final List<Hole> holes;
  private final String rest;

  private Wording(List<Hole> holes, String rest) {
    this.holes = List.copyOf(holes);
    this.rest = rest;
  }

  public static Wording of(String text) {
    var holes = new ArrayList<Hole>();
    int said = 0;
    int open = text.indexOf('{');
    while (open >= 0) {
      int nameEnd = open + 1;
      while (nameEnd < text.length() && inName(text.charAt(nameEnd), nameEnd == open + 1)) {
        nameEnd++;
      }
      int close = nameEnd;
      if (close < text.length() && text.charAt(close) == '|') {
        do {
          close++;
        } while (close < text.length() && text.charAt(close) != '{' && text.charAt(close) != '}');
      }
      if (nameEnd > open + 1 && close < text.length() && text.charAt(close) == '}') {
        holes.add(
            new Hole(
                text.substring(said, open),
                text.substring(open + 1, nameEnd),
                close == nameEnd ? null : text.substring(nameEnd + 1, close)));
        said = close + 1;
        open = close;
      }
      open = text.indexOf('{', open + 1);
    }
    return new Wording(holes, text.substring(said));
  }

  private static boolean inName(char letter, boolean first) {
    return (letter >= 'a' && letter <= 'z')
        || (letter >= 'A' && letter <= 'Z')
        || (!first && letter >= '0' && letter <= '9');
  }

  /// The names it asks for, in order, each as often as it does.
  Stream<String> names() {
    return holes.stream().map(Hole::name);
  }

  /// Those of them that have no word for who has none.
  Stream<String> unguarded() {
    return holes.stream().filter(hole -> hole.otherwise == null).map(Hole::name);
  }

  /// What is said to one person.
  ///
  /// @param words gives the word for a name, null or blank when it is not known
  public String fill(Function<String, @Nullable String> words) {
    if (holes.isEmpty()) {
      return rest;
    }
    var parts = new String[holes.size() * 2 + 1];
    int part = 0;
    for (int i = 0; i < holes.size(); i++) {
      Hole hole = holes.get(i);
      String word = words.apply(hole.name);
      if (word == null || word.isBlank()) {
        word = hole.otherwise == null ? "" : hole.otherwise;
      }
      parts[part++] = hole.before;
      parts[part++] = word;
    }
    parts[part] = rest;
    return String.join("", parts);
  }
}
