package io.huoshui.platforms.callback;

import java.util.ArrayList;
import java.util.List;

/// Reads the little XML that platforms write: elements without attributes, text, CDATA, comments,
/// the five entities everybody knows and characters by number. There is no DOCTYPE to expand and no
/// address to fetch, because there is no code for either: what begins with `<!D` is refused.
final class StrictXml {
  private final String text;
  private final Limits limits;
  private int at;
  private int count;

  private StrictXml(String text, Limits limits) {
    this.text = text;
    this.limits = limits;
  }

  /// @throws Refusal.Refused MALFORMED, naming the position
  static Part read(String text, Limits limits) {
    var reader = new StrictXml(text, limits);
    reader.prologue();
    Part root = reader.element(1);
    reader.blank();
    while (reader.looking("<!--")) {
      reader.comment();
      reader.blank();
    }
    if (reader.at != text.length()) {
      throw reader.bad("something after the end");
    }
    return root;
  }

  private void prologue() {
    if (looking("\uFEFF")) {
      at++;
    }
    blank();
    if (looking("<?xml")) {
      int end = text.indexOf("?>", at);
      if (end < 0) {
        throw bad("a declaration without end");
      }
      at = end + 2;
    }
    blank();
    while (looking("<!--")) {
      comment();
      blank();
    }
  }

  private Part element(int depth) {
    if (depth > limits.depth()) {
      throw bad("more than " + limits.depth() + " elements within each other");
    }
    if (++count > limits.parts()) {
      throw bad("more than " + limits.parts() + " elements");
    }
    if (!looking("<") || looking("<!") || looking("<?")) {
      throw bad(looking("<!D") ? "a DOCTYPE, which is never read" : "no element");
    }
    at++;
    String name = name();
    blank();
    if (looking("/>")) {
      at += 2;
      return new Part(name, "", List.of());
    }
    if (!looking(">")) {
      throw bad("an attribute");
    }
    at++;
    return content(name, depth);
  }

  private Part content(String name, int depth) {
    List<Part> parts = List.of();
    StringBuilder several = null;
    String one = "";
    boolean marked = false;
    while (true) {
      if (at >= text.length()) {
        throw bad("<" + name + "> without end");
      }
      String piece;
      if (text.charAt(at) != '<') {
        String plain = plain();
        // Blanks around CDATA are how it was laid out, not what it says.
        piece = plain.isBlank() ? "" : plain;
      } else if (looking("<![CDATA[")) {
        int end = text.indexOf("]]>", at);
        if (end < 0) {
          throw bad("CDATA without end");
        }
        piece = text.substring(at + 9, end);
        marked = true;
        at = end + 3;
      } else if (looking("</")) {
        at += 2;
        if (!name().equals(name)) {
          throw bad("the end of another element than <" + name + ">");
        }
        blank();
        if (!looking(">")) {
          throw bad("an end tag without end");
        }
        at++;
        String whole = several == null ? one : several.toString();
        return new Part(name, parts.isEmpty() ? (marked ? whole : whole.strip()) : "", parts);
      } else if (looking("<!--")) {
        comment();
        continue;
      } else {
        if (parts.isEmpty()) {
          parts = new ArrayList<>();
        }
        parts.add(element(depth + 1));
        continue;
      }
      if (piece.isEmpty()) {
        continue;
      }
      if (one.isEmpty() && several == null) {
        one = piece;
      } else {
        several = several == null ? new StringBuilder(one) : several;
        several.append(piece);
      }
    }
  }

  /// Text up to the next mark.
  private String plain() {
    int end = text.indexOf('<', at);
    if (end < 0) {
      throw bad("text without end");
    }
    String raw = text.substring(at, end);
    if (raw.indexOf('&') < 0) {
      at = end;
      return raw;
    }
    var out = new StringBuilder(raw.length());
    while (at < end) {
      char c = text.charAt(at);
      if (c != '&') {
        out.append(c);
        at++;
        continue;
      }
      int semicolon = text.indexOf(';', at);
      if (semicolon < 0 || semicolon > end || semicolon - at > 10) {
        throw bad("an & that begins nothing");
      }
      out.appendCodePoint(entity(text.substring(at + 1, semicolon)));
      at = semicolon + 1;
    }
    return out.toString();
  }

  private int entity(String name) {
    switch (name) {
      case "amp":
        return '&';
      case "lt":
        return '<';
      case "gt":
        return '>';
      case "quot":
        return '"';
      case "apos":
        return '\'';
      default:
        break;
    }
    try {
      int point =
          name.startsWith("#x")
              ? Integer.parseInt(name, 2, name.length(), 16)
              : name.startsWith("#") ? Integer.parseInt(name, 1, name.length(), 10) : -1;
      if (point > 0 && point <= Character.MAX_CODE_POINT && !isSurrogate(point)) {
        return point;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw bad("an entity that is not one of XML's own");
  }

  private static boolean isSurrogate(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }

  private String name() {
    int from = at;
    while (at < text.length() && nameful(text.charAt(at))) {
      at++;
    }
    if (at == from || at - from > 128) {
      throw bad("no name");
    }
    return text.substring(from, at);
  }

  private static boolean nameful(char c) {
    return c > ' ' && c != '>' && c != '/' && c != '<' && c != '=' && c != '&' && c != '"';
  }

  private void comment() {
    int end = text.indexOf("-->", at + 4);
    if (end < 0) {
      throw bad("a comment without end");
    }
    at = end + 3;
  }

  private void blank() {
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
  }

  private boolean looking(String what) {
    return text.startsWith(what, at);
  }

  private Refusal.Refused bad(String what) {
    return Refusal.MALFORMED.because("XML at character " + at + ": " + what);
  }
}
