package io.huoshui.insight;

import io.huoshui.profile.Lifecycle;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A brand at a glance.
///
/// @param merges links that join two profiles: identifiers = people + merges
/// @param revenueFen paid less cancelled and refunded
/// @param grossFen paid
/// @param from the first event, null before it
public record Overview(
    long people,
    long identifiers,
    long merges,
    long events,
    long orders,
    long cancelledOrders,
    long buyers,
    long revenueFen,
    long grossFen,
    @Nullable Instant from,
    @Nullable Instant to,
    List<Source> sources,
    Map<Lifecycle, Long> lifecycle,
    long activeWithoutRepurchase,
    RfmTable rfm) {

  /// @param people how many have at least one event from there
  public record Source(String name, long events, long people) {}

  /// @param cells buyers per quintile cell, `555` the best
  /// @param classes buyers per classic class, by quintile
  /// @param fixed buyers per classic class, by the brand's fixed bounds
  public record RfmTable(
      long buyers, Map<String, Long> cells, Map<String, Long> classes, Map<String, Long> fixed) {}
}
