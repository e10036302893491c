package io.huoshui.insight.call;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One attempt to call somebody, as `call_failed` and `call_completed` say it.
///
/// @param why it was no talk; empty when it was
/// @param outcome of the talk; empty without one
/// @param level A to F; empty without a talk
/// @param seconds of talk
/// @param hungUpBy `person`, `robot`, `human`, `machine`
/// @param line the last line the person heard
/// @param reached the lines that were heard, in order
/// @param replied the lines that were answered
/// @param bought whether the person paid for an order within the time after it
public record MadeCall(
    String call,
    long atMs,
    String why,
    String outcome,
    String level,
    long seconds,
    String hungUpBy,
    String line,
    List<String> reached,
    List<String> replied,
    List<String> tags,
    long costFen,
    boolean bought) {
  public MadeCall {
    reached = List.copyOf(reached);
    replied = List.copyOf(replied);
    tags = List.copyOf(tags);
  }

  public boolean answered() {
    return why.isEmpty();
  }

  /// A person's calls by one flow, oldest first.
  ///
  /// @param within of a talk, what is bought counts for it; each order for the last talk before it
  public static List<MadeCall> of(Timeline timeline, String flow, Duration within) {
    var calls = new ArrayList<MadeCall>();
    Map<String, Long> orders = ordersByCall(timeline, flow, within);
    for (int i = 0; i < timeline.size(); i++) {
      String name = timeline.name(i);
      boolean failed = name.equals("call_failed");
      if ((!failed && !name.equals("call_completed")) || !text(timeline, i, "flow").equals(flow)) {
        continue;
      }
      String call = text(timeline, i, "call");
      calls.add(
          new MadeCall(
              call,
              timeline.timeMs(i),
              failed ? text(timeline, i, "reason") : "",
              text(timeline, i, "outcome"),
              text(timeline, i, "level"),
              failed ? 0 : timeline.whole(i, "durationS"),
              text(timeline, i, "hungUpBy"),
              text(timeline, i, "line"),
              listed(text(timeline, i, "lines")),
              listed(text(timeline, i, "replied")),
              listed(text(timeline, i, "tags")),
              timeline.whole(i, "costFen"),
              orders.containsKey(call)));
    }
    return calls;
  }

  private static Map<String, Long> ordersByCall(Timeline timeline, String flow, Duration within) {
    var orders = new HashMap<String, Long>();
    String last = "";
    long lastMs = 0;
    for (int i = 0; i < timeline.size(); i++) {
      String name = timeline.name(i);
      if (name.equals("call_completed") && text(timeline, i, "flow").equals(flow)) {
        last = text(timeline, i, "call");
        lastMs = timeline.timeMs(i);
      } else if (name.equals("order_paid")
          && !last.isEmpty()
          && timeline.timeMs(i) - lastMs <= within.toMillis()) {
        orders.merge(last, 1L, Long::sum);
      }
    }
    return orders;
  }

  private static String text(Timeline timeline, int at, String key) {
    Value value = timeline.property(at, key);
    return value == null ? "" : value.shown();
  }

  /// `,o1,o2,`: so that a rule can ask whether `,o1,` is in it.
  public static String listing(List<String> ids) {
    return ids.isEmpty() ? "" : "," + String.join(",", ids) + ",";
  }

  private static List<String> listed(String text) {
    var ids = new ArrayList<String>();
    for (String id : text.split(",")) {
      if (!id.isBlank()) {
        ids.add(id);
      }
    }
    return ids;
  }
}
