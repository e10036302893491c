package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.access.KeyFile;
import io.huoshui.server.demo.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A server and a sandbox, each a process of its own, and a crowd in which everybody may be written
/// to by SMS and over WeCom. One journey writes to everybody once on each.
final class Town implements AutoCloseable {
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  /// A quarter to noon for the brand, two in the afternoon for the platforms.
  static final Instant START = Instant.parse("2026-07-01T06:00:00Z");

  private static final String CORP = "ww5a17fe0d4c2b9e31";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final int people;
  private final int port;
  private final int patienceSeconds;
  private final Child sandbox;
  private final String sandboxUrl;
  private Child server;
  private String serverUrl = "";
  private String token = "";
  private String writeKey = "";

  /// @param people how many live here
  /// @param texts how many different texts WeCom carries; each leaves in a batch of its own
  static Town begin(Path folder, int people, int texts, int patienceSeconds) {
    var town = new Town(folder, people, patienceSeconds);
    try {
      town.settle(texts);
      return town;
    } catch (RuntimeException | Error e) {
      town.close();
      throw e;
    }
  }

  private Town(Path folder, int people, int patienceSeconds) {
    this.folder = folder;
    this.people = people;
    this.patienceSeconds = patienceSeconds;
    this.port = freePort();
    writeSecrets("");
    Path ready = folder.resolve("sandbox-ready.json");
    this.sandbox =
        Child.start(
            "sandbox",
            HOME,
            "sandbox",
            "io.huoshui.sandbox.Sandbox",
            List.of("-Xmx256m"),
            List.of(
                "--data", folder.resolve("sandbox").toString(),
                "--server", "http://127.0.0.1:" + port,
                "--clock", "virtual",
                "--start", START.toString(),
                "--people", "0",
                "--secrets", secrets().toString(),
                "--ready", ready.toString()),
            folder);
    this.sandboxUrl = text(sandbox.ready(ready), "url");
    writeSecrets(sandboxUrl);
    this.server = startServer();
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path secrets() {
    return folder.resolve("secrets.json");
  }

  static Path data(Path folder) {
    return folder.resolve("server");
  }

  private void writeSecrets(String url) {
    try {
      KeyFile.writePrivately(
          secrets(),
          Json.object(
                  "callbackToken",
                  Json.of("told-to-nobody-else"),
                  "writeKeys",
                  Json.object("crm", Json.of(writeKey)),
                  "sms",
                  Json.object(
                      "url", Json.of(url),
                      "accessKeyId", Json.of("LTAI0000000000000001"),
                      "accessKeySecret", Json.of("0123456789abcdef0123456789abcd")),
                  "wecom",
                  Json.object(
                      "url", Json.of(url),
                      "corpId", Json.of(CORP),
                      "secret", Json.of("corp-secret"),
                      "token", Json.of("callback"),
                      "encodingAesKey", Json.of("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")))
              .write());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Child startServer() {
    Child child =
        Child.start(
            "server",
            HOME,
            "server",
            "io.huoshui.server.Huoshui",
            List.of("-Xmx320m"),
            List.of(
                "--data-dir", data(folder).toString(),
                "--port", String.valueOf(port),
                "--virtual-from", START.toString(),
                "--zone", "Asia/Kathmandu",
                "--patience", String.valueOf(patienceSeconds),
                "--secrets", secrets().toString()),
            folder);
    try {
      Json at = child.ready(data(folder).resolve("run/server.json"));
      serverUrl = text(at, "url");
      token = text(at, "token");
      return child;
    } catch (RuntimeException e) {
      child.close();
      throw e;
    }
  }

  private void settle(int texts) {
    writeKey = text(ok(post("/api/v1/sources", "{\"name\":\"crm\"}")), "writeKey");
    writeSecrets(sandboxUrl);
    var events = new StringBuilder();
    var crowd = new StringBuilder();
    for (int person = 0; person < people; person++) {
      String names =
          "[{\"kind\":\"phone\",\"value\":\""
              + phone(person)
              + "\"},{\"kind\":\"externalUserid\",\"scope\":\""
              + CORP
              + "\",\"value\":\""
              + friend(person)
              + "\"}]";
      events
          .append(event("profile_updated", person, names, "{\"name\":\"n" + person % texts + "\"}"))
          .append(event("consent_given", person, names, "{\"channel\":\"sms\"}"))
          .append(event("contact_added", person, names, "{\"guide\":\"guide-0001\"}"));
      crowd
          .append("{\"identifiers\":")
          .append(names)
          .append(",\"ordersPer30Days\":0,\"averageBasketFen\":100}\n");
    }
    assertThat(text(ok(events(events.toString())), "rejected")).isEqualTo("0");
    ok(send(sandboxUrl + "/sandbox/crowd", "", "application/x-ndjson", crowd.toString()));
    ok(post("/api/v1/gate-policy", "{\"quietFrom\":\"23:00\",\"quietTo\":\"05:00\",\"caps\":[]}"));
    ok(
        post(
            "/api/v1/templates",
            "{\"name\":\"by_sms\",\"channel\":\"sms\",\"sender\":\"HS\",\"text\":\"hello"
                + " {name|you}\"}"));
    ok(
        post(
            "/api/v1/templates",
            "{\"name\":\"by_wecom\",\"channel\":\"wecom\",\"sender\":\"\",\"text\":\"welcome"
                + " {name|you}\"}"));
    ok(post("/api/v1/segments", "{\"name\":\"known\",\"text\":\"did profile_updated\"}"));
    ok(
        post(
            "/api/v1/journeys",
            """
            {"journey":"greet","title":"greet","entry":{"audience":"everybody"},"reentry":"once",
             "steps":[{"id":"text","send":"by_sms"},{"id":"friend","send":"by_wecom"}]}
            """));
    ok(post("/api/v1/audiences", "{\"name\":\"everybody\",\"segment\":\"known\"}"));
    assertThat(text(ok(post("/api/v1/journeys/greet/launch", "{}")), "people"))
        .isEqualTo(String.valueOf(people));
  }

  private static String phone(int person) {
    return String.format("+86199%08d", person);
  }

  private static String friend(int person) {
    return String.format("wmHS%022d", person);
  }

  private static String event(String name, int person, String names, String properties) {
    return "{\"id\":\""
        + name
        + "/"
        + person
        + "\",\"name\":\""
        + name
        + "\",\"time\":\""
        + START.minus(Duration.ofHours(1))
        + "\",\"identifiers\":"
        + names
        + ",\"properties\":"
        + properties
        + "}\n";
  }

  // Steering.

  /// Everybody has two messages coming.
  int expected() {
    return 2 * people;
  }

  HttpResponse<String> clockTo(Duration sinceStart) {
    return post("/api/v1/clock", "{\"to\":\"" + START.plus(sinceStart) + "\"}");
  }

  void faults(String json) {
    ok(send(sandboxUrl + "/sandbox/faults", "", "application/json", json));
  }

  int received() {
    return Integer.parseInt(text(ok(fetch(sandboxUrl + "/health", "")), "messages"));
  }

  HttpResponse<String> health() {
    return fetch(serverUrl + "/health", "");
  }

  /// One of the server's figures for Prometheus.
  double figure(String name) {
    return fetch(serverUrl + "/metrics", token)
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /// SIGKILL to the server alone; its PostgreSQL is left behind as the kernel leaves it.
  void killServer() {
    ProcessHandle handle = ProcessHandle.of(server.pid()).orElseThrow();
    handle.destroyForcibly();
    handle.onExit().join();
  }

  void restartServer() {
    server.close();
    server = startServer();
  }

  // What came of it.

  /// Nobody has two, nobody has none, and the server knows it of each.
  void everybodyHasExactlyOneOnEachChannel() {
    for (int person = 0; person < people; person++) {
      for (String address : List.of(phone(person), friend(person))) {
        Json messages =
            ok(
                fetch(
                    sandboxUrl
                        + "/sandbox/messages?address="
                        + URLEncoder.encode(address, StandardCharsets.UTF_8),
                    ""));
        assertThat(list(messages, "messages")).as("messages to " + address).hasSize(1);
      }
    }
    assertThat(list(ok(fetch(sandboxUrl + "/sandbox/messages/duplicates", "")), "duplicates"))
        .isEmpty();
    assertThat(received()).isEqualTo(expected());
    Json verdicts = ok(fetch(serverUrl + "/api/v1/journeys/greet/verdicts?limit=10000", token));
    assertThat(verdicts).isInstanceOf(Json.Arr.class);
    if (verdicts instanceof Json.Arr(List<Json> rows)) {
      assertThat(rows).hasSize(expected());
      assertThat(rows)
          .allSatisfy(
              row -> {
                assertThat(text(row, "verdict")).isEqualTo("sent");
                assertThat(text(row, "stage")).isIn("accepted", "delivered", "failed");
              });
    }
    assertThat(figure("huoshui_outbox_waiting")).isZero();
    assertThat(figure("huoshui_outbox_unanswered")).isZero();
  }

  // HTTP.

  HttpResponse<String> events(String ndjson) {
    return send(serverUrl + "/api/v1/events", writeKey, "application/x-ndjson", ndjson);
  }

  HttpResponse<String> post(String path, String body) {
    return send(serverUrl + path, token, "application/json", body);
  }

  private HttpResponse<String> send(String url, String bearer, String type, String body) {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return exchange(request, bearer);
  }

  private HttpResponse<String> fetch(String url, String bearer) {
    return exchange(HttpRequest.newBuilder(URI.create(url)), bearer);
  }

  private HttpResponse<String> exchange(HttpRequest.Builder request, String bearer) {
    if (!bearer.isEmpty()) {
      request.header("Authorization", "Bearer " + bearer);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static Json ok(HttpResponse<String> response) {
    assertThat(response.statusCode())
        .as(response.uri() + ": " + response.body())
        .isBetween(200, 299);
    return Json.parse(response.body());
  }

  static String text(Json json, String key) {
    if (json instanceof Json.Obj object && object.get(key) instanceof Json value) {
      return value instanceof Json.Str(String text) ? text : value.write();
    }
    return "";
  }

  static List<Json> list(Json json, String key) {
    return json instanceof Json.Obj object && object.get(key) instanceof Json.Arr(var items)
        ? items
        : List.of();
  }

  @Override
  public void close() {
    server.close();
    sandbox.close();
  }
}
