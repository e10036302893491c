package io.huoshui.insight.attribution;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Cuts what a person did into trails. A touch lies on one trail: that of the first conversion
/// after it, if that came within the look-back; else on one that ended in nothing.
public final class Trails {
  private Trails() {}

  /// @param steps of one person, in order of time; of one instant touches before conversions
  /// @param lookbackMs how long before a conversion a touch may be
  public static List<Trail> of(List<Step> steps, long lookbackMs) {
    var trails = new ArrayList<Trail>();
    var open = new ArrayDeque<Step.Touch>();
    for (Step step : steps) {
      switch (step) {
        case Step.Touch touch -> open.add(touch);
        case Step.Conversion(long timeMs, long amountFen) -> {
          var lost = new ArrayList<Step.Touch>();
          while (!open.isEmpty() && open.getFirst().timeMs() < timeMs - lookbackMs) {
            lost.add(open.removeFirst());
          }
          ended(lost, trails);
          trails.add(
              new Trail(
                  open.stream().map(Step.Touch::channel).toList(),
                  open.stream().map(touch -> timeMs - touch.timeMs()).toList(),
                  true,
                  amountFen,
                  timeMs));
          open.clear();
        }
      }
    }
    ended(new ArrayList<>(open), trails);
    return trails;
  }

  private static void ended(List<Step.Touch> touches, List<Trail> trails) {
    if (!touches.isEmpty()) {
      trails.add(
          new Trail(
              touches.stream().map(Step.Touch::channel).toList(),
              touches.stream().map(_ -> 0L).toList(),
              false,
              0,
              touches.getLast().timeMs()));
    }
  }
}
