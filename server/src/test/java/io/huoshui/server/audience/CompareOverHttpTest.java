package io.huoshui.server.audience;

import static io.huoshui.server.audience.Town.items;
import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules beside each other, and one taken apart.
class CompareOverHttpTest {
  @TempDir static Path folder;
  private static Town town;

  @BeforeAll
  static void found() throws Exception {
    town = Town.founded(folder);
    town.post("/api/v1/segments", "{\"name\":\"buyers\",\"text\":\"did order_paid\"}");
    town.take(
        List.of(
            town.event("tag_added", Town.phone(0), "{\"tag\":\"vip\"}"),
            town.event("tag_added", Town.phone(0), "{\"tag\":\"aunt\"}"),
            town.event("tag_added", Town.phone(2), "{\"tag\":\"vip\"}"),
            town.event("tag_added", Town.phone(3), "{\"tag\":\"vip\"}"),
            town.event(
                "profile_updated", Town.phone(0), "{\"likes\":[\"tea\",\"milk\"],\"age\":12}"),
            town.event("profile_updated", Town.phone(2), "{\"likes\":\"tea\",\"age\":\"12\"}"),
            town.event("profile_updated", Town.phone(4), "{\"age\":12.5,\"pet\":true}")));
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void anyTwoSegmentsAreCountedTogether() throws Exception {
    List<String> rules =
        List.of("buyers", "has consent sms", "did cart_added", "not did order_paid");
    Json overlap =
        town.post(
            "/api/v1/segments/overlap",
            Json.object("segments", Json.of(rules.stream().map(Json::of).toList())).write());
    List<Json> rows = items(overlap, "rows");
    assertThat(rows).hasSize(4);
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        String one = text(rows.get(i), "text");
        String other = text(rows.get(j), "text");
        long both = town.count("(" + one + ") and (" + other + ")");
        assertThat(text(rows.get(i), "cells." + j + ".people"))
            .as("%s and %s", one, other)
            .isEqualTo(Long.toString(both));
        long count = town.count(one);
        assertThat(text(rows.get(i), "count")).isEqualTo(Long.toString(count));
        assertThat(Double.parseDouble(text(rows.get(i), "cells." + j + ".share")))
            .isEqualTo(count == 0 ? 0 : (double) both / count);
      }
    }
    assertThat(text(rows.getFirst(), "text")).isEqualTo("in segment buyers");
    assertThat(text(rows.getFirst(), "cells.1.people")).isEqualTo("2");
  }

  @Test
  void tooManyOrUnreadableSegmentsAreRefused() throws Exception {
    var eleven = new ArrayList<Json>();
    for (int i = 0; i < 11; i++) {
      eleven.add(Json.of("buyers"));
    }
    Json problem =
        town.refused(
            422,
            "POST",
            "/api/v1/segments/overlap",
            Json.object("segments", Json.of(eleven)).write());
    assertThat(text(problem, "allowed")).isEqualTo("1 to 10");
    town.refused(422, "POST", "/api/v1/segments/overlap", "{}");
    town.refused(422, "POST", "/api/v1/segments/overlap", "{\"segments\":[\"buyrs\"]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          did order_paid       | lifecycle      | just_ordered 6                        | 0
          has identifier phone | rfm            | general_develop 6                     | 6
          did order_paid       | source         | pos 6                                 | 0
          has identifier phone | tag            | vip 3, aunt 1                         | 9
          has identifier phone | channel        | sms 3, wecom 2                        | 9
          did order_paid or has tag vip | trait:city | 上海 4, 杭州 3                  | 0
          has identifier phone | trait:likes    | tea 2, milk 1                         | 10
          has identifier phone | trait:age      | 12 2, 12.5 1                          | 9
          has identifier phone | trait:pet      | true 1                                | 11
          has identifier phone | trait:nothing  |                                       | 12
          did cart_added       | lifecycle      |                                       | 0
          """)
  void everyCellNamesTheRuleOfItsPeople(String rule, String by, String cells, String rest)
      throws Exception {
    Json breakdown =
        town.post(
            "/api/v1/segments/breakdown",
            Json.object("text", Json.of(rule), "by", Json.of(by)).write());
    var found = new ArrayList<String>();
    for (Json cell : items(breakdown, "cells")) {
      found.add(text(cell, "value") + " " + text(cell, "people"));
      assertThat(town.count(text(cell, "text")))
          .as(text(cell, "text"))
          .isEqualTo(Long.parseLong(text(cell, "people")));
    }
    assertThat(String.join(", ", found)).isEqualTo(cells == null ? "" : cells);
    assertThat(text(breakdown, "rest.people")).isEqualTo(rest);
    assertThat(town.count(text(breakdown, "rest.text"))).isEqualTo(Long.parseLong(rest));
    assertThat(town.count(rule)).isEqualTo(Long.parseLong(text(breakdown, "count")));
  }

  @Test
  void onlyFiftyValuesAreShown() throws Exception {
    var events = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      events.add(
          town.event(
              "profile_updated",
              "{\"kind\":\"memberNumber\",\"value\":\"x" + i + "\"}",
              "{\"shoe\":\"s" + i + "\"}"));
    }
    town.take(events);
    Json breakdown =
        town.post(
            "/api/v1/segments/breakdown",
            "{\"text\":\"has identifier memberNumber\",\"by\":\"trait:shoe\"}");
    assertThat(items(breakdown, "cells")).hasSize(50);
    assertThat(text(breakdown, "rest.people")).isEqualTo("11");
    assertThat(town.count(text(breakdown, "rest.text"))).isEqualTo(11);
  }

  @Test
  void whatCanNotBeTakenApartSaysByWhatItCan() throws Exception {
    Json problem =
        town.refused(
            422,
            "POST",
            "/api/v1/segments/breakdown",
            "{\"text\":\"did order_paid\",\"by\":\"age\"}");
    assertThat(text(problem, "allowed")).contains("lifecycle").contains("trait:NAME");
  }
}
