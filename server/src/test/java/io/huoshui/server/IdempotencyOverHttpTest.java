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
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A request that is sent twice happens once.
class IdempotencyOverHttpTest {
  private static final String JOURNEY =
      """
      {"journey":"NAME","title":"t","entry":{"event":"order_paid"},
       "steps":[{"id":"pause","wait":"1d"}]}
      """;

  @TempDir static Path folder;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static Huoshui.Running server;
  private static String admin = "";

  @BeforeAll
  static void start() {
    server = open();
    admin = server.firstToken();
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

  private static HttpResponse<String> post(String path, String key, String body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + admin)
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String text(HttpResponse<String> response, String field) {
    return Json.parse(response.body()) instanceof Json.Obj object
            && object.get(field) instanceof Json value
        ? value instanceof Json.Str(String text) ? text : value.write()
        : "";
  }

  private static boolean replayed(HttpResponse<String> response) {
    return response.headers().firstValue("Idempotent-Replayed").isPresent();
  }

  @Test
  void theFirstAnswerIsGivenAgainAlsoAfterARestart() throws Exception {
    String body = JOURNEY.replace("NAME", "once");
    var first = post("/api/v1/journeys", "k-1", body);
    assertThat(text(first, "version")).as(first.body()).isEqualTo("1");
    assertThat(replayed(first)).isFalse();
    var second = post("/api/v1/journeys", "k-1", body);
    assertThat(second.statusCode()).isEqualTo(first.statusCode());
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(replayed(second)).isTrue();

    server.close();
    server = open();
    assertThat(post("/api/v1/journeys", "k-1", body).body()).isEqualTo(first.body());
    assertThat(text(post("/api/v1/journeys", "k-1b", body), "version"))
        .as("another key is another request")
        .isEqualTo("2");
  }

  @Test
  void anotherBodyUnderTheSameKeyIsRefused() throws Exception {
    String body = JOURNEY.replace("NAME", "reused");
    assertThat(post("/api/v1/journeys", "k-2", body).statusCode()).isEqualTo(200);
    var other = post("/api/v1/journeys", "k-2", body.replace("1d", "2d"));
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(other.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(text(other, "code")).isEqualTo("key_reused");
    assertThat(text(other, "next")).contains("new key");
    assertThat(
            post("/api/v1/segments", "k-2", "{\"name\":\"s\",\"text\":\"did order_paid\"}")
                .statusCode())
        .as("the same key on another path is another key")
        .isEqualTo(200);
  }

  @Test
  void aRefusalMayBeCorrectedUnderTheSameKey() throws Exception {
    var refused = post("/api/v1/audiences", "k-3", "{\"name\":\"later\",\"segment\":\"not_yet\"}");
    assertThat(refused.statusCode()).isEqualTo(404);
    post("/api/v1/segments", "k-3", "{\"name\":\"not_yet\",\"text\":\"did order_paid\"}");
    assertThat(
            post("/api/v1/audiences", "k-3", "{\"name\":\"later\",\"segment\":\"not_yet\"}")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aKeyThatIsNoneIsRefused() throws Exception {
    assertThat(text(post("/api/v1/segments", "x".repeat(201), "{}"), "code")).isEqualTo("bad_key");
    assertThat(text(post("/api/v1/segments", "", "{}"), "code")).isEqualTo("bad_key");
  }

  @Test
  void secretsAreMadeEachTime() throws Exception {
    String name = "{\"name\":\"till\"}";
    assertThat(text(post("/api/v1/sources", "k-4", name), "writeKey"))
        .isNotEqualTo(text(post("/api/v1/sources", "k-4", name), "writeKey"));
  }

  @Test
  void twentyAtOnceHappenOnce() throws Exception {
    String body = JOURNEY.replace("NAME", "race");
    var together = new CyclicBarrier(20);
    var answers = new ArrayList<Future<HttpResponse<String>>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<HttpResponse<String>> one =
          () -> {
            together.await();
            return post("/api/v1/journeys", "k-5", body);
          };
      for (int i = 0; i < 20; i++) {
        answers.add(threads.submit(one));
      }
    }
    int carriedOut = 0;
    for (var answer : answers) {
      var response = answer.get();
      if (response.statusCode() == 200) {
        assertThat(text(response, "version")).isEqualTo("1");
        carriedOut += replayed(response) ? 0 : 1;
      } else {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(409);
        assertThat(text(response, "code")).isEqualTo("in_progress");
      }
    }
    assertThat(carriedOut).isEqualTo(1);
    assertThat(text(post("/api/v1/journeys", "k-5", body), "version")).isEqualTo("1");
  }
}
