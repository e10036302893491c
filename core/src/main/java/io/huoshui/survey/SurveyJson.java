package io.huoshui.survey;

import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Questionnaires as JSON (YAML says the same):
///
/// ```
/// survey: welcome
/// title: {zh: 欢迎问卷, en: Welcome}
/// questions:
///   - {id: score, kind: scale, title: {zh: 你会推荐我们吗?, en: Would you recommend us?}, required: true, trait: nps_score}
///   - {id: why, kind: text, title: 为什么?, showIf: {question: score, values: [0, 1, 2, 3, 4, 5, 6]}}
///   - {id: taste, kind: multi, title: 喜欢什么?, options: [{value: milk, title: {zh: 牛奶, en: Milk}}, cheese]}
/// again: false
/// open: false
/// closes: 2026-08-01T00:00:00+08:00
/// ```
public final class SurveyJson {
  private static final String YES_OR_NO = "true or false";

  private SurveyJson() {}

  /// @throws UnreadableException naming the path, what was found and what is allowed
  public static Survey read(Json json) {
    var at = new Place(json, "survey");
    at.only("survey", "title", "intro", "thanks", "questions", "again", "open", "closes");
    var questions = new ArrayList<Question>();
    for (Place question : at.get("questions").list()) {
      questions.add(question(question));
    }
    return new Survey(
        at.get("survey").text(),
        words(at.get("title")),
        words(at.get("intro")),
        words(at.get("thanks")),
        questions,
        flag(at.get("again")),
        flag(at.get("open")),
        instant(at.get("closes")));
  }

  private static Question question(Place at) {
    at.only("id", "kind", "title", "required", "options", "showIf", "trait");
    String wire =
        at.get("kind")
            .oneOf(
                Stream.of(Question.Kind.values()).map(Question.Kind::wire).toArray(String[]::new));
    var options = new ArrayList<Question.Option>();
    if (!at.get("options").absent()) {
      for (Place option : at.get("options").list()) {
        options.add(option(option));
      }
    }
    return new Question(
        at.get("id").text(),
        Stream.of(Question.Kind.values())
            .filter(kind -> kind.wire().equals(wire))
            .findFirst()
            .orElseThrow(),
        words(at.get("title")),
        flag(at.get("required")),
        options,
        at.get("showIf").absent() ? null : show(at.get("showIf")),
        at.get("trait").text(""));
  }

  private static Question.Option option(Place at) {
    if (at.json() instanceof Json.Obj) {
      at.only("value", "title");
      String value = plain(at.get("value"));
      return new Question.Option(
          value, at.get("title").absent() ? new Words(value, value) : words(at.get("title")));
    }
    String value = plain(at);
    return new Question.Option(value, new Words(value, value));
  }

  private static Question.Show show(Place at) {
    at.only("question", "values");
    return new Question.Show(
        at.get("question").text(),
        at.get("values").list().stream().map(SurveyJson::plain).toList());
  }

  /// YAML reads `3` as a number.
  private static String plain(Place at) {
    return switch (at.json()) {
      case Json.Str(String text) when !text.isBlank() -> text;
      case Json.Num(var number) -> number.toPlainString();
      case null, default -> throw at.refused("a text that is not empty, or a number");
    };
  }

  private static Words words(Place at) {
    if (at.absent()) {
      return Words.NONE;
    }
    if (at.json() instanceof Json.Str(String text)) {
      return new Words(text, text);
    }
    at.only("zh", "en");
    return new Words(at.get("zh").text(""), at.get("en").text(""));
  }

  private static boolean flag(Place at) {
    if (at.absent()) {
      return false;
    }
    if (at.json() instanceof Json.Bool(boolean on)) {
      return on;
    }
    throw at.refused(YES_OR_NO);
  }

  private static @Nullable Instant instant(Place at) {
    if (at.absent()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(at.text()).toInstant();
    } catch (DateTimeException e) {
      throw at.refused("an instant: 2026-08-01T00:00:00+08:00");
    }
  }
}
