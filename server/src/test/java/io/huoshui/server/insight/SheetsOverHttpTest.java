package io.huoshui.server.insight;

import static io.huoshui.server.audience.Town.at;
import static io.huoshui.server.audience.Town.items;
import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.insight.sheet.QuestionJson;
import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The classics over HTTP: asked, opened, kept.
class SheetsOverHttpTest {
  private static final String ASK = "/api/v1/insight/sheets";
  @TempDir static Path folder;
  private static Town town;

  @BeforeAll
  static void found() throws Exception {
    town = Town.founded(folder);
    town.post("/api/v1/segments", "{\"name\":\"shanghai\",\"text\":\"has city = \\\"上海\\\"\"}");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  static java.util.List<String> kinds() {
    return QuestionJson.KINDS;
  }

  private static final Map<String, String> NEEDED =
      Map.of(
          "funnel", ",'steps':['contact_added','order_paid']",
          "path", ",'from':'order_paid'",
          "layers", ",'heroSku':'x'");

  /// Each kind answers by its defaults, and each cell opens as many people as it says.
  @ParameterizedTest
  @MethodSource("kinds")
  void everyCellIsADoor(String kind) throws Exception {
    String question = "{'question':{'kind':'" + kind + "'" + NEEDED.getOrDefault(kind, "") + "}";
    Json answer = town.post(ASK, json(question + "}"));
    assertThat(text(answer, "parts.0.sheet.kind")).isEqualTo(kind);
    for (Json cell : items(answer, "parts.0.sheet.cells")) {
      Json opened =
          town.post(
              ASK + "/open",
              json(question)
                  + Json.object("cell", cell(text(cell, "row"), text(cell, "column")))
                      .write()
                      .replaceFirst("\\{", ","));
      assertThat(text(opened, "count")).as("%s", cell.write()).isEqualTo(text(cell, "people"));
    }
  }

  private static Json cell(String row, String column) {
    return Json.object("row", Json.of(row), "column", Json.of(column));
  }

  /// Six people ordered on one day: three of Shanghai.
  @Test
  void whoIsAskedAndToldApart() throws Exception {
    String question = "'question':{'kind':'new_old','grain':'month'}";
    Json all = town.post(ASK, json("{" + question + "}"));
    assertThat(text(all, "parts.0.sheet.cells.0.people")).isEqualTo("6");
    assertThat(text(all, "parts.0.sheet.cells.0.row")).isEqualTo("2026-06");
    Json some = town.post(ASK, json("{" + question + ",'who':{'segment':'shanghai'}}"));
    assertThat(text(some, "parts.0.sheet.cells.0.people")).isEqualTo("3");
    assertThat(text(some, "parts.0.people")).isEqualTo("6");
    Json byCity = town.post(ASK, json("{" + question + ",'by':{'trait':'city'}}"));
    assertThat(items(byCity, "parts").stream().map(part -> text(part, "group")))
        .containsExactlyInAnyOrder("上海", "杭州", "?");
    Json beside = town.post(ASK, json("{" + question + ",'segments':['shanghai']}"));
    assertThat(text(beside, "parts.0.group")).isEqualTo("shanghai");
    assertThat(text(beside, "parts.0.sheet.cells.0.people")).isEqualTo("3");
    assertThat(town.send("POST", ASK + "/csv", town.admin(), json("{" + question + "}")).body())
        .startsWith("part,row,column,people,orders,sales,peopleShare,salesShare,perHead,complete")
        .contains("2026-06,new,6,6,630,1,1,105,true");
  }

  @Test
  void aCellBecomesAnAudience() throws Exception {
    Json opened =
        town.post(
            ASK + "/open",
            json(
                "{'question':{'kind':'funnel','steps':['contact_added','order_paid']},"
                    + "'cell':{'row':'1','column':'stopped'},'name':'added_only'}"));
    assertThat(text(opened, "audience.name")).isEqualTo("added_only");
    assertThat(text(opened, "audience.count")).isEqualTo(text(opened, "count"));
    assertThat(items(opened, "sample")).hasSize(Integer.parseInt(text(opened, "count")));
    assertThat(text(town.get("/api/v1/audiences/added_only"), "text"))
        .isEqualTo("funnel: 1 / stopped");
    town.refused(
        400,
        "POST",
        ASK + "/open",
        json(
            "{'question':{'kind':'new_old'},'cell':{'row':'2026-06','column':'new'},"
                + "'name':'Not A Name'}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "422 | {} | question",
        "400 | {'question':{'kind':'kohort'}} | question.kind",
        "400 | {'question':{'kind':'cohort','grain':'eon'}} | question.grain",
        "400 | {'question':{'kind':'cohort'},'by':{'city':true}} | by",
        "422 | {'question':{'kind':'cohort'},'segments':['shangai']} | segments[0]",
      })
  void whatCanNotBeAskedIsRefusedWithItsPlace(int status, String body, String where)
      throws Exception {
    Json problem = town.refused(status, "POST", ASK, json(body));
    assertThat(text(problem, "field")).isEqualTo(where);
    assertThat(text(problem, "allowed")).isNotBlank();
  }

  @Test
  void aCellHasToBeNamed() throws Exception {
    Json problem =
        town.refused(422, "POST", ASK + "/open", json("{'question':{'kind':'new_old'}}"));
    assertThat(text(problem, "code")).isEqualTo("bad_cell");
    assertThat(at(problem, "field")).isEqualTo(Json.of("cell"));
  }
}
