package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.Huoshui;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Rehearsals as their callers see them: over a running server's own people and over the brand, the
/// same reports as the command makes.
@Timeout(300)
class RehearsalOverHttpTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int PEOPLE = 400;

  private static final String SCENARIO =
      """
      {"scenario": "again", "title": "again", "days": 20, "brand": {"people": 0, "seed": 5},
       "reactions": "measured",
       "coupons": [{"name": "ten", "title": "ten", "valueFen": 1000, "thresholdFen": 0, "validDays": 30}],
       "templates": [{"name": "sms", "channel": "sms", "sender": "S", "costFen": 5, "text": "hello {coupon} {link}"}],
       "segments": [{"name": "buyers", "rule": "did order_paid"}],
       "audiences": [{"name": "buyers_now", "segment": "buyers"}],
       "journeys": [JOURNEY],
       "expect": ["journeys.recall.verdicts.sent > 0", "gate.sentInQuietHours = 0"]}
      """;

  private static final String JOURNEY =
      """
      {"journey": "recall", "title": "recall", "entry": {"audience": "buyers_now"}, "holdOut": 20,
       "goal": {"event": "order_paid", "within": "20d"},
       "steps": [{"id": "gift", "coupon": "ten"}, {"id": "first", "send": "sms"}, {"id": "w", "wait": "8d"},
                 {"id": "second", "send": "sms"}]}\
      """;

  private static final String ONCE =
      """
      {"journey": "recall", "title": "once", "entry": {"audience": "buyers_now"}, "holdOut": 20,
       "steps": [{"id": "first", "send": "sms"}]}\
      """;

  @TempDir Path folder;

  private static String scenario() {
    return SCENARIO.replace("JOURNEY", JOURNEY);
  }

  /// A server in this process.
  private static final class Shop implements AutoCloseable {
    private final Huoshui.Running server;

    Shop(Path folder) {
      server =
          Huoshui.start(
              Huoshui.settings(
                  List.of(
                      "--port", "0",
                      "--data-dir", folder.toString(),
                      "--virtual-from", "2026-07-01T00:00:00+08:00")),
              false);
    }

    HttpResponse<String> send(String method, String path, String token, String body, String key) {
      try {
        var request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return HTTP.send(
            (key.isEmpty() ? request : request.header("Idempotency-Key", key)).build(),
            HttpResponse.BodyHandlers.ofString());
      } catch (IOException e) {
        throw new AssertionError(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }

    HttpResponse<String> post(String path, String body) {
      return send("POST", path, server.firstToken(), body, "");
    }

    Json ok(String method, String path, String body) {
      HttpResponse<String> response = send(method, path, server.firstToken(), body, "");
      assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
      return Json.parse(response.body());
    }

    String begun(String body) {
      return text(ok("POST", "/api/v1/rehearsals", body), "id");
    }

    Json done(String id) {
      Json job = ok("GET", "/api/v1/jobs/" + id + "?wait=60", "");
      assertThat(text(job, "state")).as(job.write()).isEqualTo("done");
      return ok("GET", "/api/v1/rehearsals/" + id, "");
    }

    void people() {
      String key = text(ok("POST", "/api/v1/sources", "{\"name\":\"pos\"}"), "writeKey");
      var events = new ArrayList<String>();
      for (int i = 0; i < PEOPLE; i++) {
        events.add(
            event("o" + i, "order_paid", i, "\"orderId\":\"o" + i + "\",\"amountFen\":5900"));
        events.add(event("c" + i, "consent_given", i, "\"channel\":\"sms\""));
      }
      var taken = send("POST", "/api/v1/events", key, "[" + String.join(",", events) + "]", "");
      assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
    }

    private static String event(String id, String name, int person, String properties) {
      return String.format(
          Locale.ROOT,
          "{\"id\":\"%s\",\"name\":\"%s\",\"time\":\"2026-06-18T09:30:00+08:00\",\"identifiers\":"
              + "[{\"kind\":\"phone\",\"value\":\"138%08d\"}],\"properties\":{%s}}",
          id,
          name,
          person,
          properties);
    }

    @Override
    public void close() {
      server.close();
    }
  }

  private static Json at(Json json, String... path) {
    Json found = json;
    for (String key : path) {
      found =
          switch (found) {
            case Json.Obj object when object.get(key) instanceof Json value -> value;
            case Json.Arr(List<Json> items) -> items.get(Integer.parseInt(key));
            default -> throw new AssertionError("No " + key + " in " + json.write());
          };
    }
    return found;
  }

  private static String text(Json json, String... path) {
    return at(json, path) instanceof Json.Str(String text) ? text : at(json, path).write();
  }

  private Json command(String scenario, String... more) throws IOException {
    Path file = folder.resolve("scenario.yaml");
    Files.writeString(file, scenario);
    var arguments = new ArrayList<>(List.of(file.toString(), "--json"));
    arguments.addAll(List.of(more));
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Rehearse.run(
            arguments,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return Json.parse(out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aRunningServersPeopleMakeTheReportOfTheCommand() throws IOException {
    Json report;
    Path data = folder.resolve("data");
    try (var shop = new Shop(data)) {
      shop.people();
      Json begun =
          Json.parse(shop.post("/api/v1/rehearsals", "{\"scenario\": " + scenario() + "}").body());
      Json shown = shop.done(text(begun, "id"));
      report = at(shown, "reports", "0", "report");

      // It went through the whole of it, and says how sure it is.
      assertThat(text(report, "people")).isEqualTo("" + PEOPLE);
      assertThat(text(report, "journeys", "recall", "entered")).isEqualTo("" + PEOPLE);
      assertThat(text(report, "reactions", "smsDelivered", "from")).isEqualTo("default");
      assertThat(text(shown, "reports", "0", "outcomes", "0", "holds")).isEqualTo("true");
      assertThat(text(shown, "reports", "0", "zh")).contains("预演 20 天，400 人", "只有 0 次，少于 200 次");
      assertThat(text(shown, "reports", "0", "en")).contains("rehearsed for 20 days, 400 people");
      assertThat(text(shown, "done")).isEqualTo("20");
      HttpResponse<String> sends =
          shop.send(
              "GET",
              "/api/v1/rehearsals/" + text(begun, "id") + "/sends",
              shop.server.firstToken(),
              "",
              "");
      assertThat(sends.body().lines().count() - 1)
          .isEqualTo(Long.parseLong(text(shown, "reports", "0", "messages")));
      // Nothing of it happened.
      assertThat(shop.ok("GET", "/api/v1/journeys", "").write()).isEqualTo("[]");

      // The server goes on; as the people were then, they do the same again.
      shop.ok("POST", "/api/v1/clock", "{\"to\": \"2026-08-20T00:00:00+08:00\"}");
      shop.ok("POST", "/api/v1/sources", "{\"name\":\"shop\"}");
      Json again =
          shop.done(
              shop.begun(
                  "{\"at\": \"" + text(report, "from") + "\", \"scenario\": " + scenario() + "}"));
      assertThat(at(again, "reports", "0", "report").write()).isEqualTo(report.write());
      assertThat(at(shop.ok("GET", "/api/v1/rehearsals", ""), "1", "id"))
          .isEqualTo(at(begun, "id"));
    }

    assertThat(
            command(scenario(), "--data-dir", data.toString(), "--at", text(report, "from"))
                .write())
        .isEqualTo(report.write());
  }

  @Test
  void variantsDraftsAndPublishedJourneysArePlayedOverOneAndTheSamePeople() {
    try (var shop = new Shop(folder.resolve("data"))) {
      shop.people();
      String without = SCENARIO.replace("JOURNEY", "");
      Json shown =
          shop.done(
              shop.begun(
                  "{\"journey\": "
                      + JOURNEY
                      + ", \"scenario\": "
                      + without
                      + ", \"days\": 9, \"seed\": 6, \"variants\": [{\"name\": \"once\","
                      + " \"journey\": "
                      + ONCE
                      + ", \"scenario\": {\"expect\": []}}]}"));
      assertThat(text(shown, "reports", "0", "report", "days")).isEqualTo("9");
      assertThat(text(shown, "reports", "1", "report", "seed")).isEqualTo("6");
      assertThat(text(shown, "reports", "1", "report", "scenario")).isEqualTo("once");
      assertThat(text(shown, "reports", "1", "report", "journeys", "recall", "heldOut"))
          .isEqualTo(text(shown, "reports", "0", "report", "journeys", "recall", "heldOut"));
      assertThat(at(shown, "differences", "costFen").write())
          .isEqualTo(
              "["
                  + text(shown, "reports", "0", "report", "costFen")
                  + ","
                  + text(shown, "reports", "1", "report", "costFen")
                  + "]");

      shop.ok("POST", "/api/v1/segments", "{\"name\":\"buyers\",\"text\":\"did order_paid\"}");
      shop.ok("POST", "/api/v1/audiences", "{\"name\":\"those\",\"segment\":\"buyers\"}");
      shop.ok(
          "POST",
          "/api/v1/journeys",
          "{\"journey\":\"named\",\"title\":\"named\",\"entry\":{\"audience\":\"those\"},"
              + "\"steps\":[{\"id\":\"pause\",\"wait\":\"1d\"}]}");
      Json own = shop.done(shop.begun("{\"journey\": \"named\", \"days\": 2}"));
      assertThat(text(own, "reports", "0", "report", "journeys", "named", "entered"))
          .isEqualTo("" + PEOPLE);
      Json brand =
          shop.done(
              shop.begun("{\"journey\": \"named\", \"days\": 2, \"people\": {\"brand\": 300}}"));
      assertThat(text(brand, "reports", "0", "report", "source")).isEqualTo("brand");
      assertThat(
              Integer.parseInt(
                  text(brand, "reports", "0", "report", "journeys", "named", "entered")))
          .isPositive();
    }
  }

  @Test
  void theBrandMakesTheReportOfTheCommand() throws IOException {
    String scenario =
        SCENARIO.replace("JOURNEY", JOURNEY).replace("\"people\": 0", "\"people\": 300");
    try (var shop = new Shop(folder.resolve("data"))) {
      Json shown = shop.done(shop.begun("{\"people\": \"brand\", \"scenario\": " + scenario + "}"));
      assertThat(at(shown, "reports", "0", "report").write()).isEqualTo(command(scenario).write());
    }
  }

  @Test
  void itIsCancelledAskedAgainAndRefusedBeforeItIsTooMuch() {
    try (var shop = new Shop(folder.resolve("data"))) {
      assertThat(refused(shop, "{\"scenario\": " + scenario() + "}")).isEqualTo("422 nobody");
      shop.people();
      assertThat(refused(shop, "{}")).isEqualTo("400 bad_rehearsal");
      assertThat(refused(shop, "{\"dayz\": 3}")).isEqualTo("400 bad_rehearsal");
      assertThat(refused(shop, "{\"journey\": \"no\"}")).isEqualTo("404 unknown_journey");
      assertThat(refused(shop, "{\"scenario\": {}, \"days\": 0}")).isEqualTo("400 bad_scenario");
      assertThat(refused(shop, "{\"scenario\": {}, \"people\": \"all\"}"))
          .isEqualTo("400 bad_people");
      assertThat(refused(shop, "{\"scenario\": {}, \"at\": \"2036-01-01T00:00:00Z\"}"))
          .isEqualTo("400 bad_instant");
      assertThat(refused(shop, "{\"scenario\": {}, \"variants\": []}"))
          .isEqualTo("400 bad_variants");
      assertThat(refused(shop, "{\"scenario\": {}, \"people\": {\"brand\": 16000000}}"))
          .isEqualTo("503 too_little_memory");

      // Ten years, so that there is something to cancel.
      String years = "{\"scenario\": {\"pace\": \"1m\"}, \"days\": 3660}";
      HttpResponse<String> one =
          shop.send("POST", "/api/v1/rehearsals", shop.server.firstToken(), years, "key-1");
      HttpResponse<String> same =
          shop.send("POST", "/api/v1/rehearsals", shop.server.firstToken(), years, "key-1");
      assertThat(same.body()).isEqualTo(one.body());
      String first = text(Json.parse(one.body()), "id");
      String second = shop.begun(years);
      assertThat(refused(shop, years)).isEqualTo("409 too_many_rehearsals");
      for (String id : List.of(first, second)) {
        shop.ok("DELETE", "/api/v1/jobs/" + id, "");
        assertThat(text(shop.ok("GET", "/api/v1/rehearsals/" + id, ""), "state"))
            .isEqualTo("cancelled");
      }

      // What can not be played is said by the job; it may be asked again, and says the same.
      String wrong =
          shop.begun("{\"scenario\": {\"launch\": [{\"journey\": \"no\"}]}, \"days\": 1}");
      Json failed = shop.ok("GET", "/api/v1/jobs/" + wrong + "?wait=60", "");
      assertThat(text(failed, "state") + text(failed, "failure"))
          .contains("failed", "journey 'no'");
      shop.ok("POST", "/api/v1/jobs/" + wrong + "/again", "");
      assertThat(text(shop.ok("GET", "/api/v1/jobs/" + wrong + "?wait=60", ""), "state"))
          .isEqualTo("failed");
      assertThat(text(shop.done(shop.begun("{\"scenario\": {}, \"days\": 1}")), "done"))
          .isEqualTo("1");
    }
  }

  private static String refused(Shop shop, String body) {
    HttpResponse<String> response = shop.post("/api/v1/rehearsals", body);
    return response.statusCode() + " " + text(Json.parse(response.body()), "code");
  }
}
