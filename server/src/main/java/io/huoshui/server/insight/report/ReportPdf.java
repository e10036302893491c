package io.huoshui.server.insight.report;

import io.huoshui.insight.report.Figures;
import io.huoshui.insight.report.Report;
import io.huoshui.insight.report.Report.Language;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.openpdf.text.Chunk;
import org.openpdf.text.Document;
import org.openpdf.text.Element;
import org.openpdf.text.Font;
import org.openpdf.text.Image;
import org.openpdf.text.PageSize;
import org.openpdf.text.Paragraph;
import org.openpdf.text.Phrase;
import org.openpdf.text.Rectangle;
import org.openpdf.text.pdf.BaseFont;
import org.openpdf.text.pdf.PdfPCell;
import org.openpdf.text.pdf.PdfPTable;
import org.openpdf.text.pdf.PdfPageEventHelper;
import org.openpdf.text.pdf.PdfTemplate;
import org.openpdf.text.pdf.PdfWriter;

/// A report as PDF, A4. The letters that are used go into the file, so that it shows anywhere.
final class ReportPdf {
  private static final Color INK = new Color(0x1C, 0x2B, 0x33);
  private static final Color SOFT = new Color(0x5D, 0x6F, 0x78);
  private static final Color WATER = new Color(0x0A, 0x7C, 0x86);
  private static final Color LAST = new Color(0xD9, 0xA4, 0x41);
  private static final Color HEAD = new Color(0xEE, 0xF5, 0xF6);
  private static final Color LINE = new Color(0xDB, 0xE4, 0xE7);
  private static final float MARGIN = 36;

  /// With more columns letters get smaller.
  private static final int NARROW_COLUMNS = 8;

  private final Report report;
  private final Language language;
  private final BaseFont base;
  private final Document document = new Document(PageSize.A4, MARGIN, MARGIN, MARGIN, MARGIN);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PdfWriter writer;

  private ReportPdf(Report report, Language language, BaseFont base) {
    this.report = report;
    this.language = language;
    this.base = base;
    this.writer = PdfWriter.getInstance(document, out);
  }

  static byte[] write(Report report, Language language, ReportFont font) {
    try {
      BaseFont base = BaseFont.createFont(font.name(), BaseFont.IDENTITY_H, BaseFont.EMBEDDED);
      return new ReportPdf(report, language, base).written();
    } catch (IOException e) {
      throw new UncheckedIOException("The font " + font.file() + " can not be read", e);
    }
  }

  private byte[] written() throws IOException {
    writer.setPageEvent(new Foot());
    document.addTitle(report.title().in(language));
    document.addCreator("Huoshui");
    document.open();
    document.add(new Paragraph(report.title().in(language), font(20, Font.BOLD, INK)));
    var subtitle = new Paragraph(report.subtitle().in(language), font(10, Font.NORMAL, SOFT));
    subtitle.setSpacingAfter(8);
    document.add(subtitle);
    for (Report.Part part : report.parts()) {
      switch (part) {
        case Report.Heading(Report.Words text) -> heading(text.in(language));
        case Report.Sentence(Report.Words text) -> {
          var said = new Paragraph(text.in(language), font(9.5f, Font.NORMAL, INK));
          said.setSpacingBefore(3);
          document.add(said);
        }
        case Report.Table table -> table(table);
        case Report.Bars bars -> bars(bars);
        case Report.Days days -> days(days);
      }
    }
    var how = new Paragraph(report.how().in(language), font(7.5f, Font.NORMAL, SOFT));
    how.setSpacingBefore(16);
    document.add(how);
    document.close();
    return out.toByteArray();
  }

  private Font font(float size, int style, Color colour) {
    return new Font(base, size, style, colour);
  }

  private void heading(String text) {
    var heading = new Paragraph(text, font(13, Font.BOLD, WATER));
    heading.setSpacingBefore(14);
    heading.setSpacingAfter(2);
    document.add(heading);
  }

  private void title(String text) {
    var title = new Paragraph(text, font(10.5f, Font.BOLD, INK));
    title.setSpacingBefore(8);
    title.setSpacingAfter(3);
    document.add(title);
  }

  private void note(String text) {
    if (!text.isEmpty()) {
      var note = new Paragraph(text, font(7.5f, Font.NORMAL, SOFT));
      note.setSpacingAfter(3);
      document.add(note);
    }
  }

  private void table(Report.Table table) {
    title(table.title().in(language));
    note(table.note().in(language));
    int n = table.columns().size();
    float size = n > NARROW_COLUMNS ? 6 : 8;
    var grid = new PdfPTable(n);
    grid.setWidthPercentage(100);
    grid.setHeaderRows(1);
    grid.setSplitLate(true);
    grid.setWidths(widths(table, n));
    for (int c = 0; c < n; c++) {
      int column = c;
      boolean right = table.rows().stream().anyMatch(row -> Figures.right(row.cells().get(column)));
      PdfPCell cell =
          cell(table.columns().get(c).title().in(language), font(size, Font.BOLD, INK), right);
      cell.setBackgroundColor(HEAD);
      grid.addCell(cell);
    }
    for (Report.Row row : table.rows()) {
      for (Report.Cell one : row.cells()) {
        boolean none = one instanceof Report.None;
        grid.addCell(
            cell(
                Figures.shown(one, report.currency(), language),
                font(size, Font.NORMAL, none ? SOFT : INK),
                Figures.right(one)));
      }
    }
    document.add(grid);
  }

  /// As wide as the longest in a column, within bounds.
  private float[] widths(Report.Table table, int columns) {
    var widths = new float[columns];
    for (int c = 0; c < columns; c++) {
      float widest = length(table.columns().get(c).title().in(language));
      for (Report.Row row : table.rows()) {
        widest =
            Math.max(
                widest, length(Figures.shown(row.cells().get(c), report.currency(), language)));
      }
      widths[c] = Math.clamp(widest, 5, 34) + 2;
    }
    return widths;
  }

  /// Chinese letters are twice as wide.
  private static float length(String text) {
    return (float) text.chars().mapToDouble(c -> c > 0x2E80 ? 2 : 1).sum();
  }

  private static PdfPCell cell(String text, Font font, boolean right) {
    var cell = new PdfPCell(new Phrase(text, font));
    cell.setBorder(Rectangle.BOTTOM);
    cell.setBorderColor(LINE);
    cell.setPadding(3);
    cell.setHorizontalAlignment(right ? Element.ALIGN_RIGHT : Element.ALIGN_LEFT);
    return cell;
  }

  private void bars(Report.Bars bars) throws IOException {
    title(bars.title().in(language));
    double most = bars.bars().stream().mapToDouble(Report.Bar::length).max().orElse(0);
    var grid = new PdfPTable(new float[] {30, 50, 20});
    grid.setWidthPercentage(100);
    for (Report.Bar bar : bars.bars()) {
      PdfTemplate drawn = writer.getDirectContent().createTemplate(240, 9);
      drawn.setColorFill(WATER);
      drawn.rectangle(0, 1, (float) (most <= 0 ? 0 : Math.max(0, bar.length()) / most * 240), 7);
      drawn.fill();
      var chart = new PdfPCell(Image.getInstance(drawn), true);
      chart.setBorder(Rectangle.NO_BORDER);
      chart.setPadding(3);
      PdfPCell label = cell(bar.label().in(language), font(8, Font.NORMAL, INK), false);
      label.setBorder(Rectangle.NO_BORDER);
      PdfPCell figure =
          cell(
              Figures.shown(bar.cell(), report.currency(), language),
              font(8, Font.NORMAL, INK),
              true);
      figure.setBorder(Rectangle.NO_BORDER);
      grid.addCell(label);
      grid.addCell(chart);
      grid.addCell(figure);
    }
    document.add(grid);
  }

  private void days(Report.Days days) throws IOException {
    List<Report.Day> all = days.days();
    if (all.isEmpty()) {
      return;
    }
    title(days.title().in(language));
    boolean before = all.stream().anyMatch(day -> day.before() != null);
    var legend = new Paragraph();
    legend.add(new Chunk("■ ", font(8, Font.NORMAL, WATER)));
    legend.add(new Chunk(days.now().in(language) + "    ", font(8, Font.NORMAL, SOFT)));
    if (before) {
      legend.add(new Chunk("■ ", font(8, Font.NORMAL, LAST)));
      legend.add(new Chunk(days.before().in(language), font(8, Font.NORMAL, SOFT)));
    }
    document.add(legend);
    float width = PageSize.A4.getWidth() - 2 * MARGIN;
    float height = 130;
    PdfTemplate drawn = writer.getDirectContent().createTemplate(width, height);
    double most = 0;
    for (Report.Day day : all) {
      most = Math.max(most, Math.max(day.value(), day.before() == null ? 0 : day.before()));
    }
    float step = width / all.size();
    int every = Math.max(1, (all.size() + 14) / 15);
    for (int i = 0; i < all.size(); i++) {
      Report.Day day = all.get(i);
      column(drawn, i * step + step * 0.12f, step * 0.38f, day.value(), most, WATER);
      if (day.before() != null) {
        column(drawn, i * step + step * 0.52f, step * 0.36f, day.before(), most, LAST);
      }
      if (i % every == 0) {
        drawn.beginText();
        drawn.setFontAndSize(base, 6.5f);
        drawn.setColorFill(SOFT);
        // Under the first days a label would begin before the picture does.
        drawn.showTextAligned(
            Element.ALIGN_CENTER, day.label(), Math.max(10, i * step + step / 2), 2, 0);
        drawn.endText();
      }
    }
    drawn.setColorStroke(LINE);
    drawn.moveTo(0, 12);
    drawn.lineTo(width, 12);
    drawn.stroke();
    document.add(Image.getInstance(drawn));
  }

  private static void column(
      PdfTemplate drawn, float x, float width, double value, double most, Color colour) {
    drawn.setColorFill(colour);
    drawn.rectangle(x, 12, width, (float) (most <= 0 ? 0 : Math.max(0, value) / most * 112));
    drawn.fill();
  }

  /// The number of each page.
  private final class Foot extends PdfPageEventHelper {
    @Override
    public void onEndPage(PdfWriter on, Document of) {
      var content = on.getDirectContent();
      content.beginText();
      content.setFontAndSize(base, 7.5f);
      content.setColorFill(SOFT);
      content.showTextAligned(
          Element.ALIGN_CENTER,
          report.title().in(language) + " · " + on.getPageNumber(),
          PageSize.A4.getWidth() / 2,
          18,
          0);
      content.endText();
    }
  }
}
