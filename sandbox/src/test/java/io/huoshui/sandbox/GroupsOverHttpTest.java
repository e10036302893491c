package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Customer groups as WeCom's pages write them, and a life that is drawn.
class GroupsOverHttpTest {
  @TempDir Path dir;
  private FakeHuoshui server;
  private Sandbox sandbox;
  private Platforms client;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = new FakeHuoshui();
    open();
    var crowd = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      crowd.append(
          """
          {"identifiers":[{"kind":"externalUserid","scope":"ww1","value":"wmCrowdAAAA%04d"}],"ordersPer30Days":0,"averageBasketFen":1}
          """
              .formatted(i));
    }
    client.post("/sandbox/crowd", crowd.toString());
  }

  private void open() throws IOException, InterruptedException {
    sandbox =
        Sandbox.start(
            List.of(
                "--data",
                dir.resolve("data").toString(),
                "--people",
                "0",
                "--start",
                "2026-03-01T00:00:00Z",
                "--server",
                server.url(),
                "--limits",
                "wecom.groupMembers=60",
                "--secrets",
                Platforms.secrets(dir).toString()));
    client = new Platforms(sandbox.url());
    client.token();
  }

  @AfterEach
  void stop() throws IOException {
    sandbox.close();
    server.close();
  }

  private String act(String body) throws IOException, InterruptedException {
    JsonNode answer = client.post("/sandbox/wecom/groups", body);
    return answer.path("chat").asString("");
  }

  /// Tokens of before are worth nothing then.
  private void clock(String to) throws IOException, InterruptedException {
    client.clock(to);
    client.token();
  }

  private JsonNode get(String chat) throws IOException, InterruptedException {
    return client.wecom(
        "externalcontact/groupchat/get", "{\"chat_id\":\"" + chat + "\",\"need_name\":1}");
  }

  private static String members(JsonNode group) {
    return group
        .path("group_chat")
        .path("member_list")
        .valueStream()
        .map(
            member ->
                member.path("userid").asString()
                    + "/"
                    + member.path("type").asInt()
                    + "/"
                    + member.path("join_scene").asInt()
                    + "/"
                    + member.path("state").asString("")
                    + "/"
                    + member.path("invitor").path("userid").asString(""))
        .collect(Collectors.joining(" "));
  }

  @Test
  void aGroupIsWhatWasDoneWithItInTheAppAndIsToldOf() throws Exception {
    String chat = act("{\"do\":\"open\",\"name\":\"老友\",\"owner\":\"guide-0001\"}");
    act(
        "{\"do\":\"join\",\"chat\":\"%s\",\"members\":[\"wmCrowdAAAA0001\"],\"scene\":3,\"state\":\"code7\"}"
            .formatted(chat));
    act(
        "{\"do\":\"join\",\"chat\":\"%s\",\"members\":[\"wmCrowdAAAA0002\",\"guide-0002\"],\"scene\":1,\"by\":\"guide-0001\"}"
            .formatted(chat));
    assertThat(members(get(chat)))
        .isEqualTo(
            "guide-0001/1/1// wmCrowdAAAA0001/2/3/code7/ wmCrowdAAAA0002/2/1//guide-0001"
                + " guide-0002/1/1//guide-0001");
    act("{\"do\":\"remove\",\"chat\":\"%s\",\"members\":[\"wmCrowdAAAA0001\"]}".formatted(chat));
    act("{\"do\":\"owner\",\"chat\":\"%s\",\"value\":\"guide-0002\"}".formatted(chat));
    act("{\"do\":\"name\",\"chat\":\"%s\",\"value\":\"新友\"}".formatted(chat));
    JsonNode group = get(chat).path("group_chat");
    assertThat(group.path("owner").asString() + group.path("name").asString())
        .isEqualTo("guide-0002新友");
    assertThat(
            client
                .wecom("externalcontact/opengid_to_chatid", "{\"opengid\":\"og-" + chat + "\"}")
                .path("chat_id")
                .asString())
        .isEqualTo(chat);
    clock("2026-03-01T01:00:00Z");
    assertThat(server.callbacks).hasSize(6);

    String list = "externalcontact/groupchat/list";
    assertThat(client.wecom(list, "{\"limit\":10}").path("group_chat_list")).hasSize(1);
    assertThat(
            client
                .wecom(list, "{\"limit\":10,\"owner_filter\":{\"userid_list\":[\"guide-0001\"]}}")
                .path("group_chat_list"))
        .isEmpty();
    assertThat(client.wecom(list, "{}").path("errcode").asInt()).isEqualTo(40058);
    act("{\"do\":\"dissolve\",\"chat\":\"%s\"}".formatted(chat));
    assertThat(client.wecom(list, "{\"limit\":10}").path("group_chat_list")).isEmpty();
    assertThat(get(chat).path("errcode").asInt()).isEqualTo(49008);
    assertThat(get("wrNobody").path("errcode").asInt()).isEqualTo(40050);
  }

  @Test
  void theListComesInPages() throws Exception {
    for (int i = 0; i < 5; i++) {
      act("{\"do\":\"open\"}");
    }
    String cursor = "";
    int found = 0;
    int pages = 0;
    do {
      JsonNode page =
          client.wecom(
              "externalcontact/groupchat/list", "{\"limit\":2,\"cursor\":\"" + cursor + "\"}");
      found += page.path("group_chat_list").size();
      cursor = page.path("next_cursor").asString("");
      pages++;
    } while (!cursor.isEmpty());
    assertThat(found + "/" + pages).isEqualTo("5/3");
  }

  @Test
  void aRobotSaysTwentyThingsAMinuteAndAFullGroupTakesNobody() throws Exception {
    String chat = act("{\"do\":\"open\",\"people\":59}");
    String say = "{\"msgtype\":\"text\",\"text\":{\"content\":\"hi\"}}";
    for (int i = 0; i < 20; i++) {
      assertThat(
              client.post("/cgi-bin/webhook/send?key=robot-" + chat, say).path("errcode").asInt())
          .isZero();
    }
    assertThat(client.post("/cgi-bin/webhook/send?key=robot-" + chat, say).path("errcode").asInt())
        .isEqualTo(45009);
    assertThat(client.post("/cgi-bin/webhook/send?key=other", say).path("errcode").asInt())
        .isEqualTo(93000);
    clock("2026-04-01T00:00:00Z");
    assertThat(get(chat).path("group_chat").path("member_list").size()).isBetween(40, 60);
    for (int i = 0; i < 60; i++) {
      client.post(
          "/sandbox/wecom/groups",
          "{\"do\":\"join\",\"chat\":\"%s\",\"members\":[\"wmOther%04d\"]}".formatted(chat, i));
    }
    assertThat(get(chat).path("group_chat").path("member_list")).hasSize(60);
  }

  @Test
  void aDrawnLifeRisesAndFallsSilentAndAJournalTellsItAgain() throws Exception {
    String chat = act("{\"do\":\"open\",\"people\":59,\"state\":\"code7\",\"passedOn\":true}");
    var messages = new ArrayList<Integer>();
    for (int week = 1; week <= 12; week++) {
      server.forget();
      clock(Instant.parse("2026-03-01T00:00:00Z").plusSeconds(week * 604_800L).toString());
      messages.add(
          (int)
              server.events.values().stream()
                  .filter(event -> event.path("name").asString().equals("message_in_group"))
                  .filter(event -> event.path("properties").path("group").asString().equals(chat))
                  .count());
    }
    assertThat(messages.get(1)).isGreaterThan(10);
    assertThat(messages.subList(0, 3).stream().mapToInt(each -> each).max().orElse(0))
        .isGreaterThan(5 * Math.max(1, messages.getLast()));

    String counted =
        client
            .wecom(
                "externalcontact/groupchat/statistic_group_by_day",
                "{\"day_begin_time\":1772323200,\"day_end_time\":1774915200,\"owner_filter\":{\"userid_list\":[\"guide-0001\"]}}")
            .path("items")
            .toString();
    assertThat(counted).contains("\"chat_total\":1", "\"new_chat_cnt\":1");
    String before = get(chat).toString();
    sandbox.close();
    open();
    assertThat(get(chat).toString()).isEqualTo(before);
    assertThat(
            client
                .wecom(
                    "externalcontact/groupchat/statistic_group_by_day",
                    "{\"day_begin_time\":1772323200,\"day_end_time\":1774915200,\"owner_filter\":{\"userid_list\":[\"guide-0001\"]}}")
                .path("items")
                .toString())
        .isEqualTo(counted);
    assertThat(
            client
                .wecom(
                    "externalcontact/groupchat/statistic",
                    "{\"day_begin_time\":1772323200,\"day_end_time\":1784915200,\"owner_filter\":{\"userid_list\":[\"guide-0001\"]}}")
                .path("errcode")
                .asInt())
        .as("more than a month")
        .isEqualTo(40058);
  }

  @Test
  void nothingIsHeardOfADissolvedGroup() throws Exception {
    String chat = act("{\"do\":\"open\",\"people\":59,\"passedOn\":true}");
    clock("2026-03-05T00:00:00Z");
    act("{\"do\":\"dissolve\",\"chat\":\"%s\"}".formatted(chat));
    clock("2026-03-05T01:00:00Z");
    server.forget();
    clock("2026-05-05T00:00:00Z");
    assertThat(server.callbacks).isEmpty();
    assertThat(server.events).isEmpty();
  }
}
