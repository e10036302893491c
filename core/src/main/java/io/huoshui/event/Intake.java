package io.huoshui.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What may enter. The rule is the same for HTTP, imports and connectors.
public final class Intake {
  public static final int LONGEST_ID = 128;
  public static final int LONGEST_NAME = 64;
  public static final int LONGEST_TEXT = 4_096;
  public static final int MOST_PROPERTIES = 64;
  public static final int MOST_IDENTIFIERS = 16;
  public static final int LONGEST_IDENTIFIER = 256;

  /// Nothing this product could know happened before; an older time is a unit mistake.
  public static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");

  /// Clocks of senders run ahead by this much at most.
  public static final Duration AHEAD = Duration.ofHours(24);

  private Intake() {}

  /// What became of one item, in the order it was sent.
  public sealed interface Verdict {
    record Accepted() implements Verdict {}

    /// The id was taken before; the first one counts.
    record Duplicate() implements Verdict {}

    /// @param field the path within the item, `properties.amountFen`
    /// @param value what stood there, cut to 80 characters, personal data masked
    /// @param allowed what may stand there
    /// @param next what the sender should do
    record Rejected(
        String code, String field, String value, String why, String allowed, String next)
        implements Verdict {
      public Rejected {
        value = value.length() <= 80 ? value : value.substring(0, 77) + "…";
      }
    }

    Verdict ACCEPTED = new Accepted();
    Verdict DUPLICATE = new Duplicate();
  }

  /// Checks one event against the catalogue.
  ///
  /// @param now the brand's present; events further ahead than [#AHEAD] are refused
  /// @return the refusal, or null when the event may enter
  public static Verdict.@Nullable Rejected check(Event event, EventCatalogue known, Instant now) {
    if (event.id().isBlank() || event.id().length() > LONGEST_ID) {
      return rejected(
          "bad_id",
          "id",
          event.id(),
          "The id has " + event.id().length() + " characters.",
          "1 to " + LONGEST_ID + " characters",
          "Send the id of the sending system.");
    }
    if (broken(event.id())) {
      return brokenText("id", event.id());
    }
    EventType type = known.find(event.name());
    if (type == null) {
      return rejected(
          "unknown_name",
          "name",
          event.name(),
          "No event of this name is known.",
          "near: " + String.join(", ", known.near(event.name())),
          "Correct the name, or add it under /api/v1/event-types.");
    }
    if (event.time().isBefore(EARLIEST) || event.time().isAfter(now.plus(AHEAD))) {
      return rejected(
          "impossible_time",
          "time",
          event.time().toString(),
          "The time is out of range.",
          EARLIEST + " to " + now.plus(AHEAD),
          "Check the unit and the time zone of the sender.");
    }
    if (event.identifiers().size() > MOST_IDENTIFIERS) {
      return rejected(
          "too_many_identifiers",
          "identifiers",
          "" + event.identifiers().size(),
          "One person does not have this many names in one event.",
          "1 to " + MOST_IDENTIFIERS,
          "Send one event per person.");
    }
    for (Identifier identifier : event.identifiers()) {
      String field = "identifiers." + identifier.kind().wire();
      if (identifier.value().length() > LONGEST_IDENTIFIER
          || identifier.scope().length() > LONGEST_IDENTIFIER) {
        return rejected(
            "identifier_too_long",
            field,
            identifier.masked(),
            "The identifier has " + identifier.value().length() + " characters.",
            "at most " + LONGEST_IDENTIFIER,
            "Send the identifier itself, not what it stands for.");
      }
      if (broken(identifier.value()) || broken(identifier.scope())) {
        return brokenText(field, identifier.masked());
      }
    }
    if (event.properties().size() > MOST_PROPERTIES) {
      return rejected(
          "too_many_properties",
          "properties",
          "" + event.properties().size(),
          "The event has too many properties.",
          "0 to " + MOST_PROPERTIES,
          "Keep what a rule or a report will ask for.");
    }
    for (Map.Entry<String, EventType.PropertyType> required : type.required().entrySet()) {
      String field = "properties." + required.getKey();
      Value value = event.properties().get(required.getKey());
      if (value == null) {
        return rejected(
            "missing_property",
            field,
            "",
            event.name() + " needs it.",
            required.getValue().allowed(),
            "Add it and send the item again.");
      }
      if (!required.getValue().takes(value)) {
        return rejected(
            "bad_property",
            field,
            value.shown(),
            event.name() + " can not take it.",
            required.getValue().allowed(),
            "Correct it and send the item again.");
      }
    }
    for (int i = 0; i < event.properties().size(); i++) {
      String key = event.properties().key(i);
      Value value = event.properties().value(i);
      if (key.endsWith("Fen") && !EventType.PropertyType.MONEY.takes(value)) {
        return rejected(
            "bad_money",
            "properties." + key,
            value.shown(),
            "Money is counted in the smallest unit and never below zero.",
            EventType.PropertyType.MONEY.allowed(),
            "Send 59.00 yuan as 5900; send a refund as its own event.");
      }
      if (key.length() > LONGEST_NAME) {
        return rejected(
            "bad_property_name",
            "properties",
            key,
            "The name is too long.",
            "1 to " + LONGEST_NAME + " characters",
            "Shorten it.");
      }
      if (broken(key)) {
        return brokenText("properties", key);
      }
      int characters = characters(value);
      if (characters > LONGEST_TEXT) {
        return rejected(
            "text_too_long",
            "properties." + key,
            value instanceof Value.Text(String text) ? text : "a list",
            "The text has " + characters + " characters.",
            "at most " + LONGEST_TEXT,
            "Store long content elsewhere and send its address.");
      }
      if (broken(value)) {
        return brokenText("properties." + key, value.shown());
      }
    }
    return null;
  }

  /// A list counts all its texts together.
  private static int characters(Value value) {
    return switch (value) {
      case Value.Text(String text) -> text.length();
      case Value.Whole _, Value.Decimal _, Value.Flag _ -> 0;
      case Value.Many(List<Value> values) -> {
        long sum = 0;
        for (Value one : values) {
          sum += characters(one);
        }
        yield (int) Math.min(sum, Integer.MAX_VALUE);
      }
    };
  }

  private static boolean broken(Value value) {
    return switch (value) {
      case Value.Text(String text) -> broken(text);
      case Value.Whole _, Value.Decimal _, Value.Flag _ -> false;
      case Value.Many(List<Value> values) -> values.stream().anyMatch(Intake::broken);
    };
  }

  /// Whether half of a surrogate pair stands alone: no bytes mean it, so it would come back from
  /// the log as another text.
  private static boolean broken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  private static Verdict.Rejected brokenText(String field, String value) {
    return rejected(
        "bad_text",
        field,
        value,
        "Half of a character stands alone in it.",
        "whole characters (Unicode without lone surrogates)",
        "Cut texts between characters, not within one.");
  }

  private static Verdict.Rejected rejected(
      String code, String field, String value, String why, String allowed, String next) {
    return new Verdict.Rejected(code, field, value, why, allowed, next);
  }
}
