/// Alerts on metrics (MISSION S17): when a metric crosses a line, leaves what season and trend let
/// expect, or is missing, whoever answers for it is told once, with the guilty branch.
///
/// An [AlertRule] says what is watched; an [Expectation] what season and trend let expect; a
/// [Verdict] is one look; an [AlertState] remembers, so that what lasts is not told again. The
/// [Alarm] is what is said. Who calls, stores and sends is the host's.
@NullMarked
package io.huoshui.insight.alert;

import org.jspecify.annotations.NullMarked;
