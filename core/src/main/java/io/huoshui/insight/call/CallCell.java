package io.huoshui.insight.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What opens the people behind a number of a [CallReport].
public sealed interface CallCell {
  record Called() implements CallCell {}

  record Answered() implements CallCell {}

  record Talked(long moreThanSeconds) implements CallCell {}

  record Failed(String why) implements CallCell {}

  record Outcome(String outcome) implements CallCell {}

  record Level(String level) implements CallCell {}

  record Tagged(String tag) implements CallCell {}

  record Transferred() implements CallCell {}

  record Bought() implements CallCell {}

  record Reached(String line) implements CallCell {}

  record Replied(String line) implements CallCell {}

  record HungUpAt(String line) implements CallCell {}

  /// Whether a person with these calls is behind the number.
  default boolean holds(List<MadeCall> calls) {
    return calls.stream().anyMatch(this::holds);
  }

  private boolean holds(MadeCall call) {
    return switch (this) {
      case Called() -> true;
      case Answered() -> call.answered();
      case Talked(long seconds) -> call.answered() && call.seconds() > seconds;
      case Failed(String why) -> call.why().equals(why);
      case Outcome(String outcome) -> call.answered() && call.outcome().equals(outcome);
      case Level(String level) -> call.answered() && call.level().equals(level);
      case Tagged(String tag) -> call.tags().contains(tag);
      case Transferred() -> call.answered() && call.hungUpBy().equals("human");
      case Bought() -> call.answered() && call.bought();
      case Reached(String line) -> call.reached().contains(line);
      case Replied(String line) -> call.replied().contains(line);
      case HungUpAt(String line) -> call.hungUpBy().equals("person") && call.line().equals(line);
    };
  }

  default String wire() {
    return switch (this) {
      case Called() -> "called";
      case Answered() -> "answered";
      case Talked(long seconds) -> "talked:" + seconds;
      case Failed(String why) -> "failed:" + why;
      case Outcome(String outcome) -> "outcome:" + outcome;
      case Level(String level) -> "level:" + level;
      case Tagged(String tag) -> "tag:" + tag;
      case Transferred() -> "transferred";
      case Bought() -> "bought";
      case Reached(String line) -> "reached:" + line;
      case Replied(String line) -> "replied:" + line;
      case HungUpAt(String line) -> "hungUpAt:" + line;
    };
  }

  /// @return null when it names none
  static @Nullable CallCell of(String wire) {
    int colon = wire.indexOf(':');
    String kind = colon < 0 ? wire : wire.substring(0, colon);
    String of = colon < 0 ? "" : wire.substring(colon + 1);
    return switch (kind) {
      case "called" -> new Called();
      case "answered" -> new Answered();
      case "transferred" -> new Transferred();
      case "bought" -> new Bought();
      case "talked" -> of.matches("\\d{1,6}") ? new Talked(Long.parseLong(of)) : null;
      case "failed" -> new Failed(of);
      case "outcome" -> new Outcome(of);
      case "level" -> new Level(of);
      case "tag" -> new Tagged(of);
      case "reached" -> new Reached(of);
      case "replied" -> new Replied(of);
      case "hungUpAt" -> new HungUpAt(of);
      default -> null;
    };
  }
}
