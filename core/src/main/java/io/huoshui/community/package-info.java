/// 社群: groups of customers, how alive they are, and what is done with them.
///
/// Owns who was in a group when ([Stays], a fold over a person's timeline), what the group itself
/// went through ([Community], a fold over its own log), how active it was day by day ([Tally],
/// [Ledger]) and at which place of its life it stands ([LifeCurve]), cohorts of its joiners
/// ([Waves]), answers to keywords ([Replies]), posts by plan ([GroupPlan]), and 大池洗小池, which moves
/// people from large groups to small ones ([Moves]). Refuses to send, store or wait.
///
/// ```
/// var tally = new Tally(zone, now, 7);
/// tally.add(12, person.timeline());
/// LifeCurve.over(tally.ledgers().get("wrOgAAA").days(), LifeCurve.Rule.DEFAULT).getLast();
/// → DECLINE, "7-day active 72 of 180 members, 40 % of the 180 of 30 days ago"
/// ```
@NullMarked
package io.huoshui.community;

import org.jspecify.annotations.NullMarked;
