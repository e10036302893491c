package io.huoshui.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.Definitions;
import io.huoshui.server.audience.Town;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What would be sent, what is said, and who clicks, over HTTP.
class ReachOverHttpTest {
  @TempDir static Path folder;
  private static Town town;

  @BeforeAll
  static void start() throws Exception {
    town = Town.founded(folder);
    town.post("/api/v1/gate-policy", "{\"quietFrom\":\"04:00\",\"quietTo\":\"04:01\",\"caps\":[]}");
    town.post(
        "/api/v1/templates",
        "{\"name\":\"hi\",\"channel\":\"sms\",\"text\":\"{name|亲}您好"
            + " {link}\",\"sender\":\"活水\",\"costFen\":5}");
    town.post("/api/v1/segments", "{\"name\":\"all\",\"text\":\"not did group_joined\"}");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void theForecastIsWhatBecomesOfIt() throws Exception {
    journey("fc");
    String forecast = town.post("/api/v1/journeys/fc/forecast", "{}").write();
    assertThat(forecast)
        .contains("\"no_address\":1")
        .contains("\"withdrawn\":1")
        .contains("\"segments\":3")
        .contains("\"costFen\":15")
        .contains("3 reachable, 1 no address on this channel")
        .contains("可触达 3 人")
        .contains("costs 0.15 yuan");
    assertThat(town.get("/api/v1/journeys/fc/verdicts").write()).isEqualTo("[]");

    town.post("/api/v1/journeys/fc/launch", "{}");
    assertThat(town.get("/api/v1/journeys/fc/verdicts?reason=sent").write().split("\"key\"", -1))
        .hasSize(4);
    assertThat(town.send("POST", "/api/v1/journeys/none/forecast", town.admin(), "{}").statusCode())
        .isEqualTo(404);
  }

  private static void journey(String name) throws Exception {
    town.post("/api/v1/audiences", "{\"name\":\"" + name + "\",\"segment\":\"all\"}");
    town.post(
        "/api/v1/journeys",
        "{\"journey\":\""
            + name
            + "\",\"entry\":{\"audience\":\""
            + name
            + "\"},\"steps\":[{\"send\":\"hi\"}]}");
  }

  @Test
  void whatOnePersonReads() throws Exception {
    String preview = town.get("/api/v1/templates/hi/preview?customer=p0").write();
    assertThat(preview).contains("您好").contains("\"messages\":1");
    assertThat(
            town.send("GET", "/api/v1/templates/hi/preview?customer=p999999", town.admin(), "")
                .statusCode())
        .isEqualTo(404);
    HttpResponse<String> tooLong =
        town.send(
            "POST",
            "/api/v1/templates",
            town.admin(),
            "{\"name\":\"long\",\"channel\":\"wecom\",\"text\":\"" + "水".repeat(1_334) + "\"}");
    assertThat(tooLong.statusCode()).isEqualTo(422);
    assertThat(tooLong.body()).contains("wecom_bytes").contains("4002");
    assertThat(
            town.post(
                    "/api/v1/templates",
                    "{\"name\":\"best\",\"channel\":\"wecom\",\"text\":\"我们最佳\"}")
                .write())
        .contains("\"forbidden_word\"")
        .contains("\"at\":2");
  }

  @Test
  void whoeverTookOverIsKnownAndVariantsAreChosen() throws Exception {
    assertThat(town.post("/api/v1/guides/li/left", "{\"successor\":\"wu\"}").write())
        .isEqualTo("{\"left\":{\"li\":\"wu\"}}");
    assertThat(
            town.send("POST", "/api/v1/guides/wu/left", town.admin(), "{\"successor\":\"wu\"}")
                .body())
        .contains("bad_successor");
    assertThat(town.post("/api/v1/guides/li/back", "{}").write()).isEqualTo("{\"left\":{}}");
    assertThat(town.get("/api/v1/reach/halted").write()).isEqualTo("[]");
    assertThat(town.get("/api/v1/reach/tasks").write()).isEqualTo("[]");

    town.post(
        "/api/v1/templates",
        """
        {"name": "both", "channel": "wecom", "text": "在吗", "sender": "{guide}",
         "attachments": [{"link": {"title": "给{name|您}", "url": "{link}"}}],
         "otherwise": [{"channel": "sms", "text": "您好 {link}", "sender": "活水", "costFen": 5}]}
        """);
    assertThat(town.get("/api/v1/templates/both/preview?customer=p0").write())
        .contains("\"channel\":\"sms\"", "您好", "\"attachments\":[]");
    assertThat(
            town.send(
                    "POST",
                    "/api/v1/templates",
                    town.admin(),
                    "{\"name\":\"half\",\"channel\":\"wecom\",\"text\":\"x\","
                        + "\"attachments\":[{\"link\":{\"title\":\"x\"}}]}")
                .body())
        .contains("template.attachments", "The url of a link is missing");
  }

  @Test
  void whoOnlyLooksIsAnsweredAndNotCounted() throws Exception {
    journey("click");
    town.post("/api/v1/journeys/click/launch", "{}");
    String rows = town.get("/api/v1/journeys/click/verdicts?reason=sent").write();
    int at = rows.indexOf("\"key\":\"") + 7;
    String link = "/r/" + Definitions.linkCode(rows.substring(at, rows.indexOf('"', at)));
    long before = events();

    for (String agent :
        new String[] {
          "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
          "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko)"
              + " Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
          "WhatsApp/2.23.20.0",
          "TelegramBot (like TwitterBot)",
          "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
          "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
          "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
        }) {
      assertThat(follow("GET", link, agent)).as(agent).isEqualTo(302);
    }
    String person =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
            + " Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN";
    assertThat(follow("HEAD", link, person)).isEqualTo(302);
    assertThat(events()).isEqualTo(before);

    assertThat(follow("GET", link, person)).isEqualTo(302);
    assertThat(events()).isEqualTo(before + 1);
  }

  private static int follow(String method, String path, String agent) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + town.server().port() + path))
                .header("User-Agent", agent)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static long events() throws Exception {
    String metrics = town.send("GET", "/metrics", town.admin(), "").body();
    return metrics
        .lines()
        .filter(line -> line.startsWith("huoshui_events "))
        .mapToLong(line -> Long.parseLong(line.substring("huoshui_events ".length())))
        .findFirst()
        .orElseThrow();
  }
}
