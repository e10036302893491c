package io.huoshui;

import io.huoshui.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Breaks one thing in a JSON value, for readers and schemas that have to agree about what is left.
public final class Breakage {
  private Breakage() {}

  /// One thing broken, anywhere: a key renamed, taken away, or its value made nothing.
  public static Json one(Json whole, Dice dice) {
    return broken(whole, dice.roll(keys(whole)), dice.roll(3), new int[1]);
  }

  private static int keys(Json json) {
    return switch (json) {
      case Json.Obj(Map<String, Json> fields) ->
          fields.size() + fields.values().stream().mapToInt(Breakage::keys).sum();
      case Json.Arr(List<Json> items) -> items.stream().mapToInt(Breakage::keys).sum();
      default -> 0;
    };
  }

  private static Json broken(Json json, int which, int how, int[] seen) {
    return switch (json) {
      case Json.Obj(Map<String, Json> fields) -> {
        var changed = new LinkedHashMap<String, Json>();
        fields.forEach(
            (key, value) -> {
              if (seen[0]++ != which) {
                changed.put(key, broken(value, which, how, seen));
              } else if (how == 0) {
                changed.put("x" + key, value);
              } else if (how == 1) {
                changed.put(key, new Json.Null());
              }
            });
        yield new Json.Obj(changed);
      }
      case Json.Arr(List<Json> items) -> {
        var changed = new ArrayList<Json>();
        items.forEach(item -> changed.add(broken(item, which, how, seen)));
        yield new Json.Arr(changed);
      }
      default -> json;
    };
  }
}
