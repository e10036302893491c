package io.huoshui.feed;

import io.huoshui.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows of a file and objects of an API as the same thing: per field, what stands there.
public final class Records {
  private Records() {}

  /// @param where the column or path, for a defect
  /// @param json whether it came from JSON, where amounts may be in fen
  public record Cell(String where, String text, boolean json) {}

  /// One row, or one line of an object.
  ///
  /// @param line of the file, from 1; 0 for JSON
  public record Item(long line, Map<Field, Cell> cells, Map<String, Cell> properties) {
    public Item {
      cells = java.util.Collections.unmodifiableMap(new EnumMap<>(cells));
      properties = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /// Empty when nothing stands there.
    public String text(Field field) {
      Cell cell = cells.get(field);
      return cell == null ? "" : cell.text();
    }

    String where(Field field) {
      Cell cell = cells.get(field);
      return cell == null ? field.wire() : cell.where();
    }

    /// What names the group of rows it belongs to: the order, or itself.
    public String group() {
      return text(Field.ORDER_ID);
    }
  }

  /// @param row column → text as it stands in the file
  public static Item ofRow(FeedMap map, Headers headers, long line, Map<String, String> row) {
    var cells = new EnumMap<Field, Cell>(Field.class);
    headers
        .chosen()
        .forEach(
            (field, columns) -> {
              Cell cell = first(columns, row);
              if (cell != null) {
                cells.put(field, cell);
              }
            });
    var properties = new LinkedHashMap<String, Cell>();
    headers
        .properties()
        .forEach(
            (name, columns) -> {
              Cell cell = first(columns, row);
              if (cell != null) {
                properties.put(name, cell);
              }
            });
    return new Item(line, cells, properties);
  }

  private static @Nullable Cell first(List<String> columns, Map<String, String> row) {
    for (String column : columns) {
      String text = Cells.clean(row.get(column));
      if (!text.isEmpty()) {
        return new Cell(column, text, false);
      }
    }
    return null;
  }

  /// An object of an API or a pushed message: as many records as it has lines, one at least.
  public static List<Item> ofJson(FeedMap map, Json json) {
    List<Json> items = new ArrayList<>();
    if (!map.items().isEmpty()) {
      Json found = at(json, map.items());
      if (found instanceof Json.Arr(List<Json> several)) {
        items.addAll(several);
      } else if (found instanceof Json.Obj) {
        items.add(found);
      }
    }
    if (items.isEmpty()) {
      items.add(Json.object());
    }
    var records = new ArrayList<Item>();
    for (Json item : items) {
      var cells = new EnumMap<Field, Cell>(Field.class);
      map.fields()
          .forEach(
              (field, from) -> {
                Cell cell = ofJson(from, json, item);
                if (cell != null) {
                  cells.put(field, cell);
                }
              });
      var properties = new LinkedHashMap<String, Cell>();
      map.properties()
          .forEach(
              (name, from) -> {
                Cell cell = ofJson(from, json, item);
                if (cell != null) {
                  properties.put(name, cell);
                }
              });
      records.add(new Item(0, cells, properties));
    }
    return List.copyOf(records);
  }

  private static @Nullable Cell ofJson(FeedMap.From from, Json whole, Json item) {
    for (String path : from.item()) {
      String text = text(at(item, path));
      if (!text.isEmpty()) {
        return new Cell(path, text, true);
      }
    }
    for (String path : from.paths()) {
      int star = path.indexOf(".*.");
      String text =
          star < 0
              ? text(at(whole, path))
              : sum(at(whole, path.substring(0, star)), path.substring(star + 3));
      if (!text.isEmpty()) {
        return new Cell(path, text, true);
      }
    }
    return null;
  }

  /// `refunds.*.fee`: what stands there in all items, added up.
  private static String sum(@Nullable Json list, String path) {
    if (!(list instanceof Json.Arr(List<Json> items))) {
      return "";
    }
    BigDecimal sum = null;
    for (Json item : items) {
      String text = text(at(item, path));
      if (text.matches("-?\\d{1,15}(\\.\\d{1,8})?")) {
        sum = (sum == null ? BigDecimal.ZERO : sum).add(new BigDecimal(text));
      }
    }
    return sum == null ? "" : sum.toPlainString();
  }

  /// What stands at a path of names and numbers of items, `a.b.0.c`; null when nothing does.
  public static @Nullable Json at(Json json, String path) {
    Json here = json;
    for (String step : path.split("\\.")) {
      here =
          switch (here) {
            case Json.Obj object -> object.get(step);
            case Json.Arr(List<Json> items) ->
                step.matches("\\d{1,4}") && Integer.parseInt(step) < items.size()
                    ? items.get(Integer.parseInt(step))
                    : null;
            case Json.Str _, Json.Num _, Json.Bool _, Json.Null _ -> null;
          };
      if (here == null) {
        return null;
      }
    }
    return here;
  }

  private static String text(@Nullable Json json) {
    return switch (json) {
      case null -> "";
      case Json.Str(String text) -> Cells.clean(text);
      case Json.Num(BigDecimal number) -> number.toPlainString();
      case Json.Bool(boolean on) -> String.valueOf(on);
      case Json.Obj _, Json.Arr _, Json.Null _ -> "";
    };
  }
}
