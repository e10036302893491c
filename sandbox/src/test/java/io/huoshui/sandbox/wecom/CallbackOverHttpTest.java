package io.huoshui.sandbox.wecom;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.huoshui.sandbox.Sandbox;
import io.huoshui.sandbox.http.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What arrives at the server's `/callbacks/wecom`, opened with the token and the key.
class CallbackOverHttpTest {
  private static final String KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

  @TempDir Path dir;

  private record Arrived(Map<String, String> query, String body) {}

  private static String in(String xml, String element) {
    var matcher =
        Pattern.compile("<" + element + ">(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</" + element + ">")
            .matcher(xml);
    return matcher.find() ? matcher.group(1) : "";
  }

  @Test
  void callbacksOpenAndSaySeconds() throws Exception {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    List<Arrived> arrived = Collections.synchronizedList(new ArrayList<>());
    var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 9);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            arrived.add(
                new Arrived(
                    Call.parameters(query == null ? "" : query),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
    Path secrets =
        Files.writeString(
            dir.resolve("secrets"),
            """
            {"writeKeys":{"mini_program":"k"},"wecom":{"corpId":"ww1","secret":"s","token":"tok","encodingAesKey":"%s"}}
            """
                .formatted(KEY));
    try (var sandbox =
        Sandbox.start(
            List.of(
                "--data",
                dir.resolve("data").toString(),
                "--people",
                "0",
                "--server",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "--secrets",
                secrets.toString()))) {
      var crowd = new StringBuilder();
      for (int i = 0; i < 300; i++) {
        crowd.append(
            """
            {"identifiers":[{"kind":"externalUserid","scope":"ww1","value":"wmCrowdAAAAAA%d"}],"ordersPer30Days":0,"averageBasketFen":1}
            """
                .formatted(i));
      }
      post(sandbox.url() + "/sandbox/crowd", crowd.toString());
      String token =
          post(sandbox.url() + "/cgi-bin/gettoken?corpid=ww1&corpsecret=s", "")
              .path("access_token")
              .stringValue();
      var customers = JsonMapper.shared().createArrayNode();
      for (int i = 0; i < 300; i++) {
        customers.add("wmCrowdAAAAAA" + i);
      }
      for (int i = 0; i < 4; i++) {
        var task = JsonMapper.shared().createObjectNode();
        task.put("sender", "guide-000" + i).putObject("text").put("content", "在吗" + i);
        task.set("external_userid", customers);
        post(
            sandbox.url() + "/cgi-bin/externalcontact/add_msg_template?access_token=" + token,
            task.toString());
      }
      JsonNode step =
          post(sandbox.url() + "/sandbox/clock", "{\"to\":\"2026-07-03T00:00:00+08:00\"}");
      assertThat(step.has("delivered")).isTrue();
    } finally {
      server.stop(0);
    }
    var crypto = new CallbackCrypto("tok", KEY, "ww1");
    var kinds = new ArrayList<String>();
    assertThat(arrived).isNotEmpty();
    for (Arrived each : arrived) {
      if (each.query().isEmpty()) {
        continue;
      }
      String encrypt = in(each.body(), "Encrypt");
      assertThat(each.query())
          .containsEntry(
              "msg_signature",
              crypto.signature(
                  each.query().getOrDefault("timestamp", ""),
                  each.query().getOrDefault("nonce", ""),
                  encrypt));
      String xml = crypto.decrypt(encrypt);
      assertThat(in(xml, "ToUserName")).isEqualTo("ww1");
      assertThat(in(xml, "MsgType")).isEqualTo("event");
      // Seconds of the campaign, not milliseconds and not the wall clock.
      assertThat(in(xml, "CreateTime"))
          .isEqualTo(each.query().getOrDefault("timestamp", ""))
          .startsWith("178")
          .hasSize(10);
      kinds.add(in(xml, "Event") + in(xml, "ChangeType"));
    }
    assertThat(kinds).contains("kf_msg_or_event", "change_external_contactdel_follow_user");
  }

  private static JsonNode post(String url, String body) throws IOException, InterruptedException {
    return JsonMapper.shared()
        .readTree(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create(url))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
  }
}
