package io.huoshui.survey;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.Dice;
import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.audience.RuleText;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.EventList;
import io.huoshui.profile.Timeline;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurveyTest {
  private static final Instant NOW = Instant.parse("2026-07-01T04:00:00Z");

  static final String WELCOME =
      """
      {"survey": "welcome", "title": {"zh": "欢迎问卷", "en": "Welcome"},
       "questions": [
         {"id": "score", "kind": "scale", "title": "推荐吗?", "required": true, "trait": "nps_score"},
         {"id": "why", "kind": "text", "title": "为什么?", "required": true,
          "showIf": {"question": "score", "values": [0, 1, 2, 3, 4, 5, 6]}},
         {"id": "taste", "kind": "multi", "title": "喜欢?", "trait": "taste",
          "options": [{"value": "milk", "title": {"zh": "牛奶", "en": "Milk"}}, "cheese", "yogurt"]},
         {"id": "stars", "kind": "rating", "title": "服务"},
         {"id": "family", "kind": "number", "title": "几口人?", "trait": "family"},
         {"id": "born", "kind": "date", "title": "生日", "trait": "birthday"},
         {"id": "sex", "kind": "single", "title": "性别", "options": ["f", "m"]}]}
      """;

  private static Survey survey(String json) {
    return SurveyJson.read(Json.parse(json));
  }

  private static Survey welcome() {
    return survey(WELCOME);
  }

  /// `score=9;taste=milk,cheese`
  private static Map<String, List<String>> fields(String text) {
    var fields = new LinkedHashMap<String, List<String>>();
    for (String part : text.split(";", -1)) {
      if (part.contains("=")) {
        fields.put(
            part.substring(0, part.indexOf('=')),
            List.of(part.substring(part.indexOf('=') + 1).split("\\+", -1)));
      }
    }
    return fields;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          score=9                                  | {score=9, survey=welcome, version=3} {nps_score=9}
          score=9;why=so                           | {score=9, survey=welcome, version=3} {nps_score=9}
          score=6;why= slow                        | {score=6, survey=welcome, version=3, why_text=slow} {nps_score=6}
          score=6                                  | wrong why
          score=11                                 | wrong score
          score=9+8                                | wrong score
          score=nine                               | wrong score
          stars=3                                  | wrong score
          score=10;taste=milk+cheese+milk          | {score=10, survey=welcome, taste=milk,cheese, version=3} {nps_score=10, taste=milk,cheese}
          score=10;taste=beer                      | wrong taste
          score=10;sex=f+m                         | wrong sex
          score=10;sex=f;stars=5                   | {score=10, sex=f, stars=5, survey=welcome, version=3} {nps_score=10}
          score=10;stars=0;family=x;born=2026-02-30 | wrong stars family born
          score=10;family=3;born=1990-02-28        | {born=1990-02-28, family=3, score=10, survey=welcome, version=3} {birthday=1990-02-28, family=3, nps_score=10}
          score=10;family=2.5                      | {family=2.5, score=10, survey=welcome, version=3} {family=2.5, nps_score=10}
          score=10;family=1e999                    | wrong family
          score=10;family=1e-999                   | wrong family
          score=10;nobody=asked;survey=other       | {score=10, survey=welcome, version=3} {nps_score=10}
          """)
  void answersAreCheckedOneByOne(String sent, String becomes) {
    Survey survey = welcome();
    String became =
        switch (Reply.check(survey, fields(sent))) {
          case Reply.Wrong(Map<String, Words> errors) ->
              "wrong " + String.join(" ", errors.keySet());
          case Reply.Given given -> given.properties(survey, 3) + " " + given.traits(survey);
        };
    assertThat(became).isEqualTo(becomes);
  }

  @Test
  void aPhoneSaysWhoAndIsNoAnswer() {
    Survey survey =
        survey(
            """
            {"survey": "open", "title": "t", "open": true,
             "questions": [{"id": "phone", "kind": "phone", "title": "p", "required": true}]}
            """);
    assertThat(SurveyReview.of(survey)).isEmpty();
    assertThat(Reply.check(survey, fields("phone=12"))).isInstanceOf(Reply.Wrong.class);
    var given = (Reply.Given) Reply.check(survey, fields("phone=139 1000 0000"));
    assertThat(given.phone()).isEqualTo(Identifier.of(IdentifierKind.PHONE, "13910000000"));
    assertThat(given.properties(survey, 1).toString()).isEqualTo("{survey=open, version=1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"survey":"Bad","title":"","questions":[]} | bad_name no_title bad_questions
          {"survey":"a","title":"t","questions":[{"id":"survey","kind":"text","title":"x"}]} | bad_id
          {"survey":"a","title":"t","questions":[{"id":"b","kind":"text","title":"x"},{"id":"b","kind":"text","title":""}]} | twice no_title
          {"survey":"a","title":"t","questions":[{"id":"b","kind":"single","title":"x","options":["y"]}]} | bad_options
          {"survey":"a","title":"t","questions":[{"id":"b","kind":"multi","title":"x","options":["y","y"]}]} | twice
          {"survey":"a","title":"t","questions":[{"id":"b","kind":"multi","title":"x","options":["y,z","u"]}]} | bad_options
          {"survey":"a","title":"t","questions":[{"id":"b","kind":"scale","title":"x","options":["y"]}]} | bad_options
          {"survey":"a","title":"t","questions":[{"id":"b","kind":"text","title":"x","showIf":{"question":"c","values":["1"]}},{"id":"c","kind":"scale","title":"x"}]} | unknown_question
          {"survey":"a","title":"t","questions":[{"id":"c","kind":"scale","title":"x"},{"id":"b","kind":"text","title":"x","showIf":{"question":"c","values":[11]}}]} | unknown_value
          {"survey":"a","title":"t","open":true,"questions":[{"id":"c","kind":"phone","title":"x"}]} | nobody
          {"survey":"a","title":"t","questions":[{"id":"c","kind":"phone","title":"x","trait":"Phone"}]} | bad_trait bad_trait
          {"survey":"a","title":"t","questions":[{"id":"c","kind":"text","title":"x","trait":"u"},{"id":"d","kind":"text","title":"x","trait":"u"}]} | (free_text) (same_trait) (free_text)
          """)
  void aReviewSaysEverythingThatIsWrong(String json, String codes) {
    assertThat(
            SurveyReview.of(survey(json)).stream()
                .map(one -> one.refuses() ? one.code() : "(" + one.code() + ")"))
        .containsExactly(codes.split(" "));
    assertThat(SurveyReview.of(welcome())).isEmpty();
  }

  @Test
  void whatCanNotBeReadIsSaidWithItsPlace() {
    assertThatThrownBy(
            () -> survey("{\"survey\":\"a\",\"questions\":[{\"id\":\"b\",\"kind\":\"slider\"}]}"))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("kind")
        .hasMessageContaining("single, multi, scale");
    assertThatThrownBy(() -> survey("{\"survey\":\"a\",\"questions\":[],\"closes\":\"soon\"}"))
        .hasMessageContaining("closes");
    assertThatThrownBy(() -> survey("{\"survey\":\"a\",\"questions\":[],\"opens\":1}"))
        .hasMessageContaining("opens");
  }

  private static Event answered(int person, int minute, Properties properties) {
    return new Event(
        "e" + person + "/" + minute,
        Survey.ANSWERED,
        NOW.plusSeconds(60L * minute),
        "survey",
        List.of(Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + person)),
        properties);
  }

  /// Many people answer at random: every number of the results is that of its rule's people.
  @Test
  void everyCellsRulePicksExactlyItsPeople() {
    Survey survey = welcome();
    var dice = new Dice(7);
    var timelines = new ArrayList<Timeline>();
    for (int i = 0; i < 300; i++) {
      var events = new ArrayList<Event>();
      if (dice.chance(30)) {
        events.add(answered(i, 0, Properties.of("survey", "other", "score", 9)));
      }
      if (i % 4 != 0) {
        var fields = new LinkedHashMap<String, List<String>>();
        for (Question question : survey.questions()) {
          if (dice.chance(50) || question.required()) {
            fields.put(
                question.id(),
                question.values().isEmpty()
                    ? List.of(
                        question.kind() == Question.Kind.DATE ? "2000-01-01" : "" + dice.roll(9))
                    : question.kind() == Question.Kind.MULTI
                        ? question.values().subList(0, 1 + dice.roll(3))
                        : List.of(question.values().get(dice.roll(question.values().size()))));
          }
        }
        events.add(
            answered(i, 5, ((Reply.Given) Reply.check(survey, fields)).properties(survey, 1)));
      }
      timelines.add(new EventList(events));
    }
    var results = new SurveyResults(survey);
    for (Timeline timeline : timelines) {
      int at = SurveyResults.latest(timeline, survey.name());
      if (at >= 0) {
        results.add(SurveyResults.answers(survey, timeline, at));
      }
    }
    assertThat(results.people()).isEqualTo(225);
    assertThat(picked(timelines, Cell.EVERYBODY.rule(survey))).isEqualTo(225);
    int cells = 0;
    for (SurveyResults.OfQuestion of : results.questions()) {
      var rows = new ArrayList<>(of.rows());
      rows.add(of.answered());
      for (SurveyResults.Row row : rows) {
        assertThat(picked(timelines, String.valueOf(row.rule())))
            .as(row.rule())
            .isEqualTo(row.share().people());
        Cell again = Cell.of(row.cell().wire());
        assertThat(again).isEqualTo(row.cell());
        assertThat(
                timelines.stream()
                    .filter(
                        timeline -> {
                          int at = SurveyResults.latest(timeline, survey.name());
                          return at >= 0
                              && again.belongs(survey, SurveyResults.answers(survey, timeline, at));
                        })
                    .count())
            .isEqualTo(row.share().people());
        cells++;
      }
    }
    assertThat(cells).isEqualTo(11 + 3 + 3 + 5 + 2 + 7);
  }

  private static long picked(List<Timeline> timelines, String rule) {
    Condition condition = RuleText.parse(rule);
    assertThat(RuleText.write(condition)).isEqualTo(rule);
    var moment = new Moment(NOW.plusSeconds(86_400), ZoneId.of("Asia/Kathmandu"));
    return timelines.stream()
        .filter(timeline -> condition.test(new Somebody(timeline), moment))
        .count();
  }

  private record Somebody(Timeline timeline) implements io.huoshui.profile.Person {
    @Override
    public int profile() {
      return 0;
    }

    @Override
    public boolean has(IdentifierKind kind) {
      return false;
    }

    @Override
    public boolean inAudience(String audience) {
      return false;
    }

    @Override
    public boolean inSegment(String segment, Instant now) {
      return false;
    }

    @Override
    public boolean onJourney(String journey, Standing standing) {
      return false;
    }

    @Override
    public List<String> traitNames() {
      return List.of();
    }
  }

  @Test
  void theLatestAnswerCountsAndHasNoRuleWhereEachMayAnswerAgain() {
    Survey again = survey(WELCOME.replaceFirst("\"questions\"", "\"again\": true, \"questions\""));
    Timeline twice =
        EventList.of(
            answered(1, 1, Properties.of("survey", "welcome", "score", 2)),
            answered(1, 9, Properties.of("survey", "welcome", "score", 10)),
            answered(1, 10, Properties.of("survey", "other", "score", 3)));
    int at = SurveyResults.latest(twice, "welcome");
    assertThat(at).isEqualTo(1);
    var results = new SurveyResults(again);
    results.add(SurveyResults.answers(again, twice, at));
    SurveyResults.OfQuestion score = results.questions().getFirst();
    assertThat(score.nps()).extracting("promoters", "detractors").containsExactly(1L, 0L);
    assertThat(score.rows()).allMatch(row -> row.rule() == null);
  }

  @Test
  void whereNobodyAnsweredThereIsNoNumber() {
    SurveyResults.OfQuestion score = new SurveyResults(welcome()).questions().getFirst();
    assertThat(score.nps()).extracting("n", "score", "low").containsExactly(0L, null, null);
    assertThat(score.mean()).extracting("n", "mean").containsExactly(0L, null);
    assertThat(score.rows().getFirst().share().share()).isNull();
  }

  /// Reference: 60 promoters, 25 passives, 15 detractors of 100 are NPS 45.
  @Test
  void npsIsPromotersLessDetractors() {
    SurveyResults.Nps nps = SurveyResults.Nps.of(60, 25, 15);
    assertThat(nps.score()).isEqualTo(45.0);
    assertThat(nps.low()).isCloseTo(29.1, within(0.5));
    assertThat(nps.high()).isCloseTo(58.3, within(0.5));
    SurveyResults.Nps few = SurveyResults.Nps.of(3, 0, 0);
    assertThat(few.score()).isEqualTo(100.0);
    assertThat(few.low()).isLessThan(20);
  }

  /// Worlds whose truth is known: the interval holds it about 95 times of 100.
  @ParameterizedTest
  @CsvSource({"20, 50, 30", "50, 60, 25", "50, 10, 10", "200, 70, 5", "400, 33, 33"})
  void npsIntervalsHoldTheTruthAsOftenAsTheySay(int n, int promoters, int detractors) {
    var dice = new Dice(n);
    int held = 0;
    int worlds = 2_000;
    for (int world = 0; world < worlds; world++) {
      long up = 0;
      long down = 0;
      for (int i = 0; i < n; i++) {
        int roll = dice.roll(100);
        up += roll < promoters ? 1 : 0;
        down += roll >= 100 - detractors ? 1 : 0;
      }
      SurveyResults.Nps nps = SurveyResults.Nps.of(up, n - up - down, down);
      double truth = promoters - detractors;
      held += requireNonNull(nps.low()) <= truth && truth <= requireNonNull(nps.high()) ? 1 : 0;
    }
    assertThat((double) held / worlds).isBetween(0.93, 0.985);
  }

  /// Student's t of tables, two-sided 95 %.
  @ParameterizedTest
  @CsvSource({
    "1, 12.706",
    "2, 4.303",
    "3, 3.182",
    "5, 2.571",
    "10, 2.228",
    "30, 2.042",
    "1000, 1.962"
  })
  void studentsTIsThatOfTables(long freedom, double t) {
    assertThat(Intervals.t(freedom)).isCloseTo(t, within(0.02));
  }

  @Test
  void aMeanHasAnIntervalFromTwoAnswersOn() {
    assertThat(Intervals.mean(1, 4, 16)).extracting("mean", "low").containsExactly(4.0, null);
    SurveyResults.Mean three = Intervals.mean(3, 6, 14);
    assertThat(three.mean()).isEqualTo(2.0);
    assertThat(three.low()).isCloseTo(2 - 4.303 / Math.sqrt(3), within(0.01));
  }
}
