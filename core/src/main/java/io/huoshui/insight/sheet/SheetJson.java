package io.huoshui.insight.sheet;

import io.huoshui.json.Json;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes sheets.
public final class SheetJson {
  private SheetJson() {}

  public static Json.Obj write(Sheet sheet) {
    return Json.object(
        "kind", Json.of(sheet.kind()),
        "rows", axis(sheet.rows()),
        "columns", axis(sheet.columns()),
        "measures",
            Json.of(
                sheet.measures().stream()
                    .map(
                        measure ->
                            Json.object(
                                "name", Json.of(measure.name()),
                                "zh", Json.of(measure.zh()),
                                "en", Json.of(measure.en()),
                                "unit", Json.of(measure.unit().wire())))
                    .toList()),
        "cells", Json.of(sheet.cells().stream().map(SheetJson::cell).toList()),
        "figures",
            Json.of(
                sheet.figures().stream()
                    .map(
                        figure ->
                            Json.object(
                                "name", Json.of(figure.name()),
                                "zh", Json.of(figure.zh()),
                                "en", Json.of(figure.en()),
                                "unit", Json.of(figure.unit().wire()),
                                "value", number(figure.value())))
                    .toList()),
        "notes",
            Json.of(
                sheet.notes().stream()
                    .map(note -> Json.object("zh", Json.of(note.zh()), "en", Json.of(note.en())))
                    .toList()));
  }

  private static Json axis(Sheet.Axis axis) {
    return Json.object(
        "zh", Json.of(axis.zh()),
        "en", Json.of(axis.en()),
        "labels",
            Json.of(
                axis.labels().stream()
                    .map(
                        label ->
                            Json.object(
                                "key", Json.of(label.key()),
                                "zh", Json.of(label.zh()),
                                "en", Json.of(label.en())))
                    .toList()));
  }

  private static Json.Obj cell(Sheet.Cell cell) {
    return Json.object(
        "row", Json.of(cell.row()),
        "column", Json.of(cell.column()),
        "people", Json.of(cell.people()),
        "values", Json.of(cell.values().stream().map(SheetJson::number).toList()),
        "complete", Json.of(cell.complete()));
  }

  /// Null where there is no base, and where the number is none that JSON knows.
  private static Json number(@Nullable Double value) {
    if (value == null || !Double.isFinite(value)) {
      return new Json.Null();
    }
    double whole = Math.rint(value);
    return whole == value && Math.abs(whole) < 1e15 ? Json.of((long) whole) : Json.of(value);
  }

  /// The cells as a table (RFC 4180): part, row, column, people, the measures, complete. Empty
  /// where there is no base.
  ///
  /// @param parts sheets of one question, by what they are called
  public static String csv(Map<String, Sheet> parts) {
    var out = new StringBuilder();
    parts.forEach(
        (part, sheet) -> {
          if (out.isEmpty()) {
            out.append("part,row,column,people");
            sheet.measures().forEach(measure -> out.append(',').append(measure.name()));
            out.append(",complete\r\n");
          }
          for (Sheet.Cell cell : sheet.cells()) {
            var fields = new ArrayList<String>();
            fields.add(field(part));
            fields.add(field(cell.row()));
            fields.add(field(cell.column()));
            fields.add(Long.toString(cell.people()));
            for (Double value : cell.values()) {
              fields.add(
                  number(value) instanceof Json.Num(var decimal) ? decimal.toPlainString() : "");
            }
            fields.add(Boolean.toString(cell.complete()));
            out.append(String.join(",", fields)).append("\r\n");
          }
        });
    return out.toString();
  }

  /// What a spreadsheet would take for a formula is a text.
  private static String field(String text) {
    String safe = text.matches("[=+\\-@\\t\\r].*") ? "'" + text : text;
    return safe.matches("(?s).*[\",\r\n].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
  }
}
