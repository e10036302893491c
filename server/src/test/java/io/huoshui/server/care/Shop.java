package io.huoshui.server.care;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.Huoshui;
import io.huoshui.server.demo.Scenario;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A server with a brand on it, over real HTTP: everybody who joins is given a coupon.
final class Shop implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  final Path folder;
  private final Huoshui.Running server;
  private String admin;
  private String key = "";

  /// Opens a folder.
  ///
  /// @param token of an admin, empty on the first start
  /// @param more words it is started with
  Shop(Path folder, String token, String... more) {
    this.folder = folder;
    var words =
        new ArrayList<>(
            List.of(
                "--port", "0",
                "--data-dir", folder.toString(),
                "--virtual-from", "2026-07-01T00:00:00+05:45",
                "--zone", "Asia/Kathmandu"));
    words.addAll(List.of(more));
    this.server = Huoshui.start(Huoshui.settings(words), false);
    this.admin = token.isEmpty() ? server.firstToken() : token;
  }

  static Shop founded(Path folder, String... more) throws Exception {
    var shop = new Shop(folder, "", more);
    shop.key = Scenario.text(shop.post("/api/v1/sources", "{\"name\":\"pos\"}"), "writeKey");
    shop.post(
        "/api/v1/coupon-templates",
        "{\"name\":\"back\",\"title\":\"Back\",\"valueFen\":1500,\"thresholdFen\":3900,\"validDays\":14}");
    shop.post(
        "/api/v1/journeys",
        "{\"journey\":\"thanks\",\"title\":\"thanks\",\"entry\":{\"event\":\"member_registered\"},"
            + "\"steps\":[{\"id\":\"gift\",\"coupon\":\"back\"}]}");
    shop.post("/api/v1/segments", "{\"name\":\"buyers\",\"text\":\"did order_paid\"}");
    return shop;
  }

  String admin() {
    return admin;
  }

  String key() {
    return key;
  }

  void useKey(String writeKey) {
    key = writeKey;
  }

  /// A part of the server.
  <T> T part(Class<T> type) {
    return server.context().getBean(type);
  }

  /// Tells listeners what a callback tells them.
  void tell(Object change) {
    server.context().publishEvent(change);
  }

  @Override
  public void close() {
    server.close();
  }

  HttpResponse<String> send(String method, String path, String token, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  Json post(String path, String body) throws Exception {
    return ok(send("POST", path, admin, body));
  }

  String get(String path) throws Exception {
    return ok(send("GET", path, admin, "")).write();
  }

  private static Json ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    return response.body().isBlank() ? new Json.Null() : Json.parse(response.body());
  }

  static String phone(int person) {
    return "139" + (10_000_000 + person);
  }

  /// People join, and every other one buys.
  void people(int from, int to) throws Exception {
    var events = new ArrayList<String>();
    for (int person = from; person < to; person++) {
      events.add(event("join-" + person, "member_registered", person, "{}"));
      events.add(
          event(
              "name-" + person,
              "profile_updated",
              person,
              "{\"name\":\"钟灵" + person + "\",\"note\":\"" + "长".repeat(220) + "\"}"));
      if (person % 2 == 0) {
        events.add(
            event(
                "order-" + person,
                "order_paid",
                person,
                "{\"orderId\":\"o" + person + "\",\"amountFen\":" + (100 + person) + "}"));
      }
    }
    ok(send("POST", "/api/v1/events", key, "[" + String.join(",", events) + "]"));
  }

  static String event(String id, String name, int person, String properties) {
    return "{\"id\":\""
        + id
        + "\",\"name\":\""
        + name
        + "\",\"time\":\"2026-06-30T12:00:00Z\",\"identifiers\":[{\"kind\":\"phone\",\"value\":\""
        + phone(person)
        + "\"}],\"properties\":"
        + properties
        + "}";
  }

  Json redeem(String code, String order) throws Exception {
    return post(
        "/api/v1/coupons/" + code + "/redeem", "{\"orderId\":\"" + order + "\",\"cartFen\":9900}");
  }

  String coupon(int profile) throws Exception {
    return Json.parse(get("/api/v1/coupons?profile=p" + profile)) instanceof Json.Arr(var items)
        ? Scenario.text(items.getFirst(), "code")
        : "";
  }

  /// What it says about everything that a backup has to bring back.
  Map<String, String> answers(int people) throws Exception {
    var answers = new LinkedHashMap<String, String>();
    for (String path :
        List.of(
            "/api/v1/overview",
            "/api/v1/segments",
            "/api/v1/journeys",
            "/api/v1/coupon-templates",
            "/api/v1/event-types",
            "/api/v1/sources",
            "/api/v1/profiles?limit=200")) {
      answers.put(path, get(path));
    }
    for (int profile = 0; profile < people; profile++) {
      for (String path :
          List.of(
              "/api/v1/profiles/p" + profile,
              "/api/v1/profiles/p" + profile + "/events",
              "/api/v1/coupons?profile=p" + profile)) {
        answers.put(path, get(path));
      }
    }
    return answers;
  }

  /// A command's words.
  record Said(int exit, String out, String err) {}

  static Said backup(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exit = BackupCommand.run(List.of(arguments), stream(out), stream(err));
    return new Said(exit, text(out), text(err));
  }

  static Said restore(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exit = RestoreCommand.run(List.of(arguments), Map.of(), stream(out), stream(err));
    return new Said(exit, text(out), text(err));
  }

  static Said doctor(Path folder) {
    return doctor(folder, false);
  }

  static Said doctor(Path folder, boolean mend) {
    var out = new ByteArrayOutputStream();
    int troubles = Doctor.examine(Folder.of(folder), mend, stream(out), Steps.NONE);
    return new Said(troubles, text(out), "");
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
