package io.huoshui.dialog;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How far one call has come. A value: the host keeps it between turns.
///
/// @param node where it is; empty before it was answered
/// @param turns how often the person had the word
/// @param silences in a row
/// @param misses in a row
/// @param words what placeholders say: what is known of the person, and the slots that were told
/// @param said the transcript
/// @param tags what was learnt on the way
/// @param end null while it goes on
public record Talk(
    String node,
    int turns,
    int silences,
    int misses,
    Map<String, String> words,
    List<Said> said,
    List<String> tags,
    @Nullable End end) {
  public Talk {
    words = Collections.unmodifiableMap(new TreeMap<>(words));
    said = List.copyOf(said);
    tags = List.copyOf(tags);
  }

  /// A call that was not answered yet.
  public static Talk of(Map<String, String> words) {
    return new Talk("", 0, 0, 0, words, List.of(), List.of(), null);
  }

  public enum Who {
    ROBOT,
    PERSON
  }

  /// One entry of the transcript.
  ///
  /// @param line the robot's line, or the one the person answered
  /// @param text what was said; `(silence)`, `(keys 1)`
  /// @param intent what was understood; empty for nothing
  /// @param cut whether the person interrupted it
  public record Said(
      Who who,
      String line,
      String text,
      String intent,
      double confidence,
      boolean cut,
      Instant at) {}

  /// @param by `robot`, `person`, `machine`, `human` (transferred)
  /// @param node where it ended
  /// @param line the last line the person heard
  public record End(
      String outcome, CallFlow.Level level, String by, String node, String line, Instant at) {}

  /// The last line of the robot; empty when it has said none.
  public String lastLine() {
    for (int i = said.size() - 1; i >= 0; i--) {
      if (said.get(i).who() == Who.ROBOT) {
        return said.get(i).line();
      }
    }
    return "";
  }

  /// The lines the person heard, in order, each once.
  public List<String> reached() {
    return said.stream().filter(one -> one.who() == Who.ROBOT).map(Said::line).distinct().toList();
  }

  /// The lines the person answered with words or keys, in order, each once.
  public List<String> replied() {
    return said.stream()
        .filter(one -> one.who() == Who.PERSON && !one.text().equals(Dialogue.SILENCE))
        .map(Said::line)
        .distinct()
        .toList();
  }
}
