package io.huoshui.bench;

import io.huoshui.json.Json;
import io.huoshui.server.access.KeyFile;
import io.huoshui.server.demo.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/// A server and a sandbox, each a process of its own, and people who are customers in WeCom and
/// follow the official account. Whoever has an even number is gold.
final class TagTown implements AutoCloseable {
  private static final Path HOME =
      Path.of(System.getProperty("huoshui.home", "..")).toAbsolutePath().normalize();

  static final Instant START = Instant.parse("2026-07-01T06:00:00Z");
  private static final String CORP = "ww5a17fe0d4c2b9e31";
  private static final String ACCOUNT = "wx0a1b2c3d4e5f6071";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final int people;
  private final int port = freePort();
  private final boolean virtual;
  private final String limits;
  private final int callsPerMinute;
  private Child sandbox;
  private String sandboxUrl = "";
  private Child server;
  private String serverUrl = "";
  private String token = "";
  private String writeKey = "";
  private int events;

  /// @param limits of the sandbox, as `--limits` takes them
  static TagTown begin(Path folder, int people, String limits) {
    return begin(folder, people, limits, true, 10_000);
  }

  static TagTown begin(
      Path folder, int people, String limits, boolean virtual, int callsPerMinute) {
    var town = new TagTown(folder, people, limits, virtual, callsPerMinute);
    try {
      town.settle();
      return town;
    } catch (RuntimeException | Error e) {
      town.close();
      throw e;
    }
  }

  private TagTown(Path folder, int people, String limits, boolean virtual, int callsPerMinute) {
    this.folder = folder;
    this.people = people;
    this.limits = limits;
    this.virtual = virtual;
    this.callsPerMinute = callsPerMinute;
    writeSecrets("");
    this.sandbox = startSandbox();
    writeSecrets(sandboxUrl);
    this.server = startServer();
  }

  private Child startSandbox() {
    Path ready = folder.resolve("sandbox-ready.json");
    var flags =
        new ArrayList<>(
            List.of(
                "--data",
                folder.resolve("sandbox").toString(),
                "--server",
                "http://127.0.0.1:" + port,
                "--clock",
                virtual ? "virtual" : "real",
                "--people",
                "0",
                "--secrets",
                secrets().toString(),
                "--ready",
                ready.toString()));
    if (virtual) {
      flags.addAll(List.of("--start", START.toString()));
    }
    if (!limits.isEmpty()) {
      flags.addAll(List.of("--limits", limits));
    }
    if (!sandboxUrl.isEmpty()) {
      flags.addAll(List.of("--port", sandboxUrl.substring(sandboxUrl.lastIndexOf(':') + 1)));
    }
    Child child =
        Child.start(
            "sandbox",
            HOME,
            "sandbox",
            "io.huoshui.sandbox.Sandbox",
            List.of("-Xmx512m"),
            flags,
            folder);
    sandboxUrl = text(child.ready(ready), "url");
    return child;
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

  private void writeSecrets(String url) {
    try {
      KeyFile.writePrivately(
          secrets(),
          Json.object(
                  "callbackToken",
                  Json.of("told-to-nobody-else"),
                  "writeKeys",
                  Json.object("crm", Json.of(writeKey)),
                  "wecom",
                  Json.object(
                      "url", Json.of(url),
                      "corpId", Json.of(CORP),
                      "secret", Json.of("corp-secret"),
                      "token", Json.of("callback"),
                      "encodingAesKey", Json.of("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"),
                      "callsPerMinute", Json.of(callsPerMinute),
                      "callsPerHour", Json.of(Math.multiplyExact(callsPerMinute, 15))),
                  "officialAccount",
                  Json.object(
                      "url", Json.of(url),
                      "appId", Json.of(ACCOUNT),
                      "secret", Json.of("account-secret")))
              .write());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Child startServer() {
    Path data = folder.resolve("server");
    var flags =
        new ArrayList<>(
            List.of(
                "--data-dir", data.toString(),
                "--port", String.valueOf(port),
                "--zone", "Asia/Kathmandu",
                "--patience", "20",
                "--secrets", secrets().toString()));
    if (virtual) {
      flags.addAll(List.of("--virtual-from", START.toString()));
    }
    Child child =
        Child.start(
            "server",
            HOME,
            "server",
            "io.huoshui.server.Huoshui",
            List.of("-Xmx512m"),
            flags,
            folder);
    try {
      Json at = child.ready(data.resolve("run/server.json"));
      serverUrl = text(at, "url");
      token = text(at, "token");
      return child;
    } catch (RuntimeException e) {
      child.close();
      throw e;
    }
  }

  private void settle() {
    writeKey = text(ok(post("/api/v1/sources", "{\"name\":\"crm\"}")), "writeKey");
    writeSecrets(sandboxUrl);
    for (int from = 0; from < people; from += 5_000) {
      var lines = new StringBuilder();
      var crowd = new StringBuilder();
      for (int person = from; person < Math.min(people, from + 5_000); person++) {
        lines.append(
            event("profile_updated", person, "{\"grade\":\"" + grade(person % 2 == 0) + "\"}"));
        crowd
            .append("{\"identifiers\":")
            .append(names(person))
            .append(",\"ordersPer30Days\":0,\"averageBasketFen\":100}\n");
      }
      take(lines.toString());
      ok(sandbox("POST", "/sandbox/crowd", crowd.toString()));
    }
  }

  private static String grade(boolean gold) {
    return gold ? "gold" : "plain";
  }

  /// What [#friend] and [#follower] are the names of.
  static String friend(int person) {
    return String.format(Locale.ROOT, "wmHS%022d", person);
  }

  static String follower(int person) {
    return String.format(Locale.ROOT, "oHS%025d", person);
  }

  private static String names(int person) {
    return "[{\"kind\":\"externalUserid\",\"scope\":\""
        + CORP
        + "\",\"value\":\""
        + friend(person)
        + "\"},{\"kind\":\"openid\",\"scope\":\""
        + ACCOUNT
        + "\",\"value\":\""
        + follower(person)
        + "\"}]";
  }

  private String event(String name, int person, String properties) {
    return "{\"id\":\"e"
        + events++
        + "\",\"name\":\""
        + name
        + "\",\"time\":\""
        + (virtual ? START.minus(Duration.ofHours(1)).plusMillis(events) : Instant.now())
        + "\",\"identifiers\":"
        + names(person)
        + ",\"properties\":"
        + properties
        + "}\n";
  }

  private void take(String lines) {
    Json taken =
        ok(exchange("POST", serverUrl + "/api/v1/events", writeKey, "application/x-ndjson", lines));
    if (!text(taken, "rejected").equals("0")) {
      throw new IllegalStateException("Rejected: " + taken.write());
    }
  }

  // Steering.

  void turn(int person, boolean gold) {
    take(event("profile_updated", person, "{\"grade\":\"" + grade(gold) + "\"}"));
  }

  void happen(String name, int person, String properties) {
    take(event(name, person, properties));
  }

  void faults(String json) {
    ok(sandbox("POST", "/sandbox/faults", json));
  }

  /// What a guide does in the app.
  Json app(String json) {
    return ok(sandbox("POST", "/sandbox/wecom/app", json));
  }

  /// What happens to members in the app.
  Json members(String json) {
    return ok(sandbox("POST", "/sandbox/wecom/members", json));
  }

  /// How guides do their tasks from now on; answers what they did so far.
  Json guides(String json) {
    return ok(sandbox("POST", "/sandbox/wecom/guides", json));
  }

  /// Somebody else than the admin asks.
  HttpResponse<String> as(String bearer, String method, String path, String body) {
    return exchange(method, serverUrl + path, bearer, "application/json", body);
  }

  HttpResponse<String> put(String path, String body) {
    return exchange("PUT", serverUrl + path, token, "application/json", body);
  }

  void guideMarks(int person, String add, String remove) {
    app(
        "{\"mark\":{\"userid\":\"guide-0001\",\"external_userid\":\""
            + friend(person)
            + "\",\"add\":["
            + add
            + "],\"remove\":["
            + remove
            + "]}}");
  }

  /// Both clocks move; callbacks are heard when this returns.
  Json clocksTo(Duration sinceStart) {
    clockTo(sinceStart);
    return ok(sandbox("POST", "/sandbox/clock", "{\"to\":\"" + START.plus(sinceStart) + "\"}"));
  }

  void clockTo(Duration sinceStart) {
    ok(post("/api/v1/clock", "{\"to\":\"" + START.plus(sinceStart) + "\"}"));
  }

  /// A sync named as its tag.
  void sync(String name, String platform, String rule, String mode, String more) {
    ok(
        post(
            "/api/v1/tag-syncs",
            Json.object(
                    "name", Json.of(name),
                    "platform", Json.of(platform),
                    "group", Json.of("会员"),
                    "tag", Json.of(name),
                    "source", Json.object("text", Json.of(rule)),
                    "mode", Json.of(mode))
                .write()
                .replaceFirst("}$", more + "}")));
  }

  Json run(String name, String body) {
    return ok(post("/api/v1/tag-syncs/" + name + "/run?wait=20", body));
  }

  Json get(String path) {
    return ok(exchange("GET", serverUrl + path, token, "application/json", ""));
  }

  Json reconcile() {
    return ok(post("/api/v1/callbacks/reconcile", "{}"));
  }

  void killServer() {
    kill(server);
  }

  void restartServer() {
    server.close();
    server = startServer();
  }

  void killSandboxAndRestart() {
    kill(sandbox);
    sandbox.close();
    sandbox = startSandbox();
  }

  private static void kill(Child child) {
    ProcessHandle handle = ProcessHandle.of(child.pid()).orElseThrow();
    handle.destroyForcibly();
    handle.onExit().join();
  }

  // What came of it.

  /// Who carries a tag on the platform, by the sandbox's book.
  Set<String> carriers(String platform, String tag) {
    return new TreeSet<>(
        list(tag(platform, tag), "carriers").stream()
            .map(each -> each instanceof Json.Str(String text) ? text : "")
            .toList());
  }

  Json tag(String platform, String tag) {
    return list(tags(platform), "tags").stream()
        .filter(each -> text(each, "name").equals(tag))
        .findFirst()
        .orElse(new Json.Null());
  }

  private Json tags(String platform) {
    return ok(sandbox("GET", "/sandbox/tags?platform=" + platform, ""));
  }

  int marks(String platform) {
    return Integer.parseInt(text(tags(platform), "marks"));
  }

  Set<String> friends(IntPredicate which) {
    var names = new TreeSet<String>();
    for (int person = 0; person < people; person++) {
      if (which.test(person)) {
        names.add(friend(person));
      }
    }
    return names;
  }

  Set<String> followers(IntPredicate which) {
    var names = new TreeSet<String>();
    for (int person = 0; person < people; person++) {
      if (which.test(person)) {
        names.add(follower(person));
      }
    }
    return names;
  }

  /// How often each call was made, and how often a limit was gone over.
  Json conduct() {
    return ok(sandbox("GET", "/sandbox/limits", ""));
  }

  String calls() {
    return text(conduct(), "calls");
  }

  String violations() {
    return text(conduct(), "violations");
  }

  int count(String rule) {
    return Integer.parseInt(
        text(
            ok(post("/api/v1/segments/count", Json.object("text", Json.of(rule)).write())),
            "count"));
  }

  // HTTP.

  HttpResponse<String> post(String path, String body) {
    return exchange("POST", serverUrl + path, token, "application/json", body);
  }

  private HttpResponse<String> sandbox(String method, String path, String body) {
    return exchange(method, sandboxUrl + path, "", "application/json", body);
  }

  private HttpResponse<String> exchange(
      String method, String url, String bearer, String type, String body) {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
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
    if (response.statusCode() / 100 != 2) {
      throw new IllegalStateException(
          response.uri() + " " + response.statusCode() + ": " + response.body());
    }
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
