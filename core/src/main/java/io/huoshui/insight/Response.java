package io.huoshui.insight;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one person did after entering a campaign.
public final class Response {
  private Response() {}

  /// What was paid in `[fromMs, toMs]`, less what was given back, in fen.
  public static double revenue(Timeline timeline, long fromMs, long toMs) {
    double paid = 0;
    for (int i = timeline.from(fromMs); i < timeline.size() && timeline.timeMs(i) <= toMs; i++) {
      paid += netFen(timeline, i);
    }
    return paid;
  }

  /// What one event adds to revenue, in fen: what was paid, less what was cancelled or given back;
  /// 0 for any other event.
  public static long netFen(Timeline timeline, int index) {
    return switch (timeline.name(index)) {
      case "order_paid" -> timeline.whole(index, "amountFen");
      case "order_cancelled", "order_refunded" -> negative(timeline.whole(index, "amountFen"));
      default -> 0;
    };
  }

  /// The least number has no opposite: it stops at the largest.
  private static long negative(long fen) {
    return fen == Long.MIN_VALUE ? Long.MAX_VALUE : -fen;
  }

  /// Collects the messages of a campaign whose links were clicked from an instant on.
  public static void clicks(Timeline timeline, long fromMs, String journey, Set<String> into) {
    for (int i = timeline.from(fromMs); i < timeline.size(); i++) {
      if (timeline.name(i).equals("link_clicked")) {
        click(timeline.property(i, "touchpoint"), journey, into);
      }
    }
  }

  /// One click: of this campaign or of another.
  public static void click(@Nullable Value touchpoint, String journey, Set<String> into) {
    if (touchpoint instanceof Value.Text(String key)
        && key.length() > journey.length()
        && key.charAt(journey.length()) == '/'
        && key.startsWith(journey)) {
      into.add(key);
    }
  }
}
