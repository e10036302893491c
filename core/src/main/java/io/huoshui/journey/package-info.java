/// SOP 旅程: a machine that steps along a timeline.
///
/// Owns the [Journey] (a versioned definition), the [Position] (one profile's place in it) and the
/// one function that moves it, [Advance#advance]. Refuses to send, store or wait: what should
/// happen is returned as [Effect]s, in order.
@NullMarked
package io.huoshui.journey;

import org.jspecify.annotations.NullMarked;
