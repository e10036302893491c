package io.huoshui.server.audience;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.huoshui.json.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Audiences that are frozen again, imported, sent elsewhere and deleted.
class AudienceLifeOverHttpTest {
  @TempDir Path folder;
  private Town town;

  @BeforeEach
  void found() throws Exception {
    town = Town.founded(folder);
  }

  @AfterEach
  void stop() {
    town.close();
  }

  @Test
  void anAudienceIsFrozenAgainEveryMorningAndSaysSo() throws Exception {
    town.post("/api/v1/segments", "{\"name\":\"fresh\",\"text\":\"did order_paid within 2d\"}");
    Json first =
        town.post(
            "/api/v1/audiences",
            "{\"name\":\"daily\",\"segment\":\"fresh\",\"refresh\":{\"daily\":\"06:00\"}}");
    assertThat(text(first, "count")).isEqualTo("6");
    assertThat(text(first, "version")).isEqualTo("1");
    assertThat(text(first, "who")).isEqualTo("admin");
    assertThat(text(first, "refresh.next"))
        .as("six in Kathmandu")
        .isEqualTo("2026-07-02T00:15:00Z");

    town.reach("2026-07-03T00:14:00Z");
    Json second = town.get("/api/v1/audiences/daily");
    assertThat(text(second, "refresh.last")).isEqualTo("2026-07-03T00:14:00Z");
    assertThat(text(second, "refresh.next")).isEqualTo("2026-07-03T00:15:00Z");
    town.reach("2026-07-03T00:15:00Z");
    assertThat(text(town.get("/api/v1/audiences/daily"), "count"))
        .as("two days later")
        .isEqualTo("0");

    town.post("/api/v1/segments", "{\"name\":\"fresh\",\"text\":\"did order_paid within 30d\"}");
    Json now = town.post("/api/v1/audiences/daily/refresh", "");
    assertThat(text(now, "count")).isEqualTo("6");
    assertThat(text(now, "version")).isEqualTo("2");
    List<String> history = new ArrayList<>();
    for (Json freeze : Town.items(town.get("/api/v1/audiences/daily/history"), "")) {
      history.add(
          String.join(
              " ",
              text(freeze, "people"),
              text(freeze, "version"),
              text(freeze, "entered"),
              text(freeze, "gone")));
    }
    assertThat(history).containsExactly("6 2 6 0", "0 1 0 0", "0 1 0 6", "6 1 null null");
  }

  @Test
  void aRefreshThatFailsKeepsWhatThereWasAndSaysWhy() throws Exception {
    town.post("/api/v1/segments", "{\"name\":\"fresh\",\"text\":\"did order_paid\"}");
    town.post(
        "/api/v1/audiences",
        "{\"name\":\"hourly\",\"segment\":\"fresh\",\"refresh\":{\"every\":\"1h\"}}");
    town.send("DELETE", "/api/v1/segments/fresh", town.admin(), "");
    town.reach("2026-07-01T08:00:00Z");

    Json audience = town.get("/api/v1/audiences/hourly");
    assertThat(text(audience, "count")).isEqualTo("6");
    assertThat(text(audience, "refresh.lastFailure")).contains("No segment 'fresh'");
    assertThat(text(audience, "refresh.failedAt")).isEqualTo("2026-07-01T08:00:00Z");
    assertThat(text(town.refused(409, "POST", "/api/v1/audiences/hourly/refresh", ""), "detail"))
        .contains("fresh");

    town.post("/api/v1/segments", "{\"name\":\"fresh\",\"text\":\"did page_viewed\"}");
    town = town.reopened();
    town.reach("2026-07-01T10:00:00Z");
    audience = town.get("/api/v1/audiences/hourly");
    assertThat(text(audience, "count")).isEqualTo("1");
    assertThat(text(audience, "refresh.lastFailure")).isEqualTo("null");
  }

  @Test
  void whatCanNotBeAScheduleOrANameIsRefused() throws Exception {
    String rule = "\"text\":\"did order_paid\"";
    for (String bad :
        List.of(
            "{\"name\":\"A\"," + rule + "}",
            "{\"name\":\"a\"}",
            "{\"name\":\"a\"," + rule + ",\"segment\":\"s\"}")) {
      assertThat(text(town.refused(400, "POST", "/api/v1/audiences", bad), "code"))
          .isEqualTo("bad_audience");
    }
    for (String bad :
        List.of("{\"every\":\"10s\"}", "{\"every\":\"0m\"}", "{\"daily\":\"25:00\"}", "{}")) {
      assertThat(
              text(
                  town.refused(
                      422,
                      "POST",
                      "/api/v1/audiences",
                      "{\"name\":\"a\"," + rule + ",\"refresh\":" + bad + "}"),
                  "code"))
          .isEqualTo("bad_schedule");
    }
    assertThat(Town.items(town.get("/api/v1/audiences"), "")).isEmpty();
  }

  @Test
  void aListBecomesAnAudienceWithAReportOfItsLines() throws Exception {
    byte[] list =
        """
        phone,externalUserid@corp,note
        13910000000,,a
        13910000002,wm2,the same customer twice named
        13910000000,wm3,two customers
        ,,nothing
        13900000000,,nobody
        x,,no phone
        """
            .getBytes(StandardCharsets.UTF_8);
    Json answer = Town.ok(town.upload("/api/v1/audiences/import?name=listed&file=vip.csv", list));
    assertThat(text(answer, "audience.count")).isEqualTo("2");
    assertThat(text(answer, "audience.text")).startsWith("list vip.csv (sha256 ");
    Json report = town.get("/api/v1/audiences/listed/import");
    assertThat(
            List.of(
                text(report, "lines"),
                text(report, "matched"),
                text(report, "ambiguous"),
                text(report, "empty"),
                text(report, "unknown"),
                text(report, "bad")))
        .containsExactly("6", "2", "1", "1", "1", "1");
    assertThat(text(report, "missed.0.line")).isEqualTo("4");
    assertThat(town.count("in audience listed")).isEqualTo(2);
    assertThat(town.upload("/api/v1/audiences/import?name=listed&file=vip.csv", list).statusCode())
        .isEqualTo(409);

    String exported = town.send("GET", "/api/v1/audiences/listed/export", town.admin(), "").body();
    Json again =
        Town.ok(
            town.upload(
                "/api/v1/audiences/import?name=copy&file=listed.csv",
                exported.getBytes(StandardCharsets.UTF_8)));
    assertThat(text(again, "audience.sha256"))
        .as("an export comes back as who it was")
        .isEqualTo(text(answer, "audience.sha256"));
  }

  @Test
  void anAudienceInUseIsNotDeleted() throws Exception {
    town.post("/api/v1/audiences", "{\"name\":\"all\",\"text\":\"did order_paid\"}");
    town.post("/api/v1/segments", "{\"name\":\"rest\",\"text\":\"not in audience all\"}");
    assertThat(text(town.refused(409, "DELETE", "/api/v1/audiences/all", ""), "value"))
        .isEqualTo("segment rest");
    town.send("DELETE", "/api/v1/segments/rest", town.admin(), "");
    assertThat(town.send("DELETE", "/api/v1/audiences/all", town.admin(), "").statusCode())
        .isEqualTo(204);
    town.refused(404, "GET", "/api/v1/audiences/all", "");
    assertThat(Town.items(town.get("/api/v1/audiences/all/history"), "")).hasSize(1);
  }

  /// Takes batches, or says that it is busy.
  private static final class Receiver implements AutoCloseable {
    final List<String> bodies = new CopyOnWriteArrayList<>();
    final List<String> keys = new CopyOnWriteArrayList<>();
    final List<String> signatures = new CopyOnWriteArrayList<>();
    final AtomicBoolean busy = new AtomicBoolean();
    private final HttpServer server;

    Receiver(int busyFrom) throws Exception {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/people",
          call -> {
            String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean refuse = bodies.size() >= busyFrom && busy.get();
            if (!refuse) {
              bodies.add(body);
              keys.add(String.valueOf(call.getRequestHeaders().getFirst("Idempotency-Key")));
              signatures.add(
                  String.valueOf(call.getRequestHeaders().getFirst("X-Huoshui-Signature")));
            }
            call.sendResponseHeaders(refuse ? 503 : 204, -1);
            call.close();
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/people";
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @Test
  void anAudienceIsSentInSignedBatchesAndGoesOnAfterARestart() throws Exception {
    var lines = new ArrayList<String>();
    for (int i = 0; i < 900; i++) {
      lines.add(
          town.event(
              "page_viewed",
              String.format(Locale.ROOT, "{\"kind\":\"memberNumber\",\"value\":\"w%04d\"}", i),
              "{\"page\":\"w\"}"));
    }
    town.take(lines);
    town.post(
        "/api/v1/audiences",
        "{\"name\":\"many\",\"text\":\"did page_viewed where [page = \\\"w\\\"]\"}");
    try (var receiver = new Receiver(1)) {
      receiver.busy.set(true);
      String wish =
          "{\"url\":\"" + receiver.url() + "\",\"secret\":\"0123456789abcdef\",\"reveal\":true}";
      String job = text(town.post("/api/v1/audiences/many/webhook", wish), "job");
      // It waits for the second batch: the row says why.
      Json waiting = town.get("/api/v1/jobs/" + job);
      while (text(waiting, "failure").equals("null")) {
        waiting = town.get("/api/v1/jobs/" + job + "?wait=1");
      }
      assertThat(text(waiting, "failure")).contains("503");
      assertThat(text(waiting, "done")).isEqualTo("500");
      assertThat(waiting.write()).doesNotContain("0123456789abcdef");

      town = town.reopened();
      receiver.busy.set(false);
      // It may have gone on by itself, and be done.
      var again = town.send("POST", "/api/v1/jobs/" + job + "/again", town.admin(), "");
      assertThat(again.statusCode()).isIn(200, 409);
      Json done = town.job(job);
      assertThat(text(done, "state")).isEqualTo("done");
      assertThat(text(done, "done")).isEqualTo("900");
      assertThat(receiver.keys).containsExactly("huoshui-" + job + "-1", "huoshui-" + job + "-2");
      var sent = new ArrayList<String>();
      for (String body : receiver.bodies) {
        for (Json customer : Town.items(Json.parse(body), "customers")) {
          sent.add(text(customer, "identifiers.0.value"));
        }
      }
      assertThat(sent).hasSize(900).doesNotHaveDuplicates().contains("w0000", "w0899");
      String signature = receiver.signatures.getFirst();
      String time = signature.substring(2, signature.indexOf(','));
      assertThat(signature)
          .isEqualTo(
              "t="
                  + time
                  + ",v1="
                  + AudienceWebhook.signature(
                      "0123456789abcdef", time + "." + receiver.bodies.getFirst()));
    }
    for (String bad :
        List.of(
            "{\"url\":\"ftp://x\",\"secret\":\"0123456789abcdef\"}",
            "{\"url\":\"http://127.0.0.1:1/\",\"secret\":\"short\"}")) {
      town.refused(422, "POST", "/api/v1/audiences/many/webhook", bad);
    }
  }
}
