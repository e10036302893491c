package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// docs/sandbox.md says what is played: each call it names is one that the sandbox knows, and each
/// that it knows of WeCom and the account is named.
class SandboxPagesTest {
  private static final Path PAGE = Path.of("..", "docs", "sandbox.md");
  private static final Pattern CALL = Pattern.compile("`(/cgi-bin/[a-z_/]+)`");
  private static final Pattern MARKET =
      Pattern.compile(
          "\\| (Taobao|JD|PDD|Douyin|Youzan|Meituan|Eleme) \\| `(GET|POST) (/[A-Za-z0-9_./]+)`");
  private static final Pattern STEERING = Pattern.compile("`(GET|POST) (/sandbox/[a-z/.]+)[^`]*`");

  @TempDir Path dir;

  @Test
  void everyCallOfThePageIsPlayed() throws Exception {
    String page = Files.readString(PAGE);
    var unknown = new ArrayList<String>();
    try (Sandbox sandbox =
        Sandbox.start(
            List.of(
                "--data",
                dir.resolve("world").toString(),
                "--people",
                "20",
                "--secrets",
                Platforms.secrets(dir).toString()))) {
      var client = new Platforms(sandbox.url());
      client.token();
      var calls = CALL.matcher(page);
      int named = 0;
      while (calls.find()) {
        named++;
        String path = calls.group(1).substring("/cgi-bin/".length());
        JsonNode answer = client.wecom(path, "{}");
        if (answer.path("errcode").asInt(0) == 404) {
          unknown.add(path);
        }
      }
      assertThat(named).isGreaterThan(60);
      var steering = STEERING.matcher(page);
      while (steering.find()) {
        String body =
            client
                .raw(
                    steering.group(1),
                    steering.group(2),
                    steering.group(1).equals("GET") ? "" : "{}")
                .body();
        if (body.contains("is nothing the sandbox plays")
            || body.contains("unknown_shop")
            || body.contains("unknown_path")) {
          unknown.add(steering.group());
        }
      }
      assertThat(unknown).as("named in docs/sandbox.md and not played").isEmpty();
      JsonNode nothing = client.wecom("externalcontact/no_such_call", "{}");
      assertThat(nothing.path("errcode").asInt(0)).isEqualTo(404);
    }
  }

  @Test
  void everyMarketplaceOfThePageAnswersAsItself() throws Exception {
    String page = Files.readString(PAGE);
    var gates = new TreeMap<String, String>();
    try (Sandbox sandbox =
        Sandbox.start(List.of("--data", dir.resolve("world").toString(), "--people", "20"))) {
      var client = new Platforms(sandbox.url());
      var calls = MARKET.matcher(page);
      int named = 0;
      while (calls.find()) {
        named++;
        // Nobody signed it: each refuses in its own words.
        gates.put(
            calls.group(1),
            client
                .raw(calls.group(2), calls.group(3), calls.group(2).equals("GET") ? "" : "{}")
                .body());
      }
      assertThat(named).isEqualTo(12);
    }
    assertThat(gates.get("Taobao")).contains("\"msg\":\"Invalid app Key\"");
    assertThat(gates.get("JD")).contains("error_response", "zh_desc");
    assertThat(gates.get("PDD")).contains("\"error_code\":10001");
    assertThat(gates.get("Douyin")).contains("\"code\":30008");
    assertThat(gates.get("Youzan")).contains("\"code\":4203");
    assertThat(gates.get("Meituan")).contains("\"data\":\"ng\"", "\"code\":701");
    assertThat(gates.get("Eleme")).contains("ILLEGAL_REQUEST");
  }

  @Test
  void everyCallOfWecomIsOnThePage() throws Exception {
    String page = Files.readString(PAGE);
    var missing = new ArrayList<String>();
    var names =
        Pattern.compile("\"((?:externalcontact|department|user|kf|tags|message)/[a-z_/]+)\"");
    for (String source : List.of("wecom/WecomApi", "wechat/AccountApi", "wechat/AccountMessages")) {
      var matcher =
          names.matcher(
              Files.readString(
                  Path.of("src/main/java/io/huoshui/sandbox").resolve(source + ".java")));
      while (matcher.find()) {
        if (!matcher.group(1).endsWith("/") && !page.contains("`/cgi-bin/" + matcher.group(1))) {
          missing.add(matcher.group(1));
        }
      }
    }
    assertThat(missing).as("played and not named in docs/sandbox.md").isEmpty();
  }
}
