package io.huoshui.identity;

import java.time.Instant;

/// Why two identifiers belong to one person: the first event that showed them together, or a
/// person's decision.
///
/// @param number its place in the order in which links became known; the order in which they are
///   applied
/// @param a the node of the stronger identifier
/// @param b the other node
/// @param evidence the id of the event, or of the decision
/// @param time when the event happened
/// @param source who said so
public record Link(
    int number, int a, int b, String evidence, Instant time, String source, Standing standing) {

  /// What the link does now.
  public enum Standing {
    /// It joined two profiles: taking it away may part them.
    JOINED,
    /// Both ends were one profile already; it is further evidence.
    CONFIRMED,
    /// It would join people who can not be one: two union ids, two member numbers.
    VETOED,
    /// A person decided that it is wrong.
    SEVERED
  }
}
