package io.huoshui.event;

import java.util.List;
import java.util.Map;

/// One entry of the [EventCatalogue].
///
/// @param name `object_verb`
/// @param zh how an operator calls it, as a verb phrase: `支付订单`
/// @param en the same in English, past participle: `paid an order`
/// @param required properties that must be there, with their type
public record EventType(String name, String zh, String en, Map<String, PropertyType> required) {
  public EventType {
    required = Map.copyOf(required);
  }

  /// What a required property must hold.
  public enum PropertyType {
    TEXT,
    /// A whole number ≥ 0 in the smallest unit of the currency.
    MONEY,
    WHOLE;

    public boolean takes(Value value) {
      return switch (this) {
        case TEXT -> value instanceof Value.Text(String text) && !text.isBlank();
        case MONEY -> value instanceof Value.Whole(long number) && number >= 0;
        case WHOLE -> value instanceof Value.Whole;
      };
    }

    public String allowed() {
      return switch (this) {
        case TEXT -> "a text that is not empty";
        case MONEY -> "a whole number of fen, 0 or more";
        case WHOLE -> "a whole number";
      };
    }
  }

  static EventType of(String name, String zh, String en, String... required) {
    var types = new java.util.LinkedHashMap<String, PropertyType>();
    for (String key : List.of(required)) {
      types.put(
          key,
          key.endsWith("Fen")
              ? PropertyType.MONEY
              : key.equals("quantity") || key.equals("durationS")
                  ? PropertyType.WHOLE
                  : PropertyType.TEXT);
    }
    return new EventType(name, zh, en, types);
  }
}
