package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.sandbox.Sandbox;
import io.huoshui.server.Huoshui;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nobody is rung more often than a callee may be, whichever journeys and redials want to, and
/// whatever the server knew before it was started again. Everybody is always busy here, so that all
/// of them are called again.
class CalleeLimitTest {
  private static final Instant START = Instant.parse("2026-07-01T06:00:00Z");
  private static final String KEY = "LTAI0000000000000001";
  private static final String SECRET = "0123456789abcdef0123456789abcd";
  private static final int MOST = 3;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path folder;
  private Sandbox sandbox;
  private Huoshui.Running server;
  private int port;
  private String admin = "";
  private Instant clock = START;

  @BeforeEach
  void start() throws Exception {
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path secrets =
        Files.writeString(
            folder.resolve("secrets.json"),
            "{\"callbackToken\":\"told-to-nobody-else\",\"call\":{\"accessKeyId\":\""
                + KEY
                + "\",\"accessKeySecret\":\""
                + SECRET
                + "\"}}");
    sandbox =
        Sandbox.start(
            List.of(
                "--data",
                folder.resolve("sandbox").toString(),
                "--server",
                "http://127.0.0.1:" + port,
                "--start",
                START.toString(),
                "--people",
                "0",
                "--limits",
                "call.botPerDay=" + MOST,
                "--secrets",
                secrets.toString()));
    server = served();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    sandbox.close();
  }

  private Huoshui.Running served() throws Exception {
    return Huoshui.start(
        Huoshui.settings(
            List.of(
                "--port", "" + port,
                "--data-dir", folder.resolve("server").toString(),
                "--virtual-from", START.toString())),
        false);
  }

  private Json ask(String method, String path, String token, String body) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create(path.startsWith("http") ? path : "http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return Json.parse(answer.body());
  }

  private Json post(String path, String body) throws Exception {
    return ask("POST", path, admin, body);
  }

  private static Json at(Json json, String key) {
    return json instanceof Json.Obj object && object.get(key) instanceof Json next
        ? next
        : new Json.Null();
  }

  private static String text(Json json, String key) {
    return at(json, key) instanceof Json.Str(String text) ? text : "";
  }

  private static List<Json> list(Json json) {
    return json instanceof Json.Arr(List<Json> items) ? items : List.of();
  }

  private void passTo(Instant to) throws Exception {
    while (clock.isBefore(to)) {
      clock = clock.plusSeconds(600);
      String body = "{\"to\":\"" + clock + "\"}";
      post("/api/v1/clock", body);
      ask("POST", sandbox.url() + "/sandbox/clock", "", body);
    }
  }

  private void people(String key, String group, int from, int to) throws Exception {
    var events = new ArrayList<String>();
    for (int i = from; i < to; i++) {
      for (String name : List.of("profile_updated", "consent_given")) {
        events.add(
            "{\"id\":\""
                + name
                + i
                + "\",\"name\":\""
                + name
                + "\",\"time\":\"2026-06-30T08:00:00Z\",\"identifiers\":[{\"kind\":\"phone\",\"value\":\"139"
                + (10_000_000 + i)
                + "\"}],\"properties\":{\"channel\":\"call\",\"name\":\""
                + group
                + "\"}}");
      }
    }
    ask("POST", "/api/v1/events", key, "[" + String.join(",", events) + "]");
    post(
        "/api/v1/segments",
        "{\"name\":\""
            + group
            + "\",\"text\":\"last(profile_updated.name) = \\\""
            + group
            + "\\\"\"}");
    post("/api/v1/audiences", "{\"name\":\"" + group + "\",\"segment\":\"" + group + "\"}");
  }

  private void launch(String journey, String group) throws Exception {
    post(
        "/api/v1/journeys",
        "{\"journey\":\""
            + journey
            + "\",\"entry\":{\"audience\":\""
            + group
            + "\"},\"steps\":[{\"send\":\"wake\"}]}");
    post("/api/v1/journeys/" + journey + "/launch", "{}");
  }

  /// When each phone rang.
  private Map<String, List<Instant>> rings() throws Exception {
    var rings = new HashMap<String, List<Instant>>();
    for (Json job : list(ask("GET", sandbox.url() + "/sandbox/call/jobs", "", ""))) {
      for (Json task : list(at(job, "tasks"))) {
        rings
            .computeIfAbsent(text(job, "phone"), _ -> new ArrayList<>())
            .add(Instant.ofEpochMilli(Long.parseLong(at(task, "ActualTime").write())));
      }
    }
    return rings;
  }

  @Test
  void everyDialCountsAlsoOverARestart() throws Exception {
    admin = server.firstToken();
    String key = text(post("/api/v1/sources", "{\"name\":\"crm\"}"), "writeKey");
    ask(
        "PUT",
        "/api/v1/accounts/robot",
        admin,
        "{\"kind\":\"call\",\"settings\":{\"url\":\""
            + sandbox.url()
            + "\",\"keyId\":\""
            + KEY
            + "\",\"instanceId\":\"i\",\"scriptId\":\"s\"},\"credentials\":{\"keySecret\":\""
            + SECRET
            + "\",\"callbackToken\":\"told-to-nobody-else\"}}");
    ask(
        "POST",
        sandbox.url() + "/sandbox/call/habits",
        "",
        "{\"answers\":0,\"busy\":1,\"empty\":0}");
    post(
        "/api/v1/gate-policy",
        "{\"quietFrom\":\"23:00\",\"quietTo\":\"07:00\",\"caps\":[],\"dialling\":{\"from\":\"09:00\",\"to\":\"20:00\",\"perCallee\":[{\"most\":"
            + MOST
            + ",\"per\":\"1d\",\"source\":\"a test\",\"asOf\":\"2026-11-28\"}]}}");
    post("/api/v1/call-flows", Files.readString(Path.of("../examples/calls/wake_up.json")));
    post(
        "/api/v1/templates",
        "{\"name\":\"wake\",\"channel\":\"call\",\"sender\":\"wake_up\",\"text\":\"name={name|您}\",\"costFen\":30}");
    people(key, "few", 0, 10);
    people(key, "others", 10, 20);

    // The first dial and two redials of one send are what a day takes.
    launch("first", "few");
    passTo(START.plusSeconds(4_200));
    assertThat(rings()).hasSize(10).allSatisfy((_, each) -> assertThat(each).hasSize(MOST));
    server.close();
    server = served();
    launch("second", "few");
    passTo(START.plusSeconds(4_800));
    assertThat(list(ask("GET", "/api/v1/journeys/second/verdicts", admin, "")))
        .hasSize(10)
        .allSatisfy(row -> assertThat(text(row, "verdict")).isEqualTo("platform_quota"));

    // Two sends that are both called again: their redials share the limit.
    launch("third", "others");
    passTo(START.plusSeconds(5_400));
    launch("fourth", "others");
    passTo(START.plusSeconds(2 * 86_400));
    Map<String, List<Instant>> rings = rings();
    for (int i = 0; i < 20; i++) {
      List<Instant> each = rings.getOrDefault("139" + (10_000_000 + i), List.of());
      assertThat(each).hasSize(i < 10 ? MOST : 2 * MOST);
      for (int late = MOST; late < each.size(); late++) {
        assertThat(each.get(late - MOST))
            .as(i + " " + each)
            .isBeforeOrEqualTo(each.get(late).minusSeconds(86_400));
      }
    }
    assertThat(at(ask("GET", sandbox.url() + "/sandbox/limits", "", ""), "violations").write())
        .isEqualTo("{}");
  }
}
