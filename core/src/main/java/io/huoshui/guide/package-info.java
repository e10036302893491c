/// 导购与门店: who serves whom, from which store, what they have to do, and to whom an order belongs.
///
/// Owns stores and guides and how they follow the platform's departments ([Org]), the exclusive
/// binding of a customer ([Bindings]: a fold over the timeline, so that merged people keep it), the
/// moves of a task and its deadline by opening hours ([TaskState], [OpeningHours]), who takes over
/// from whom within the platform's quotas ([HandOver]), to which store money belongs
/// ([RevenueRules], [Takings]) and who answered which line ([Replies]). Refuses to know platforms,
/// rows and HTTP.
///
/// ```java
/// for (Org.Difference each : Org.sync(ours, directory)) ours = ours.with(each);
/// Bindings bound = Bindings.of(timeline, rules);
/// HandOver.Plan plan = HandOver.plan(from, customers, receivers, HandOver.Limits.WECOM, now);
/// ```
///
/// Whoever speaks for a guide who left, in messages, is `reach`'s Guides. Next: `server/guide`.
@NullMarked
package io.huoshui.guide;

import org.jspecify.annotations.NullMarked;
