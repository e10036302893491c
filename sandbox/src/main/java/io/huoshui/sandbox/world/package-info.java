/// 世界: what the platforms have taken, who was told what, and what time it is.
///
/// Owns the [Journal] (everything accepted is in it before the answer is written), the clock, the
/// messages of every customer and the agenda of what the server must still hear. Refuses HTTP: the
/// platforms call [World], the `delivery` room empties its agenda.
///
/// The journal holds causes only — accepted messages, clock steps, how far delivery came, crowds,
/// faults. Reactions are drawn again from them on every start, which is what makes a run that was
/// killed anywhere end like one that was not.
///
/// **Time.** A step of the clock takes effect *before* its deliveries: a message the server sends
/// because of something it heard during the step to T is accepted at T, however late it comes. So
/// acceptance times depend on the steps and never on how fast either side is.
@NullMarked
package io.huoshui.sandbox.world;

import org.jspecify.annotations.NullMarked;
