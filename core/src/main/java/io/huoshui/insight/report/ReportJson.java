package io.huoshui.insight.report;

import io.huoshui.insight.report.Report.Cell;
import io.huoshui.insight.report.Report.Part;
import io.huoshui.insight.report.Report.Words;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import java.util.ArrayList;
import java.util.List;

/// A report as JSON, which reads back as the same report: that is how one is kept.
///
/// ```json
/// {"name": "618", "title": {"zh": "…", "en": "…"}, "subtitle": …, "currency": "CNY", "how": …,
///  "parts": [{"heading": {…}}, {"sentence": {…}},
///            {"table": "stages", "title": …, "note": …, "columns": [{…}],
///             "rows": [{"cells": [{"money": 1200}, {"share": 0.2}], "people": "did order_paid"}]},
///            {"bars": {…}, "of": [{"label": …, "length": 3, "cell": …}]},
///            {"days": {…}, "now": …, "before": …, "of": [{"label": "06-01", "value": 3, "before": 2}]}]}
/// ```
public final class ReportJson {
  private ReportJson() {}

  public static Json write(Report report) {
    return Json.object(
        "name", Json.of(report.name()),
        "title", words(report.title()),
        "subtitle", words(report.subtitle()),
        "currency", Json.of(report.currency()),
        "how", words(report.how()),
        "parts", Json.of(report.parts().stream().map(ReportJson::part).toList()));
  }

  private static Json words(Words words) {
    return Json.object("zh", Json.of(words.zh()), "en", Json.of(words.en()));
  }

  private static Json part(Part part) {
    return switch (part) {
      case Report.Heading(Words text) -> Json.object("heading", words(text));
      case Report.Sentence(Words text) -> Json.object("sentence", words(text));
      case Report.Table table ->
          Json.object(
              "table", Json.of(table.name()),
              "title", words(table.title()),
              "note", words(table.note()),
              "columns",
                  Json.of(table.columns().stream().map(column -> words(column.title())).toList()),
              "rows",
                  Json.of(
                      table.rows().stream()
                          .map(
                              row ->
                                  Json.object(
                                      "cells",
                                      Json.of(row.cells().stream().map(ReportJson::cell).toList()),
                                      "people",
                                      Json.of(row.people())))
                          .toList()));
      case Report.Bars(Words title, List<Report.Bar> bars) ->
          Json.object(
              "bars",
              words(title),
              "of",
              Json.of(
                  bars.stream()
                      .map(
                          bar ->
                              Json.object(
                                  "label", words(bar.label()),
                                  "length", Json.of(bar.length()),
                                  "cell", cell(bar.cell())))
                      .toList()));
      case Report.Days days ->
          Json.object(
              "days", words(days.title()),
              "now", words(days.now()),
              "before", words(days.before()),
              "of",
                  Json.of(
                      days.days().stream()
                          .map(
                              day ->
                                  Json.object(
                                      "label", Json.of(day.label()),
                                      "value", Json.of(day.value()),
                                      "before",
                                          day.before() == null
                                              ? new Json.Null()
                                              : Json.of(day.before().doubleValue())))
                          .toList()));
    };
  }

  private static Json cell(Cell cell) {
    return switch (cell) {
      case Report.Text(Words words) -> Json.object("text", words(words));
      case Report.Whole(long number) -> Json.object("whole", Json.of(number));
      case Report.Money(long fen) -> Json.object("money", Json.of(fen));
      case Report.Share(double value) -> Json.object("share", Json.of(value));
      case Report.Ratio(double value) -> Json.object("ratio", Json.of(value));
      case Report.None(Words why) -> Json.object("none", words(why));
    };
  }

  public static Report read(Json json) {
    var at = new Place(json, "report");
    return new Report(
        at.get("name").text(),
        words(at.get("title")),
        words(at.get("subtitle")),
        at.get("currency").text(),
        at.get("parts").list().stream().map(ReportJson::part).toList(),
        words(at.get("how")));
  }

  /// Words may be empty.
  private static Words words(Place at) {
    return new Words(text(at.get("zh")), text(at.get("en")));
  }

  private static String text(Place at) {
    return at.json() instanceof Json.Str(String text) ? text : "";
  }

  private static double number(Place at) {
    if (at.json() instanceof Json.Num number) {
      return number.number().doubleValue();
    }
    throw at.refused("a number");
  }

  private static long whole(Place at) {
    if (at.json() instanceof Json.Num number && number.whole()) {
      return number.number().longValueExact();
    }
    throw at.refused("a whole number");
  }

  private static Part part(Place at) {
    if (!at.get("heading").absent()) {
      return new Report.Heading(words(at.get("heading")));
    }
    if (!at.get("sentence").absent()) {
      return new Report.Sentence(words(at.get("sentence")));
    }
    if (!at.get("table").absent()) {
      return new Report.Table(
          at.get("table").text(),
          words(at.get("title")),
          words(at.get("note")),
          at.get("columns").list().stream().map(one -> new Report.Column(words(one))).toList(),
          at.get("rows").list().stream()
              .map(
                  row ->
                      new Report.Row(
                          row.get("cells").list().stream().map(ReportJson::cell).toList(),
                          text(row.get("people"))))
              .toList());
    }
    if (!at.get("bars").absent()) {
      return new Report.Bars(
          words(at.get("bars")),
          at.get("of").list().stream()
              .map(
                  bar ->
                      new Report.Bar(
                          words(bar.get("label")),
                          number(bar.get("length")),
                          cell(bar.get("cell"))))
              .toList());
    }
    var days = new ArrayList<Report.Day>();
    for (Place day : at.get("of").list()) {
      days.add(
          new Report.Day(
              text(day.get("label")),
              number(day.get("value")),
              day.get("before").absent() ? null : number(day.get("before"))));
    }
    return new Report.Days(
        words(at.get("days")), words(at.get("now")), words(at.get("before")), days);
  }

  private static Cell cell(Place at) {
    String kind =
        at.object().fields().keySet().stream().findFirst().orElseThrow(() -> at.refused("a cell"));
    Place of = at.get(kind);
    return switch (kind) {
      case "text" -> new Report.Text(words(of));
      case "whole" -> new Report.Whole(whole(of));
      case "money" -> new Report.Money(whole(of));
      case "share" -> new Report.Share(number(of));
      case "ratio" -> new Report.Ratio(number(of));
      case "none" -> new Report.None(words(of));
      default -> throw at.refused("text, whole, money, share, ratio, none");
    };
  }
}
