package io.huoshui.engine.rehearsal;

import io.huoshui.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Several reports over the same people and seed, side by side: every number in which they differ.
public final class Comparison {
  private final List<Report> reports;
  private final Map<String, List<BigDecimal>> rows = new LinkedHashMap<>();

  private Comparison(List<Report> reports) {
    this.reports = List.copyOf(reports);
  }

  /// The first is what the others are compared with.
  public static Comparison of(List<Report> reports) {
    var comparison = new Comparison(reports);
    var numbers = reports.stream().map(report -> numbers(report.body())).toList();
    Set<String> paths = new LinkedHashSet<>();
    numbers.forEach(each -> paths.addAll(each.keySet()));
    for (String path : paths) {
      List<BigDecimal> row =
          numbers.stream().map(each -> each.getOrDefault(path, BigDecimal.ZERO)).toList();
      if (row.stream().anyMatch(number -> number.compareTo(row.getFirst()) != 0)) {
        comparison.rows.put(path, row);
      }
    }
    return comparison;
  }

  private static Map<String, BigDecimal> numbers(Json.Obj body) {
    var numbers = new LinkedHashMap<String, BigDecimal>();
    collect(body, "", numbers);
    return numbers;
  }

  private static void collect(Json json, String path, Map<String, BigDecimal> into) {
    switch (json) {
      case Json.Num(BigDecimal number) -> into.put(path, number);
      case Json.Obj object ->
          object
              .fields()
              .forEach(
                  (key, value) -> collect(value, path.isEmpty() ? key : path + "." + key, into));
      default -> {}
    }
  }

  public Json json() {
    var json = new LinkedHashMap<String, Json>();
    rows.forEach(
        (path, row) ->
            json.put(
                path, Json.of(row.stream().map(number -> (Json) new Json.Num(number)).toList())));
    return new Json.Obj(json);
  }

  /// A table: a line per number that differs, with the difference to the first.
  public String text() {
    var out = new StringBuilder("差异 · differences\n");
    int width = rows.keySet().stream().mapToInt(String::length).max().orElse(10);
    out.append(" ".repeat(width + 2));
    var names = new ArrayList<String>();
    for (Report report : reports) {
      names.add(report.body().get("scenario") instanceof Json.Str(String name) ? name : "");
    }
    names.forEach(name -> out.append(String.format(Locale.ROOT, "%24s", name)));
    out.append('\n');
    rows.forEach(
        (path, row) -> {
          out.append(path).append(" ".repeat(width + 2 - path.length()));
          for (int i = 0; i < row.size(); i++) {
            BigDecimal difference = row.get(i).subtract(row.getFirst());
            String shown =
                row.get(i).toPlainString()
                    + (i == 0
                        ? ""
                        : " ("
                            + (difference.signum() > 0 ? "+" : "")
                            + difference.toPlainString()
                            + ")");
            out.append(String.format(Locale.ROOT, "%24s", shown));
          }
          out.append('\n');
        });
    return out.toString();
  }
}
