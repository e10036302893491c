package io.huoshui.server.care;

import io.huoshui.engine.Entry;
import io.huoshui.json.Json;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Whether PostgreSQL's definitions are the ones in force.
final class DefinitionRows {
  private DefinitionRows() {}

  /// @return what differs, in words, in order
  static List<String> differences(Connection connection, List<Entry.Published> inForce)
      throws SQLException {
    var rows = new TreeMap<String, Json>();
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select kind, name, version, cast(body as text) from definition")) {
      while (row.next()) {
        rows.put(
            named(row.getString(1), row.getString(2), row.getInt(3)),
            plain(Json.parse(row.getString(4))));
      }
    }
    var differ = new ArrayList<String>();
    for (Entry.Published each : inForce) {
      String name = named(each.kind().name().toLowerCase(Locale.ROOT), each.name(), each.version());
      Json row = rows.remove(name);
      if (row == null) {
        differ.add(name + " is only in the log");
      } else if (!row.equals(plain(Json.parse(each.json())))) {
        differ.add(name + " says something else");
      }
    }
    rows.keySet().forEach(name -> differ.add(name + " is only in PostgreSQL"));
    return differ;
  }

  private static String named(String kind, String name, int version) {
    return kind + " '" + name + "' version " + version;
  }

  /// PostgreSQL orders keys and writes numbers in its own way.
  private static Json plain(Json json) {
    return switch (json) {
      case Json.Obj(Map<String, Json> fields) -> {
        var plain = new LinkedHashMap<String, Json>();
        fields.forEach((key, value) -> plain.put(key, plain(value)));
        yield new Json.Obj(plain);
      }
      case Json.Arr(List<Json> items) ->
          new Json.Arr(items.stream().map(DefinitionRows::plain).toList());
      case Json.Num(BigDecimal number) -> new Json.Num(number.stripTrailingZeros());
      case Json.Str _, Json.Bool _, Json.Null _ -> json;
    };
  }
}
