/// 数据源: what a marketplace, a till or another system says of orders, refunds and members becomes
/// events.
///
/// Owns the map of a source ([FeedMap]: which column or path is which [Field], which words mean
/// which [State]), the reading of cells ([Cells]), what a phone column really holds ([Phones]) and
/// the rules by which records become events ([Records] → [Deeds]). The rules are the same for a row
/// of an exported file, an answer of an API and a pushed message, so the same order is the same
/// event whatever way it came. Refuses to guess: what can not be read is a [Defect] with line,
/// column, value and reason.
///
/// Next: `platforms` speaks the protocols and reads the files, `server/feed` schedules and counts.
@NullMarked
package io.huoshui.feed;

import org.jspecify.annotations.NullMarked;
