package io.huoshui.platforms.callback;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a platform says, whether it says it in XML or in JSON. An array is an element that comes
/// several times.
public final class Message {
  private static final int MOST_NAMES = 80;

  /// The year 2286: ten digits.
  private static final long LATEST = 9_999_999_999L;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Limits.USUAL.depth())
                          .maxNumberLength(64)
                          .build())
                  .build())
          .build();

  private final Part root;
  private final String event;

  private Message(Part root) {
    this.root = root;
    String event = text("Event");
    this.event = event.isEmpty() ? text("InfoType") : event;
  }

  /// Reads UTF-8, XML or JSON by its first character.
  ///
  /// @throws Refusal.Refused TOO_LARGE, MALFORMED
  public static Message read(byte[] utf8, Limits limits) {
    if (utf8.length > limits.bytes()) {
      throw Refusal.TOO_LARGE.because(
          "The message has " + utf8.length + " bytes, allowed are " + limits.bytes());
    }
    String text;
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
      text = decoded.toString();
    } catch (CharacterCodingException e) {
      throw Refusal.MALFORMED.because("The message is no UTF-8");
    }
    return read(text, limits);
  }

  /// @throws Refusal.Refused MALFORMED
  public static Message read(String text, Limits limits) {
    int first = 0;
    while (first < text.length() && (text.charAt(first) <= ' ' || text.charAt(first) == '\uFEFF')) {
      first++;
    }
    if (first < text.length() && text.charAt(first) == '{') {
      return ofJson(text.substring(first), limits);
    }
    return new Message(StrictXml.read(text, limits));
  }

  private static Message ofJson(String text, Limits limits) {
    try {
      int[] count = new int[1];
      return new Message(part("json", JSON.readTree(text), limits, count));
    } catch (JacksonException e) {
      throw Refusal.MALFORMED.because("JSON: " + e.getOriginalMessage());
    }
  }

  private static Part part(String name, JsonNode node, Limits limits, int[] count) {
    if (++count[0] > limits.parts()) {
      throw Refusal.MALFORMED.because("JSON: more than " + limits.parts() + " values");
    }
    if (!node.isObject()) {
      return new Part(name, node.isNull() ? "" : node.asString(""), List.of());
    }
    var parts = new ArrayList<Part>();
    node.forEachEntry(
        (key, value) -> {
          if (value.isArray()) {
            value.forEach(each -> parts.add(part(key, each, limits, count)));
          } else {
            parts.add(part(key, value, limits, count));
          }
        });
    return new Part(name, "", parts);
  }

  /// The text at a path, the first where there are several; empty when there is none.
  public String text(String path) {
    return text(root, path);
  }

  static String text(Part of, String path) {
    if (path.equals(".")) {
      return of.text();
    }
    if (path.indexOf('.') < 0) {
      for (Part part : of.parts()) {
        if (part.name().equals(path)) {
          return part.text();
        }
      }
      return "";
    }
    var found = new ArrayList<Part>();
    of.find(path, found);
    return found.isEmpty() ? "" : found.getFirst().text();
  }

  public List<Part> parts(String path) {
    var found = new ArrayList<Part>();
    root.find(path, found);
    return found;
  }

  Part root() {
    return root;
  }

  /// What happened: `change_external_contact`; empty when it is a message somebody wrote.
  public String event() {
    return event;
  }

  /// The kind as lists show it: `change_external_contact/add_external_contact`, `CLICK`,
  /// `msg:image`.
  public String kind() {
    if (event.isEmpty()) {
      return "msg:" + text("MsgType");
    }
    String change = text("ChangeType");
    return change.isEmpty() ? event : event + "/" + change;
  }

  /// When the platform says it happened, in seconds; the beginning of 1970 when it does not, or
  /// says what can not be.
  public Instant at() {
    String seconds = text("CreateTime");
    if (seconds.isEmpty()) {
      seconds = text("TimeStamp");
    }
    try {
      long number = Long.parseLong(seconds);
      return number >= 0 && number <= LATEST ? Instant.ofEpochSecond(number) : Instant.EPOCH;
    } catch (NumberFormatException e) {
      return Instant.EPOCH;
    }
  }

  /// The paths it has values at, without the values.
  public List<String> names() {
    var names = new TreeSet<String>();
    collect(root, "", names);
    return names.stream().limit(MOST_NAMES).toList();
  }

  private static void collect(Part part, String path, Set<String> into) {
    for (Part each : part.parts()) {
      String name = path.isEmpty() ? each.name() : path + "." + each.name();
      if (each.parts().isEmpty()) {
        into.add(name);
      } else {
        collect(each, name, into);
      }
    }
  }
}
