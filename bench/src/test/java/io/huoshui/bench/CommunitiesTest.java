package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.sandbox.Sandbox;
import io.huoshui.server.Huoshui;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Groups as the sandbox plays WeCom's: what is done in the app is known to the server by its
/// callbacks, and what was missed by reconciling; both say the same in the end.
class CommunitiesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String START = "2026-07-01T06:00:00Z";

  @TempDir Path folder;
  private String sandboxUrl = "";
  private String serverUrl = "";
  private String token = "";

  private Json send(String method, String url, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(url + " " + answer.body()).isBetween(200, 299);
    return Json.parse(answer.body());
  }

  private Json server(String method, String path, String body) throws Exception {
    return send(method, serverUrl + "/api/v1" + path, body);
  }

  private String app(String body) throws Exception {
    return text(send("POST", sandboxUrl + "/sandbox/wecom/groups", body), "chat");
  }

  /// Both clocks; the server's first, so that nothing comes from its future, and again, so that it
  /// reads what it was told of.
  private void step(String to) throws Exception {
    server("POST", "/clock", "{\"to\":\"" + to + "\"}");
    send("POST", sandboxUrl + "/sandbox/clock", "{\"to\":\"" + to + "\"}");
    server("POST", "/clock", "{\"to\":\"" + to + "\"}");
  }

  private static Json at(Json json, String path) {
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

  private static String text(Json json, String path) {
    return at(json, path) instanceof Json.Str(String text) ? text : at(json, path).write();
  }

  private Json reconciled() throws Exception {
    String job = text(server("POST", "/communities/reconcile", "{}"), "job");
    Json ended = server("GET", "/jobs/" + job + "?wait=60", "");
    assertThat(text(ended, "state")).as(ended.write()).isEqualTo("done");
    return ended;
  }

  private static String secrets(String url) {
    return """
    {"callbackToken": "cb", "writeKeys": {"wecom": "%s"},
     "wecom": {"url": "%s", "corpId": "ww1", "secret": "s1", "token": "callback",
               "encodingAesKey": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}}
    """
        .formatted("none", url);
  }

  @Test
  void callbacksAndReconcilingSayTheSame() throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path secrets = Files.writeString(folder.resolve("secrets.json"), secrets(""));
    try (var sandbox =
        Sandbox.start(
            List.of(
                "--data",
                folder.resolve("sandbox").toString(),
                "--people",
                "0",
                "--start",
                START,
                "--server",
                "http://127.0.0.1:" + port,
                "--secrets",
                secrets.toString()))) {
      sandboxUrl = sandbox.url();
      Files.writeString(secrets, secrets(sandboxUrl));
      try (var running =
          Huoshui.start(
              Huoshui.settings(
                  List.of(
                      "--port", String.valueOf(port),
                      "--data-dir", folder.resolve("server").toString(),
                      "--virtual-from", START,
                      "--zone", "Asia/Kathmandu",
                      "--secrets", secrets.toString())),
              false)) {
        serverUrl = "http://127.0.0.1:" + running.port();
        token = running.firstToken();
        live();
      }
    }
  }

  private void live() throws Exception {
    var crowd = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      crowd.append(
          """
          {"identifiers":[{"kind":"externalUserid","scope":"ww1","value":"wmCrowdAAAA%04d"}],"ordersPer30Days":0,"averageBasketFen":1}
          """
              .formatted(i));
    }
    send("POST", sandboxUrl + "/sandbox/crowd", crowd.toString());
    String chat = app("{\"do\":\"open\",\"name\":\"老友\",\"people\":30,\"state\":\"code7\"}");

    // Nobody has told the server yet; reconciling finds the group.
    reconciled();
    assertThat(text(server("GET", "/communities/" + chat, ""), "community.name")).isEqualTo("老友");

    step("2026-07-04T06:00:00Z");
    Json said = server("GET", "/communities/" + chat, "");
    int members = Integer.parseInt(text(said, "community.members"));
    assertThat(members).isBetween(10, 30);
    assertThat(text(said, "community.owner") + text(said, "community.staff"))
        .isEqualTo("guide-00011");
    assertThat(text(said, "community.stage")).isEqualTo("birth");
    Json people = server("GET", "/communities/" + chat + "/members", "");
    assertThat(people.write()).contains("\"liveCode\":\"code7\"", "\"by\":\"guide-0001\"");
    assertThat(text(reconciled(), "result.missing")).as("callbacks told it all").isEqualTo("0");

    // Somebody comes, one goes and the owner changes before any callback arrives: reconciling
    // tells it, and the callbacks that follow tell nothing twice.
    app(
        "{\"do\":\"join\",\"chat\":\"%s\",\"members\":[\"wmCrowdAAAA0039\"],\"scene\":1,\"by\":\"guide-0001\"}"
            .formatted(chat));
    app("{\"do\":\"owner\",\"chat\":\"%s\",\"value\":\"guide-0002\"}".formatted(chat));
    assertThat(text(reconciled(), "result.missing")).isEqualTo("2");
    step("2026-07-04T06:00:05Z");
    assertThat(text(reconciled(), "result.missing")).isEqualTo("0");
    said = server("GET", "/communities/" + chat, "");
    assertThat(text(said, "community.members")).isEqualTo(String.valueOf(members + 1));
    assertThat(text(said, "owners.1.owner")).isEqualTo("guide-0002");

    app("{\"do\":\"remove\",\"chat\":\"%s\",\"members\":[\"wmCrowdAAAA0039\"]}".formatted(chat));
    step("2026-07-04T07:00:00Z");
    assertThat(text(server("GET", "/communities/" + chat, ""), "community.members"))
        .isEqualTo(String.valueOf(members));

    assertThat(text(server("GET", "/communities/opengid/og-" + chat, ""), "chat")).isEqualTo(chat);
    Json counted =
        server(
            "GET",
            "/communities/statistics?owners=guide-0002&from=2026-07-01&to=2026-07-04&byDay=true",
            "");
    assertThat(text(counted, "lines.0.newChats") + text(counted, "lines.3.chats")).isEqualTo("11");
    assertThat(
            text(
                server(
                    "GET",
                    "/communities/statistics?owners=guide-0002&from=2026-07-01&to=2026-07-04&byDay=false",
                    ""),
                "lines.0.owner"))
        .isEqualTo("guide-0002");

    app("{\"do\":\"dissolve\",\"chat\":\"%s\"}".formatted(chat));
    step("2026-07-05T06:00:00Z");
    said = server("GET", "/communities/" + chat, "");
    assertThat(text(said, "community.members")).isEqualTo("0");
    assertThat(text(said, "community.dissolved")).startsWith("2026-07-04T07:00");
    assertThat(server("GET", "/communities/" + chat + "/members?who=left", "").write())
        .contains("\"ending\":\"dissolved\"");
    String limits = send("GET", sandboxUrl + "/sandbox/limits", "").write();
    assertThat(limits).contains("\"violations\":{}");
  }
}
