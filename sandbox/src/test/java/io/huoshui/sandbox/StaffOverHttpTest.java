package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Members, handovers, tickets and login codes, as the platform's pages write them.
class StaffOverHttpTest {
  private static final int PEOPLE = 120;

  @TempDir Path dir;
  private FakeHuoshui server;
  private Sandbox sandbox;
  private Platforms client;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = new FakeHuoshui();
    open();
    var crowd = new StringBuilder();
    for (int i = 0; i < PEOPLE; i++) {
      crowd.append(
          """
          {"identifiers":[{"kind":"externalUserid","scope":"ww1","value":"%s"}],"ordersPer30Days":0,"averageBasketFen":1}
          """
              .formatted(friend(i)));
    }
    client.post("/sandbox/crowd", crowd.toString());
  }

  private void open() throws IOException, InterruptedException {
    sandbox =
        Sandbox.start(
            List.of(
                "--data", dir.resolve("data").toString(),
                "--people", "0",
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

  private static String friend(int i) {
    return String.format(Locale.ROOT, "wmCrowdAAAA%04d", i);
  }

  private JsonNode transfer(String call, String from, String to, int first, int last)
      throws IOException, InterruptedException {
    var names = new ArrayList<String>();
    for (int i = first; i < last; i++) {
      names.add("\"" + friend(i) + "\"");
    }
    return client.wecom(
        "externalcontact/" + call,
        "{\"handover_userid\":\"%s\",\"takeover_userid\":\"%s\",\"external_userid\":[%s]}"
            .formatted(from, to, String.join(",", names)));
  }

  private static SortedMap<Integer, Integer> codes(JsonNode answer) {
    var codes = new TreeMap<Integer, Integer>();
    answer
        .path("customer")
        .forEach(each -> codes.merge(each.path("errcode").asInt(-9), 1, Integer::sum));
    return codes;
  }

  @Test
  void customersChangeHandsWithinTheLimits() throws IOException, InterruptedException {
    assertThat(
            transfer("transfer_customer", "guide-0001", "guide-0002", 0, 101)
                .path("errcode")
                .asInt(0))
        .isEqualTo(40058);
    assertThat(codes(transfer("transfer_customer", "guide-0001", "guide-0002", 0, 50)))
        .isEqualTo(new TreeMap<>(Map.of(0, 50)));
    assertThat(codes(transfer("transfer_customer", "guide-0001", "guide-0003", 0, 1)).firstKey())
        .as("under way")
        .isEqualTo(40129);
    assertThat(codes(transfer("transfer_customer", "guide-0004", "guide-0003", 60, 61)).firstKey())
        .as("not theirs")
        .isEqualTo(40131);
    assertThat(
            transfer("resigned/transfer_customer", "guide-0001", "guide-0002", 60, 61)
                .path("errcode")
                .asInt(0))
        .as("has not left")
        .isEqualTo(40097);
    assertThat(statuses("transfer_result", "guide-0001", "guide-0002")).containsOnlyKeys(2);

    client.clock("2026-07-02T00:00:01+08:00");
    client.token();
    SortedMap<Integer, Integer> after = statuses("transfer_result", "guide-0001", "guide-0002");
    assertThat(after.keySet()).containsExactly(1, 3);
    int taken = after.getOrDefault(1, 0);
    assertThat(
            client
                .wecomGet("externalcontact/list", "userid=guide-0002")
                .path("external_userid")
                .size())
        .isEqualTo(taken);
    assertThat(
            client
                .wecomGet("externalcontact/list", "userid=guide-0001")
                .path("external_userid")
                .size())
        .isEqualTo(PEOPLE - taken);
    // Who had them loses them, who takes over has them; or it is said why not.
    assertThat(server.callbacks).hasSize(2 * taken + (50 - taken));

    // Only whoever has them now can send to them.
    String moved = movedCustomer("guide-0002");
    assertThat(client.task("guide-0001", "您好", List.of(moved)).path("errcode").asInt(0))
        .isEqualTo(41048);
    assertThat(client.task("guide-0002", "您好", List.of(moved)).path("errcode").asInt(-1)).isZero();

    // Once more, and the third time within 90 days is too often; after a restart, too.
    sandbox.close();
    open();
    transfer("transfer_customer", "guide-0002", "guide-0003", 0, 50);
    client.clock("2026-07-04T00:00:00+08:00");
    client.token();
    assertThat(codes(transfer("transfer_customer", "guide-0003", "guide-0004", 0, 50)))
        .containsKey(40128)
        .doesNotContainKey(0);
  }

  private String movedCustomer(String userid) throws IOException, InterruptedException {
    return client
        .wecomGet("externalcontact/list", "userid=" + userid)
        .path("external_userid")
        .path(0)
        .asString("");
  }

  private SortedMap<Integer, Integer> statuses(String call, String from, String to)
      throws IOException, InterruptedException {
    var found = new TreeMap<Integer, Integer>();
    client
        .wecom(
            "externalcontact/" + call,
            "{\"handover_userid\":\"" + from + "\",\"takeover_userid\":\"" + to + "\"}")
        .path("customer")
        .forEach(each -> found.merge(each.path("status").asInt(-9), 1, Integer::sum));
    return found;
  }

  @Test
  void membersLeaveAndTheirGroupsAndCustomersCanBeGiven() throws IOException, InterruptedException {
    JsonNode departments = client.wecomGet("department/list", "").path("department");
    assertThat(departments.size()).isEqualTo(7);
    assertThat(
            client.wecomGet("user/list", "department_id=1&fetch_child=1").path("userlist").size())
        .isEqualTo(5);
    assertThat(groups("groupchat/transfer", "\"wr-guide-0001-1\"")).isEqualTo(90500);
    assertThat(groups("groupchat/onjob_transfer", "\"wr-nobody-1\"")).isEqualTo(90501);
    client.post("/sandbox/wecom/members", "{\"leave\":\"guide-0001\"}");
    client.clock("2026-07-01T01:00:00+08:00");
    assertThat(server.callbacks).hasSize(1);
    assertThat(
            client
                .wecomGet("user/simplelist", "department_id=1&fetch_child=1")
                .path("userlist")
                .size())
        .isEqualTo(4);
    assertThat(groups("groupchat/onjob_transfer", "\"wr-guide-0001-1\"")).isEqualTo(90502);
    assertThat(groups("groupchat/transfer", "\"wr-guide-0001-1\"")).isZero();
    assertThat(groups("groupchat/transfer", "\"wr-guide-0001-1\"")).isEqualTo(90508);
    assertThat(client.wecom("externalcontact/get_unassigned_list", "{}").path("info").size())
        .isEqualTo(PEOPLE);
    assertThat(codes(transfer("resigned/transfer_customer", "guide-0001", "guide-0002", 0, 100)))
        .isEqualTo(new TreeMap<>(Map.of(0, 100)));
    client.clock("2027-07-02T00:00:00+08:00");
    client.token();
    assertThat(
            transfer("resigned/transfer_customer", "guide-0001", "guide-0002", 100, 110)
                .path("errcode")
                .asInt(0))
        .as("left more than a year ago")
        .isEqualTo(40097);
  }

  private int groups(String call, String chats) throws IOException, InterruptedException {
    return client
        .wecom(
            "externalcontact/" + call,
            "{\"chat_id_list\":[" + chats + "],\"new_owner\":\"guide-0002\"}")
        .path("failed_chat_list")
        .path(0)
        .path("errcode")
        .asInt(0);
  }

  @Test
  void aLoginCodeIsGoodOnceAndTicketsAreCounted() throws IOException, InterruptedException {
    String code =
        client
            .post("/sandbox/wecom/members", "{\"open\":\"guide-0002\"}")
            .path("code")
            .asString("");
    assertThat(client.wecomGet("auth/getuserinfo", "code=" + code).path("userid").asString(""))
        .isEqualTo("guide-0002");
    assertThat(client.wecomGet("auth/getuserinfo", "code=" + code).path("errcode").asInt(0))
        .isEqualTo(40029);
    for (int i = 0; i < 100; i++) {
      assertThat(client.wecomGet("get_jsapi_ticket", "").path("errcode").asInt(-1)).isZero();
    }
    assertThat(client.wecomGet("get_jsapi_ticket", "").path("errcode").asInt(0)).isEqualTo(45009);
    assertThat(client.wecomGet("ticket/get", "type=agent_config").path("errcode").asInt(-1))
        .isZero();
  }
}
