/// 圈人: rules over people, and the sets of people they pick.
///
/// Owns the [Condition] (one tree; what it means, its explanation, text and JSON are switches over
/// it, and what can change its answer), the [Segment] (the rule under a name) and the [Audience]
/// (its members at an instant); in [io.huoshui.audience.lookalike] who is like them. Refuses to
/// know where timelines are.
///
/// ```java
/// Segment lapsed = Segment.parse("lapsed", "did order_paid between 180d and 360d ago and did not order_paid within 180d");
/// boolean in = lapsed.rule().test(person, new Moment(now, zone));
/// ```
///
/// Next: `journey` (what happens to them) and `insight` (what came of it).
@NullMarked
package io.huoshui.audience;

import org.jspecify.annotations.NullMarked;
