package io.huoshui.insight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.insight.report.Report.Cell;
import io.huoshui.insight.report.Report.Column;
import io.huoshui.insight.report.Report.Language;
import io.huoshui.insight.report.Report.Row;
import io.huoshui.insight.report.Report.Words;
import io.huoshui.json.Json;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class ReportTest {
  private static final Report REPORT =
      new Report(
          "618",
          new Words("618 <复盘>", "618 & review"),
          Words.of("2026"),
          "CNY",
          List.of(
              new Report.Heading(new Words("一", "1")),
              new Report.Sentence(new Words("销售额 ¥12.00", "Sales of \"12\"")),
              new Report.Table(
                  "stages",
                  new Words("阶段", "Stages"),
                  new Words("", ""),
                  List.of(
                      new Column(Words.of("a")),
                      new Column(Words.of("b")),
                      new Column(Words.of("c"))),
                  List.of(
                      Row.of(Report.text("x"), new Report.Money(123_456), new Report.Whole(7))
                          .whom("did order_paid where [sku = \"<a>\"]"),
                      Row.of(
                          new Report.Ratio(1.5),
                          new Report.Share(0.2),
                          new Report.None(Report.NO_BASE)))),
              new Report.Bars(
                  Words.of("bars"),
                  List.of(
                      new Report.Bar(Words.of("one"), 4, new Report.Whole(4)),
                      new Report.Bar(Words.of("half"), 2, new Report.Whole(2)))),
              new Report.Days(
                  Words.of("days"),
                  Words.of("now"),
                  Words.of("then"),
                  List.of(new Report.Day("06-01", 3, 6.0), new Report.Day("06-02", 0, null)))),
          new Words("怎么算的", "how"));

  @Test
  void readsBackFromJsonAsItWas() {
    String kept = ReportJson.write(REPORT).write();
    Report read = ReportJson.read(Json.parse(kept));
    assertThat(read).isEqualTo(REPORT);
    assertThat(ReportJson.write(read).write()).isEqualTo(kept);
    assertThatThrownBy(
            () -> ReportJson.read(Json.parse(kept.replace("{\"whole\":7}", "{\"whole\":\"7\"}"))))
        .hasMessageContaining("allowed: a whole number");
  }

  @Test
  void thePageIsWellFormedAndSaysWhatTheReportSays() throws Exception {
    String zh = ReportHtml.write(REPORT, Language.ZH);
    var reading = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    var page = reading.parse(new InputSource(new StringReader(zh.replace("<!DOCTYPE html>", ""))));
    assertThat(page.getElementsByTagName("h1").item(0).getTextContent()).isEqualTo("618 <复盘>");
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(zh).contains("¥1,234.56").contains("无基数").doesNotContain("no base");
    // The longest bar is as wide as there is room; half of it half as wide. So are columns high.
    assertThat(zh).contains("width=\"400.00\"").contains("width=\"200.00\"");
    assertThat(zh).contains("height=\"160.00\"").contains("height=\"80.00\"");
    String en = ReportHtml.write(REPORT, Language.EN);
    assertThat(en)
        .contains("618 &amp; review")
        .contains("Sales of &quot;12&quot;")
        .contains("data-people=\"did order_paid where [sku = &quot;&lt;a&gt;&quot;]\"")
        .contains("<td class=\"n none\">no base</td>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          money | 123456   | ¥1,234.56
          money | -5       | -¥0.05
          money | 0        | ¥0.00
          whole | 1234567  | 1,234,567
          share | 0.12345  | 12.3 %
          share | 0.00049  | 0.0 %
          ratio | 1234.565 | 1,234.57
          """)
  void figures(String kind, double value, String shown) {
    Cell cell =
        switch (kind) {
          case "money" -> new Report.Money((long) value);
          case "whole" -> new Report.Whole((long) value);
          case "share" -> new Report.Share(value);
          default -> new Report.Ratio(value);
        };
    assertThat(Figures.shown(cell, "CNY", Language.ZH)).isEqualTo(shown);
  }

  @Test
  void whatHasNoBaseIsNoNumber() {
    assertThat(Report.share(3, 0)).isInstanceOf(Report.None.class);
    assertThat(Report.share(0, 3)).isEqualTo(new Report.Share(0));
    assertThat(Report.change(5, 0L)).isInstanceOf(Report.None.class);
    assertThat(Report.change(5, null)).isInstanceOf(Report.None.class);
    assertThat(Report.change(3, 4L)).isEqualTo(new Report.Share(-0.25));
    assertThat(Report.ratio(null)).isInstanceOf(Report.None.class);
    assertThat(Figures.money(150, "USD")).isEqualTo("USD 1.50");
    assertThatThrownBy(
            () ->
                new Report.Table(
                    "t",
                    Words.of(""),
                    Words.of(""),
                    List.of(new Column(Words.of("a"))),
                    List.of(Row.of())))
        .hasMessageContaining("has 1 columns and a row of 0");
    assertThat(Language.of("en-GB,en;q=0.9")).isEqualTo(Language.EN);
    assertThat(Language.of("")).isEqualTo(Language.ZH);
  }
}
