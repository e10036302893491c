package io.huoshui.insight.alert;

import io.huoshui.json.Json;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something that people have to see to and that no rule asks for: it begins, may get worse, and
/// ends. It says what to do next.
///
/// @param name what it is about: `acquisition-links`, `live-code-card-milk`
/// @param kind how it stands now; it is told again when this changes
/// @param value the number behind it; null where there is none
public record Incident(
    String name, String kind, Words title, Words what, Words next, @Nullable Double value) {

  /// The same in both languages.
  public record Words(String zh, String en) {
    String in(boolean chinese) {
      return chinese ? zh : en;
    }
  }

  public Incident {
    if (!name.matches("[a-z][a-z0-9-]{0,63}")) {
      throw new IllegalArgumentException("An incident is called like 'live-code-card': " + name);
    }
  }

  /// One line of both languages, for the subject of a mail.
  ///
  /// @param over whether it has ended
  public String title(boolean over) {
    return headline(true, over) + " · " + headline(false, over);
  }

  private String headline(boolean chinese, boolean over) {
    String about = title.in(chinese);
    return chinese ? (over ? "已恢复：" : "要处理：") + about : (over ? "Over: " : "To see to: ") + about;
  }

  /// What is told, line by line; the first is the headline.
  public List<String> lines(boolean chinese, boolean over) {
    return over
        ? List.of(headline(chinese, true))
        : List.of(
            headline(chinese, false),
            what.in(chinese),
            (chinese ? "下一步：" : "Next: ") + next.in(chinese));
  }

  /// For programs, and for the ways that write texts: both languages are in it.
  public Json json(Instant since, boolean over) {
    return Json.object(
        "incident",
        Json.of(name),
        "kind",
        Json.of(kind),
        "since",
        Json.of(since.toString()),
        "over",
        Json.of(over),
        "value",
        value == null ? new Json.Null() : Json.of(value),
        "zh",
        Json.of(String.join("\n", lines(true, over))),
        "en",
        Json.of(String.join("\n", lines(false, over))));
  }
}
