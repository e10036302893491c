package io.huoshui.server.journey;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A journey that lets its audience in by itself, over real HTTP: refused where it can not work,
/// decided at its instants, overridden by hand, and the same after a restart.
class AutopilotOverHttpTest {
  /// Enough for both arms of a first cohort of 200 to say something.
  private static final int CROWD = 1_000;

  private static final Pattern MEMBER = Pattern.compile(",c(\\d+)\\s");

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

  private static String journey(String rest) {
    return ("{'journey':'recall'," + rest + ",'steps':[{'id':'mark','tag':'recalled'}]}")
        .replace('\'', '"');
  }

  private static final String GOAL = "'goal':{'event':'order_paid','within':'2d','exits':false}";

  private static String whole(String autopilot) {
    return journey(
        "'entry':{'audience':'crowd'},'holdOut':30," + GOAL + ",'autopilot':" + autopilot);
  }

  /// People of a list, each known by a member number.
  private void crowd() throws Exception {
    for (int from = 0; from < CROWD; from += 500) {
      var events = new ArrayList<String>();
      for (int i = from; i < from + 500; i++) {
        events.add(event("seen" + i, "checked_in", i, "2026-06-30T20:00:00Z", "{}"));
      }
      town.take(events);
    }
    town.post("/api/v1/audiences", "{\"name\":\"crowd\",\"text\":\"did checked_in\"}");
  }

  private static String event(String id, String name, int person, String time, String properties) {
    return "{\"id\":\"%s\",\"name\":\"%s\",\"time\":\"%s\",\"identifiers\":[{\"kind\":\"memberNumber\",\"value\":\"c%d\"}],\"properties\":%s}"
        .formatted(id, name, time, person, properties);
  }

  private Json autopilot() throws Exception {
    return town.get("/api/v1/journeys/recall/autopilot");
  }

  private static List<String> story(Json view) {
    return Town.items(view, "decisions").stream()
        .map(one -> text(one, "act") + " " + text(one, "why") + " " + text(one, "people"))
        .toList();
  }

  @Test
  void whatItNeedsIsRefusedWithNodeFieldAndCure() throws Exception {
    String autopilot = "'autopilot':{'first':10}";
    String[][] cases = {
      {journey("'entry':{'call':true},'holdOut':20," + GOAL + "," + autopilot), "autopilot_entry"},
      {journey("'entry':{'audience':'crowd'}," + GOAL + "," + autopilot), "autopilot_hold_out"},
      {journey("'entry':{'audience':'crowd'},'holdOut':20," + autopilot), "autopilot_goal"},
      {
        journey(
            "'entry':{'audience':'crowd'},'holdOut':20,'reentry':{'after':'9d'},"
                + GOAL
                + ","
                + autopilot),
        "autopilot_reentry"
      }
    };
    for (String[] one : cases) {
      Json refused = town.refused(422, "POST", "/api/v1/journeys", one[0]);
      assertThat(text(refused, "code")).isEqualTo(one[1]);
      assertThat(text(refused, "allowed")).isNotBlank();
    }
    Json bad = town.refused(400, "POST", "/api/v1/journeys", whole("{'first':10,'confidence':2}"));
    assertThat(bad.write()).contains("autopilot.confidence is 2.0; allowed: 0.5 to 0.999");
    assertThat(text(town.refused(404, "GET", "/api/v1/journeys/recall/autopilot", ""), "code"))
        .isEqualTo("no_autopilot");
  }

  @Test
  void itGrowsWhileItBringsInMoreThanTheLineAndTellsItsStory() throws Exception {
    crowd();
    town.post("/api/v1/journeys", whole("{'first':200,'grow':2,'every':'1d','line':1}"));
    assertThat(text(autopilot(), "state")).isEqualTo("not_launched");
    town.post("/api/v1/journeys/recall/launch", "");
    assertThat(town.count("journey recall entered")).isEqualTo(200);
    assertThat(text(autopilot(), "next")).isEqualTo("2026-07-03T06:15:00Z");

    // Whoever was treated pays 50 yuan and more, whoever was held out nothing.
    town.reach("2026-07-02T06:15:00Z");
    pay("has tag \"recalled\"");
    town.reach("2026-07-03T06:15:00Z");
    Json view = autopilot();
    assertThat(story(view)).containsExactly("release launched 200", "release above_line 400");
    assertThat(text(view, "decisions.1.known.treated.people")).isNotEqualTo("0");
    assertThat(text(view, "decisions.1.zh")).isEqualTo("下限高于线，放大一批");
    assertThat(text(view, "left")).isEqualTo("400");
    assertThat(town.count("journey recall entered")).isEqualTo(600);

    town = town.reopened();
    assertThat(story(autopilot()))
        .containsExactly("release launched 200", "release above_line 400");

    // Somebody lets the rest in, and stops it.
    Json released = town.post("/api/v1/journeys/recall/autopilot", "{\"decision\":\"release\"}");
    assertThat(story(released).getLast()).isEqualTo("release by_hand 400");
    assertThat(text(released, "decisions.2.who")).isEqualTo("admin");
    assertThat(town.count("journey recall entered")).isEqualTo(CROWD);
    assertThat(
            text(
                town.refused(
                    400, "POST", "/api/v1/journeys/recall/autopilot", "{\"decision\":\"release\"}"),
                "detail"))
        .contains("Nobody is left");
    assertThat(
            text(
                town.post("/api/v1/journeys/recall/autopilot", "{\"decision\":\"stop\"}"), "state"))
        .isEqualTo("stopped");
    assertThat(
            text(
                town.post("/api/v1/journeys/recall/autopilot", "{\"decision\":\"resume\"}"),
                "state"))
        .isEqualTo("running");
    town.reach("2026-07-05T06:16:00Z");
    assertThat(text(autopilot(), "state")).isEqualTo("done");
    assertThat(
            text(
                town.refused(
                    422, "POST", "/api/v1/journeys/recall/autopilot", "{\"decision\":\"x\"}"),
                "allowed"))
        .isEqualTo("release, stop, resume");
  }

  /// Everybody of a rule pays, each a little more than the one before.
  private void pay(String rule) throws Exception {
    town.post(
        "/api/v1/audiences", Json.object("name", Json.of("payers"), "text", Json.of(rule)).write());
    String export =
        town.send("GET", "/api/v1/audiences/payers/export?reveal=true", town.admin(), "").body();
    var events = new ArrayList<String>();
    Matcher member = MEMBER.matcher(export);
    while (member.find()) {
      int person = Integer.parseInt(member.group(1));
      events.add(
          event(
              "paid" + person,
              "order_paid",
              person,
              "2026-07-02T06:10:00Z",
              "{\"orderId\":\"c%d\",\"amountFen\":%d}".formatted(person, 5_000 + person)));
    }
    assertThat(events).hasSizeGreaterThan(100);
    town.take(events);
  }

  @Test
  void whilePausedItDecidesNothingAndWithoutKnowingItStopsAndSaysSo() throws Exception {
    crowd();
    town.post("/api/v1/journeys", whole("{'first':50,'every':'1d','looks':2}"));
    town.post("/api/v1/journeys/recall/launch", "");
    town.post("/api/v1/journeys/recall/steering", "{\"to\":\"paused\"}");
    town.reach("2026-07-06T00:00:00Z");
    assertThat(story(autopilot())).containsExactly("release launched 50");
    assertThat(text(autopilot(), "state")).isEqualTo("paused");
    assertThat(text(autopilot(), "next")).isEqualTo("null");
    town.post("/api/v1/journeys/recall/steering", "{\"to\":\"running\"}");
    town.reach("2026-07-06T00:01:00Z");
    town.reach("2026-07-09T00:00:00Z");
    assertThat(story(autopilot()))
        .containsExactly("release launched 50", "wait too_few 0", "stop never_known 0");
    assertThat(text(autopilot(), "decisions.2.at")).isEqualTo("2026-07-07T00:00:00Z");
    assertThat(text(autopilot(), "decisions.2.en"))
        .isEqualTo("it was looked at often enough, and nobody knows");
  }
}
