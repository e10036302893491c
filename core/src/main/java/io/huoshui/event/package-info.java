/// 行为: what happened to whom, when, and who says so.
///
/// Owns the [Event] and its [Identifier]s, the catalogue of event names, and the one rule that says
/// whether an event may enter ([Intake#check]). Refuses to know where events are stored or whose
/// they are.
///
/// ```java
/// var event = new Event("o-1", "order_paid", at, "tmall", List.of(Identifier.of(PHONE, "13800000001")),
///     Properties.of("orderId", "1", "amountFen", 5900));
/// ```
///
/// Next: `identity`, which decides whose event it is.
@NullMarked
package io.huoshui.event;

import org.jspecify.annotations.NullMarked;
