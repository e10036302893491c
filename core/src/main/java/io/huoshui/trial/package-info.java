/// 试验: what is tried on some before it is done to all.
///
/// Owns the [Pilot] (自动放量: whether an autopilot lets the next cohort in, waits or stops, by the
/// confidence sequence of `insight.experiment`); the [SplitTest] (a journey's split read as an
/// experiment); and the [Trial] (要素碰撞: which combinations of window, incentive and message do what
/// to whom), which is compiled to a journey, with its [TrialPreview] and its [TrialTable]. Refuses
/// to look at people, or to do anything to them, itself: it is given counts, and journeys do the
/// doing.
@NullMarked
package io.huoshui.trial;

import org.jspecify.annotations.NullMarked;
