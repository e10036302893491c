/// 洞察: what a campaign did, against a group that got nothing.
///
/// Owns [Uplift] (incremental revenue with its interval) and [Layers] (share of people against
/// share of sales). Refuses to credit an order to a message because it came after it.
@NullMarked
package io.huoshui.insight;

import org.jspecify.annotations.NullMarked;
