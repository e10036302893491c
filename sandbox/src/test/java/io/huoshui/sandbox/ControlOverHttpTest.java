package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ControlOverHttpTest {
  @TempDir Path dir;

  private Sandbox sandbox(String people, FakeHuoshui server) throws IOException {
    return Sandbox.start(
        List.of(
            "--data", dir.resolve("data").toString(),
            "--people", people,
            "--server", server.url(),
            "--secrets", Platforms.secrets(dir).toString(),
            "--ready", dir.resolve("ready").toString()));
  }

  private static byte[] bytes(String url, String encoding) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).header("Accept-Encoding", encoding).build(),
            HttpResponse.BodyHandlers.ofByteArray())
        .body();
  }

  @Test
  void theReadyFileSaysWhereItListens() throws Exception {
    try (var server = new FakeHuoshui();
        var sandbox = sandbox("10", server)) {
      JsonNode ready = JsonMapper.shared().readTree(Files.readAllBytes(dir.resolve("ready")));
      assertThat(ready.path("url").stringValue()).isEqualTo(sandbox.url());
      assertThat(ready.path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
      JsonNode health = new Platforms(sandbox.url()).get("/health");
      assertThat(health.toString())
          .isEqualTo("{\"status\":\"ok\",\"clock\":\"2026-07-01T00:00:00+08:00\",\"messages\":0}");
    }
  }

  @Test
  void eventsStreamWholeInPartsAndCompressed() throws Exception {
    try (var server = new FakeHuoshui();
        var sandbox = sandbox("200", server)) {
      String url = sandbox.url() + "/sandbox/brand/events";
      byte[] whole = bytes(url, "identity");
      byte[] first = bytes(url + "?toPerson=50", "identity");
      byte[] rest = bytes(url + "?fromPerson=50&toPerson=200", "identity");
      assertThat(
              new String(first, StandardCharsets.UTF_8) + new String(rest, StandardCharsets.UTF_8))
          .isEqualTo(new String(whole, StandardCharsets.UTF_8));
      byte[] gzip = bytes(url, "gzip");
      assertThat(gzip.length).isLessThan(whole.length / 3);
      try (var in = new GZIPInputStream(new java.io.ByteArrayInputStream(gzip))) {
        assertThat(in.readAllBytes()).isEqualTo(whole);
      }
      var ids = new HashSet<String>();
      long orders = 0;
      for (String line : new String(whole, StandardCharsets.UTF_8).split("\n")) {
        JsonNode event = JsonMapper.shared().readTree(line);
        assertThat(ids.add(event.path("id").stringValue())).isTrue();
        orders += event.path("name").stringValue().equals("order_paid") ? 1 : 0;
      }
      JsonNode summary = new Platforms(sandbox.url()).get("/sandbox/brand/summary");
      assertThat(summary.path("events").asInt()).isEqualTo(ids.size());
      assertThat(summary.path("orders").asLong()).isEqualTo(orders);
      String truth =
          new String(
              bytes(sandbox.url() + "/sandbox/brand/truth", "identity"), StandardCharsets.UTF_8);
      assertThat(truth.lines()).hasSize(200);
      assertThat(bytes(url + "?fromPerson=-1", "identity"))
          .asString(StandardCharsets.UTF_8)
          .contains("bad_request");
    }
  }

  @Test
  void aCrowdOrdersOnAndReacts() throws Exception {
    var lines = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      lines.append(
          """
          {"identifiers":[{"kind":"customerId","scope":"retail","value":"%d"},{"kind":"phone","value":"+8613900%06d"},{"kind":"externalUserid","scope":"ww1","value":"wmCrowdAAAAAA%d"}],"ordersPer30Days":2,"averageBasketFen":4000,"currency":"GBP"}
          """
              .formatted(i, i, i));
    }
    var outcomes = new ArrayList<Object>();
    for (int order = 0; order < 2; order++) {
      try (var server = new FakeHuoshui();
          var sandbox =
              Sandbox.start(
                  List.of(
                      "--data", dir.resolve("data" + order).toString(),
                      "--people", "0",
                      "--server", server.url(),
                      "--secrets", Platforms.secrets(dir).toString()))) {
        var client = new Platforms(sandbox.url());
        var asked = new ArrayList<>(lines.toString().lines().toList());
        if (order == 1) {
          java.util.Collections.reverse(asked);
        }
        String body = String.join("\n", asked);
        assertThat(client.post("/sandbox/crowd", body).path("added").asInt()).isEqualTo(400);
        assertThat(client.post("/sandbox/crowd", body).path("added").asInt()).isZero();
        client.token();
        for (int guide = 0; guide < 4; guide++) {
          var own = new ArrayList<String>();
          for (int i = guide; i < 400; i += 4) {
            own.add("wmCrowdAAAAAA" + i);
          }
          assertThat(
                  client.task("guide-000" + guide, "回来看看 券码 HS-AB12", own).path("errcode").asInt())
              .isZero();
        }
        client.clock("2026-07-31T00:00:00+08:00");
        var names = new HashMap<String, Integer>();
        server.events.forEach(
            (_, event) -> names.merge(event.path("name").stringValue(), 1, Integer::sum));
        // 800 of their own accord, and some because of the message.
        assertThat(names.get("order_paid")).isBetween(780, 1000);
        assertThat(names.get("coupon_redeemed")).isBetween(10, 200);
        assertThat(server.events.values())
            .allSatisfy(
                event -> {
                  assertThat(event.path("source").stringValue()).isEqualTo("mini_program");
                  assertThat(event.path("properties").path("currency").stringValue())
                      .isEqualTo("GBP");
                });
        outcomes.add(server.outcome());
      }
    }
    assertThat(outcomes.get(1)).isEqualTo(outcomes.get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | /sandbox/clock  | {\"to\":\"tomorrow\"}                              | RFC 3339",
        "POST | /sandbox/clock  | {oops                                            | no JSON",
        "POST | /sandbox/crowd  | {\"identifiers\":[]}                              | line 1",
        "POST | /sandbox/crowd  | {\"identifiers\":[{\"kind\":\"x\",\"value\":\"y\"}]} | unknown"
            + " kind",
        "POST | /sandbox/faults | {\"sms\":{\"timeoutShare\":-1}}                     |"
            + " timeoutShare",
        "GET  | /sandbox/nothing | -                                               | nothing the"
            + " sandbox plays",
        "GET  | /sandbox/messages?address=123 | -                                  | phone",
      })
  void badAskingIsAnsweredWithWhatIsWrong(String method, String path, String body, String why)
      throws Exception {
    try (var server = new FakeHuoshui();
        var sandbox = sandbox("10", server)) {
      var answer = new Platforms(sandbox.url()).raw(method, path, body.equals("-") ? "" : body);
      assertThat(answer.statusCode()).isBetween(400, 404);
      assertThat(answer.body()).contains(why);
    }
  }

  @Test
  void otherFlagsOnTheSameDataAreRefused() throws Exception {
    try (var server = new FakeHuoshui()) {
      sandbox("10", server).close();
      assertThatThrownBy(() -> sandbox("11", server).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Use the same flags");
      sandbox("10", server).close();
    }
  }

  @Test
  void realTimeRunsByItself() throws Exception {
    try (var server = new FakeHuoshui();
        var sandbox =
            Sandbox.start(
                List.of(
                    "--data", dir.resolve("real").toString(),
                    "--people", "10",
                    "--clock", "real",
                    "--server", server.url(),
                    "--secrets", Platforms.secrets(dir).toString()))) {
      var answer =
          new Platforms(sandbox.url())
              .raw("POST", "/sandbox/clock", "{\"to\":\"2030-01-01T00:00:00Z\"}");
      assertThat(answer.statusCode()).isEqualTo(409);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port=x          | --port: a whole number",
        "--people=16777217 | --people: a whole number",
        "--clock=fast      | virtual or real",
        "--server=nowhere  | http://HOST:PORT",
        "--start=monday    | RFC 3339",
        "--nothing=1       | unknown flag '--nothing'",
        "--seed            | --seed needs a value",
      })
  void wrongFlagsAreNamed(String flag, String why) {
    assertThatThrownBy(() -> Options.parse(List.of(flag.split("="))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
