package io.huoshui.server.trial;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A trial over real HTTP: previewed, published with its journey, lived, read as a table that is
/// sorted and filtered, and its winner scaled.
class TrialsOverHttpTest {
  private static final int CROWD = 600;
  private static final Pattern MEMBER = Pattern.compile(",c(\\d+)\\s");

  @TempDir Path folder;
  private Town town;

  @BeforeEach
  void found() throws Exception {
    town = Town.founded(folder);
    var events = new ArrayList<String>();
    for (int i = 0; i < CROWD; i++) {
      events.add(event("seen" + i, "checked_in", i, "2026-06-30T20:00:00Z", "{}"));
    }
    town.take(events);
    town.post("/api/v1/audiences", "{\"name\":\"crowd\",\"text\":\"did checked_in\"}");
    for (String name : List.of("warm", "cool")) {
      town.post(
          "/api/v1/templates",
          "{\"name\":\"%s\",\"channel\":\"sms\",\"sender\":\"活水\",\"costFen\":5,\"text\":\"%s {link}\"}"
              .formatted(name, name));
    }
    town.post(
        "/api/v1/coupon-templates",
        "{\"name\":\"eight\",\"valueFen\":800,\"thresholdFen\":0,\"validDays\":10}");
  }

  @AfterEach
  void stop() {
    town.close();
  }

  private static String event(String id, String name, int person, String time, String properties) {
    return "{\"id\":\"%s\",\"name\":\"%s\",\"time\":\"%s\",\"identifiers\":[{\"kind\":\"memberNumber\",\"value\":\"c%d\"}],\"properties\":%s}"
        .formatted(id, name, time, person, properties);
  }

  private static String trial(String rest) {
    return """
    trial: spring
    base: {audience: crowd}
    windows: [{name: now}, {name: later, wait: 6h}]
    incentives: [{name: none}, {name: eight, coupon: eight}]
    messages: [{name: warm, send: warm, withCoupon: warm}, {name: cool, send: cool, withCoupon: cool}]
    holdOut: 20
    goal: {event: order_paid, within: 3d, exits: false}
    """
        + rest;
  }

  private Json postYaml(String path, String yaml) throws Exception {
    return Town.ok(yaml(path, yaml));
  }

  private HttpResponse<String> yaml(String path, String yaml) throws Exception {
    // JSON readers of YAML take both; the town speaks JSON.
    return town.send("POST", path, town.admin(), yaml);
  }

  @Test
  void aPreviewSaysHowLargeCellsAreAndAReviewWhatCanNotWork() throws Exception {
    Json preview = postYaml("/api/v1/trials/preview", trial("least: 80\n"));
    assertThat(text(preview, "blocks.0.block")).isEqualTo("all-all");
    assertThat(text(preview, "blocks.0.people")).isEqualTo("600");
    assertThat(text(preview, "blocks.0.heldOut")).isEqualTo("120");
    assertThat(text(preview, "blocks.0.perCell")).isEqualTo("57");
    assertThat(text(preview, "blocks.0.enough")).isEqualTo("false");
    assertThat(
            Town.items(preview, "advice").stream()
                .map(one -> text(one, "kind") + " " + text(one, "number")))
        .containsExactly("fraction 4", "merge_levels 6", "more_people 234");
    assertThat(text(preview, "journey.journey")).isEqualTo("spring");
    assertThat(Town.items(town.get("/api/v1/trials"), "")).isEmpty();
    assertThat(Town.items(town.get("/api/v1/journeys"), "")).isEmpty();

    Json half = postYaml("/api/v1/trials/preview", trial("plan: fraction\nleast: 80\n"));
    assertThat(text(half, "blocks.0.enough")).isEqualTo("true");
    assertThat(text(half, "aliases.window")).isEqualTo("[\"incentive × message\"]");
    assertThat(Town.items(half, "advice")).isEmpty();

    Json unknown =
        Json.parse(
            yaml("/api/v1/trials", trial("states: [{name: a, if: did nothing_like_it}]\n")).body());
    assertThat(text(unknown, "code")).isEqualTo("unknown_event");
    Json refused = Json.parse(yaml("/api/v1/trials", trial("plan: some\n")).body());
    assertThat(text(refused, "field")).isEqualTo("plan");
    assertThat(text(refused, "allowed")).isEqualTo("full, fraction, {bandit: {floor: 5}}");
    assertThat(text(town.refused(404, "GET", "/api/v1/trials/spring/results", ""), "code"))
        .isEqualTo("unknown_trial");
  }

  @Test
  void theTableFindsWhatWasPlantedAndOneCallScalesIt() throws Exception {
    postYaml(
        "/api/v1/trials",
        trial(
            "states: [{name: known, if: has identifier memberNumber}, {name: other}]\n"
                + "least: 20\n"
                + "fdr: 0.05\n"));
    assertThat(text(town.get("/api/v1/trials/spring"), "version")).isEqualTo("1");
    assertThat(text(town.get("/api/v1/journeys/spring"), "name")).isEqualTo("spring");
    town.post("/api/v1/journeys/spring/launch", "");
    town.reach("2026-07-02T06:00:00Z");
    // Whoever was given a coupon for a warm word at once buys, most of them.
    pay("now-eight-warm");
    town.reach("2026-07-04T07:00:00Z");

    Json table = town.get("/api/v1/trials/spring/results");
    Json best = Town.at(table, "rows.0");
    assertThat(text(best, "block") + " " + text(best, "cell"))
        .isEqualTo("known-all now-eight-warm");
    assertThat(text(best, "discovery")).isEqualTo("true");
    assertThat(Town.items(table, "rows")).hasSize(16);
    assertThat(Town.items(town.get("/api/v1/trials/spring/results?discoveries=true"), "rows"))
        .hasSize(1);
    Json filtered =
        town.get(
            "/api/v1/trials/spring/results?sort=q&block=known-all&incentive=eight&window=now,later");
    assertThat(Town.items(filtered, "rows").stream().map(row -> text(row, "cell")))
        .hasSize(4)
        .first()
        .isEqualTo("now-eight-warm");
    assertThat(
            text(
                town.refused(422, "GET", "/api/v1/trials/spring/results?sort=best", ""), "allowed"))
        .contains("uplift")
        .contains("costFen");
    HttpResponse<String> csv =
        town.send("GET", "/api/v1/trials/spring/results.csv", town.admin(), "");
    assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    assertThat(csv.body().lines().toList().get(1))
        .startsWith("known-all,now-eight-warm,now,eight,warm,");

    // Nobody got a message: no address. So everybody of the block is left.
    String body =
        "{\"block\":\"known-all\",\"cell\":\"now-eight-warm\",\"holdOut\":25,\"autopilot\":{\"first\":100}";
    Json draft = town.post("/api/v1/trials/spring/scale", body + "}");
    assertThat(text(draft, "carriedOut")).isEqualTo("false");
    assertThat(text(draft, "people")).isEqualTo("600");
    assertThat(text(draft, "definition.steps.0.coupon")).isEqualTo("eight");
    assertThat(text(draft, "journey")).isEqualTo("spring_known_all_now_eight_warm");
    assertThat(Town.items(town.get("/api/v1/journeys"), "")).hasSize(1);

    Json scaled =
        town.post("/api/v1/trials/spring/scale", body + ",\"carryOut\":true,\"launch\":true}");
    assertThat(text(scaled, "launched")).isEqualTo("true");
    Json autopilot = town.get("/api/v1/journeys/spring_known_all_now_eight_warm/autopilot");
    assertThat(text(autopilot, "released")).isEqualTo("100");
    assertThat(text(autopilot, "left")).isEqualTo("500");
    assertThat(
            text(
                town.refused(
                    422,
                    "POST",
                    "/api/v1/trials/spring/scale",
                    "{\"block\":\"known-all\",\"cell\":\"x\"}"),
                "allowed"))
        .contains("now-eight-warm");

    town = town.reopened();
    assertThat(text(town.get("/api/v1/trials/spring/results"), "rows.0.cell"))
        .isEqualTo("now-eight-warm");
  }

  /// Whoever a cell was given to and did not hold out, by their coupon or what they were sent.
  private void pay(String cell) throws Exception {
    Json canvas = town.get("/api/v1/journeys/spring/canvas");
    assertThat(canvas.write()).contains(cell + "-coupon");
    town.post(
        "/api/v1/audiences",
        Json.object(
                "name", Json.of("payers"),
                "text", Json.of("did coupon_issued and not journey spring held_out"))
            .write());
    String export =
        town.send("GET", "/api/v1/audiences/payers/export?reveal=true", town.admin(), "").body();
    var events = new ArrayList<String>();
    Matcher member = MEMBER.matcher(export);
    while (member.find()) {
      int person = Integer.parseInt(member.group(1));
      Json found = town.get("/api/v1/profiles?query=c" + person);
      Json whole = town.get("/api/v1/profiles/" + text(found, "items.0.id"));
      if (text(whole, "positions.0.way").contains("\"" + cell + "-send\"")) {
        events.add(
            event(
                "paid" + person,
                "order_paid",
                person,
                "2026-07-02T05:00:00Z",
                "{\"orderId\":\"c%d\",\"amountFen\":5000}".formatted(person)));
      }
    }
    assertThat(events).hasSizeGreaterThan(30);
    town.take(events);
  }
}
