package io.huoshui.server.flow;

import java.time.Instant;

/// What a room does when time passes. Rooms are such beans; [PassTime] knows none of them by name.
public interface Round {
  /// With the wall clock: the thread, and how often.
  enum Beat {
    /// With the engine's timers, five times a second.
    TICK,
    /// With the outbox: a platform that is slow keeps no timer waiting. Five times a second.
    DISPATCH,
    /// Codes and welcomes, which wait for nobody else: twice a second.
    RECEIVE,
    /// What counts everybody, or writes mails: every five seconds.
    WATCH
  }

  /// Where a round has its place.
  ///
  /// @param name for whoever reads what failed
  /// @param order among all rounds under a virtual clock, and within its beat else; each its own
  record Place(String name, Beat beat, int order) {
    /// Under a virtual clock it does nothing after a move, only [#before] it.
    public static final int ONLY_BEFORE = 0;
  }

  Place place();

  /// Takes up whatever is due. One that throws is asked again with the next beat, and the others go
  /// on.
  ///
  /// @param before where the engine's clock stood; just before `now` under a virtual clock
  void pass(Instant before, Instant now);

  /// Under a virtual clock: it is about to move.
  default void before(Instant to) {}
}
