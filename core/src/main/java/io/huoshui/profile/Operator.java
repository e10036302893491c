package io.huoshui.profile;

import io.huoshui.event.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How two values are compared. Numbers compare as numbers, everything else as the text it shows.
public enum Operator {
  EQUAL("="),
  NOT_EQUAL("!="),
  LESS("<"),
  LESS_OR_EQUAL("<="),
  MORE(">"),
  MORE_OR_EQUAL(">="),
  CONTAINS("contains"),
  ONE_OF("in");

  private final String sign;

  Operator(String sign) {
    this.sign = sign;
  }

  public String sign() {
    return sign;
  }

  public static @Nullable Operator ofSign(String sign) {
    for (Operator operator : values()) {
      if (operator.sign.equals(sign)) {
        return operator;
      }
    }
    return null;
  }

  /// A value that is not there is equal to nothing and different from everything.
  public boolean test(@Nullable Value actual, Value wanted) {
    if (actual == null) {
      return this == NOT_EQUAL;
    }
    if (actual instanceof Value.Many(List<Value> values) && this != NOT_EQUAL) {
      return values.stream().anyMatch(value -> test(value, wanted));
    }
    return switch (this) {
      case EQUAL -> equal(actual, wanted);
      case NOT_EQUAL -> !EQUAL.test(actual, wanted);
      case LESS -> compare(actual, wanted) < 0;
      case LESS_OR_EQUAL -> compare(actual, wanted) <= 0;
      case MORE -> compare(actual, wanted) > 0;
      case MORE_OR_EQUAL -> compare(actual, wanted) >= 0;
      case CONTAINS -> actual.shown().contains(wanted.shown());
      case ONE_OF ->
          wanted instanceof Value.Many(List<Value> many)
              ? many.stream().anyMatch(one -> equal(actual, one))
              : equal(actual, wanted);
    };
  }

  private static boolean equal(Value actual, Value wanted) {
    return actual.equals(wanted) || compare(actual, wanted) == 0;
  }

  private static int compare(Value actual, Value wanted) {
    double a = actual.asNumber();
    double b = wanted.asNumber();
    return Double.isNaN(a) || Double.isNaN(b)
        ? actual.shown().compareTo(wanted.shown())
        : Double.compare(a, b);
  }
}
