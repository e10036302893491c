/// Timelines as columns: immutable blocks that answer rules and folds by tight loops.
///
/// Owns the format of a [Block] ([BlockWriter] makes its bytes, [Block#read] opens them where they
/// lie, in a mapped file or in memory), the dictionaries all blocks share ([Words]), and rules and
/// folds compiled to loops over columns ([Program], [Folds], [Rfms], [Funnels]; totals by a [Loop]:
/// [Censuses], [Finds]; [Responses] of some people; [Contents] of whoever), traits sliced into
/// planes of bits ([Slices], kept by [Traits]), many blocks at a time with [Sweep]. What an answer
/// means is core's to say: `Condition.test`, `Fold.over`, `Rfm.of`, `Funnel.level`, `Total.add`;
/// here it is only found faster, and a test holds both together.
///
/// Refuses to know files, clocks and fresh events: the host maps the images, leaves out of a
/// question the profiles whose events changed since (`skip`), and asks core about those.
///
/// ```java
/// var writer = new BlockWriter(words, first, 1, 16_384);
/// writer.local(0);
/// writer.event(timeMs, words.name("order_paid"), words.source("pos"), node);
/// writer.property(words.key("amountFen"), Value.of(9_900));
/// Block block = Block.read(writer.finish(seal, number), words, seal);
/// long[] members = Program.compile(rule, moment).evaluator().over(block, facts, null);
/// ```
///
/// Where to look: [Block] for the layout, [Packed] and [Presence] for how a column is coded, [Run]
/// for what a loop stands on.
@NullMarked
package io.huoshui.engine.columns;

import org.jspecify.annotations.NullMarked;
