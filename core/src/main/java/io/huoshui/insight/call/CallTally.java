package io.huoshui.insight.call;

import io.huoshui.insight.call.CallReport.Named;
import io.huoshui.insight.call.CallReport.OfLine;
import io.huoshui.insight.call.CallReport.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counts calls, person by person.
public final class CallTally {
  private static final String LEVEL_NEVER_AGAIN = "F";

  private final long talkSeconds;
  private final Map<String, long[]> lines = new LinkedHashMap<>();
  private final Map<String, Long> failed = new TreeMap<>();
  private final Map<String, Long> outcomes = new TreeMap<>();
  private final Map<String, Long> levels = new TreeMap<>();
  private final Map<String, Long> tags = new TreeMap<>();
  private long people;
  private long calls;
  private long answered;
  private long talked;
  private long transferred;
  private long optedOut;
  private long bought;
  private long costFen;
  private long seconds;

  /// @param order the script's lines, so that the table reads as the script does
  /// @param talkSeconds what is longer was a talk
  public CallTally(List<String> order, long talkSeconds) {
    this.talkSeconds = talkSeconds;
    order.forEach(line -> lines.put(line, new long[3]));
  }

  /// @param of one person, all of them
  public void add(List<MadeCall> of) {
    if (of.isEmpty()) {
      return;
    }
    people++;
    for (MadeCall call : of) {
      calls++;
      costFen += call.costFen();
      if (!call.answered()) {
        failed.merge(call.why(), 1L, Long::sum);
        continue;
      }
      answered++;
      seconds += call.seconds();
      talked += call.seconds() > talkSeconds ? 1 : 0;
      transferred += call.hungUpBy().equals("human") ? 1 : 0;
      optedOut += call.level().equals(LEVEL_NEVER_AGAIN) ? 1 : 0;
      bought += call.bought() ? 1 : 0;
      outcomes.merge(call.outcome(), 1L, Long::sum);
      if (!call.level().isEmpty()) {
        levels.merge(call.level(), 1L, Long::sum);
      }
      call.tags().forEach(tag -> tags.merge(tag, 1L, Long::sum));
      call.reached().forEach(line -> of(line)[0]++);
      call.replied().forEach(line -> of(line)[1]++);
      if (call.hungUpBy().equals("person") && !call.line().isEmpty()) {
        of(call.line())[2]++;
      }
    }
  }

  private long[] of(String line) {
    return lines.computeIfAbsent(line, _ -> new long[3]);
  }

  public CallReport report() {
    var ofLines = new ArrayList<OfLine>();
    lines.forEach(
        (line, counts) ->
            ofLines.add(
                new OfLine(
                    line,
                    Part.of(new CallCell.Reached(line), counts[0], answered),
                    Part.of(new CallCell.Replied(line), counts[1], counts[0]),
                    Part.of(new CallCell.HungUpAt(line), counts[2], counts[0]))));
    return new CallReport(
        people,
        calls,
        Part.of(new CallCell.Answered(), answered, calls),
        Part.of(new CallCell.Talked(talkSeconds), talked, answered),
        named(failed, CallCell.Failed::new, calls),
        named(outcomes, CallCell.Outcome::new, answered),
        named(levels, CallCell.Level::new, answered),
        named(tags, CallCell.Tagged::new, answered),
        Part.of(new CallCell.Transferred(), transferred, answered),
        Part.of(new CallCell.Level(LEVEL_NEVER_AGAIN), optedOut, answered),
        Part.of(new CallCell.Bought(), bought, answered),
        ofLines,
        costFen,
        per(costFen, calls),
        per(costFen, answered),
        per(costFen, bought),
        per(seconds, answered),
        calls == 0
            ? "Nobody was called by this flow, so there is no base for any share."
            : "Who bought after a call might have bought without it: a hold-out of the journey says"
                + " what the calls did.");
  }

  private static @Nullable Double per(long of, long by) {
    return by == 0 ? null : (double) of / by;
  }

  private static List<Named> named(
      Map<String, Long> counts, Function<String, CallCell> cell, long of) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(
            entry ->
                new Named(
                    entry.getKey(), Part.of(cell.apply(entry.getKey()), entry.getValue(), of)))
        .toList();
  }
}
