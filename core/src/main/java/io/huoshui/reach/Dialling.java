package io.huoshui.reach;

import io.huoshui.event.Value;
import io.huoshui.profile.Period;
import io.huoshui.profile.Timeline;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.HashSet;
import java.util.List;

/// When and how often people may be called. Unlike quiet hours it holds for transactions, too:
/// outside of it no line is open, and beyond the limits no platform dials.
///
/// @param from when calls begin, where the callee lives
/// @param to when they end, on the same day
/// @param perCallee every one holds
public record Dialling(LocalTime from, LocalTime to, List<CalleeLimit> perCallee) {
  public Dialling {
    perCallee = List.copyOf(perCallee);
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException(
          "Calls from " + from + " to " + to + "; allowed is an end after the beginning");
    }
  }

  /// @param source who says so
  /// @param asOf the day it was read
  public record CalleeLimit(int most, Period within, String source, LocalDate asOf) {
    public CalleeLimit {
      if (most < 1 || within.amount() < 1) {
        throw new IllegalArgumentException(
            "A callee's limit is " + most + " per " + within + "; allowed is 1 or more");
      }
    }
  }

  private static final LocalDate READ = LocalDate.parse("2026-11-01");

  /// As PLATFORMS 5.4 has it.
  public static final Dialling USUAL =
      new Dialling(
          LocalTime.of(9, 0),
          LocalTime.of(20, 0),
          List.of(
              new CalleeLimit(1, Period.parse("1m"), "Aliyun voice 2680293", READ),
              new CalleeLimit(5, Period.parse("1h"), "Aliyun voice 2680293", READ),
              new CalleeLimit(20, Period.parse("24h"), "Aliyun voice 2680293", READ),
              new CalleeLimit(5, Period.parse("1d"), "Aliyun outbound bot 226794", READ)));

  /// Written on the timeline before somebody is dialled again for the same send: `reference` of the
  /// dial, the same one however often it is tried.
  public static final String REDIALLED = "call_redialled";

  /// How often somebody was dialled after an instant, whoever began it: first dials and redials.
  ///
  /// A first dial is a send that was let out, or, where it left later than it was let out, what its
  /// result says (`attempt` 1). A redial stands on the timeline before it rings; one that is
  /// written there and never rang counts until it is tried again.
  ///
  /// @param letOut how many first dials were let out after it
  /// @param except the reference of a redial that is not to be counted; empty for none
  static int dials(Timeline timeline, int letOut, long sinceMs, String except) {
    int told = 0;
    var redials = new HashSet<String>();
    for (int i = timeline.from(sinceMs + 1); i < timeline.size(); i++) {
      switch (timeline.name(i)) {
        case "call_answered", "call_failed" -> told += timeline.whole(i, "attempt") == 1 ? 1 : 0;
        case REDIALLED -> {
          Value reference = timeline.property(i, "reference");
          if (reference != null && !reference.shown().equals(except)) {
            redials.add(reference.shown());
          }
        }
        default -> {}
      }
    }
    return Math.max(letOut, told) + redials.size();
  }

  public boolean open(LocalTime time) {
    return !time.isBefore(from) && time.isBefore(to);
  }
}
