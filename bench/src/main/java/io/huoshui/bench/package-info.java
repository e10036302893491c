/// The numbers: each beside its peer, in one run, answers compared first, one JSON line last.
///
/// Figures mean something only as ratios in one run on one machine; the latency of a synced write
/// stands beside every durable one.
@NullMarked
package io.huoshui.bench;

import org.jspecify.annotations.NullMarked;
