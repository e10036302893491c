package io.huoshui.server.feed;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Signatures;
import io.huoshui.server.audience.Town;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Feeds over real HTTP: files, pushes, maps of one's own, the quarantine.
class FeedsOverHttpTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path folder;

  private static final String ORDERS =
      """
      订单编号,买家会员名,买家实际支付金额,订单状态,联系手机,订单付款时间
      t1,小明,59.90,交易成功,13955550001,2026-06-20 10:00:00
      t2,小红,20.00,交易关闭,13955550002,2026-06-20 11:00:00
      t3,小绿,5x,交易成功,13955550003,2026-06-20 12:00:00
      t4,小蓝,30,待揽收,13955550004,2026-06-20 13:00:00
      t5,小紫,40,交易成功,13955550005-1234,2026-06-20 14:00:00
      """;

  private static Json done(Town town, HttpResponse<String> begun) throws Exception {
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
    Json job = town.job(text(Json.parse(begun.body()), "job"));
    assertThat(text(job, "state")).as(job.write()).isEqualTo("done");
    return job;
  }

  private static HttpResponse<String> push(
      Town town, String name, Map<String, String> headers, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + town.server().port() + "/callbacks/feed/" + name))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void filesPushesAndMapsOfOnesOwn() throws Exception {
    try (Town town = Town.founded(folder)) {
      Town.ok(
          town.send(
              "PUT", "/api/v1/feeds/tb", town.admin(), "{\"vendor\":\"taobao\",\"shop\":\"tb\"}"));

      // Changed columns: refused whole, with what is missing, what is like it, and the way out.
      HttpResponse<String> changed =
          town.upload(
              "/api/v1/feeds/tb/files?file=a.csv",
              ORDERS.replace("买家实际支付金额", "买家实际付款").getBytes(StandardCharsets.UTF_8));
      assertThat(changed.statusCode()).isEqualTo(422);
      assertThat(changed.body())
          .contains("columns_changed", "买家实际支付金额", "买家实际付款", "Nothing of it was taken");
      assertThat(text(town.get("/api/v1/feeds/tb"), "events")).isEqualTo("0");

      Json job =
          done(
              town,
              town.upload(
                  "/api/v1/feeds/tb/files?file=a.csv",
                  ORDERS.getBytes(Charset.forName("GB18030"))));
      assertThat(text(job, "result.events")).isEqualTo("4");
      assertThat(text(job, "result.quarantined")).isEqualTo("2");
      Json feed = town.get("/api/v1/feeds/tb");
      assertThat(text(feed, "quarantined.bad_amount")).isEqualTo("1");
      assertThat(text(feed, "quarantined.unknown_state")).isEqualTo("1");
      assertThat(text(feed, "notes.phone_lent")).isEqualTo("1");
      assertThat(Long.parseLong(text(feed, "lagSeconds"))).isPositive();
      assertThat(town.count("did order_paid")).isEqualTo(9);

      // The same file again adds nothing, and nothing to the quarantine.
      job =
          done(
              town,
              town.upload(
                  "/api/v1/feeds/tb/files?file=a.csv", ORDERS.getBytes(StandardCharsets.UTF_8)));
      assertThat(text(job, "result.events")).isEqualTo("0");
      assertThat(text(job, "result.duplicates")).isEqualTo("3");
      assertThat(Town.items(town.get("/api/v1/feeds/tb/quarantine"), "rows")).hasSize(2);
      HttpResponse<String> csv =
          town.send("GET", "/api/v1/feeds/tb/quarantine.csv", town.admin(), "");
      assertThat(csv.body())
          .contains("a.csv,4,买家实际支付金额,5x,bad_amount", "a.csv,5,订单状态,待揽收,unknown_state");

      // A new word goes into the map, and what waited for it is taken.
      Json map = town.get("/api/v1/feeds/tb");
      String own =
          map instanceof Json.Obj object && object.get("map") instanceof Json.Obj written
              ? written.write().replace("\"买家已付款\"", "\"待揽收\",\"买家已付款\"")
              : "";
      Town.ok(town.send("PUT", "/api/v1/feeds/tb", town.admin(), "{\"map\":" + own + "}"));
      Json again = town.post("/api/v1/feeds/tb/quarantine/rerun", "");
      assertThat(text(again, "events")).isEqualTo("1");
      assertThat(Town.items(town.get("/api/v1/feeds/tb/quarantine"), "rows")).hasSize(1);

      // Credentials are not answered, and lie sealed.
      HttpResponse<String> secret =
          town.send(
              "PUT",
              "/api/v1/feeds/tb/credentials",
              town.admin(),
              "{\"appKey\":\"k\",\"appSecret\":\"very-secret-1\"}");
      assertThat(secret.body()).contains("appSecret").doesNotContain("very-secret-1");

      // Youzan pushes a whole order: signed, once, and the same event as the file's.
      Town.ok(town.send("PUT", "/api/v1/feeds/yz", town.admin(), "{\"vendor\":\"youzan\"}"));
      Town.ok(
          town.send(
              "PUT",
              "/api/v1/feeds/yz/credentials",
              town.admin(),
              "{\"appKey\":\"k\",\"appSecret\":\"s\"}"));
      String order =
          "{\"full_order_info\":{\"order_info\":{\"tid\":\"E1\",\"status\":\"TRADE_PAID\",\"pay_time\":\"2026-06-21"
              + " 10:00:00\"},\"pay_info\":{\"payment\":\"12.00\"},\"buyer_info\":{\"yz_open_id\":\"y1\"}}}";
      String body =
          "{\"msg_id\":\"m1\",\"type\":\"trade_TradePaid\",\"msg\":\""
              + URLEncoder.encode(order, StandardCharsets.UTF_8)
              + "\"}";
      var signed = Map.of("Event-Sign", Signatures.md5("k" + body + "s"));
      assertThat(push(town, "yz", Map.of("Event-Sign", "0"), body).statusCode()).isEqualTo(401);
      assertThat(push(town, "yz", signed, body).body()).contains("success");
      assertThat(push(town, "yz", signed, body).statusCode()).isEqualTo(200);
      job =
          done(
              town,
              town.upload(
                  "/api/v1/feeds/yz/files?file=y.csv",
                  "订单号,订单状态,订单实付金额,买家付款时间,yz_open_id\nE1,待发货,12.00,2026-06-21 10:00:00,y1\n"
                      .getBytes(StandardCharsets.UTF_8)));
      assertThat(text(job, "result.events")).isEqualTo("0");
      assertThat(text(job, "result.duplicates")).isEqualTo("1");
      assertThat(town.count("did order_paid")).isEqualTo(11);

      // A till's own export: proposed, tried, taken; then its messages.
      byte[] till =
          "流水号,会员手机,交易时间,小计,门店\nv1,13955550001,2026-06-22 10:00,12.5,一店\nv2,13955550009,2026-06-22 11:00,8,二店\n"
              .getBytes(StandardCharsets.UTF_8);
      Json preview = Json.parse(town.upload("/api/v1/feeds/till/preview?file=t.csv", till).body());
      assertThat(text(preview, "columns.1.look")).isEqualTo("phone");
      assertThat(text(preview, "columns.1.field")).isEqualTo("phone");
      assertThat(text(preview, "columns.1.samples.0")).contains("****");
      assertThat(text(preview, "columns.2.look")).isEqualTo("time");
      assertThat(text(preview, "columns.3.look")).isEqualTo("amount");
      String tillMap =
          "{\"record\":\"order\",\"fields\":{\"orderId\":{\"columns\":[\"流水号\"],\"paths\":[\"no\"]},\"phone\":{\"columns\":[\"会员手机\"],\"paths\":[\"member.phone\"]},\"paidAt\":{\"columns\":[\"交易时间\"],\"paths\":[\"at\"]},\"paid\":{\"columns\":[\"小计\"],\"paths\":[\"sum\"]},\"store\":{\"columns\":[\"门店\"]}}}";
      Json tried =
          town.post(
              "/api/v1/feeds/till/preview/events",
              "{\"map\":"
                  + tillMap
                  + ",\"source\":\"till\",\"rows\":[{\"流水号\":\"v1\",\"会员手机\":\"13955550001\",\"交易时间\":\"2026-06-22"
                  + " 10:00\",\"小计\":\"12.5\"},{\"流水号\":\"v9\",\"会员手机\":\"1\",\"交易时间\":\"bad\",\"小计\":\"1\"}]}");
      assertThat(text(tried, "events.0.properties.amountFen")).isEqualTo("1250");
      assertThat(text(tried, "defects.0.code")).isEqualTo("impossible_time");
      HttpResponse<String> bad =
          town.send(
              "POST",
              "/api/v1/feeds/till/preview/events",
              town.admin(),
              "{\"map\":{\"record\":\"order\",\"fields\":{\"orderid\":\"流水号\"}}}");
      assertThat(bad.statusCode()).isEqualTo(422);
      assertThat(bad.body()).contains("map.fields.orderid");
      Town.ok(
          town.send(
              "PUT",
              "/api/v1/feeds/till",
              town.admin(),
              "{\"source\":\"till\",\"map\":" + tillMap + "}"));
      assertThat(
              text(
                  done(town, town.upload("/api/v1/feeds/till/files?file=t.csv", till)),
                  "result.events"))
          .isEqualTo("2");
      Town.ok(
          town.send(
              "PUT", "/api/v1/feeds/till/credentials", town.admin(), "{\"pushSecret\":\"shh\"}"));
      String sold =
          "{\"no\":\"v3\",\"member\":{\"phone\":\"13955550001\"},\"at\":\"2026-06-23"
              + " 10:00\",\"sum\":3}";
      assertThat(push(town, "till", Map.of(), sold).statusCode()).isEqualTo(401);
      assertThat(push(town, "till", Map.of("X-Feed-Secret", "no"), sold).statusCode())
          .isEqualTo(401);
      assertThat(push(town, "till", Map.of("X-Feed-Secret", "shh"), sold).statusCode())
          .isEqualTo(200);
      assertThat(
              push(
                      town,
                      "till",
                      Map.of("X-Feed-Signature", Signatures.hmac("HmacSHA256", "shh", sold)),
                      sold)
                  .statusCode())
          .isEqualTo(200);
      assertThat(text(town.get("/api/v1/feeds/till"), "events")).isEqualTo("3");
      assertThat(text(town.get("/api/v1/feeds/till"), "duplicates")).isEqualTo("1");

      assertThat(town.send("GET", "/metrics", town.admin(), "").body())
          .contains("huoshui_feed_lag_seconds{feed=\"tb\",source=\"taobao\"}");
    }
  }
}
