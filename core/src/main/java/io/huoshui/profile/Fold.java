package io.huoshui.profile;

import io.huoshui.event.Value;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A question whose answer is one value per timeline.
///
/// @param property what is folded; empty for [Kind#COUNT], and for FIRST and LAST where the time
///   itself is asked
public record Fold(Kind kind, String property) {
  public enum Kind {
    COUNT,
    SUM,
    AVERAGE,
    MIN,
    MAX,
    DISTINCT,
    FIRST,
    LAST;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public boolean numeric() {
      return this != FIRST && this != LAST;
    }
  }

  public Fold {
    boolean mayBeEmpty = kind == Kind.COUNT || kind == Kind.FIRST || kind == Kind.LAST;
    if (property.isEmpty() && !mayBeEmpty) {
      throw new IllegalArgumentException(kind.wire() + " needs a property");
    }
  }

  public static Fold count() {
    return new Fold(Kind.COUNT, "");
  }

  public static Fold sum(String property) {
    return new Fold(Kind.SUM, property);
  }

  /// Folds the matching events in the window.
  ///
  /// @return the value; null when no event matched and the fold has no neutral answer (all but
  ///   COUNT, SUM, DISTINCT)
  public @Nullable Value over(
      EventPattern pattern, Timeline timeline, Window window, Instant now, ZoneId zone) {
    return over(pattern, timeline, window.at(now, zone));
  }

  public @Nullable Value over(EventPattern pattern, Timeline timeline, Window.Span span) {
    int begin = timeline.from(span.fromMs());
    int end = timeline.from(span.toMs());
    long count = 0;
    long whole = 0;
    double decimal = 0;
    boolean fraction = false;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    Value edge = null;
    Set<Value> distinct = kind == Kind.DISTINCT ? new HashSet<>() : Set.of();
    for (int i = begin; i < end; i++) {
      if (!pattern.matches(timeline, i)) {
        continue;
      }
      if (kind == Kind.COUNT) {
        count++;
        continue;
      }
      Value value =
          property.isEmpty() ? Value.of(timeline.timeMs(i)) : timeline.property(i, property);
      if (value == null) {
        continue;
      }
      switch (kind) {
        case SUM, AVERAGE, MIN, MAX -> {
          double number = value.asNumber();
          if (!Double.isNaN(number)) {
            count++;
            if (value instanceof Value.Whole(long exact) && fits(whole, exact)) {
              whole += exact;
            } else {
              decimal = finite(decimal + number);
              fraction = true;
            }
            least = Math.min(least, number);
            most = Math.max(most, number);
          }
        }
        case DISTINCT -> distinct.add(value);
        case FIRST -> edge = edge == null ? value : edge;
        case LAST -> edge = value;
        case COUNT -> throw new AssertionError("counted above");
      }
    }
    return switch (kind) {
      case COUNT -> Value.of(count);
      case SUM -> fraction ? Value.of(finite(whole + decimal)) : Value.of(whole);
      case AVERAGE -> count == 0 ? null : Value.of(finite(whole + decimal) / count);
      case MIN -> count == 0 ? null : number(least);
      case MAX -> count == 0 ? null : number(most);
      case DISTINCT -> Value.of((long) distinct.size());
      case FIRST, LAST -> edge;
    };
  }

  /// Whether a sum stays a whole number; beyond it goes on as a decimal. A fold never fails:
  /// whatever may enter a timeline has an answer.
  public static boolean fits(long sum, long more) {
    long next = sum + more;
    return ((sum ^ next) & (more ^ next)) >= 0;
  }

  /// A sum beyond the largest decimal stays there.
  public static double finite(double number) {
    return Math.clamp(number, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  private static Value number(double number) {
    return isWhole(number) ? Value.of((long) number) : Value.of(number);
  }

  /// Whether the least or the most is said as a whole number.
  public static boolean isWhole(double number) {
    return number == Math.rint(number) && Math.abs(number) < 9e15;
  }
}
