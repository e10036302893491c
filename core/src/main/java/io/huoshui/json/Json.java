package io.huoshui.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A JSON value. Objects keep the order of their keys.
public sealed interface Json {
  record Obj(Map<String, Json> fields) implements Json {
    public Obj {
      fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public @Nullable Json get(String key) {
      return fields.get(key);
    }
  }

  record Arr(List<Json> items) implements Json {
    public Arr {
      items = List.copyOf(items);
    }
  }

  record Str(String text) implements Json {}

  record Num(BigDecimal number) implements Json {
    public boolean whole() {
      return number.stripTrailingZeros().scale() <= 0;
    }
  }

  record Bool(boolean on) implements Json {}

  record Null() implements Json {}

  static Json of(String text) {
    return new Str(text);
  }

  static Json of(long number) {
    return new Num(BigDecimal.valueOf(number));
  }

  static Json of(double number) {
    return new Num(BigDecimal.valueOf(number));
  }

  static Json of(boolean on) {
    return new Bool(on);
  }

  static Json of(List<? extends Json> items) {
    return new Arr(new ArrayList<>(items));
  }

  /// Takes `key, value, key, value…`.
  static Obj object(Object... keysAndValues) {
    var fields = new LinkedHashMap<String, Json>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      fields.put((String) keysAndValues[i], (Json) keysAndValues[i + 1]);
    }
    return new Obj(fields);
  }

  /// Compact text.
  default String write() {
    var out = new StringBuilder();
    write(this, out);
    return out.toString();
  }

  private static void write(Json json, StringBuilder out) {
    switch (json) {
      case Obj(Map<String, Json> fields) -> {
        out.append('{');
        boolean first = true;
        for (Map.Entry<String, Json> field : fields.entrySet()) {
          if (!first) {
            out.append(',');
          }
          first = false;
          quote(field.getKey(), out);
          out.append(':');
          write(field.getValue(), out);
        }
        out.append('}');
      }
      case Arr(List<Json> items) -> {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
          if (i > 0) {
            out.append(',');
          }
          write(items.get(i), out);
        }
        out.append(']');
      }
      case Str(String text) -> quote(text, out);
      case Num(BigDecimal number) -> {
        // Plain where the parser's bound on a number's length lets it be read back.
        String plain = number.toPlainString();
        out.append(plain.length() <= 64 ? plain : number.stripTrailingZeros().toString());
      }
      case Bool(boolean on) -> out.append(on);
      case Null() -> out.append("null");
    }
  }

  /// Appends `text` as a JSON string.
  static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append("\\u").append(String.format("%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /// Reads one JSON value.
  ///
  /// @throws JsonException with the position and what was expected there
  static Json parse(String text) {
    return new JsonParser(text).whole();
  }
}
