package io.huoshui.journey;

import io.huoshui.profile.Timeline;
import java.time.Instant;

/// Why a position may move.
public sealed interface Signal {
  /// The person has just entered.
  record Entered() implements Signal {}

  /// The wait's time is over.
  record Due() implements Signal {}

  /// The journey was paused, and goes on.
  ///
  /// @param since when it was paused: what happened from then on was not seen
  record Resumed(Instant since) implements Signal {}

  /// Something happened: the event at `index` of the person's timeline.
  record Happened(Timeline timeline, int index) implements Signal {}
}
