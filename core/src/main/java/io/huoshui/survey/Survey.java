package io.huoshui.survey;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A questionnaire.
///
/// @param again whether one person may answer more than once; the latest answer counts
/// @param open whether there is a link that names nobody; who answers says so by phone
/// @param closes when it ends by itself; null for never
public record Survey(
    String name,
    Words title,
    Words intro,
    Words thanks,
    List<Question> questions,
    boolean again,
    boolean open,
    @Nullable Instant closes) {
  /// The event an answer becomes.
  public static final String ANSWERED = "survey_answered";

  /// Its property that names the questionnaire.
  public static final String SURVEY = "survey";

  public Survey {
    questions = List.copyOf(questions);
  }

  public @Nullable Question find(String id) {
    return questions.stream().filter(one -> one.id().equals(id)).findFirst().orElse(null);
  }

  public boolean over(Instant now) {
    return closes != null && !now.isBefore(closes);
  }
}
