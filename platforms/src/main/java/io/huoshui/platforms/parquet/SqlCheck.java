package io.huoshui.platforms.parquet;

import io.huoshui.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a statement may be, decided on the tree that DuckDB's own parser makes of it
/// (`json_serialize_sql`), never on its text.
final class SqlCheck {
  /// Kinds of query that only read.
  private static final Set<String> READING =
      Set.of("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE");

  /// Functions that make tables of nothing but their arguments, or of the catalogue.
  static final Set<String> TABLE_FUNCTIONS =
      Set.of(
          "range",
          "generate_series",
          "unnest",
          "repeat",
          "json_each",
          "json_tree",
          "duckdb_columns",
          "duckdb_tables",
          "duckdb_views",
          "duckdb_functions",
          "duckdb_types",
          "duckdb_keywords",
          "pragma_table_info");

  private SqlCheck() {}

  /// What is wrong with a statement, or null.
  ///
  /// @param tree as `json_serialize_sql` writes it
  static SqlAnswer.@Nullable Refused refusal(Json tree) {
    if (!(tree instanceof Json.Obj root)) {
      return new SqlAnswer.Refused(SqlAnswer.Why.FAILED, "The parser said nothing.", null);
    }
    if (root.get("error") instanceof Json.Bool(boolean failed) && failed) {
      String message = text(root, "error_message");
      return "parser".equals(text(root, "error_type"))
          ? new SqlAnswer.Refused(SqlAnswer.Why.SYNTAX, message, position(text(root, "position")))
          : new SqlAnswer.Refused(
              SqlAnswer.Why.NOT_READ_ONLY, "This is not a statement that only reads.", null);
    }
    int statements = root.get("statements") instanceof Json.Arr(List<Json> all) ? all.size() : 0;
    if (statements != 1) {
      return new SqlAnswer.Refused(
          SqlAnswer.Why.ONE_STATEMENT, "Here are " + statements + " statements.", null);
    }
    return inside(root);
  }

  /// Whether there is no statement at all: spaces and comments.
  static boolean nothing(Json tree) {
    return tree instanceof Json.Obj root
        && !(root.get("error") instanceof Json.Bool(boolean failed) && failed)
        && root.get("statements") instanceof Json.Arr(List<Json> all)
        && all.isEmpty();
  }

  private static SqlAnswer.@Nullable Refused inside(Json json) {
    return switch (json) {
      case Json.Obj object -> {
        SqlAnswer.Refused here = node(object);
        yield here != null ? here : first(object.fields());
      }
      case Json.Arr(List<Json> items) -> {
        for (Json item : items) {
          SqlAnswer.Refused refused = inside(item);
          if (refused != null) {
            yield refused;
          }
        }
        yield null;
      }
      case Json.Str _, Json.Num _, Json.Bool _, Json.Null _ -> null;
    };
  }

  private static SqlAnswer.@Nullable Refused first(Map<String, Json> fields) {
    for (Json field : fields.values()) {
      SqlAnswer.Refused refused = inside(field);
      if (refused != null) {
        return refused;
      }
    }
    return null;
  }

  private static SqlAnswer.@Nullable Refused node(Json.Obj object) {
    String type = text(object, "type");
    if (type.endsWith("_NODE") && !READING.contains(type)) {
      return new SqlAnswer.Refused(
          SqlAnswer.Why.NOT_READ_ONLY,
          "A part of it changes something ("
              + type.replace("_QUERY_NODE", "").toLowerCase(Locale.ROOT)
              + ").",
          null);
    }
    if (type.equals("TABLE_FUNCTION") && object.get("function") instanceof Json.Obj function) {
      String name = text(function, "function_name").toLowerCase(Locale.ROOT);
      if (!TABLE_FUNCTIONS.contains(name)) {
        return new SqlAnswer.Refused(
            SqlAnswer.Why.NO_FILES,
            "The table function '" + name + "' may reach outside of the export.",
            position(object));
      }
    }
    if (type.equals("BASE_TABLE")) {
      String name = text(object, "table_name");
      if (name.matches(".*[/\\\\.:*].*")) {
        return new SqlAnswer.Refused(
            SqlAnswer.Why.NO_FILES, "'" + name + "' names a file.", position(object));
      }
    }
    return null;
  }

  private static @Nullable Integer position(Json.Obj object) {
    return object.get("query_location") instanceof Json.Num(var number)
        ? position(number.toPlainString())
        : null;
  }

  /// DuckDB writes the largest number where it knows no place.
  static @Nullable Integer position(String number) {
    try {
      return number.isEmpty() ? null : Integer.valueOf(number);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String text(Json.Obj object, String key) {
    return object.get(key) instanceof Json.Str(String text) ? text : "";
  }
}
