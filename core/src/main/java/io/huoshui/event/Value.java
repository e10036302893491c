package io.huoshui.event;

import java.util.List;

/// One property's value. Money is [Whole] fen under a name that ends in `Fen`; instants are RFC
/// 3339 [Text].
public sealed interface Value {
  record Text(String text) implements Value {}

  record Whole(long number) implements Value {}

  record Decimal(double number) implements Value {
    public Decimal {
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException("A number must be finite, got " + number);
      }
    }
  }

  record Flag(boolean on) implements Value {}

  record Many(List<Value> values) implements Value {
    public Many {
      values = List.copyOf(values);
    }
  }

  static Value of(String text) {
    return new Text(text);
  }

  static Value of(long number) {
    return new Whole(number);
  }

  static Value of(double number) {
    return new Decimal(number);
  }

  static Value of(boolean on) {
    return new Flag(on);
  }

  /// The value as it is shown to a person and compared with text in a rule.
  default String shown() {
    return switch (this) {
      case Text(String text) -> text;
      case Whole(long number) -> Long.toString(number);
      case Decimal(double number) -> Double.toString(number);
      case Flag(boolean on) -> Boolean.toString(on);
      case Many(List<Value> values) -> String.join(",", values.stream().map(Value::shown).toList());
    };
  }

  /// The value as a number, or NaN when it is none.
  default double asNumber() {
    return switch (this) {
      case Whole(long number) -> number;
      case Decimal(double number) -> number;
      case Text _, Flag _, Many _ -> Double.NaN;
    };
  }
}
