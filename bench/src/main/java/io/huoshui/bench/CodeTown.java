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
import java.util.ArrayList;
import java.util.List;

/// A server and a sandbox, each a process of its own, both by the wall clock: a welcome has twenty
/// real seconds.
final class CodeTown implements AutoCloseable {
  private static final Path HOME =
      Path.of(System.getProperty("huoshui.home", "..")).toAbsolutePath().normalize();
  static final String CORP = "ww5a17fe0d4c2b9e31";
  private static final String AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  private static final String MINI = "wx9f8e7d6c5b4a3921";
  private static final String SMS_KEY = "LTAI0000000000000001";
  private static final String SMS_SECRET = "0123456789abcdef0123456789abcd";
  private static final String ACCOUNT = "wx0a1b2c3d4e5f6071";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final String limits;
  private final int port = freePort();
  private final Child sandbox;
  private final String sandboxUrl;
  private Child server;
  private String serverUrl = "";
  private String token = "";

  static CodeTown begin(Path folder, String limits) {
    return new CodeTown(folder, limits);
  }

  private CodeTown(Path folder, String limits) {
    this.folder = folder;
    this.limits = limits;
    writeSecrets();
    this.sandbox = startSandbox();
    try {
      this.sandboxUrl = text(sandbox.ready(folder.resolve("sandbox-ready.json")), "url");
      this.server = startServer();
      setUp();
    } catch (RuntimeException e) {
      sandbox.close();
      throw e;
    }
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

  /// Whom the sandbox lets in.
  private void writeSecrets() {
    try {
      KeyFile.writePrivately(
          secrets(),
          Json.object(
                  "wecom",
                  Json.object(
                      "corpId", Json.of(CORP),
                      "secret", Json.of("corp-secret"),
                      "token", Json.of("callback"),
                      "encodingAesKey", Json.of(AES_KEY)),
                  "sms",
                  Json.object(
                      "accessKeyId", Json.of(SMS_KEY), "accessKeySecret", Json.of(SMS_SECRET)),
                  "miniProgram",
                  Json.object("appId", Json.of(MINI), "secret", Json.of("mini-secret")),
                  "officialAccount",
                  Json.object("appId", Json.of(ACCOUNT), "secret", Json.of("account-secret")))
              .write());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As an operator sets accounts up on the page; the server has no secrets file.
  private void setUp() {
    account(
        "wecom",
        "wecom",
        Json.object("url", Json.of(sandboxUrl), "corpId", Json.of(CORP)),
        Json.object(
            "secret", Json.of("corp-secret"),
            "token", Json.of("callback"),
            "encodingAesKey", Json.of(AES_KEY)));
    account(
        "account",
        "officialAccount",
        Json.object("url", Json.of(sandboxUrl), "appId", Json.of(ACCOUNT)),
        Json.object("secret", Json.of("account-secret")));
    account(
        "mini",
        "miniProgram",
        Json.object("url", Json.of(sandboxUrl), "appId", Json.of(MINI)),
        Json.object("secret", Json.of("mini-secret")));
    account(
        "texts",
        "sms",
        Json.object(
            "url", Json.of(sandboxUrl), "vendor", Json.of("aliyun"), "keyId", Json.of(SMS_KEY)),
        Json.object("keySecret", Json.of(SMS_SECRET)));
  }

  private void account(String name, String kind, Json settings, Json credentials) {
    ok(
        server(
            "PUT",
            "/api/v1/accounts/" + name,
            Json.object("kind", Json.of(kind), "settings", settings, "credentials", credentials)
                .write()));
  }

  private Child startSandbox() {
    var flags =
        new ArrayList<>(
            List.of(
                "--data",
                folder.resolve("sandbox").toString(),
                "--server",
                "http://127.0.0.1:" + port,
                "--clock",
                "real",
                "--people",
                "0",
                "--secrets",
                secrets().toString(),
                "--ready",
                folder.resolve("sandbox-ready.json").toString()));
    if (!limits.isEmpty()) {
      flags.addAll(List.of("--limits", limits));
    }
    return Child.start(
        "sandbox",
        HOME,
        "sandbox",
        "io.huoshui.sandbox.Sandbox",
        List.of("-Xmx384m"),
        flags,
        folder);
  }

  private Child startServer() {
    Path data = folder.resolve("server");
    Child child =
        Child.start(
            "server",
            HOME,
            "server",
            "io.huoshui.server.Huoshui",
            List.of("-Xmx384m"),
            List.of(
                "--data-dir", data.toString(),
                "--port", String.valueOf(port),
                "--zone", "Asia/Kathmandu"),
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

  /// As a power cut would: kill -9.
  void killServer() {
    ProcessHandle.of(server.pid())
        .ifPresent(
            handle -> {
              handle.destroyForcibly();
              handle.onExit().join();
            });
  }

  void restartServer() {
    server.close();
    server = startServer();
  }

  // Asking.

  HttpResponse<String> exchange(String method, String url, String body) {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token);
    try {
      return http.send(
          request.method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Json ok(HttpResponse<String> response) {
    if (response.statusCode() / 100 != 2) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return response.body().isBlank() ? new Json.Null() : Json.parse(response.body());
  }

  /// One event from a source.
  Json event(String key, String event) {
    try {
      return ok(
          http.send(
              HttpRequest.newBuilder(URI.create(serverUrl + "/api/v1/events"))
                  .header("Content-Type", "application/json")
                  .header("Authorization", "Bearer " + key)
                  .POST(HttpRequest.BodyPublishers.ofString(event))
                  .build(),
              HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Json post(String path, String body) {
    return ok(exchange("POST", serverUrl + path, body));
  }

  Json get(String path) {
    return ok(exchange("GET", serverUrl + path, ""));
  }

  HttpResponse<String> server(String method, String path, String body) {
    return exchange(method, serverUrl + path, body);
  }

  Json sandbox(String method, String path, String body) {
    return ok(exchange(method, sandboxUrl + path, body));
  }

  String page(String code) {
    return serverUrl + "/c/" + code;
  }

  /// People open the page of a code and add whom it shows.
  Json scanPage(String code, int count, int atOnce) {
    return sandbox(
        "POST",
        "/sandbox/scan",
        Json.object("page", Json.of(page(code)), "count", Json.of(count), "atOnce", Json.of(atOnce))
            .write());
  }

  /// People scan the code at the platform that carries a state.
  Json scanState(String state, int count, int atOnce) {
    return sandbox(
        "POST",
        "/sandbox/scan",
        Json.object("state", Json.of(state), "count", Json.of(count), "atOnce", Json.of(atOnce))
            .write());
  }

  Json state(String code) {
    return get("/api/v1/live-codes/" + code + "/state");
  }

  List<Json> adds() {
    return items(sandbox("GET", "/sandbox/adds", ""), "adds");
  }

  String violations() {
    return at(sandbox("GET", "/sandbox/limits", ""), "violations").write();
  }

  /// What stands at a path of keys and indexes.
  static Json at(Json json, String path) {
    Json here = json;
    for (String step : path.split("\\.", -1)) {
      Json next =
          switch (here) {
            case Json.Obj object -> object.get(step);
            case Json.Arr(List<Json> items) -> items.get(Integer.parseInt(step));
            default -> null;
          };
      if (next == null) {
        throw new IllegalStateException("Nothing at " + path + " of " + json.write());
      }
      here = next;
    }
    return here;
  }

  static boolean has(Json json, String key) {
    return json instanceof Json.Obj object && object.get(key) != null;
  }

  static String text(Json json, String path) {
    return at(json, path) instanceof Json.Str(String text) ? text : at(json, path).write();
  }

  static long number(Json json, String path) {
    return Long.parseLong(text(json, path));
  }

  static List<Json> items(Json json, String path) {
    return at(json, path) instanceof Json.Arr(List<Json> items) ? items : List.of();
  }

  @Override
  public void close() {
    server.close();
    sandbox.close();
  }
}
