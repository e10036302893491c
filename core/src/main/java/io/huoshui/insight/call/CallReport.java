package io.huoshui.insight.call;

import io.huoshui.insight.Share;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What calls by one flow came to. Calls are counted, and people where it says so.
///
/// @param people who were called
/// @param calls attempts, redials among them
/// @param answered of the calls
/// @param talked of the answered, how many lasted longer than the seconds that were asked for
/// @param failed why calls were no talks
/// @param outcomes of the answered
/// @param levels of the answered
/// @param tags of the answered
/// @param transferred of the answered, to a human
/// @param optedOut of the answered, how many never want to be called again (level F)
/// @param bought of the answered, how many paid for an order in time
/// @param lines where people hang up
/// @param costFen what all calls cost
/// @param perCallFen null where there is nothing to divide by
/// @param secondsOfTalk the mean over the answered
/// @param note what the numbers can not say
public record CallReport(
    long people,
    long calls,
    Part answered,
    Part talked,
    List<Named> failed,
    List<Named> outcomes,
    List<Named> levels,
    List<Named> tags,
    Part transferred,
    Part optedOut,
    Part bought,
    List<OfLine> lines,
    long costFen,
    @Nullable Double perCallFen,
    @Nullable Double perAnswerFen,
    @Nullable Double perOrderFen,
    @Nullable Double secondsOfTalk,
    String note) {
  public CallReport {
    failed = List.copyOf(failed);
    outcomes = List.copyOf(outcomes);
    levels = List.copyOf(levels);
    tags = List.copyOf(tags);
    lines = List.copyOf(lines);
  }

  /// @param share null where `of` is 0: there is no base
  public record Part(String cell, long count, long of, @Nullable Share share) {
    static Part of(CallCell cell, long count, long of) {
      return new Part(cell.wire(), count, of, of == 0 ? null : Share.of(count, of));
    }
  }

  public record Named(String name, Part part) {}

  /// One line of the script.
  ///
  /// @param reached talks in which it was heard, of all talks
  /// @param replied of those, answered by word or key
  /// @param hungUp of those that heard it, how many hung up at it
  public record OfLine(String line, Part reached, Part replied, Part hungUp) {}
}
