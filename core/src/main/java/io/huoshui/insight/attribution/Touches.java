package io.huoshui.insight.attribution;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which events of a timeline touch a person and which convert them, over a stretch of time.
///
/// @param fromMs the first instant of conversions that are given out
/// @param toMs the last
/// @param lookbackMs how long before a conversion a touch may be
public record Touches(long fromMs, long toMs, long lookbackMs, By by) {
  /// What reaches somebody, or is something they came by.
  public static final Set<String> EVENTS =
      Set.of(
          "campaign_received",
          "message_delivered",
          "link_clicked",
          "card_scanned",
          "live_joined",
          "call_answered");

  public static final String CONVERSION = "order_paid";

  /// What touches are told apart by.
  public enum By {
    /// The event's `channel`; its source where it names none.
    CHANNEL,
    SOURCE,
    EVENT;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A cell of the table.
  public sealed interface Cell {
    /// Whom a channel touched.
    record Touched(String channel) implements Cell {}

    /// Whom it touched on the way to a conversion.
    record Converted(String channel) implements Cell {}

    /// Of whose conversions a model gives the channel a part. By Markov's that is everybody whom it
    /// touched on the way to one.
    ///
    /// @param halfLifeMs above 0, as the table was made with
    record Given(String channel, Model model, double halfLifeMs) implements Cell {}

    /// Who converted without a touch before it.
    record Untouched() implements Cell {}
  }

  public Touches {
    if (toMs < fromMs || lookbackMs <= 0) {
      throw new IllegalArgumentException(
          "From "
              + fromMs
              + " to "
              + toMs
              + " with a look-back of "
              + lookbackMs
              + " ms is nothing");
    }
  }

  /// A person's trails that ended in the stretch. What was paid before it took its touches with it.
  public List<Trail> trails(Timeline timeline) {
    var steps = new ArrayList<Step>();
    boolean any = false;
    for (int i = timeline.from(fromMs - lookbackMs); i < timeline.size(); i++) {
      long timeMs = timeline.timeMs(i);
      if (timeMs > toMs) {
        break;
      }
      String name = timeline.name(i);
      if (EVENTS.contains(name)) {
        steps.add(new Step.Touch(timeMs, channel(timeline, i)));
      } else if (name.equals(CONVERSION)) {
        steps.add(new Step.Conversion(timeMs, timeline.whole(i, "amountFen")));
      } else {
        continue;
      }
      any = any || timeMs >= fromMs;
    }
    if (!any) {
      return List.of();
    }
    return Trails.of(steps, lookbackMs).stream()
        .filter(trail -> trail.endedMs() >= fromMs)
        .toList();
  }

  private String channel(Timeline timeline, int event) {
    String told =
        switch (by) {
          case CHANNEL ->
              timeline.property(event, "channel") instanceof Value.Text(String channel)
                  ? channel
                  : timeline.source(event);
          case SOURCE -> timeline.source(event);
          case EVENT -> timeline.name(event);
        };
    return told.isBlank() ? timeline.name(event) : told;
  }

  /// Whether a person is one of those a cell counts: so that the people behind a number can be
  /// shown.
  public boolean belongs(Timeline timeline, Cell cell) {
    for (Trail trail : trails(timeline)) {
      boolean here =
          switch (cell) {
            case Cell.Touched(String channel) -> trail.channels().contains(channel);
            case Cell.Converted(String channel) ->
                trail.converted() && trail.channels().contains(channel);
            case Cell.Given given -> trail.converted() && gives(trail, given);
            case Cell.Untouched() -> trail.converted() && trail.channels().isEmpty();
          };
      if (here) {
        return true;
      }
    }
    return false;
  }

  private static boolean gives(Trail trail, Cell.Given given) {
    if (given.model() == Model.MARKOV || trail.channels().isEmpty()) {
      return trail.channels().contains(given.channel());
    }
    double[] weights = given.model().weights(trail, given.halfLifeMs());
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0 && trail.channels().get(i).equals(given.channel())) {
        return true;
      }
    }
    return false;
  }
}
