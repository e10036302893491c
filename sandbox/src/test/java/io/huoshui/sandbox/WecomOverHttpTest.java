package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.sms.SmsLimits;
import io.huoshui.sandbox.wecom.WecomLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class WecomOverHttpTest {
  private static final int PEOPLE = 2000;
  private static final Brand BRAND =
      new Brand(new Brand.Settings(42, PEOPLE, Options.DEFAULT_START, "ww1"));

  @TempDir Path dir;
  private FakeHuoshui server;
  private Sandbox sandbox;
  private Platforms client;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = new FakeHuoshui();
    sandbox =
        Sandbox.start(
            List.of(
                "--data", dir.resolve("data").toString(),
                "--people", "" + PEOPLE,
                "--server", server.url(),
                "--secrets", Platforms.secrets(dir).toString()));
    client = new Platforms(sandbox.url());
    client.token();
  }

  @AfterEach
  void stop() throws IOException {
    sandbox.close();
    server.close();
  }

  /// The contacts of each guide at the start of the campaign.
  private static Map<String, List<String>> contacts() {
    Map<String, List<String>> contacts = new HashMap<>();
    for (long person = 0; person < PEOPLE; person++) {
      var contact = BRAND.contact(person);
      if (contact != null && contact.at(Options.DEFAULT_START.toEpochMilli())) {
        contacts
            .computeIfAbsent(contact.guide(), _ -> new ArrayList<>())
            .add(BRAND.externalUserid(person));
      }
    }
    return contacts;
  }

  private static long stranger() {
    return IntStream.range(0, PEOPLE)
        .filter(person -> BRAND.contact(person) == null)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tokensAreGivenAndRunOutOnTheSandboxClock() throws Exception {
    JsonNode token = client.token();
    assertThat(token.path("errcode").asInt()).isZero();
    assertThat(token.path("expires_in").asInt()).isBetween(1, 7200);
    assertThat(client.token()).isEqualTo(token);
    assertThat(
            client
                .get("/cgi-bin/gettoken?corpid=ww2&corpsecret=corpsecret")
                .path("errcode")
                .asInt())
        .isEqualTo(40013);
    assertThat(client.get("/cgi-bin/gettoken?corpid=ww1&corpsecret=x").path("errcode").asInt())
        .isEqualTo(40001);
    assertThat(
            client.post("/cgi-bin/externalcontact/add_msg_template", "{}").path("errcode").asInt())
        .isEqualTo(41001);
    assertThat(
            client
                .post("/cgi-bin/externalcontact/add_msg_template?access_token=made-up", "{}")
                .path("errcode")
                .asInt())
        .isEqualTo(40014);
    client.clock("2026-07-01T02:00:01+08:00");
    assertThat(client.wecom("kf/sync_msg", "{}").path("errcode").asInt()).isEqualTo(42001);
    client.token();
    assertThat(client.wecom("kf/sync_msg", "{}").path("errcode").asInt()).isZero();
  }

  @Test
  void refusalsOfATaskEachHaveTheirCode() throws Exception {
    String guide = contacts().keySet().iterator().next();
    String friend = contacts().getOrDefault(guide, List.of()).getFirst();
    String other =
        contacts().keySet().stream().filter(g -> !g.equals(guide)).findFirst().orElseThrow();
    assertThat(client.task("", "", List.of(friend)).path("errcode").asInt()).isEqualTo(40058);
    assertThat(client.task("", "x".repeat(4001), List.of(friend)).path("errcode").asInt())
        .isEqualTo(40058);
    assertThat(client.task("", "hello", List.of()).path("errcode").asInt()).isEqualTo(40058);
    assertThat(client.wecom("externalcontact/add_msg_template", "{oops").path("errcode").asInt())
        .isEqualTo(40058);
    assertThat(
            client
                .wecom(
                    "externalcontact/add_msg_template",
                    "{\"chat_type\":\"group\",\"text\":{\"content\":\"x\"}}")
                .path("errcode")
                .asInt())
        .isEqualTo(40058);
    assertThat(client.task("", "hello", List.of("not one of ours")).path("errcode").asInt())
        .isEqualTo(40096);
    JsonNode nobody = client.task("", "hello", List.of(BRAND.externalUserid(stranger())));
    assertThat(nobody.path("errcode").asInt()).isEqualTo(41048);
    assertThat(client.task(other, "hello", List.of(friend)).path("errcode").asInt())
        .isEqualTo(41048);
    var tooMany = IntStream.rangeClosed(0, 10_000).mapToObj(i -> "wmSomebodyAAAA" + i).toList();
    assertThat(client.task("", "hello", tooMany).path("errcode").asInt()).isEqualTo(40058);
    String ten = "{\"msgtype\":\"image\"},".repeat(10);
    assertThat(
            client
                .wecom(
                    "externalcontact/add_msg_template",
                    "{\"external_userid\":[\"%s\"],\"attachments\":[%s]}"
                        .formatted(friend, ten.substring(0, ten.length() - 1)))
                .path("errcode")
                .asInt())
        .isEqualTo(40058);
    assertThat(client.get("/health").path("messages").asInt()).isZero();
    JsonNode mixed = client.task(guide, "hello", List.of(friend, BRAND.externalUserid(stranger())));
    assertThat(mixed.path("errcode").asInt()).isZero();
    assertThat(mixed.path("fail_list")).hasSize(1);
    assertThat(client.wecom("no/such_call", "{}").path("errcode").asInt()).isEqualTo(404);
  }

  @Test
  void aTaskIsConfirmedByItsGuidesAndCanBePagedThrough() throws Exception {
    var everybody = contacts().values().stream().flatMap(List::stream).toList();
    String msgid = client.task("", "鲜牛奶新品", everybody).path("msgid").stringValue();
    JsonNode before =
        client.wecom("externalcontact/get_groupmsg_task", "{\"msgid\":\"" + msgid + "\"}");
    assertThat(before.path("task_list")).hasSize(contacts().size());
    before.path("task_list").forEach(member -> assertThat(member.path("status").asInt()).isZero());

    client.clock("2026-07-02T08:00:00+08:00");
    client.token();
    var statuses = new HashMap<Integer, Integer>();
    var seen = new HashSet<String>();
    for (String guide : contacts().keySet()) {
      String cursor = "";
      do {
        JsonNode page =
            client.wecom(
                "externalcontact/get_groupmsg_send_result",
                "{\"msgid\":\"%s\",\"userid\":\"%s\",\"limit\":7,\"cursor\":\"%s\"}"
                    .formatted(msgid, guide, cursor));
        assertThat(page.path("errcode").asInt()).isZero();
        assertThat(page.path("send_list").size()).isLessThanOrEqualTo(7);
        for (JsonNode entry : page.path("send_list")) {
          assertThat(seen.add(entry.path("external_userid").stringValue())).isTrue();
          statuses.merge(entry.path("status").asInt(), 1, Integer::sum);
          assertThat(entry.has("send_time")).isEqualTo(entry.path("status").asInt() == 1);
        }
        cursor = page.path("next_cursor").stringValue();
      } while (!cursor.isEmpty());
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(everybody);
    assertThat(statuses).containsKey(1).doesNotContainKeys(2, 3);

    long start = Options.DEFAULT_START.getEpochSecond();
    JsonNode list =
        client.wecom(
            "externalcontact/get_groupmsg_list_v2",
            "{\"chat_type\":\"single\",\"start_time\":%d,\"end_time\":%d,\"limit\":1}"
                .formatted(start, start + 86400));
    assertThat(list.path("group_msg_list")).hasSize(1);
    assertThat(list.path("group_msg_list").get(0).path("text").path("content").stringValue())
        .isEqualTo("鲜牛奶新品");
    assertThat(
            client
                .wecom(
                    "externalcontact/get_groupmsg_list_v2",
                    "{\"start_time\":1,\"end_time\":99999999}")
                .path("errcode")
                .asInt())
        .isEqualTo(40058);
    assertThat(
            client
                .wecom("externalcontact/get_groupmsg_send_result", "{\"msgid\":\"no\"}")
                .path("errcode")
                .asInt())
        .isEqualTo(40058);
  }

  @Test
  void aCustomerGetsAsManyMassMessagesAsTheMonthHasDays() throws Exception {
    String guide = contacts().keySet().iterator().next();
    String friend = contacts().getOrDefault(guide, List.of()).getFirst();
    var statuses = new ArrayList<Integer>();
    Instant clock = Options.DEFAULT_START;
    var ids = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      clock = clock.plusSeconds(60);
      client.clock(clock.toString());
      JsonNode task = client.task(guide, "no. " + i, List.of(friend));
      if (task.path("errcode").asInt() == 0) {
        ids.add(task.path("msgid").stringValue());
      }
    }
    client.clock("2026-07-03T00:00:00+08:00");
    client.token();
    for (String id : ids) {
      JsonNode page =
          client.wecom(
              "externalcontact/get_groupmsg_send_result",
              "{\"msgid\":\"%s\",\"userid\":\"%s\"}".formatted(id, guide));
      statuses.add(page.path("send_list").get(0).path("status").asInt());
    }
    // A customer sent that much blocks the guide (2) sooner or later; else the quota (3) ends it.
    assertThat(statuses.stream().filter(status -> status == 1).count()).isLessThanOrEqualTo(31);
    assertThat(statuses).containsAnyOf(2, 3);
  }

  @Test
  void contactsCanBeAskedFor() throws Exception {
    String guide = contacts().keySet().iterator().next();
    JsonNode list = client.wecomGet("externalcontact/list", "userid=" + guide);
    var found = new ArrayList<String>();
    list.path("external_userid").forEach(node -> found.add(node.stringValue()));
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(contacts().getOrDefault(guide, List.of()));
    JsonNode contact =
        client.wecomGet("externalcontact/get", "external_userid=" + found.getFirst());
    assertThat(contact.path("external_contact").path("external_userid").stringValue())
        .isEqualTo(found.getFirst());
    assertThat(contact.path("follow_user").get(0).path("userid").stringValue()).isEqualTo(guide);
    assertThat(
            client
                .wecomGet(
                    "externalcontact/get", "external_userid=" + BRAND.externalUserid(stranger()))
                .path("errcode")
                .asInt())
        .isEqualTo(84061);
    assertThat(client.wecomGet("externalcontact/get", "external_userid=x").path("errcode").asInt())
        .isEqualTo(40096);
    assertThat(client.wecomGet("externalcontact/list", "userid=nobody").path("errcode").asInt())
        .isEqualTo(84061);
    assertThat(client.wecomGet("externalcontact/get_follow_user_list", "").path("follow_user"))
        .hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void callingTooOftenIsRefusedUntilTheClockMoves() throws Exception {
    sandbox.close();
    sandbox =
        Sandbox.start(
            Options.parse(
                List.of(
                    "--data", dir.resolve("data2").toString(),
                    "--people", "10",
                    "--server", server.url(),
                    "--secrets", Platforms.secrets(dir).toString())),
            WecomLimits.DEFAULT.withCallsPerMinute(3),
            SmsLimits.DEFAULT);
    client = new Platforms(sandbox.url());
    client.token();
    for (int i = 0; i < 3; i++) {
      assertThat(client.wecom("kf/sync_msg", "{}").path("errcode").asInt()).isZero();
    }
    assertThat(client.wecom("kf/sync_msg", "{}").path("errcode").asInt()).isEqualTo(45009);
    client.clock("2026-07-01T00:01:00+08:00");
    assertThat(client.wecom("kf/sync_msg", "{}").path("errcode").asInt()).isZero();
  }

  @Test
  void whatCustomersWriteIsToldAndPulled() throws Exception {
    var everybody = contacts().values().stream().flatMap(List::stream).toList();
    client.task("", "周末来店里吗", everybody);
    JsonNode step = client.clock("2026-07-03T00:00:00+08:00");
    int told = step.path("delivered").path("wecomReplies").asInt();
    assertThat(told).isPositive();
    client.token();
    var pulled = new ArrayList<JsonNode>();
    String cursor = "";
    JsonNode page;
    do {
      page = client.wecom("kf/sync_msg", "{\"limit\":2,\"cursor\":\"" + cursor + "\"}");
      page.path("msg_list").forEach(pulled::add);
      cursor = page.path("next_cursor").stringValue();
    } while (page.path("has_more").asInt() == 1);
    assertThat(pulled).hasSize(told);
    assertThat(pulled)
        .allSatisfy(
            message -> {
              assertThat(everybody).contains(message.path("external_userid").stringValue());
              assertThat(message.path("text").path("content").stringValue()).isNotEmpty();
            });
    assertThat(client.wecom("kf/sync_msg", "{\"cursor\":\"" + cursor + "\"}").path("msg_list"))
        .isEmpty();
    assertThat(client.wecom("kf/sync_msg", "{\"cursor\":\"?\"}").path("errcode").asInt())
        .isEqualTo(40058);
    assertThat(client.wecom("kf/sync_msg", "{\"open_kfid\":\"x\"}").path("errcode").asInt())
        .isEqualTo(40058);
  }

  @Test
  void faultsAreBusyLostOrDown() throws Exception {
    String friend = contacts().values().iterator().next().getFirst();
    client.post("/sandbox/faults", "{\"wecom\":{\"busyShare\":1}}");
    assertThat(client.token().path("errcode").asInt()).isEqualTo(-1);
    client.post("/sandbox/faults", "{\"wecom\":{\"busyShare\":0,\"down\":true}}");
    assertThat(client.raw("GET", "/cgi-bin/gettoken", "").statusCode()).isEqualTo(503);
    client.post("/sandbox/faults", "{\"wecom\":{\"down\":false}}");
    client.token();
    client.post("/sandbox/faults", "{\"wecom\":{\"timeoutShare\":1}}");
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> client.task("", "x", List.of(friend))))
        .isInstanceOf(IOException.class);
    client.post("/sandbox/faults", "{\"wecom\":{\"timeoutShare\":0}}");
    JsonNode messages = client.get("/sandbox/messages?address=" + friend);
    // The client of the test may have tried again by itself; taken it was in any case.
    assertThat(messages.path("messages").size()).isPositive();
    assertThat(client.post("/sandbox/faults", "{\"sms\":{\"busyShare\":2}}").path("status").asInt())
        .isEqualTo(400);
  }
}
