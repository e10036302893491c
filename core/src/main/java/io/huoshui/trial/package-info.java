/// 试验: what is tried on some before it is done to all.
///
/// Owns the [Pilot] (自动放量: whether an autopilot lets the next cohort in, waits or stops) with the
/// [ConfidenceSequence] it stands on. Refuses to look at people itself: it is given arms, and says
/// what to do.
@NullMarked
package io.huoshui.trial;

import org.jspecify.annotations.NullMarked;
