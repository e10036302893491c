package io.huoshui.profile;

import io.huoshui.event.Value;
import java.util.List;

/// Events of one name whose properties pass every test.
///
/// A test of [#SOURCE] looks at where the event came from.
public record EventPattern(String event, List<Where> where) {
  /// What a test calls the source of the event.
  public static final String SOURCE = "$source";

  public EventPattern {
    where = List.copyOf(where);
  }

  /// One test of one property.
  public record Where(String property, Operator operator, Value value) {}

  public static EventPattern of(String event, Where... where) {
    return new EventPattern(event, List.of(where));
  }

  public boolean matches(Timeline timeline, int index) {
    if (!timeline.name(index).equals(event)) {
      return false;
    }
    for (int i = 0; i < where.size(); i++) {
      Where test = where.get(i);
      Value actual =
          test.property().equals(SOURCE)
              ? Value.of(timeline.source(index))
              : timeline.property(index, test.property());
      if (!test.operator().test(actual, test.value())) {
        return false;
      }
    }
    return true;
  }
}
