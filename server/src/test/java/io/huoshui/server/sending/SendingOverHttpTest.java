package io.huoshui.server.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Mass tasks, posts and greetings over HTTP, where no platform is set up: what is planned, refused
/// and kept. What platforms answer is in `MassSendTest` and `SendingTest` beside the sandbox.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SendingOverHttpTest {
  @TempDir static Path folder;
  private static Town town;

  @BeforeAll
  static void start() throws Exception {
    town = Town.founded(folder);
    town.post("/api/v1/gate-policy", "{\"quietFrom\":\"04:00\",\"quietTo\":\"04:01\",\"caps\":[]}");
    town.post(
        "/api/v1/templates",
        "{\"name\":\"hi\",\"channel\":\"wecom\",\"text\":\"{name|亲}您好\",\"sender\":\"\"}");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static final String EVERYBODY = "\"people\":{\"text\":\"not did group_joined\"}";

  /// easyink matches the exact minute: what was due while nothing ran is lost.
  @Test
  @Order(1)
  void aTaskThatWasDueWhileNothingRanIsLaunchedOnce() throws Exception {
    Json planned =
        town.post(
            "/api/v1/reach/mass",
            "{\"title\":\"夏日\",\"template\":\"hi\","
                + EVERYBODY
                + ",\"at\":\"2026-07-01T09:00:00Z\"}");
    String id = Town.text(planned, "id");
    assertThat(Town.text(planned, "state")).isEqualTo("planned");
    assertThat(Town.text(planned, "people")).isEqualTo("13");
    String outlook = town.get("/api/v1/reach/mass/" + id + "/outlook").write();
    assertThat(outlook)
        .contains("\"verdict\":\"no_address\"")
        .contains("\"verdict\":\"not_a_contact\"")
        .contains("\"en\":\"would go\"")
        // As many messages as July has days.
        .contains("\"left\":31");
    assertThat(town.get("/api/v1/journeys/" + id + "/verdicts").write()).isEqualTo("[]");

    town = town.reopened();
    town.reach("2026-07-01T10:00:00Z");
    Json told = town.get("/api/v1/reach/mass/" + id);
    assertThat(Town.text(told, "task.state")).isEqualTo("launched");
    assertThat(Town.text(told, "task.launched")).isEqualTo("2026-07-01T09:00:00Z");
    assertThat(Town.at(told, "reasons").write())
        .isEqualTo("{\"no_address\":10,\"not_a_contact\":1,\"sent\":2}");

    // A second instance, or an operator, that launches it again sends nothing twice.
    town.post("/api/v1/journeys/" + id + "/launch", "{}");
    town.reach("2026-07-01T10:00:01Z");
    assertThat(Town.text(town.get("/api/v1/reach/mass/" + id), "people")).isEqualTo("13");
  }

  /// easyink answers before anything is on disk.
  @Test
  @Order(2)
  void whatWasAnsweredIsOnDisk() throws Exception {
    String id =
        Town.text(town.post("/api/v1/reach/mass", "{\"template\":\"hi\"," + EVERYBODY + "}"), "id");
    town = town.reopened();

    assertThat(Town.text(town.get("/api/v1/reach/mass/" + id), "task.state")).isEqualTo("launched");
    assertThat(town.get("/api/v1/journeys/" + id + "/verdicts").write().split("\"key\"", -1))
        .hasSize(14);
  }

  @Test
  @Order(3)
  void whatWasCalledOffIsNotLaunched() throws Exception {
    String id =
        Town.text(
            town.post(
                "/api/v1/reach/mass",
                "{\"template\":\"hi\"," + EVERYBODY + ",\"at\":\"2026-07-02T09:00:00Z\"}"),
            "id");
    town.post("/api/v1/reach/mass/" + id + "/cancel", "{}");
    town.reach("2026-07-02T10:00:00Z");

    Json told = town.get("/api/v1/reach/mass/" + id);
    assertThat(Town.text(told, "task.state")).isEqualTo("cancelled");
    assertThat(Town.text(told, "people")).isEqualTo("0");
  }

  @Test
  @Order(4)
  void whatCanNotBeSentIsRefusedWithWhatIsAllowed() throws Exception {
    Object[][] refusals = {
      {"mass", "{\"template\":\"none\"," + EVERYBODY + "}", "unknown_template"},
      {"mass", "{\"template\":\"hi\"}", "bad_people"},
      {"mass", "{\"template\":\"hi\",\"people\":{\"text\":\"did call_answered\"}}", "nobody"},
      {"mass", "{\"template\":\"hi\"," + EVERYBODY + ",\"holdOut\":51}", "out_of_range"},
      {"mass", "{\"template\":\"hi\"," + EVERYBODY + ",\"confirmWithin\":\"soon\"}", "bad_period"},
      {"posts", "{\"kind\":\"letter\",\"text\":\"x\"}", "bad_kind"},
      {"posts", "{\"kind\":\"moment\"}", "empty_post"},
      {"posts", "{\"kind\":\"group\",\"text\":\"x\"}", "bad_groups"},
      {"posts", "{\"kind\":\"moment\",\"text\":\"" + "水".repeat(2_001) + "\"}", "long_text"},
      {
        "posts",
        "{\"kind\":\"moment\",\"text\":\"x\",\"attachments\":[{\"file\":{}}]}",
        "bad_attachments"
      },
      {"group-welcomes", "{}", "empty_welcome"},
      {"shares", "{\"guide\":\"li\"}", "bad_share"},
    };
    for (Object[] each : refusals) {
      assertThat(
              town.refused(422, "POST", "/api/v1/reach/" + each[0], String.valueOf(each[1]))
                  .write())
          .as("%s %s", each[0], each[1])
          .contains("\"code\":\"" + each[2] + "\"")
          .contains("\"allowed\":");
    }
    town.refused(404, "GET", "/api/v1/reach/mass/mass_999", "");
    town.refused(404, "GET", "/api/v1/reach/posts/999", "");
    assertThat(
            town.send("POST", "/api/v1/templates", town.admin(), marketingTemplate()).statusCode())
        .isBetween(400, 499);
  }

  private static String marketingTemplate() {
    return "{\"name\":\"tm\",\"channel\":\"official_template\",\"category\":\"marketing\","
        + "\"text\":\"thing1: x\",\"sender\":\"wx1\"}";
  }

  @Test
  @Order(5)
  void postsArePlannedInCallsOfTwoThousandGroups() throws Exception {
    var groups = new StringBuilder();
    for (int i = 0; i < 4_100; i++) {
      groups.append(i == 0 ? "" : ",").append("\"wrGroup").append(i).append('"');
    }
    Json post =
        town.post(
            "/api/v1/reach/posts",
            "{\"kind\":\"group\",\"text\":\"上新\",\"groups\":[{\"owner\":\"li\",\"groups\":["
                + groups
                + "]},{\"owner\":\"wu\",\"groups\":[\"wrAbcd\"]}],\"at\":\"2026-08-01T09:00:00Z\"}");
    Json told = town.get("/api/v1/reach/posts/" + Town.text(post, "id"));

    assertThat(Town.items(told, "calls"))
        .extracting(call -> Town.text(call, "owner") + " " + Town.text(call, "targets"))
        .containsExactly("li 2000", "li 2000", "li 100", "wu 1");
    town.post("/api/v1/reach/posts/" + Town.text(post, "id") + "/cancel", "{}");
    assertThat(Town.text(town.get("/api/v1/reach/posts"), "0.state")).isEqualTo("cancelled");
  }

  @Test
  @Order(6)
  void aGuideSharesWithACustomerOnceADay() throws Exception {
    String asked = "{\"guide\":\"li\",\"customers\":[\"wm1\",\"wm2\"]}";
    assertThat(town.post("/api/v1/reach/shares", asked).write())
        .isEqualTo("{\"allowed\":[\"wm1\",\"wm2\"],\"refused\":[]}");
    assertThat(
            town.post("/api/v1/reach/shares", "{\"guide\":\"li\",\"customers\":[\"wm2\",\"wm3\"]}")
                .write())
        .isEqualTo("{\"allowed\":[\"wm3\"],\"refused\":[\"wm2\"]}");
    town.reach("2026-07-03T10:00:00Z");
    assertThat(Town.items(town.post("/api/v1/reach/shares", asked), "allowed")).hasSize(2);
  }
}
