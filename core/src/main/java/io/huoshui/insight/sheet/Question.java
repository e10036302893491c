package io.huoshui.insight.sheet;

import io.huoshui.profile.Timeline;

/// A question about everybody whose answer is a sheet of cells. Equal questions have equal answers
/// of equal people at one instant.
public sealed interface Question
    permits Baskets,
        Cohorts,
        Communities,
        Concentration,
        CouponYield,
        FunnelSteps,
        LayerSheet,
        League,
        LifecycleFlow,
        NewAndOld,
        Paths,
        Replies,
        Repurchase,
        RfmGrid,
        RfmMoves {
  /// What it is called where it is asked: `cohort`, `funnel`…
  String kind();

  /// Whether everybody has to be looked at once before anybody can be put anywhere: for rankings,
  /// and for lists that are cut at the commonest.
  default boolean looksTwice() {
    return false;
  }

  /// The first look at somebody who has events.
  default void look(Timeline timeline, Scene scene, FirstLook into) {}

  /// Puts somebody who has events where they belong. The same person, at the same instant, after
  /// the same first look, always belongs to the same cells.
  void see(Timeline timeline, Scene scene, FirstLook first, Cells cells);

  /// Whether cells keep every value, so that medians can be told.
  default boolean keepsValues() {
    return false;
  }

  /// Makes the answer of what was counted.
  Sheet sheet(Tally tally, Scene scene);
}
