package io.huoshui.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lookalikes as their callers see them: real HTTP, a real log, a restart.
class LookalikeOverHttpTest {
  @TempDir static Path folder;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static Huoshui.Running server;
  private static String admin = "";

  @BeforeAll
  static void start() throws Exception {
    server = open();
    admin = server.firstToken();
    String key = text(post("/api/v1/sources", admin, "{\"name\":\"pos\"}"), "writeKey");
    var lines = new ArrayList<String>();
    for (int person = 0; person < 600; person++) {
      // Two of three buy milk; of those every second one said so in a survey that came later.
      boolean milk = person % 3 != 0;
      lines.add(
          event(
              "o" + person,
              "order_paid",
              person,
              "\"amountFen\":5900,\"orderId\":\"o" + person + "\""));
      lines.add(
          event(
              "p" + person,
              "product_purchased",
              person,
              "\"orderId\":\"o"
                  + person
                  + "\",\"sku\":\"s"
                  + person % 7
                  + "\",\"category\":\""
                  + (milk ? "milk" : "tea")
                  + "\""));
      if (milk && person % 2 == 0) {
        lines.add(event("t" + person, "checked_in", person, "\"survey\":\"yes\""));
      }
    }
    var taken = post("/api/v1/events", key, "[" + String.join(",", lines) + "]");
    assertThat(text(taken, "accepted")).as(taken.body()).isEqualTo("1400");
    post(
        "/api/v1/segments",
        admin,
        "{\"name\":\"surveyed\",\"text\":\"did checked_in where [survey = \\\"yes\\\"]\"}");
    post("/api/v1/audiences", admin, "{\"name\":\"seeds\",\"segment\":\"surveyed\"}");
  }

  private static String event(String id, String name, int person, String properties) {
    return "{\"id\":\""
        + id
        + "\",\"name\":\""
        + name
        + "\",\"time\":\"2026-06-18T09:30:00+08:00\",\"identifiers\":[{\"kind\":\"phone\",\"value\":\"1380000"
        + String.format(java.util.Locale.ROOT, "%04d", person)
        + "\"}],\"properties\":{"
        + properties
        + "}}";
  }

  private static Huoshui.Running open() {
    return Huoshui.start(
        Settings.parse(
            List.of(
                "--port", "0",
                "--data-dir", folder.toString(),
                "--virtual-from", "2026-07-01T00:00:00+05:45",
                "--zone", "Asia/Kathmandu")),
        false);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> post(String path, String token, String body)
      throws Exception {
    return send(
        request(path, token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(request(path, admin).build());
  }

  private static HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .header("Authorization", "Bearer " + token);
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static Json at(HttpResponse<String> response, String... path) {
    Json found = Json.parse(response.body());
    for (String key : path) {
      found =
          switch (found) {
            case Json.Obj object when object.get(key) instanceof Json value -> value;
            case Json.Arr(List<Json> items) -> items.get(Integer.parseInt(key));
            default -> throw new AssertionError("No " + key + " in " + response.body());
          };
    }
    return found;
  }

  private static String text(HttpResponse<String> response, String... path) {
    return at(response, path) instanceof Json.Str(String text) ? text : at(response, path).write();
  }

  private static HttpResponse<String> like(String body) throws Exception {
    return post("/api/v1/audiences/lookalike", admin, body);
  }

  @Test
  void thoseWhoAreLikeTheSeedAreKeptAndStayTheSameAfterARestart() throws Exception {
    var found = like("{\"seed\":{\"audience\":\"seeds\"},\"size\":150,\"name\":\"like_seeds\"}");
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    assertThat(text(found, "seed")).isEqualTo("200");
    assertThat(text(found, "others")).isEqualTo("400");
    assertThat(text(found, "audience", "count")).isEqualTo("150");
    assertThat(text(found, "audience", "text"))
        .startsWith(
            "the 150 of 400 people most like the 200 of (in audience seeds), without them;");
    assertThat(Double.parseDouble(text(found, "quality", "auc"))).isGreaterThan(0.9);
    assertThat(text(found, "drivers", "0", "en")).isNotEmpty();
    assertThat(found.body()).contains("category milk", "购买品类 milk 的次数");
    assertThat(text(found, "first", "0", "reasons", "0", "zh")).isNotEmpty();

    // Nobody of the seed is in; everybody else who is like it buys milk.
    var members = get("/api/v1/audiences/like_seeds/members?limit=1000");
    String overlap =
        text(
            post(
                "/api/v1/segments/count",
                admin,
                "{\"text\":\"in audience like_seeds and did product_purchased where [category ="
                    + " \\\"milk\\\"] and not in audience seeds\"}"),
            "count");
    assertThat(overlap).isEqualTo("150");

    server.close();
    server = open();
    assertThat(get("/api/v1/audiences/like_seeds/members?limit=1000").body())
        .isEqualTo(members.body());
    var again = like("{\"seed\":{\"audience\":\"seeds\"},\"size\":150,\"name\":\"like_seeds\"}");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(text(again, "code")).isEqualTo("audience_exists");
  }

  @Test
  void withTheSeedTheSeedComesToo() throws Exception {
    var found = like("{\"seed\":{\"segment\":\"surveyed\"},\"size\":100,\"includeSeed\":true}");
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    assertThat(text(found, "found")).isEqualTo("100");
    assertThat(Json.parse(found.body()) instanceof Json.Obj answer ? answer.get("audience") : null)
        .isIn(null, new Json.Null());
    assertThat(get("/api/v1/audiences/lookalike").body()).isEqualTo("[]");
    assertThat(send(request("/api/v1/audiences/lookalike", admin).DELETE().build()).body())
        .isEqualTo("[]");
  }

  @Test
  void whatCanNotBeIsSaid() throws Exception {
    var small =
        like(
            "{\"seed\":{\"text\":\"did product_purchased where [sku = \\\"s1\\\"]\"},\"size\":10}");
    assertThat(small.statusCode()).isEqualTo(422);
    assertThat(text(small, "code")).isEqualTo("seed_too_small");
    assertThat(text(small, "allowed")).isEqualTo("at least 100 of each");
    assertThat(text(like("{\"seed\":{\"text\":\"did order_paid\"},\"size\":10}"), "code"))
        .isEqualTo("others_too_few");
    assertThat(text(like("{\"size\":10}"), "code")).isEqualTo("bad_seed");
    assertThat(text(like("{\"seed\":{\"text\":\"did x\",\"segment\":\"y\"},\"size\":10}"), "code"))
        .isEqualTo("bad_seed");
    assertThat(text(like("{\"seed\":{\"audience\":\"no\"},\"size\":10}"), "code"))
        .isEqualTo("unknown_audience");
    assertThat(text(like("{\"seed\":{\"segment\":\"no\"},\"size\":10}"), "code"))
        .isEqualTo("unknown_segment");
    assertThat(text(like("{\"seed\":{\"audience\":\"seeds\"},\"size\":0}"), "code"))
        .isEqualTo("bad_size");
    assertThat(text(like("{\"seed\":{\"audience\":\"seeds\"},\"size\":9,\"name\":\"No\"}"), "code"))
        .isEqualTo("bad_audience");
  }
}
