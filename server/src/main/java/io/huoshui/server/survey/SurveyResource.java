package io.huoshui.server.survey;

import io.huoshui.audience.Audience;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Freezing;
import io.huoshui.server.audience.Picks;
import io.huoshui.server.audience.Whom;
import io.huoshui.survey.Cell;
import io.huoshui.survey.Question;
import io.huoshui.survey.Survey;
import io.huoshui.survey.SurveyJson;
import io.huoshui.survey.SurveyResults;
import io.huoshui.survey.SurveyReview;
import io.huoshui.survey.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Questionnaires: reviewed, published, sent, closed, and what people answered.
@RestController
@RequestMapping("/api/v1/surveys")
class SurveyResource {
  private static final int MOST_LINKS = 100_000;

  private final Engine engine;
  private final SurveyStore store;
  private final SurveyLinks links;
  private final Settings settings;
  private final Definitions definitions;
  private final Picks picks;
  private final Freezing freezing;
  private final Audit audit;

  SurveyResource(
      Engine engine,
      SurveyStore store,
      SurveyLinks links,
      Settings settings,
      Definitions definitions,
      Picks picks,
      Freezing freezing,
      Audit audit) {
    this.engine = engine;
    this.store = store;
    this.links = links;
    this.settings = settings;
    this.definitions = definitions;
    this.picks = picks;
    this.freezing = freezing;
    this.audit = audit;
  }

  /// @param written as its author wrote it
  /// @param inTemplates what a template says to lead there
  /// @param openLink for everybody; null where the link has to say who answers
  record View(
      String name,
      int version,
      Words title,
      int questions,
      boolean again,
      boolean open,
      @Nullable Instant closes,
      boolean closed,
      String who,
      Instant publishedAt,
      String written,
      String inTemplates,
      @Nullable String openLink) {}

  private View view(SurveyStore.Published of) {
    Survey survey = of.survey();
    return new View(
        survey.name(),
        of.version(),
        survey.title(),
        survey.questions().size(),
        survey.again(),
        survey.open(),
        survey.closes(),
        of.over(engine.now()),
        of.who(),
        of.publishedAt(),
        of.written(),
        "{link}/" + survey.name(),
        survey.open() ? settings.linkBase() + "/q/" + survey.name() : null);
  }

  @GetMapping
  List<View> all() {
    return store.all().stream().map(this::view).toList();
  }

  private SurveyStore.Published find(String name) {
    return store
        .find(name)
        .orElseThrow(
            () ->
                Problem.of(
                        HttpStatus.NOT_FOUND, "unknown_survey", "No questionnaire '" + name + "'.")
                    .next("GET /api/v1/surveys lists all.")
                    .thrown());
  }

  @GetMapping("/{name}")
  View one(@PathVariable String name) {
    return view(find(name));
  }

  /// @param findings what refuses first
  record Reviewed(String name, List<SurveyReview.Finding> findings, boolean refused) {}

  /// What a review says. Nothing is published.
  @PostMapping(
      value = "/preview",
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  Reviewed preview(@RequestBody String written) {
    Survey survey = SurveyJson.read(Json.parse(definitions.asJson(written)));
    List<SurveyReview.Finding> findings = SurveyReview.of(survey);
    return new Reviewed(
        survey.name(), findings, findings.stream().anyMatch(SurveyReview.Finding::refuses));
  }

  /// Publishes it, or a new version of it. What can not work is refused.
  @PostMapping(
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  View publish(@RequestBody String written) {
    String body = definitions.asJson(written);
    Survey survey = SurveyJson.read(Json.parse(body));
    SurveyReview.of(survey).stream()
        .filter(SurveyReview.Finding::refuses)
        .findFirst()
        .ifPresent(
            finding -> {
              throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, finding.code(), finding.why())
                  .at(
                      finding.question().isEmpty()
                          ? finding.field()
                          : "question '" + finding.question() + "'." + finding.field(),
                      finding.value(),
                      finding.cure())
                  .next("POST /api/v1/surveys/preview shows all findings.")
                  .thrown();
            });
    int version = store.publish(survey.name(), body, written, audit.who());
    audit.record("survey_published", survey.name() + " version " + version);
    return view(find(survey.name()));
  }

  /// Takes no more answers. What was answered stays.
  @PostMapping("/{name}/close")
  View close(@PathVariable String name) {
    var _ = find(name);
    store.close(name, audit.who(), engine.now());
    audit.record("survey_closed", name);
    return view(find(name));
  }

  record Link(String customer, String url) {}

  /// @param people for whom a link was made
  record Links(String survey, int people, List<Link> links) {}

  /// Links that say who answers, for channels outside of journeys. Nobody can make one for somebody
  /// else.
  @PostMapping("/{name}/links")
  Links links(@PathVariable String name, @RequestBody @Nullable Whom whom) {
    var _ = find(name);
    Picks.Picked picked = picks.of(whom, "people");
    int people = picked.members().getCardinality();
    if (people > MOST_LINKS) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "too_many", "So many links are not made at once.")
          .at("people", Integer.toString(people), "at most " + MOST_LINKS)
          .next("Send them by a journey: a template that says {link}/" + name + ".")
          .thrown();
    }
    var made = new ArrayList<Link>();
    picked
        .members()
        .forEach(
            (int profile) ->
                made.add(
                    new Link(
                        "p" + profile,
                        settings.linkBase() + "/q/" + name + "?p=" + links.token(name, profile))));
    audit.record("survey_links", name + " for " + picked.said() + ", " + people);
    return new Links(name, people, made);
  }

  /// @param cell what opens these people: `POST …/audience {"cell": …}`
  record RowView(String cell, Words title, SurveyResults.Share share, @Nullable String rule) {}

  record QuestionView(
      String id,
      String kind,
      Words title,
      String trait,
      RowView answered,
      List<RowView> rows,
      long others,
      SurveyResults.@Nullable Mean mean,
      SurveyResults.@Nullable Nps nps) {}

  /// @param sent different people to whom a message with its link was let out
  /// @param opened people who followed one
  /// @param answered people who answered, however they came
  /// @param response of the people it was sent to, how many answered
  /// @param note what the numbers can not say
  record Results(
      String name,
      int version,
      Instant at,
      long sent,
      long opened,
      long answered,
      SurveyResults.Share response,
      @Nullable String rule,
      List<QuestionView> questions,
      String note) {}

  @GetMapping("/{name}/results")
  Results results(@PathVariable String name) {
    SurveyStore.Published published = find(name);
    Survey survey = published.survey();
    var results = new SurveyResults(survey);
    var answered = new RoaringBitmap();
    eachAnswer(
        survey,
        (profile, answers) -> {
          answered.add(profile);
          results.add(answers);
        });
    RoaringBitmap sent = engine.ask().sent(said -> said.text().contains(said.code() + "/" + name));
    RoaringBitmap opened =
        engine
            .ask()
            .members(
                RuleText.parse("did link_clicked where [survey = " + Json.of(name).write() + "]"));
    return new Results(
        name,
        published.version(),
        engine.now(),
        sent.getLongCardinality(),
        opened.getLongCardinality(),
        results.people(),
        SurveyResults.Share.of(
            RoaringBitmap.andCardinality(sent, answered), sent.getLongCardinality()),
        survey.again() ? null : Cell.EVERYBODY.rule(survey),
        results.questions().stream().map(SurveyResource::question).toList(),
        sent.isEmpty()
            ? "Nobody was sent it by a journey, so there is no base for a response rate."
            : "Who answers is not who was asked: the response rate says how few may speak for how"
                + " many.");
  }

  private static QuestionView question(SurveyResults.OfQuestion of) {
    Question question = of.question();
    return new QuestionView(
        question.id(),
        question.kind().wire(),
        question.title(),
        question.trait(),
        row(of.answered()),
        of.rows().stream().map(SurveyResource::row).toList(),
        of.others(),
        of.mean(),
        of.nps());
  }

  private static RowView row(SurveyResults.Row row) {
    return new RowView(row.cell().wire(), row.title(), row.share(), row.rule());
  }

  /// Everybody's latest answer.
  private void eachAnswer(Survey survey, BiConsumer<Integer, Properties> reader) {
    RoaringBitmap people = engine.ask().members(RuleText.parse(Cell.EVERYBODY.rule(survey)));
    engine
        .ask()
        .each(
            people,
            (profile, person) -> {
              int at = SurveyResults.latest(person.timeline(), survey.name());
              if (at >= 0) {
                reader.accept(profile, SurveyResults.answers(survey, person.timeline(), at));
              }
            });
  }

  /// @param cell as the results name it; everybody who answered when left out
  /// @param name of the audience
  record Opening(@Nullable String cell, @Nullable String name) {}

  record Opened(String audience, int people) {}

  /// The people behind a number, as an audience.
  @PostMapping("/{name}/audience")
  Opened open(@PathVariable String name, @RequestBody Opening asked) {
    Survey survey = find(name).survey();
    Cell cell = asked.cell() == null ? Cell.EVERYBODY : Cell.of(asked.cell());
    if (!cell.question().isEmpty() && survey.find(cell.question()) == null) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "unknown_question", "There is no such question.")
          .at(
              "cell",
              cell.wire(),
              String.join(", ", survey.questions().stream().map(Question::id).toList())
                  + "; with values: score:9,10")
          .thrown();
    }
    String audience = String.valueOf(asked.name());
    freezing.free(audience);
    Audience kept;
    if (survey.again()) {
      var members = new RoaringBitmap();
      eachAnswer(
          survey,
          (profile, answers) -> {
            if (cell.belongs(survey, answers)) {
              members.add(profile);
            }
          });
      kept =
          freezing.choose(
              audience,
              "latest answers to " + name + (cell.question().isEmpty() ? "" : ", " + cell.wire()),
              audit.who(),
              false,
              members);
    } else {
      kept = freezing.freeze(audience, "", cell.rule(survey), audit.who(), false);
    }
    audit.record("survey_opened", name + " " + cell.wire() + " → " + audience);
    return new Opened(kept.name(), kept.size());
  }
}
