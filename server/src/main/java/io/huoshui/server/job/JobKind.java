package io.huoshui.server.job;

import io.huoshui.json.Json;
import java.time.Duration;

/// Knows how to do one part of a kind of work.
public interface JobKind {
  /// The kind's name, as rows and the API say it.
  String kind();

  /// Does the next part.
  ///
  /// What it did is written down after it returns: after a crash in between, the part is done
  /// again, so it has to be such that twice is as good as once. Throwing is the same as
  /// [Step.Later].
  Step step(Job job);

  /// Nobody works on a job any more for now: it is over, cancelled, waits, or the server stops.
  /// What was kept in memory for its next part may go.
  default void left(long job) {}

  /// What became of a part.
  sealed interface Step {
    /// @param done how many of the job's total are done with, all parts together
    /// @param at where the next part begins
    record On(long done, Json.Obj at) implements Step {}

    /// @param at what came of it, for people
    record Done(long done, Json.Obj at) implements Step {}

    /// Somebody outside does not answer: again after a while.
    record Later(String why, Duration after) implements Step {}

    /// It can not be done; trying again would not help.
    record Failed(String why) implements Step {}
  }
}
