package io.huoshui.server.insight.table;

import io.huoshui.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One question about a table: what it is called, what it has to be told, and its answer. To add
/// one, list it in [InsightCommand].
interface TableQuestion {
  String name();

  /// Its command after `./huoshui insight`, a line of each language, its options.
  String usage();

  /// The options without which it can not be asked, without `--`.
  List<String> needs();

  /// Further options it takes.
  List<String> takes();

  Json.Obj answer(Path file, Options options);

  /// What was done to the rows, and to how many, before it was answered.
  Json.Obj explain(Path file, Options options);

  /// @param counted by rule, how many rows it touched
  static Json rules(Map<String, Long> counted) {
    var rules = new ArrayList<Json>();
    counted.forEach(
        (rule, rows) -> rules.add(Json.object("rule", Json.of(rule), "rows", Json.of(rows))));
    return Json.of(rules);
  }
}
