package io.huoshui.insight.report;

import io.huoshui.insight.report.Report.Language;
import java.util.Locale;

/// A report as one page: well-formed, without scripts or anything from elsewhere, charts drawn in
/// it, made to be printed.
public final class ReportHtml {
  private static final String STYLE =
      """
      @page { size: A4; margin: 14mm 12mm; }
      body { font: 13px/1.6 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
             color: #1c2b33; max-width: 960px; margin: 0 auto; padding: 24px; }
      h1 { font-size: 24px; margin: 0; }
      .subtitle { color: #5d6f78; margin: 2px 0 18px; }
      h2 { font-size: 17px; margin: 26px 0 6px; padding-bottom: 3px; border-bottom: 2px solid #0a7c86; }
      h3 { font-size: 14px; margin: 16px 0 4px; }
      p { margin: 4px 0; }
      .note, .how { color: #5d6f78; font-size: 12px; }
      table { border-collapse: collapse; width: 100%; margin: 4px 0 10px; page-break-inside: auto; }
      tr { page-break-inside: avoid; }
      th { text-align: left; background: #eef5f6; font-weight: 600; }
      th, td { padding: 3px 8px; border-bottom: 1px solid #dbe4e7; vertical-align: top; }
      td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      td.none { color: #8b9aa1; }
      .bars td { border: 0; padding: 1px 8px; }
      .bars td.bar { width: 55%; }
      svg { display: block; width: 100%; }
      .legend span { display: inline-block; width: 10px; height: 10px; margin: 0 4px 0 12px; }
      .how { margin-top: 28px; border-top: 1px solid #dbe4e7; padding-top: 6px; }
      """;

  private ReportHtml() {}

  public static String write(Report report, Language language) {
    var out = new StringBuilder();
    out.append("<!DOCTYPE html>\n<html lang=\"")
        .append(language.tag())
        .append("\"><head><meta charset=\"utf-8\"/><title>");
    text(report.title().in(language), out);
    out.append("</title><style>").append(STYLE).append("</style></head>\n<body>\n");
    element("h1", "", report.title().in(language), out);
    element("p", "subtitle", report.subtitle().in(language), out);
    for (Report.Part part : report.parts()) {
      switch (part) {
        case Report.Heading(Report.Words words) -> element("h2", "", words.in(language), out);
        case Report.Sentence(Report.Words words) -> element("p", "", words.in(language), out);
        case Report.Table table -> table(table, report.currency(), language, out);
        case Report.Bars bars -> bars(bars, report.currency(), language, out);
        case Report.Days days -> days(days, language, out);
      }
    }
    element("p", "how", report.how().in(language), out);
    return out.append("</body></html>\n").toString();
  }

  private static void table(
      Report.Table table, String currency, Language language, StringBuilder out) {
    element("h3", "", table.title().in(language), out);
    if (!table.note().in(language).isEmpty()) {
      element("p", "note", table.note().in(language), out);
    }
    out.append("<table><thead><tr>");
    for (int i = 0; i < table.columns().size(); i++) {
      int column = i;
      boolean right =
          table.rows().stream().anyMatch(row -> Figures.right(row.cells().get(column)))
              && table.rows().stream().allMatch(row -> Figures.right(row.cells().get(column)));
      element("th", right ? "n" : "", table.columns().get(i).title().in(language), out);
    }
    out.append("</tr></thead><tbody>\n");
    for (Report.Row row : table.rows()) {
      out.append("<tr");
      if (!row.people().isEmpty()) {
        out.append(" data-people=\"");
        text(row.people(), out);
        out.append('"');
      }
      out.append('>');
      for (Report.Cell cell : row.cells()) {
        String css =
            (Figures.right(cell) ? "n" : "") + (cell instanceof Report.None ? " none" : "");
        element("td", css.strip(), Figures.shown(cell, currency, language), out);
      }
      out.append("</tr>\n");
    }
    out.append("</tbody></table>\n");
  }

  private static void bars(
      Report.Bars bars, String currency, Language language, StringBuilder out) {
    element("h3", "", bars.title().in(language), out);
    double most = bars.bars().stream().mapToDouble(Report.Bar::length).max().orElse(0);
    out.append("<table class=\"bars\"><tbody>\n");
    for (Report.Bar bar : bars.bars()) {
      out.append("<tr>");
      element("td", "", bar.label().in(language), out);
      out.append(
              "<td class=\"bar\"><svg viewBox=\"0 0 400 14\" preserveAspectRatio=\"none\""
                  + " height=\"14\">")
          .append("<rect x=\"0\" y=\"2\" height=\"10\" fill=\"#0a7c86\" width=\"")
          .append(number(most <= 0 ? 0 : Math.max(0, bar.length()) / most * 400))
          .append("\"/></svg></td>");
      element("td", "n", Figures.shown(bar.cell(), currency, language), out);
      out.append("</tr>\n");
    }
    out.append("</tbody></table>\n");
  }

  private static void days(Report.Days days, Language language, StringBuilder out) {
    if (days.days().isEmpty()) {
      return;
    }
    element("h3", "", days.title().in(language), out);
    out.append("<p class=\"note legend\"><span style=\"background:#0a7c86\"></span>");
    text(days.now().in(language), out);
    if (days.days().stream().anyMatch(day -> day.before() != null)) {
      out.append("<span style=\"background:#d9a441\"></span>");
      text(days.before().in(language), out);
    }
    out.append("</p>\n");
    double most = 0;
    for (Report.Day day : days.days()) {
      most = Math.max(most, Math.max(day.value(), day.before() == null ? 0 : day.before()));
    }
    int n = days.days().size();
    double step = 900.0 / n;
    out.append("<svg viewBox=\"0 0 900 190\" role=\"img\">");
    out.append("<line x1=\"0\" y1=\"170\" x2=\"900\" y2=\"170\" stroke=\"#b9c6cb\"/>");
    // So many labels fit side by side.
    int every = Math.max(1, (n + 14) / 15);
    for (int i = 0; i < n; i++) {
      Report.Day day = days.days().get(i);
      column(i * step + step * 0.12, step * 0.38, day.value(), most, "#0a7c86", out);
      if (day.before() != null) {
        column(i * step + step * 0.52, step * 0.36, day.before(), most, "#d9a441", out);
      }
      if (i % every == 0) {
        out.append("<text font-size=\"11\" fill=\"#5d6f78\" text-anchor=\"middle\" y=\"185\" x=\"")
            .append(number(i * step + step / 2))
            .append("\">");
        text(day.label(), out);
        out.append("</text>");
      }
    }
    out.append("</svg>\n");
  }

  private static void column(
      double x, double width, double value, double most, String colour, StringBuilder out) {
    double height = most <= 0 ? 0 : Math.max(0, value) / most * 160;
    out.append("<rect x=\"")
        .append(number(x))
        .append("\" y=\"")
        .append(number(170 - height))
        .append("\" width=\"")
        .append(number(width))
        .append("\" height=\"")
        .append(number(height))
        .append("\" fill=\"")
        .append(colour)
        .append("\"/>");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static void element(String name, String css, String words, StringBuilder out) {
    out.append('<').append(name);
    if (!css.isEmpty()) {
      out.append(" class=\"").append(css).append('"');
    }
    out.append('>');
    text(words, out);
    out.append("</").append(name).append('>');
    if (!name.equals("td") && !name.equals("th")) {
      out.append('\n');
    }
  }

  private static void text(String words, StringBuilder out) {
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        default -> out.append(c);
      }
    }
  }
}
