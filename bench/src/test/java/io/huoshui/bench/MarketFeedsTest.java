package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.feed.Deeds;
import io.huoshui.feed.FeedMap;
import io.huoshui.feed.Field;
import io.huoshui.feed.Headers;
import io.huoshui.feed.Known;
import io.huoshui.feed.Records;
import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.OrderFile;
import io.huoshui.platforms.feed.OrderSource;
import io.huoshui.platforms.feed.Sources;
import io.huoshui.platforms.feed.VendorMaps;
import io.huoshui.platforms.file.TextRows;
import io.huoshui.sandbox.Sandbox;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.brand.Source;
import io.huoshui.sandbox.market.Market;
import io.huoshui.sandbox.market.Shop;
import io.huoshui.server.Huoshui;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Shops that the sandbox plays, read by a server: what comes by API, by file and by push is the
/// same, counted once, and what the brand's history says.
@Timeout(300)
class MarketFeedsTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String NOW = "2026-07-01T12:00:00+08:00";
  private static final int PEOPLE = 120;

  @TempDir Path folder;

  private String server = "";
  private String token = "";

  private HttpResponse<byte[]> send(String method, String url, byte[] body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private Json call(String method, String path, String body) throws Exception {
    HttpResponse<byte[]> answer =
        send(method, server + path, body.getBytes(StandardCharsets.UTF_8));
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(path + " " + text).isBetween(200, 299);
    return Json.parse(text);
  }

  private static String text(Json json, String path) {
    Json here = json;
    for (String step : path.split("\\.")) {
      here = here instanceof Json.Obj object ? object.get(step) : null;
    }
    return here instanceof Json.Str(String text) ? text : here == null ? "" : here.write();
  }

  private Json feed(String name) throws Exception {
    return call("GET", "/api/v1/feeds/" + name, "");
  }

  private void make(String name, String vendor, String url) throws Exception {
    call(
        "PUT",
        "/api/v1/feeds/" + name,
        "{\"vendor\":\""
            + vendor
            + "\",\"everySeconds\":300,\"backfillFrom\":\"2024-06-01T00:00:00+08:00\"}");
    call(
        "PUT",
        "/api/v1/feeds/" + name + "/credentials",
        "{\"appKey\":\""
            + Market.KEY
            + "\",\"appSecret\":\""
            + Market.SECRET
            + "\",\"session\":\""
            + Market.SESSION
            + "\",\"url\":\""
            + url
            + "\"}");
  }

  private Json upload(String name, byte[] csv) throws Exception {
    HttpResponse<byte[]> answer =
        send("POST", server + "/api/v1/feeds/" + name + "/files?file=export.csv", csv);
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(text).isEqualTo(202);
    Json job = call("GET", "/api/v1/jobs/" + text(Json.parse(text), "job") + "?wait=60", "");
    assertThat(text(job, "state")).as(job.write()).isEqualTo("done");
    return job;
  }

  /// What the brand's history says a shop sold: orders, and what was given back.
  private record Truth(long orders, long back, long lines) {}

  private static Truth truth(Shop shop) {
    return new Truth(
        shop.orders().size(),
        shop.orders().stream().filter(order -> order.backFen() > 0).count(),
        shop.orders().stream().mapToLong(order -> order.lines().size()).sum());
  }

  @Test
  void fileApiAndPushAreOneAndTheTruth() throws Exception {
    Sandbox sandbox =
        Sandbox.start(
            List.of("--data", folder.resolve("sandbox").toString(), "--people", "" + PEOPLE));
    var brand =
        new Brand(new Brand.Settings(42, PEOPLE, Instant.parse("2026-06-30T16:00:00Z"), "corp"));
    try (sandbox;
        var running =
            Huoshui.start(
                Huoshui.settings(
                    List.of(
                        "--port",
                        "0",
                        "--data-dir",
                        folder.resolve("server").toString(),
                        "--virtual-from",
                        NOW)),
                false)) {
      server = "http://127.0.0.1:" + running.port();
      token = running.firstToken();
      String market = sandbox.url();

      // Douyin: everything by API, a fault in the middle, then the export adds nothing.
      Truth douyin = truth(new Shop(brand, Source.DOUYIN));
      assertThat(douyin.orders()).isPositive();
      make("dy", "douyin", market);
      send("POST", market + "/sandbox/market/douyin/faults?kind=down&times=1", new byte[0]);
      call("POST", "/api/v1/feeds/dy/run", "");
      Json stuck = feed("dy");
      assertThat(text(stuck, "cure")).as(stuck.write()).isEqualTo("wait");
      assertThat(text(stuck, "state")).isEqualTo("waiting");
      call("POST", "/api/v1/feeds/dy/run", "");
      Json dy = feed("dy");
      assertThat(text(dy, "state")).as(dy.write()).isEqualTo("ready");
      assertThat(text(dy, "quarantined")).isEqualTo("{}");
      assertThat(text(dy, "events"))
          .isEqualTo("" + (douyin.orders() + douyin.back() + douyin.lines()));
      byte[] export =
          send("GET", market + "/sandbox/market/douyin/export.csv?encoding=gb18030", new byte[0])
              .body();
      Json job = upload("dy", export);
      assertThat(text(job, "result.events")).as(job.write()).isEqualTo("0");
      assertThat(text(job, "result.quarantined")).isEqualTo("0");

      // Youzan: the file first, then the API finds nothing new but the goods.
      Truth youzan = truth(new Shop(brand, Source.MINI_PROGRAM));
      make("yz", "youzan", market);
      call("POST", "/api/v1/feeds/yz/pause", "");
      job =
          upload(
              "yz", send("GET", market + "/sandbox/market/youzan/export.csv", new byte[0]).body());
      assertThat(text(job, "result.events"))
          .as(job.write())
          .isEqualTo("" + (youzan.orders() + youzan.back()));
      call("POST", "/api/v1/feeds/yz/resume", "");
      call("POST", "/api/v1/feeds/yz/run", "");
      assertThat(text(feed("yz"), "events"))
          .isEqualTo("" + (youzan.orders() + youzan.back() + youzan.lines()));

      // A late refund comes once, however often it is told.
      Shop.Order open =
          new Shop(brand, Source.MINI_PROGRAM)
              .orders().stream()
                  .filter(order -> order.backFen() == 0 && order.fen() > 1000)
                  .findFirst()
                  .orElseThrow();
      send(
          "POST", market + "/sandbox/market/youzan/refund?fen=700&order=" + open.id(), new byte[0]);
      long before = Long.parseLong(text(feed("yz"), "events"));
      HttpResponse<byte[]> pushed =
          send(
              "POST",
              market
                  + "/sandbox/market/youzan/push?times=3&order="
                  + open.id()
                  + "&to="
                  + server
                  + "/callbacks/feed/yz",
              new byte[0]);
      assertThat(new String(pushed.body(), StandardCharsets.UTF_8)).contains("[200,200,200]");
      assertThat(text(feed("yz"), "events")).isEqualTo("" + (before + 1));
      call("POST", "/api/v1/clock", "{\"to\":\"2026-07-01T13:00:00+08:00\"}");
      assertThat(text(feed("yz"), "events")).isEqualTo("" + (before + 1));

      // A session that is over stops one shop, says what to do, and goes on with a new one.
      Truth taobao = truth(new Shop(brand, Source.TMALL));
      make("tb", "taobao", market + "/router/rest");
      send("POST", market + "/sandbox/market/taobao/session?is=renewed", new byte[0]);
      call("POST", "/api/v1/feeds/tb/run", "");
      Json over = feed("tb");
      assertThat(text(over, "cure")).as(over.write()).isEqualTo("authorise");
      assertThat(text(over, "next")).contains("Authorise the app again");
      assertThat(text(feed("yz"), "state")).isEqualTo("ready");
      call("PUT", "/api/v1/feeds/tb/credentials", "{\"session\":\"renewed\"}");
      call("POST", "/api/v1/feeds/tb/run", "");
      Json tb = feed("tb");
      assertThat(text(tb, "events"))
          .as(tb.write())
          .isEqualTo("" + (taobao.orders() + taobao.back() + taobao.lines()));
      job =
          upload(
              "tb", send("GET", market + "/sandbox/market/taobao/export.csv", new byte[0]).body());
      assertThat(text(job, "result.events")).as(job.write()).isEqualTo("0");
    }
  }

  private static Map<String, Long> perBuyer(List<Event> events) {
    var fen = new TreeMap<String, Long>();
    for (Event event : events) {
      long sign =
          event.name().equals("order_paid") ? 1 : event.name().equals("order_refunded") ? -1 : 0;
      if (sign != 0 && event.properties().get("amountFen") instanceof Value.Whole(long amount)) {
        String buyer =
            event.identifiers().stream()
                .filter(one -> one.kind() == IdentifierKind.BUYER_ID)
                .map(Identifier::value)
                .findFirst()
                .orElse("");
        fen.merge(buyer, sign * amount, Long::sum);
      }
    }
    return fen;
  }

  @Test
  void everyBuyersFenAreTheSameByFileByApiAndInTruth() throws Exception {
    Sandbox sandbox =
        Sandbox.start(
            List.of("--data", folder.resolve("sandbox").toString(), "--people", "" + PEOPLE));
    var brand =
        new Brand(new Brand.Settings(42, PEOPLE, Instant.parse("2026-06-30T16:00:00Z"), "corp"));
    try (sandbox) {
      for (String name : List.of("taobao", "douyin", "youzan")) {
        var shop =
            new Shop(
                brand,
                name.equals("taobao")
                    ? Source.TMALL
                    : name.equals("douyin") ? Source.DOUYIN : Source.MINI_PROGRAM);
        var truth = new TreeMap<String, Long>();
        shop.orders()
            .forEach(order -> truth.merge(order.buyer(), order.fen() - order.backFen(), Long::sum));
        VendorMaps.Vendor vendor = VendorMaps.find(name);
        FeedMap map = vendor == null ? null : vendor.maps().get("order");
        OrderSource source =
            Sources.orders(
                name,
                new Caller(HTTP),
                new Credentials(
                    Map.of(
                        "appKey", Market.KEY,
                        "appSecret", Market.SECRET,
                        "session", Market.SESSION,
                        "url", sandbox.url() + (name.equals("taobao") ? "/router/rest" : ""))),
                InstantSource.system());
        if (map == null || source == null) {
          throw new AssertionError(name);
        }
        var deeds = new Deeds(map, name, name, false);
        var byApi = new ArrayList<Event>();
        Instant end = Instant.parse("2026-07-01T00:00:00Z");
        for (Instant from = Instant.parse("2024-06-01T00:00:00Z"); from.isBefore(end); ) {
          Instant to = from.plus(source.window());
          String cursor = "";
          do {
            OrderSource.Page page = source.pull(from.plusSeconds(1), to, cursor);
            for (Json order : page.records()) {
              byApi.addAll(deeds.of(Records.ofJson(map, order), Known.NOTHING).events());
            }
            cursor = page.next();
          } while (!cursor.isEmpty());
          from = to;
        }
        Path file =
            Files.write(
                folder.resolve(name + ".csv"),
                send("GET", sandbox.url() + "/sandbox/market/" + name + "/export.csv", new byte[0])
                    .body());
        var byFile = new ArrayList<Event>();
        Headers headers;
        try (TextRows rows = TextRows.open(file, "x.csv")) {
          headers = Headers.of(map, rows.columns());
        }
        try (OrderFile rows =
            OrderFile.open(
                file, "x.csv", headers.chosen().getOrDefault(Field.ORDER_ID, List.of()))) {
          for (OrderFile.Group group = rows.next(); group != null; group = rows.next()) {
            byFile.addAll(
                deeds
                    .of(
                        group.rows().stream()
                            .map(row -> Records.ofRow(map, headers, row.line(), row.cells()))
                            .toList(),
                        Known.NOTHING)
                    .events());
          }
        }
        assertThat(truth).isNotEmpty();
        assertThat(perBuyer(byApi)).as(name).isEqualTo(truth);
        assertThat(perBuyer(byFile)).as(name).isEqualTo(truth);
      }
    }
  }
}
