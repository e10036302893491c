/// 外呼: call flows as definitions, talks as they are led turn by turn, what became of calls,
/// redials, and reports whose numbers open their people (docs/calls.md).
///
/// Who is called, and whether, is decided by the gate as for every channel: a call is a message of
/// a journey on the channel `call`. Here is what only calls have: [Talks] leads them,
/// [CallOutcomes] takes what the platform says and writes it as events, [Redials] calls again,
/// [Lines] keeps no more calls under way than there are lines.
@NullMarked
package io.huoshui.server.call;

import org.jspecify.annotations.NullMarked;
