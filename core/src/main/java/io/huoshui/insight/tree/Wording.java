package io.huoshui.insight.tree;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How values are said.
public final class Wording {
  private Wording() {}

  /// As people read it: money in yuan, shares in per cent.
  public static String value(Metric metric, @Nullable Double value, boolean zh) {
    if (value == null) {
      return zh ? "没有基数" : "no base";
    }
    return switch (metric.unit()) {
      case COUNT, PEOPLE -> format(value, value == Math.rint(value) ? 0 : 1);
      case FEN -> zh ? format(value / 100, 2) + " 元" : "¥" + format(value / 100, 2);
      case SHARE -> format(value * 100, 1) + " %";
      case NUMBER -> format(value, 2);
    };
  }

  static String format(double number, int digits) {
    return String.format(Locale.ROOT, "%,." + digits + "f", number);
  }
}
