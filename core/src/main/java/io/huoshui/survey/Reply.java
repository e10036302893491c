package io.huoshui.survey;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What somebody filled in.
public sealed interface Reply {
  int LONGEST_TEXT = 2_000;

  /// The largest whole number that every number keeps exactly.
  BigDecimal LARGEST = BigDecimal.valueOf(1L << 53);

  /// It can be taken.
  ///
  /// @param answers by question; who skipped one has none
  /// @param phone who answers, where that was asked
  record Given(Map<String, Value> answers, @Nullable Identifier phone) implements Reply {
    public Given {
      answers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(answers));
    }

    /// Of the event [Survey#ANSWERED].
    public Properties properties(Survey survey, int version) {
      var properties = new TreeMap<String, Value>();
      properties.put(Survey.SURVEY, Value.of(survey.name()));
      properties.put("version", Value.of(version));
      for (Question question : survey.questions()) {
        Value answer = answers.get(question.id());
        if (answer != null) {
          properties.put(question.key(), answer);
        }
      }
      return Properties.of(properties);
    }

    /// Of the event `profile_updated`; empty where no answer is a trait.
    public Properties traits(Survey survey) {
      var traits = new TreeMap<String, Value>();
      for (Question question : survey.questions()) {
        Value answer = answers.get(question.id());
        if (answer != null && !question.trait().isEmpty()) {
          traits.put(question.trait(), answer);
        }
      }
      return Properties.of(traits);
    }
  }

  /// It can not be taken.
  ///
  /// @param errors per question, in order
  record Wrong(Map<String, Words> errors) implements Reply {
    public Wrong {
      errors = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(errors));
    }
  }

  /// Checks what was filled in. A question that is not asked of this person has no answer, whatever
  /// was sent for it.
  ///
  /// @param fields per question what was sent; several for multi
  static Reply check(Survey survey, Map<String, List<String>> fields) {
    var answers = new LinkedHashMap<String, Value>();
    var errors = new LinkedHashMap<String, Words>();
    Identifier phone = null;
    for (Question question : survey.questions()) {
      if (!asked(question, answers)) {
        continue;
      }
      List<String> sent =
          fields.getOrDefault(question.id(), List.of()).stream()
              .map(String::strip)
              .filter(text -> !text.isEmpty())
              .distinct()
              .toList();
      if (sent.isEmpty()) {
        if (question.required()) {
          errors.put(question.id(), new Words("请回答这一题", "Please answer this one"));
        }
        continue;
      }
      try {
        if (question.kind() == Question.Kind.PHONE) {
          phone = phone(sent.getFirst());
        } else {
          answers.put(question.id(), value(question, sent));
        }
      } catch (Unfit e) {
        errors.put(question.id(), e.words);
      }
    }
    return errors.isEmpty() ? new Given(answers, phone) : new Wrong(errors);
  }

  private static boolean asked(Question question, Map<String, Value> before) {
    Question.Show shown = question.shown();
    return shown == null || SurveyResults.has(before.get(shown.question()), shown.values());
  }

  /// Not an answer to the question.
  final class Unfit extends RuntimeException {
    private final transient Words words;

    private Unfit(String zh, String en) {
      super(en);
      this.words = new Words(zh, en);
    }
  }

  private static Value value(Question question, List<String> sent) {
    String first = sent.getFirst();
    return switch (question.kind()) {
      case SINGLE -> {
        known(question, sent, 1);
        yield Value.of(first);
      }
      case MULTI -> {
        known(question, sent, question.options().size());
        var chosen = new ArrayList<Value>();
        sent.forEach(one -> chosen.add(Value.of(one)));
        yield new Value.Many(chosen);
      }
      case SCALE, RATING -> {
        known(question, sent, 1);
        yield Value.of(Long.parseLong(first));
      }
      case TEXT -> {
        if (first.length() > LONGEST_TEXT) {
          throw new Unfit("最多 " + LONGEST_TEXT + " 个字", "At most " + LONGEST_TEXT + " characters");
        }
        yield Value.of(first);
      }
      case NUMBER -> number(first);
      case DATE -> date(first);
      case PHONE -> throw new IllegalStateException("A phone is no answer");
    };
  }

  private static void known(Question question, List<String> sent, int most) {
    if (sent.size() > most || !question.values().containsAll(sent)) {
      throw new Unfit("请从选项中选择", "Please choose from the options");
    }
  }

  private static Value number(String text) {
    try {
      var number = new BigDecimal(text);
      if (number.abs().compareTo(LARGEST) <= 0 && number.scale() <= 9 && number.scale() >= -15) {
        return number.stripTrailingZeros().scale() <= 0
            ? Value.of(number.longValueExact())
            : Value.of(number.doubleValue());
      }
    } catch (NumberFormatException e) {
      // The words below say it better.
    }
    throw new Unfit("请填写数字", "Please write a number");
  }

  private static Value date(String text) {
    try {
      LocalDate day = LocalDate.parse(text);
      if (day.getYear() >= 1900 && day.getYear() <= 2100) {
        return Value.of(day.toString());
      }
    } catch (DateTimeException e) {
      // The words below say it better.
    }
    throw new Unfit("请填写日期,例如 2026-07-01", "Please write a date, as 2026-07-01");
  }

  private static Identifier phone(String text) {
    try {
      return Identifier.of(IdentifierKind.PHONE, text);
    } catch (IllegalArgumentException e) {
      throw new Unfit("请填写正确的手机号", "Please write a phone number");
    }
  }
}
