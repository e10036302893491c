/// The metric tree (MISSION S15-S17): what a brand counts, as data, and what a change of it is made
/// of.
///
/// A [MetricSet] is written by people ([MetricJson]; [Shipped] has those of the mission) and looked
/// through by a [Review]: circles, unknown names and mixed grain are said all at once. [Metrics] is
/// a set that holds together. Leaves are folds over timelines, counted by a [Cube], or numbers from
/// elsewhere ([Numbers]); the others are formulas. A [Sheet] is every metric in one slice; a
/// [Reading] puts two sheets side by side, with contributions that add up to the change
/// ([Contributions]), and member by member ([Breakdown]); a [Drill] follows the change to where it
/// comes from and says so in a sentence.
///
/// What can not be divided has no base: `NaN` in here, null outside, never 0.
@NullMarked
package io.huoshui.insight.tree;

import org.jspecify.annotations.NullMarked;
