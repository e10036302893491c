/// 模拟顾客: what a customer does when a message reaches them.
///
/// Owns the table of [Habit]s, the draw of a [Reaction] to an [Approach], and the forms in which
/// the outside hears of it ([Delivery]). Refuses clocks and state: a reaction is a pure function of
/// the seed, the address, the text and what the customer was sent strictly before; the order in
/// which messages arrive, message ids and threads have no say.
///
/// ```java
/// Reaction reaction = new Reactions(seed, Habits.DEFAULT).to(customer, approach, earlier);
/// ```
///
/// Conversions are **on top of** what people buy of their own accord (that is `brand`), so a
/// hold-out measures exactly what the messages brought.
@NullMarked
package io.huoshui.sandbox.customers;

import org.jspecify.annotations.NullMarked;
