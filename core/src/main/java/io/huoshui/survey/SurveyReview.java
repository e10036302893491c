package io.huoshui.survey;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks at a questionnaire as a careful colleague would before it is published.
public final class SurveyReview {
  public static final int MOST_QUESTIONS = 60;
  public static final int MOST_OPTIONS = 60;
  private static final String NAME = "[a-z][a-z0-9_]{0,63}";
  private static final String A_NAME = "a small letter, then letters, digits, '_', at most 64";

  /// What `survey_answered` says itself.
  private static final Set<String> TAKEN =
      Set.of("survey", "version", "touchpoint", "link", "text", "lang", "p");

  private SurveyReview() {}

  /// @param refuses whether it can not be published so
  /// @param question its id; empty when it is about the whole
  /// @param value what stands there
  /// @param cure what is allowed, or what to do
  public record Finding(
      boolean refuses,
      String code,
      String question,
      String field,
      String value,
      String why,
      String cure) {}

  /// All of them, what refuses first, in the order of the questions.
  public static List<Finding> of(Survey survey) {
    var found = new ArrayList<Finding>();
    if (!survey.name().matches(NAME)) {
      found.add(
          no("bad_name", "", "survey", survey.name(), "It has no name to be known by.", A_NAME));
    }
    if (survey.title().blank()) {
      found.add(no("no_title", "", "title", "", "People would not know what it is.", "a title"));
    }
    int count = survey.questions().size();
    if (count == 0 || count > MOST_QUESTIONS) {
      found.add(
          no(
              "bad_questions",
              "",
              "questions",
              Integer.toString(count),
              "It has no questions, or too many.",
              "1 to " + MOST_QUESTIONS));
    }
    Map<String, Question> before = new HashMap<>();
    var traits = new HashSet<String>();
    for (Question question : survey.questions()) {
      question(question, before, traits, found);
      before.putIfAbsent(question.id(), question);
    }
    if (survey.open()
        && survey.questions().stream()
            .noneMatch(q -> q.kind() == Question.Kind.PHONE && q.required() && q.shown() == null)) {
      found.add(
          no(
              "nobody",
              "",
              "open",
              "true",
              "Nobody would know whose answers these are.",
              "a question of kind phone that is required and always asked"));
    }
    if (count > 12) {
      found.add(
          odd(
              "long",
              "",
              "questions",
              Integer.toString(count),
              "Few people get to the end of so many questions.",
              "ask what you will act on"));
    }
    found.sort((a, b) -> Boolean.compare(b.refuses(), a.refuses()));
    return found;
  }

  private static void question(
      Question question, Map<String, Question> before, Set<String> traits, List<Finding> found) {
    String id = question.id();
    if (!id.matches(NAME) || TAKEN.contains(id)) {
      found.add(
          no(
              "bad_id",
              id,
              "id",
              id,
              "It can not be kept under this.",
              A_NAME + ", none of " + TAKEN));
    }
    if (before.containsKey(id)) {
      found.add(no("twice", id, "id", id, "Two questions have this id.", "an id of its own"));
    }
    if (question.title().blank()) {
      found.add(no("no_title", id, "title", "", "It asks nothing.", "what is asked"));
    }
    boolean chooses =
        question.kind() == Question.Kind.SINGLE || question.kind() == Question.Kind.MULTI;
    int options = question.options().size();
    if (chooses && (options < 2 || options > MOST_OPTIONS)) {
      found.add(
          no(
              "bad_options",
              id,
              "options",
              Integer.toString(options),
              "There is nothing to choose from, or too much.",
              "2 to " + MOST_OPTIONS));
    }
    if (!chooses && options > 0) {
      found.add(
          no(
              "bad_options",
              id,
              "options",
              Integer.toString(options),
              "A question of kind " + question.kind().wire() + " has no options.",
              "none, or kind single or multi"));
    }
    for (Question.Option option : question.options()) {
      if (!option.value().matches("[^,:]{1,64}")) {
        found.add(
            no(
                "bad_options",
                id,
                "options",
                option.value(),
                "The value can not be kept.",
                "1 to 64 characters, no comma, no colon; the title may have any"));
      }
    }
    if (question.values().stream().distinct().count() < question.values().size()) {
      found.add(
          no("twice", id, "options", "", "Two options have the same value.", "different values"));
    }
    Question.Show shown = question.shown();
    if (shown != null) {
      shown(question, shown, before.get(shown.question()), found);
    }
    trait(question, traits, found);
  }

  private static void shown(
      Question question, Question.Show shown, @Nullable Question on, List<Finding> found) {
    if (on == null || on.values().isEmpty()) {
      found.add(
          no(
              "unknown_question",
              question.id(),
              "showIf.question",
              shown.question(),
              "No earlier question with values has this id.",
              "the id of an earlier question of kind single, multi, scale or rating"));
      return;
    }
    List<String> others =
        shown.values().stream().filter(value -> !on.values().contains(value)).toList();
    if (!others.isEmpty() || shown.values().isEmpty()) {
      found.add(
          no(
              "unknown_value",
              question.id(),
              "showIf.values",
              String.join(", ", others),
              "It would never be asked.",
              String.join(", ", on.values())));
    }
  }

  private static void trait(Question question, Set<String> traits, List<Finding> found) {
    String trait = question.trait();
    if (trait.isEmpty()) {
      return;
    }
    if (!trait.matches(NAME)) {
      found.add(no("bad_trait", question.id(), "trait", trait, "It is no trait's name.", A_NAME));
    }
    if (question.kind() == Question.Kind.PHONE) {
      found.add(
          no(
              "bad_trait",
              question.id(),
              "trait",
              trait,
              "A phone is an identifier, and no trait.",
              "no trait"));
    }
    if (!traits.add(trait)) {
      found.add(
          odd(
              "same_trait",
              question.id(),
              "trait",
              trait,
              "An earlier question writes to this trait, too; the later answer counts.",
              "a trait of its own, unless only one of them is asked"));
    }
    if (question.kind() == Question.Kind.TEXT) {
      found.add(
          odd(
              "free_text",
              question.id(),
              "trait",
              trait,
              "Free text may hold personal data, and a trait is shown to whoever sees the"
                  + " customer.",
              "no trait, or options to choose from"));
    }
  }

  private static Finding no(
      String code, String question, String field, String value, String why, String cure) {
    return new Finding(true, code, question, field, value, why, cure);
  }

  private static Finding odd(
      String code, String question, String field, String value, String why, String cure) {
    return new Finding(false, code, question, field, value, why, cure);
  }
}
