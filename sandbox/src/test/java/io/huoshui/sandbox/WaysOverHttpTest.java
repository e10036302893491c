package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Codes, those who scan them, and the welcome, as WeCom's pages write them.
class WaysOverHttpTest {
  @TempDir Path dir;
  private FakeHuoshui server;
  private Sandbox sandbox;
  private Platforms client;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = new FakeHuoshui();
    open("");
  }

  private void open(String limits) throws IOException, InterruptedException {
    var flags =
        new java.util.ArrayList<>(
            List.of(
                "--data", dir.resolve("data").toString(),
                "--people", "0",
                "--server", server.url(),
                "--secrets", Platforms.secrets(dir).toString()));
    if (!limits.isEmpty()) {
      flags.addAll(List.of("--limits", limits));
    }
    sandbox = Sandbox.start(flags);
    client = new Platforms(sandbox.url());
    client.token();
  }

  @AfterEach
  void stop() throws IOException {
    sandbox.close();
    server.close();
  }

  private static int code(JsonNode answer) {
    return answer.path("errcode").asInt(-7);
  }

  private JsonNode way(String state, String... users) throws IOException, InterruptedException {
    return client.wecom(
        "externalcontact/add_contact_way",
        "{\"type\":2,\"scene\":2,\"state\":\""
            + state
            + "\",\"user\":[\""
            + String.join("\",\"", users)
            + "\"]}");
  }

  private JsonNode scan(String body) throws IOException, InterruptedException {
    return client.post("/sandbox/scan", body);
  }

  private JsonNode welcome(String code) throws IOException, InterruptedException {
    return client.wecom(
        "externalcontact/send_welcome_msg",
        "{\"welcome_code\":\"" + code + "\",\"text\":{\"content\":\"hello\"}}");
  }

  @Test
  void whoeverScansAddsWhomTheCodeNamesAtThatInstant() throws Exception {
    String config = way("s1", "g1").path("config_id").asString("");
    assertThat(scan("{\"config\":\"" + config + "\",\"count\":3}").path("added").asInt())
        .isEqualTo(3);
    assertThat(
            code(
                client.wecom(
                    "externalcontact/update_contact_way",
                    "{\"config_id\":\"" + config + "\",\"user\":[\"g2\",\"g3\"]}")))
        .isZero();
    var guides = new TreeSet<String>();
    scan("{\"state\":\"s1\",\"count\":40}")
        .path("people")
        .forEach(one -> guides.add(one.path("guide").asString("")));
    assertThat(guides).containsExactly("g2", "g3");
    JsonNode got =
        client
            .wecom("externalcontact/get_contact_way", "{\"config_id\":\"" + config + "\"}")
            .path("contact_way");
    assertThat(got.path("user").size() + got.path("state").asString("")).isEqualTo("2s1");
    assertThat(client.raw("GET", "/sandbox/qr/" + config, "").statusCode()).isEqualTo(200);
    JsonNode listed =
        client.wecom("externalcontact/list_contact_way", "{\"start_time\":0}").path("contact_way");
    assertThat(listed.size()).isEqualTo(1);
    // The journal replays: the code, who came, and whom it names.
    sandbox.close();
    open("");
    assertThat(client.get("/sandbox/adds").path("adds").size()).isEqualTo(43);
    assertThat(
            scan("{\"config\":\"" + config + "\"}")
                .path("people")
                .get(0)
                .path("guide")
                .asString(""))
        .isIn("g2", "g3");
    assertThat(
            code(
                client.wecom(
                    "externalcontact/del_contact_way", "{\"config_id\":\"" + config + "\"}")))
        .isZero();
    assertThat(scan("{\"config\":\"" + config + "\"}").path("added").asInt()).isZero();
  }

  @Test
  void whoCameByACodeIsAContactWhenATaskGoesOut() throws Exception {
    // Some guides never confirm; of six somebody does.
    for (int i = 1; i <= 6; i++) {
      String config = way("s" + i, "g" + i).path("config_id").asString("");
      scan("{\"config\":\"" + config + "\",\"people\":[\"wmPersonNumber" + i + "\"]}");
      client.wecom(
          "externalcontact/add_msg_template",
          "{\"chat_type\":\"single\",\"external_userid\":[\"wmPersonNumber%d\"],\"sender\":\"g%d\",\"text\":{\"content\":\"hi\"}}"
              .formatted(i, i));
    }
    String later =
        Instant.parse(client.get("/health").path("clock").asString(""))
            .plus(Duration.ofDays(3))
            .toString();
    client.post("/sandbox/clock", "{\"to\":\"" + later + "\"}");
    var fates = new TreeSet<String>();
    client
        .get("/sandbox/phones")
        .path("phones")
        .forEach(
            phone ->
                phone
                    .path("messages")
                    .forEach(message -> fates.add(message.path("fate").asString(""))));
    assertThat(fates).contains("delivered").doesNotContain("not_friend");
  }

  @Test
  void aWelcomeIsTakenOnceAndOnlyForACodeThatWasTold() throws Exception {
    String config = way("s1", "g1").path("config_id").asString("");
    scan("{\"config\":\"" + config + "\",\"people\":[\"wmPersonNumberOne\"]}");
    String key = told();
    assertThat(code(welcome(key))).isZero();
    assertThat(code(welcome(key))).isEqualTo(41051);
    assertThat(code(welcome("WELCOMEnone"))).isEqualTo(41050);
    JsonNode add = client.get("/sandbox/adds").path("adds").get(0);
    assertThat(add.path("welcome").asString("")).isEqualTo("hello");
    assertThat(add.path("welcomeMs").isNumber()).isTrue();
    assertThat(
            code(
                client.wecom(
                    "externalcontact/remark",
                    "{\"userid\":\"g1\",\"external_userid\":\"wmPersonNumberOne\",\"remark\":\"r\"}")))
        .isZero();
    assertThat(
            code(
                client.wecom(
                    "externalcontact/remark",
                    "{\"userid\":\"g1\",\"external_userid\":\"wmPersonNumberTwo\",\"remark\":\"r\"}")))
        .isEqualTo(84061);
    // What was told before a restart is too old after it.
    scan("{\"config\":\"" + config + "\",\"people\":[\"wmPersonNumberSix\"]}");
    String late = told();
    sandbox.close();
    open("");
    assertThat(code(welcome(late))).isEqualTo(41050);
  }

  /// The code of the last who came.
  private String told() throws IOException, InterruptedException {
    JsonNode adds = client.get("/sandbox/adds").path("adds");
    return adds.get(adds.size() - 1).path("welcomeCode").asString("");
  }

  @Test
  void aWelcomeCodeThatIsOlderThanItsSecondsIsRefused() throws Exception {
    sandbox.close();
    open("wecom.welcomeSeconds=0,wecom.ways=2,wecom.groupsPerWay=2");
    String config = way("s1", "g1").path("config_id").asString("");
    scan("{\"config\":\"" + config + "\"}");
    assertThat(code(welcome(told()))).isEqualTo(41050);
    assertThat(code(way("s2", "g1"))).isZero();
    assertThat(code(way("s3", "g1"))).as("as many as there may be").isEqualTo(41045);
    assertThat(
            code(
                client.wecom(
                    "externalcontact/groupchat/add_join_way",
                    "{\"scene\":2,\"chat_id_list\":[\"a\",\"b\",\"c\"]}")))
        .isEqualTo(40058);
  }

  @Test
  void limitsOfACodeAreRefusedWithTheirNumbers() throws Exception {
    var users = new String[101];
    for (int i = 0; i < users.length; i++) {
      users[i] = "g" + i;
    }
    assertThat(code(way("s1", users))).isEqualTo(41041);
    assertThat(code(way("s".repeat(31), "g1"))).isEqualTo(40058);
    assertThat(
            code(
                client.wecom(
                    "externalcontact/add_contact_way",
                    "{\"type\":1,\"scene\":2,\"user\":[\"a\",\"b\"]}")))
        .isEqualTo(40058);
    assertThat(
            code(
                client.wecom(
                    "externalcontact/update_contact_way",
                    "{\"config_id\":\"none\",\"user\":[\"a\"]}")))
        .isEqualTo(40058);
    JsonNode link =
        client.wecom(
            "externalcontact/customer_acquisition/create_link",
            "{\"link_name\":\"spring\",\"range\":{\"user_list\":[\"g1\"]},\"skip_verify\":true}");
    String id = link.path("link").path("link_id").asString("");
    scan("{\"config\":\"" + id + "\",\"count\":3}");
    JsonNode quota = client.wecom("externalcontact/customer_acquisition_quota", "{}");
    assertThat(quota.path("total").asInt() - quota.path("balance").asInt()).isEqualTo(3);
  }
}
