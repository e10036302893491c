package io.huoshui.server.tag;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tag groups and tags over real HTTP.
class TagsOverHttpTest {
  @TempDir Path folder;
  private Town town;

  @BeforeEach
  void found() throws Exception {
    town = Town.founded(folder);
  }

  @AfterEach
  void stop() {
    town.close();
  }

  private Json tagged(String tag, String action, String people) throws Exception {
    Json begun =
        town.post(
            "/api/v1/tags/batches",
            "{\"tag\":\""
                + tag
                + "\",\"action\":\""
                + action
                + "\",\"people\":"
                + people
                + ",\"why\":\"六月整理\"}");
    return town.job(text(begun, "job"));
  }

  private String customer(int person) throws Exception {
    return text(town.get("/api/v1/profiles?query=139" + (10_000_000 + person)), "items.0.id");
  }

  @Test
  void manyAreTaggedByRuleAndTheHistorySaysWhoAndWhy() throws Exception {
    Json job = tagged("老客", "put", "{\"text\":\"did order_paid\"}");
    assertThat(text(job, "state")).isEqualTo("done");
    assertThat(text(job, "done")).isEqualTo("6");
    assertThat(text(job, "result.changed")).isEqualTo("6");
    assertThat(town.count("has tag \"老客\"")).isEqualTo(6);
    assertThat(town.count("has tag \"老客\" by manual")).isEqualTo(6);

    assertThat(text(tagged("老客", "put", "{\"text\":\"did order_paid\"}"), "result.changed"))
        .as("carried already")
        .isEqualTo("0");
    Json one = town.get("/api/v1/profiles/" + customer(2) + "/tags");
    assertThat(text(one, "carried.0.tag")).isEqualTo("老客");
    assertThat(text(one, "carried.0.by")).isEqualTo("admin");
    assertThat(text(one, "carried.0.why")).isEqualTo("六月整理");

    town.post(
        "/api/v1/profiles/" + customer(2) + "/tags",
        "{\"take\":[\"老客\"],\"put\":[\"重点\"],\"why\":\"电话沟通\"}");
    Json after = town.get("/api/v1/profiles/" + customer(2) + "/tags");
    assertThat(text(after, "carried.0.tag")).isEqualTo("重点");
    List<String> history = new ArrayList<>();
    for (Json moment : Town.items(after, "history")) {
      history.add(text(moment, "what") + " " + text(moment, "tag") + " " + text(moment, "why"));
    }
    assertThat(history).contains("put 老客 六月整理", "taken 老客 电话沟通", "put 重点 电话沟通");
    assertThat(town.count("has tag \"老客\"")).isEqualTo(5);
  }

  @Test
  void groupsShowTheirPeopleAndRefuseWhatDoesNotHoldTogether() throws Exception {
    town.post("/api/v1/segments", "{\"name\":\"buyers\",\"text\":\"did order_paid\"}");
    town.post(
        "/api/v1/tag-groups",
        """
        {"name":"standing","title":"客户身份","choice":"single",
         "tags":[{"tag":"买过","segment":"buyers"},"黑名单"]}\
        """);
    town.post("/api/v1/profiles/" + customer(1) + "/tags", "{\"put\":[\"散客\"]}");

    Json tags = town.get("/api/v1/tags");
    assertThat(text(tags, "groups.0.title")).isEqualTo("客户身份");
    assertThat(text(tags, "groups.0.choice")).isEqualTo("single");
    assertThat(text(tags, "groups.0.tags.0.people")).isEqualTo("6");
    assertThat(text(tags, "groups.0.tags.0.segment")).isEqualTo("buyers");
    assertThat(text(tags, "loose.0.tag")).isEqualTo("散客");

    tagged("黑名单", "put", "{\"customers\":[\"" + customer(0) + "\"]}");
    assertThat(town.count("has tag \"买过\"")).as("the choice took it away").isEqualTo(5);

    Json refused =
        town.refused(
            409,
            "POST",
            "/api/v1/tags/batches",
            "{\"tag\":\"买过\",\"action\":\"put\",\"people\":{\"text\":\"did order_paid\"}}");
    assertThat(text(refused, "code")).isEqualTo("tag_follows");
    assertThat(text(refused, "next")).contains("buyers");
    refused =
        town.refused(
            400,
            "POST",
            "/api/v1/tag-groups",
            "{\"name\":\"x\",\"tags\":[{\"tag\":\"a\",\"off\":\"order_paid\"}]}");
    assertThat(text(refused, "field")).isEqualTo("tagGroup.tags[0]");
    assertThat(text(town.refused(409, "DELETE", "/api/v1/segments/buyers", ""), "value"))
        .contains("tag 买过 follows it");
    refused =
        town.refused(
            400,
            "POST",
            "/api/v1/segments",
            "{\"name\":\"buyers\",\"text\":\"did order_paid and not has tag \\\"黑名单\\\"\"}");
    assertThat(text(refused, "detail")).contains("would follow itself");

    town.send("DELETE", "/api/v1/tag-groups/standing", town.admin(), "");
    assertThat(town.count("has tag \"买过\"")).isEqualTo(0);
    assertThat(town.count("has tag \"黑名单\"")).isEqualTo(1);
    town = town.reopened();
    assertThat(Town.items(town.get("/api/v1/tags"), "groups")).isEmpty();
  }

  @Test
  void aListOfPhonesInTheEncodingOfSpreadsheetsIsTagged() throws Exception {
    byte[] list =
        "姓名,手机号\r\n甲,13910000000\r\n乙,139 1000 0001\r\n丙,13999999999\r\n丁,12345\r\n戊,13910000000\r\n"
            .getBytes(Charset.forName("GB18030"));
    Json answer = Town.ok(town.upload("/api/v1/tags/import?tag=vip&file=list.csv", list));
    assertThat(text(answer, "report.matched")).isEqualTo("3");
    assertThat(text(answer, "report.repeated")).isEqualTo("1");
    assertThat(text(answer, "report.unknown")).isEqualTo("1");
    assertThat(text(answer, "report.bad")).isEqualTo("1");
    assertThat(text(answer, "report.ignored.0")).isEqualTo("姓名");
    assertThat(answer.write()).doesNotContain("13999999999");
    town.job(text(answer, "job"));
    assertThat(town.count("has tag \"vip\" by import")).isEqualTo(2);

    byte[] plain = "13910000002\n13910000003\n".getBytes(StandardCharsets.UTF_8);
    assertThat(
            text(
                Town.ok(town.upload("/api/v1/tags/import?tag=vip&kind=phone", plain)),
                "report.matched"))
        .isEqualTo("2");
    var refused = town.upload("/api/v1/tags/import?tag=vip", plain);
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(text(Json.parse(refused.body()), "code")).isEqualTo("people_no_column");
  }
}
