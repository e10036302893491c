/// 大促: a promotion season before, during and after; how it stands against its targets and against
/// the last one at the same moment; and the review of it.
///
/// Owns [Season] (a record people write: stages, targets, journeys, hero item), its JSON form
/// ([SeasonJson]), the arithmetic of comparable moments ([Clockwork]), what is counted of everybody
/// ([Tally]), how a target stands ([Standing]) and what a review says ([Review], [NextStep]).
/// Refuses to know journeys or the gate: messages come as numbers by name.
@NullMarked
package io.huoshui.insight.season;

import org.jspecify.annotations.NullMarked;
