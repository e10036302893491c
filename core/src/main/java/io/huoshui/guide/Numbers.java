package io.huoshui.guide;

import io.huoshui.json.Json;
import io.huoshui.json.Place;
import java.math.BigDecimal;

/// Reads small numbers and flags of rules.
final class Numbers {
  private Numbers() {}

  static int whole(Place at, int least, int most, int otherwise) {
    if (at.absent()) {
      return otherwise;
    }
    if (at.json() instanceof Json.Num(BigDecimal number)
        && number.stripTrailingZeros().scale() <= 0
        && number.compareTo(BigDecimal.valueOf(least)) >= 0
        && number.compareTo(BigDecimal.valueOf(most)) <= 0) {
      return number.intValueExact();
    }
    throw at.refused(least + " to " + most);
  }

  static boolean flag(Place at, boolean otherwise) {
    if (at.absent()) {
      return otherwise;
    }
    if (at.json() instanceof Json.Bool(boolean on)) {
      return on;
    }
    throw at.refused("true, false");
  }
}
