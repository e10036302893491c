package io.huoshui.survey;

import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What all answers to a questionnaire say: each person's latest one counts.
public final class SurveyResults {
  private static final List<String> PROMOTERS = List.of("9", "10");
  private static final List<String> PASSIVES = List.of("7", "8");
  private static final List<String> DETRACTORS = List.of("0", "1", "2", "3", "4", "5", "6");

  private final Survey survey;
  private final Map<String, Counted> counted = new LinkedHashMap<>();
  private long people;

  public SurveyResults(Survey survey) {
    this.survey = survey;
    survey.questions().forEach(question -> counted.put(question.id(), new Counted()));
  }

  private static final class Counted {
    long answered;
    double sum;
    double squares;
    long numbers;
    final Map<String, Long> byValue = new LinkedHashMap<>();

    long of(List<String> values) {
      return values.stream().mapToLong(value -> byValue.getOrDefault(value, 0L)).sum();
    }
  }

  /// The place of somebody's latest answer on their timeline; -1 for none.
  public static int latest(Timeline timeline, String survey) {
    for (int i = timeline.size() - 1; i >= 0; i--) {
      if (timeline.name(i).equals(Survey.ANSWERED)
          && timeline.property(i, Survey.SURVEY) instanceof Value.Text(String name)
          && name.equals(survey)) {
        return i;
      }
    }
    return -1;
  }

  /// The properties of the answer at a place that the questionnaire asks for.
  public static Properties answers(Survey survey, Timeline timeline, int index) {
    Properties answers = Properties.NONE;
    for (Question question : survey.questions()) {
      Value value = timeline.property(index, question.key());
      if (value != null) {
        answers = answers.with(question.key(), value);
      }
    }
    return answers;
  }

  /// Whether an answer is, or has, one of some values.
  static boolean has(@Nullable Value answer, List<String> values) {
    return switch (answer) {
      case null -> false;
      case Value.Many(List<Value> many) ->
          many.stream().anyMatch(one -> values.contains(one.shown()));
      case Value.Text _, Value.Whole _, Value.Decimal _, Value.Flag _ ->
          values.contains(answer.shown());
    };
  }

  /// Counts somebody's latest answer.
  public void add(Properties answered) {
    people++;
    for (Question question : survey.questions()) {
      Value value = answered.get(question.key());
      Counted of = counted.get(question.id());
      if (value == null || of == null) {
        continue;
      }
      of.answered++;
      List<Value> each = value instanceof Value.Many(List<Value> many) ? many : List.of(value);
      if (!question.values().isEmpty()) {
        each.forEach(one -> of.byValue.merge(one.shown(), 1L, Long::sum));
      }
      double number = value.asNumber();
      if (!Double.isNaN(number)) {
        of.numbers++;
        of.sum += number;
        of.squares += number * number;
      }
    }
  }

  /// A share of a base.
  ///
  /// @param share null where there is no base
  /// @param low of the 95 % interval (Wilson)
  public record Share(
      long people, long of, @Nullable Double share, @Nullable Double low, @Nullable Double high) {
    public static Share of(long people, long of) {
      if (of == 0) {
        return new Share(people, of, null, null, null);
      }
      double p = (double) people / of;
      double z2 = Intervals.Z * Intervals.Z;
      double middle = (p + z2 / (2 * of)) / (1 + z2 / of);
      double half =
          Intervals.Z * Math.sqrt(p * (1 - p) / of + z2 / (4.0 * of * of)) / (1 + z2 / of);
      return new Share(people, of, p, Math.max(0, middle - half), Math.min(1, middle + half));
    }
  }

  /// One line of a question's table.
  ///
  /// @param share of those who answered the question
  /// @param rule that picks exactly these people; null where each may answer again, because rules
  ///   know no latest answer
  public record Row(Cell cell, Words title, Share share, @Nullable String rule) {}

  /// @param low of the 95 % interval (Student's t); null for fewer than two answers
  public record Mean(long n, @Nullable Double mean, @Nullable Double low, @Nullable Double high) {}

  /// Net Promoter Score: the share of 9 and 10 less the share of 0 to 6, times 100.
  ///
  /// @param score null where nobody answered
  /// @param low of the 95 % interval (adjusted Wald)
  public record Nps(
      long n,
      long promoters,
      long passives,
      long detractors,
      @Nullable Double score,
      @Nullable Double low,
      @Nullable Double high) {
    public static Nps of(long promoters, long passives, long detractors) {
      long n = promoters + passives + detractors;
      if (n == 0) {
        return new Nps(0, 0, 0, 0, null, null, null);
      }
      // As if three more had answered, one of each kind: without them a few equal answers would
      // claim to be certain.
      double all = n + 3;
      double up = (promoters + 1) / all;
      double down = (detractors + 1) / all;
      double middle = up - down;
      double half = Intervals.Z * Math.sqrt((up + down - middle * middle) / all);
      return new Nps(
          n,
          promoters,
          passives,
          detractors,
          100.0 * (promoters - detractors) / n,
          100 * Math.max(-1, middle - half),
          100 * Math.min(1, middle + half));
    }
  }

  /// @param answered whoever answered it, of everybody who answered the questionnaire
  /// @param others values that are no option any more
  public record OfQuestion(
      Question question,
      Row answered,
      List<Row> rows,
      long others,
      @Nullable Mean mean,
      @Nullable Nps nps) {}

  public long people() {
    return people;
  }

  /// In the order of the questions; a phone is no answer.
  public List<OfQuestion> questions() {
    var found = new ArrayList<OfQuestion>();
    for (Question question : survey.questions()) {
      Counted of = counted.get(question.id());
      if (of != null && question.kind() != Question.Kind.PHONE) {
        found.add(of(question, of));
      }
    }
    return found;
  }

  private OfQuestion of(Question question, Counted of) {
    var rows = new ArrayList<Row>();
    for (String value : question.values()) {
      rows.add(row(question, List.of(value), question.title(value), of));
    }
    boolean scale = question.kind() == Question.Kind.SCALE;
    if (scale) {
      rows.add(row(question, PROMOTERS, new Words("推荐者 9-10", "Promoters 9-10"), of));
      rows.add(row(question, PASSIVES, new Words("被动者 7-8", "Passives 7-8"), of));
      rows.add(row(question, DETRACTORS, new Words("贬损者 0-6", "Detractors 0-6"), of));
    }
    boolean numeric =
        scale || question.kind() == Question.Kind.RATING || question.kind() == Question.Kind.NUMBER;
    return new OfQuestion(
        question,
        new Row(
            new Cell(question.id(), List.of()),
            new Words("答了此题", "Answered this"),
            Share.of(of.answered, people),
            rule(new Cell(question.id(), List.of()))),
        rows,
        of.byValue.entrySet().stream()
            .filter(entry -> !question.values().contains(entry.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum(),
        numeric ? Intervals.mean(of.numbers, of.sum, of.squares) : null,
        scale ? Nps.of(of.of(PROMOTERS), of.of(PASSIVES), of.of(DETRACTORS)) : null);
  }

  private Row row(Question question, List<String> values, Words title, Counted of) {
    var cell = new Cell(question.id(), values);
    return new Row(cell, title, Share.of(of.of(values), of.answered), rule(cell));
  }

  private @Nullable String rule(Cell cell) {
    return survey.again() ? null : cell.rule(survey);
  }
}
