package io.huoshui.insight.attribution;

import io.huoshui.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// Credits on the wire: the same on the command line and over HTTP.
public final class AttributionJson {
  private AttributionJson() {}

  /// The fields of a table, to be put beside others.
  public static Map<String, Json> write(Credits.Table table) {
    var fields = new LinkedHashMap<String, Json>();
    fields.put("people", Json.of(table.people()));
    fields.put("conversions", Json.of(table.conversions()));
    fields.put("amountFen", Json.of(table.amountFen()));
    fields.put(
        "untouched",
        Json.object(
            "conversions", Json.of(table.untouched()),
            "amountFen", Json.of(table.untouchedFen())));
    fields.put(
        "channels",
        Json.of(
            table.rows().stream()
                .map(
                    row -> {
                      var models = new LinkedHashMap<String, Json>();
                      row.given()
                          .forEach(
                              (model, given) ->
                                  models.put(
                                      model.wire(),
                                      Json.object(
                                          "conversions",
                                          Json.of((double) given.credit() / Credits.WHOLE),
                                          "amountFen",
                                          Json.of(given.amountFen()))));
                      return Json.object(
                          "channel", Json.of(row.channel()),
                          "touches", Json.of(row.touches()),
                          "people", Json.of(row.people()),
                          "converters", Json.of(row.converters()),
                          "removalEffect", Json.of(row.removal()),
                          "models", new Json.Obj(models));
                    })
                .toList()));
    fields.put(
        "note",
        Json.of(
            "Models give out what came; only a hold-out tells what would not have come: see"
                + " incremental."));
    return fields;
  }
}
