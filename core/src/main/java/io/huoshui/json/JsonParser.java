package io.huoshui.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// RFC 8259, strict. Depth is bounded, so hostile nesting is an error and not a stack overflow.
final class JsonParser {
  private static final int DEEPEST = 64;

  private final String text;
  private int at;

  JsonParser(String text) {
    this.text = text;
  }

  Json whole() {
    Json value = value(0);
    blanks();
    if (at < text.length()) {
      throw wrong("nothing more");
    }
    return value;
  }

  private Json value(int depth) {
    if (depth > DEEPEST) {
      throw new JsonException("character " + at, "Nested deeper than " + DEEPEST + " levels.");
    }
    blanks();
    char c = at < text.length() ? text.charAt(at) : '\0';
    return switch (c) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> new Json.Str(string());
      case 't' -> word("true", new Json.Bool(true));
      case 'f' -> word("false", new Json.Bool(false));
      case 'n' -> word("null", new Json.Null());
      default -> number();
    };
  }

  private Json object(int depth) {
    var fields = new LinkedHashMap<String, Json>();
    at++;
    blanks();
    if (take('}')) {
      return new Json.Obj(fields);
    }
    do {
      blanks();
      int start = at;
      String key = string();
      blanks();
      if (!take(':')) {
        throw wrong("':'");
      }
      if (fields.put(key, value(depth + 1)) != null) {
        throw new JsonException(
            "character " + start, "The key \"" + key + "\" stands there twice.");
      }
      blanks();
    } while (take(','));
    if (!take('}')) {
      throw wrong("',' or '}'");
    }
    return new Json.Obj(fields);
  }

  private Json array(int depth) {
    var items = new ArrayList<Json>();
    at++;
    blanks();
    if (take(']')) {
      return new Json.Arr(items);
    }
    do {
      items.add(value(depth + 1));
      blanks();
    } while (take(','));
    if (!take(']')) {
      throw wrong("',' or ']'");
    }
    return new Json.Arr(items);
  }

  private String string() {
    if (!take('"')) {
      throw wrong("'\"'");
    }
    var out = new StringBuilder();
    while (true) {
      if (at >= text.length()) {
        throw wrong("'\"' that ends the text");
      }
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        at--;
        throw wrong("no control character in a text");
      }
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = at < text.length() ? text.charAt(at++) : '\0';
      switch (escaped) {
        case '"', '\\', '/' -> out.append(escaped);
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          if (at + 4 > text.length()) {
            throw wrong("four hex digits");
          }
          int code = 0;
          for (int i = 0; i < 4; i++) {
            int digit = Character.digit(text.charAt(at++), 16);
            if (digit < 0) {
              at--;
              throw wrong("four hex digits");
            }
            code = code * 16 + digit;
          }
          out.append((char) code);
        }
        default -> {
          at--;
          throw wrong("an escape: \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
        }
      }
    }
  }

  private Json number() {
    int start = at;
    take('-');
    int whole = digits();
    if (whole == 0 || (whole > 1 && text.charAt(at - whole) == '0')) {
      at = start;
      throw wrong("a value");
    }
    if (take('.') && digits() == 0) {
      throw wrong("a digit");
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (!take('+')) {
        take('-');
      }
      int exponent = digits();
      if (exponent == 0 || exponent > 3) {
        throw wrong("an exponent of one to three digits");
      }
    }
    if (at - start > 64) {
      throw new JsonException("character " + start, "A number of more than 64 characters.");
    }
    return new Json.Num(new BigDecimal(text.substring(start, at)));
  }

  private int digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - start;
  }

  private Json word(String word, Json value) {
    if (!text.startsWith(word, at)) {
      throw wrong("a value");
    }
    at += word.length();
    return value;
  }

  private boolean take(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private JsonException wrong(String expected) {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    return new JsonException(
        "character " + at,
        "Expected " + expected + ", found " + found + " at character " + at + ".");
  }
}
