package io.huoshui.journey;

import io.huoshui.profile.Timeline;

/// Why a position may move.
public sealed interface Signal {
  /// The person has just entered.
  record Entered() implements Signal {}

  /// The wait's time is over.
  record Due() implements Signal {}

  /// Something happened: the event at `index` of the person's timeline.
  record Happened(Timeline timeline, int index) implements Signal {}
}
