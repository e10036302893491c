package io.huoshui.audience;

import io.huoshui.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Changes one part of a rule, named by its path in the JSON form (`rule.all[1].not`), as a
/// [Lint.Finding] names it.
public final class Repair {
  /// What holds a name in the JSON form.
  private static final Set<String> NAMES =
      Set.of("event", "property", "trait", "tag", "inSegment", "inAudience", "name");

  private Repair() {}

  /// The rule with another name in a part. In JSON, so that names are found wherever a part has
  /// them.
  public static Condition renamed(Condition rule, String path, String wrong, String right) {
    return changed(rule, path, part -> renamed(part, wrong, right));
  }

  private static Json renamed(Json json, String wrong, String right) {
    return switch (json) {
      case Json.Obj(var fields) -> {
        var changed = new LinkedHashMap<String, Json>();
        fields.forEach(
            (key, value) ->
                changed.put(
                    key,
                    NAMES.contains(key) && value.equals(Json.of(wrong))
                        ? Json.of(right)
                        : renamed(value, wrong, right)));
        yield new Json.Obj(changed);
      }
      case Json.Arr(List<Json> items) ->
          new Json.Arr(items.stream().map(item -> renamed(item, wrong, right)).toList());
      default -> json;
    };
  }

  /// The rule without a part that stands beside others; a part left alone needs no list.
  public static Condition without(Condition rule, String path) {
    return changed(rule, path, _ -> null);
  }

  private static Condition changed(
      Condition rule, String path, Function<Json, @Nullable Json> change) {
    Json left = changed(RuleJson.write(rule), "rule", path, change);
    if (left == null) {
      throw new IllegalArgumentException("Nothing is left of the rule without " + path);
    }
    return RuleJson.read(left);
  }

  private static @Nullable Json changed(
      Json json, String at, String path, Function<Json, @Nullable Json> change) {
    if (at.equals(path)) {
      return change.apply(json);
    }
    switch (json) {
      case Json.Obj(var fields) -> {
        var changed = new LinkedHashMap<String, Json>();
        fields.forEach(
            (key, value) -> {
              Json inside = changed(value, at + "." + key, path, change);
              if (inside != null) {
                changed.put(key, inside);
              }
            });
        if (changed.size() == 1
            && fields.size() == 1
            && (changed.containsKey("all") || changed.containsKey("any"))
            && changed.values().iterator().next() instanceof Json.Arr(List<Json> left)
            && left.size() == 1
            && !changed.equals(fields)) {
          return left.getFirst();
        }
        return changed.isEmpty() ? null : new Json.Obj(changed);
      }
      case Json.Arr(List<Json> items) -> {
        var changed = new ArrayList<Json>();
        for (int i = 0; i < items.size(); i++) {
          Json inside = changed(items.get(i), at + "[" + i + "]", path, change);
          if (inside != null) {
            changed.add(inside);
          }
        }
        return new Json.Arr(changed);
      }
      default -> {
        return json;
      }
    }
  }
}
