package io.huoshui.server.survey;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.acquisition.EntryResource;
import io.huoshui.server.reach.Clicks;
import io.huoshui.survey.Question;
import io.huoshui.survey.Reply;
import io.huoshui.survey.Survey;
import io.huoshui.survey.SurveyResults;
import io.huoshui.survey.Words;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The pages customers answer on.
///
/// | address | who answers |
/// |---|---|
/// | `/r/CODE/NAME` | whom a message went to: a template says `{link}/NAME`; with the name of a live code, its page |
/// | `/q/NAME?p=TOKEN` | whom a signed link was made for |
/// | `/q/NAME` | who says so by phone, where the questionnaire is open to all |
///
/// Where several are right, a person that the link names counts, and no phone is asked.
@RestController
class AnswerResource {
  private static final Words NONE = new Words("没有找到这份问卷", "There is no such questionnaire");
  private static final Words OVER =
      new Words("这份问卷已经结束,谢谢您的关注", "This questionnaire is closed. Thank you for coming");
  private static final Words BEFORE =
      new Words("您已经填写过了,谢谢!", "You have answered this before. Thank you!");
  private static final Words BAD_LINK = new Words("链接无效或已过期", "This link is not valid any more");
  private static final Words THANKS = new Words("提交成功,谢谢!", "Sent. Thank you!");

  private final Engine engine;
  private final SurveyStore store;
  private final SurveyLinks links;
  private final Clicks clicks;
  private final EntryResource codes;

  AnswerResource(
      Engine engine, SurveyStore store, SurveyLinks links, Clicks clicks, EntryResource codes) {
    this.codes = codes;
    this.engine = engine;
    this.store = store;
    this.links = links;
    this.clicks = clicks;
  }

  /// Who answers, as far as the link says.
  ///
  /// @param profile -1 when the link names nobody
  /// @param person null then
  private record Who(int profile, @Nullable Identifier person, @Nullable Touchpoint touchpoint) {
    static final Who NOBODY = new Who(-1, null, null);

    boolean known() {
      return person != null;
    }
  }

  @GetMapping("/r/{code}/{name}")
  ResponseEntity<String> followed(
      @PathVariable String code, @PathVariable String name, HttpServletRequest request) {
    Touchpoint touchpoint = engine.ask().touchpointByCode(code);
    if (touchpoint == null) {
      return says(HttpStatus.NOT_FOUND, BAD_LINK, request);
    }
    if (store.find(name).isPresent()) {
      clicks.clicked(touchpoint, name, request);
    } else if (codes.has(name)) {
      clicks.clicked(touchpoint, "", request);
      return codes.followed(code, name, request);
    }
    return show(name, request, () -> of(touchpoint));
  }

  @PostMapping("/r/{code}/{name}")
  ResponseEntity<String> answeredLink(
      @PathVariable String code,
      @PathVariable String name,
      @RequestParam MultiValueMap<String, String> fields,
      HttpServletRequest request) {
    Touchpoint touchpoint = engine.ask().touchpointByCode(code);
    return touchpoint == null
        ? says(HttpStatus.NOT_FOUND, BAD_LINK, request)
        : answer(name, fields, request, () -> of(touchpoint));
  }

  @GetMapping("/q/{name}")
  ResponseEntity<String> opened(
      @PathVariable String name,
      @RequestParam(name = "p", defaultValue = "") String token,
      HttpServletRequest request) {
    return show(name, request, () -> of(name, token));
  }

  @PostMapping("/q/{name}")
  ResponseEntity<String> answered(
      @PathVariable String name,
      @RequestParam(name = "p", defaultValue = "") String token,
      @RequestParam MultiValueMap<String, String> fields,
      HttpServletRequest request) {
    return answer(name, fields, request, () -> of(name, token));
  }

  /// Null for a link that is none.
  private interface Whose {
    @Nullable Who who();
  }

  private @Nullable Who of(Touchpoint touchpoint) {
    int profile = engine.ask().named(touchpoint.profile());
    return profile < 0 || touchpoint.address().isEmpty()
        ? null
        : new Who(profile, clicks.person(touchpoint), touchpoint);
  }

  private @Nullable Who of(String name, String token) {
    if (token.isEmpty()) {
      return Who.NOBODY;
    }
    int named = links.profile(name, token);
    int profile = named < 0 ? -1 : engine.ask().named(named);
    Questions.Profile found = profile < 0 ? null : engine.ask().profile(profile);
    return found == null
        ? null
        : found.identifiers().stream()
            .filter(identifier -> !identifier.erased())
            .min(Comparator.comparing(Identifier::kind))
            .map(identifier -> new Who(profile, identifier, null))
            .orElse(null);
  }

  private ResponseEntity<String> show(String name, HttpServletRequest request, Whose whose) {
    SurveyStore.Published published = store.find(name).orElse(null);
    if (published == null) {
      return says(HttpStatus.NOT_FOUND, NONE, request);
    }
    if (published.over(engine.now())) {
      return says(published, HttpStatus.GONE, OVER, request);
    }
    Who who = whose.who();
    if (who == null || (!who.known() && !published.survey().open())) {
      return says(published, HttpStatus.NOT_FOUND, BAD_LINK, request);
    }
    if (!published.survey().again() && before(who.profile(), name)) {
      return says(published, HttpStatus.OK, BEFORE, request);
    }
    return page(
        HttpStatus.OK,
        SurveyPage.form(
            published.survey(), chinese(request), Map.of(), Map.of(), who.known(), other(request)));
  }

  private ResponseEntity<String> answer(
      String name, MultiValueMap<String, String> fields, HttpServletRequest request, Whose whose) {
    SurveyStore.Published published = store.find(name).orElse(null);
    if (published == null) {
      return says(HttpStatus.NOT_FOUND, NONE, request);
    }
    Instant now = engine.now();
    if (published.over(now)) {
      return says(published, HttpStatus.GONE, OVER, request);
    }
    Who who = whose.who();
    if (who == null || (!who.known() && !published.survey().open())) {
      return says(published, HttpStatus.NOT_FOUND, BAD_LINK, request);
    }
    return switch (Reply.check(asked(published, who), fields)) {
      case Reply.Wrong(Map<String, Words> errors) ->
          page(
              HttpStatus.UNPROCESSABLE_CONTENT,
              SurveyPage.form(
                  published.survey(),
                  chinese(request),
                  fields,
                  errors,
                  who.known(),
                  other(request)));
      case Reply.Given given -> take(published, who, given, request, now);
    };
  }

  /// Whoever is known is not asked for a phone.
  private static Survey asked(SurveyStore.Published published, Who who) {
    Survey survey = published.survey();
    return !who.known()
        ? survey
        : new Survey(
            survey.name(),
            survey.title(),
            survey.intro(),
            survey.thanks(),
            survey.questions().stream()
                .filter(question -> question.kind() != Question.Kind.PHONE)
                .toList(),
            survey.again(),
            survey.open(),
            survey.closes());
  }

  private ResponseEntity<String> take(
      SurveyStore.Published published,
      Who who,
      Reply.Given given,
      HttpServletRequest request,
      Instant now) {
    Survey survey = published.survey();
    Identifier person = who.person() == null ? given.phone() : who.person();
    if (person == null) {
      return says(published, HttpStatus.NOT_FOUND, BAD_LINK, request);
    }
    int profile = who.known() ? who.profile() : engine.ask().find(person);
    if (!survey.again() && before(profile, survey.name())) {
      return says(published, HttpStatus.OK, BEFORE, request);
    }
    // One answer per person where that is all there may be: who sends it twice at once, or from two
    // windows, has answered once.
    String id =
        "survey/"
            + survey.name()
            + "/"
            + hashed(person)
            + (survey.again() ? "/" + now.toEpochMilli() : "");
    Properties properties = given.properties(survey, published.version());
    Touchpoint touchpoint = who.touchpoint();
    if (touchpoint != null) {
      properties =
          properties
              .with("touchpoint", Value.of(touchpoint.key()))
              .with("link", Value.of(touchpoint.code()));
    } else if (!who.known()) {
      // Anybody can write anybody's phone: a rule may leave these out.
      properties = properties.with("link", Value.of("open"));
    }
    var events = new ArrayList<Event>();
    events.add(new Event(id, Survey.ANSWERED, now, "survey", List.of(person), properties));
    Properties traits = given.traits(survey);
    if (traits.size() > 0) {
      events.add(
          new Event(id + "/traits", "profile_updated", now, "survey", List.of(person), traits));
    }
    engine.take(events);
    return says(
        published, HttpStatus.OK, survey.thanks().blank() ? THANKS : survey.thanks(), request);
  }

  /// Ids are kept for ever, so they say nothing personal.
  private String hashed(Identifier person) {
    return links.hash(person.kind().wire() + "\n" + person.scope() + "\n" + person.value());
  }

  private boolean before(int profile, String survey) {
    if (profile < 0) {
      return false;
    }
    boolean[] found = new boolean[1];
    engine
        .ask()
        .each(
            RoaringBitmap.bitmapOf(profile),
            (_, person) -> found[0] = SurveyResults.latest(person.timeline(), survey) >= 0);
    return found[0];
  }

  // How it is said.

  private static boolean chinese(HttpServletRequest request) {
    String asked = request.getParameter("lang");
    if (asked != null) {
      return !asked.equals("en");
    }
    String accepted = request.getHeader("Accept-Language");
    return accepted == null || !accepted.toLowerCase(Locale.ROOT).strip().startsWith("en");
  }

  private static String other(HttpServletRequest request) {
    String token = request.getParameter("p");
    return "?"
        + (token != null && token.matches("[A-Za-z0-9._-]{1,64}") ? "p=" + token + "&" : "")
        + "lang="
        + (chinese(request) ? "en" : "zh");
  }

  private static ResponseEntity<String> says(
      HttpStatus status, Words what, HttpServletRequest request) {
    return page(status, SurveyPage.says(null, chinese(request), what));
  }

  private static ResponseEntity<String> says(
      SurveyStore.Published of, HttpStatus status, Words what, HttpServletRequest request) {
    return page(status, SurveyPage.says(of.survey(), chinese(request), what));
  }

  private static ResponseEntity<String> page(HttpStatus status, String html) {
    return ResponseEntity.status(status)
        .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
        .header("Cache-Control", "no-store")
        .body(html);
  }
}
