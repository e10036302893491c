/// 外呼报表: what came of calls.
///
/// Owns one call as its events say it ([MadeCall]), what all calls of a flow say together
/// ([CallTally] → [CallReport]: how many were called, answered, talked, agreed, left, bought; where
/// people hang up, line by line; what a call, an answer and an order cost), who is behind each
/// number ([CallCell]), and the same of a table of calls made elsewhere ([CallTable]). Refuses to
/// know how calls are made.
///
/// ```java
/// tally.add(MadeCall.of(person.timeline(), "wake_up", Duration.ofDays(7)));
/// CallReport report = tally.report();
/// ```
@NullMarked
package io.huoshui.insight.call;

import org.jspecify.annotations.NullMarked;
