package io.huoshui.acquisition;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What became of one person after they came by a code.
///
/// @param addedMs when they first came by it
/// @param removedAfterMs how long they stayed until the first removal; null as long as they stay
/// @param firstOrderMs when they first paid, of all their life; null for never
/// @param revenueFen paid within 30 days of coming, less what was cancelled or refunded in them
public record Brought(
    long addedMs, @Nullable Long removedAfterMs, @Nullable Long firstOrderMs, long revenueFen) {
  public static final Duration LTV = Duration.ofDays(30);

  /// Null for whoever did not come by this code.
  public static @Nullable Brought of(Timeline timeline, String code, String variant) {
    int added = added(timeline, code, variant);
    if (added < 0) {
      return null;
    }
    long from = timeline.timeMs(added);
    Value guide = timeline.property(added, "guide");
    Long removed = null;
    Long ordered = null;
    long fen = 0;
    for (int i = 0; i < timeline.size(); i++) {
      long at = timeline.timeMs(i);
      boolean within = at >= from && at - from < LTV.toMillis();
      switch (timeline.name(i)) {
        case "contact_removed" -> {
          Value left = timeline.property(i, "guide");
          if (removed == null && i > added && (guide == null || guide.equals(left))) {
            removed = at - from;
          }
        }
        case "order_paid" -> {
          ordered = ordered == null ? Long.valueOf(at) : ordered;
          fen += within ? timeline.whole(i, "amountFen") : 0;
        }
        case "order_cancelled", "order_refunded" ->
            fen -= within ? timeline.whole(i, "amountFen") : 0;
        default -> {}
      }
    }
    return new Brought(from, removed, ordered, fen);
  }

  private static int added(Timeline timeline, String code, String variant) {
    var asked = new Asked();
    for (int i = 0; i < timeline.size(); i++) {
      String name = timeline.name(i);
      int by = asked.by(timeline, i);
      if ((name.equals("contact_added") && says(timeline, by, "liveCode", code))
          || ((name.equals("account_followed") || name.equals("mini_program_entered"))
              && says(timeline, by, "scene", code))) {
        if (variant.isEmpty() || says(timeline, by, "variant", variant)) {
          return i;
        }
      }
    }
    return -1;
  }

  private static boolean says(Timeline timeline, int index, String key, String text) {
    Value value = timeline.property(index, key);
    return value != null && value.shown().equals(text);
  }

  public boolean removedWithin(Duration time) {
    return removedAfterMs != null && removedAfterMs <= time.toMillis();
  }

  /// Whether so much time has passed that it can be said whether they left within it.
  public boolean watched(Duration time, long nowMs) {
    return nowMs - addedMs >= time.toMillis();
  }

  /// Whether their first order ever came after they did.
  public boolean firstOrder() {
    return firstOrderMs != null && firstOrderMs >= addedMs;
  }

  /// Whether they had ordered before they came.
  public boolean knownBuyer() {
    return firstOrderMs != null && firstOrderMs < addedMs;
  }
}
