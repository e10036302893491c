/// 群发: what goes to many at once.
///
/// A mass task is an audience, a template and a time. It sends nothing by itself: it is a journey
/// of one step, so every message meets the gate, has its reason and leaves by the one outbox
/// ([Masses]). What goes to groups and moments addresses no person; it has an outbox of its own
/// with the same rule, written down before the call and after the answer ([Posts]).
@NullMarked
package io.huoshui.server.sending;

import org.jspecify.annotations.NullMarked;
