/// 归因: which touches are given how much of the orders that followed.
///
/// Owns [Trails] (the touches before each conversion, within a look-back), the [Model]s that give a
/// conversion out among them, [Markov] (what would be missing without a channel) and their
/// [Credits]: whole millionths of a conversion and whole fen, which add up to what there was.
/// Refuses to call any of it a return: what would not have come is told by a hold-out only
/// ([io.huoshui.insight.Uplift], [io.huoshui.insight.Roi]).
///
/// ```
/// var credits = new Credits(lookbackMs, halfLifeMs);
/// credits.person(steps);                       // one person's touches and conversions in order
/// credits.table().rows();
/// ```
@NullMarked
package io.huoshui.insight.attribution;

import org.jspecify.annotations.NullMarked;
