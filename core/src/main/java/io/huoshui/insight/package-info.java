/// 洞察: what a campaign did, against a group that got nothing.
///
/// Owns [Uplift] (incremental revenue with its interval), [Share] (a share with its interval),
/// [Layers] (share of people against share of sales), and what else is counted over everybody, one
/// timeline at a time: [Census] for the [Overview], [BestSeller], [CampaignsElsewhere]; and of one
/// person [Response]. [BossSheet] puts short- and long-term value on one sheet. [Roi] is the one
/// rule of return. Experiments and attribution are rooms below. Refuses to credit an order to a
/// message because it came after it.
@NullMarked
package io.huoshui.insight;

import org.jspecify.annotations.NullMarked;
