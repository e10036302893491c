package io.huoshui.survey;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.List;

/// Some of those who answered: what one number of the results counts.
///
/// @param question its id; empty for everybody who answered
/// @param values whose answer is, or has, one of these; empty for whoever answered the question
public record Cell(String question, List<String> values) {
  public static final Cell EVERYBODY = new Cell("", List.of());

  public Cell {
    values = List.copyOf(values);
  }

  /// Reads `score:9,10`, `score`, and nothing for everybody.
  public static Cell of(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? new Cell(text, List.of())
        : new Cell(text.substring(0, colon), List.of(text.substring(colon + 1).split(",", -1)));
  }

  /// What [#of] reads.
  public String wire() {
    return values.isEmpty() ? question : question + ":" + String.join(",", values);
  }

  /// Whether somebody's answer belongs.
  ///
  /// @param answered the properties of their latest answer
  public boolean belongs(Survey survey, Properties answered) {
    if (question.isEmpty()) {
      return true;
    }
    Question of = survey.find(question);
    Value value = of == null ? null : answered.get(of.key());
    return values.isEmpty() ? value != null : SurveyResults.has(value, values);
  }

  /// The rule that picks exactly these people, for a questionnaire that each answers once.
  public String rule(Survey survey) {
    var tests = new ArrayList<EventPattern.Where>();
    tests.add(new EventPattern.Where(Survey.SURVEY, Operator.EQUAL, Value.of(survey.name())));
    Question of = survey.find(question);
    if (of != null && values.isEmpty()) {
      return RuleText.write(
          new Condition.Measured(
              new Fold(Fold.Kind.DISTINCT, of.key()),
              new EventPattern(Survey.ANSWERED, tests),
              Window.ever(),
              Operator.MORE_OR_EQUAL,
              1));
    }
    if (of != null) {
      List<Value> wanted = values.stream().map(value -> typed(of, value)).toList();
      tests.add(
          wanted.size() == 1
              ? new EventPattern.Where(of.key(), Operator.EQUAL, wanted.getFirst())
              : new EventPattern.Where(of.key(), Operator.ONE_OF, new Value.Many(wanted)));
    }
    return "did " + RuleText.write(new EventPattern(Survey.ANSWERED, tests));
  }

  private static Value typed(Question question, String value) {
    boolean number =
        question.kind() == Question.Kind.SCALE || question.kind() == Question.Kind.RATING;
    return number && value.matches("\\d{1,2}") ? Value.of(Long.parseLong(value)) : Value.of(value);
  }
}
