package io.huoshui.server.event;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Intake.Verdict;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.server.event.Splitter.Slice;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// Reads one item's bytes into an event, or says why not. Streaming: no tree is built.
final class EventReader {
  /// One field is at most this long before the intake's own, smaller limits are asked.
  private static final int LONGEST_FIELD = 65_536;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxStringLength(LONGEST_FIELD)
                  .maxNameLength(256)
                  .maxNumberLength(64)
                  .build())
          .build();

  private EventReader() {}

  /// An item: an event, or a refusal; never both.
  record Item(@Nullable Event event, Verdict.@Nullable Rejected rejected, String id) {}

  /// @param source the source whose key came with the request; an item may not claim another
  static Item read(byte[] body, Slice slice, String source) {
    var draft = new Draft();
    try (JsonParser json =
        FACTORY.createParser(
            ObjectReadContext.empty(), body, slice.from(), slice.to() - slice.from())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return refuse(
            draft,
            "not_an_object",
            "",
            json.getString(),
            "An item is an event.",
            "a JSON object",
            "");
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        draft.field = json.currentName();
        json.nextToken();
        Item refused = field(json, draft, source);
        if (refused != null) {
          return refused;
        }
      }
      draft.field = "";
      if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        return refuse(
            draft,
            "malformed_json",
            "",
            "",
            "Something follows the event's closing brace.",
            "one object per item",
            "Send many as an array, or as NDJSON with Content-Type: application/x-ndjson.");
      }
      return finish(draft, source);
    } catch (StreamConstraintsException e) {
      String message = String.valueOf(e.getOriginalMessage());
      if (message.contains("nesting depth") || message.contains("Nesting")) {
        return refuse(
            draft,
            "nested_too_deep",
            draft.field,
            "",
            "The item is nested deeper than any event.",
            "16 levels",
            "");
      }
      return refuse(
          draft,
          "text_too_long",
          draft.field,
          "",
          "A text or number in this field is too long.",
          "at most 4096 characters",
          "Store long content elsewhere and send its address.");
    } catch (JacksonException e) {
      String message = String.valueOf(e.getOriginalMessage());
      boolean encoding = message.contains("UTF-8");
      return refuse(
          draft,
          encoding ? "invalid_utf8" : "malformed_json",
          draft.field,
          "",
          encoding ? "The bytes are not UTF-8." : firstLine(message),
          encoding ? "UTF-8" : "JSON as in RFC 8259",
          "");
    } catch (Refused e) {
      return refuse(draft, e.code, e.field, e.value, String.valueOf(e.getMessage()), e.allowed, "");
    }
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private static final class Draft {
    String field = "";
    String id = "";
    String name = "";
    @Nullable Instant time;
    final List<Identifier> identifiers = new ArrayList<>(4);
    String[] keys = new String[8];
    Value[] values = new Value[8];
    int count;

    void put(String key, Value value) {
      if (count == keys.length) {
        keys = Arrays.copyOf(keys, count * 2);
        values = Arrays.copyOf(values, count * 2);
      }
      keys[count] = key;
      values[count++] = value;
    }
  }

  private static final class Refused extends RuntimeException {
    final String code;
    final String field;
    final String value;
    final String allowed;

    Refused(String code, String field, String value, String why, String allowed) {
      super(why, null, false, false);
      this.code = code;
      this.field = field;
      this.value = value;
      this.allowed = allowed;
    }
  }

  private static Item refuse(
      Draft draft,
      String code,
      String field,
      @Nullable String value,
      String why,
      String allowed,
      String next) {
    return new Item(
        null,
        new Verdict.Rejected(
            code,
            field,
            value == null ? "" : value,
            why,
            allowed,
            next.isEmpty() ? "Correct it and send the item again." : next),
        draft.id);
  }

  private static @Nullable Item field(JsonParser json, Draft draft, String source) {
    switch (draft.field) {
      case "id" -> draft.id = text(json, "id");
      case "name" -> draft.name = text(json, "name").intern();
      case "time" -> draft.time = time(text(json, "time"));
      case "source" -> {
        String claimed = text(json, "source");
        if (!claimed.equals(source)) {
          return refuse(
              draft,
              "wrong_source",
              "source",
              claimed,
              "The write key belongs to another source.",
              source,
              "Use the key of that source.");
        }
      }
      case "identifiers" -> identifiers(json, draft);
      case "properties" -> values(json, "", draft);
      case "context" -> values(json, "context.", draft);
      default -> {
        return refuse(
            draft,
            "unknown_field",
            draft.field,
            "",
            "An event has no such field.",
            "id, name, time, source, identifiers, properties, context",
            "Put what you want to keep under properties.");
      }
    }
    return null;
  }

  private static Item finish(Draft draft, String source) {
    if (draft.id.isEmpty()) {
      return refuse(
          draft, "missing_field", "id", "", "Every event has an id.", "1 to 128 characters", "");
    }
    if (draft.name.isEmpty()) {
      return refuse(
          draft, "missing_field", "name", "", "Every event has a name.", "object_verb", "");
    }
    Instant time = draft.time;
    if (time == null) {
      return refuse(draft, "missing_field", "time", "", "Every event has a time.", "RFC 3339", "");
    }
    if (draft.identifiers.isEmpty()) {
      return refuse(
          draft,
          "no_identifier",
          "identifiers",
          "",
          "Nobody is named.",
          "at least one {kind, scope?, value}",
          "");
    }
    return new Item(
        new Event(
            draft.id,
            draft.name,
            time,
            source,
            draft.identifiers,
            Properties.of(draft.keys, draft.values, draft.count)),
        null,
        draft.id);
  }

  private static String text(JsonParser json, String field) {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new Refused(
          "bad_type", field, shown(json), "A text is needed here.", "a text in quotes");
    }
    return json.getString();
  }

  private static String shown(JsonParser json) {
    String text =
        json.currentToken().isScalarValue() ? json.getString() : json.currentToken().toString();
    return text == null ? "" : text;
  }

  private static void identifiers(JsonParser json, Draft draft) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new Refused(
          "bad_type",
          "identifiers",
          shown(json),
          "The names of the person.",
          "a list of {kind, scope?, value}");
    }
    int index = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      String at = "identifiers[" + index++ + "]";
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new Refused(
            "bad_type", at, shown(json), "One name of the person.", "{kind, scope?, value}");
      }
      String kind = "";
      String scope = "";
      String value = "";
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "kind" -> kind = text(json, at + ".kind");
          case "scope" ->
              scope =
                  json.currentToken() == JsonToken.VALUE_NULL
                      ? ""
                      : text(json, at + ".scope").intern();
          case "value" -> value = text(json, at + ".value");
          default ->
              throw new Refused(
                  "unknown_field",
                  at + "." + key,
                  "",
                  "An identifier has no such field.",
                  "kind, scope, value");
        }
      }
      IdentifierKind known = IdentifierKind.ofWire(kind);
      if (known == null) {
        throw new Refused(
            "unknown_kind",
            at + ".kind",
            kind,
            "No such kind of identifier.",
            String.join(", ", IdentifierKind.wires()));
      }
      try {
        draft.identifiers.add(Identifier.of(known, scope, value));
      } catch (IllegalArgumentException e) {
        // The value itself is personal data and stays out of the answer.
        throw new Refused(
            "bad_identifier", at, "", String.valueOf(e.getMessage()), "a valid " + kind);
      }
    }
  }

  private static void values(JsonParser json, String prefix, Draft draft) {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new Refused("bad_type", draft.field, shown(json), "Key and value.", "an object");
    }
    String holder = draft.field;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = json.currentName();
      draft.field = holder + "." + key;
      json.nextToken();
      if (key.isEmpty() || key.startsWith("$")) {
        throw new Refused(
            "bad_property_name",
            draft.field,
            key,
            "Names do not begin with '$'.",
            "a name like amountFen");
      }
      Value value = value(json, draft.field);
      if (value != null) {
        draft.put(prefix.isEmpty() ? key : prefix + key, value);
      }
    }
    draft.field = holder;
  }

  private static @Nullable Value value(JsonParser json, String at) {
    return switch (json.currentToken()) {
      case VALUE_STRING -> Value.of(json.getString());
      case VALUE_NUMBER_INT -> {
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          throw new Refused(
              "bad_number", at, json.getString(), "The number does not fit.", "-2^63 to 2^63-1");
        }
        yield Value.of(json.getLongValue());
      }
      case VALUE_NUMBER_FLOAT -> {
        double number = json.getDoubleValue();
        if (!Double.isFinite(number)) {
          throw new Refused(
              "bad_number", at, json.getString(), "The number does not fit.", "a finite number");
        }
        // 5900.0 is what some senders make of a whole number.
        yield number == Math.rint(number) && Math.abs(number) < 9e15
            ? Value.of((long) number)
            : Value.of(number);
      }
      case VALUE_TRUE -> Value.of(true);
      case VALUE_FALSE -> Value.of(false);
      case VALUE_NULL -> null;
      case START_ARRAY -> {
        var values = new ArrayList<Value>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          Value one = value(json, at);
          if (one instanceof Value.Many) {
            throw new Refused(
                "bad_type",
                at,
                "",
                "Lists do not hold lists.",
                "a list of texts, numbers, true, false");
          }
          if (one != null) {
            values.add(one);
          }
          if (values.size() > 256) {
            throw new Refused(
                "list_too_long", at, "", "The list is too long.", "at most 256 values");
          }
        }
        yield new Value.Many(values);
      }
      default ->
          throw new Refused(
              "bad_type",
              at,
              "",
              "Properties are flat.",
              "a text, number, true, false, or a list of these");
    };
  }

  /// RFC 3339. The common shapes are read by hand, because this runs for every event.
  static Instant time(String text) {
    int length = text.length();
    if (length >= 20 && text.charAt(10) == 'T' && text.charAt(4) == '-' && text.charAt(7) == '-') {
      int year = digits(text, 0, 4);
      int month = digits(text, 5, 7);
      int day = digits(text, 8, 10);
      int hour = digits(text, 11, 13);
      int minute = digits(text, 14, 16);
      int second = digits(text, 17, 19);
      int at = 19;
      int millis = 0;
      if (at < length && text.charAt(at) == '.') {
        int scale = 100;
        at++;
        while (at < length && Character.isDigit(text.charAt(at))) {
          millis += (text.charAt(at) - '0') * scale;
          scale /= 10;
          at++;
        }
      }
      int offset = Integer.MIN_VALUE;
      if (at == length - 1 && text.charAt(at) == 'Z') {
        offset = 0;
      } else if (at == length - 6 && text.charAt(at + 3) == ':') {
        int sign = text.charAt(at) == '-' ? -1 : text.charAt(at) == '+' ? 1 : 0;
        int hours = digits(text, at + 1, at + 3);
        int minutes = digits(text, at + 4, at + 6);
        if (sign != 0 && hours >= 0 && minutes >= 0 && hours <= 18) {
          offset = sign * (hours * 3600 + minutes * 60);
        }
      }
      boolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
      if (offset != Integer.MIN_VALUE
          && year >= 1
          && month >= 1
          && month <= 12
          && day >= 1
          && day <= DAYS[month] + (month == 2 && leap ? 1 : 0)
          && hour >= 0
          && hour <= 23
          && minute >= 0
          && minute <= 59
          && second >= 0
          && second <= 59) {
        long days = java.time.LocalDate.of(year, month, day).toEpochDay();
        long seconds = days * 86_400 + hour * 3600L + minute * 60L + second - offset;
        return Instant.ofEpochMilli(seconds * 1000 + millis);
      }
    }
    try {
      return Instant.ofEpochMilli(OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw new Refused(
          "bad_time",
          "time",
          text,
          "This is no instant of the calendar.",
          "RFC 3339: 2026-06-18T09:30:00+08:00");
    }
  }

  private static final int[] DAYS = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private static int digits(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
