/// 投递: how the server hears of what happened.
///
/// Owns the [Courier] (one HTTP form for each kind of [io.huoshui.sandbox.customers.Delivery]) and
/// the [Pace] (everything due by a moment, in time order, until the server has durably answered).
/// Refuses to drop: while the server is down it waits, and after kill -9 it goes on where the
/// journal says.
@NullMarked
package io.huoshui.sandbox.delivery;

import org.jspecify.annotations.NullMarked;
