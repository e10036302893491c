package io.huoshui.server.audience;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.Huoshui;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A server at noon of a virtual day, with a brand of thirteen people on it, over real HTTP.
///
/// ```
/// person     0  1  2  3  4  5  6  7  8  9 10 11     12
/// phone      x  x  x  x  x  x  x  x  x  x  x  x      -   (a member number only)
/// order      x     x     x     x     x     x         -
/// SMS        y  w  y  y  -  -  -  -  -  -  -  -      -   yes, withdrawn
/// WeCom            c  c  l                           -   contact, left
/// city       上海 ------------- 杭州 ---------------  -
/// ```
public final class Town implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  public static final int PEOPLE = 13;

  private final Huoshui.Running server;
  private final String admin;
  private String key = "";
  private final Path folder;
  private int next;

  public Town(Path folder, String token) {
    this.folder = folder;
    this.server =
        Huoshui.start(
            Huoshui.settings(
                List.of(
                    "--port", "0",
                    "--data-dir", folder.toString(),
                    "--virtual-from", "2026-07-01T12:00:00+05:45",
                    "--zone", "Asia/Kathmandu")),
            false);
    this.admin = token.isEmpty() ? server.firstToken() : token;
  }

  public static Town founded(Path folder) throws Exception {
    var town = new Town(folder, "");
    town.key = text(town.post("/api/v1/sources", "{\"name\":\"pos\"}"), "writeKey");
    var lines = new ArrayList<String>();
    for (int i = 0; i < PEOPLE - 1; i++) {
      String phone = phone(i);
      lines.add(
          town.event(
              "profile_updated",
              phone,
              "{\"name\":\"钟灵" + i + "\",\"city\":\"" + (i < 6 ? "上海" : "杭州") + "\"}"));
      if (i % 2 == 0) {
        lines.add(
            town.event(
                "order_paid",
                phone,
                "{\"orderId\":\"o" + i + "\",\"amountFen\":" + (100 + i) + "}"));
      }
      if (i < 4) {
        lines.add(town.event("consent_given", phone, "{\"channel\":\"sms\"}"));
      }
      if (i == 1) {
        lines.add(town.event("consent_withdrawn", phone, "{\"channel\":\"sms\"}"));
      }
      if (i >= 2 && i <= 4) {
        String both =
            phone + ",{\"kind\":\"externalUserid\",\"scope\":\"corp\",\"value\":\"wm" + i + "\"}";
        lines.add(town.event("contact_added", both, "{}"));
        if (i == 4) {
          lines.add(town.event("contact_removed", both, "{}"));
        }
      }
    }
    lines.add(
        town.event(
            "page_viewed", "{\"kind\":\"memberNumber\",\"value\":\"m12\"}", "{\"page\":\"home\"}"));
    town.take(lines);
    return town;
  }

  public static String phone(int person) {
    return "{\"kind\":\"phone\",\"value\":\"139" + (10_000_000 + person) + "\"}";
  }

  /// An event a minute after the one before, on the day before the server's.
  public String event(String name, String identifiers, String properties) {
    next++;
    return String.format(
        Locale.ROOT,
        "{\"id\":\"e%d\",\"name\":\"%s\",\"time\":\"2026-06-30T%02d:%02d:00Z\",\"identifiers\":[%s],\"properties\":%s}",
        next,
        name,
        8 + next / 60,
        next % 60,
        identifiers,
        properties);
  }

  public void take(List<String> events) throws Exception {
    HttpResponse<String> answer =
        send("POST", "/api/v1/events", key, "[" + String.join(",", events) + "]");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).doesNotContain("\"verdict\":\"rejected\"");
  }

  public String admin() {
    return admin;
  }

  public Huoshui.Running server() {
    return server;
  }

  public HttpResponse<String> send(String method, String path, String token, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  public Json post(String path, String body) throws Exception {
    return ok(send("POST", path, admin, body));
  }

  public Json get(String path) throws Exception {
    return ok(send("GET", path, admin, ""));
  }

  /// Sends a file as the body.
  public HttpResponse<String> upload(String path, byte[] file) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Content-Type", "application/octet-stream")
            .header("Authorization", "Bearer " + admin)
            .POST(HttpRequest.BodyPublishers.ofByteArray(file))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /// A job when it is over.
  public Json job(String id) throws Exception {
    Json job = get("/api/v1/jobs/" + id + "?wait=60");
    assertThat(text(job, "state")).as(job.write()).isIn("done", "failed", "cancelled");
    return job;
  }

  /// Moves the virtual clock.
  public void reach(String instant) throws Exception {
    post("/api/v1/clock", "{\"to\":\"" + instant + "\"}");
  }

  /// A refusal of this status.
  public Json refused(int status, String method, String path, String body) throws Exception {
    HttpResponse<String> answer = send(method, path, admin, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Json.parse(answer.body());
  }

  public static Json ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    return response.body().isBlank() ? new Json.Null() : Json.parse(response.body());
  }

  /// The rule as a body.
  public static String rule(String text) {
    return Json.object("text", Json.of(text)).write();
  }

  /// What stands at a path of keys and indexes: `reach.0.missed`.
  public static Json at(Json json, String path) {
    Json here = json;
    for (String step : path.split("\\.", -1)) {
      Json next =
          switch (here) {
            case Json.Obj object -> object.get(step);
            case Json.Arr(List<Json> items) -> items.get(Integer.parseInt(step));
            default -> null;
          };
      if (next == null) {
        throw new AssertionError("Nothing at " + path + " of " + json.write());
      }
      here = next;
    }
    return here;
  }

  /// The same as a text; what is no text as JSON.
  public static String text(Json json, String path) {
    return at(json, path) instanceof Json.Str(String text) ? text : at(json, path).write();
  }

  public static List<Json> items(Json json, String path) {
    return (path.isEmpty() ? json : at(json, path)) instanceof Json.Arr(List<Json> items)
        ? items
        : List.of();
  }

  public long count(String rule) throws Exception {
    return Long.parseLong(text(post("/api/v1/segments/count", rule(rule)), "count"));
  }

  /// The same folder in another process of life.
  public Town reopened() {
    server.close();
    var again = new Town(folder, admin);
    again.key = key;
    again.next = next;
    return again;
  }

  @Override
  public void close() {
    server.close();
  }
}
