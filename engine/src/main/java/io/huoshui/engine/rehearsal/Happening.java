package io.huoshui.engine.rehearsal;

import io.huoshui.event.Value;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Something that may happen to a person because of something else: of those it may happen to, to
/// this share; then what follows from it.
///
/// @param event its name; [#ORDER] is an order with all its events
/// @param after how long after what it follows from, on average
/// @param properties per key the values of which one is drawn
record Happening(
    String event,
    double share,
    Duration after,
    Map<String, List<Value>> properties,
    List<Happening> then) {
  static final String ORDER = "order";

  Happening {
    properties = Map.copyOf(properties);
    then = List.copyOf(then);
  }
}
