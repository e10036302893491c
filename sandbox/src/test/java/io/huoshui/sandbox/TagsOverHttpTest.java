package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Corp tags and an official account's tags, as the platforms' pages write them.
class TagsOverHttpTest {
  private static final int PEOPLE = 130;

  @TempDir Path dir;
  private FakeHuoshui server;
  private Sandbox sandbox;
  private Platforms client;
  private String accountToken = "";

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = new FakeHuoshui();
    open();
    var crowd = new StringBuilder();
    for (int i = 0; i < PEOPLE; i++) {
      crowd.append(
          """
          {"identifiers":[{"kind":"externalUserid","scope":"ww1","value":"%s"},{"kind":"openid","scope":"wx1","value":"%s"}],"ordersPer30Days":0,"averageBasketFen":1}
          """
              .formatted(friend(i), follower(i)));
    }
    client.post("/sandbox/crowd", crowd.toString());
  }

  private void open() throws IOException, InterruptedException {
    Path secrets =
        Files.writeString(
            dir.resolve("secrets.json"),
            Platforms.SECRETS.replaceFirst(
                "\\{", "{\"officialAccount\":{\"appId\":\"wx1\",\"secret\":\"accountsecret\"},"));
    sandbox =
        Sandbox.start(
            List.of(
                "--data", dir.resolve("data").toString(),
                "--people", "0",
                "--server", server.url(),
                "--limits", "wecom.tagsPerContact=2,account.tags=2,account.tagsPerFollower=1",
                "--secrets", secrets.toString()));
    client = new Platforms(sandbox.url());
    client.token();
    accountToken =
        client
            .get("/cgi-bin/token?grant_type=client_credential&appid=wx1&secret=accountsecret")
            .path("access_token")
            .asString("");
  }

  @AfterEach
  void stop() throws IOException {
    sandbox.close();
    server.close();
  }

  private static String friend(int i) {
    return String.format(Locale.ROOT, "wmCrowdAAAA%04d", i);
  }

  private static String follower(int i) {
    return String.format(Locale.ROOT, "oCrowdAAAA%04d", i);
  }

  private String make(String name) throws IOException, InterruptedException {
    return client
        .wecom(
            "externalcontact/add_corp_tag",
            "{\"group_name\":\"会员\",\"tag\":[{\"name\":\"" + name + "\"}]}")
        .path("tag_group")
        .path("tag")
        .path(0)
        .path("id")
        .asString("");
  }

  private int mark(String guide, int customer, String add, String remove)
      throws IOException, InterruptedException {
    return client
        .wecom(
            "externalcontact/mark_tag",
            "{\"userid\":\"%s\",\"external_userid\":\"%s\",\"add_tag\":[%s],\"remove_tag\":[%s]}"
                .formatted(guide, friend(customer), add, remove))
        .path("errcode")
        .asInt();
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  private Set<String> carriedBy(int customer) throws IOException, InterruptedException {
    var ids = new TreeSet<String>();
    for (JsonNode user :
        client
            .wecomGet("externalcontact/get", "external_userid=" + friend(customer))
            .path("follow_user")) {
      user.path("tags").forEach(tag -> ids.add(tag.path("tag_id").asString("")));
    }
    return ids;
  }

  private JsonNode account(String path, String body) throws IOException, InterruptedException {
    return client.post("/cgi-bin/" + path + "?access_token=" + accountToken, body);
  }

  @Test
  void corpTagsAreMadeListedRenamedAndDeletedInTheFormOfTheirPages() throws Exception {
    String a = make("金卡");
    String b = make("银卡");
    JsonNode list = client.wecom("externalcontact/get_corp_tag_list", "{}");
    assertThat(list.path("tag_group")).hasSize(1);
    JsonNode group = list.path("tag_group").get(0);
    assertThat(group.path("group_name").asString()).isEqualTo("会员");
    assertThat(group.path("tag")).hasSize(2);
    assertThat(
            client
                .wecom("externalcontact/edit_corp_tag", "{\"id\":\"" + a + "\",\"name\":\"银卡\"}")
                .path("errcode")
                .asInt())
        .isEqualTo(40071);
    assertThat(
            client
                .wecom("externalcontact/edit_corp_tag", "{\"id\":\"" + a + "\",\"name\":\"黑卡\"}")
                .path("errcode")
                .asInt())
        .isZero();
    mark("guide-0001", 0, quoted(a), "");
    client.wecom("externalcontact/del_corp_tag", "{\"tag_id\":[\"" + a + "\"]}");
    assertThat(carriedBy(0)).isEmpty();
    assertThat(mark("guide-0001", 0, quoted(a), "")).isEqualTo(40068);
    client.wecom("externalcontact/del_corp_tag", "{\"tag_id\":[\"" + b + "\"]}");
    assertThat(client.wecom("externalcontact/get_corp_tag_list", "{}").path("tag_group"))
        .as("a group goes with its last tag")
        .isEmpty();
  }

  @Test
  void aTagIsOfOneGuideOnOneCustomerAndHasItsRefusals() throws Exception {
    String a = make("a");
    String b = make("b");
    String c = make("c");
    assertThat(mark("guide-0001", 0, quoted(a) + "," + quoted(b), "")).isZero();
    assertThat(carriedBy(0)).isEqualTo(new TreeSet<>(List.of(a, b)));
    assertThat(mark("guide-0001", 0, quoted(c), "")).as("two are all it may be").isEqualTo(40058);
    assertThat(mark("guide-0001", 0, quoted(c), quoted(a))).isZero();
    assertThat(carriedBy(0)).isEqualTo(new TreeSet<>(List.of(b, c)));
    assertThat(mark("guide-0002", 0, quoted(a), "")).isEqualTo(84061);
    assertThat(mark("guide-0001", 0, "", "")).isEqualTo(40058);

    var seen = new ArrayList<String>();
    String cursor = "";
    do {
      JsonNode page =
          client.wecom(
              "externalcontact/batch/get_by_user",
              "{\"userid_list\":[\"guide-0001\",\"guide-0002\"],\"limit\":100,\"cursor\":\""
                  + cursor
                  + "\"}");
      for (JsonNode each : page.path("external_contact_list")) {
        String customer = each.path("external_contact").path("external_userid").asString();
        seen.add(customer);
        assertThat(each.path("follow_info").path("tag_id").size())
            .isEqualTo(customer.equals(friend(0)) ? 2 : 0);
      }
      cursor = page.path("next_cursor").asString("");
    } while (!cursor.isEmpty());
    assertThat(seen).hasSize(PEOPLE).doesNotHaveDuplicates();
    assertThat(
            client
                .wecom("externalcontact/batch/get_by_user", "{\"userid_list\":[\"guide-0002\"]}")
                .path("errcode")
                .asInt())
        .isEqualTo(84061);
  }

  @Test
  void moreThanFiveMarksAtOnceAreRefusedAndCounted() throws Exception {
    String a = make("a");
    client.post("/sandbox/faults", "{\"wecom\":{\"delayMs\":300}}");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        int customer = i;
        calls.add(() -> mark("guide-0001", customer, quoted(a), ""));
      }
      var codes = new ArrayList<Integer>();
      for (var each : threads.invokeAll(calls)) {
        codes.add(each.get());
      }
      long refused = codes.stream().filter(code -> code == 45033).count();
      assertThat(codes).containsOnly(0, 45033);
      assertThat(refused).isPositive();
      assertThat(
              client
                  .get("/sandbox/limits")
                  .path("violations")
                  .path("wecom 45033 externalcontact/mark_tag")
                  .asLong())
          .isEqualTo(refused);
    }
  }

  @Test
  void onlyWhatIsDoneInTheAppIsCalledBackAndAllOfItSurvivesARestart() throws Exception {
    String a = make("a");
    mark("guide-0001", 1, quoted(a), "");
    client.clock("2026-07-01T00:01:00+08:00");
    assertThat(server.callbacks).as("what the API does is called back to nobody").isEmpty();

    client.post(
        "/sandbox/wecom/app",
        "{\"mark\":{\"userid\":\"guide-0001\",\"external_userid\":\""
            + friend(2)
            + "\",\"add\":[\""
            + a
            + "\"]}}");
    String made =
        client
            .post("/sandbox/wecom/app", "{\"make\":{\"group\":\"会员\",\"name\":\"新\"}}")
            .path("id")
            .asString();
    client.post("/sandbox/wecom/app", "{\"rename\":{\"id\":\"" + made + "\",\"name\":\"新的\"}}");
    sandbox.close();
    open();
    assertThat(carriedBy(1)).containsExactly(a);
    assertThat(carriedBy(2)).containsExactly(a);
    client.post("/sandbox/wecom/app", "{\"delete\":{\"id\":\"" + made + "\"}}");
    JsonNode delivered = client.clock("2026-07-01T00:02:00+08:00").path("delivered");
    assertThat(delivered.path("contactsEdited").asInt()).isEqualTo(1);
    assertThat(delivered.path("tagsChanged").asInt()).isEqualTo(3);
    assertThat(server.callbacks).hasSize(4);
    assertThat(
            client
                .raw("POST", "/sandbox/wecom/app", "{\"shuffle\":{\"group\":\"none\"}}")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void anAccountTagsItsFollowersWholeBatchesOrNotAtAll() throws Exception {
    assertThat(client.get("/cgi-bin/token?appid=wx1&secret=other").path("errcode").asInt())
        .isEqualTo(40125);
    assertThat(client.post("/cgi-bin/tags/get?access_token=made-up", "").path("errcode").asInt())
        .isEqualTo(40001);
    JsonNode tag = account("tags/create", "{\"tag\":{\"name\":\"广东\"}}").path("tag");
    long a = tag.path("id").asLong();
    assertThat(tag.path("name").asString()).isEqualTo("广东");
    assertThat(account("tags/create", "{\"tag\":{\"name\":\"广东\"}}").path("errcode").asInt())
        .isEqualTo(45157);
    assertThat(
            account("tags/create", "{\"tag\":{\"name\":\"" + "长".repeat(11) + "\"}}")
                .path("errcode")
                .asInt())
        .isEqualTo(45158);
    long b = account("tags/create", "{\"tag\":{\"name\":\"b\"}}").path("tag").path("id").asLong();
    assertThat(account("tags/create", "{\"tag\":{\"name\":\"c\"}}").path("errcode").asInt())
        .isEqualTo(45056);
    assertThat(
            account("tags/update", "{\"tag\":{\"id\":2,\"name\":\"x\"}}").path("errcode").asInt())
        .isEqualTo(45058);

    assertThat(batch(a, 0, 50)).isZero();
    assertThat(batch(a, 50, 101)).isEqualTo(40032);
    assertThat(batch(b, 49, 60)).as("one of them carries one already").isEqualTo(45059);
    assertThat(
            account("tags/getidlist", "{\"openid\":\"" + follower(55) + "\"}").path("tagid_list"))
        .isEmpty();
    assertThat(batch(9_999, 0, 1)).isEqualTo(45159);
    assertThat(
            account(
                    "tags/members/batchtagging",
                    "{\"openid_list\":[\"oNobodyAtAll\"],\"tagid\":" + a + "}")
                .path("errcode")
                .asInt())
        .isEqualTo(49003);
    assertThat(
            account("tags/getidlist", "{\"openid\":\"" + follower(3) + "\"}")
                .path("tagid_list")
                .get(0)
                .asLong())
        .isEqualTo(a);

    JsonNode page = account("user/tag/get", "{\"tagid\":" + a + ",\"next_openid\":\"\"}");
    assertThat(page.path("count").asInt()).isEqualTo(50);
    assertThat(page.path("data").path("openid")).hasSize(50);
    JsonNode last =
        account(
            "user/tag/get",
            "{\"tagid\":"
                + a
                + ",\"next_openid\":\""
                + page.path("next_openid").asString()
                + "\"}");
    assertThat(last.path("count").asInt()).isZero();
    assertThat(last.has("data")).isFalse();
    assertThat(client.get("/cgi-bin/user/get?access_token=" + accountToken).path("total").asInt())
        .isEqualTo(PEOPLE);
  }

  private int batch(long tag, int from, int to) throws IOException, InterruptedException {
    var openids = new ArrayList<String>();
    for (int i = from; i < to; i++) {
      openids.add(quoted(follower(i)));
    }
    return account(
            "tags/members/batchtagging",
            "{\"openid_list\":[" + String.join(",", openids) + "],\"tagid\":" + tag + "}")
        .path("errcode")
        .asInt();
  }
}
