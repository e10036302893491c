package io.huoshui.insight;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one campaign did.
///
/// @param name the journey's name, or the campaign's own where it happened elsewhere
/// @param simulated whether the messages went to simulated customers; false for campaigns reported
///   as they happened
/// @param people who entered
/// @param verdicts per reason, how many messages got it
/// @param sent messages the platform took
/// @param converted treated people who reached the goal
/// @param revenueFen what treated people paid within the goal's time
/// @param costFen what the messages cost; coupons are not in it, because orders are counted as
///   paid, net of them
/// @param incremental against the hold-out, null where there is none
public record CampaignReport(
    String name,
    String title,
    String audience,
    boolean simulated,
    @Nullable Instant from,
    long people,
    Map<String, Long> verdicts,
    long sent,
    long delivered,
    long clicked,
    long converted,
    long revenueFen,
    HoldOut holdOut,
    long costFen,
    @Nullable Uplift incremental) {

  /// The people who got nothing, and how many of them reached the goal all the same.
  public record HoldOut(long people, long converted, long revenueFen) {}

  /// Incremental revenue per unit of cost; null when nothing was spent or there is no hold-out.
  public @Nullable Double roi() {
    return incremental == null ? null : incremental.perCost(costFen);
  }
}
