package io.huoshui.server.survey;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.Definitions;
import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A questionnaire over real HTTP: reviewed, published, sent, answered on its page, and read.
class SurveysOverHttpTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final String WELCOME =
      """
      survey: welcome
      title: {zh: 欢迎问卷, en: Welcome}
      intro: {zh: 只要一分钟, en: One minute}
      questions:
        - {id: score, kind: scale, title: {zh: 会推荐吗, en: Would you recommend us}, required: true, trait: nps_score}
        - {id: why, kind: text, title: {zh: 为什么 <b>, en: Why}, required: true, showIf: {question: score, values: [0, 1, 2, 3, 4, 5, 6]}}
        - {id: taste, kind: multi, title: {zh: 口味, en: Tastes}, trait: taste, options: [milk, cheese]}
      """;

  @TempDir Path folder;
  private Town town;

  @BeforeEach
  void found() throws Exception {
    town = Town.founded(folder);
    town.post("/api/v1/gate-policy", "{\"quietFrom\":\"04:00\",\"quietTo\":\"04:01\",\"caps\":[]}");
    town.post("/api/v1/surveys", WELCOME);
  }

  @AfterEach
  void stop() {
    town.close();
  }

  private HttpResponse<String> page(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(uri(path)).header("Accept-Language", "zh-CN").build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> fill(String path, String form) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept-Language", "zh-CN")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + town.server().port() + path);
  }

  private String link(String survey, String customer) throws Exception {
    Json links =
        town.post("/api/v1/surveys/" + survey + "/links", "{\"customers\":[\"" + customer + "\"]}");
    return URI.create(text(links, "links.0.url")).getRawPath()
        + "?"
        + URI.create(text(links, "links.0.url")).getRawQuery();
  }

  private Json question(Json results, String id) {
    return Town.items(results, "questions").stream()
        .filter(one -> text(one, "id").equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatASentLinkBringsBackIsAnEventTraitsAndNumbersWithPeopleBehind() throws Exception {
    town.post(
        "/api/v1/templates",
        "{\"name\":\"ask\",\"channel\":\"sms\",\"text\":\"请填问卷"
            + " {link}/welcome\",\"sender\":\"活水\",\"costFen\":5}");
    town.post("/api/v1/audiences", "{\"name\":\"asked\",\"text\":\"reachable sms\"}");
    town.post(
        "/api/v1/journeys",
        "{\"journey\":\"ask\",\"entry\":{\"audience\":\"asked\"},\"steps\":[{\"send\":\"ask\"}]}");
    town.post("/api/v1/journeys/ask/launch", "{}");
    Json sent = town.get("/api/v1/journeys/ask/verdicts?reason=sent");
    List<String> keys = Town.items(sent, "").stream().map(one -> text(one, "key")).toList();
    assertThat(keys).hasSize(3);

    String first = "/r/" + Definitions.linkCode(keys.get(0)) + "/welcome";
    String form = page(first).body();
    assertThat(form)
        .contains("欢迎问卷", "只要一分钟", "name=\"score\" value=\"10\"", "为什么 &lt;b&gt;", "lang=\"zh-CN\"")
        .doesNotContain("<script", "<b>");
    HttpResponse<String> wrong = fill(first, "score=3&taste=milk");
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("请回答这一题", "value=\"milk\" checked", "value=\"3\" checked");
    HttpResponse<String> done = fill(first, "score=9&why=hidden&taste=milk&taste=cheese&lang=zh");
    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    assertThat(done.body()).contains("提交成功");
    assertThat(fill(first, "score=1&why=no").body()).contains("您已经填写过了");
    assertThat(page(first).body()).contains("您已经填写过了");
    String second = "/r/" + Definitions.linkCode(keys.get(1)) + "/welcome";
    assertThat(fill(second, "score=6&why=%E5%A4%AA%E6%85%A2").statusCode()).isEqualTo(200);
    assertThat(page("/r/" + Definitions.linkCode("no/such/key") + "/welcome").statusCode())
        .isEqualTo(404);
    assertThat(page("/r/" + Definitions.linkCode(keys.get(0)) + "/other").statusCode())
        .isEqualTo(404);

    assertThat(town.count("has nps_score = 9")).isEqualTo(1);
    assertThat(town.count("has taste = cheese")).isEqualTo(1);
    assertThat(town.count("did survey_answered where [why_text = \"hidden\"]")).isZero();
    Json results = town.get("/api/v1/surveys/welcome/results");
    assertThat(text(results, "sent") + text(results, "opened") + text(results, "answered"))
        .isEqualTo("312");
    assertThat(text(results, "response.people") + "/" + text(results, "response.of"))
        .isEqualTo("2/3");
    assertThat(text(question(results, "score"), "nps.score")).isEqualTo("0.0");
    assertThat(text(question(results, "score"), "nps.n")).isEqualTo("2");
    assertThat(text(question(results, "why"), "answered.share.people")).isEqualTo("1");
    for (Json question : Town.items(results, "questions")) {
      for (Json row : Town.items(question, "rows")) {
        assertThat(town.count(text(row, "rule")))
            .as(text(row, "rule"))
            .isEqualTo(Long.parseLong(text(row, "share.people")));
      }
    }
    Json opened =
        town.post(
            "/api/v1/surveys/welcome/audience", "{\"cell\":\"score:9,10\",\"name\":\"promoters\"}");
    assertThat(text(opened, "people")).isEqualTo("1");
    assertThat(town.count("in audience promoters and has nps_score = 9")).isEqualTo(1);
    assertThat(
            text(
                town.refused(
                    422,
                    "POST",
                    "/api/v1/surveys/welcome/audience",
                    "{\"cell\":\"age\",\"name\":\"x\"}"),
                "code"))
        .isEqualTo("unknown_question");
    assertThat(town.get("/api/v1/profiles/p1/events").write()).doesNotContain("太慢");

    Town again = town.reopened();
    town = again;
    assertThat(text(town.get("/api/v1/surveys/welcome/results"), "answered")).isEqualTo("2");
  }

  @Test
  void aSignedLinkIsForOnePersonAndASurveyMayEnd() throws Exception {
    String link = link("welcome", "p15");
    assertThat(page(link + "&lang=en").body()).contains("Would you recommend us", "lang=\"en\"");
    assertThat(page(link.replace("p=p15", "p=p14")).statusCode()).isEqualTo(404);
    assertThat(page(link.substring(0, link.length() - 1) + "_").statusCode()).isEqualTo(404);
    assertThat(page("/q/welcome").statusCode()).as("it is not open to all").isEqualTo(404);
    assertThat(fill("/q/welcome", "score=9").statusCode()).isEqualTo(404);
    assertThat(fill(link, "score=10").statusCode()).isEqualTo(200);
    assertThat(town.count("has identifier memberNumber and has nps_score = 10")).isEqualTo(1);
    town.post("/api/v1/surveys/welcome/close", "");
    HttpResponse<String> over = page(link("welcome", "p3"));
    assertThat(over.statusCode()).isEqualTo(410);
    assertThat(over.body()).contains("已经结束");
    assertThat(fill(link("welcome", "p3"), "score=1&why=x").statusCode()).isEqualTo(410);
    assertThat(text(town.get("/api/v1/surveys/welcome/results"), "note")).contains("no base");
    assertThat(text(town.get("/api/v1/surveys/welcome/results"), "response.share"))
        .isEqualTo("null");
    assertThat(text(town.post("/api/v1/surveys", WELCOME), "version")).isEqualTo("2");
    assertThat(page(link("welcome", "p3")).statusCode()).isEqualTo(200);
    String erased = link("welcome", "p4");
    town.post("/api/v1/profiles/p4/erase", "");
    assertThat(page(erased).statusCode()).isEqualTo(404);
    assertThat(fill(erased, "score=9").statusCode()).isEqualTo(404);
    assertThat(
            town.send(
                    "POST", "/api/v1/surveys/welcome/links", "hsw_none", "{\"customers\":[\"p6\"]}")
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void anOpenLinkAsksForAPhoneAndTheLatestAnswerCounts() throws Exception {
    town.post(
        "/api/v1/surveys",
        """
        survey: open
        title: 开放问卷
        open: true
        again: true
        closes: 2026-07-05T00:00:00+08:00
        questions:
          - {id: phone, kind: phone, title: 手机号, required: true}
          - {id: stars, kind: rating, title: 评分}
        """);
    assertThat(page("/q/open").body()).contains("type=\"tel\"");
    assertThat(fill("/q/open", "stars=5").body()).contains("请回答这一题");
    assertThat(fill("/q/open", "phone=12&stars=5").body()).contains("请填写正确的手机号");
    assertThat(fill("/q/open", "phone=13910000002&stars=5").statusCode()).isEqualTo(200);
    town.reach("2026-07-01T12:01:00+05:45");
    assertThat(fill("/q/open", "phone=13910000002&stars=1").statusCode()).isEqualTo(200);
    assertThat(fill("/q/open", "phone=13810000000&stars=3").statusCode()).isEqualTo(200);
    assertThat(page(link("open", "p2")).body()).doesNotContain("type=\"tel\"");
    Json stars = question(town.get("/api/v1/surveys/open/results"), "stars");
    assertThat(text(stars, "mean.mean") + " " + text(stars, "mean.n")).isEqualTo("2.0 2");
    assertThat(text(stars, "rows.4.share.people")).isEqualTo("0");
    assertThat(text(stars, "rows.0.rule")).isEqualTo("null");
    assertThat(
            text(
                town.post(
                    "/api/v1/surveys/open/audience", "{\"cell\":\"stars:1\",\"name\":\"angry\"}"),
                "people"))
        .isEqualTo("1");
    town.reach("2026-07-05T12:00:00+05:45");
    assertThat(page("/q/open").statusCode()).isEqualTo(410);
  }

  @Test
  void whatCanNotWorkIsRefusedWithAllFindings() throws Exception {
    String bad =
        WELCOME.replace("question: score", "question: later").replace("kind: text", "kind: date");
    Json preview = town.post("/api/v1/surveys/preview", bad);
    assertThat(text(preview, "refused")).isEqualTo("true");
    assertThat(text(town.refused(422, "POST", "/api/v1/surveys", bad), "code"))
        .isEqualTo("unknown_question");
    assertThat(text(town.refused(404, "GET", "/api/v1/surveys/none/results", ""), "code"))
        .isEqualTo("unknown_survey");
    assertThat(text(town.refused(400, "POST", "/api/v1/surveys", "survey: [a"), "code"))
        .isNotBlank();
  }
}
