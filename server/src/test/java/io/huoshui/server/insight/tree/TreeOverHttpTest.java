package io.huoshui.server.insight.tree;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Metric trees over real HTTP: the shipped ones computed over events and uploaded numbers, one's
/// own put in force, and what can not be computed refused.
class TreeOverHttpTest {
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

  /// Ten guides, two cards, packages as many in May as in June; of card B three guides lost theirs.
  private void lived() throws Exception {
    var events = new ArrayList<String>();
    var rows = new ArrayList<String>();
    for (int month = 5; month <= 6; month++) {
      for (String card : List.of("A", "B")) {
        for (int guide = 0; guide < 10; guide++) {
          rows.add(
              "{\"metric\":\"packages\",\"day\":\"2026-0%d-01\",\"slice\":{\"card\":\"%s\",\"guide\":\"g%d\"},\"value\":8}"
                  .formatted(month, card, guide));
          int scans = month == 6 && card.equals("B") && guide < 3 ? 1 : 4;
          for (int i = 0; i < scans; i++) {
            String who = "m-%d-%s-%d-%d".formatted(month, card, guide, i);
            events.add(
                event(
                    "card_scanned",
                    who,
                    "2026-0%d-1%dT09:00:00Z".formatted(month, i),
                    "{\"card\":\"%s\",\"guide\":\"g%d\"}".formatted(card, guide)));
            if (i == 0) {
              events.add(
                  event(
                      "order_paid",
                      who,
                      "2026-0%d-20T09:00:00Z".formatted(month),
                      "{\"orderId\":\"%s\",\"amountFen\":6000,\"guide\":\"g%d\"}"
                          .formatted(who, guide)));
            }
          }
        }
      }
    }
    town.take(events);
    Json told =
        Town.ok(
            town.send(
                "PUT",
                "/api/v1/insight/metrics/numbers",
                town.admin(),
                "{\"rows\":[" + String.join(",", rows) + "]}"));
    assertThat(text(told, "rows")).isEqualTo("40");
  }

  private int next;

  private String event(String name, String member, String time, String properties) {
    return "{\"id\":\"t%d\",\"name\":\"%s\",\"time\":\"%s\",\"identifiers\":[{\"kind\":\"memberNumber\",\"value\":\"%s\"}],\"properties\":%s}"
        .formatted(next++, name, time, member, properties);
  }

  private static double number(Json json, String path) {
    return Double.parseDouble(text(json, path));
  }

  @Test
  void aShippedTreeIsComputedAndDrilled() throws Exception {
    lived();
    Json tree =
        town.post("/api/v1/insight/tree", "{\"tree\":\"new_customer_sales\",\"days\":\"2026-06\"}");
    assertThat(text(tree, "base")).isEqualTo("2026-05");
    assertThat(text(tree, "unfinished")).isEqualTo("false");
    Json root = Town.at(tree, "root");
    assertThat(text(root, "name")).isEqualTo("new_customer_sales");
    // 20 first orders of 60 yuan, and those of the town: 6 in June.
    assertThat(number(root, "before")).isCloseTo(120_000, within(1e-6));
    Json orders = Town.at(root, "parts.0");
    assertThat(text(orders, "name")).isEqualTo("new_customer_orders");
    Json friends = Town.at(orders, "parts.0");
    assertThat(number(friends, "now")).isCloseTo(71, within(1e-9));
    assertThat(number(friends, "before")).isCloseTo(80, within(1e-9));
    assertThat(text(friends, "sample")).isEqualTo("20");
    double sum = 0;
    for (Json part : Town.items(root, "parts")) {
      sum += number(part, "ofParent");
    }
    assertThat(sum).isCloseTo(number(root, "change"), within(1e-6));

    Json drilled =
        town.post("/api/v1/insight/tree", "{\"metric\":\"new_friends\",\"days\":\"2026-06\"}");
    assertThat(text(drilled, "drill.en"))
        .isEqualTo(
            "new friends −11.3 % (80 → 71): scan rate of card B fell from 50.0 % to 38.8 % and"
                + " explains 100 % of it; 2 of 10 guides explain 67 % of that (g0, g1).");
    assertThat(text(drilled, "drill.zh"))
        .startsWith("新增好友 −11.3 %(80 → 71):包裹卡 B的扫码率从 50.0 % 降到 38.8 %");

    Json broken =
        town.post(
            "/api/v1/insight/tree/breakdown",
            "{\"metric\":\"scan_rate\",\"days\":\"2026-06\",\"by\":[\"guide\"],\"slice\":{\"card\":\"B\"}}");
    assertThat(text(broken, "method")).isEqualTo("rate_and_mix");
    assertThat(text(broken, "members.0.member")).isEqualTo("g0");
    assertThat(number(broken, "members.0.now")).isEqualTo(0.125);
    assertThat(Town.items(broken, "members")).hasSize(10);

    Json team =
        town.post(
            "/api/v1/insight/tree",
            "{\"metric\":\"new_friends\",\"days\":\"2026-06\",\"compare\":\"team_average\",\"slice\":{\"guide\":\"g0\"}}");
    assertThat(number(team, "root.now")).isEqualTo(5);
    assertThat(number(team, "root.before")).isCloseTo(7.1, within(1e-9));

    // Half of July is not over, and nobody told how many packages it had.
    Json july =
        town.post("/api/v1/insight/tree", "{\"metric\":\"scan_rate\",\"days\":\"2026-07-H1\"}");
    assertThat(text(july, "unfinished")).isEqualTo("true");
    assertThat(text(july, "root.now")).isEqualTo("null");
    assertThat(text(july, "root.note.code")).isEqualTo("part_without_base");
    assertThat(text(july, "drill.end")).isEqualTo("no_base");

    Json forgotten =
        Town.ok(
            town.send(
                "DELETE",
                "/api/v1/insight/metrics/numbers/packages?days=2026-05",
                town.admin(),
                ""));
    assertThat(text(forgotten, "rows")).isEqualTo("20");

    town = town.reopened();
    assertThat(
            text(
                town.post(
                    "/api/v1/insight/tree",
                    "{\"metric\":\"scan_rate\",\"days\":\"2026-06\",\"drill\":false}"),
                "root.parts.1.now"))
        .isEqualTo("160.0");
  }

  @Test
  void aNodeOpensThePeopleWhoAreCountedInIt() throws Exception {
    lived();
    Json tree =
        town.post(
            "/api/v1/insight/tree",
            "{\"metric\":\"scan_rate\",\"days\":\"2026-06\",\"slice\":{\"card\":\"B\"}}");
    Json scans = Town.at(tree, "root.parts.0");
    assertThat(text(scans, "name")).isEqualTo("card_scans");
    assertThat(text(scans, "opens")).isEqualTo("true");
    assertThat(text(tree, "root.parts.1.opens")).isEqualTo("false");
    String cell = "\"days\":\"2026-06\",\"slice\":{\"card\":\"B\"}";
    Json opened =
        town.post("/api/v1/insight/tree/open", "{\"metric\":\"card_scans\"," + cell + "}");
    assertThat(number(opened, "count")).isEqualTo(number(scans, "now")).isEqualTo(31);
    assertThat(text(opened, "leaves")).isEqualTo("[\"card_scans\"]");
    assertThat(text(opened, "audience")).isEqualTo("null");
    assertThat(Town.items(opened, "sample")).hasSize(10);

    // A formula opens whoever is counted beneath it: scans of card B, and nobody of the packages.
    Json kept =
        town.post(
            "/api/v1/insight/tree/open",
            "{\"metric\":\"scan_rate\",\"name\":\"card_b\"," + cell + "}");
    assertThat(text(kept, "count")).isEqualTo("31");
    assertThat(text(kept, "audience.name")).isEqualTo("card_b");
    assertThat(text(town.get("/api/v1/audiences/card_b"), "text"))
        .isEqualTo("scan_rate: 2026-06 {card=B}");
    // 71 who scanned, and those of the town who bought in June for the first time.
    assertThat(
            text(
                town.post(
                    "/api/v1/insight/tree/open",
                    "{\"metric\":\"new_customer_sales\",\"days\":\"2026-06\"}"),
                "count"))
        .isEqualTo("77");

    Json nobody =
        town.refused(
            422,
            "POST",
            "/api/v1/insight/tree/open",
            "{\"metric\":\"packages\",\"days\":\"2026-06\"}");
    assertThat(text(nobody, "code")).isEqualTo("nobody_behind");
    assertThat(text(nobody, "allowed")).contains("card_scans").doesNotContain("packages");
    assertThat(
            text(
                town.refused(400, "POST", "/api/v1/insight/tree/open", "{\"metric\":\"packges\"}"),
                "allowed"))
        .contains("packages");
  }

  @Test
  void aSetOfOnesOwnIsPutInForceAndABadOneRefusedWithEverything() throws Exception {
    assertThat(text(town.get("/api/v1/insight/metrics"), "version")).isEqualTo("0");
    String own =
        """
        metrics:
          - {name: orders, zh: 订单, en: orders, count: order_paid, slices: {from: $source}}
          - {name: paid, sum: {events: order_paid, property: amountFen}, unit: fen,
             targets: [{each: month, value: 1000}]}
          - {name: basket, formula: paid ÷ orders, unit: fen, owner: ada}
        dimensions: [{name: from, zh: 来自, en: from}]
        trees: [{name: baskets, root: basket}]
        """;
    Json put = Town.ok(town.send("PUT", "/api/v1/insight/metrics", town.admin(), own));
    assertThat(text(put, "version")).isEqualTo("1");
    assertThat(text(put, "metrics.2.formula")).isEqualTo("paid ÷ orders");
    assertThat(text(put, "metrics.0.slices")).isEqualTo("[\"from\"]");
    assertThat(text(put, "written")).isEqualTo(own);
    Json tree = town.post("/api/v1/insight/tree", "{\"tree\":\"baskets\",\"days\":\"2026-06\"}");
    // Six orders of 100, 102 … 110 fen.
    assertThat(number(tree, "root.now")).isEqualTo(105);
    assertThat(text(tree, "root.before")).isEqualTo("null");
    assertThat(text(tree, "root.note.code")).isEqualTo("divided_by_zero");
    Json target =
        town.post(
            "/api/v1/insight/tree",
            "{\"metric\":\"paid\",\"days\":\"2026-06\",\"compare\":\"target\"}");
    assertThat(number(target, "root.change")).isEqualTo(-370);

    String bad =
        """
        metrics:
          - {name: a, formula: b + 1}
          - {name: b, formula: a × ordrs}
          - {name: orders, count: order_paid}
        """;
    Json refused =
        Json.parse(town.send("PUT", "/api/v1/insight/metrics", town.admin(), bad).body());
    assertThat(text(refused, "code")).isEqualTo("unknown_name");
    assertThat(text(refused, "near.0")).isEqualTo("orders");
    assertThat(text(refused, "detail")).contains("ordrs").contains("a → b → a");
    Json findings = town.post("/api/v1/insight/metrics/review", bad);
    assertThat(Town.items(findings, "")).hasSize(2);
    assertThat(text(town.get("/api/v1/insight/metrics"), "version")).isEqualTo("1");

    assertThat(
            text(
                town.refused(400, "POST", "/api/v1/insight/tree", "{\"metric\":\"baskt\"}"),
                "allowed"))
        .contains("basket");
    assertThat(
            text(
                town.refused(404, "POST", "/api/v1/insight/tree", "{\"tree\":\"gmv\"}"), "allowed"))
        .isEqualTo("baskets");
    assertThat(
            text(
                town.refused(
                    422, "POST", "/api/v1/insight/tree", "{\"metric\":\"paid\",\"days\":\"July\"}"),
                "allowed"))
        .contains("2026-07-H1");
    assertThat(
            text(
                town.refused(
                    422,
                    "POST",
                    "/api/v1/insight/tree",
                    "{\"metric\":\"paid\",\"compare\":\"best\"}"),
                "allowed"))
        .contains("team_average");
    assertThat(
            text(
                town.refused(
                    422,
                    "PUT",
                    "/api/v1/insight/metrics/numbers",
                    "{\"rows\":[{\"metric\":\"orders\",\"day\":\"2026-06-01\",\"value\":1}]}"),
                "field"))
        .isEqualTo("rows[0].metric");
  }
}
