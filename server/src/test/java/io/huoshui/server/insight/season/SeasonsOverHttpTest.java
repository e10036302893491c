package io.huoshui.server.insight.season;

import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import io.huoshui.server.insight.report.ReportFont;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.text.PDFTextStripper;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Seasons, their boards and reviews, value and the boss sheet, over real HTTP.
///
/// ```
/// 2025  06-17  person 0: 500, person 2: 700      06-18 09:00Z  person 0: 300
/// 2026  06-30  persons 0 2 4 6 8 10: 100 … 110 (the town); friends 2 3 4; 0 bought A, 2 bought A and B
/// now   2026-07-01 12:00 in Kathmandu, the second day of the season
/// ```
class SeasonsOverHttpTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path folder;
  private Town town;
  private int next;

  @BeforeEach
  void found() throws Exception {
    town = Town.founded(folder);
  }

  @AfterEach
  void stop() {
    town.close();
  }

  private String event(int person, String name, String time, String properties) {
    return "{\"id\":\"s%d\",\"name\":\"%s\",\"time\":\"%s\",\"identifiers\":[%s],\"properties\":%s}"
        .formatted(next++, name, time, Town.phone(person), properties);
  }

  private String paid(int person, String time, int fen) {
    return event(
        person, "order_paid", time, "{\"orderId\":\"x%d\",\"amountFen\":%d}".formatted(next, fen));
  }

  private String bought(int person, String sku) {
    return event(
        person,
        "product_purchased",
        "2026-06-30T09:00:00Z",
        "{\"orderId\":\"o%d\",\"sku\":\"%s\"}".formatted(person, sku));
  }

  private void history() throws Exception {
    town.take(
        List.of(
            paid(0, "2025-06-17T05:00:00Z", 500),
            paid(2, "2025-06-17T05:00:00Z", 700),
            paid(0, "2025-06-18T09:00:00Z", 300),
            bought(0, "A"),
            bought(2, "A"),
            bought(2, "B")));
  }

  private static final String LAST =
      "{\"season\":\"618-2025\",\"title\":\"去年大促\",\"during\":{\"from\":\"2025-06-17\",\"to\":\"2025-06-18\"}}";
  private static final String NOW =
      """
      {"season":"618-2026","title":"年中大促",
       "before":{"from":"2026-06-20","to":"2026-06-29"},
       "during":{"from":"2026-06-30","to":"2026-07-01"},
       "targets":{"sales":10000,"newFriends":3,"repurchase":0.5},
       "heroSku":"A","comparedWith":"618-2025"}
      """;

  private Json put(String path, String body) throws Exception {
    return Town.ok(town.send("PUT", path, town.admin(), body));
  }

  private HttpResponse<byte[]> download(String path, String language) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + town.server().port() + path))
            .header("Authorization", "Bearer " + town.admin())
            .header("Accept-Language", language)
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void aSeasonIsWrittenWatchedClosedAndStaysWhatItWas() throws Exception {
    history();
    Json refused = town.refused(422, "PUT", "/api/v1/seasons/618-2026", NOW);
    assertThat(text(refused, "field")).isEqualTo("comparedWith");
    put("/api/v1/seasons/618-2025", LAST);
    put("/api/v1/seasons/618-2026", NOW);
    assertThat(
            text(
                town.refused(
                    422,
                    "PUT",
                    "/api/v1/seasons/618-2026",
                    NOW.replace("\"heroSku\"", "\"journeys\":[\"none\"],\"heroSku\"")),
                "value"))
        .isEqualTo("none");
    assertThat(text(town.refused(400, "PUT", "/api/v1/seasons/other", NOW), "code"))
        .isEqualTo("bad_season");
    assertThat(text(town.refused(409, "DELETE", "/api/v1/seasons/618-2025", ""), "code"))
        .isEqualTo("in_use");

    Json calendar = town.get("/api/v1/seasons");
    assertThat(text(calendar, "seasons.0.state")).isEqualTo("over");
    assertThat(text(calendar, "seasons.1.state")).isEqualTo("underWay");
    assertThat(text(calendar, "seasons.1.stage")).isEqualTo("during");
    assertThat(text(calendar, "seasons.1.day")).isEqualTo("2");

    Json board = town.get("/api/v1/seasons/618-2026/board");
    assertThat(text(board, "figures.salesFen")).isEqualTo("630");
    assertThat(text(board, "figures.buyers")).isEqualTo("6");
    assertThat(text(board, "figures.newBuyers")).isEqualTo("4");
    assertThat(text(board, "figures.newFriends")).isEqualTo("3");
    assertThat(text(board, "last.comparable")).isEqualTo("2025-06-18T06:15:00Z");
    assertThat(text(board, "last.then.salesFen")).isEqualTo("1200");
    assertThat(text(board, "last.end.salesFen")).isEqualTo("1500");
    assertThat(
            Town.items(board, "targets").stream()
                .map(one -> text(one, "metric") + " " + text(one, "verdict")))
        .containsExactly("sales behind", "newFriends reached", "repurchase behind");
    assertThat(new BigDecimal(text(board, "targets.0.expected"))).isEqualByComparingTo("8000");
    assertThat(text(board, "items.0.sku")).isEqualTo("A");
    assertThat(text(town.refused(409, "POST", "/api/v1/seasons/618-2026/close", ""), "code"))
        .isEqualTo("season_not_over");

    town.reach("2026-07-03T00:00:00Z");
    Json closed = town.post("/api/v1/seasons/618-2026/close", "");
    byte[] before = download("/api/v1/seasons/618-2026/report.html", "zh-CN").body();
    // An order of that time that comes late: the board knows it, the review stays.
    town.take(List.of(paid(4, "2026-06-30T10:00:00Z", 7_000)));
    assertThat(text(town.get("/api/v1/seasons/618-2026/board"), "figures.salesFen"))
        .isEqualTo("7630");
    assertThat(download("/api/v1/seasons/618-2026/report.html", "zh-CN").body()).isEqualTo(before);
    assertThat(town.post("/api/v1/seasons/618-2026/close", "")).isEqualTo(closed);
    assertThat(text(town.refused(409, "PUT", "/api/v1/seasons/618-2026", NOW), "code"))
        .isEqualTo("season_closed");
    assertThat(new String(before, StandardCharsets.UTF_8))
        .contains("年中大促 · 复盘报告")
        .contains("3 项目标,达成 1 项")
        .contains("¥6.30")
        .contains("lang=\"zh-CN\"");
    assertThat(
            new String(
                download("/api/v1/seasons/618-2026/report.html?lang=en", "zh-CN").body(),
                StandardCharsets.UTF_8))
        .contains("1 of 3 targets reached.");

    // Every row that counts people opens them.
    Json report = town.get("/api/v1/seasons/618-2026/report");
    int doors = 0;
    for (Json part : Town.items(report, "parts")) {
      if (part instanceof Json.Obj table && table.get("table") != null) {
        for (Json row : Town.items(part, "rows")) {
          String rule = text(row, "people");
          if (!rule.isEmpty()) {
            town.count(rule);
            doors++;
          }
        }
      }
    }
    assertThat(doors).isGreaterThan(15);

    town = town.reopened();
    assertThat(download("/api/v1/seasons/618-2026/report.html", "zh-CN").body()).isEqualTo(before);
  }

  @Test
  void aReportIsReadBackFromItsFiles() throws Exception {
    history();
    put("/api/v1/seasons/618-2025", LAST);
    put("/api/v1/seasons/618-2026", NOW);
    HttpResponse<byte[]> book = download("/api/v1/seasons/618-2026/report.xlsx", "zh-CN");
    assertThat(book.headers().firstValue("Content-Disposition").orElse(""))
        .contains("618-2026-zh-CN.xlsx");
    try (var workbook = new ReadableWorkbook(new ByteArrayInputStream(book.body()))) {
      Sheet stages = workbook.findSheet("stages").orElseThrow();
      List<Row> rows = stages.read();
      assertThat(rows.get(0).getCellText(1)).isEqualTo("销售额");
      Row all = rows.get(3);
      assertThat(all.getCell(1).getType()).isEqualTo(CellType.NUMBER);
      assertThat(all.getCell(1).asNumber()).isEqualByComparingTo("6.30");
      assertThat(all.getCell(4).asNumber()).isEqualByComparingTo("6");
      assertThat(all.getCellText(9)).startsWith("did order_paid from 2026-06-20");
      assertThat(workbook.getSheets().map(Sheet::getName))
          .contains("report", "targets", "days", "layers", "compared", "next");
    }
    assertThat(text(town.refused(404, "GET", "/api/v1/seasons/618-2026/report.doc", ""), "allowed"))
        .isEqualTo("html, pdf, xlsx");

    assumeTrue(ReportFont.find().isPresent(), "needs a Chinese font: fonts-noto-cjk");
    HttpResponse<byte[]> pdf = download("/api/v1/seasons/618-2026/report.pdf", "zh-CN");
    assertThat(pdf.statusCode()).isEqualTo(200);
    try (var document = Loader.loadPDF(pdf.body())) {
      String text = new PDFTextStripper().getText(document);
      assertThat(text)
          .contains("年中大促")
          .contains("复盘报告")
          .contains("触达闸门拦下的消息与原因")
          .contains("¥6.30")
          .doesNotContain("□");
      for (var page : document.getPages()) {
        for (var name : page.getResources().getFontNames()) {
          assertThat(page.getResources().getFont(name).isEmbedded()).isTrue();
        }
      }
    }
    // The letters used, not the font's sixteen megabytes.
    assertThat(pdf.body().length).isLessThan(1_500_000);
  }

  private String openedValue(String cell) throws Exception {
    return text(town.post("/api/v1/insight/value/open", "{\"cell\":" + cell + "}"), "count");
  }

  private String openedSeason(String cell) throws Exception {
    return text(town.post("/api/v1/seasons/618-2026/open", "{\"cell\":" + cell + "}"), "count");
  }

  @Test
  void everyNumberOfPeopleOfABoardOpensThem() throws Exception {
    history();
    put("/api/v1/seasons/618-2025", LAST);
    put("/api/v1/seasons/618-2026", NOW);
    Json board = town.get("/api/v1/seasons/618-2026/board");
    for (String figure : List.of("buyers", "newBuyers", "againBuyers", "newFriends", "active")) {
      assertThat(openedSeason("{\"figure\":\"" + figure + "\"}"))
          .as(figure)
          .isEqualTo(text(board, "figures." + figure));
      for (int stage = 0; stage < 2; stage++) {
        assertThat(
                openedSeason(
                    "{\"figure\":\"%s\",\"stage\":\"%s\"}"
                        .formatted(figure, List.of("before", "during").get(stage))))
            .as(figure + " of stage " + stage)
            .isEqualTo(text(board, "stages." + stage + "." + figure));
      }
    }
    assertThat(openedSeason("{\"figure\":\"oldBuyers\"}")).isEqualTo("2");
    for (Json layer : Town.items(board, "layers")) {
      assertThat(openedSeason("{\"layer\":\"" + text(layer, "layer") + "\"}"))
          .isEqualTo(text(layer, "people"));
    }
    for (Json item : Town.items(board, "items")) {
      assertThat(openedSeason("{\"sku\":\"" + text(item, "sku") + "\"}"))
          .isEqualTo(text(item, "buyers"));
    }
    assertThat(
            text(
                town.post(
                    "/api/v1/seasons/618-2026/open",
                    "{\"cell\":{\"layer\":\"only_hero\"},\"name\":\"only_hero\"}"),
                "audience.count"))
        .isEqualTo("1");
    for (String wrong :
        List.of(
            "{}",
            "{\"figure\":\"sales\"}",
            "{\"figure\":\"buyers\",\"stage\":\"after\"}",
            "{\"layer\":\"top\"}",
            "{\"sku\":\"A\",\"layer\":\"only_hero\"}")) {
      assertThat(
              text(
                  town.refused(
                      422, "POST", "/api/v1/seasons/618-2026/open", "{\"cell\":" + wrong + "}"),
                  "code"))
          .isEqualTo("bad_cell");
    }
  }

  @Test
  void withoutAFontNothingIsFound() {
    assertThat(ReportFont.find(List.of(folder, folder.resolve("none")))).isEmpty();
  }

  @Test
  void valueIsRealisedByCohortAndPredictedByModels() throws Exception {
    Json early = town.refused(409, "GET", "/api/v1/insight/value/predicted", "");
    assertThat(text(early, "code")).isEqualTo("nobody_bought_again");
    history();
    Json costs =
        put(
            "/api/v1/insight/costs",
            "{\"costs\":[{\"source\":\"pos\",\"from\":\"2025-06-17\",\"to\":\"2025-06-17\",\"fen\":400},{\"source\":\"radio\",\"from\":\"2025-06-17\",\"to\":\"2025-06-18\",\"fen\":9}]}");
    assertThat(town.get("/api/v1/insight/costs")).isEqualTo(costs);
    assertThat(Town.items(costs, "costs")).hasSize(2);
    Json bad =
        town.refused(
            400,
            "PUT",
            "/api/v1/insight/costs",
            "{\"costs\":[{\"source\":\"pos\",\"from\":\"2025-06-17\",\"to\":\"2025-06-01\",\"fen\":4}]}");
    assertThat(text(bad, "field")).isEqualTo("costs[0]");

    Json value = town.get("/api/v1/insight/value");
    // Person 0 and nobody else began in 2025: person 2 was added as a contact in 2026.
    assertThat(text(value, "cohorts.0.month")).isEqualTo("2025-06");
    assertThat(text(value, "cohorts.0.people")).isEqualTo("1");
    assertThat(text(value, "cohorts.0.within.2.revenueFen")).isEqualTo("800");
    assertThat(text(value, "cohorts.0.within.2.lowFen")).isEqualTo("null");
    assertThat(new BigDecimal(text(value, "cohorts.0.cacFen"))).isEqualByComparingTo("400");
    assertThat(new BigDecimal(text(value, "cohorts.0.within.2.perCost"))).isEqualByComparingTo("2");
    assertThat(text(value, "cohorts.0.paybackDay")).isEqualTo("0");
    assertThat(text(value, "cohorts.1.paybackDay")).isEqualTo("null");
    assertThat(text(value, "all.people")).isEqualTo(String.valueOf(Town.PEOPLE));
    assertThat(text(value, "unmatchedCosts.0.source")).isEqualTo("radio");

    // Every number of people opens them.
    for (Json row : Town.items(value, "cohorts")) {
      String cohort =
          "\"source\":\"%s\",\"month\":\"%s\"".formatted(text(row, "source"), text(row, "month"));
      assertThat(openedValue("{" + cohort + "}")).isEqualTo(text(row, "people"));
      assertThat(openedValue("{" + cohort + ",\"atCost\":true}")).isEqualTo(text(row, "wonAtCost"));
      for (Json within : Town.items(row, "within")) {
        String over = cohort + ",\"days\":" + text(within, "days");
        assertThat(openedValue("{" + over + "}")).isEqualTo(text(within, "people"));
        assertThat(openedValue("{" + over + ",\"atCost\":true}"))
            .isEqualTo(text(within, "perCostOf"));
      }
    }
    assertThat(openedValue("{\"source\":\"pos\",\"days\":365}")).isEqualTo("1");
    assertThat(openedValue("{\"days\":0}")).isEqualTo(String.valueOf(Town.PEOPLE));
    for (String wrong :
        List.of(
            "{\"days\":366}",
            "{\"month\":\"May\"}",
            "{\"risk\":\"low\",\"days\":30}",
            "{\"risk\":\"none\"}",
            "{\"fromFen\":3}")) {
      assertThat(
              text(
                  town.refused(
                      422, "POST", "/api/v1/insight/value/open", "{\"cell\":" + wrong + "}"),
                  "code"))
          .isEqualTo("bad_cell");
    }

    Json predicted = town.get("/api/v1/insight/value/predicted");
    assertThat(text(predicted, "fittedUpTo")).isEqualTo("2026-06-30");
    assertThat(text(predicted, "buyers")).isEqualTo("6");
    assertThat(text(predicted, "boughtAgain")).isEqualTo("2");
    long cells = 0;
    for (Json cell : Town.items(predicted, "cells")) {
      cells += Long.parseLong(text(cell, "people"));
      assertThat(
              openedValue(
                  "{\"risk\":\"%s\",\"fromFen\":%s}"
                      .formatted(text(cell, "risk"), text(cell, "fromFen"))))
          .isEqualTo(text(cell, "people"));
    }
    assertThat(cells).isEqualTo(6);
    assertThat(new BigDecimal(text(predicted, "calibration.length"))).isEqualByComparingTo("90");

    String id = text(town.get("/api/v1/profiles?query=13910000000"), "items.0.id");
    Json one = town.get("/api/v1/profiles/" + id + "/value");
    assertThat(text(one, "risk")).isIn("low", "medium", "high", "lost");
    assertThat(text(one, "nextPurchase")).isGreaterThan("2026-06-30");
    assertThat(text(one, "soon")).isLessThanOrEqualTo(text(one, "nextPurchase"));
    String never = text(town.get("/api/v1/profiles?query=13910000001"), "items.0.id");
    assertThat(text(town.refused(409, "GET", "/api/v1/profiles/" + never + "/value", ""), "code"))
        .isEqualTo("never_bought");

    var lines = new ArrayList<String>();
    Json boss = town.get("/api/v1/insight/boss?days=7");
    for (String term : List.of("shortTerm", "longTerm")) {
      for (Json line : Town.items(boss, term)) {
        lines.add(text(line, "key") + " " + text(line, "now"));
      }
    }
    assertThat(lines)
        .contains(
            "sales 630.0",
            "buyers 6.0",
            "roi null",
            "newFriends 3.0",
            "retained null",
            "payback 0.0");
    assertThat(text(town.refused(400, "GET", "/api/v1/insight/boss?days=0", ""), "allowed"))
        .isEqualTo("1 to 365");
    assertThat(
            new String(
                download("/api/v1/insight/boss/report.html?days=7", "en").body(),
                StandardCharsets.UTF_8))
        .contains("Boss sheet")
        .contains("¥6.30");
  }
}
