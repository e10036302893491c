package io.huoshui.server.insight.report;

import io.huoshui.insight.report.Report;
import io.huoshui.insight.report.Report.Language;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;

/// A report as a workbook: what it says on the first sheet, then one sheet per table, numbers as
/// numbers, money in units of the currency.
final class ReportXlsx {
  private static final double WIDE = 60;

  private ReportXlsx() {}

  static byte[] write(Report report, Language language) {
    var out = new ByteArrayOutputStream();
    try (var book = new Workbook(out, "huoshui", "1.0")) {
      said(report, language, book.newWorksheet("report"));
      for (Report.Part part : report.parts()) {
        if (part instanceof Report.Table table) {
          table(table, language, book.newWorksheet(table.name()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory does not fail", e);
    }
    return out.toByteArray();
  }

  private static void said(Report report, Language language, Worksheet sheet) {
    int row = 0;
    sheet.width(0, 120);
    sheet.value(row, 0, report.title().in(language));
    sheet.style(row++, 0).bold().fontSize(16).set();
    sheet.value(row++, 0, report.subtitle().in(language));
    for (Report.Part part : report.parts()) {
      switch (part) {
        case Report.Heading(Report.Words text) -> {
          row++;
          sheet.value(row, 0, text.in(language));
          sheet.style(row++, 0).bold().set();
        }
        case Report.Sentence(Report.Words text) -> {
          sheet.value(row, 0, text.in(language));
          sheet.style(row++, 0).wrapText(true).set();
        }
        case Report.Table table ->
            sheet.value(row++, 0, "→ " + table.name() + ": " + table.title().in(language));
        // Charts are of numbers that stand in tables.
        case Report.Bars _, Report.Days _ -> {}
      }
    }
    row++;
    sheet.value(row, 0, report.how().in(language));
    sheet.style(row, 0).wrapText(true).italic().set();
  }

  private static void table(Report.Table table, Language language, Worksheet sheet) {
    boolean doors = table.rows().stream().anyMatch(row -> !row.people().isEmpty());
    List<Report.Column> columns = table.columns();
    for (int c = 0; c < columns.size(); c++) {
      sheet.value(0, c, columns.get(c).title().in(language));
      sheet.style(0, c).bold().fillColor("EEF5F6").set();
      sheet.width(c, c == 0 ? 28 : 16);
    }
    if (doors) {
      sheet.value(0, columns.size(), language == Language.ZH ? "人群规则" : "rule");
      sheet.style(0, columns.size()).bold().fillColor("EEF5F6").set();
      sheet.width(columns.size(), WIDE);
    }
    int r = 1;
    for (Report.Row row : table.rows()) {
      for (int c = 0; c < columns.size(); c++) {
        cell(row.cells().get(c), language, sheet, r, c);
      }
      if (doors) {
        sheet.value(r, columns.size(), row.people());
      }
      r++;
    }
    if (!table.note().in(language).isEmpty()) {
      sheet.value(r + 1, 0, table.note().in(language));
      sheet.style(r + 1, 0).italic().set();
    }
    sheet.freezePane(1, 1);
  }

  private static void cell(Report.Cell cell, Language language, Worksheet sheet, int r, int c) {
    switch (cell) {
      case Report.Text(Report.Words words) -> sheet.value(r, c, words.in(language));
      case Report.None(Report.Words why) -> {
        sheet.value(r, c, why.in(language));
        sheet.style(r, c).horizontalAlignment("right").fontColor("8B9AA1").set();
      }
      case Report.Whole(long number) -> number(sheet, r, c, BigDecimal.valueOf(number), "#,##0");
      case Report.Money(long fen) ->
          number(sheet, r, c, BigDecimal.valueOf(fen).movePointLeft(2), "#,##0.00");
      case Report.Share(double value) -> number(sheet, r, c, BigDecimal.valueOf(value), "0.0%");
      case Report.Ratio(double value) -> number(sheet, r, c, BigDecimal.valueOf(value), "#,##0.00");
    }
  }

  private static void number(Worksheet sheet, int r, int c, BigDecimal value, String format) {
    sheet.value(r, c, value);
    sheet.style(r, c).format(format).set();
  }
}
