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
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// From a journey's coupon to the till, over real HTTP and a real PostgreSQL.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CouponsOverHttpTest {
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
    ok(
        post(
            "/api/v1/coupon-templates",
            admin,
            """
            {"name":"back","title":"Back","valueFen":1500,"thresholdFen":3900,"validDays":14}
            """));
    ok(
        post(
            "/api/v1/journeys",
            admin,
            """
            {"journey":"thanks","title":"thanks","entry":{"event":"member_registered"},
             "steps":[{"id":"gift","coupon":"back"}]}
            """));
    for (int person = 0; person < 4; person++) {
      ok(
          post(
              "/api/v1/events",
              key,
              "{\"id\":\"join-"
                  + person
                  + "\",\"name\":\"member_registered\",\"time\":\"2026-06-30T12:00:00Z\","
                  + "\"identifiers\":[{\"kind\":\"phone\",\"value\":\"1380000000"
                  + person
                  + "\"}]}"));
    }
    clock("2026-07-01T10:00:00+05:45");
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

  private static void clock(String to) throws Exception {
    ok(post("/api/v1/clock", admin, "{\"to\":\"" + to + "\"}"));
  }

  private static HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + token);
  }

  private static HttpResponse<String> post(String path, String token, String body)
      throws Exception {
    return HTTP.send(
        request(path, token).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(request(path, admin).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    return response;
  }

  private static String text(HttpResponse<String> response, String field) {
    return text(Json.parse(response.body()), field);
  }

  private static String text(Json json, String field) {
    return json instanceof Json.Obj object && object.get(field) instanceof Json value
        ? value instanceof Json.Str(String text) ? text : value.write()
        : "";
  }

  private static String codeOf(int person) throws Exception {
    return Json.parse(ok(get("/api/v1/coupons?profile=p" + person)).body())
            instanceof Json.Arr(List<Json> items)
        ? text(items.getFirst(), "code")
        : "";
  }

  private static HttpResponse<String> redeem(String code, String order, long cart)
      throws Exception {
    return post(
        "/api/v1/coupons/" + code + "/redeem",
        admin,
        "{\"orderId\":\"" + order + "\",\"cartFen\":" + cart + "}");
  }

  private static long redemptions(int person) throws Exception {
    String events = ok(get("/api/v1/profiles/p" + person + "/events")).body();
    return events.split("\"coupon_redeemed\"", -1).length - 1L;
  }

  @Test
  @Order(1)
  void aJourneysCouponIsARow() throws Exception {
    var coupon = ok(get("/api/v1/coupons/" + codeOf(0)));
    assertThat(text(coupon, "template")).isEqualTo("back");
    assertThat(text(coupon, "profile")).isEqualTo("p0");
    assertThat(text(coupon, "journey")).isEqualTo("thanks");
    assertThat(text(coupon, "valueFen")).isEqualTo("1500");
    assertThat(text(coupon, "thresholdFen")).isEqualTo("3900");
    assertThat(text(coupon, "status")).isEqualTo("issued");
    assertThat(text(coupon, "expiresAt")).isEqualTo("2026-07-15T18:15:00Z");
    assertThat(text(get("/api/v1/coupons/NOSUCHCODE"), "code")).isEqualTo("unknown_coupon");
    assertThat(text(get("/api/v1/coupons?profile=12"), "code")).isEqualTo("bad_profile");
    assertThat(text(redeem(codeOf(0), "", 1), "field")).isEqualTo("orderId");
    assertThat(text(redeem(codeOf(0), "o", -1), "field")).isEqualTo("cartFen");
  }

  @Test
  @Order(2)
  void theTillIsToldAndTheTimelineKnows() throws Exception {
    String code = codeOf(0);
    assertThat(ok(redeem(code, "o-1", 3_899)).body())
        .isEqualTo("{\"result\":\"belowThreshold\",\"thresholdFen\":3900,\"cartFen\":3899}");
    assertThat(redemptions(0)).isZero();
    String told = "{\"result\":\"redeemed\",\"discountFen\":1500}";
    assertThat(ok(redeem(code, "o-1", 3_900)).body()).isEqualTo(told);
    assertThat(ok(redeem(code, "o-1", 3_900)).body()).as("the answer was lost").isEqualTo(told);
    assertThat(ok(redeem(code, "o-2", 9_900)).body())
        .isEqualTo("{\"result\":\"alreadyUsed\",\"orderId\":\"o-1\"}");
    assertThat(redemptions(0)).isEqualTo(1);
    assertThat(text(get("/api/v1/coupons/" + code), "status")).isEqualTo("redeemed");
  }

  @Test
  @Order(3)
  void ofTwentyTillsOneWins() throws Exception {
    String code = codeOf(1);
    var together = new CyclicBarrier(20);
    var answers = new ArrayList<Future<String>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int till = 0; till < 20; till++) {
        String order = "till-" + till;
        Callable<String> one =
            () -> {
              together.await();
              return ok(redeem(code, order, 5_000)).body();
            };
        answers.add(threads.submit(one));
      }
    }
    String winner = text(get("/api/v1/coupons/" + code), "orderId");
    int won = 0;
    for (var answer : answers) {
      if (answer.get().equals("{\"result\":\"redeemed\",\"discountFen\":1500}")) {
        won++;
      } else {
        assertThat(answer.get())
            .isEqualTo("{\"result\":\"alreadyUsed\",\"orderId\":\"" + winner + "\"}");
      }
    }
    assertThat(won).isEqualTo(1);
    assertThat(redemptions(1)).isEqualTo(1);
  }

  @Test
  @Order(4)
  void aRedemptionElsewhereIsFollowed() throws Exception {
    String code = codeOf(2);
    ok(
        post(
            "/api/v1/events",
            key,
            "{\"id\":\"elsewhere\",\"name\":\"coupon_redeemed\",\"time\":\"2026-07-01T09:00:00+05:45\","
                + "\"identifiers\":[{\"kind\":\"phone\",\"value\":\"13800000002\"}],"
                + "\"properties\":{\"coupon\":\""
                + code
                + "\",\"orderId\":\"shop-9\"}}"));
    assertThat(ok(redeem(code, "o-3", 5_000)).body())
        .isEqualTo("{\"result\":\"alreadyUsed\",\"orderId\":\"shop-9\"}");
    assertThat(redemptions(2)).isEqualTo(1);
  }

  @Test
  @Order(5)
  void whatIsNotUsedInTimeExpires() throws Exception {
    String code = codeOf(3);
    clock("2026-07-16T00:00:00+05:45");
    assertThat(text(get("/api/v1/coupons/" + code), "status")).isEqualTo("expired");
    assertThat(ok(redeem(code, "o-4", 5_000)).body())
        .isEqualTo("{\"result\":\"expired\",\"since\":\"2026-07-15T18:15:00Z\"}");
  }

  @Test
  @Order(6)
  void theRowsAreTheSameAfterARestart() throws Exception {
    var before = new ArrayList<String>();
    for (int person = 0; person < 4; person++) {
      before.add(get("/api/v1/coupons?profile=p" + person).body());
    }
    server.close();
    server = open();
    for (int person = 0; person < 4; person++) {
      assertThat(get("/api/v1/coupons?profile=p" + person).body()).isEqualTo(before.get(person));
      assertThat(redemptions(person)).isEqualTo(person < 3 ? 1 : 0);
    }
  }
}
