package io.huoshui.server.insight;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A split read as an experiment, the planner, and attribution, over real HTTP.
class ExperimentsOverHttpTest {
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
      events.add(paid("old" + i, i, "2026-06-10T08:00:00Z", 1_000 * (i % 10)));
    }
    town.take(events);
    town.post("/api/v1/audiences", "{\"name\":\"crowd\",\"text\":\"did checked_in\"}");
  }

  @AfterEach
  void stop() {
    town.close();
  }

  private static String event(String id, String name, int person, String time, String properties) {
    return "{\"id\":\"%s\",\"name\":\"%s\",\"time\":\"%s\",\"identifiers\":[{\"kind\":\"memberNumber\",\"value\":\"c%d\"}],\"properties\":%s}"
        .formatted(id, name, time, person, properties);
  }

  private static String paid(String id, int person, String time, int fen) {
    return event(
        id, "order_paid", person, time, "{\"orderId\":\"%s\",\"amountFen\":%d}".formatted(id, fen));
  }

  private Set<Integer> members(String name, String rule) throws Exception {
    town.post(
        "/api/v1/audiences", Json.object("name", Json.of(name), "text", Json.of(rule)).write());
    String export =
        town.send("GET", "/api/v1/audiences/" + name + "/export?reveal=true", town.admin(), "")
            .body();
    var members = new HashSet<Integer>();
    Matcher member = MEMBER.matcher(export);
    while (member.find()) {
      members.add(Integer.parseInt(member.group(1)));
    }
    return members;
  }

  private long opened(String what, String body) throws Exception {
    return Long.parseLong(text(town.post("/api/v1/insight/" + what + "/open", body), "count"));
  }

  private static double number(Json json, String path) {
    return Double.parseDouble(text(json, path));
  }

  @Test
  void anArmThatSellsIsFoundAgainstTheHoldOut() throws Exception {
    town.post(
        "/api/v1/journeys",
        """
        {"journey":"spring","title":"春","entry":{"audience":"crowd"},"holdOut":20,
         "goal":{"event":"order_paid","within":"1d","exits":false},
         "steps":[
          {"id":"half","split":[{"name":"a","percent":50,"next":"warm"},{"name":"b","percent":50,"next":"cool"}]},
          {"id":"warm","tag":"warm","next":"end"},
          {"id":"cool","tag":"cool","next":"end"}]}
        """);
    town.post("/api/v1/journeys/spring/launch", "");
    town.reach("2026-07-01T12:00:00Z");
    Json early = town.get("/api/v1/insight/experiments/spring");
    assertThat(text(early, "verdict.code")).isEqualTo("too_small");
    assertThat(
            number(early, "early.a") + number(early, "early.b") + number(early, "early.hold_out"))
        .isEqualTo(CROWD);
    assertThat(opened("experiments/spring", "{\"variant\":\"a\",\"early\":true}"))
        .isEqualTo(Math.round(number(early, "early.a")));
    assertThat(opened("experiments/spring", "{\"variant\":\"a\"}")).isZero();

    // Everybody pays as before; whoever is in arm a 60 yuan more.
    Set<Integer> warm = members("warm", "has tag \"warm\"");
    var events = new ArrayList<String>();
    for (int i = 0; i < CROWD; i++) {
      int fen = 1_000 * (i % 10) + i % 7 + (warm.contains(i) ? 6_000 : 0);
      events.add(paid("new" + i, i, "2026-07-01T11:00:00Z", fen));
    }
    town.take(events);
    town.reach("2026-07-02T07:00:00Z");

    Json found = town.get("/api/v1/insight/experiments/spring");
    assertThat(text(found, "step")).isEqualTo("half");
    assertThat(text(found, "control")).isEqualTo("hold_out");
    assertThat(text(found, "look")).isEqualTo("any");
    assertThat(
            Town.items(found, "variants").stream()
                .map(one -> text(one, "variant") + " " + text(one, "planned")))
        .containsExactly("hold_out 0.2", "a 0.4", "b 0.4");
    assertThat(Town.items(found, "variants").stream().mapToDouble(one -> number(one, "n")).sum())
        .isEqualTo(CROWD);
    assertThat(number(found, "variants.1.n")).isEqualTo(warm.size());
    assertThat(text(found, "srm.alarm")).isEqualTo("false");
    assertThat(text(found, "verdict.code") + " " + text(found, "verdict.variant"))
        .isEqualTo("winner a");
    // What they paid before foretells all but the 60 yuan.
    assertThat(number(found, "metrics.0.variants.1.difference")).isCloseTo(6_000, within(5.0));
    assertThat(number(found, "metrics.0.variants.1.varianceReduction")).isGreaterThan(0.99);
    assertThat(text(found, "metrics.0.variants.2.sequential.verdict")).isEqualTo("undecided");
    assertThat(text(found, "metrics.1.metric")).isEqualTo("converted");
    assertThat(number(found, "metrics.1.variants.0.mean")).isEqualTo(1);

    // Every number of people opens them, and they are those the journey sent this way.
    long n = Math.round(number(found, "variants.1.n"));
    assertThat(opened("experiments/spring", "{\"variant\":\"a\",\"name\":\"arm_a\"}")).isEqualTo(n);
    assertThat(members("really_a", "in audience arm_a")).isEqualTo(warm);
    assertThat(opened("experiments/spring", "{\"variant\":\"a\",\"converted\":true}")).isEqualTo(n);
    assertThat(opened("experiments/spring", "{\"variant\":\"a\",\"converted\":false}")).isZero();
    assertThat(opened("experiments/spring", "{\"variant\":\"a\",\"early\":true}")).isZero();
    assertThat(opened("experiments/spring", "{\"step\":\"half\",\"variant\":\"hold_out\"}"))
        .isEqualTo(Math.round(number(found, "variants.0.n")));
    assertThat(
            text(
                town.refused(
                    422, "POST", "/api/v1/insight/experiments/spring/open", "{\"variant\":\"c\"}"),
                "allowed"))
        .isEqualTo("hold_out, a, b");

    assertThat(
            text(
                town.get("/api/v1/insight/experiments/spring?metric=conversion&before=7d"),
                "metrics.0.metric"))
        .isEqualTo("converted");
    Json refused = town.refused(422, "GET", "/api/v1/insight/experiments/spring?step=third", "");
    assertThat(text(refused, "allowed")).isEqualTo("half");
    assertThat(
            text(
                town.refused(422, "GET", "/api/v1/insight/experiments/spring?within=soon", ""),
                "field"))
        .isEqualTo("within");
    assertThat(text(town.refused(404, "GET", "/api/v1/insight/experiments/autumn", ""), "code"))
        .isEqualTo("unknown_journey");

    Json attribution = town.get("/api/v1/insight/attribution?from=2026-07-01&to=2026-07-02");
    assertThat(text(attribution, "incremental.journeys.0.journey")).isEqualTo("spring");
    assertThat(number(attribution, "incremental.lowFen"))
        .isLessThan(number(attribution, "incremental.estimateFen"));
    assertThat(text(attribution, "incremental.roi")).isEqualTo("null");
  }

  @Test
  void aPlanSaysHowManyAndHowLong() throws Exception {
    Json plan =
        town.get("/api/v1/insight/experiments/plan?rate=0.1&effect=0.02&shares=1,1&daily=500");
    assertThat(text(plan, "each")).isEqualTo("[3839,3839]");
    assertThat(text(plan, "days") + " " + text(plan, "weeks")).isEqualTo("16 3");
    assertThat(
            text(town.get("/api/v1/insight/experiments/plan?mean=10&deviation=2&lift=0.1"), "each"))
        .isEqualTo("[64,64]");
    assertThat(number(town.get("/api/v1/insight/experiments/plan?rate=0.1&people=7678"), "effect"))
        .isCloseTo(0.02, within(1e-4));
    for (String query :
        List.of(
            "lift=0.1", "rate=0.1", "rate=0.1&lift=0.1&people=10", "rate=0.1&lift=1&shares=a")) {
      Json refused = town.refused(422, "GET", "/api/v1/insight/experiments/plan?" + query, "");
      assertThat(text(refused, "allowed")).isNotBlank();
    }
    assertThat(
            text(
                town.refused(422, "GET", "/api/v1/insight/experiments/plan?rate=2&lift=0.1", ""),
                "detail"))
        .contains("not between 0 and 1");
  }

  private static String credit(String time, String channel, String model) {
    return "{%s,\"cell\":{\"channel\":\"%s\",\"model\":\"%s\"}}".formatted(time, channel, model);
  }

  @Test
  void creditIsGivenToWhatCameBefore() throws Exception {
    var events = new ArrayList<String>();
    for (int i = 0; i < 10; i++) {
      events.add(
          event("live" + i, "live_joined", i, "2026-06-30T08:00:00Z", "{\"channel\":\"live\"}"));
      events.add(
          event(
              "card" + i, "card_scanned", i, "2026-06-30T09:00:00Z", "{\"channel\":\"package\"}"));
      events.add(paid("then" + i, i, "2026-06-30T10:00:00Z", 1_001));
    }
    // Touched, and paid long after.
    events.add(event("late", "card_scanned", 20, "2026-05-01T09:00:00Z", "{}"));
    town.take(events);

    Json table =
        town.get(
            "/api/v1/insight/attribution?from=2026-06-30&to=2026-06-30&lookback=7d&halfLife=1d");
    assertThat(
            Town.items(table, "channels").stream()
                .map(
                    one ->
                        text(one, "channel")
                            + " "
                            + text(one, "people")
                            + " "
                            + text(one, "converters")
                            + " "
                            + text(one, "models.linear.amountFen")
                            + " "
                            + text(one, "models.last.conversions")))
        .containsExactly("live 10 10 5010 0.0", "package 10 10 5000 10.0");
    String time =
        "\"from\":\"2026-06-30\",\"to\":\"2026-06-30\",\"lookback\":\"7d\",\"halfLife\":\"1d\"";
    for (Json channel : Town.items(table, "channels")) {
      for (String people : List.of("touched", "converted")) {
        assertThat(
                opened(
                    "attribution",
                    "{%s,\"cell\":{\"channel\":\"%s\",\"people\":\"%s\"}}"
                        .formatted(time, text(channel, "channel"), people)))
            .isEqualTo(
                Long.parseLong(text(channel, people.equals("touched") ? "people" : "converters")));
      }
    }
    // Nobody's last touch was the stream, everybody's first was; who came of their own accord
    // bought
    // once each.
    assertThat(opened("attribution", credit(time, "live", "last"))).isZero();
    assertThat(opened("attribution", credit(time, "package", "last"))).isEqualTo(10);
    assertThat(opened("attribution", credit(time, "live", "first"))).isEqualTo(10);
    assertThat(opened("attribution", credit(time, "live", "markov"))).isEqualTo(10);
    Json untouched =
        town.post(
            "/api/v1/insight/attribution/open",
            "{" + time + ",\"cell\":{\"untouched\":true},\"name\":\"by_themselves\"}");
    assertThat(text(untouched, "count")).isEqualTo(text(table, "untouched.conversions"));
    assertThat(text(untouched, "audience.count")).isEqualTo(text(untouched, "count"));
    assertThat(text(untouched, "audience.text")).isEqualTo("attribution: untouched");
    // One who was touched, and bought nothing since.
    assertThat(
            opened(
                "attribution",
                "{\"from\":\"2026-05-01\",\"to\":\"2026-05-02\",\"by\":\"event\",\"cell\":{\"channel\":\"card_scanned\"}}"))
        .isEqualTo(1);
    assertThat(
            opened(
                "attribution",
                "{\"from\":\"2026-05-01\",\"to\":\"2026-05-02\",\"by\":\"event\",\"cell\":{\"channel\":\"card_scanned\",\"people\":\"converted\"}}"))
        .isZero();
    assertThat(
            text(
                town.refused(
                    422,
                    "POST",
                    "/api/v1/insight/attribution/open",
                    credit(time, "live", "newest")),
                "field"))
        .isEqualTo("cell.model");

    // The town's own orders of that day had no touch.
    assertThat(number(table, "conversions") - number(table, "untouched.conversions")).isEqualTo(10);
    assertThat(text(table, "incremental.estimateFen")).isEqualTo("null");
    assertThat(text(table, "incremental.journeys")).isEqualTo("[]");
    assertThat(
            Town.items(
                    town.get("/api/v1/insight/attribution?from=2026-06-30&to=2026-06-30&by=event"),
                    "channels")
                .stream()
                .map(one -> text(one, "channel")))
        .containsExactly("card_scanned", "live_joined");
    // Before the orders nothing was paid, and touches led to nothing.
    assertThat(
            text(
                town.get("/api/v1/insight/attribution?from=2026-05-01&to=2026-05-02"),
                "channels.0.models.markov.conversions"))
        .isEqualTo("0.0");
    assertThat(text(town.refused(422, "GET", "/api/v1/insight/attribution?by=mood", ""), "allowed"))
        .isEqualTo("channel, source, event");
    assertThat(
            text(
                town.refused(
                    422, "GET", "/api/v1/insight/attribution?from=2026-06-30&to=2026-06-01", ""),
                "field"))
        .isEqualTo("to");
  }
}
