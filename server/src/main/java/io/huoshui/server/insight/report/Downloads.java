package io.huoshui.server.insight.report;

import io.huoshui.insight.report.Report;
import io.huoshui.insight.report.Report.Language;
import io.huoshui.insight.report.ReportHtml;
import io.huoshui.server.access.Problem;
import java.nio.charset.StandardCharsets;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/// A report as a file, in the form and language that is asked for.
@Component
public class Downloads {
  private static final String XLSX =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

  public ResponseEntity<byte[]> of(Report report, String form, String wanted) {
    Language language = Language.of(wanted);
    return switch (form) {
      case "html" ->
          answer(
              report,
              form,
              language,
              new MediaType("text", "html", StandardCharsets.UTF_8),
              ReportHtml.write(report, language).getBytes(StandardCharsets.UTF_8));
      case "pdf" ->
          answer(report, form, language, MediaType.APPLICATION_PDF, pdf(report, language));
      case "xlsx" ->
          answer(
              report,
              form,
              language,
              MediaType.parseMediaType(XLSX),
              ReportXlsx.write(report, language));
      default ->
          throw Problem.of(HttpStatus.NOT_FOUND, "unknown_form", "No report as '" + form + "'.")
              .at("form", form, "html, pdf, xlsx")
              .thrown();
    };
  }

  private static byte[] pdf(Report report, Language language) {
    ReportFont font = ReportFont.find().orElse(null);
    if (font == null) {
      throw Problem.of(
              HttpStatus.SERVICE_UNAVAILABLE,
              "no_font",
              "A PDF needs a font with Chinese letters, and none is installed. "
                  + ReportFont.LOOKED_FOR)
          .next(
              "apt-get install fonts-noto-cjk (or fonts-wqy-zenhei), or name a font file in"
                  + " HUOSHUI_REPORT_FONT. HTML and XLSX need none.")
          .thrown();
    }
    return ReportPdf.write(report, language, font);
  }

  /// Pages are shown, files are kept.
  private static ResponseEntity<byte[]> answer(
      Report report, String form, Language language, MediaType type, byte[] body) {
    String name = report.name() + "-" + language.tag() + "." + form;
    ContentDisposition kept =
        (form.equals("html") ? ContentDisposition.inline() : ContentDisposition.attachment())
            .filename(name)
            .build();
    return ResponseEntity.ok()
        .contentType(type)
        .header(HttpHeaders.CONTENT_LANGUAGE, language.tag())
        .header(HttpHeaders.CONTENT_DISPOSITION, kept.toString())
        .body(body);
  }
}
