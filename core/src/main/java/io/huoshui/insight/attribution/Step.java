package io.huoshui.insight.attribution;

/// Something on a person's way: a touch, or a conversion.
public sealed interface Step {
  long timeMs();

  record Touch(long timeMs, String channel) implements Step {
    public Touch {
      if (channel.isBlank()) {
        throw new IllegalArgumentException("A touch without a channel");
      }
    }
  }

  /// @param amountFen what it brought, 0 where that is not known
  record Conversion(long timeMs, long amountFen) implements Step {}
}
