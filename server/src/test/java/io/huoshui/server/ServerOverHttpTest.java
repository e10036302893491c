package io.huoshui.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// The server as its callers see it: real HTTP, real PostgreSQL, a real log.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServerOverHttpTest {
  @TempDir static Path folder;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static Huoshui.Running server;
  private static String admin = "";
  private static String key = "";

  @BeforeAll
  static void start() throws Exception {
    server = open();
    admin = server.firstToken();
    key = text(post("/api/v1/sources", admin, "{\"name\":\"pos\"}"), "writeKey");
  }

  private static Huoshui.Running open() {
    return Huoshui.start(
        Settings.parse(
            List.of(
                "--port",
                "0",
                "--data-dir",
                folder.toString(),
                "--virtual-from",
                "2026-07-01T00:00:00+05:45",
                "--zone",
                "Asia/Kathmandu")),
        false);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private static HttpResponse<String> send(HttpRequest request)
      throws IOException, InterruptedException {
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String token, String body)
      throws Exception {
    return post(path, token, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponse<String> post(String path, String token, String type, byte[] body)
      throws Exception {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    return send(
        (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token)).build());
  }

  private static HttpResponse<String> get(String path, String token) throws Exception {
    HttpRequest.Builder request = request(path);
    return send(
        (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token)).build());
  }

  private static String text(HttpResponse<String> response, String field) {
    return Json.parse(response.body()) instanceof Json.Obj object
            && object.get(field) instanceof Json value
        ? value instanceof Json.Str(String text) ? text : value.write()
        : "";
  }

  private static String order(String id, String phone, String rest) {
    return "{\"id\":\""
        + id
        + "\",\"name\":\"order_paid\",\"time\":\"2026-06-18T09:30:00+08:00\",\"identifiers\":[{\"kind\":\"phone\",\"value\":\""
        + phone
        + "\"}],\"properties\":{\"orderId\":\""
        + id
        + "\",\"amountFen\":5900"
        + rest
        + "}}";
  }

  /// The verdict of each item, as `accepted`, `duplicate`, or `code@field`.
  private static List<String> verdicts(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    var verdicts = new ArrayList<String>();
    if (Json.parse(response.body()) instanceof Json.Obj answer
        && answer.get("items") instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        if (item instanceof Json.Obj line) {
          String verdict = line.get("verdict") instanceof Json.Str(String word) ? word : "";
          String code = line.get("code") instanceof Json.Str(String word) ? word : "";
          String field = line.get("field") instanceof Json.Str(String word) ? word : "";
          verdicts.add(verdict.equals("rejected") ? code + "@" + field : verdict);
        }
      }
    }
    return verdicts;
  }

  private static HttpResponse<String> lines(String... lines) throws Exception {
    return post(
        "/api/v1/events",
        key,
        "application/x-ndjson",
        String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @Order(1)
  void everyItemHasItsVerdictAndNeighboursGoThrough() throws Exception {
    String good = order("a1", "13800000001", "");
    assertThat(
            verdicts(
                lines(
                    good,
                    good.replace("order_paid", "order_payd").replace("a1", "a2"),
                    good.replace("06-18", "02-30").replace("a1", "a3"),
                    good.replace("2026-06", "2028-06").replace("a1", "a4"),
                    good.replace("13800000001", "1380000").replace("a1", "a5"),
                    good.replace("5900", "-1").replace("a1", "a6"),
                    good.replace("5900", "\"59\"").replace("a1", "a7"),
                    good.replace("\"amountFen\":5900", "\"note\":\"x\"").replace("a1", "a8"),
                    good.replace("\"kind\":\"phone\"", "\"kind\":\"fax\"").replace("a1", "a9"),
                    "{\"id\":\"a10\"",
                    "nonsense",
                    good.replace("\"properties\"", "\"colour\":1,\"properties\"")
                        .replace("a1", "a11"),
                    good.replace("}}", ",\"x\":{\"y\":1}}}").replace("a1", "a12"),
                    good.replace(
                            "\"identifiers\":[{\"kind\":\"phone\",\"value\":\"13800000001\"}]",
                            "\"identifiers\":[]")
                        .replace("a1", "a13"),
                    good.replace("\"id\":\"a1\",", "\"id\":\"a14\",\"source\":\"tmall\","),
                    good,
                    order("b1", "13800000002", ""))))
        .containsExactly(
            "accepted",
            "unknown_name@name",
            "bad_time@time",
            "impossible_time@time",
            "bad_identifier@identifiers[0]",
            "bad_property@properties.amountFen",
            "bad_property@properties.amountFen",
            "missing_property@properties.amountFen",
            "unknown_kind@identifiers[0].kind",
            "malformed_json@id",
            "malformed_json@",
            "unknown_field@colour",
            "bad_type@properties.x",
            "no_identifier@identifiers",
            "wrong_source@source",
            "duplicate",
            "accepted");
  }

  @Test
  @Order(2)
  void hostileItemsAreRefusedAlone() throws Exception {
    String bomb =
        "{\"id\":\"c1\",\"properties\":"
            + "{\"a\":".repeat(100_000)
            + "1"
            + "}".repeat(100_000)
            + "}";
    String wide = order("c2", "13800000001", ",\"note\":\"" + "x".repeat(2 << 20) + "\"");
    String good = order("c3", "13800000003", "");
    assertThat(verdicts(lines(bomb, wide, good)))
        .containsExactly("bad_type@properties.a", "text_too_long@properties.note", "accepted");
    // The same inside an array, where commas and brackets part the items.
    var array = new ByteArrayOutputStream();
    array.writeBytes(
        ("[" + order("c4", "13800000004", "") + "," + bomb + ",{\"id\":\"c5\",\"name\":\"")
            .getBytes(StandardCharsets.UTF_8));
    array.writeBytes(new byte[] {(byte) 0xC3, (byte) 0x28});
    array.writeBytes(
        ("\"}," + order("c6", "13800000006", "") + "]").getBytes(StandardCharsets.UTF_8));
    assertThat(verdicts(post("/api/v1/events", key, "application/json", array.toByteArray())))
        .containsExactly("accepted", "bad_type@properties.a", "invalid_utf8@name", "accepted");
    assertThat(
            verdicts(
                post("/api/v1/events", key, "[" + order("c7", "13800000007", "") + ", {\"id\": ]")))
        .containsExactly("accepted", "malformed_json@");
    String deep =
        "{\"id\":\"c8\",\"properties\":{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}}";
    assertThat(verdicts(lines(deep, order("c9", "13800000009", ""))))
        .containsExactly("nested_too_deep@properties.a", "accepted");
  }

  @Test
  @Order(3)
  void bodiesComeAsOneAsManyAndPacked() throws Exception {
    assertThat(verdicts(post("/api/v1/events", key, order("d1", "13800000001", ""))))
        .containsExactly("accepted");
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(
          (order("d2", "13800000001", "") + "\n" + order("d3", "13800000001", ""))
              .getBytes(StandardCharsets.UTF_8));
    }
    var request =
        request("/api/v1/events")
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/x-ndjson")
            .header("Content-Encoding", "gzip");
    assertThat(
            verdicts(
                send(
                    request
                        .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray()))
                        .build())))
        .containsExactly("accepted", "accepted");
    var broken = send(request.POST(HttpRequest.BodyPublishers.ofString("no gzip")).build());
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(text(broken, "code")).isEqualTo("bad_gzip");
    assertThat(text(post("/api/v1/events", key, ""), "code")).isEqualTo("empty_body");
    var large = post("/api/v1/events", key, "application/x-ndjson", new byte[(32 << 20) + 1]);
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(text(large, "code")).isEqualTo("body_too_large");
  }

  @Test
  @Order(4)
  void nobodyGetsInWithoutAKey() throws Exception {
    for (String path :
        List.of(
            "/api/v1/overview",
            "/api/v1/profiles",
            "/metrics",
            "/api/v1/openapi.json",
            "/api/v1/sources")) {
      assertThat(get(path, "").statusCode()).as(path).isEqualTo(401);
      assertThat(get(path, "hsa_wrong").statusCode()).as(path).isEqualTo(401);
      assertThat(get(path, key).statusCode())
          .as("a write key reads nothing: " + path)
          .isEqualTo(401);
      assertThat(get(path, admin).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(post("/api/v1/events", "", order("e1", "13800000001", "")).statusCode())
        .isEqualTo(401);
    assertThat(text(post("/api/v1/events", admin, order("e1", "13800000001", "")), "code"))
        .isEqualTo("no_write_key");
    assertThat(post("/callbacks/sms/report", "", "[]").statusCode()).isEqualTo(401);
    assertThat(get("/health", "").statusCode()).isEqualTo(200);
  }

  @Test
  @Order(5)
  void theConsoleLinkWorksOnceAndItsCookieChangesNothingFromElsewhere() throws Exception {
    String path = text(post("/api/v1/console-links", admin, ""), "path");
    var entered = get(path, "");
    assertThat(entered.statusCode()).isEqualTo(303);
    String cookie = entered.headers().firstValue("Set-Cookie").orElse("");
    assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict");
    assertThat(get(path, "").statusCode()).as("the second time").isEqualTo(401);
    String session = cookie.substring(0, cookie.indexOf(';'));
    assertThat(send(request("/api/v1/overview").header("Cookie", session).build()).statusCode())
        .isEqualTo(200);
    var segment =
        HttpRequest.BodyPublishers.ofString("{\"name\":\"buyers\",\"text\":\"did order_paid\"}");
    var change =
        request("/api/v1/segments")
            .header("Cookie", session)
            .header("Content-Type", "application/json");
    assertThat(send(change.POST(segment).build()).statusCode())
        .as("another site's form")
        .isEqualTo(401);
    assertThat(send(change.header("X-Requested-By", "console").POST(segment).build()).statusCode())
        .isEqualTo(200);
  }

  @Test
  @Order(6)
  void rulesAreCountedExplainedAndRefusedPrecisely() throws Exception {
    var counted =
        post("/api/v1/segments/count", admin, "{\"text\":\"did order_paid at least 2 times\"}");
    assertThat(text(counted, "count")).isEqualTo("1");
    assertThat(counted.body()).contains("至少 2 次支付订单").contains("paid an order at least 2 times");
    var json =
        post(
            "/api/v1/segments/count",
            admin,
            "{\"rule\":{\"did\":{\"event\":\"order_paid\",\"times\":{\"atLeast\":2}}}}");
    assertThat(text(json, "count")).isEqualTo("1");
    var wrong =
        post("/api/v1/segments/count", admin, "{\"text\":\"did order_paid within 3 weeks\"}");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(text(wrong, "code")).isEqualTo("bad_rule");
    assertThat(text(wrong, "field")).isEqualTo("character 22");
    assertThat(text(wrong, "allowed")).contains("30d");
    assertThat(
            text(
                post("/api/v1/segments", admin, "{\"name\":\"x\",\"text\":\"did order_payd\"}"),
                "detail"))
        .contains("order_paid");
    var member = get("/api/v1/segments/buyers/members", admin);
    assertThat(member.body()).doesNotContain("13800000001");
  }

  @Test
  @Order(7)
  void twoIdentitiesAreJoinedAndPartedExactly() throws Exception {
    String before = get("/api/v1/profiles/p0", admin).body();
    String names =
        "{\"one\":{\"kind\":\"phone\",\"value\":\"13800000001\"},\"other\":{\"kind\":\"phone\",\"value\":\"13800000002\"},\"reason\":\"same"
            + " address\"}";
    assertThat(post("/api/v1/identity/join", admin, names).statusCode()).isEqualTo(200);
    String joined = get("/api/v1/profiles/p0", admin).body();
    assertThat(joined).contains("same address").contains("+86138****0002");
    assertThat(post("/api/v1/identity/links/0/sever", admin, "").statusCode()).isEqualTo(200);
    String after = get("/api/v1/profiles/p0", admin).body();
    assertThat(
            after.replaceAll(
                "\"evidence\":\\[.*?\\],\"positions\"", "\"evidence\":[],\"positions\""))
        .isEqualTo(before);
    assertThat(post("/api/v1/identity/links/99/sever", admin, "").statusCode()).isEqualTo(404);
  }

  @Test
  @Order(8)
  void aJourneyInYamlIsPublishedAndItsMistakesAreNamed() throws Exception {
    assertThat(
            post(
                    "/api/v1/templates",
                    admin,
                    "{\"name\":\"hi\",\"channel\":\"sms\",\"text\":\"hi"
                        + " {name|there}\",\"sender\":\"HS\",\"costFen\":5}")
                .statusCode())
        .isEqualTo(200);
    String yaml =
        """
        journey: welcome
        entry: {event: order_paid}
        reentry: {perKey: orderId}
        steps:
          - {id: pause, wait: 1d}
          - {id: hello, send: hi}
        """;
    var published =
        post("/api/v1/journeys", admin, "application/yaml", yaml.getBytes(StandardCharsets.UTF_8));
    assertThat(text(published, "version")).as(published.body()).isEqualTo("1");
    var wrong =
        post(
            "/api/v1/journeys",
            admin,
            "application/yaml",
            yaml.replace("1d", "1 day").getBytes(StandardCharsets.UTF_8));
    assertThat(text(wrong, "field")).isEqualTo("step 'pause'.wait");
    assertThat(text(wrong, "allowed")).contains("30d");
    var unknown =
        post(
            "/api/v1/journeys",
            admin,
            "application/yaml",
            yaml.replace("send: hi", "send: ho").getBytes(StandardCharsets.UTF_8));
    assertThat(text(unknown, "detail")).contains("'ho'").contains("hi");
    var broken =
        post(
            "/api/v1/journeys",
            admin,
            "application/yaml",
            "journey: [".getBytes(StandardCharsets.UTF_8));
    assertThat(text(broken, "code")).isEqualTo("malformed_yaml");
  }

  @Test
  @Order(9)
  void personalDataIsMaskedUnlessAskedFor() throws Exception {
    assertThat(get("/api/v1/profiles?query=13800000001", admin).body())
        .contains("+86138****0001")
        .doesNotContain("13800000001");
    assertThat(get("/api/v1/profiles/p0", admin).body()).doesNotContain("13800000001");
    assertThat(get("/api/v1/profiles/p0?reveal=true", admin).body()).contains("13800000001");
  }

  @Test
  @Order(10)
  void itIsSeenFromOutside() throws Exception {
    String metrics = get("/metrics", admin).body();
    for (String name :
        List.of(
            "huoshui_events_taken_total",
            "huoshui_queue_depth",
            "huoshui_fsync_seconds{quantile=\"0.99\"}",
            "huoshui_timer_lag_seconds",
            "huoshui_outbox_age_seconds")) {
      assertThat(metrics).contains(name + " ");
    }
    assertThat(get("/nowhere", admin).statusCode()).isEqualTo(404);
    assertThat(text(get("/nowhere", admin), "code")).isEqualTo("not_found");
  }

  @Test
  @Order(11)
  void stoppedAndStartedItIsTheSame() throws Exception {
    var paths =
        List.of(
            "/api/v1/overview",
            "/api/v1/profiles",
            "/api/v1/profiles/p0",
            "/api/v1/profiles/p0/events",
            "/api/v1/segments",
            "/api/v1/journeys",
            "/api/v1/templates");
    var before = new ArrayList<String>();
    for (String path : paths) {
      before.add(get(path, admin).body());
    }
    server.close();
    server = open();
    assertThat(server.firstToken()).as("the admin token is made once").isEmpty();
    for (int i = 0; i < paths.size(); i++) {
      assertThat(get(paths.get(i), admin).body()).as(paths.get(i)).isEqualTo(before.get(i));
    }
    assertThat(verdicts(lines(order("a1", "13800000001", ""))))
        .as("ids are known for good")
        .containsExactly("duplicate");
  }
}
